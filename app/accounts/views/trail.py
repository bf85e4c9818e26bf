"""The audit trail on a page, for auditors."""

from __future__ import annotations

from flask import current_app, g, render_template, request

from app.access import Permission
from app.accounts.queries import list_entries
from app.accounts.views.pages import pages
from app.db import audit, db
from app.kernel.dates import parse_day
from app.web.paging import asked_page


@pages.get("/audit", needs=Permission.AUDIT_READ)
def show_audit():
    verb, day = request.args.get("verb", "").strip(), parse_day(request.args.get("day", "")).value
    rows, page = list_entries(g.actor, verb=verb, day=day, page_of=asked_page)
    return render_template("accounts/show_audit.html", rows=rows, page=page, verb=verb, day=day, state=None)


@pages.post("/audit/verify", needs=Permission.AUDIT_READ)
def verify_audit():
    key = current_app.extensions["yian.vault"].audit_key
    state = audit.verify(db.session.connection(), key)
    rows, page = list_entries(g.actor, verb="", day=None, page_of=asked_page)
    return render_template("accounts/show_audit.html", rows=rows, page=page, verb="", day=None, state=state)
