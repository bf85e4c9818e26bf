"""Tables of what changes a published month: repairs, calls, answers of families."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.db.types import Json
from app.repairs.types import MoveState, RepairState


class Repair(Base):
    """What happened to a published month, the ways out that the engine found, and the one that was chosen.

    `events` and `variants` are as app/repairs/actions/repairs.py writes them; nothing changes before `first_on`.
    """

    __tablename__ = "repairs"

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), index=True)
    first_on: Mapped[date]
    state: Mapped[RepairState] = mapped_column(choice(RepairState))
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("jobs.id"))
    events: Mapped[list] = mapped_column(Json)
    variants: Mapped[list] = mapped_column(Json)
    chosen: Mapped[str | None] = mapped_column(String(40))
    draft_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("timetables.id"), index=True)
    created_by_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]


class RepairCall(Base):
    """Somebody to phone after a repair was chosen: a family or a teacher, whether it was done, and whether who was
    told was called back when the repair came to nothing."""

    __tablename__ = "repair_calls"
    __table_args__ = (UniqueConstraint("repair_id", "position"),)

    repair_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("repairs.id"), index=True)
    position: Mapped[int]
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("children.id"))
    teacher_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("teachers.id"))
    changes: Mapped[list] = mapped_column(Json)
    done_at: Mapped[datetime | None]
    done_by_name: Mapped[str | None] = mapped_column(String(120))
    back_at: Mapped[datetime | None]
    back_by_name: Mapped[str | None] = mapped_column(String(120))


class VisitLink(Base):
    """A secret address for one child's next visits: confirm, or ask to move. Only the hash of its token is kept.
    `opened_at`: when it was opened first; until then nobody knows whether the family has it."""

    __tablename__ = "visit_links"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    created_at: Mapped[datetime]
    created_by_name: Mapped[str] = mapped_column(String(120))
    ends_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class VisitAnswer(Base):
    """A family's yes to a visit. It is of the day and hour, so that a new publication of the same visit keeps it."""

    __tablename__ = "visit_answers"
    __table_args__ = (UniqueConstraint("child_id", "service_key", "day", "start"),)

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    service_key: Mapped[uuid.UUID]
    day: Mapped[date]
    start: Mapped[int]
    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit_links.id"))
    at: Mapped[datetime]


class MoveRequest(Base):
    """A family asks to move a visit to a time that was feasible when it was asked."""

    __tablename__ = "move_requests"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit_links.id"))
    day: Mapped[date]
    start: Mapped[int]
    state: Mapped[MoveState] = mapped_column(choice(MoveState))
    reason: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_by_name: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime | None]


Index(
    "uq_move_requests_open",
    MoveRequest.visit_id,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)
