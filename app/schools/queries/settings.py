"""Rules by district: the value that holds on a day, its own or the municipality's default."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, or_, select

from app.access import Actor, Permission, Role
from app.db import db
from app.schools.models import DistrictRule, Unit
from app.schools.queries.units import units_on
from app.schools.types import RuleName


def _rules() -> list[DistrictRule]:
    """All rules of all times (a few hundred rows), read once a request."""
    if "district_rules" not in g:
        g.district_rules = list(db.session.scalars(select(DistrictRule).order_by(DistrictRule.valid_from)))
    return g.district_rules


def forget_rules() -> None:
    """Read the rules again at the next question; called when they were written."""
    g.pop("district_rules", None)


def _holding(unit_id: uuid.UUID | None, name: RuleName, day: date) -> DistrictRule | None:
    return next(
        (
            row
            for row in reversed(_rules())
            if row.unit_id == unit_id
            and row.name == name
            and row.valid_from <= day
            and (row.valid_to is None or day < row.valid_to)
        ),
        None,
    )


def rule_row(unit_id: uuid.UUID | None, name: RuleName, day: date) -> DistrictRule | None:
    """The row that holds: the unit's own (even when it says "no such rule here"), else the municipality's."""
    own = _holding(unit_id, name, day) if unit_id else None
    return own or _holding(None, name, day)


def rule_value(unit_id: uuid.UUID | None, name: RuleName, day: date) -> int | None:
    """The value of a rule in a unit on a day, else the municipality's default; None when there is no such rule."""
    row = rule_row(unit_id, name, day)
    return row.value if row else None


def rule_values(unit_id: uuid.UUID | None, day: date) -> Mapping[RuleName, int | None]:
    """All rules of a unit on a day."""
    return {name: rule_value(unit_id, name, day) for name in RuleName}


def list_rules(unit_id: uuid.UUID | None, day: date) -> list[tuple[RuleName, DistrictRule | None, bool]]:
    """(rule, the row that holds, whether it is the unit's own) for every rule, in the order of the enumeration."""
    rows = [(name, rule_row(unit_id, name, day)) for name in RuleName]
    return [(name, row, row is not None and row.unit_id == unit_id) for name, row in rows]


def rule_history(unit_id: uuid.UUID | None) -> list[DistrictRule]:
    """Every row a unit (or the municipality) ever set, the newest first."""
    return sorted(
        (row for row in _rules() if row.unit_id == unit_id),
        key=lambda row: (row.valid_from, row.name.value),
        reverse=True,
    )


def may_set(actor: Actor, unit_id: uuid.UUID | None) -> bool:
    """True when the actor may set rules, closures and terms here: the city and administrators everywhere, districts
    for themselves."""
    if not actor.may(Permission.SETTINGS_WRITE):
        return False
    return actor.municipal or Role.ADMINISTRATOR in actor.roles or (unit_id is not None and unit_id in actor.unit_ids)


def managed_units(actor: Actor, day: date) -> list[Unit]:
    """The units whose settings the actor may write on a day."""
    return [unit for unit in units_on(day) if may_set(actor, unit.id)]


def for_unit(column: Any, unit_id: uuid.UUID | None) -> ColumnElement[bool]:
    """The condition that a row is the municipality's or this unit's."""
    return column.is_(None) if unit_id is None else or_(column.is_(None), column == unit_id)
