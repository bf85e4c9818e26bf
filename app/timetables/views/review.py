"""Pages of reviewing a timetable: all teams of a day, dragging and pinning visits, children by weeks, loads."""

from __future__ import annotations

import uuid
from datetime import date, time, timedelta
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.dates import monday_of
from app.kernel.problems import Refused
from app.schools.queries import unit_names
from app.teams.forms import minutes_of
from app.teams.queries.who_may_plan import may_plan
from app.timetables.actions.moving import move_visit
from app.timetables.actions.pins import pin_visit
from app.timetables.queries import naming, placed, timetables
from app.timetables.queries.pins import pins_of_month
from app.timetables.queries.runs import get_planned, last_published
from app.timetables.queries.strip import list_strip
from app.timetables.types import TimetableState
from app.timetables.views.boards import day_columns, hours_of, pin_keys
from app.timetables.views.figures import figure_rows
from app.timetables.views.loads import load_rows
from app.timetables.views.pages import pages
from app.timetables.views.showing import board_url, closed_days
from app.web.days import day_of
from app.web.filters import today
from app.web.paging import asked_page
from app.web.reading import as_uuid
from app.web.requests import sent_switch


def asked_day(row: Any, name: str = "day") -> date:
    """The asked day, else today, kept inside the timetable."""
    asked = day_of(request.args.get(name, "")) or today()
    return min(max(asked, row.first_on), row.last_on)


def made_timetable(timetable_id: uuid.UUID) -> Any:
    """A timetable that has been made; one at work is shown on its own page."""
    row = timetables.get_timetable(g.actor, timetable_id)
    if row.state in (TimetableState.QUEUED, TimetableState.FAILED):
        abort(404)
    return row


@pages.get("/timetables/<uuid:timetable_id>/day", needs=Permission.TIMETABLES_READ)
def show_day(timetable_id: uuid.UUID) -> ResponseReturnValue:
    """All teams of a day in columns."""
    row = made_timetable(timetable_id)
    planner, closed, day = may_plan(g.actor, row.unit_id), closed_days(row), asked_day(row)
    if "day" not in request.args:
        day = first_open_day(row, day, closed)
    visits = placed.list_placed(g.actor, row.id, first=day, last=day)
    pins = pin_keys(pins_of_month(row.unit_id, row.month)) if planner else set()
    columns = day_columns(
        visits, day, naming.teams_of(g.actor, row), closed, pins, lambda one: board_url(one, row, planner)
    )
    return render_template(
        "timetables/show_day.html",
        timetable=row,
        planner=planner,
        unit_name=unit_names().get(row.unit_id, ""),
        day=day,
        columns=columns,
        hours=hours_of(visits),
        days=school_days(row, closed),
    )


def school_days(row: Any, closed: Any) -> list[date]:
    """Monday to Friday of a timetable without closed days."""
    days = [row.first_on + timedelta(days=n) for n in range((row.last_on - row.first_on).days + 1)]
    return [one for one in days if one.weekday() < 5 and one not in closed]


def first_open_day(row: Any, day: date, closed: Any) -> date:
    """The day itself or the next school day of the timetable."""
    return next((one for one in school_days(row, closed) if one >= day), day)


@pages.post("/visits/<uuid:visit_id>/drop", needs=Permission.TIMETABLES_WRITE)
def drop_visit(visit_id: uuid.UUID) -> ResponseReturnValue:
    """Move a visit that was dragged; the answer says what became of it or what forbids it."""
    visit = placed.get_visit(g.actor, visit_id)
    try:
        day, start = day_of(request.form.get("day", "")), time.fromisoformat(request.form.get("start", ""))
        team_id = as_uuid(request.form.get("team_id")) or visit.team_id
    except ValueError:
        abort(400)
    if day is None:
        abort(400)
    name = naming.child_names(g.actor, {visit.child_id}).get(visit.child_id, "")
    try:
        moved = move_visit(g.actor, visit.id, day=day, start=minutes_of(start), team_id=team_id)
    except Refused as refused:
        return render_template("timetables/drop_visit.html", findings=refused.problems, name=name), 422
    return render_template("timetables/drop_visit.html", findings=(), name=name, moved=moved)


@pages.post("/visits/<uuid:visit_id>/pin", needs=Permission.TIMETABLES_WRITE)
def toggle_pin(visit_id: uuid.UUID) -> ResponseReturnValue:
    """Pin a visit or free it; the form says which, so that a repeated click changes nothing."""
    placed.get_visit(g.actor, visit_id)
    pinned = sent_switch("pinned")
    row, visit = pin_visit(g.actor, visit_id, pinned=pinned)
    if request.headers.get("HX-Request"):
        return render_template(
            "timetables/pin_visit.html",
            visit=visit,
            pinned=pinned,
            name=naming.child_names(g.actor, {visit.child_id}).get(visit.child_id, ""),
        )
    flash(
        _("The visit is pinned: the next run of this month leaves it here.")
        if pinned
        else _("The visit is no longer pinned."),
        "ok",
    )
    return redirect(url_for(".show_timetable", timetable_id=row.id, team=visit.team_id, week=monday_of(visit.day)), 303)


@pages.get("/timetables/<uuid:timetable_id>/children", needs=Permission.TIMETABLES_WRITE)
def show_strip(timetable_id: uuid.UUID) -> ResponseReturnValue:
    """A row for each child with the weeks of the term as cells."""
    row = get_planned(g.actor, timetable_id)
    only = request.args.get("only") == "missing"
    strip, page = list_strip(g.actor, row, only_missing=only, page_of=lambda total: asked_page(total, 40))
    return render_template(
        "timetables/show_strip.html",
        timetable=row,
        planner=True,
        strip=strip,
        page=page,
        only=only,
        unit_name=unit_names().get(row.unit_id, ""),
    )


@pages.get("/timetables/<uuid:timetable_id>/load", needs=Permission.TIMETABLES_WRITE)
def show_load(timetable_id: uuid.UUID) -> ResponseReturnValue:
    """What every team has to do, how evenly it is shared, and the same of the last published timetable."""
    row = get_planned(g.actor, timetable_id)
    former = last_published(row)
    return render_template(
        "timetables/show_load.html",
        timetable=row,
        planner=True,
        former=former,
        rows=load_rows(g.actor, row, former),
        figures=figure_rows(row, former) if former else None,
        own=figure_rows(row, row),
        unit_name=unit_names().get(row.unit_id, ""),
    )
