"""Pages of timetables: the list, one with its figures and calendar."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.kernel.pinyin import sort_key
from app.schools.queries import unit_names
from app.teams.queries.who_may_plan import may_plan, planned_units, planning_units
from app.timetables.queries import fallen_out, placed, plan_gaps, plan_gaps_ahead, timetables, waiting
from app.timetables.queries.closed import closed_hits, closed_to_repair
from app.timetables.queries.continuity import own_share
from app.timetables.queries.taught import days_ahead, month_kind, next_to_plan, units_without
from app.timetables.rules.gathering import is_month
from app.timetables.types import MonthKind, TimetableState
from app.timetables.views.calendars import month_weeks, weekday_names
from app.timetables.views.figures import counted_words, share
from app.timetables.views.pages import pages
from app.timetables.views.reviewed import review_of
from app.timetables.views.runs import work_of
from app.timetables.views.showing import closed_days
from app.timetables.views.weeks import week_view
from app.web.filters import span, today
from app.web.paging import asked_page
from app.web.reading import as_uuid


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The unit and month asked for, and the units to choose from."""

    month: str
    unit_id: uuid.UUID | None
    units: Sequence[tuple[uuid.UUID, str]]


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What may be planned next: the units without a timetable of the month, the next month with school, and whether
    this one is free of it."""

    lacking: Sequence[tuple[uuid.UUID, str]]
    next_month: str | None
    free: bool


@pages.get("/timetables", needs=Permission.TIMETABLES_READ)
def list_timetables() -> ResponseReturnValue:
    unit_id, month = request.args.get("unit", type=as_uuid), request.args.get("month", "")
    units, asked = planned_units(g.actor, today()), {"closed", "plans"} & set(request.args)
    plans_here = bool(units) and g.actor.may(Permission.TIMETABLES_WRITE)
    closed, plans = plans_here and "closed" in asked, plans_here and "plans" in asked
    among = _closed_ones() if closed else _unfit_ones() if plans else None
    rows, page = timetables.list_timetables(g.actor, unit_id=unit_id, month=month, page_of=asked_page, among=among)
    only = unit_id or (units[0][0] if len(units) == 1 else None)
    return render_template(
        "timetables/list_timetables.html",
        rows=rows,
        page=page,
        marks=_marks(rows),
        only=Only(closed=closed, plans=plans, in_vain=bool(asked) and not plans_here),
        asked=Asked(month=month, unit_id=unit_id, units=units),
        ahead=Ahead(
            lacking=_lacking(units, unit_id, month),
            next_month=next_to_plan(only, today()) if only else None,
            free=not rows and is_month(month) and bool(units) and month_kind(only, month) == MonthKind.FREE,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Only:
    """Which timetables were asked for: those with visits on closed days, those that plans do not fit any more;
    `in_vain`: by somebody who does not plan and is told neither."""

    closed: bool
    plans: bool
    in_vain: bool


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What the lines of the list are marked with. `hit`, `unused`, `replan`: ids of timetables with visits on closed
    days, of drafts that nobody uses, of those whose plans have changed; `fallen`: visits called off, by id; `counted`:
    from which day on the figures are, by id."""

    hit: Collection[uuid.UUID]
    unused: Collection[uuid.UUID]
    replan: Collection[uuid.UUID]
    fallen: Mapping[uuid.UUID, int]
    counted: Mapping[uuid.UUID, str]


def _marks(rows: Sequence[Any]) -> Marks:
    own = [row for row, _unit in rows if may_plan(g.actor, row.unit_id)]
    return Marks(
        hit=_hit(rows),
        unused=waiting.unused_drafts([row.id for row, _unit in rows]),
        replan={row.id for row in own if plan_gaps.plan_gaps(g.actor, row, today())},
        fallen=fallen_out.fallen_out(row for row, _unit in rows),
        counted={row.id: counted_words(row) for row, _unit in rows},
    )


def _closed_ones() -> frozenset[uuid.UUID]:
    """The timetables in force that Today counts: visits of theirs stand on closed days."""
    units = planning_units(g.actor, today())
    return closed_to_repair(units, today(), days_ahead(units, today())).timetables


def _unfit_ones() -> frozenset[uuid.UUID]:
    """The timetables in force that Today counts: plans that their visits do not fit any more."""
    return frozenset(plan_gaps_ahead.to_replan(planning_units(g.actor, today()), today()).timetables)


def _lacking(units: Any, unit_id: uuid.UUID | None, month: str) -> list[tuple[uuid.UUID, str]]:
    """The units that Today counts as without a timetable of a month, where more than one could be: (id, name)."""
    if not is_month(month) or unit_id or len(units) < 2 or not g.actor.may(Permission.TIMETABLES_WRITE):
        return []
    ids = planning_units(g.actor, today())
    found = units_without(ids, today(), days_ahead(ids, today())).units(month)
    return [(one, name) for one, name in units if one in found]


def _hit(rows: Sequence[Any]) -> set:
    """Those of the timetables in force that have visits on closed days and wait for a repair."""
    return {
        row.id
        for row, _unit in rows
        if row.in_force and row.last_on >= today() and may_plan(g.actor, row.unit_id) and closed_hits(row, today())
    }


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands in the head beside the kept figures. `same`: per cent by the child's own team; `fallen`: visits
    called off since; `counted`: from which day on the figures are, "" for the whole month."""

    same: float
    fallen: int
    counted: str


@pages.get("/timetables/<uuid:timetable_id>", needs=Permission.TIMETABLES_READ)
def show_timetable(timetable_id: uuid.UUID) -> ResponseReturnValue:
    row = timetables.get_timetable(g.actor, timetable_id)
    planner = may_plan(g.actor, row.unit_id)
    if row.state in (TimetableState.QUEUED, TimetableState.FAILED):
        return render_template(
            "timetables/wait_timetable.html",
            timetable=row,
            planner=planner,
            unit_name=unit_names().get(row.unit_id, ""),
            at_work=work_of(row),
        )
    return render_template(
        "timetables/show_timetable.html",
        timetable=row,
        planner=planner,
        unit_name=unit_names().get(row.unit_id, ""),
        week=week_view(row, planner),
        head=Head(same=share(*own_share(row)), fallen=fallen_out.fallen_out([row])[row.id], counted=counted_words(row)),
        review=review_of(row) if planner else None,
    )


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The child whose month is shown, and those to choose from."""

    children: Sequence[tuple[str, uuid.UUID]]
    child_id: uuid.UUID | None
    child_name: str


@pages.get("/timetables/<uuid:timetable_id>/calendar", needs=Permission.TIMETABLES_READ)
def show_calendar(timetable_id: uuid.UUID) -> ResponseReturnValue:
    row = timetables.get_timetable(g.actor, timetable_id)
    visits = placed.list_placed(g.actor, row.id)
    children = sorted(
        {(one.child_name, one.child_id) for one in visits}, key=lambda one: (sort_key(one[0]), one[1].hex)
    )
    child_id = request.args.get("child", type=as_uuid) or (children[0][1] if children else None)
    own = [one for one in visits if one.child_id == child_id]
    weeks = month_weeks(
        row.month,
        own,
        closed_days(row),
        lambda one: f"{span(one.start, one.end)} {one.team_name}",
        lambda one: _own_url(one, row),
    )
    return render_template(
        "timetables/show_calendar.html",
        timetable=row,
        visits=own,
        weeks=weeks,
        weekdays=weekday_names(),
        unit_name=unit_names().get(row.unit_id, ""),
        chosen=Chosen(
            children=children,
            child_id=child_id,
            child_name=next((name for name, one in children if one == child_id), ""),
        ),
    )


def _own_url(one: Any, row: Any) -> str | None:
    draft = row.state == TimetableState.DRAFT and may_plan(g.actor, row.unit_id)
    return url_for(".edit_visit", visit_id=one.id) if draft else None
