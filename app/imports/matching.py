"""Which row is which child: inside the file, against our files, and what would change.

Set by set: no query for a single row. Doubtful rows wait for a person; what lies outside the actor's schools is
refused with that reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.children.models import Child, Guardian
from app.children.sight import READ_ONLY
from app.db import vault
from app.imports.columns import NO_DISABILITY
from app.imports.elsewhere import Elsewhere
from app.imports.existing import LINK_FACTS, Known, load_known
from app.imports.identities import (
    CHUNK,
    ask_about_characters,
    check_certificates,
    check_inside,
    check_name_on_file,
    chunked,
    find_owners,
)
from app.imports.types import CheckedRow, RowOutcome, SchoolPlace
from app.kernel.problems import N_, Problem, Severity
from app.roll.models import StudentNumber
from app.roll.rules import check_school_grade
from app.schools.models import School

Tell = Callable[[int, int, str], None]


def load_schools(session: Session) -> dict[str, SchoolPlace]:
    """All schools by their code."""
    rows = session.execute(select(School.id, School.code, School.unit_id, School.name, School.closed_on,
                                  School.successor_id, School.kind)).all()
    by_id = {row.id: row for row in rows}

    def now(row) -> str:
        seen = {row.id}
        while (after := by_id.get(row.successor_id)) is not None and after.id not in seen:
            seen.add((row := after).id)
        return f"{row.code} {row.name}" if len(seen) > 1 else ""

    return {row.code: SchoolPlace(row.id.hex, row.unit_id.hex, row.name, row.closed_on,
                                  now(row) if row.successor_id else "", row.kind) for row in rows}


def match_children(session: Session, rows: Sequence[CheckedRow], actor: Actor, schools: dict[str, SchoolPlace], *,
                   today: date, tell: Tell = lambda done, total, words: None, empty: bool = False,
                   again: bool = False) -> dict[str, Known]:
    """Set outcome, subject and changes of every row that the rules let pass. Return the files that were matched.

    `empty`: there was no file of any child when this began, so that every good row is new. `again`: the rows were
    compared with each other before.
    """
    check_places(rows, actor, schools, today)
    if not again:
        check_inside(rows)
        unify_members(rows)
    if empty:
        for row in rows:
            row.outcome = row.outcome or RowOutcome.NEW
        check_grades(rows, schools)
        ask_about_characters(rows)
        return {}
    live = [row for row in rows if row.outcome is not RowOutcome.REFUSED]
    find_owners(session, live)
    _same_file_twice(live)
    _check_student_numbers(session, live)
    check_certificates(session, live)
    _check_members(session, live)
    found = {row.subject: row for row in live if row.subject and row.outcome is None}
    known: dict[str, Known] = {}
    keys = list(found)
    for at in range(0, len(keys), CHUNK):
        known |= load_known(session, keys[at:at + CHUNK], actor)
        tell(at, len(keys), "")
    elsewhere = Elsewhere(session, actor, schools)
    for row in live:
        if row.outcome is None:
            _compare(row, known.get(row.subject) if row.subject else None, elsewhere)
    elsewhere.tell(rows)
    check_grades(live, schools)
    ask_about_characters(live)
    return known


def has_no_children(session: Session) -> bool:
    """True when no child has a file yet."""
    return session.scalar(select(Child.id).limit(1)) is None


# --- places and scope -----------------------------------------------------------------------------------------------


def check_places(rows: Iterable[CheckedRow], actor: Actor, schools: dict[str, SchoolPlace], today: date) -> None:
    """Every school named must exist and be open; the roll school must be one of the actor's."""
    unknown = Problem("school_unknown", N_("No school has this code. Import the schools first, or compare the code."))
    units, own = {u.hex for u in actor.unit_ids}, {s.hex for s in actor.school_ids}
    for row in rows:
        if row.outcome is RowOutcome.REFUSED:
            continue
        for column in ("school_code", "attending_code", "delivering_code"):
            code = row.values.get(column)
            if code is None:
                continue
            school = schools.get(code)
            if school is None:
                row.refuse(column, unknown)
            elif school.closed_on and school.closed_on <= today:
                row.refuse(column, Problem("school_merged_row", N_(
                    "%(school)s was merged into %(now)s on %(day)s. Give that school's code."),
                    {"school": school.name, "now": school.now, "day": school.closed_on.isoformat()}) if school.now
                    else Problem("school_closed_row", N_(
                        "%(school)s was closed on %(day)s. Give the school that took its place."),
                        {"school": school.name, "day": school.closed_on.isoformat()}))
            elif column == "school_code" and not (actor.municipal or school.unit_id in units or school.id in own):
                row.refuse(column, Problem("school_outside", N_(
                    "%(school)s does not belong to your district or school. Leave this row to its coordinator."),
                    {"school": school.name}))


def check_grades(rows: Iterable[CheckedRow], schools: dict[str, SchoolPlace]) -> None:
    """The school of the roll, and the one where a child sits, have its grade. What the file says already stays."""
    for row in rows:
        grade = row.values.get("grade")
        if grade is None or row.outcome not in (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.DOUBTFUL):
            continue
        for column in ("school_code", "attending_code"):
            school = schools.get(row.values.get(column, ""))
            if school is None or school.kind is None or row.changes is not None and not {
                    "grade", "student_number", column} & set(row.changes):
                continue
            for problem in check_school_grade(school.kind, school.name, int(grade)):
                row.refuse(column, problem)


# --- inside the file ------------------------------------------------------------------------------------------------


OTHER_DETAILS = N_("Line %(line)s says something else about this family member; that line's words are kept.")


def unify_members(rows: Iterable[CheckedRow]) -> None:
    """Brothers and sisters share a guardian: where rows differ about one person, the first row's words count."""
    first: dict[tuple, tuple[int, dict]] = {}
    for row in rows:
        if row.outcome is RowOutcome.REFUSED:
            continue
        for place in ("member1_", "member2_"):
            name = row.values.get(f"{place}name")
            number, phone = row.values.get(f"{place}number"), row.values.get(f"{place}phone")
            if name is None or not (number or phone):
                continue
            said = (first.get((number,)) if number else None) or (first.get((name, phone)) if phone else None)
            if said and number and said[1].get("number") not in (None, number):
                said = None
            if said is None:
                said = (row.line, {"name": name, "number": number, "phone": phone,
                                   "address": row.values.get(f"{place}address")})
            elif number and said[1]["name"] != name:
                row.doubt(f"{place}number", Problem("member_other_name", N_(
                    "Line %(line)s gives this ID number to a person of another name. One of them is wrong."),
                    {"line": said[0]}))
                continue
            else:
                _agree(row, place, *said)
            for key in ((number,) if number else None, (name, phone) if phone else None):
                if key:
                    first.setdefault(key, said)


def _agree(row: CheckedRow, place: str, line: int, person: dict) -> None:
    for part in ("number", "phone", "address"):
        own = row.values.get(place + part)
        if person[part] is None:
            person[part] = own
        elif own is not None and own != person[part]:
            row.values[place + part] = person[part]
            row.warn(place + part, Problem("member_differs", OTHER_DETAILS, {"line": line}, severity=Severity.WARNING))


# --- against our files ----------------------------------------------------------------------------------------------


def _same_file_twice(rows: Iterable[CheckedRow]) -> None:
    """Two rows of one file that lead to the same child: the later one waits."""
    first: dict[str, int] = {}
    for row in rows:
        if row.subject and row.outcome is None and (line := first.setdefault(row.subject, row.line)) != row.line:
            row.doubt("name", Problem("file_twice", N_(
                "Line %(line)s is about the same child. Keep one of the two rows."), {"line": line}))


def _check_student_numbers(session: Session, rows: Sequence[CheckedRow]) -> None:
    """A student number that another child has, or that this child had before, is never given again."""
    blind = vault().blind
    lines = {blind("student_number", row.values["student_number"]): row for row in rows
             if "student_number" in row.values}
    for number in chunked(session, select(StudentNumber.number_blind, StudentNumber.child_id, StudentNumber.valid_to),
                           StudentNumber.number_blind, list(lines)):
        row = lines[number.number_blind]
        if number.child_id.hex != row.subject:
            row.candidates = (*row.candidates, number.child_id.hex)
            row.doubt("student_number", Problem("student_number_taken", N_(
                "Another child has this student number. Compare both with the national system.")))
        elif number.valid_to is not None:
            row.doubt("student_number", Problem("student_number_old", N_(
                "The child had this student number before; today it has another one. Enter the present number.")))


def _check_members(session: Session, rows: Sequence[CheckedRow]) -> None:
    """A family member's ID number that stands in our files with another name: one of the two is wrong."""
    blind = vault().blind
    said: dict[bytes, list[tuple[CheckedRow, str]]] = {}
    for row in rows:
        for place in ("member1_", "member2_"):
            if row.outcome is None and f"{place}number" in row.values:
                said.setdefault(blind("document", row.values[f"{place}number"]), []).append((row, place))
    for person in chunked(session, select(Guardian.name, Guardian.document_number_blind),
                           Guardian.document_number_blind, list(said)):
        for row, place in said[person.document_number_blind]:
            if row.values[f"{place}name"] != person.name and row.outcome is None:
                row.doubt(f"{place}number", Problem("member_other_name_on_file", N_(
                    "On file this ID number belongs to %(name)s. Correct the row, or the name in the file."),
                    {"name": person.name}))


# --- what would change ----------------------------------------------------------------------------------------------

NOT_COMPARED = {"pinyin", "placement", "disability", "diagnosis"}
PLACE = {*LINK_FACTS, "attending_code", "delivering_code"}
"""Of a child on a roll its links; of one that waits for a roll the place that it is meant to have, school and all."""
WAITING = {"registered", "deferred", "placed"}


def _compare(row: CheckedRow, known: Known | None, elsewhere: Elsewhere) -> None:
    if known is None:
        row.outcome = RowOutcome.NEW
        return
    roll = known.links.get("roll")
    if problem := elsewhere.problem(row, known):
        row.refuse("document_number", problem)
        return
    if not known.held:
        row.refuse("document_number", Problem("read_only", READ_ONLY) if roll is not None else Problem(
            "child_out_of_sight", N_("This child has a file already, and it was not opened to you. Ask the coordinator "
                                     "of the district.")))
        return
    row.changes = find_changes(row, known)
    _keep_ours(row, known)
    check_name_on_file(row, known.facts, known.id)
    _doubt_moves(row, known)
    if row.outcome is None:
        row.outcome = RowOutcome.CHANGED if row.changes else RowOutcome.SAME


def _keep_ours(row: CheckedRow, known: Known) -> None:
    """Where a person chose the file's words, the row says the same as the file."""
    for column in set(row.ours) & set(row.changes):
        del row.changes[column]
        if (before := known.facts.get(column)) is None:
            row.values.pop(column, None)
        else:
            row.values[column] = _plain(before)


def find_changes(row: CheckedRow, known: Known) -> dict[str, tuple[object, object]]:
    """Return column → (before, after) for what the row says differently; an empty cell says nothing."""
    on_roll = "roll" in known.links
    waits = not on_roll and _status(known) in WAITING
    changes: dict[str, tuple[object, object]] = {}
    for column, after in row.values.items():
        if column in NOT_COMPARED or column in PLACE and not (on_roll or waits):
            continue
        if column == "school_code" and not waits:
            continue
        before = known.facts.get(column)
        if before != after:
            changes[column] = (_plain(before), after)
    category = row.values["disability"]
    if category != NO_DISABILITY and category != known.facts.get("disability"):
        changes["disability"] = (_plain(known.facts.get("disability")), category)
    if (words := row.values.get("diagnosis")) and words not in known.words:
        changes["diagnosis"] = (known.facts.get("diagnosis"), words)
    return changes


def _plain(value: object) -> object:
    return str(value) if isinstance(value, str) else value


def _status(known: Known) -> str:
    return str(known.state["status"]) if known.state is not None else "registered"


def _doubt_moves(row: CheckedRow, known: Known) -> None:
    """What a sheet may not do by itself: move a roll, decide a placement, replace a number for life."""
    values, roll = row.values, known.links.get("roll")
    if roll is not None and known.facts["school_code"] != values["school_code"]:
        row.doubt("school_code", Problem("roll_elsewhere", N_(
            "The child is on the roll of another school. A change of school is a transfer: open it in the file.")))
    placement = values.get("placement")
    if placement is not None and placement != known.facts.get("placement"):
        row.doubt("placement", Problem("placement_differs", N_(
            "The file says another placement, or none. A placement is decided in the file, with recommendation and "
            "opinion.")))
    if known.number is not None and "student_number" in (row.changes or {}) and str(known.number["kind"]) == "G":
        row.doubt("student_number", Problem("number_for_life_row", N_(
            "The file has another G number, and a G number is for life. Compare both with the national system.")))
    if roll is None and known.number is None and "student_number" in values and _status(known) != "placed":
        row.doubt("student_number", Problem("number_before_place", N_(
            "The child has no place yet, so it cannot be put on the roll. Decide the placement in the file first.")))
    if values["disability"] == NO_DISABILITY and known.disability is not None:
        row.doubt("disability", Problem("disability_gone", N_(
            "The row says 无残疾 but the file has a disability. End it in the file if that is right.")))
    if "birth_on" in (row.changes or {}) or "sex" in (row.changes or {}):
        row.doubt("birth_on" if "birth_on" in row.changes else "sex", Problem("identity_differs", N_(
            "Birth date or sex differ from the file. Correct the one that is wrong.")))
