"""Tables of timetables and their visits. Times of day are minutes after midnight; local times have no zone."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.db import Base, choice
from app.db.types import Json
from app.timetables.figures import Figures
from app.timetables.types import ChangeKind, Confirmation, MissedReason, RecordOutcome, TimetableState, VisitOrigin


class _Figures(TypeDecorator):
    """Figures as JSON; they are replaced as a whole and never changed in place."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value: Figures | None, dialect: Any) -> Any:
        return None if value is None else value.kept()

    def process_result_value(self, value: dict | None, dialect: Any) -> Any:
        return None if value is None else Figures.read(value)


class Timetable(Base):
    """One unit's visits of one month. Inputs' hash, seed and figures are kept with it."""

    __tablename__ = "timetables"
    __table_args__ = (Index("ix_timetables_unit_id_month", "unit_id", "month"),)

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    month: Mapped[str] = mapped_column(String(7))
    first_on: Mapped[date]
    last_on: Mapped[date]
    state: Mapped[TimetableState] = mapped_column(choice(TimetableState))
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("jobs.id"))
    input_hash: Mapped[str | None] = mapped_column(String(64))
    seed: Mapped[int] = mapped_column(default=0)
    figures: Mapped[Figures] = mapped_column(_Figures)
    created_by_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    published_by_name: Mapped[str | None] = mapped_column(String(120))
    published_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]

    @property
    def in_force(self) -> bool:
        """Published, and replaced by no other."""
        return self.state == TimetableState.PUBLISHED and self.superseded_at is None


_PUBLISHED = text("state = 'published' AND superseded_at IS NULL")
Index(
    "uq_timetables_published",
    Timetable.unit_id,
    Timetable.month,
    unique=True,
    sqlite_where=_PUBLISHED,
    postgresql_where=_PUBLISHED,
)


class Visit(Base):
    """A planned visit. `frozen` once its timetable is published. `travel_in` minutes of travel before it."""

    __tablename__ = "visits"
    __table_args__ = (
        Index("ix_visits_child_id_day", "child_id", "day"),
        Index("ix_visits_team_id_day", "team_id", "day"),
    )

    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"))
    plan_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"))
    service_key: Mapped[uuid.UUID]
    day: Mapped[date] = mapped_column(index=True)
    start: Mapped[int]
    end: Mapped[int]
    travel_in: Mapped[int] = mapped_column(default=0)
    travel_estimated: Mapped[bool] = mapped_column(default=True)
    origin: Mapped[VisitOrigin] = mapped_column(choice(VisitOrigin))
    frozen: Mapped[bool] = mapped_column(default=False)


class Booking(Base):
    """A teacher's or a child's time taken by a published visit; the database refuses an overlap."""

    __tablename__ = "bookings"
    __table_args__ = (Index("ix_bookings_holder_id_starts_at", "holder_id", "starts_at"),)

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    holder_id: Mapped[uuid.UUID]
    starts_at: Mapped[datetime] = mapped_column(DateTime())
    ends_at: Mapped[datetime] = mapped_column(DateTime())


class UnservedNeed(Base):
    """Visits of a service that the timetable could not place, and why (reasons as the engine gave them)."""

    __tablename__ = "unserved_needs"

    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    service_key: Mapped[uuid.UUID]
    missing: Mapped[int]
    reasons: Mapped[list] = mapped_column(Json)
    remedies: Mapped[list | None] = mapped_column(Json)


class VisitRecord(Base):
    """What happened at a visit, written once. A correction is a new row naming the one it corrects.

    `key` is made by the phone, so that a record sent twice is stored once. `explanation`: why it came late, or why its
    minutes differ widely; records of before that was asked have none.
    """

    __tablename__ = "visit_records"

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visit_records.id"), unique=True)
    key: Mapped[uuid.UUID] = mapped_column(unique=True)
    outcome: Mapped[RecordOutcome] = mapped_column(choice(RecordOutcome))
    day: Mapped[date]
    start: Mapped[int | None]
    end: Mapped[int | None]
    minutes: Mapped[int] = mapped_column(default=0)
    reason: Mapped[MissedReason | None] = mapped_column(choice(MissedReason))
    note: Mapped[str | None] = mapped_column(Text)
    explanation: Mapped[str | None] = mapped_column(Text)
    practice: Mapped[str | None] = mapped_column(Text)
    confirmation: Mapped[Confirmation] = mapped_column(choice(Confirmation))
    confirmed_by: Mapped[str | None] = mapped_column(String(120))
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    recorded_by_name: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


Index(
    "uq_visit_records_first",
    VisitRecord.visit_id,
    unique=True,
    sqlite_where=text("corrects_id IS NULL"),
    postgresql_where=text("corrects_id IS NULL"),
)


class TimetableRun(Base):
    """How a timetable was made: the seconds allowed, the settings eased for it (remedies as the engine gave them), its
    way (rows of seconds, missing visits, cost) and what the district lacks as a whole."""

    __tablename__ = "timetable_runs"

    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), unique=True)
    seconds: Mapped[int]
    relaxations: Mapped[list] = mapped_column(Json)
    progress: Mapped[list] = mapped_column(Json)
    shortages: Mapped[list] = mapped_column(Json)


class TimetableOrder(Base):
    """How a timetable was asked for, beside the settings of its run: the timetable whose teams and weekdays it keeps
    (`follows_id`), the months ("2026-11") that are made after it, the draft that a remedy is to better (`after_id`) and
    which remedy; `halted`: what kept the next month from being made, as problems are stored."""

    __tablename__ = "timetable_orders"

    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), unique=True)
    follows_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("timetables.id"))
    after_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("timetables.id"), index=True)
    months_after: Mapped[list] = mapped_column(Json)
    remedy: Mapped[dict | None] = mapped_column(Json)
    halted: Mapped[list] = mapped_column(Json)


class VisitPin(Base):
    """A visit that stays where it is in every further run of its unit's month."""

    __tablename__ = "visit_pins"
    __table_args__ = (UniqueConstraint("unit_id", "month", "child_id", "service_key", "day"),)

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    month: Mapped[str] = mapped_column(String(7))
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    service_key: Mapped[uuid.UUID]
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"))
    day: Mapped[date]
    start: Mapped[int]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]


class VisitChange(Base):
    """A published visit that a later publication changed: told to its family and its teachers, to nobody else."""

    __tablename__ = "visit_changes"

    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(choice(ChangeKind))
    former_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visits.id"))
    visit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visits.id"))
    at: Mapped[datetime] = mapped_column(index=True)
