"""The timetables of a whole term: its months side by side, and putting all drafts in force at once."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import ngettext

from app.access import Permission
from app.kernel.problems import Problem, Refused
from app.routing import say
from app.schools.queries import list_terms, unit_names
from app.visits.actions.publishing import publish_term
from app.visits.forms import as_uuid
from app.visits.queries import may_plan, planned_units
from app.visits.queries.drafts import draft_state
from app.visits.queries.taught import is_left, month_kind, month_to_plan, usual_month
from app.visits.queries.terms import TermView, term_view
from app.visits.rules import is_month
from app.visits.rules.terms import term_of_month
from app.visits.types import MonthKind, TimetableState
from app.visits.views.figures import road_hours, share
from app.visits.views.pages import pages
from app.visits.views.publishing import status_of
from app.web.filters import today
from app.web.i18n import gettext as _
from app.web.reading import known_id


def _asked_term() -> tuple[object, str, TermView | None]:
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


def _no_term(unit_id, month: str):
    """What is missing, and how to enter it; or the units to choose from."""
    names = dict(planned_units(g.actor, today()))
    terms = list_terms(unit_id) if unit_id else []
    kind, later = month_kind(unit_id, month), month_to_plan(unit_id, month)
    school_year, number = term_of_month(later)
    return render_template("visits/no_term.html", unit_id=unit_id, month=month, units=names, kind=kind,
                           later=later if later != month else None, later_kind=month_kind(unit_id, later),
                           school_year=school_year, number=number,
                           unit_name=unit_names().get(unit_id, ""), last=terms[-1] if terms else None,
                           last_month=f"{terms[-1].ends_on:%Y-%m}" if terms else None)


@pages.get("/timetables/term", needs=Permission.TIMETABLES_WRITE)
def show_term():
    """The months of a term: what stands, what is proposed, what is lacking; and how often a child's teacher changes."""
    unit_id, month, view = _asked_term()
    if view is None:
        return _no_term(unit_id, month)
    missing = [one.name for one in view.months if one.shown is None and is_left(unit_id, one.name, today())]
    return render_template(
        "visits/show_term.html", term=view, month=month, unit_id=unit_id, unit_name=unit_names().get(unit_id, ""),
        rows=[_row(one) for one in view.months], missing=missing, drafts=_drafts(view),
        own=share(view.own, view.visits), halted=_halted(view), free=month_kind(unit_id, month) == MonthKind.FREE,
        running=any(one.draft and one.draft.state == TimetableState.QUEUED for one in view.months))


def _handed(view: TermView) -> list:
    """Children whose team changes in the months that would be published."""
    months = {one.month for one in _drafts(view)}
    return [one for one in view.handed if one.month in months]


def _drafts(view: TermView) -> list:
    """Drafts of months in which nothing is published yet."""
    return [one.draft for one in view.months if one.draft and one.draft.state == TimetableState.DRAFT
            and one.published is None]


def _row(one) -> dict:
    figures = one.shown.figures if one.shown else {}
    return {"month": one, "placed": figures.get("placed"), "asked": figures.get("asked"),
            "unserved": figures.get("unserved"), "own": share(*one.same) if one.same else None,
            "road": road_hours(figures)}


def _halted(view: TermView) -> list[str]:
    """What kept the next month from being made, in the reader's language."""
    last = [one.draft for one in view.months if one.draft and one.draft.figures.get("halted")][-1:]
    return [say(problem["message"], problem["values"], _) for row in last for problem in row.figures["halted"]]


def _drafts_sent() -> list[uuid.UUID]:
    """The drafts that the page showed; what is no id was sent by no page of ours."""
    ids = [known_id(one) for one in request.form.getlist("draft")]
    return ids if all(ids) else abort(404)


@pages.form("/timetables/term/publish", needs=Permission.TIMETABLES_WRITE)
def publish_months():
    """What publishing the term's drafts will do, and doing it."""
    unit_id, month, view = _asked_term()
    if view is None:
        return _no_term(unit_id, month)
    problems: tuple[Problem, ...] = ()
    seen = {one.id: draft_state(one.id) for one in _drafts(view)}
    if request.method == "POST":
        try:
            drafts = _drafts_sent()
            rows = publish_term(g.actor, drafts, today=today(),
                                seen={one: request.form.get(f"seen-{one}", "") for one in drafts})
            flash(ngettext("%(num)s month was published. Who has an account or a link sees it.",
                           "%(num)s months were published. Who has an account or a link sees them.", len(rows)), "ok")
            return redirect(url_for(".show_term", unit=unit_id, month=month), 303)
        except Refused as refused:
            problems = refused.problems
    return render_template("visits/publish_months.html", term=view, handed=_handed(view), month=month, unit_id=unit_id,
                           problems=problems, drafts=_drafts(view), seen=seen,
                           unit_name=unit_names().get(unit_id, "")), status_of(problems)
