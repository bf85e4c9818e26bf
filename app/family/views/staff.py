"""The family tab of a child's file: who may see, letters of invitation, answers; and answers that wait for a talk."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.accounts.actions import new_token
from app.children.frame import render_file
from app.children.queries import get_child
from app.family import actions, queries
from app.family.documents import invitation_pdf
from app.family.rules.invitations import INVITATION_DAYS
from app.family.views.pages import pages
from app.kernel import clock
from app.printing.ahead import notes, typeset
from app.printing.store import log_print
from app.web.downloads import send
from app.web.filters import today
from app.web.paging import asked_page
from app.web.requests import note_opening, sent_switch

INVITE = Permission.FAMILY_INVITE


@pages.get("/children/<uuid:child_id>/family", needs=INVITE)
def show_family_tab(child_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    note_opening(child.id, "family tab")
    return render_file(
        "family/show_family_tab.html",
        child,
        "family",
        members=queries.members.list_members(child.id),
        answers=queries.answers.list_answers(child.id),
    )


def _back(child_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("family.show_family_tab", child_id=child_id), 303)


@pages.post("/children/<uuid:child_id>/family/<uuid:guardianship_id>/access", needs=INVITE)
def change_access(child_id: uuid.UUID, guardianship_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    guardian = actions.set_access(g.actor, child, guardianship_id, request.form.get("may_see") == "1", today=today())
    may_see = sent_switch("may_see")  # last, so that what is not there stays unknown; a refusal undoes all of it
    words = (
        _("%(name)s may see the family page.", name=guardian.name)
        if may_see
        else _("%(name)s may no longer see the family page. It counts at once.", name=guardian.name)
    )
    flash(words, "ok")
    return _back(child.id)


@pages.get("/children/<uuid:child_id>/family/<uuid:guardianship_id>/invitation", needs=INVITE)
def new_invitation(child_id: uuid.UUID, guardianship_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    queries.members.get_member(child.id, guardianship_id)
    note_opening(child.id, "invitation")
    member = next(one for one in queries.members.list_members(child.id) if one.guardianship_id == guardianship_id)
    return render_file("family/new_invitation.html", child, "family", member=member, days=INVITATION_DAYS)


@pages.post("/children/<uuid:child_id>/family/<uuid:guardianship_id>/letter", needs=INVITE)
def print_invitation(child_id: uuid.UUID, guardianship_id: uuid.UUID) -> ResponseReturnValue:
    """The letter as a PDF: making it makes the secret, which stands nowhere else."""
    token, now = new_token(), clock.now()
    return typeset(lambda: _letter(child_id, guardianship_id, token, now))


def _letter(child_id: uuid.UUID, guardianship_id: uuid.UUID, token: str, now: datetime) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    guardian = actions.guardian_to_invite(g.actor, child, guardianship_id)
    pdf = invitation_pdf(g.actor, child, guardian, token, now)
    if notes():
        link = actions.make_invitation(g.actor, child, guardianship_id, token, now)
        log_print(g.actor, "invitation", link.id, child.id)
    return send(pdf, _("Invitation for the family"), "pdf", on=today())


@pages.post("/children/<uuid:child_id>/family/invitations/<uuid:link_id>/revoke", needs=INVITE)
def revoke_invitation(child_id: uuid.UUID, link_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    actions.revoke_invitation(g.actor, child, link_id)
    flash(_("The letter is taken back; it opens nothing any more."), "ok")
    return _back(child.id)


@pages.post("/children/<uuid:child_id>/family/<uuid:guardianship_id>/lost", needs=INVITE)
def revoke_entry(child_id: uuid.UUID, guardianship_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    actions.revoke_entry(g.actor, child, guardianship_id)
    flash(_("The lost phone shows nothing any more. Make a new letter to let the guardian in again."), "ok")
    return _back(child.id)


@pages.get("/answers", needs=INVITE)
def list_disagreements() -> ResponseReturnValue:
    page = asked_page(queries.answers.count_disagreements(g.actor, today()))
    rows = queries.answers.list_disagreements(g.actor, today(), limit=page.size, offset=page.offset)
    return render_template("family/list_disagreements.html", rows=rows, page=page)
