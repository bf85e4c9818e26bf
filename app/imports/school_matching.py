"""Schools of a sheet against our list: by code, which is for life."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.imports.types import CheckedRow, RowOutcome
from app.kernel.problems import N_, Problem
from app.schools import rules
from app.schools.actions import bulk_save_schools
from app.schools.models import School, Unit
from app.schools.queries import division_units, unit_of_division, units_on
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
            row.refuse(_COLUMNS.get(problem.field, problem.field), problem)
        if one.successor_code and one.successor_code not in codes:
            row.refuse("successor_code", Problem("successor_unknown", N_(
                "No school has this code, neither on file nor in this sheet.")))
        if row.outcome is None:
            _compare(session, row, one, there.get(one.code))
    return {}


_COLUMNS = {"unit_id": "unit"}


def _check_inside(rows: Iterable[CheckedRow]) -> None:
    """A code used twice: the second row waits and names the first, even where that one is refused."""
    first: dict[str, int] = {}
    for row in rows:
        code = row.values.get("code")
        if code and (line := first.setdefault(code, row.line)) != row.line:
            row.refuse("code", Problem("code_twice", N_(
                "This code stands in line %(line)s already. A code belongs to one school."), {"line": line}))


def _facts(rows: Iterable[CheckedRow], today: date) -> dict[int, SchoolFacts]:
    """What each row says, by line; a row whose unit cannot be told is refused."""
    places, units = division_units(today), units_on(today)
    found: dict[int, SchoolFacts] = {}
    for row in rows:
        unit = _unit(row, places, units)
        if unit is None:
            if "unit" in row.values:
                row.refuse("unit", Problem("unit_unknown", N_(
                    "No managing unit of this name exists today. Compare it with the list of units.")))
            else:
                row.refuse("division_code", Problem("district_unknown", N_(
                    "No district belongs to this code. Compare it with the list of divisions.")))
            continue
        found[row.line] = facts_of(row, unit)
    return found


def _unit(row: CheckedRow, places, units: list[Unit]) -> UUID | None:
    if name := row.values.get("unit"):
        near = [unit for unit in units if unit.name == name] or [unit for unit in units if name in unit.name]
        return near[0].id if len(near) == 1 else None
    return unit_of_division(row.values["division_code"], places, row.values.get("town_code"))


def facts_of(row: CheckedRow, unit_id: UUID) -> SchoolFacts:
    """The row as the schools slice takes it."""
    values = row.values
    plain = ("code", "name", "division_code", "town_code", "address", "longitude", "latitude", "principal",
             "telephone", "receives", "resource_room", "special_teachers", "special_places", "successor_code",
             "former_name")
    days = {name: date.fromisoformat(values[name]) if name in values else None for name in ("opened_on", "closed_on")}
    return SchoolFacts(kind=SchoolKind(values["kind"]), unit_id=unit_id,
                       area=AreaKind(values["area"]) if "area" in values else None, **days,
                       **{name: values.get(name) for name in plain})


def _there(session: Session, rows: Sequence[CheckedRow]) -> dict[str, School]:
    codes = [row.values["code"] for row in rows]
    return {school.code: school for at in range(0, len(codes), CHUNK) for school in session.scalars(
        select(School).where(School.code.in_(codes[at:at + CHUNK])))}


def _all_codes(session: Session) -> list[str]:
    return list(session.scalars(select(School.code)))


def _check_scope(row: CheckedRow, unit_id: UUID, school: School | None, actor: Actor) -> None:
    if actor.municipal or unit_id in actor.unit_ids and (school is None or school.unit_id in actor.unit_ids):
        return
    row.refuse("division_code", Problem("district_outside", N_(
        "This school belongs to another district. Leave this row to its coordinator.")))


def _compare(session: Session, row: CheckedRow, facts: SchoolFacts, school: School | None) -> None:
    if school is None:
        row.outcome = RowOutcome.NEW
        return
    row.subject = school.id.hex
    row.changes = {name: (_plain(getattr(school, name)), _plain(value))
                   for name, value in rules.changed_fields(school, facts, keep_missing=True).items()}
    if "unit_id" in row.changes:
        names = {unit.id: unit.name for unit in session.scalars(select(Unit))}
        del row.changes["unit_id"]
        row.changes["unit"] = (names.get(school.unit_id), names.get(facts.unit_id))
    if facts.successor_code:
        now = session.scalar(select(School.code).where(School.id == school.successor_id)) \
            if school.successor_id else None
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


