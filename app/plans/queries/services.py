"""The services at home of the plans in force: what a timetable is made from, and what districts ask of them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select

from app.access import Actor
from app.children.models import Child, ResponsibleUnit
from app.children.responsible import answering, lasts_beyond, unit_on
from app.children.scoping import scoped
from app.children.sight import in_sight
from app.db import db
from app.kernel.periods import ONE_DAY, Period
from app.plans.models import PlanForce, PlanService, PlanVersion
from app.plans.types import (
    Frequency,
    HomeRule,
    ServiceKind,
    ServicePlace,
)
from app.schools.queries import rule_value
from app.schools.types import RuleName


@dataclass(frozen=True, kw_only=True)
class HomeService:
    """A home-delivered service of a plan in force, clipped to the days on which both plan and service hold.

    `minutes` each time, `times` per `frequency`; `first` and `last` are both inside.
    """

    child_id: uuid.UUID
    version_id: uuid.UUID
    service_key: uuid.UUID
    minutes: int
    times: int
    frequency: Frequency
    needs: str | None
    first: date
    last: date
    provider_school_id: uuid.UUID | None


_ASKED = (
    PlanForce.child_id,
    PlanService.version_id,
    PlanService.service_key,
    PlanService.minutes,
    PlanService.times,
    PlanService.frequency,
    PlanService.needs,
    PlanService.provider_school_id,
)
_DAYS = (
    PlanService.starts_on,
    PlanService.ends_on,
    PlanForce.valid_from,
    PlanForce.valid_to,
    PlanVersion.starts_on.label("plan_starts"),
    PlanVersion.ends_on.label("plan_ends"),
    ResponsibleUnit.valid_from.label("answers_from"),
    ResponsibleUnit.valid_to.label("answers_to"),
)


def list_home_services(actor: Actor, unit_id: uuid.UUID, first: date, last: date) -> list[HomeService]:
    """Every service of home-delivered teaching in plans in force between two days (both inside), of the children in
    sight for whom a unit answers on some of them: of one that came in the middle or goes before the end, as far as
    the unit answers for it."""
    rows = db.session.execute(
        select(*_ASKED, *_DAYS)
        .select_from(PlanService)
        .join(PlanVersion, PlanVersion.id == PlanService.version_id)
        .join(PlanForce, PlanForce.version_id == PlanVersion.id)
        .join(Child, Child.id == PlanForce.child_id)
        .join(ResponsibleUnit, and_(ResponsibleUnit.child_id == Child.id, answering(unit_id, first, last)))
        .where(
            in_sight(actor),
            PlanService.kind == ServiceKind.HOME_TEACHING,
            PlanService.place == ServicePlace.HOME,
            PlanForce.valid_from <= last,
            or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > first),
        )
        .order_by(
            Child.sort_key,
            Child.id,
            PlanService.position,
            PlanService.id,
            PlanForce.valid_from,
            ResponsibleUnit.valid_from,
        )
    )
    found: list[HomeService] = []
    for row in rows:
        days = _days(row, first, last)
        if days is not None and days.last is not None:
            said = {column.key: getattr(row, column.key) for column in _ASKED}
            _add(found, HomeService(**said, first=days.start, last=days.last))
    return found


def _add(found: list[HomeService], one: HomeService) -> None:
    """A service that goes on in the unit's next period, after a move to another of its towns, is one."""
    before = found[-1] if found else None
    if (
        before
        and before.last + ONE_DAY == one.first
        and replace(before, last=one.last) == replace(one, first=before.first)
    ):
        found[-1] = replace(before, last=one.last)
    else:
        found.append(one)


def _days(row: Any, first: date, last: date) -> Period | None:
    """The days on which the force, the plan's dates, the service's dates and the asked days all hold."""
    asked: Period | None = Period.through(first, last)
    for period in (
        Period(row.valid_from, row.valid_to),
        Period.through(row.plan_starts, row.plan_ends),
        _own_days(row),
        Period(row.answers_from, row.answers_to),
    ):
        asked = asked.intersection(period) if asked and period else None
    return asked


def _own_days(row: Any) -> Period | None:
    first, last = row.starts_on or row.plan_starts, row.ends_on or row.plan_ends
    return Period.through(first, last) if first <= last else None


def home_services_of_units(
    units: Iterable[uuid.UUID], first: date, last: date
) -> dict[uuid.UUID, set[tuple[date, date]]]:
    """When children of each unit have home-delivered teaching in a plan in force between two days: (first, last) of
    the plans, as far as the unit answers, without saying whose. One query; `units` are those for which the caller
    plans."""
    rows = db.session.execute(
        select(
            ResponsibleUnit.unit_id,
            ResponsibleUnit.valid_from,
            ResponsibleUnit.valid_to,
            PlanForce.valid_from,
            PlanForce.valid_to,
            PlanVersion.starts_on,
            PlanVersion.ends_on,
        )
        .distinct()
        .join(PlanForce, PlanForce.child_id == ResponsibleUnit.child_id)
        .join(PlanVersion, PlanVersion.id == PlanForce.version_id)
        .join(PlanService, PlanService.version_id == PlanVersion.id)
        .where(
            scoped(ResponsibleUnit.unit_id.in_(list(units))),
            ResponsibleUnit.valid_from <= last,
            lasts_beyond(first),
            PlanService.kind == ServiceKind.HOME_TEACHING,
            PlanService.place == ServicePlace.HOME,
            PlanForce.valid_from <= last,
            or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > first),
            PlanVersion.starts_on <= last,
            PlanVersion.ends_on >= first,
        )
    )
    found: dict[uuid.UUID, set[tuple[date, date]]] = defaultdict(set)
    for unit, answers, no_more, since, until, starts, ends in rows:
        begin = max(answers, since, starts)
        end = min([ends, *(day - ONE_DAY for day in (no_more, until) if day is not None)])
        if begin <= end:
            found[unit].add((begin, end))
    return found


def home_rule(unit_id: uuid.UUID, day: date) -> HomeRule:
    """The district's least number of visits at home on a day."""
    return HomeRule(
        rule_value(unit_id, RuleName.VISITS_PER_WEEK, day), rule_value(unit_id, RuleName.VISITS_PER_MONTH, day)
    )


def rule_for(child_id: uuid.UUID, day: date) -> HomeRule:
    """The rule of the district that answers for the child on a day."""
    return home_rule(unit_on(child_id, day), day)
