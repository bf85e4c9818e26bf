"""Tables of imports. File and rows hold persons' numbers, so they are sealed."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.db.types import Json
from app.imports.types import ImportKind, ImportState, RowOutcome


class Import(Base):
    """One uploaded file: its hash, its sealed bytes, the names of its sheets that were read, counts and problems.

    The problems of a refused file say why; those of another are warnings, such as a sheet that was not read. One that
    is not taken over can be discarded: it stays readable and waits for nobody.
    """

    __tablename__ = "imports"

    kind: Mapped[ImportKind] = mapped_column(choice(ImportKind))
    state: Mapped[ImportState] = mapped_column(choice(ImportState))
    file_name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64), index=True)
    file_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"))
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("jobs.id"))
    sheets: Mapped[list] = mapped_column(Json, default=list, server_default="[]")
    columns: Mapped[list] = mapped_column(Json)
    ignored_columns: Mapped[list] = mapped_column(Json)
    counts: Mapped[dict] = mapped_column(Json)
    problems: Mapped[list] = mapped_column(Json)
    created_by_id: Mapped[uuid.UUID | None]
    created_by_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    discarded_at: Mapped[datetime | None]
    discarded_by_name: Mapped[str | None] = mapped_column(String(120))

    @property
    def discardable(self) -> bool:
        """Not taken over, not being worked on, and not discarded yet."""
        return self.state in (ImportState.PREVIEW, ImportState.REFUSED) and self.discarded_at is None


class ImportRow(Base):
    """One row of the file that is not simply the same as ours: what it would do, or why not. `cells` is sealed JSON.

    `line` is sheet and line in one (places.py); `answer` is what a person decided about a doubtful row.
    """

    __tablename__ = "import_rows"
    __table_args__ = (Index("ix_import_rows_import", "import_id", "outcome", "line"),)

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("imports.id"))
    line: Mapped[int]
    outcome: Mapped[RowOutcome] = mapped_column(choice(RowOutcome))
    label: Mapped[str] = mapped_column(String(200))
    problems: Mapped[list] = mapped_column(Json)
    cells_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    subject_id: Mapped[uuid.UUID | None]
    answer: Mapped[str | None] = mapped_column(String(40))
    answered_by_name: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime | None]
