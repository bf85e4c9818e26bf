"""Pages of timetables: the list, one with its figures and calendar."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from flask import g, render_template, request, url_for

from app.access import Permission
from app.kernel.names import sort_key
from app.kernel.problems import Refused
from app.schools.queries import unit_names
from app.visits.actions.happenings import inputs_for
from app.visits.forms import as_uuid
from app.visits.queries import (
    find_published,
    get_timetable,
    list_placed,
    list_unserved,
    may_plan,
    outdated_plans,
    planned_units,
    teams_of,
    unused_drafts,
)
from app.visits.queries import (
    list_timetables as read_timetables,
)
from app.visits.queries.closed import closed_hits
from app.visits.queries.continuity import own_share
from app.visits.queries.joint import joint_teams
from app.visits.queries.own import teams_with_visits
from app.visits.queries.pins import pins_of_month
from app.visits.queries.remedies import tries_of, what_a_remedy_brought
from app.visits.queries.runs import find_run, last_published, relaxations_with
from app.visits.queries.taught import month_kind, next_to_plan
from app.visits.queries.timetables import child_names
from app.visits.rules import inputs_hash, is_month, split_needs
from app.visits.types import LeftOut, MonthKind, TeamLack, TimetableState
from app.visits.views.boards import hours_of, pin_keys, week_columns
from app.visits.views.calendars import monday_of, month_weeks, span, weekday_names
from app.visits.views.charts import way_chart
from app.visits.views.figures import (
    bound_words,
    easing_words,
    failure_words,
    own_team,
    road_hours,
    settings_words,
    share,
    told,
)
from app.visits.views.lacks import child_lack, team_lack_line
from app.visits.views.pages import pages
from app.visits.views.remedies import joint_rows, remedy_rows
from app.visits.views.runs import progress_values
from app.visits.views.showing import board_url, closed_days
from app.web.days import asked_day
from app.web.filters import clock, today
from app.web.i18n import gettext as _
from app.web.paging import asked_page


@pages.get("/timetables", needs=Permission.TIMETABLES_READ)
def list_timetables():
    unit_id, month = request.args.get("unit", type=as_uuid), request.args.get("month", "")
    rows, page = read_timetables(g.actor, unit_id=unit_id, month=month, page_of=asked_page)
    units = planned_units(g.actor, today())
    only = unit_id or (units[0][0] if len(units) == 1 else None)
    return render_template("visits/list_timetables.html", rows=rows, page=page, month=month, hit=_hit(rows),
                           unused=unused_drafts([row.id for row, _unit in rows]), unit_id=unit_id, units=units,
                           next_month=next_to_plan(only, today()) if only else None,
                           free=not rows and is_month(month) and bool(units)
                           and month_kind(only, month) == MonthKind.FREE)


def _hit(rows) -> set:
    """Those of the timetables in force that have visits on closed days and wait for a repair."""
    return {row.id for row, _unit in rows if _in_force(row) and row.last_on >= today()
            and may_plan(g.actor, row.unit_id) and closed_hits(row, today())}


@pages.get("/timetables/<uuid:timetable_id>", needs=Permission.TIMETABLES_READ)
def show_timetable(timetable_id):
    row = get_timetable(g.actor, timetable_id)
    planner = may_plan(g.actor, row.unit_id)
    if row.state in (TimetableState.QUEUED, TimetableState.FAILED):
        return render_template("visits/wait_timetable.html", unit_name=unit_names().get(row.unit_id, ""),
                               **progress_values(row))
    teams = teams_of(g.actor, row)
    team_id = request.args.get("team", type=as_uuid) or (teams[0][0] if teams else None)
    monday = _week(row)
    closed = closed_days(row)
    monday, visits = _week_of_team(row, team_id, monday) if team_id else (monday, [])
    pins = pin_keys(pins_of_month(row.unit_id, row.month)) if planner else set()
    columns = week_columns(visits, monday, team_id, closed, pins, lambda one: board_url(one, row, planner))
    return render_template(
        "visits/show_timetable.html", timetable=row, planner=planner, unit_name=unit_names().get(row.unit_id, ""),
        printable=row.state == TimetableState.PUBLISHED and bool(
            teams_with_visits(g.actor, [team_id], monday, monday + timedelta(days=6))),
        teams=teams, team_id=team_id, monday=monday, columns=columns, weeks=_weeks(row),
        team_words=next((f"{name}：{people}" for one, name, people in teams if one == team_id), ""),
        unserved=_unserved(row) if planner else [], lacks=_stored_lacks(row) if planner else [],
        changed=_changed(row) if planner and row.state == TimetableState.DRAFT else None,
        outdated=outdated_plans(g.actor, row) if planner else [],
        bent=[told(one) for one in row.figures.get("bent", ())],
        brought=what_a_remedy_brought(g.actor, row) if planner and row.state == TimetableState.DRAFT else None,
        unused=row.state == TimetableState.DRAFT and row.id in unused_drafts([row.id]),
        former=find_published(row.unit_id, row.month) if planner and row.state == TimetableState.DRAFT else None,
        hits=closed_hits(row, today()) if planner and _in_force(row) else [], hours=hours_of(visits),
        movable=planner and row.state == TimetableState.DRAFT,
        same=share(*own_share(row)), **(_review(row) if planner else {}))


def _in_force(row) -> bool:
    return row.state == TimetableState.PUBLISHED and row.superseded_at is None


def _week_of_team(row, team_id: uuid.UUID, monday: date) -> tuple[date, list]:
    """A week and the team's visits in it; when no week was asked for, the first one from here on that has any."""
    if "week" in request.args:
        return monday, list_placed(g.actor, row.id, team_id=team_id, first=monday, last=monday + timedelta(days=6))
    visits = list_placed(g.actor, row.id, team_id=team_id, first=monday)
    monday = monday_of(visits[0].day) if visits else monday
    return monday, [one for one in visits if one.day < monday + timedelta(days=7)]


def _weeks(row) -> list[date]:
    """Mondays of the timetable's weeks."""
    at, found = monday_of(row.first_on), []
    while at <= row.last_on:
        found.append(at)
        at += timedelta(days=7)
    return found


def _week(row) -> date:
    """The asked week, else this one, else the first, kept inside the timetable."""
    asked = asked_day("week") or today()
    weeks = _weeks(row)
    return monday_of(min(max(asked, weeks[0]), weeks[-1]))


def _unserved(row) -> list[dict]:
    draft, rows = row.state == TimetableState.DRAFT, list_unserved(g.actor, row.id)
    lacking = {one.child_id: frozenset(split_needs(reason["values"].get("needs", ""))) for one in rows if draft
               for reason in one.reasons if reason["code"] == "NO_SKILL"}
    pairs, tries = joint_teams(row.unit_id, lacking), tries_of(g.actor, row) if draft else []
    return [{"name": one.child_name, "missing": one.missing, "child_id": one.child_id,
             "reasons": [told(reason) for reason in one.reasons],
             "remedies": joint_rows(row, pairs.get(one.child_id)) + remedy_rows(row, one, tries) if draft else []}
            for one in sorted(rows, key=lambda one: -one.missing)]


def _review(row) -> dict:
    """What a planner sees beside the figures: shortages, eased rules, lost pins, the last published figures."""
    run, former = find_run(row.id), last_published(row)
    lost = row.figures.get("lost_pins", ())
    names = child_names(g.actor, {uuid.UUID(one["child"]) for one in lost})
    return {"shortages": [told(one) for one in run.shortages] if run else [], "run": run,
            "chart": way_chart(run.progress) if run else None, "eased": easing_words(relaxations_with(run, row.id)),
            "lost_pins": [f"{names.get(uuid.UUID(one['child']), '')} {one['day']} {clock(one['start'])}"
                          for one in lost],
            "bound": bound_words(row.figures), "settings": settings_words(row, run), "beside": _beside(former),
            "failures": failure_words(row)}


def _beside(former) -> dict:
    """Figures of the last published timetable, as notes under those of this one."""
    if former is None or "placed" not in former.figures:
        return {}
    f = former.figures
    notes = {"own": own_team(f), "road": road_hours(f), "spread": f["spread"] / 100 if f.get("spread") else None}
    forms = {"own": "%.0f%%", "road": "%.1f", "spread": "%.2f"}
    return {name: _("published, %(month)s: %(value)s", month=former.month, value=forms[name] % value)
            for name, value in notes.items() if value is not None}


def _stored_lacks(row) -> list[dict]:
    """Children and teams that were left out when the timetable was made."""
    left = row.figures.get("left_out", ())
    names = child_names(g.actor, {uuid.UUID(one["child"]) for one in left})
    found = [child_lack(uuid.UUID(one["child"]), names.get(uuid.UUID(one["child"]), ""), LeftOut(one["why"]))
             for one in left]
    idle = row.figures.get("idle_teams", ())
    return found + [team_lack_line(one["team"], one["name"], TeamLack(one["why"])) for one in idle]


def _changed(row) -> bool:
    """Whether the inputs have changed since the draft was made."""
    try:
        return inputs_hash(inputs_for(g.actor, row)) != row.input_hash
    except Refused:
        return True


@pages.get("/timetables/<uuid:timetable_id>/calendar", needs=Permission.TIMETABLES_READ)
def show_calendar(timetable_id):
    row = get_timetable(g.actor, timetable_id)
    visits = list_placed(g.actor, row.id)
    children = sorted({(one.child_name, one.child_id) for one in visits},
                      key=lambda one: (sort_key(one[0]), one[1].hex))
    child_id = request.args.get("child", type=as_uuid) or (children[0][1] if children else None)
    own = [one for one in visits if one.child_id == child_id]
    weeks = month_weeks(row.month, own, closed_days(row), lambda one: f"{span(one.start, one.end)} {one.team_name}",
                        lambda one: _own_url(one, row))
    return render_template("visits/show_calendar.html", timetable=row, children=children, child_id=child_id, visits=own,
                           weeks=weeks, weekdays=weekday_names(), unit_name=unit_names().get(row.unit_id, ""),
                           child_name=next((name for name, one in children if one == child_id), ""))


def _own_url(one, row) -> str | None:
    draft = row.state == TimetableState.DRAFT and may_plan(g.actor, row.unit_id)
    return url_for(".edit_visit", visit_id=one.id) if draft else None
