"""Which ticks are missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select

from app.db import db
from app.kernel import clock
from app.kernel.dates import add_days
from app.kernel.periods import Period
from app.kernel.problems import N_, Problem, Refused
from app.steps.kinds import StepKind, step_kinds
from app.steps.models import StepTick

MOST_BACK = timedelta(days=400)
"""Days off that are made up for: a longer silence begins anew here."""
_LAST = select(StepTick.kind, func.max(StepTick.day)).group_by(StepTick.kind)


def missing_ticks(until: date, *, again: bool) -> list[tuple[date, StepKind]]:
    """The days and kinds without a tick up to a day, in their order; `again`: the day itself in any case. Raises
    Refused for a day to come and for one before the last tick."""
    if until > clock.today():
        raise Refused(Problem("tick_ahead", N_("This day has not come yet: there is nothing to be opened or closed.")))
    last = {row[0]: row[1] for row in db.session.execute(_LAST)}
    known = [last[kind.code] for kind in step_kinds() if kind.code in last]
    if known and until < max(known):
        raise Refused(
            Problem(
                "tick_before",
                N_("The steps stand as of %(day)s. An earlier day cannot be run again."),
                {"day": max(known).isoformat()},
            )
        )
    found = [
        (day, place, kind)
        for place, kind in enumerate(step_kinds())
        for day in _days(last.get(kind.code), until, again)
    ]
    return [(day, kind) for day, _place, kind in sorted(found, key=lambda one: one[:2])]


def _days(last: date | None, until: date, again: bool) -> Iterator[date]:
    if last is not None and last < until:
        yield from Period(max(add_days(last, 1), until - MOST_BACK), until).days()
    if last is None or last < until or again:
        yield until
