"""Units and divisions on a day."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from app.db import db
from app.db.remember import remembered
from app.errors import NotFound
from app.schools.models import Division, Unit, UnitDivision
from app.schools.types import DivisionLevel, UnitKind


def on_day(table: Any, day: date) -> ColumnElement[bool]:
    """The condition that a row with valid_from and valid_to holds on `day`."""
    return (table.valid_from <= day) & or_(table.valid_to.is_(None), table.valid_to > day)


def units_on(day: date, *, zones: bool = True) -> list[Unit]:
    """The managing units of a day, districts and counties by code, functional zones behind them (or left out)."""
    query = select(Unit).where(on_day(Unit, day))
    if not zones:
        query = query.where(Unit.kind != UnitKind.FUNCTIONAL_ZONE)
    return list(
        db.session.scalars(query.order_by(case((Unit.kind == UnitKind.FUNCTIONAL_ZONE, 1), else_=0), Unit.code))
    )


def unit_choices(day: date) -> list[tuple[uuid.UUID, str]]:
    """(id, name) of the managing units of a day in the same order, for a select; kept until something changes."""
    return remembered(("units", day), lambda: [(unit.id, unit.name) for unit in units_on(day)])


def count_county_units(day: date) -> int:
    """How many districts, counties and autonomous counties there are on a day; functional zones are listed apart. Kept
    until something changes."""
    return remembered(
        ("county units", day),
        lambda: (
            db.session.scalar(
                select(func.count()).select_from(Unit).where(on_day(Unit, day), Unit.kind != UnitKind.FUNCTIONAL_ZONE)
            )
            or 0
        ),
    )


def find_unit(unit_id: uuid.UUID) -> Unit | None:
    """The unit with this id, of any time."""
    return db.session.get(Unit, unit_id)


def get_unit(unit_id: uuid.UUID) -> Unit:
    """The unit with this id. Raises NotFound."""
    unit = find_unit(unit_id)
    if unit is None:
        raise NotFound
    return unit


def find_unit_by_code(code: str) -> Unit | None:
    """The unit with our lasting code."""
    return db.session.scalar(select(Unit).where(Unit.code == code))


def find_unit_by_name(name: str, day: date) -> Unit | None:
    """The unit of a day whose name is `name`, or contains it when just one does (高新区 finds 西部科学城重庆高新区)."""
    wanted = name.strip()
    if not wanted:
        return None
    units = units_on(day)
    same = [unit for unit in units if unit.name == wanted]
    near = same or [unit for unit in units if wanted in unit.name]
    return near[0] if len(near) == 1 else None


def unit_names() -> dict[uuid.UUID, str]:
    """Names of all units of all times, by id; kept until something changes."""
    return remembered("unit names", lambda: {row.id: row.name for row in db.rows(select(Unit.id, Unit.name))})


def division_units(day: date) -> Mapping[str, uuid.UUID]:
    """Which unit a division code (district, moved town, or a dead code) belongs to on a day; see `unit_of_division`."""
    return {
        row.division_code: row.unit_id
        for row in db.session.execute(
            select(UnitDivision.division_code, UnitDivision.unit_id).where(on_day(UnitDivision, day))
        )
    }


def unit_of_division(
    code: str | None, units: Mapping[str, uuid.UUID], town_code: str | None = None
) -> uuid.UUID | None:
    """The unit of a place: its town's own row before that of its district. `units` comes from `division_units(day)`."""
    for key in ((town_code or "")[:9], (code or "")[:9], (town_code or "")[:6], (code or "")[:6]):
        if key and key in units:
            return units[key]
    return None


def list_divisions(day: date, level: DivisionLevel, parent_code: str | None = None) -> list[Division]:
    """The divisions of a level on a day, by code; those below `parent_code` when it is given."""
    query = select(Division).where(on_day(Division, day), Division.level == level)
    if parent_code:
        query = query.where(Division.parent_code == parent_code)
    return list(db.session.scalars(query.order_by(Division.code)))


def division_names(codes: Iterable[str | None], day: date) -> dict[str, str]:
    """Names of divisions by code: as on `day`, else the last name that a code had."""
    wanted = {code[:9] if len(code) > 6 else code for code in codes if code}
    rows = (
        db.session.scalars(
            select(Division).where(Division.code.in_(wanted), Division.valid_from <= day).order_by(Division.valid_from)
        )
        if wanted
        else ()
    )
    return {row.code: row.name for row in rows}
