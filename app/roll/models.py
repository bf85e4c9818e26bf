"""Tables of the roll."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, SealedField, choice
from app.db.types import Json
from app.roll.types import (
    AttendanceMode,
    DayState,
    LrcKind,
    MovementKind,
    RollStatus,
    SchoolLink,
    StudentNumberKind,
    TransferSide,
    TransferState,
    TransferStep,
)

_LIVE = text("valid_to IS NULL")


class _InClass:
    """What is said of a child in a school in a period: the class, and how it came there and attends."""

    grade: Mapped[int | None]
    class_name: Mapped[str | None] = mapped_column(String(60))
    class_number: Mapped[str | None] = mapped_column(String(20))
    entered_month: Mapped[str | None] = mapped_column(String(7))
    entry_kind: Mapped[str | None] = mapped_column(String(40))
    pupil_source: Mapped[str | None] = mapped_column(String(40))
    attendance: Mapped[AttendanceMode | None] = mapped_column(choice(AttendanceMode))
    lrc: Mapped[LrcKind | None] = mapped_column(choice(LrcKind))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Membership(_InClass, Base):
    """A child's link to a school in a period: on the roll of, in class at, or taught at home by."""

    __tablename__ = "memberships"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"), index=True)
    link: Mapped[SchoolLink] = mapped_column(choice(SchoolLink))


Index(
    "uq_memberships_live", Membership.child_id, Membership.link, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
)
Index("ix_memberships_live_school", Membership.school_id, Membership.link, sqlite_where=_LIVE, postgresql_where=_LIVE)


class RollState(Base):
    """The child's state on the roll in a period; the row without an end is today's."""

    __tablename__ = "roll_states"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    status: Mapped[RollStatus] = mapped_column(choice(RollStatus))
    due_on: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


Index("ix_roll_states_child_id", RollState.child_id, RollState.valid_from, RollState.valid_to, RollState.status)
Index("uq_roll_states_live", RollState.child_id, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
Index("ix_roll_states_status", RollState.status, sqlite_where=_LIVE, postgresql_where=_LIVE)


class IntendedPlace(_InClass, Base):
    """Where a child that is not on a roll yet is meant to be, as a sheet said it; ends when the roll begins.

    It gives no link and proves nothing: enrolment offers it, a person decides.
    """

    __tablename__ = "intended_places"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"))
    attending_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"))
    delivering_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"))


Index("uq_intended_places_live", IntendedPlace.child_id, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)


class StudentNumber(Base):
    """A national student number (学籍号) of a child; old ones stay."""

    __tablename__ = "student_numbers"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    kind: Mapped[StudentNumberKind] = mapped_column(choice(StudentNumberKind))
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    number_blind: Mapped[bytes] = mapped_column(LargeBinary(16))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    number = SealedField("student_number")


Index("uq_student_numbers_blind", StudentNumber.number_blind, unique=True)
Index("uq_student_numbers_live", StudentNumber.child_id, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)


class Movement(Base):
    """One movement on the roll (学籍异动): frozen when written. `proof` names the paper it rests on."""

    __tablename__ = "movements"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    kind: Mapped[MovementKind] = mapped_column(choice(MovementKind))
    from_status: Mapped[RollStatus | None] = mapped_column(choice(RollStatus, "from_status"))
    to_status: Mapped[RollStatus] = mapped_column(choice(RollStatus, "to_status"))
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"))
    other_school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"))
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(400))
    proof: Mapped[str | None] = mapped_column(String(400))
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    approved_by_id: Mapped[uuid.UUID | None]
    approved_by_name: Mapped[str | None] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


Index("ix_movements_child_id", Movement.child_id, Movement.effective_on, Movement.id)
Index("ix_movements_effective_on", Movement.effective_on, Movement.id)


class RollRequest(Base):
    """A movement that still needs its approvals (suspension, extension, resumption): school asks, district approves."""

    __tablename__ = "roll_requests"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    kind: Mapped[MovementKind] = mapped_column(choice(MovementKind))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"), index=True)
    effective_on: Mapped[date]
    due_on: Mapped[date | None]
    grade: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(400))
    proof: Mapped[str] = mapped_column(String(400))
    asked_by_id: Mapped[uuid.UUID | None]
    asked_by_name: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    state: Mapped[TransferState] = mapped_column(choice(TransferState))
    answered_by_name: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str | None] = mapped_column(String(400))


Index(
    "ix_roll_requests_open",
    RollRequest.asked_at,
    RollRequest.id,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)


class Transfer(Base):
    """A transfer between two schools; opened by the receiver, done after four approvals. One open per child."""

    __tablename__ = "transfers"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    from_school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"), index=True)
    to_school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"), index=True)
    grade: Mapped[int]
    reason: Mapped[str] = mapped_column(String(400))
    effective_on: Mapped[date]
    state: Mapped[TransferState] = mapped_column(choice(TransferState))
    next_step: Mapped[TransferStep | None] = mapped_column(choice(TransferStep))
    next_due_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    opened_by_name: Mapped[str] = mapped_column(String(120))
    closed_at: Mapped[datetime | None]


Index(
    "uq_transfers_open",
    Transfer.child_id,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)


class TransferAnswer(Base):
    """What one of the four parties said."""

    __tablename__ = "transfer_answers"

    transfer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("transfers.id"), index=True)
    step: Mapped[TransferStep] = mapped_column(choice(TransferStep))
    agreed: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    extra: Mapped[dict] = mapped_column(Json)


Index("uq_transfer_answers_step", TransferAnswer.transfer_id, TransferAnswer.step, unique=True)


class TransferDay(Base):
    """Another day that one side proposes for an agreed transfer, and what the other side said; until it confirms the
    day that was agreed (`agreed_on`) holds. An answered one is frozen."""

    __tablename__ = "transfer_days"

    transfer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("transfers.id"), index=True)
    side: Mapped[TransferSide] = mapped_column(choice(TransferSide))
    agreed_on: Mapped[date]
    wanted_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(400))
    asked_by_id: Mapped[uuid.UUID | None]
    asked_by_name: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    state: Mapped[DayState] = mapped_column(choice(DayState))
    answered_by_id: Mapped[uuid.UUID | None]
    answered_by_name: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str | None] = mapped_column(String(400))


Index(
    "uq_transfer_days_open",
    TransferDay.transfer_id,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)
