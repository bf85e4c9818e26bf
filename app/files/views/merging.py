"""Two files of one child: comparing and merging them, the record, and undoing it."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.children.frame import render_file
from app.children.queries import get_child
from app.files.actions import CHANGED, Merging, merge_files, undo_merge
from app.files.comparison import compare, parting_of, recorded
from app.files.forms import MergeForm, PartForm
from app.files.queries.merging import find_holding, find_merge
from app.files.views.pages import pages
from app.kernel.problems import Refused
from app.web.filters import moment, today
from app.web.requests import note_opening
from app.web.urls import url_for


@pages.form("/children/<uuid:child_id>/second-file/<uuid:other_id>", needs=Permission.CHILDREN_WRITE)
def merge_child(child_id: uuid.UUID, other_id: uuid.UUID) -> ResponseReturnValue:
    """Query parameter: keep (the id of the file to keep). Fields: take (keys of what is taken over, several)."""
    if (there := find_holding(child_id, other_id) or find_holding(other_id, child_id)) is not None:
        get_child(g.actor, there.kept_id)
        made = {"name": there.made_by_name, "time": moment(there.made_at)}
        flash(_("%(name)s merged these files already on %(time)s.", **made), "wait")
        _give_back(there.reason)
        return redirect(url_for("files.show_merge", child_id=there.kept_id, merge_id=there.id), 303)
    keep = request.args.get("keep", "")
    child, other = get_child(g.actor, child_id), get_child(g.actor, other_id)
    form, status = MergeForm(), 422 if request.method == "POST" else 200
    shown = compare(g.actor, child, other, keep, today())
    if form.validate_on_submit():
        kept, second = shown.kept.child, shown.second.child
        said = Merging(kept, second, frozenset(request.form.getlist("take")), form.reason.data or "", form.seen.data)
        try:
            done = merge_files(g.actor, said, today=today())
            flash(_("The files are merged. Everything stands in this one now."), "ok")
            return redirect(url_for("files.show_merge", child_id=kept.id, merge_id=done.id), 303)
        except Refused as refused:
            form.refuse([one for one in refused.problems if one not in shown.problems])
            status, shown = (409 if CHANGED in refused.problems else 422), compare(g.actor, child, other, keep, today())
    form.seen.data, form.seen.raw_data = shown.seen, None
    note_opening(child.id, "merge")
    note_opening(other.id, "merge")
    return render_file(
        "files/merge_child.html",
        child,
        "overview",
        form=form,
        shown=shown,
        taken=set(request.form.getlist("take")) if request.method == "POST" else None,
        other=other,
    ), status


def _give_back(kept: str | None) -> None:
    """Say which reason was sent where another one stands."""
    typed = (request.form.get("reason") or "").strip()
    if typed and typed != kept:
        flash(_("Your reason was not kept: %(words)s", words=typed), "wait")


@pages.form("/children/<uuid:child_id>/merges/<uuid:merge_id>", needs=Permission.CHILDREN_WRITE)
def show_merge(child_id: uuid.UUID, merge_id: uuid.UUID) -> ResponseReturnValue:
    """The record of a merging, and undoing it."""
    child = get_child(g.actor, child_id)
    merge = find_merge(child.id, merge_id) or abort(404)
    form = PartForm()
    if merge.row.undone_at is None and form.validate_on_submit():
        try:
            undo_merge(g.actor, merge, form.reason.data or "", today=today())
            flash(_("Undone: these are two files again."), "ok")
            return redirect(url_for("files.show_merge", child_id=child.id, merge_id=merge_id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    elif request.method == "POST" and merge.row.undone_at is not None:
        done = {"name": merge.row.undone_by_name, "time": moment(merge.row.undone_at)}
        flash(_("%(name)s undid this already on %(time)s.", **done), "wait")
        _give_back(merge.row.undone_reason)
    note_opening(child.id, "merge")
    return render_file(
        "files/show_merge.html",
        child,
        "overview",
        merge=merge,
        form=form,
        record=recorded(merge),
        parting=parting_of(g.actor, child, merge),
    ), 422 if form.is_submitted() and form.errors else 200
