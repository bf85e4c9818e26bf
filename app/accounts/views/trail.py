"""The audit trail on a page, for auditors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.accounts.deeds import SUBJECTS, VERBS
from app.accounts.queries import list_entries
from app.accounts.views.pages import pages
from app.db import audit, db
from app.db.heads import kept_heads
from app.kernel.dates import parse_day
from app.kernel.pinyin import sort_key
from app.web.paging import asked_page


@pages.get("/audit", needs=Permission.AUDIT_READ)
def show_audit() -> ResponseReturnValue:
    """Query parameters: verb (as the trail keeps it), day, page."""
    verb, day = request.args.get("verb", "").strip(), parse_day(request.args.get("day", "")).value
    return _shown(verb, day)


def _verify() -> None:
    """Walk the chain while no lock is held: a million rows take a while."""
    g.verified = audit.verify(db.session.connection(), current_app.extensions["yian.vault"].audit_key, kept_heads())


@pages.post("/audit/verify", needs=Permission.AUDIT_READ, before=_verify, always=True)
def verify_audit() -> ResponseReturnValue:
    return _shown("", None, state=g.verified)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the trail was asked for."""

    verb: str
    day: date | None


def _shown(verb: str, day: date | None, state: tuple[int, str, audit.Broken | None] | None = None) -> str:
    rows, page = list_entries(g.actor, verb=verb, day=day, page_of=asked_page)
    deeds = sorted(((kept, _(name)) for kept, name in VERBS.items()), key=lambda pair: sort_key(pair[1]))
    return render_template(
        "accounts/show_audit.html",
        rows=rows,
        page=page,
        state=state,
        deeds=deeds,
        deed=lambda kept: _(VERBS.get(kept, kept)),
        noun=lambda kept: _(SUBJECTS.get(kept, kept)),
        asked=Asked(verb=verb, day=day),
    )
