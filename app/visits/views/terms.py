"""The timetables of a whole term: its months side by side, and putting all drafts in force at once."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import ngettext

from app.access import Permission
from app.kernel.problems import Problem, Refused
from app.routing import say
from app.schools.queries import unit_names
from app.visits.actions.publishing import publish_term
from app.visits.forms import as_uuid
from app.visits.queries import may_plan
from app.visits.queries.terms import TermView, term_view
from app.visits.rules import period_of
from app.visits.types import TimetableState
from app.visits.views.figures import own_team, road_hours, share
from app.visits.views.pages import pages
from app.web.filters import today
from app.web.i18n import gettext as _
from app.web.reading import known_id


def _asked_term() -> tuple[object, str, TermView]:
    """Unit, month and term that the address names; 404 for what is not there."""
    try:
        unit_id = as_uuid(request.values.get("unit"))
    except ValueError:
        abort(404)
    month = request.values.get("month", "")
    if unit_id is None or not may_plan(g.actor, unit_id) or not period_of(month, today(), published=False).ok:
        abort(404)
    view = term_view(unit_id, month)
    if view is None:
        abort(404)
    return unit_id, month, view


@pages.get("/timetables/term", needs=Permission.TIMETABLES_WRITE)
def show_term():
    """The months of a term: what stands, what is proposed, what is lacking; and how often a child's teacher changes."""
    unit_id, month, view = _asked_term()
    missing = [one.name for one in view.months if one.shown is None]
    missing = [one for one in missing if period_of(one, today(), published=False).ok]
    return render_template(
        "visits/show_term.html", term=view, month=month, unit_id=unit_id, unit_name=unit_names().get(unit_id, ""),
        rows=[_row(one) for one in view.months], missing=missing, drafts=_drafts(view),
        own=share(view.own, view.visits), halted=_halted(view),
        running=any(one.draft and one.draft.state == TimetableState.QUEUED for one in view.months))


def _drafts(view: TermView) -> list:
    """Drafts of months in which nothing is published yet."""
    return [one.draft for one in view.months if one.draft and one.draft.state == TimetableState.DRAFT
            and one.published is None]


def _row(one) -> dict:
    figures = one.shown.figures if one.shown else {}
    return {"month": one, "placed": figures.get("placed"), "asked": figures.get("asked"),
            "unserved": figures.get("unserved"), "own": own_team(figures), "road": road_hours(figures)}


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
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            rows = publish_term(g.actor, _drafts_sent(), today=today())
            flash(ngettext("%(num)s month was published. Teachers and families see it now.",
                           "%(num)s months were published. Teachers and families see them now.", len(rows)), "ok")
            return redirect(url_for(".show_term", unit=unit_id, month=month), 303)
        except Refused as refused:
            problems = refused.problems
    return render_template("visits/publish_months.html", term=view, month=month, unit_id=unit_id, problems=problems,
                           drafts=_drafts(view), unit_name=unit_names().get(unit_id, "")), 422 if problems else 200
