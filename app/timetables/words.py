"""Words that pages and papers of visits share."""

from __future__ import annotations

from flask_babel import gettext as _

from app.timetables.queries.moving_away import MOVES


def closed_words(reason: str | None) -> str:
    """That nobody comes to a visit, and why: its day is closed, or the child has moved by then; empty where somebody
    comes (None)."""
    if reason is None:
        return ""
    if reason == MOVES:
        return _(reason)
    return _("Schools closed: %(reason)s", reason=_(reason)) if reason else _("Schools closed")
