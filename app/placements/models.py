"""Tables of placement."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.placements.types import Agreement, PlacementKind, ReturnAnswer


class Recommendation(Base):
    """What the expert committee recommends after its assessment."""

    __tablename__ = "recommendations"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    kind: Mapped[PlacementKind] = mapped_column(choice(PlacementKind))
    made_on: Mapped[date]
    committee: Mapped[str] = mapped_column(String(120))
    members: Mapped[str] = mapped_column(String(400))
    grounds: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


class Opinion(Base):
    """The guardian's opinion on the placement."""

    __tablename__ = "opinions"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    guardian_name: Mapped[str] = mapped_column(String(120))
    answer: Mapped[Agreement] = mapped_column(choice(Agreement))
    words: Mapped[str | None] = mapped_column(Text)
    given_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


class Decision(Base):
    """The dated decision of the education authority; the child's placement while it is not ended."""

    __tablename__ = "decisions"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    recommendation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("recommendations.id"))
    opinion_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("opinions.id"))
    kind: Mapped[PlacementKind] = mapped_column(choice(PlacementKind))
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"))
    decided_on: Mapped[date]
    valid_from: Mapped[date]
    departure_reason: Mapped[str | None] = mapped_column(String(400))
    home_reason: Mapped[str | None] = mapped_column(String(400))
    review_on: Mapped[date | None]
    carried_over: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(400))


class Evidence(Base):
    """A document that home-delivered teaching rests on, like a hospital's diagnosis; frozen with the decision."""

    __tablename__ = "placement_evidence"
    __table_args__ = (UniqueConstraint("decision_id", "position"),)

    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decisions.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(120))
    dated_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


class ReturnTest(Base):
    """The answer of one term to: can the child who is taught at home come to school now? The newest of a term counts.

    `school_year` is the year in which the school year begins, `term` 1 or 2, as in the terms of the calendar.
    """

    __tablename__ = "return_tests"
    __table_args__ = (Index("ix_return_tests_child", "child_id", "school_year", "term"),)

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decisions.id"), index=True)
    school_year: Mapped[int]
    term: Mapped[int]
    answered_on: Mapped[date]
    answer: Mapped[ReturnAnswer] = mapped_column(choice(ReturnAnswer))
    words: Mapped[str] = mapped_column(String(1000))
    answered_by: Mapped[str] = mapped_column(String(120))
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


_OPEN, _REVIEWED = text("ended_on IS NULL"), text("review_on IS NOT NULL")
Index("ix_decisions_child_id", Decision.child_id, Decision.valid_from, Decision.ended_on, Decision.kind)
Index("uq_decisions_open", Decision.child_id, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index(
    "ix_decisions_review_on",
    Decision.review_on,
    Decision.child_id,
    Decision.ended_on,
    Decision.valid_from,
    sqlite_where=_REVIEWED,
    postgresql_where=_REVIEWED,
)
Index("ix_decisions_kind_open", Decision.kind, sqlite_where=_OPEN, postgresql_where=_OPEN)
