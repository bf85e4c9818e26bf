"""Tables of what was worked at visits."""

from __future__ import annotations

import uuid

from sqlalchemy import (
    ForeignKey,
)
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
