"""What waits for somebody who makes timetables, and for a teacher who goes to the homes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask import url_for
from flask_babel import ngettext

from app.access import Actor
from app.home.types import Press, Work
from app.repairs.queries.answers import count_wishes
from app.teams.queries.who_may_plan import planning_units
from app.timetables.queries.closed import ToRepair, closed_to_repair
from app.timetables.queries.plan_gaps_ahead import ToReplan, to_replan
from app.timetables.queries.taught import Lacking, days_ahead, units_without
from app.timetables.queries.waiting import count_waiting
from app.visits.queries.own import count_my_day

URGENT = timedelta(days=7)
"""What is to be repaired so soon goes before what only waits."""


def timetables(actor: Actor, today: date) -> Iterator[Work]:
    """The lines of whoever makes timetables: of a district its own, of the city how many districts they are about."""
    drafts = count_waiting(actor, today)
    yield Work(
        drafts,
        ngettext(
            "%(num)s timetable is made and not published", "%(num)s timetables are made and not published", drafts
        ),
        url_for("timetables.list_timetables"),
        Press.WAITING,
    )
    wishes = count_wishes(actor)
    yield Work(
        wishes,
        ngettext(
            "%(num)s family asks for another time of a visit",
            "%(num)s families ask for another time of a visit",
            wishes,
        ),
        url_for("repairs.list_move_wishes"),
        Press.URGENT,
    )
    units = planning_units(actor, today)
    days = days_ahead(units, today)
    yield _closed(actor, today, closed_to_repair(units, today, days))
    yield _replan(to_replan(units, today), today)
    yield from _unplanned(units_without(units, today, days))


def _closed(actor: Actor, today: date, hit: ToRepair) -> Work:
    press = Press.URGENT if hit.days and hit.days[0] <= today + URGENT else Press.WAITING
    if not actor.municipal:
        text = ngettext(
            "%(num)s visit stands on a day without school: repair the timetable",
            "%(num)s visits stand on days without school: repair the timetable",
            hit.visits,
        )
        return Work(hit.visits, text, _repair_url(hit), press)
    districts = len(hit.units)
    text = ngettext(
        "%(num)s district has visits on days without school: repair the timetable",
        "%(num)s districts have visits on days without school: repair the timetables",
        districts,
    )
    return Work(districts, text, _repair_url(hit), press)


def _replan(found: ToReplan, today: date) -> Work:
    only = found.timetables[0] if len(found.timetables) == 1 else None
    return Work(
        found.children,
        ngettext(
            "%(num)s child has published visits that no longer are what its plan says",
            "%(num)s children have published visits that no longer are what their plans say",
            found.children,
        ),
        url_for("timetables.show_timetable", timetable_id=only, _anchor="plans")
        if only
        else url_for("timetables.list_timetables", plans=1),
        Press.URGENT if found.first and found.first <= today + URGENT else Press.WAITING,
    )


def _repair_url(hit: ToRepair) -> str:
    """To the repair of the day; to the timetable that names its days, or to the list where it is more than one."""
    if hit.timetable_id is None:
        return url_for("timetables.list_timetables", closed=1)
    if len(hit.days) > 1:
        return url_for("timetables.show_timetable", timetable_id=hit.timetable_id)
    return url_for(
        "repairs.new_repair", timetable_id=hit.timetable_id, kind="day_closed", first=hit.days[0], last=hit.days[0]
    )


def _unplanned(lack: Lacking) -> Iterator[Work]:
    running, later = len(lack.running_in), len(lack.month_in)
    yield Work(
        running,
        ngettext(
            "%(num)s district has no timetable for the running month",
            "%(num)s districts have no timetable for the running month",
            running,
        ),
        url_for("timetables.new_timetable", month=lack.running, unit=next(iter(lack.running_in)))
        if running == 1
        else url_for("timetables.list_timetables", month=lack.running),
        Press.OVERDUE,
    )
    yield Work(
        later,
        ngettext(
            "%(num)s district has no timetable for next month",
            "%(num)s districts have no timetable for next month",
            later,
        ),
        url_for("timetables.list_timetables", month=lack.month),
        Press.SOON,
    )
    yield Work(
        lack.awaiting,
        ngettext(
            "%(num)s district has not entered the days of the next term",
            "%(num)s districts have not entered the days of the next term",
            lack.awaiting,
        ),
        url_for("timetables.show_term", month=lack.awaited),
        Press.SOON,
    )


def visits(actor: Actor, today: date) -> Iterator[Work]:
    """The lines of a teacher who goes to the homes."""
    day, url = count_my_day(actor, today), url_for("visits.my_week")
    yield Work(
        day.unrecorded,
        ngettext("%(num)s visit is not recorded yet", "%(num)s visits are not recorded yet", day.unrecorded),
        url,
        Press.OVERDUE if day.overdue else Press.URGENT,
    )
    yield Work(
        day.closed,
        ngettext(
            "%(num)s visit of today stands on a day without school: do not set out",
            "%(num)s visits of today stand on a day without school: do not set out",
            day.closed,
        ),
        url,
        Press.URGENT,
    )
    yield Work(day.today, ngettext("%(num)s visit today", "%(num)s visits today", day.today), url, Press.WAITING)
    yield Work(
        day.closed_ahead,
        ngettext(
            "%(num)s visit of the next two weeks stands on a day without school: wait for another day",
            "%(num)s visits of the next two weeks stand on days without school: wait for other days",
            day.closed_ahead,
        ),
        url_for("visits.my_week", week=day.closed_on),
        Press.WAITING,
    )
