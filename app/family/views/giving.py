"""Making a family's link to its visits: shown once to send, or printed with a QR code; ended at any time."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.accounts.actions import new_token
from app.children.frame import render_file
from app.children.queries import Child, get_child
from app.children.sight import require_write
from app.family.documents import visit_link_address, visit_link_pdf
from app.family.views.pages import pages
from app.kernel import clock
from app.printing.ahead import notes, typeset
from app.printing.qr import qr_svg
from app.printing.store import log_print
from app.repairs.actions.answers import LINK_DAYS, make_visit_link, revoke_visit_link
from app.repairs.queries.answers import current_link
from app.timetables.queries.handing import new_teachers
from app.visits.queries.children import next_visits
from app.web.downloads import send
from app.web.filters import today
from app.web.requests import note_opening

WRITE = Permission.PLANS_WRITE


def _page(child: Child, address: str = "") -> str:
    return render_file(
        "family/show_visit_link.html",
        child,
        "visits",
        link=current_link(child.id),
        address=address,
        days=LINK_DAYS,
        qr=qr_svg(address, _("Opens the next visits")) if address else "",
    )


@pages.get("/children/<uuid:child_id>/visit-link", needs=WRITE)
def show_visit_link(child_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    note_opening(child.id, "visit link")
    return _page(child)


@pages.post("/children/<uuid:child_id>/visit-link/make", needs=WRITE)
def make_link_to_visits(child_id: uuid.UUID) -> ResponseReturnValue:
    """Answers with the address itself: it is shown this once."""
    child = get_child(g.actor, child_id)
    _row, token = make_visit_link(g.actor, child)
    return _page(child, visit_link_address(token))


@pages.post("/children/<uuid:child_id>/visit-link/print", needs=WRITE)
def print_visit_link(child_id: uuid.UUID) -> ResponseReturnValue:
    """The paper for the family: making it makes the secret, which stands nowhere else."""
    token, now = new_token(), clock.now()
    return typeset(lambda: _paper(child_id, token, now))


def _paper(child_id: uuid.UUID, token: str, now: datetime) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    require_write(g.actor, child)
    pdf = visit_link_pdf(g.actor, child, token, next_visits(child.id, today(), 8), now, new_teachers(child.id, today()))
    if notes():
        row, _token = make_visit_link(g.actor, child, token, now)
        log_print(g.actor, "visit_link", row.id, child.id)
    return send(pdf, _("Next visits for the family"), "pdf", on=today())


@pages.post("/children/<uuid:child_id>/visit-link/end", needs=WRITE)
def end_visit_link(child_id: uuid.UUID) -> ResponseReturnValue:
    child = get_child(g.actor, child_id)
    revoke_visit_link(g.actor, child)
    flash(_("The link is ended; it opens nothing any more."), "ok")
    return redirect(url_for(".show_visit_link", child_id=child.id), 303)
