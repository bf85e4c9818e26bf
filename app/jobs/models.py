"""The table of jobs."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.db.types import Json
from app.jobs.types import JobState


class Job(Base):
    """One piece of work. `args` holds ids and plain values, never persons' numbers. `owner` is host:pid:start."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state", "state", "created_at"),)

    kind: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict] = mapped_column(Json)
    state: Mapped[JobState] = mapped_column(choice(JobState))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None] = mapped_column(String(400))
    result: Mapped[dict] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(Text)
    problems: Mapped[list] = mapped_column(Json)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    owner: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[uuid.UUID | None]
    user_name: Mapped[str] = mapped_column(String(120))
    page: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
