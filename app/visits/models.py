"""Tables of what was worked at visits."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.plans.types import PromptLevel


class RecordPlan(Base):
    """The plan version that a record was written with, where it is not the one that the timetable was made from."""

    __tablename__ = "record_plans"

    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit_records.id"), unique=True)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"))


class VisitPoint(Base):
    """One objective worked at a visit: help needed, and how many of how many tries."""

    __tablename__ = "visit_points"

    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit_records.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    objective_key: Mapped[uuid.UUID] = mapped_column(index=True)
    prompt: Mapped[PromptLevel] = mapped_column(choice(PromptLevel))
    done: Mapped[int]
    trials: Mapped[int]


class MinutesDue(Base):
    """What the plans of a child asked for at home in a month that is over, for one service: reckoned from plans, roll
    and calendars by the tick (see queries/due.py), never by hand. `first_on` and `last_on` are whole weeks."""

    __tablename__ = "minutes_due"
    __table_args__ = (
        UniqueConstraint("child_id", "service_key", "month"),
        Index("ix_minutes_due_last_on", "last_on"),
    )

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    service_key: Mapped[uuid.UUID]
    month: Mapped[str] = mapped_column(String(7))
    first_on: Mapped[date]
    last_on: Mapped[date]
    minutes: Mapped[int]


class MinutesExcused(Base):
    """Minutes of a service that were owed of a month and need not be made up: who said so, and why. Written once."""

    __tablename__ = "minutes_excused"
    __table_args__ = (Index("ix_minutes_excused_child_id_month", "child_id", "month"),)

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    service_key: Mapped[uuid.UUID]
    month: Mapped[str] = mapped_column(String(7))
    minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(String(400))
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
