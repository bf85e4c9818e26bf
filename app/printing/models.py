"""Tables of printed papers: the stored bytes are the paper; each handing-out is logged."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Paper(Base):
    """A printed document of a fixed source: kind, source id, template and font versions, language. Bytes are sealed."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("kind", "source_id", "edition"),)

    kind: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[uuid.UUID]
    edition: Mapped[str] = mapped_column(String(80))
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("children.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    bytes_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]


class PrintLog(Base):
    """Who was handed which paper, when."""

    __tablename__ = "print_logs"

    kind: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[uuid.UUID]
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("children.id"), index=True)
    user_id: Mapped[uuid.UUID | None]
    user_name: Mapped[str] = mapped_column(String(120))
    copies: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]
