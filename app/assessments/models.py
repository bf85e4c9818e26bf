"""Tables of assessments."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.db.types import Json


class Assessment(Base):
    """One assessment of a child with one instrument; `scores` maps domain name to a number or short text."""

    __tablename__ = "assessments"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    instrument: Mapped[str] = mapped_column(String(40))
    edition: Mapped[str | None] = mapped_column(String(80))
    assessed_on: Mapped[date]
    assessor: Mapped[str] = mapped_column(String(120))
    assessor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    scores: Mapped[dict] = mapped_column(Json)
    strengths: Mapped[str] = mapped_column(Text)
    needs: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
