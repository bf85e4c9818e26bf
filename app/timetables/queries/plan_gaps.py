"""Published months that a plan approved since, or one that ended, does not fit any more. Nothing is kept of it: every
page asks, so that a repair that was published and a plan that was replaced are seen at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select

from app.access import SYSTEM, Actor
from app.db import db
from app.db.remember import remembered
from app.plans.models import PlanVersion
from app.plans.queries import list_home_services
from app.plans.queries.services import HomeService
from app.timetables.models import Timetable, UnservedNeed, Visit
from app.timetables.queries.naming import child_names
from app.timetables.queries.short_weeks import short_weeks
from app.timetables.queries.unfit import made_from, to_come, unfit_visits
from app.timetables.rules.fitting import Gap, gaps
from app.timetables.rules.gathering import month_of

ROOM = timedelta(days=6)
"""A service that is asked for during fewer days of the month than a week is not missed in it."""


def plan_gaps(actor: Actor, row: Timetable, today: date) -> list[tuple[Gap, str]]:
    """Children with published visits after today that no longer are what the plan in force on their day says, each with
    its name, in order of the day; of a timetable in force. The caller has checked the scope."""
    if not row.in_force or row.last_on <= today:
        return []
    return remembered(("plan gaps", actor, row.id, today), lambda: _named(actor, gaps_of_month(row, today)))


def _named(actor: Actor, found: list[Gap]) -> list[tuple[Gap, str]]:
    names = child_names(actor, {one.child_id for one in found})
    known = [(one, names[one.child_id]) for one in found if one.child_id in names]
    return sorted(known, key=lambda pair: (pair[0].since, pair[1], str(pair[0].child_id)))


def gaps_of_month(row: Timetable, today: date) -> list[Gap]:
    """The same without names."""
    first, last = month_of(row.last_on)
    every = list_home_services(SYSTEM, row.unit_id, first, last)
    services = [one for one in every if one.last > today]
    visits = to_come(row, today)
    made = made_from(visits)
    unfit = unfit_visits(row, visits, made, services)
    stale = {one.child_id for one in unfit}
    short = {child: rows for child, rows in short_weeks(row, every, visits, today).items() if child not in stale}
    return gaps(unfit, made, services, _unplanned(row, visits, services, today), short)


def _unplanned(
    row: Timetable, visits: Iterable[Visit], services: Iterable[HomeService], today: date
) -> list[HomeService]:
    """Services of plans approved since the timetable was made that have no visit to come in the month and were not
    asked for in vain."""
    have = {(one.child_id, one.service_key) for one in visits}
    left_out = {one.child for one in row.figures.left_out}
    open_ones = [
        one
        for one in services
        if (one.child_id, one.service_key) not in have
        and one.child_id not in left_out
        and one.last - max(one.first, today) >= ROOM
    ]
    if not open_ones:
        return []
    new = set(
        db.session.scalars(
            select(PlanVersion.id).where(
                PlanVersion.id.in_({one.version_id for one in open_ones}), PlanVersion.approved_at > row.created_at
            )
        )
    )
    asked = db.session.execute(
        select(UnservedNeed.child_id, UnservedNeed.service_key).where(UnservedNeed.timetable_id == row.id)
    )
    in_vain = {(one.child_id, one.service_key) for one in asked}
    return [one for one in open_ones if one.version_id in new and (one.child_id, one.service_key) not in in_vain]
