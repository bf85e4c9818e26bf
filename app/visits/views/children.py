"""The visits tab of a child's file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.children.frame import render_file
from app.children.queries import find_home, get_file, read_child
from app.teams.forms import WEEKDAYS
from app.teams.queries.families import coming_closures, family_wishes, list_family_times
from app.timetables.queries.moving_away import void_visits
from app.timetables.rules.gathering import month_name, month_of
from app.timetables.views.calendars import month_weeks, weekday_names
from app.visits.documents import plan_words
from app.visits.queries import minutes, own, periods
from app.visits.queries.children import (
    ChildVisit,
    get_seen_visit,
    list_child_visits,
    list_past_visits,
    next_visits,
    planned_months,
)
from app.visits.queries.in_force import plan_of_visit, plans_changed, plans_of_records
from app.visits.rules.attendance import attendance_of
from app.visits.views.asked import balances_of
from app.visits.views.pages import pages
from app.web.days import asked_month
from app.web.filters import said, span, today
from app.web.requests import note_opening


def _asked_month() -> date:
    """A day in the middle of the asked month, else today."""
    return asked_month() or today()


@dataclass(frozen=True, kw_only=True)
class Month:
    """The visits of a month of whole weeks, planned and given, and what is owed of them."""

    visits: Sequence[ChildVisit]
    weeks: Sequence[Any]
    weekdays: Sequence[str]
    first: date
    last: date
    months: Sequence[str]
    balances: Sequence[Any]
    attendance: Any
    plans_since: Sequence[tuple[date, int]]
    year_known: bool


@dataclass(frozen=True, kw_only=True)
class Receiving:
    """Where and when the family can be visited, and by whom it wishes to be."""

    home: Any
    wishes: Any
    times: Sequence[Any]
    closures: Sequence[Any]
    weekday_words: Sequence[Any]


@pages.get("/children/<uuid:child_id>/visits", needs=Permission.CHILDREN_READ)
def show_child_visits(child_id: uuid.UUID) -> ResponseReturnValue:
    child, until = read_child(g.actor, child_id)
    note_opening(child.id, "visits")
    first, last = month_of(_asked_month())
    month = month_name(first)
    if until is not None:
        return _past_visits(child, until, first, last)
    visits = list_child_visits(child.id, first, last)
    days, known = periods.month_of_child(child.id, first)
    return render_file(
        "visits/show_child_visits.html",
        child,
        "visits",
        coming=next_visits(child.id, today()),
        owing=minutes.owing(child.id, first, today()),
        shown=Month(
            visits=visits,
            weeks=_weeks(month, visits, days),
            weekdays=weekday_names(),
            first=first,
            last=last,
            months=planned_months(child.id),
            balances=balances_of(child.id, first, last),
            attendance=attendance_of(one for one in visits if one.closed is None),
            plans_since=plans_changed(visits),
            year_known=known,
        ),
        receiving=Receiving(
            home=find_home(child.id),
            wishes=family_wishes({child.id}).get(child.id),
            times=list_family_times(child.id),
            closures=coming_closures(g.actor, child, today()),
            weekday_words=WEEKDAYS,
        ),
    )


def _past_visits(child: Any, until: date, first: Any, last: Any) -> ResponseReturnValue:
    """The same month for somebody who has the child no longer: what was until then."""
    return render_file(
        "visits/show_past_visits.html",
        child,
        "visits",
        until=until,
        month=month_name(first),
        visits=list_past_visits(child.id, first, last, until),
        months=planned_months(child.id, until=until),
    )


def _weeks(month: Any, visits: Sequence[Any], days: Any) -> Any:
    """The month as a sheet of weeks: closed days with their reason, visits with time and team."""
    closed = {one.day: said(one.reason) for one in days if one.acts_as is None and one.reason}
    return month_weeks(
        month,
        visits,
        closed,
        lambda one: f"{span(one.start, one.end)} {one.team}",
        lambda one: url_for(".show_visit", visit_id=one.id),
    )


@pages.get("/visits/<uuid:visit_id>", needs=Permission.CHILDREN_READ)
def show_visit(visit_id: uuid.UUID) -> ResponseReturnValue:
    """One visit: what was planned, and every record of it, none overwritten."""
    visit, team_name = get_seen_visit(g.actor, visit_id)
    child = get_file(g.actor, visit.child_id)
    note_opening(child.id, "visit")
    plan = plan_of_visit(visit)
    found = own.list_records(visit.id)
    plans = plans_of_records(visit, found, plan)
    records = [(record, own.points_of(record.id), plans[record.id]) for record in found]
    return render_file(
        "visits/show_visit.html",
        child,
        "visits",
        visit=visit,
        team_name=team_name,
        records=records,
        plan=plan,
        plan_words=plan_words(plan),
        closed=None if found else void_visits([visit]).get(visit.id),
        mine=own.is_own_visit(g.actor, visit.id),
    )
