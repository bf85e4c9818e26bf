"""A child's file: the first page with the timeline, and a number shown in full."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.access import Permission
from app.children.actions import add_diagnosis, reveal
from app.children.forms import DiagnosisForm, PurposeForm
from app.children.frame import file_frame, past_frame
from app.children.overview import overview_of, past_overview
from app.children.queries import get_child, read_child
from app.children.types import EventKind
from app.children.views.pages import pages
from app.kernel.problems import Refused
from app.web.filters import today
from app.web.requests import note_opening
from app.web.urls import addresses


@pages.get("/children/<uuid:child_id>", needs=Permission.CHILDREN_READ)
def show_child(child_id: uuid.UUID):
    """Query parameters: kind (of the timeline), page (of the timeline)."""
    child, until = read_child(g.actor, child_id)
    note_opening(child.id, "overview")
    if until is not None:
        return render_template("children/show_past.html", **past_frame(g.actor, child, "overview", until),
                               **past_overview(child, until))
    kind = request.args.get("kind", "")
    frame = file_frame(g.actor, child, "overview")
    return render_template(
        "children/show_child.html", **frame, kinds=list(EventKind),
        reveal_url=addresses("children.reveal_number", "child_id", "kind"),
        **overview_of(g.actor, child, frame["standing"], EventKind(kind) if kind in list(EventKind) else None, today()))


@pages.form("/children/<uuid:child_id>/reveal/<kind>", needs=Permission.CHILDREN_REVEAL)
def reveal_number(child_id: uuid.UUID, kind: str):
    """Asks for the purpose; the answer to the post shows the number once and is never kept."""
    child = get_child(g.actor, child_id)
    form, shown = PurposeForm(), None
    if form.validate_on_submit():
        try:
            shown = reveal(g.actor, child, kind, form.purpose.data or "")
        except Refused as refused:
            form.refuse(refused.problems)
    if shown is None:
        note_opening(child.id, "reveal")
    status = 422 if form.is_submitted() and shown is None else 200
    return render_template("children/reveal_number.html", **file_frame(g.actor, child, "overview"), form=form,
                           shown=shown, kind=kind), status


@pages.form("/children/<uuid:child_id>/diagnosis", needs=Permission.CHILDREN_WRITE)
def new_diagnosis(child_id: uuid.UUID):
    child, form = get_child(g.actor, child_id), DiagnosisForm()
    if form.validate_on_submit():
        try:
            add_diagnosis(g.actor, child, form.facts(), today=today())
            flash(_("The diagnosis is added."), "ok")
            return redirect(url_for("children.show_child", child_id=child.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    note_opening(child.id, "diagnosis")
    return render_template("children/new_diagnosis.html", form=form, **file_frame(g.actor, child, "overview")), \
        422 if form.is_submitted() else 200
