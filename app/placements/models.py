"""Tables of placement."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.placements.types import Agreement, PlacementKind


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

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
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


_OPEN = text("ended_on IS NULL")
Index("uq_decisions_open", Decision.child_id, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_decisions_kind_open", Decision.kind, sqlite_where=_OPEN, postgresql_where=_OPEN)
