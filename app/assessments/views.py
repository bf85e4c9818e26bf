"""The tab "Assessment and placement" and the pages of assessments."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Pages, Permission
from app.assessments.actions import add_assessment, ask_expert, release_expert
from app.assessments.forms import form_for
from app.assessments.instruments import BY_KEY, INSTRUMENTS, instrument_of
from app.assessments.queries import get_assessment, list_asked, list_assessments_of, list_experts
from app.assessments.rules import compare
from app.children.frame import render_file
from app.children.queries import get_child, read_child
from app.errors import NotFound
from app.kernel.problems import Refused
from app.web.filters import today
from app.web.reading import known_id
from app.web.requests import note_opening, sent_switch

pages = Pages("assessments", __name__)


@pages.get("/children/<uuid:child_id>/assessment", needs=Permission.CHILDREN_READ)
def list_assessments(child_id: uuid.UUID) -> ResponseReturnValue:
    child, until = read_child(g.actor, child_id)
    note_opening(child.id, "assessment")
    if until is not None:
        return render_file(
            "assessments/list_assessments.html",
            child,
            "assessment",
            until=until,
            rows=list_assessments_of(child.id, until=until),
            asked=[],
            experts=[],
            instrument_of=instrument_of,
        )
    asks = g.actor.may(Permission.PLACEMENTS_DECIDE)
    return render_file(
        "assessments/list_assessments.html",
        child,
        "assessment",
        rows=list_assessments_of(child.id),
        asked=list_asked(child.id) if asks else [],
        experts=list_experts(child.unit_id, today()) if asks else [],
        instrument_of=instrument_of,
    )


@pages.post("/children/<uuid:child_id>/assessment/expert", needs=Permission.PLACEMENTS_DECIDE)
def change_expert(child_id: uuid.UUID) -> ResponseReturnValue:
    """Fields: expert (a user's id), end ("1" ends the expert's sight)."""
    child = get_child(g.actor, child_id)
    expert = known_id(request.form.get("expert")) or uuid.UUID(int=0)
    try:
        if "end" in request.form and sent_switch("end"):
            release_expert(g.actor, child, expert, today=today())
            flash(_("The expert does not see this file any more."), "ok")
        else:
            ask_expert(g.actor, child, expert, today=today())
            flash(_("The expert is asked and sees the file now."), "ok")
    except Refused as refused:
        for problem in refused.problems:
            flash(problem.text(_), "bad")
    return redirect(url_for("assessments.list_assessments", child_id=child.id), 303)


@pages.form("/children/<uuid:child_id>/assessment/new", needs=Permission.ASSESSMENTS_WRITE)
def new_assessment(child_id: uuid.UUID) -> ResponseReturnValue:
    """Query parameter: instrument (its key); without it the page offers the list."""
    child = get_child(g.actor, child_id)
    note_opening(child.id, "new_assessment")
    instrument = BY_KEY.get(request.args.get("instrument", ""))
    if instrument is None:
        return render_file("assessments/choose_instrument.html", child, "assessment", instruments=INSTRUMENTS)
    form = form_for(instrument)(assessor=g.actor.name)
    if form.validate_on_submit():
        try:
            add_assessment(g.actor, child, form.facts(instrument), today=today())
            flash(_("The assessment is in the file."), "ok")
            return redirect(url_for("assessments.list_assessments", child_id=child.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_file(
        "assessments/new_assessment.html", child, "assessment", form=form, instrument=instrument
    ), 422 if form.is_submitted() else 200


@pages.get("/children/<uuid:child_id>/assessment/compare", needs=Permission.CHILDREN_READ)
def compare_assessments(child_id: uuid.UUID) -> ResponseReturnValue:
    """Query parameters: earlier, later (ids of two assessments of this child with one instrument)."""
    child, until = read_child(g.actor, child_id)
    try:
        pair = [
            get_assessment(child.id, uuid.UUID(request.args.get(name, "")), until=until)
            for name in ("earlier", "later")
        ]
    except ValueError:
        raise NotFound from None
    earlier, later = sorted(pair, key=lambda row: row.assessed_on)
    if earlier.instrument != later.instrument:
        raise NotFound
    note_opening(child.id, "compare_assessments")
    instrument = instrument_of(later.instrument)
    return render_file(
        "assessments/compare_assessments.html",
        child,
        "assessment",
        until=until,
        earlier=earlier,
        later=later,
        instrument=instrument,
        changes=compare(instrument, earlier.scores, later.scores),
    )
