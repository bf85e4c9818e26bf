"""A clock stands still for a reason, and runs again."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.sight import require_write
from app.db import audit, db
from app.errors import NotFound
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.schools.queries import legal_calendar
from app.steps import rules
from app.steps.kinds import StepKind, kind_of
from app.steps.models import Step, StepPause
from app.steps.queries.steps import may_pause
from app.steps.sight import seen


def pause_step(actor: Actor, step_id: uuid.UUID, reason: str, *, today: date) -> Step:
    """Let a step's clock stand still from today. Raises NotFound, ReadOnly; Refused when it is no clock that may, is
    over, stands still already, or when no reason is given."""
    step, kind = _open_step(actor, step_id)
    if step.paused_on is not None:
        raise Refused(Problem("paused_already", N_("This clock stands still already.")))
    refuse_if(rules.check_pause(pausable=kind.pausable, due=step.due_on, day=today, reason=reason))
    step.paused_on = today
    db.session.add(
        StepPause(step_id=step.id, from_on=today, reason=reason.strip()[:400], by_id=actor.user_id, by_name=actor.name)
    )
    audit.record(actor, "pause_step", "step", step.id, child_id=step.child_id, kind=step.kind)
    db.session.flush()
    return step


def resume_step(actor: Actor, step_id: uuid.UUID, reason: str, *, today: date) -> Step:
    """Let it run again from today: its due day moves by the days on which it stood still. Raises as `pause_step`."""
    step, kind = _open_step(actor, step_id)
    if step.paused_on is None:
        raise Refused(Problem("not_paused", N_("This clock runs already.")))
    refuse_if(rules.check_reason(reason))
    pause = db.session.scalars(select(StepPause).where(StepPause.step_id == step.id, StepPause.to_on.is_(None))).one()
    pause.to_on, pause.resumed_reason = today, reason.strip()[:400]
    pause.resumed_by_id, pause.resumed_by_name = actor.user_id, actor.name
    step.due_on = rules.resumed_due(kind.clock, step.due_on, step.paused_on, today, legal_calendar(today))
    step.paused_on = None
    audit.record(
        actor, "resume_step", "step", step.id, child_id=step.child_id, kind=step.kind, due=step.due_on.isoformat()
    )
    db.session.flush()
    return step


def _open_step(actor: Actor, step_id: uuid.UUID) -> tuple[Step, StepKind]:
    require(actor, Permission.CHILDREN_WRITE)
    step = db.session.scalar(select(Step).where(Step.id == step_id, seen(actor)).with_for_update())
    kind = kind_of(step.kind) if step is not None else None
    if step is None or kind is None:
        raise NotFound
    if step.child_id is not None:
        require_write(actor, step.child_id)
    if step.ended_on is not None:
        raise Refused(Problem("step_ended", N_("This ended on %(day)s already."), {"day": step.ended_on.isoformat()}))
    if not may_pause(actor, step):
        raise Refused(Problem("not_your_step", N_("Whoever owns it, or the district above, pauses this clock.")))
    return step, kind
