"""First roll, student numbers, and the three school links."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.sight import end_sight, give_sight, of_child, require_write
from app.children.types import SightKind
from app.db import audit, db, vault
from app.kernel.identifiers import check_student_number
from app.kernel.problems import N_, S_, Problem, refuse_if
from app.roll import rules
from app.roll.actions.movements import lock_child, move, refuse, write_movement
from app.roll.actions.parting import enrolled_at, part
from app.roll.bulk import EndedNumber, NumberOf, end_numbers, insert_numbers
from app.roll.models import Membership, StudentNumber
from app.roll.queries import (
    find_intended,
    find_number,
    find_state,
    has_disability,
    keeps_roll,
    live_links,
    may_act_for,
    status_of,
)
from app.roll.types import (
    AttendanceMode,
    LrcKind,
    MovementKind,
    RollStatus,
    SchoolLink,
    Signer,
    StudentNumberKind,
)
from app.schools.models import School, Unit
from app.schools.queries import rule_value
from app.schools.types import RuleName

OTHER_LINKS = (SchoolLink.ATTENDING, SchoolLink.DELIVERING)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a child is: schools of the three links, grade, class, mode of attendance. None means: no such link (a
    child without `school_id` is on no roll, and cannot be kept so)."""

    school_id: uuid.UUID | None
    grade: int | None
    class_name: str | None = None
    attendance: AttendanceMode | None = None
    lrc: LrcKind | None = None
    attending_id: uuid.UUID | None = None
    delivering_id: uuid.UUID | None = None


def enrol_child(actor: Actor, child: Child, place: Place, number: str, *, on: date, today: date) -> tuple[Problem, ...]:
    """Put a placed child on the roll (建籍): roll school, links, student number, sights. Return warnings.

    Other schools that had opened the file read their own years from today on; the unit of the school answers for the
    child, as after a transfer.

    Raises Refused: no place decided, on a roll already, no or a wrong student number, a number of another child, a
    school that is closed or not the actor's, a grade outside 1–9.
    """
    require(actor, Permission.ROLL_WRITE)
    lock_child(child.id)
    assert place.school_id  # only a child on no roll has none
    school = get_open_school(place.school_id, on, "school")
    if not may_act_for(actor, school):
        raise refuse("not_your_school", N_("You may only enrol at a school of your own. Choose one of them."), "school")
    require_write(actor, child)
    checked = check_number(child.id, number)
    refuse_if(rules.check_grade(place.grade) or rules.check_school_grade(school.kind, school.name, place.grade))
    unasked = _unasked(child.id, school.id)
    placed = find_state(child.id)
    late = (
        placed is not None
        and placed.status == RollStatus.PLACED
        and rules.is_late(placed.valid_from, on, months_of(school.unit_id, on, RuleName.REGISTRATION_MONTHS))
    )
    move(
        Signer(actor.user_id, actor.name),
        child,
        RollStatus.ACTIVE,
        actor=actor,
        kind=MovementKind.ENROLMENT,
        on=on,
        reason="",
        school_id=school.id,
        today=today,
    )
    begin_link(
        child.id,
        SchoolLink.ROLL,
        school.id,
        on,
        grade=place.grade,
        class_name=place.class_name,
        attendance=place.attendance,
        lrc=place.lrc,
        **unasked,
    )
    for link, school_id in ((SchoolLink.ATTENDING, place.attending_id), (SchoolLink.DELIVERING, place.delivering_id)):
        if school_id is not None:
            _refuse_unless_there(link, get_open_school(school_id, on, str(link)), place.grade)
            begin_link(child.id, link, school_id, on, grade=place.grade)
    _keep_number(child.id, checked, on)
    moved = enrolled_at(actor, child, school, today)
    audit.record(actor, "enrol_child", "child", child.id, child_id=child.id, school=school.code, grade=place.grade)
    return _warnings(school, moved=moved, late=late)


def _refuse_unless_there(link: SchoolLink, school: School, grade: int | None) -> None:
    """The school where a child sits has its grade; one that sends teachers home may be of any kind."""
    if link == SchoolLink.ATTENDING:
        refuse_if(rules.check_school_grade(school.kind, school.name, grade, str(link)))


def _warnings(school: School, *, moved: bool, late: bool) -> tuple[Problem, ...]:
    found = []
    if moved:
        unit = db.session.get_one(Unit, school.unit_id)
        found.append(
            Problem(
                "unit_moved",
                N_("%(school)s belongs to %(unit)s, which answers for the child from today on."),
                {"school": school.name, "unit": unit.name},
            )
        )
    if late:
        found.append(
            Problem(
                "late", N_("More than the allowed time has passed since the placement. It is enrolled all the same.")
            )
        )
    return tuple(found)


def _unasked(child_id: uuid.UUID, school_id: uuid.UUID) -> dict[str, Any]:  # columns, whatever they hold
    """What the sheet said of this school and the form of enrolment does not ask for."""
    meant = find_intended(child_id)
    if meant is None or meant.school_id != school_id:
        return {}
    return {name: getattr(meant, name) for name in ("class_number", "entered_month", "entry_kind", "pupil_source")}


def change_number(actor: Actor, child: Child, number: str, *, reason: str, on: date, today: date) -> None:
    """Give a child its next student number (L → G, J → G); the old one stays in the history.

    Raises Refused: not the actor's child, a wrong number, one that another child has, a G number replaced.
    """
    require(actor, Permission.ROLL_WRITE)
    lock_child(child.id)
    refuse_unless_writer(actor, child)
    checked = check_number(child.id, number)
    live = find_number(child.id)
    if live is not None and live.number == checked.number:
        raise refuse("same_number", N_("This is the number the child has already."), "number")
    if live is not None and live.kind == StudentNumberKind.G:
        raise refuse(
            "number_for_life",
            N_("A G number is for life. Only the Ministry can withdraw it, on request of the municipality."),
            "number",
        )
    refuse_if(rules.check_day(on, today=today, birth=child.birth_on, since=live.valid_from if live else None))
    _keep_number(child.id, checked, on)
    status = status_of(child.id)
    write_movement(
        Signer(actor.user_id, actor.name),
        child,
        MovementKind.NUMBER_CHANGE,
        status,
        status,
        actor=actor,
        on=on,
        reason=reason,
    )


def set_links(actor: Actor, child: Child, place: Place, *, reason: str, on: date, today: date) -> None:
    """Change grade, class, attending and delivering school without moving the roll. `place.school_id` is the roll's.

    Raises Refused: not the actor's child, not on a roll, a grade that the roll does not allow, a closed school.
    """
    require(actor, Permission.ROLL_WRITE)
    lock_child(child.id)
    refuse_unless_writer(actor, child)
    links = live_links(child.id, today)
    roll = links.get(SchoolLink.ROLL)
    if roll is None:
        raise refuse("no_roll", N_("The child is not on the roll of a school yet. Enrol it first."))
    wanted = {SchoolLink.ATTENDING: place.attending_id, SchoolLink.DELIVERING: place.delivering_id}
    moved = [link for link in OTHER_LINKS if (links[link].school_id if link in links else None) != wanted[link]]
    since = max(links[link].valid_from for link in (SchoolLink.ROLL, *moved) if link in links)
    refuse_if(rules.check_day(on, today=today, birth=child.birth_on, since=since))
    refuse_if(rules.check_grade_change(roll.grade, place.grade, special=has_disability(child.id)))
    school = db.session.get_one(School, roll.school_id)
    if place.grade != roll.grade:
        refuse_if(rules.check_school_grade(school.kind, school.name, place.grade, "grade"))
    replace_link(roll, on, grade=place.grade, class_name=place.class_name, attendance=place.attendance, lrc=place.lrc)
    for link in moved:
        end_link(links.get(link), on)
        if (school_id := wanted[link]) is not None:
            _refuse_unless_there(link, get_open_school(school_id, on, str(link)), place.grade)
            begin_link(child.id, link, school_id, on, grade=place.grade)
    if moved:
        part(actor, child, school, today)
    status = status_of(child.id)
    write_movement(
        Signer(actor.user_id, actor.name),
        child,
        MovementKind.LINK_CHANGE,
        status,
        status,
        actor=actor,
        on=on,
        reason=reason,
        school_id=roll.school_id,
    )


def get_open_school(school_id: uuid.UUID, on: date, field: str | None = None) -> School:
    """The school, if it is open on that day; it is not closed before we are done. Raises Refused."""
    school = db.session.get(School, school_id, with_for_update={"read": True}) if school_id else None
    if school is None:
        raise refuse("no_school", N_("There is no such school. Give its 10-digit code or its full name."), field)
    if school.closed_on and school.closed_on <= on:
        raise refuse(
            "school_closed",
            N_("%(school)s is closed since %(day)s. Choose another school."),
            field,
            school=school.name,
            day=school.closed_on.isoformat(),
        )
    return school


def begin_link(
    child_id: uuid.UUID,
    link: SchoolLink,
    school_id: uuid.UUID,
    on: date,
    *,
    seen_from: date | None = None,
    **details: Any,
) -> Membership:
    """Begin a link and open the file to its school (from `seen_from`, default the same day)."""
    row = Membership(child_id=child_id, link=link, school_id=school_id, valid_from=on, **details)
    db.session.add(row)
    db.session.flush()
    give_sight(child_id, SightKind.SCHOOL, school_id, str(link), on=seen_from or on, because_id=row.id)
    return row


def end_link(row: Membership | None, on: date, *, seen_to: date | None = None) -> None:
    """End a link and what the school saw because of it."""
    if row is None:
        return
    row.valid_to = on
    db.session.flush()
    end_sight(row.child_id, row.school_id, str(row.link), on=seen_to or on)


def drop_link(row: Membership) -> None:
    """End a link that was agreed for a day that has not come where it would begin, and what the school would have seen:
    rows are never deleted, this one held on no day."""
    end_sight(row.child_id, row.school_id, str(row.link), on=row.valid_from)
    row.valid_to = row.valid_from
    db.session.flush()


def replace_link(row: Membership, on: date, **changes: object) -> Membership:
    """The same link with another grade or class: a new row from `on`. Rows are never rewritten: one that began on that
    very day ends on it and held on no day."""
    if all(getattr(row, name) == value for name, value in changes.items()):
        return row
    values = {column.key: getattr(row, column.key) for column in Membership.__table__.columns if column.key != "id"}
    row.valid_to = on  # the new row keeps the end that was agreed, a transfer's day
    db.session.flush()
    new = Membership(**{**values, **changes, "valid_from": on})
    db.session.add(new)
    db.session.flush()
    return new


def refuse_unless_writer(actor: Actor, child: Child) -> None:
    """A school that has only the past years of a child reads them and writes nothing."""
    if not keeps_roll(actor, child):
        raise refuse(
            "read_only",
            S_(
                "read_only.roll",
                "The child is not on your school's roll today: you can read its years at your "
                "school, but change nothing.",
            ),
        )


@dataclass(frozen=True)
class CheckedNumber:
    """A student number that this child may have."""

    number: str
    kind: StudentNumberKind


def check_number(child_id: uuid.UUID, number: str) -> CheckedNumber:
    """A student number in its right shape that no other child has. Raises Refused with what to do."""
    result = check_student_number(number).on("number")
    found = result.value_or_refuse()
    if found is None:
        raise refuse(
            "number_missing",
            N_(
                "Enter the student number. When the child has none yet, ask the national "
                "system for a temporary one (letter L) and enter that."
            ),
            "number",
        )
    owner = db.session.scalar(
        select(func.coalesce(Child.merged_into, Child.id))
        .join(StudentNumber, StudentNumber.child_id == Child.id)
        .where(StudentNumber.number_blind == vault().blind("student_number", found.number))
    )
    if owner is not None and owner != child_id:
        raise refuse(
            "number_taken", N_("Another child has this student number. Compare both files before you go on."), "number"
        )
    return CheckedNumber(found.number, StudentNumberKind(found.kind.value))


def _keep_number(child_id: uuid.UUID, checked: CheckedNumber, on: date) -> None:
    live = find_number(child_id)
    if live is not None:
        if live.number == checked.number:
            return
        end_numbers(db.session, [EndedNumber(child_id, live.id, on)])
        db.session.expire(live)
    if db.session.scalar(
        select(StudentNumber.id).where(
            of_child(StudentNumber.child_id, child_id),
            StudentNumber.number_blind == vault().blind("student_number", checked.number),
        )
    ):
        raise refuse("number_again", N_("The child had this number before. A number is not given twice."), "number")
    insert_numbers(db.session, [NumberOf(child_id, checked.number, on)])


def months_of(unit_id: uuid.UUID, day: date, rule: RuleName) -> int | None:
    """The value of a rule that counts months in a district on a day."""
    return rule_value(unit_id, rule, day)
