"""What the plans of a month ask for, in words: the head of its minutes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.kernel.calendars import YearMissing
from app.timetables.types import Need
from app.visits.queries.minutes import child_ledger
from app.visits.types import Minutes
from app.web.filters import aside, label
from app.web.filters import day as day_words
from app.web.i18n import gettext as _


def balances_of(child_id: uuid.UUID, first: date, last: date) -> list[tuple[Minutes, str]]:
    """The balance of each service of a child in a month, with what the versions in force ask for; nothing while the
    holidays of its year are not known."""
    try:
        services = child_ledger(child_id, first)
    except YearMissing:
        return []
    return [(one.balance, asked_words(one.needs, first, last)) for one in services]


def asked_words(needs: Sequence[Need], first: date, last: date) -> str:
    """What the versions of a plan ask of a service from `first` to `last`, one after the other, each with its days
    where they ask for something else. What lies beyond these days is no matter of theirs."""
    spans: list[Need] = []
    for one in needs:
        if spans and _same(spans[-1], one):
            spans[-1] = replace(spans[-1], last=one.last)
        else:
            spans.append(one)
    return "；".join(_asked(one, first, last) if len(spans) > 1 else _pattern(one) for one in spans)


def _same(a: Need, b: Need) -> bool:
    return (a.minutes, a.times, a.frequency) == (b.minutes, b.times, b.frequency)


def _pattern(need: Need) -> str:
    return _(
        "%(minutes)s minutes, %(times)s times %(often)s",
        minutes=need.minutes,
        times=need.times,
        often=label(need.frequency),
    )


def _asked(need: Need, first: date, last: date) -> str:
    begins, ends = day_words(need.first, "iso"), day_words(need.last, "iso")
    if need.first == first:
        days = _("until %(day)s", day=ends)
    elif need.last == last:
        days = _("from %(day)s on", day=begins)
    else:
        days = _("%(first)s to %(last)s", first=begins, last=ends)
    return _pattern(need) + aside(days)
