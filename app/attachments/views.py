"""The attachments of one thing: list and add, open, withdraw. What the thing is, the slice that registered it says."""

from __future__ import annotations

import uuid

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Pages, Permission
from app.access.policy import Forbidden
from app.attachments import actions, rules, store
from app.attachments.forms import AddForm, WithdrawForm
from app.attachments.queries import attachments_of, get_attachment
from app.attachments.sealing import Broken
from app.attachments.subjects import bearing_of, words_of
from app.attachments.types import Sent
from app.errors import NotFound
from app.kernel.problems import N_, Problem, Refused
from app.web.downloads import send_kept
from app.web.requests import begin_write, keep_now, note_opening

pages = Pages("attachments", __name__)


def take_files(kind: str, subject_id: uuid.UUID) -> None:
    """Take in what was sent, before the lock: scanning and sealing wait for other programs and for the disk."""
    files = [Sent(file.filename, file.stream) for file in request.files.getlist("files") if file.filename]
    try:
        g.taken_in = actions.take_in(g.actor, kind, subject_id, files)
    except actions.Infected as found:
        begin_write()
        actions.note_refusal(g.actor, kind, subject_id, found)
        keep_now()
        g.not_taken = _told(found, len(files))
    except Forbidden:
        raise
    except Refused as refused:
        g.not_taken = _told(refused, len(files))


def _told(refused: Refused, count: int) -> tuple[Problem, ...]:
    """Of several files all are added or none: say so."""
    return (*refused.problems, rules.NONE_KEPT) if count > 1 else refused.problems


@pages.form("/attachments/<kind>/<uuid:subject_id>", needs=Permission.SIGNED_IN, before=take_files)
def list_attachments(kind: str, subject_id: uuid.UUID) -> ResponseReturnValue:
    """Fields of a post: files (several)."""
    bearing, form = bearing_of(g.actor, kind, subject_id), AddForm()
    if form.validate_on_submit():
        try:
            if problems := g.get("not_taken"):
                raise Refused(problems)
            added, there = actions.keep_taken(g.actor, kind, subject_id, g.taken_in)
            _tell(added, there)
            return redirect(url_for("attachments.list_attachments", kind=kind, subject_id=subject_id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    if bearing.child_id:
        note_opening(bearing.child_id, "attachments")
    return render_template(
        "attachments/list_attachments.html",
        form=form,
        bearing=bearing,
        words=words_of(kind),
        rows=attachments_of(kind, [subject_id], bearing.until).get(subject_id, []),
        most=current_app.config["ATTACHMENT_MB"],
        most_at_once=rules.MOST_AT_ONCE,
    ), 422 if form.is_submitted() else 200


def _tell(added: int, there: list[str]) -> None:
    if added:
        flash(ngettext("%(num)s file is added.", "%(num)s files are added.", added), "ok")
    for name in there:
        flash(_("%(name)s stands here already; it was not added again.", name=name), "wait")


@pages.get("/attachments/<uuid:attachment_id>", needs=Permission.SIGNED_IN)
def open_attachment(attachment_id: uuid.UUID) -> ResponseReturnValue:
    """The file itself: pictures and PDFs in the browser, the others to save."""
    row, file, _bearing = get_attachment(g.actor, attachment_id)
    try:
        store.check(file)
        begin_write()
        actions.note_opening(g.actor, attachment_id)
        content = store.Content(file)
    except Broken as broken:
        current_app.logger.error("attachment %s does not open, its file %s: %s", row.id, file.id, broken)
        raise Refused(
            Problem(
                "attachment_damaged",
                N_(
                    "This file cannot be opened: what is stored of it is damaged or missing. Tell your administrator, "
                    "who can take it back from the backup; or add it again if you still have it."
                ),
            )
        ) from None
    return send_kept(content, row.name or "", rules.MIME[file.type], file.size, inline=file.type in rules.INLINE)


@pages.form("/attachments/<uuid:attachment_id>/withdraw", needs=Permission.SIGNED_IN)
def withdraw_attachment(attachment_id: uuid.UUID) -> ResponseReturnValue:
    row, file, bearing = get_attachment(g.actor, attachment_id)
    if bearing is None:
        raise NotFound  # it is withdrawn
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            actions.withdraw(g.actor, attachment_id, form.reason.data or "")
            flash(_("The attachment is withdrawn. Who, when and why stand in its place."), "ok")
            return redirect(url_for("attachments.list_attachments", kind=row.kind, subject_id=row.subject_id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    if bearing.child_id:
        note_opening(bearing.child_id, "withdraw_attachment")
    return render_template(
        "attachments/withdraw_attachment.html",
        form=form,
        bearing=bearing,
        row=row,
        file=file,
    ), 422 if form.is_submitted() else 200
