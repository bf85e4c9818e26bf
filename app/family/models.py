"""Tables of the family's answers."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.placements.types import Agreement


class FamilyAnswer(Base):
    """A guardian's answer to a plan version; never changed, the newest counts."""

    __tablename__ = "family_answers"

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    guardian_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guardians.id"))
    guardian_name: Mapped[str] = mapped_column(String(120))
    answer: Mapped[Agreement] = mapped_column(choice(Agreement))
    comment: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
