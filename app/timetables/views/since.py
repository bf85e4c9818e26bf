"""What others did to a draft after a page of it was opened, in words."""

from __future__ import annotations

from typing import Any

from flask import g, request

from app.timetables.queries.drafts import Since, done_since
from app.web.days import day_of
from app.web.filters import clock, moment
from app.web.filters import day as day_words
from app.web.i18n import gettext as _
from app.web.reading import whole_number


def since_words(row: Any) -> list[str]:
    """What others did to a draft since the page that the form came from was opened, in words."""
    seq = whole_number(request.form.get("since"))
    return [_since_word(one) for one in done_since(g.actor, row, seq)] if seq is not None else []


def _since_word(one: Since) -> str:
    by, at = one.by, moment(one.at)
    if one.verb == "move_visit":
        was, now = (_when(one.detail.get(end, "")) for end in ("was", "now"))
        return _(
            "%(at)s, %(by)s: the visit of %(child)s was moved from %(was)s to %(now)s",
            at=at,
            by=by,
            child=one.child,
            was=was,
            now=now,
        )
    if one.verb == "publish_timetable":
        return _("%(at)s, %(by)s: a timetable of this month was published", at=at, by=by)
    if one.verb == "fill_timetable":
        return _("%(at)s, %(by)s: another draft of this month was made", at=at, by=by)
    return _("%(at)s, %(by)s: a draft of this month was discarded", at=at, by=by)


def _when(kept: str) -> str:
    """Day and minutes as the trail keeps them, as people read them."""
    day, _space, minutes = kept.partition(" ")
    found = day_of(day)
    return f"{day_words(found, 'EEE MM-dd')} {clock(int(minutes))}" if found and minutes.isdigit() else kept
