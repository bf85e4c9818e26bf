"""Changed files: only what the row says differently, with the history kept where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.children.bulk import (
    FACTS,
    ChangedDuty,
    ChangedHome,
    ChildChange,
    DisabilityOf,
    Ended,
    HomeOf,
    NewDiagnosis,
    NewDisability,
    NewEvent,
    NewFamily,
    NewHome,
    NewSight,
    PersonFacts,
    Persons,
    change_children,
    change_duties,
    change_homes,
    end_disabilities,
    insert_diagnoses,
    insert_disabilities,
    insert_events,
    insert_families,
    insert_homes,
    insert_sights,
    update_persons,
)
from app.children.facts import SEALED
from app.children.models import Child
from app.children.sight import end_sight
from app.children.tails import Tail, replace_tails
from app.imports.columns import NO_DISABILITY
from app.imports.existing import LINK_FACTS, Known
from app.imports.family import PLACES, next_seat, seats_of
from app.imports.intended import change_intended, enrolled, finish_intended
from app.imports.masking import told_changes
from app.imports.types import CheckedRow
from app.imports.writing import Writing, guardian_of, meet, note, roll_of
from app.kernel.problems import S_
from app.roll.actions.many import insert_movements, insert_rolls
from app.roll.actions.parting import enrolled_at, part_many
from app.roll.bulk import (
    EndedNumber,
    LinkOf,
    NewLink,
    NewRoll,
    NumberOf,
    end_links,
    end_numbers,
    end_states,
    insert_links,
    insert_numbers,
)
from app.schools.models import School

CHANGED = S_("told.changed_by_sheet", "Changed by an imported sheet: %(what)s.")
_BASICS = {"name", "sex", "birth_on", "document_kind", *FACTS, *SEALED}
_PERSON = {"phone": "phone", "number": "document_number", "address": "address"}


def write_changes(writing: Writing, rows: Sequence[CheckedRow], known: Mapping[str, Known], persons: Persons) -> None:
    """Write what the rows change in the files that they were matched with."""
    if not rows:
        return
    meet(writing.session, persons, rows)
    pairs = [(row, known[row.child]) for row in rows]
    _basics(writing, pairs)
    _families(writing, pairs, persons)
    _disabilities(writing, pairs)
    _homes(writing, pairs)
    _numbers(writing, pairs)
    _links(writing, pairs)
    _enrolments(writing, pairs)
    insert_events(
        writing.session,
        [NewEvent(one.id, "file", writing.today, CHANGED, {"what": told_changes(row)}) for row, one in pairs],
        by_name=writing.actor.name,
    )
    note(writing, "import_change", [(one.id, {"columns": sorted(row.differs)}) for row, one in pairs])


def _basics(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    changes = [
        ChildChange(one.id, one.revision, {name: row.values[name] for name in row.differs if name in _BASICS})
        for row, one in pairs
    ]
    change_children(writing.session, changes, on=writing.today)


def _uuid(key: str) -> UUID:
    return UUID(hex=key)


def _families(writing: Writing, pairs: list[tuple[CheckedRow, Known]], persons: Persons) -> None:
    """A changed telephone, number or address is the person's; another name another person, who comes beside."""
    added = []
    people: dict[str, dict[str, str]] = {}
    duties: list[ChangedDuty] = []
    for row, one in pairs:
        taken, seats = set(one.persons), seats_of(row.values, one.facts, one.persons)
        for place in PLACES:
            at = f"member{place}_"
            changed = {column.removeprefix(at) for column in row.differs if column.startswith(at)}
            if not changed:
                continue
            family = guardian_of(row.values, place)
            if family is None:
                continue
            if "name" in changed:
                taken.add(position := next_seat(place, taken))
                added.append(NewFamily(one.id, (family,), position))
                continue
            duty, person = one.persons[seats[place]]
            said = people.setdefault(person, {})
            said |= {_PERSON[part]: row.values[at + part] for part in changed & set(_PERSON)}
            duties.append(ChangedDuty(duty, family.relation, family.is_guardian))
    change_duties(writing.session, duties)
    update_persons(writing.session, {person: PersonFacts(**said) for person, said in people.items()})
    insert_families(writing.session, sorted(added, key=lambda one: one.first), on=writing.today, persons=persons)


def _disabilities(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    ends, added, tails, words = [], [], [], []
    for row, one in pairs:
        if "diagnosis" in row.differs:
            words.append(NewDiagnosis(one.id, row.values["diagnosis"]))
        if not set(row.differs) & {"disability", "disability_grade", "certificate"}:
            continue
        if row.values["disability"] == NO_DISABILITY:
            continue
        now = {**one.facts, **row.values}
        if one.disability is not None:
            ends.append(Ended(one.disability["id"], writing.today))
        said = NewDisability(
            now["disability"], now.get("disability_grade"), now.get("certificate"), **_unsaid(row, one)
        )
        added.append(DisabilityOf(one.id, 1, said))
        if "certificate" in row.differs:
            tails.append(Tail(one.id, "certificate", row.values["certificate"]))
    end_disabilities(writing.session, ends)
    insert_disabilities(writing.session, added, on=writing.today)
    insert_diagnoses(writing.session, words)
    replace_tails(writing.session, tails)


def _unsaid(row: CheckedRow, one: Known) -> dict[str, Any]:  # columns of the row on file
    """What sheets never speak of stays: of a certificate that stays its issuer and end, of a suspicion its screening.

    A certificate or grade from the sheet says that the suspected disability is assessed now.
    """
    if one.disability is None or "certificate" in row.differs:
        return {}
    names = ["certificate_issuer", "certificate_ends_on"]
    if "disability_grade" not in row.differs:
        names += ["screening_due_on", "screening_by"]
    return {name: one.disability[name] for name in names}


def _homes(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    changed, made = [], []
    for row, one in pairs:
        if set(row.differs) & {"longitude", "latitude"}:
            point = {"longitude": row.values["longitude"], "latitude": row.values["latitude"]}
            if one.home is None:
                made.append(HomeOf(one.id, NewHome(**point)))
            else:
                changed.append(ChangedHome(one.home["id"], one.home["revision"], point))
    change_homes(writing.session, changed)
    insert_homes(writing.session, made)


def _numbers(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    """L or J becomes G: the old number stays in the history (facts 2.2)."""
    given = [(row, one) for row, one in pairs if "student_number" in row.differs and one.number is not None]
    today = writing.today
    end_numbers(writing.session, [EndedNumber(one.id, one.number["id"], today) for _row, one in given if one.number])
    insert_numbers(writing.session, [NumberOf(one.id, row.values["student_number"], today) for row, one in given])
    insert_movements(
        writing.session,
        [_stays(writing, one, "number_change") for _row, one in given],
        actor=writing.actor,
        school_names=writing.names,
    )


def _stays(writing: Writing, one: Known, movement: str) -> NewRoll:
    assert one.state  # who has a student number or a link has one
    status = str(one.state["status"])
    roll = one.links.get("roll")
    return NewRoll(
        one.id,
        status,
        movement,
        writing.today,
        roll["school_id"] if roll is not None else None,
        before=status,
        reason="",
    )


def _links(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    """Another grade or class begins a new row of the same link; another attending or delivering school a new link."""
    today, moved = writing.today, []
    ends: list[Ended] = []
    begins: list[LinkOf] = []
    sights: list[NewSight] = []
    for row, one in pairs:
        roll = one.links.get("roll")
        if roll is None:
            continue
        if set(row.differs) & set(LINK_FACTS):
            details = {name: row.values.get(name, roll[name]) for name in LINK_FACTS}
            since = max(today, roll["valid_from"])  # rows are not rewritten: one of today ends and held on no day
            ends.append(Ended(roll["id"], since))
            kept = NewLink("roll", roll["school_id"], **details, until=roll["valid_to"])
            begins.append(LinkOf(one.id, kept, since))
        for link in ("attending", "delivering"):
            if f"{link}_code" in row.differs:
                _move_link(writing, row, one, link, ends, begins, sights)
                moved.append(one)
    end_links(writing.session, ends)
    insert_links(writing.session, begins, seen=False)
    insert_sights(writing.session, sights)
    insert_movements(
        writing.session,
        [_stays(writing, one, "link_change") for one in {one.id: one for one in moved}.values()],
        actor=writing.actor,
        school_names=writing.names,
    )
    # What an earlier school had opened besides its link ends too, as where the link is changed by hand.
    part_many([_uuid(one.id) for one in {one.id: one for one in moved}.values()], today)


def _move_link(
    writing: Writing, row: CheckedRow, one: Known, link: str, ends: list, begins: list, sights: list
) -> None:
    school, today = writing.schools[row.values[f"{link}_code"]].id, writing.today
    if (old := one.links.get(link)) is not None:
        ends.append(Ended(old["id"], today))
        end_sight(_uuid(one.id), old["school_id"], link, on=today)
    begins.append(LinkOf(one.id, NewLink(link, school, row.values.get("grade")), today))
    sights.append(NewSight(one.id, "school", school, link, None, today))


def _enrolments(writing: Writing, pairs: list[tuple[CheckedRow, Known]]) -> None:
    """A placed child whose student number comes with the sheet is on the roll from today; for the others who wait, the
    place they are meant to have is kept."""
    fresh = [
        (row, one)
        for row, one in pairs
        if "student_number" in row.differs and one.number is None and "roll" not in one.links
    ]
    today = writing.today
    leave = {one.id for _row, one in fresh}
    change_intended(writing.session, [pair for pair in pairs if pair[1].id not in leave], writing.schools, on=today)
    finish_intended(writing.session, [one for _row, one in fresh], on=today)
    for row, one in fresh:
        row.values = enrolled(row.values, one, writing.schools, on=today)
    end_states(writing.session, [Ended(one.state["id"], today) for _row, one in fresh if one.state])
    insert_rolls(
        writing.session,
        [roll_of(writing, row, one.id, before="placed") for row, one in fresh],
        actor=writing.actor,
        school_names=writing.names,
    )
    stay = []
    for row, one in fresh:
        place, child = writing.schools[row.values["school_code"]], writing.session.get_one(Child, _uuid(one.id))
        if child.unit_id == _uuid(place.unit_id):
            stay.append(child.id)
        else:
            enrolled_at(writing.actor, child, writing.session.get_one(School, _uuid(place.id)), today)
    part_many(stay, today)
