"""Which row is which child: inside the file, against our files, and what would change.

Set by set: no query for a single row. Doubtful rows wait for a person; what lies outside the actor's schools is
refused with that reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.children.models import Child
from app.imports.comparing import compare_row
from app.imports.elsewhere import Elsewhere
from app.imports.existing import Known, load_known
from app.imports.identities import (
    CHUNK,
    ask_about_characters,
    check_certificates,
    check_inside,
    find_owners,
)
from app.imports.members import check_members, unify_members
from app.imports.student_numbers import check_student_numbers
from app.imports.types import CheckedRow, RowOutcome, SchoolPlace
from app.kernel.problems import N_, Problem
from app.roll.rules import check_school_grade
from app.schools.models import School

Tell = Callable[[int, int, str], None]


def load_schools(session: Session) -> dict[str, SchoolPlace]:
    """All schools by their code."""
    rows = session.execute(
        select(School.id, School.code, School.unit_id, School.name, School.closed_on, School.successor_id, School.kind)
    ).all()
    by_id = {row.id: row for row in rows}

    def now(row: Any) -> str:
        seen = {row.id}
        while (after := by_id.get(row.successor_id)) is not None and after.id not in seen:
            seen.add((row := after).id)
        return f"{row.code} {row.name}" if len(seen) > 1 else ""

    return {
        row.code: SchoolPlace(
            id=row.id.hex,
            unit_id=row.unit_id.hex,
            name=row.name,
            closed_on=row.closed_on,
            now=now(row) if row.successor_id else "",
            kind=row.kind,
        )
        for row in rows
    }


def match_children(
    session: Session,
    rows: Sequence[CheckedRow],
    actor: Actor,
    schools: Mapping[str, SchoolPlace],
    *,
    today: date,
    tell: Tell = lambda done, total, words: None,
    empty: bool = False,
    again: bool = False,
) -> dict[str, Known]:
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
    check_student_numbers(session, live)
    check_certificates(session, live)
    check_members(session, live)
    found = {row.subject: row for row in live if row.subject and row.outcome is None}
    known: dict[str, Known] = {}
    keys = list(found)
    for at in range(0, len(keys), CHUNK):
        known |= load_known(session, keys[at : at + CHUNK], actor)
        tell(at, len(keys), "")
    elsewhere = Elsewhere(session, actor, schools)
    for row in live:
        if row.outcome is None:
            compare_row(row, known.get(row.subject) if row.subject else None, elsewhere)
    elsewhere.tell(rows)
    check_grades(live, schools)
    ask_about_characters(live)
    return known


def has_no_children(session: Session) -> bool:
    """True when no child has a file yet."""
    return session.scalar(select(Child.id).limit(1)) is None


# --- places and scope -----------------------------------------------------------------------------------------------


def check_places(rows: Iterable[CheckedRow], actor: Actor, schools: Mapping[str, SchoolPlace], today: date) -> None:
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
                row.refuse(
                    column,
                    Problem(
                        "school_merged_row",
                        N_("%(school)s was merged into %(now)s on %(day)s. Give that school's code."),
                        {"school": school.name, "now": school.now, "day": school.closed_on.isoformat()},
                    )
                    if school.now
                    else Problem(
                        "school_closed_row",
                        N_("%(school)s was closed on %(day)s. Give the school that took its place."),
                        {"school": school.name, "day": school.closed_on.isoformat()},
                    ),
                )
            elif column == "school_code" and not (actor.municipal or school.unit_id in units or school.id in own):
                row.refuse(
                    column,
                    Problem(
                        "school_outside",
                        N_("%(school)s does not belong to your district or school. Leave this row to its coordinator."),
                        {"school": school.name},
                    ),
                )


def check_grades(rows: Iterable[CheckedRow], schools: Mapping[str, SchoolPlace]) -> None:
    """The school of the roll, and the one where a child sits, have its grade. What the file says already stays."""
    for row in rows:
        grade = row.values.get("grade")
        if grade is None or row.outcome not in (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.DOUBTFUL):
            continue
        for column in ("school_code", "attending_code"):
            school = schools.get(row.values.get(column, ""))
            if (
                school is None
                or school.kind is None
                or row.changes is not None
                and not {"grade", "student_number", column} & set(row.changes)
            ):
                continue
            for problem in check_school_grade(school.kind, school.name, int(grade)):
                row.refuse(column, problem)


# --- against our files ----------------------------------------------------------------------------------------------


def _same_file_twice(rows: Iterable[CheckedRow]) -> None:
    """Two rows of one file that lead to the same child: the later one waits."""
    first: dict[str, int] = {}
    for row in rows:
        if row.subject and row.outcome is None and (line := first.setdefault(row.subject, row.line)) != row.line:
            row.doubt(
                "name",
                Problem(
                    "file_twice", N_("Line %(line)s is about the same child. Keep one of the two rows."), {"line": line}
                ),
            )
