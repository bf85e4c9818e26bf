"""Bringing steps to what ought to be: opened, following the facts, ended."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import select, update

from app.access import Actor
from app.db import db
from app.kernel import clock
from app.kernel.calendars import WorkingCalendar
from app.schools.queries import legal_calendar
from app.steps import rules
from app.steps.kinds import StepKind, kind_of, step_kinds
from app.steps.models import Step, StepPause
from app.steps.queries.ought import MOST_ASKED, ought_of, ought_of_children
from app.steps.types import Counts, Ended, Ought


def settle(actor: Actor, code: str, subject_id: uuid.UUID, *, deed: str, on: date, ended: Ended = Ended.DONE) -> None:
    """Bring the steps about one subject to what ought to be after a deed, in its transaction: what it settled is ended
    by it, what it asks for next is opened. `deed` is the verb that the deed leaves in the trail."""
    kind = kind_of(code)
    assert kind is not None
    db.session.flush()
    steps = db.session.scalars(
        select(Step).where(Step.kind == code, Step.subject_id == subject_id, Step.ended_on.is_(None))
    ).all()
    oughts = ought_of(kind, on, legal_calendar(on), subject_id)
    bring(kind, steps, [one for one in oughts if one.since <= on], on, ended=ended, by=(actor, deed))
    db.session.flush()


def settle_children(actor: Actor, child_ids: Collection[uuid.UUID], *, deed: str, on: date) -> None:
    """The same for all kinds and some children: a deed about many, or one that may touch anything of a child, in its
    transaction. Two statements a kind, of however many children."""
    if not child_ids:
        return
    db.session.flush()
    ids, calendar = frozenset(child_ids), legal_calendar(on)
    for kind in step_kinds():
        steps = select(Step).where(Step.kind == kind.code, Step.ended_on.is_(None))
        if len(ids) <= MOST_ASKED:
            steps = steps.where(Step.child_id.in_(ids))
        oughts = [one for one in ought_of_children(kind, on, calendar, ids) if one.since <= on]
        own = [one for one in db.session.scalars(steps) if one.child_id in ids]
        bring(kind, own, oughts, on, ended=kind.unsettled, by=(actor, deed))
    db.session.flush()


def bring(
    kind: StepKind,
    steps: Iterable[Step],
    oughts: Iterable[Ought],
    day: date,
    *,
    ended: Ended,
    by: tuple[Actor, str] | None = None,
) -> Counts:
    """Open, follow and end, so that open steps of a kind are those that ought to be."""
    wanted, counts = {one.key: one for one in oughts}, Counts()
    for step in steps:
        one = wanted.pop(step.key, None)
        if one is None:
            _end(step, day, ended, by)
            counts.closed += 1
        else:
            _follow(kind, step, one)
    for one in wanted.values():
        _open(kind, one)
        counts.opened += 1
    return counts


def look_at_clock(kind: StepKind, step: Step, day: date, calendar: WorkingCalendar, counts: Counts) -> None:
    """Note the reminder and the level that are right on a day; one that stands still is left alone."""
    if step.paused_on is not None:
        return
    reminded = rules.reminder_on(kind.clock, step.due_on, kind.reminds, step.opened_on, day, calendar)
    if reminded is not None and reminded != step.reminded_on:
        step.reminded_on = reminded
        counts.reminded += 1
    risen = rules.level_on(step.level, kind.clock, step.due_on, kind.escalates, step.opened_on, day, calendar)
    level, since = risen or (None, None)
    if level != step.escalated_to:
        step.escalated_to, step.escalated_on = level, since
        counts.escalated += level is not None


def _open(kind: StepKind, one: Ought) -> None:
    db.session.add(
        Step(
            kind=kind.code,
            subject=kind.subject,
            subject_id=one.subject_id,
            part=one.part,
            child_id=one.child_id,
            unit_id=one.unit_id,
            school_id=one.school_id,
            user_id=one.user_id,
            opened_on=one.since,
            due_on=one.due_on,
        )
    )


def _follow(kind: StepKind, step: Step, one: Ought) -> None:
    """The owner is who it is today. The day is what the facts say; a clock that may be paused was set once."""
    step.unit_id, step.school_id, step.user_id = one.unit_id, one.school_id, one.user_id
    if not kind.pausable:
        step.due_on = one.due_on


def _end(step: Step, day: date, ended: Ended, by: tuple[Actor, str] | None) -> None:
    if step.paused_on is not None:
        db.session.execute(
            update(StepPause).where(StepPause.step_id == step.id, StepPause.to_on.is_(None)).values(to_on=day)
        )
        step.paused_on = None
    step.ended_on, step.ended_as = day, ended
    if by is not None:
        actor, step.deed = by
        step.done_by_id, step.done_by_name, step.done_at = actor.user_id, actor.name, clock.now()
