"""The timetables of a whole term: its months side by side, and putting all drafts in force at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.kernel.problems import from_stored
from app.schools.queries import list_terms, unit_names
from app.teams.queries.who_may_plan import may_plan, planned_units
from app.timetables.figures import Figures
from app.timetables.queries import fallen_out, runs
from app.timetables.queries.taught import is_left, month_kind, month_to_plan, usual_month
from app.timetables.queries.terms import TermView, term_view
from app.timetables.rules.gathering import is_month
from app.timetables.rules.terms import term_of_month
from app.timetables.types import MonthKind, TimetableState
from app.timetables.views.figures import road_hours, share
from app.timetables.views.pages import pages
from app.web.filters import today
from app.web.i18n import gettext as _
from app.web.reading import as_uuid


def asked_term() -> tuple[UUID | None, str, TermView | None]:
    """Unit, month and term that the address names; without a month the one that is taught now or next, without a unit
    the only one there is. The unit is None where one has to be chosen, the term where none is entered. 404 for a unit
    of others and for what is no month."""
    try:
        unit_id = as_uuid(request.values.get("unit"))
    except ValueError:
        abort(404)
    units = planned_units(g.actor, today())
    if unit_id is None and len(units) == 1:
        unit_id = units[0][0]
    month = request.values.get("month") or usual_month(unit_id, today())
    if not units or not is_month(month) or (unit_id is not None and not may_plan(g.actor, unit_id)):
        abort(404)
    return unit_id, month, term_view(g.actor, unit_id, month) if unit_id else None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The unit and month asked for, and the units to choose from."""

    unit_id: uuid.UUID | None
    month: str
    units: Mapping[uuid.UUID, str]
    unit_name: str


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """What kind of month it is, the next one with school, and the term that would hold it."""

    kind: MonthKind
    later: str | None
    later_kind: MonthKind
    school_year: object
    number: int
    last: object
    last_month: str | None


def no_term(unit_id: Any, month: str) -> ResponseReturnValue:
    """What is missing, and how to enter it; or the units to choose from."""
    names = dict(planned_units(g.actor, today()))
    terms = list_terms(unit_id) if unit_id else []
    kind, later = month_kind(unit_id, month), month_to_plan(unit_id, month)
    school_year, number = term_of_month(later)
    return render_template(
        "timetables/no_term.html",
        asked=Asked(unit_id=unit_id, month=month, units=names, unit_name=unit_names().get(unit_id, "")),
        lacking=Lacking(
            kind=kind,
            later=later if later != month else None,
            later_kind=month_kind(unit_id, later),
            school_year=school_year,
            number=number,
            last=terms[-1] if terms else None,
            last_month=f"{terms[-1].ends_on:%Y-%m}" if terms else None,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Stand:
    """How far the months of the term are."""

    rows: Sequence
    missing: Sequence[str]
    drafts: Sequence
    own: object
    halted: object
    free: bool
    running: bool


@pages.get("/timetables/term", needs=Permission.TIMETABLES_WRITE)
def show_term() -> ResponseReturnValue:
    """The months of a term: what stands, what is proposed, what is lacking; and how often a child's teacher changes."""
    unit_id, month, view = asked_term()
    if view is None:
        return no_term(unit_id, month)
    missing = [one.name for one in view.months if one.shown is None and is_left(unit_id, one.name, today())]
    return render_template(
        "timetables/show_term.html",
        term=view,
        month=month,
        unit_id=unit_id,
        unit_name=unit_names().get(unit_id, "") if unit_id else "",
        stand=Stand(
            rows=_rows(view),
            missing=missing,
            drafts=drafts_of(view),
            own=share(view.own, view.visits),
            halted=_halted(view),
            free=month_kind(unit_id, month) == MonthKind.FREE,
            running=any(one.draft and one.draft.state == TimetableState.QUEUED for one in view.months),
        ),
    )


def drafts_of(view: TermView) -> list:
    """Drafts of months in which nothing is published yet."""
    return [
        one.draft
        for one in view.months
        if one.draft and one.draft.state == TimetableState.DRAFT and one.published is None
    ]


def _rows(view: TermView) -> list[dict]:
    fallen = fallen_out.fallen_out(one.shown for one in view.months if one.shown)
    return [_row(one, fallen[one.shown.id] if one.shown else 0) for one in view.months]


def _row(one: Any, fallen: int) -> dict:
    figures = one.shown.figures if one.shown else Figures()
    return {
        "month": one,
        "placed": None if figures.placed is None else figures.placed - fallen,
        "asked": figures.asked,
        "unserved": figures.unserved,
        "own": share(*one.same) if one.same else None,
        "road": road_hours(figures),
    }


def _halted(view: TermView) -> list[str]:
    """What kept the next month from being made, in the reader's language."""
    halted = [run for one in view.months if one.draft and (run := runs.find_run(one.draft.id)) and run.halted]
    return [from_stored(problem).text(_) for run in halted[-1:] for problem in run.halted]
