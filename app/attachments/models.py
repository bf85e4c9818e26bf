"""Tables of attachments: what is bound to which thing, and the sealed files. The rows are the truth.

A file is there before its row is written, and neither is ever deleted; a withdrawal fills in who, when and why.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.attachments.types import FileType
from app.db import Base, SealedField, choice


class StoredFile(Base):
    """A sealed file in the folder. `size` is that of its content; the blind index finds another of the same content."""

    __tablename__ = "stored_files"

    type: Mapped[FileType] = mapped_column(choice(FileType))
    size: Mapped[int]
    content_blind: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    sealed_sha256: Mapped[str] = mapped_column(String(64))
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]


class Attachment(Base):
    """A file bound to a thing of another slice by its kind and id. Its name may hold a person's, so it is sealed."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_subject", "kind", "subject_id", "added_at"),)

    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID]
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("children.id"), index=True)
    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stored_files.id"), index=True)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    name = SealedField()
    added_by_id: Mapped[uuid.UUID | None]
    added_by_name: Mapped[str] = mapped_column(String(120))
    added_at: Mapped[datetime]
    withdrawn_by_id: Mapped[uuid.UUID | None]
    withdrawn_by_name: Mapped[str | None] = mapped_column(String(120))
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str | None] = mapped_column(String(400))
