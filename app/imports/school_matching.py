"""Schools of a sheet against our list: by code, which is for life."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.imports.identities import refuse_twice
from app.imports.school_names import check_own_name, check_same_names
from app.imports.types import CheckedRow, RowOutcome
from app.kernel.problems import N_, S_, Problem
from app.kernel.telephones import check_telephone
from app.schools import rules
from app.schools.actions import bulk_save_schools
from app.schools.models import School, SchoolUnit, Unit
from app.schools.queries import (
    closing_problems,
    division_units,
    find_school_by_code,
    kind_problems,
    leaving_problems,
    moving_problems,
    possible_successors,
    unit_of_division,
    units_on,
)
from app.schools.rules import leads_back
from app.schools.types import AreaKind, SchoolFacts, SchoolKind

CHUNK = 500


def match_schools(session: Session, rows: Sequence[CheckedRow], actor: Actor, *, today: date) -> dict:
    """Set outcome, subject and changes of every row that the rules let pass."""
    live = [row for row in rows if row.outcome is None]
    _check_inside(rows)
    live = [row for row in live if row.outcome is None]
    facts = _facts(live, today)
    there = _there(session, live)
    codes = {row.values["code"] for row in live if row.outcome is None} | set(_all_codes(session))
    for row in live:
        if row.outcome is not None:
            continue
        one = facts[row.line]
        _check_scope(row, one.unit_id, there.get(one.code), actor)
        for problem in rules.school_problems(one, today):
            row.refuse(_COLUMNS.get(problem.field or "", problem.field), problem)
        if one.successor_code and one.successor_code not in codes:
            row.refuse(
                "successor_code",
                Problem(
                    "successor_unknown",
                    S_("successor_unknown.sheet", "No school has this code, neither on file nor in this sheet."),
                ),
            )
        if row.outcome is None:
            check_own_name(row, there.get(one.code))
        if row.outcome is None:
            _compare(session, row, one, there.get(one.code))
            _check_closing(session, row, one, there.get(one.code), today)
    check_same_names(session, [row for row in live if row.outcome in TAKEN], facts)
    _check_successors([row for row in live if row.outcome in TAKEN], facts, there)
    return {}


_COLUMNS = {"unit_id": "unit"}
TAKEN = (RowOutcome.NEW, RowOutcome.CHANGED)


def _check_closing(session: Session, row: CheckedRow, facts: SchoolFacts, school: School | None, today: date) -> None:
    """What would refuse the whole sheet when it is taken over is told of its row: pupils left, grades that the new kind
    does not have, a move too early."""
    if school is None or not row.changes:
        return
    for problem in kind_problems(school, facts.kind):
        row.refuse("kind", problem)
    if row.changes.get("closed_on", (None, None))[1]:
        for problem in closing_problems(school, today):
            row.refuse("closed_on", problem)
    if "unit" in row.changes:
        came_on = session.scalar(
            select(SchoolUnit.valid_from).where(SchoolUnit.school_id == school.id, SchoolUnit.valid_to.is_(None))
        )
        for problem in (*moving_problems(came_on, today), *leaving_problems(school, today)):
            row.refuse("unit" if "unit" in row.values else "division_code", problem)


def _check_successors(rows: Sequence[CheckedRow], facts: dict[int, SchoolFacts], there: dict[str, School]) -> None:
    """A successor must be on file or a row that is taken over itself, and no chain of them may close to a ring."""
    while True:
        good = [row for row in rows if row.outcome in TAKEN]
        codes = {row.values["code"] for row in good}
        found = [
            row
            for row in good
            if (code := facts[row.line].successor_code)
            and code not in codes
            and code not in there
            and find_school_by_code(code) is None
        ]
        if not found:
            break
        for row in found:
            row.refuse(
                "successor_code",
                Problem(
                    "successor_held", N_("The row of the school with this code is refused, so this one waits with it.")
                ),
            )
    ring: dict[UUID | str, UUID | str] = dict(possible_successors().items())

    def key(code: str) -> UUID | str:
        school = there.get(code) or find_school_by_code(code)
        return school.id if school else code

    for row in rows:
        code = facts[row.line].successor_code
        if row.outcome in TAKEN and code:
            own, successor = key(row.values["code"]), key(code)
            if leads_back(own, successor, ring):
                row.refuse(
                    "successor_code", Problem("successor_ring", N_("That school was itself merged into this one."))
                )
            else:
                ring[own] = successor


OTHER_SCHOOL = S_(
    "code_other_school",
    "Line %(line)s has the same code with another school's name. Nobody can tell from here which row is right: compare "
    "both with the list of school codes and keep one.",
)


def _check_inside(rows: Iterable[CheckedRow]) -> None:
    """A code used twice: the second row waits and names the first, even where that one is refused; under another name
    both wait."""
    first: dict[str, CheckedRow] = {}
    for row in rows:
        code = row.values.get("code")
        if code and (other := first.setdefault(code, row)) is not row:
            refuse_twice(
                row,
                other,
                "code",
                "code_twice",
                N_("This code stands in line %(line)s already. A code belongs to one school."),
                OTHER_SCHOOL,
            )


def _facts(rows: Iterable[CheckedRow], today: date) -> dict[int, SchoolFacts]:
    """What each row says, by line; a row whose unit cannot be told is refused."""
    places, units = division_units(today), units_on(today)
    found: dict[int, SchoolFacts] = {}
    for row in rows:
        unit = _unit(row, places, units)
        if unit is None:
            if "unit" in row.values:
                row.refuse(
                    "unit",
                    Problem(
                        "unit_unknown",
                        N_("No managing unit of this name exists today. Compare it with the list of units."),
                    ),
                )
            else:
                row.refuse(
                    "division_code",
                    Problem(
                        "district_unknown",
                        N_("No district belongs to this code. Compare it with the list of divisions."),
                    ),
                )
            continue
        found[row.line] = facts_of(row, unit)
    return found


def _unit(row: CheckedRow, places: Any, units: list[Unit]) -> UUID | None:
    if name := row.values.get("unit"):
        near = [unit for unit in units if unit.name == name] or [unit for unit in units if name in unit.name]
        return near[0].id if len(near) == 1 else None
    return unit_of_division(row.values["division_code"], places, row.values.get("town_code"))


def facts_of(row: CheckedRow, unit_id: UUID) -> SchoolFacts:
    """The row as the schools slice takes it."""
    values = row.values
    plain = (
        "code",
        "name",
        "division_code",
        "town_code",
        "address",
        "longitude",
        "latitude",
        "principal",
        "telephone",
        "receives",
        "resource_room",
        "special_teachers",
        "special_places",
        "successor_code",
        "former_name",
    )
    days = {name: date.fromisoformat(values[name]) if name in values else None for name in ("opened_on", "closed_on")}
    said: dict[str, Any] = {name: values.get(name) for name in plain} | days  # as the rules left them
    return SchoolFacts(
        kind=SchoolKind(values["kind"]),
        unit_id=unit_id,
        area=AreaKind(values["area"]) if "area" in values else None,
        **said,
    )


def _there(session: Session, rows: Sequence[CheckedRow]) -> dict[str, School]:
    codes = [row.values["code"] for row in rows]
    return {
        school.code: school
        for at in range(0, len(codes), CHUNK)
        for school in session.scalars(select(School).where(School.code.in_(codes[at : at + CHUNK])))
    }


def _all_codes(session: Session) -> list[str]:
    return list(session.scalars(select(School.code)))


def _check_scope(row: CheckedRow, unit_id: UUID, school: School | None, actor: Actor) -> None:
    if actor.municipal or unit_id in actor.unit_ids and (school is None or school.unit_id in actor.unit_ids):
        return
    row.refuse(
        "division_code",
        Problem("district_outside", N_("This school belongs to another district. Leave this row to its coordinator.")),
    )


def _compare(session: Session, row: CheckedRow, facts: SchoolFacts, school: School | None) -> None:
    if school is None:
        row.outcome = RowOutcome.NEW
        return
    row.subject = school.id.hex
    row.changes = {
        name: (_plain(getattr(school, name)), _plain(value))
        for name, value in rules.changed_fields(school, facts, keep_missing=True).items()
    }
    if "telephone" in row.changes and check_telephone(school.telephone).value == facts.telephone:
        del row.changes["telephone"]  # only written otherwise
    if "unit_id" in row.changes:
        names = {unit.id: unit.name for unit in session.scalars(select(Unit))}
        del row.changes["unit_id"]
        row.changes["unit"] = (names.get(school.unit_id), names.get(facts.unit_id))
    if facts.successor_code:
        now = (
            session.scalar(select(School.code).where(School.id == school.successor_id)) if school.successor_id else None
        )
        if now != facts.successor_code:
            row.changes["successor_code"] = (now, facts.successor_code)
    row.outcome = RowOutcome.CHANGED if row.changes else RowOutcome.SAME


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, (str, UUID)) else value


def save_matched(actor: Actor, rows: Sequence[CheckedRow], *, today: date) -> None:
    """Write the rows that match_schools let pass."""
    facts = _facts(rows, today)
    bulk_save_schools(actor, [facts[row.line] for row in rows], today=today)
