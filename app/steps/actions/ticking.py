"""The tick: once a day the steps of every kind are brought to what ought to be, and their clocks are looked at.

A day and a kind are one transaction with one row of `step_ticks`, so a tick that is killed goes on where it stopped, a
second one changes nothing, and after days off every day is made up for in its order, with the facts of that day.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.access import SYSTEM
from app.children.responsible import begin_day
from app.db import audit, db
from app.kernel import clock
from app.kernel.calendars import WorkingCalendar
from app.schools.queries import legal_calendar
from app.steps.actions.settling import bring, look_at_clock
from app.steps.kinds import StepKind
from app.steps.models import Step, StepTick
from app.steps.queries.missed import missing_ticks
from app.steps.queries.ought import ought_of
from app.steps.types import Counts


def tick_until(until: date, *, again: bool = True) -> list[tuple[date, StepKind, Counts]]:
    """Run the ticks that are missing up to a day, and that of the day itself once more unless `again` is False.

    Commits after each. Returns what each did. Raises Refused for a day to come, and for one before the last tick:
    what is true today would be written down for it.
    """
    begin_day()
    missing, ran = missing_ticks(until, again=again), []
    calendars = {year: legal_calendar(date(year, 7, 1)) for year in {day.year for day, _kind in missing}}
    for day, kind in missing:
        db.session.rollback()
        db.write()
        if (counts := _tick(kind, day, calendars[day.year], again=again and day == until)) is not None:
            ran.append((day, kind, counts))
        db.session.commit()
    db.session.rollback()
    return ran


def _tick(kind: StepKind, day: date, calendar: WorkingCalendar, *, again: bool) -> Counts | None:
    """One kind on one day; None when another process has done it."""
    row = db.session.scalar(select(StepTick).where(StepTick.day == day, StepTick.kind == kind.code).with_for_update())
    if row is not None and not again:
        return None
    if row is None:
        row = StepTick(day=day, kind=kind.code, opened=0, closed=0, reminded=0, escalated=0, ran_at=clock.now())
        try:
            db.session.add(row)
            db.session.flush()
        except IntegrityError:  # another worker was a moment earlier
            db.session.rollback()
            return None
    if kind.reckons is not None:
        kind.reckons(day)
    oughts = [one for one in ought_of(kind, day, calendar) if one.since <= day]
    counts = bring(kind, _open_steps(kind, day), oughts, day, ended=kind.unsettled)
    db.session.flush()
    for step in _open_steps(kind, day):
        look_at_clock(kind, step, day, calendar, counts)
    for name in ("opened", "closed", "reminded", "escalated"):
        setattr(row, name, getattr(row, name) + getattr(counts, name))
    row.ran_at = clock.now()
    if counts != Counts():
        told = {"kind": kind.code, "day": day.isoformat(), **vars(counts)}
        audit.record(SYSTEM, "tick_steps", "step_tick", row.id, **told)
    return counts


def _open_steps(kind: StepKind, day: date) -> list[Step]:
    """Those that were open on the day already: an action may have opened one later than a day that is made up for."""
    return list(
        db.session.scalars(select(Step).where(Step.kind == kind.code, Step.ended_on.is_(None), Step.opened_on <= day))
    )


def tick_today() -> None:
    """What the worker does each day: nothing where it is done."""
    tick_until(clock.today(), again=False)
