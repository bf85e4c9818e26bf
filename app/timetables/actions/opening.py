"""Asking for timetables: of one month, or of one after the other to the end of a term."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select, update

from app.access import Actor, Permission, require
from app.db import audit, db
from app.errors import NotFound
from app.jobs.actions import queue_job
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused, refuse_if, to_stored
from app.schools.models import Unit
from app.teams.queries.who_may_plan import may_plan
from app.timetables.actions.timetables import inputs_of
from app.timetables.figures import Figures
from app.timetables.models import Timetable, TimetableOrder, TimetableRun
from app.timetables.queries.runs import Run
from app.timetables.queries.taught import month_kind
from app.timetables.queries.terms import months_left
from app.timetables.queries.timetables import find_published, is_running
from app.timetables.rules.gathering import NO_TEACHING_DAY, missing_inputs, period_of
from app.timetables.types import MonthKind, TimetableState


@dataclass(frozen=True, kw_only=True)
class Order:
    """How a timetable is to be made.

    `seconds` of search; `relaxations`: remedies of the engine with which the run's rules are eased; `follows`: the
    timetable whose teams and weekdays are kept as far as they can be; `then`: months ("2026-11") that are made after
    this one, each following the one before it; `after`: the draft that a remedy is meant to better; `remedy`: which.
    """

    seconds: int = 60
    seed: int = 0
    relaxations: Sequence[dict] = ()
    follows: uuid.UUID | None = None
    then: tuple[str, ...] = ()
    after: uuid.UUID | None = None
    remedy: dict | None = None


def open_timetable(
    actor: Actor, *, unit_id: uuid.UUID, month: str, order: Order, today: date, page: Callable[[uuid.UUID], str]
) -> Timetable:
    """Ask for a timetable of a unit's month; a job makes it. `page(id)` is the address of its page.

    Raises Refused: a month that is over, a year without holidays, no team, no child, a run under way; NotFound.
    """
    require(actor, Permission.TIMETABLES_WRITE)
    if (
        not may_plan(actor, unit_id)
        or db.session.scalar(select(Unit.id).where(Unit.id == unit_id).with_for_update()) is None
    ):
        raise NotFound
    if is_running(unit_id, month):
        raise Refused(
            Problem(
                "run_under_way",
                N_("A timetable of this month is being made already. Wait for it, or stop it first."),
                field="month",
            )
        )
    published = find_published(unit_id, month)
    first, last = period_of(month, today, published=published is not None).on("month").needed()
    if month_kind(unit_id, month) == MonthKind.AWAITED:
        raise Refused(_no_term(month))
    refuse_if(missing_inputs(inputs_of(actor, unit_id, first, last)))
    row = Timetable(
        unit_id=unit_id,
        month=month,
        first_on=first,
        last_on=last,
        state=TimetableState.QUEUED,
        seed=order.seed,
        figures=Figures(),
        created_by_name=actor.name,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(
        TimetableRun(
            timetable_id=row.id, seconds=order.seconds, relaxations=list(order.relaxations), progress=[], shortages=[]
        )
    )
    db.session.add(
        TimetableOrder(
            timetable_id=row.id,
            follows_id=order.follows,
            after_id=order.after,
            months_after=list(order.then),
            remedy=order.remedy,
            halted=[],
        )
    )
    row.job_id = queue_job(
        actor,
        "timetables.solve",
        {"timetable": str(row.id), "seconds": order.seconds, "seed": order.seed},
        total=order.seconds,
        page=page(row.id),
    ).id
    audit.record(actor, "open_timetable", "timetable", row.id, month=month, seed=order.seed)
    db.session.flush()
    return row


def _no_term(month: str) -> Problem:
    return Problem(
        "no_term_entered",
        N_("No term is entered for %(month)s yet. Enter its first and last day; then the month can be planned."),
        {"month": month},
        field="month",
    )


def order_of(row: Timetable, run: Run | None) -> Order:
    """How a timetable was asked for; `run`: how it was made, None where that was not kept."""
    if run is None:
        return Order(seed=row.seed)
    return Order(
        seconds=run.seconds,
        seed=row.seed,
        relaxations=tuple(run.relaxations),
        follows=run.follows_id,
        then=tuple(run.months_after),
    )


def open_term(
    actor: Actor, *, unit_id: uuid.UUID, month: str, order: Order, today: date, page: Callable[[uuid.UUID], str]
) -> Timetable:
    """Ask for timetables of a month and of those after it to the end of its term; return the first. Months that are
    published stay as they are, and the next one follows them.

    Raises Refused: no term there, every month published already, what `open_timetable` refuses of the first; NotFound.
    """
    require(actor, Permission.TIMETABLES_WRITE)
    period_of(month, today, published=False).on("month").value_or_refuse()
    months = months_left(unit_id, month, today)
    if not months:
        raise Refused(_no_term(month) if month_kind(unit_id, month) == MonthKind.AWAITED else NO_TEACHING_DAY)
    made = _next_of(actor, unit_id, months, order, today, page)
    if made is None:
        raise Refused(
            Problem("term_published", N_("Every month of this term from here on is published already."), field="month")
        )
    return made


def go_on(
    actor: Actor, row: Timetable, run: Run | None, *, today: date, page: Callable[[uuid.UUID], str]
) -> Timetable | None:
    """Ask for the month that was to be made after this one, in the same transaction that keeps this one. What keeps it
    from being made is kept with this timetable's order, for the page of the term."""
    order = order_of(row, run)
    if not order.then or not may_plan(actor, row.unit_id):
        return None
    try:
        return _next_of(actor, row.unit_id, order.then, replace(order, follows=row.id), today, page)
    except Refused as refused:
        db.session.execute(
            update(TimetableOrder)
            .where(TimetableOrder.timetable_id == row.id)
            .values(halted=[to_stored(problem) for problem in refused.problems])
        )
        return None


def _next_of(actor: Actor, unit_id: uuid.UUID, months: Sequence[str], order: Order, today: date, page: Any) -> Any:
    """The first of the months that is not published, asked for; None where all are."""
    for at, month in enumerate(months):
        standing = find_published(unit_id, month)
        if standing is None:
            return open_timetable(
                actor,
                unit_id=unit_id,
                month=month,
                today=today,
                page=page,
                order=replace(order, then=tuple(months[at + 1 :])),
            )
        order = replace(order, follows=standing.id)
    return None
