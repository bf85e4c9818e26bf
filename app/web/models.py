"""Forms that were taken."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class FormPost(Base):
    """A form that was taken: the same key again gives the same answer, another body is refused (kept 48 hours)."""

    __tablename__ = "form_posts"

    key: Mapped[uuid.UUID] = mapped_column(unique=True)
    user_id: Mapped[uuid.UUID | None]
    endpoint: Mapped[str] = mapped_column(String(120))
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    location: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(index=True)
