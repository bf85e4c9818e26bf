"""Schools, their facts and actors for tests, on the units of the reference data. The caller commits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.access import SYSTEM, Actor, Grant, Role
from app.kernel.ids import new_id
from app.schools.actions import save_school
from app.schools.models import School
from app.schools.reference import unit_id
from app.schools.types import SchoolFacts, SchoolKind
from tests.factories.numbers import next_number

TODAY = date(2026, 11, 23)
PENGSHUI, BEIBEI = "500243", "500109"


def facts(name: str = "郁山镇中心校", unit: str = PENGSHUI, **values) -> SchoolFacts:
    """A primary school that nothing is wrong with; `unit` is the code of its unit, `values` replace fields."""
    made = SchoolFacts(
        code=f"2150{next_number():06d}",
        name=name,
        kind=SchoolKind.PRIMARY,
        unit_id=unit_id(unit),
        division_code=unit if unit.isdecimal() else "500112",
        opened_on=date(2010, 9, 1),
    )
    return replace(made, **values)


def make_school(name: str = "郁山镇中心校", unit: str = PENGSHUI, **values) -> School:
    """A stored school."""
    return save_school(SYSTEM, facts(name, unit, **values), today=TODAY)


def actor_of_unit(code: str = PENGSHUI) -> Actor:
    """A coordinator of a district, without an account."""
    return Actor(new_id(), "向主任", (Grant(Role.DISTRICT_COORDINATOR, unit_id=unit_id(code)),))


def actor_of_school(school: School) -> Actor:
    """A coordinator of a school, without an account."""
    return Actor(new_id(), "陈老师", (Grant(Role.SCHOOL_COORDINATOR, school_id=school.id),))


def actor_of(role: Role) -> Actor:
    """Somebody of a role that needs no scope, without an account."""
    return Actor(new_id(), role.value, (Grant(role),))
