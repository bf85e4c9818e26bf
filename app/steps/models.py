"""Tables of steps."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.steps.types import Ended, Level


class Step(Base):
    """What somebody has to do by `due_on`: about `subject_id` (a `subject`, and its `part` where it has several).

    It is owned by a person (`user_id`), else a school, else the unit, which is also the level above a school. The kind
    is a code that a slice registers. An ended step is frozen; `deed` names what ended it, as the trail does.
    """

    __tablename__ = "steps"

    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID]
    part: Mapped[str] = mapped_column(String(40), default="")
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("children.id"), index=True)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"))
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    opened_on: Mapped[date]
    due_on: Mapped[date]
    paused_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    escalated_to: Mapped[Level | None] = mapped_column(choice(Level))
    escalated_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    ended_as: Mapped[Ended | None] = mapped_column(choice(Ended))
    deed: Mapped[str | None] = mapped_column(String(60))
    done_by_id: Mapped[uuid.UUID | None]
    done_by_name: Mapped[str | None] = mapped_column(String(120))
    done_at: Mapped[datetime | None]

    @property
    def key(self) -> tuple[uuid.UUID, str]:
        return self.subject_id, self.part

    @property
    def level(self) -> Level:
        """The level of the owner."""
        return Level.SCHOOL if self.user_id or self.school_id else Level.DISTRICT


_OPEN = text("ended_on IS NULL")
Index("uq_steps_open", Step.kind, Step.subject_id, Step.part, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_steps_unit", Step.unit_id, Step.due_on, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_steps_school", Step.school_id, Step.due_on, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_steps_user", Step.user_id, Step.due_on, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_steps_escalated", Step.escalated_to, Step.due_on, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_steps_ended_on", Step.ended_on)


class StepPause(Base):
    """Days on which a step's clock stood still, and why: from `from_on` until it ran again on `to_on`."""

    __tablename__ = "step_pauses"

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("steps.id"), index=True)
    from_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(400))
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    to_on: Mapped[date | None]
    resumed_reason: Mapped[str | None] = mapped_column(String(400))
    resumed_by_id: Mapped[uuid.UUID | None]
    resumed_by_name: Mapped[str | None] = mapped_column(String(120))


_RUNNING = text("to_on IS NULL")
Index("uq_step_pauses_running", StepPause.step_id, unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING)


class StepTick(Base):
    """What the tick of a day did with the steps of a kind: the sign that this day is done."""

    __tablename__ = "step_ticks"
    __table_args__ = (UniqueConstraint("day", "kind"),)

    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(40))
    opened: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
    reminded: Mapped[int] = mapped_column(default=0)
    escalated: Mapped[int] = mapped_column(default=0)
    ran_at: Mapped[datetime]
