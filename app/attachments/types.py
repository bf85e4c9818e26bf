"""What attachments are made of: plain values."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import IO

from app.kernel.labels import describe
from app.kernel.problems import N_


class FileType(StrEnum):
    """What a file is by its content."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"


describe(
    FileType,
    pdf=N_("PDF"),
    jpeg=N_("Photo (JPEG)"),
    png=N_("Picture (PNG)"),
    docx=N_("Word document"),
    xlsx=N_("Excel sheet"),
)


@dataclass(frozen=True, kw_only=True)
class Bearing:
    """What an actor may do with the attachments of one thing, and what that thing is.

    `child_id` is for the trail; `title` and `about` say what and whose it is; `page` is the endpoint to return to,
    with its ids. A former holder reads what was there before `until`, and adds nothing.
    """

    child_id: uuid.UUID | None
    title: str
    about: str
    page: str
    page_ids: Mapping[str, uuid.UUID]
    may_add: bool = False
    until: date | None = None


@dataclass(frozen=True)
class Sent:
    """A file as it came in: its name and a stream that can be read again from its start."""

    name: str
    stream: IO[bytes]


@dataclass(frozen=True)
class Sealed:
    """A file that lies sealed in the folder: its size before sealing, hashes of its content and of the sealed file, and
    its own key."""

    id: uuid.UUID
    size: int
    content_sha256: str
    sealed_sha256: str
    key: bytes


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A sealed file that waits for its row. `twin_id`: an intact file of the same content; `known`: all that were
    looked at."""

    name: str
    type: FileType
    sealed: Sealed
    blind: bytes
    twin_id: uuid.UUID | None = None
    known: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An attachment on a page. One that is withdrawn tells why, and no longer its name."""

    id: uuid.UUID
    name: str
    type: FileType
    size: int
    added_by: str
    added_at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    reason: str | None = None
