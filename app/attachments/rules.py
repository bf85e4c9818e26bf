"""Which files are kept, and under which names. Pure.

What a file is, its content says, never its name. Office documents are kept as they are and never opened by us; those
with macros are refused.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from datetime import date, datetime
from typing import IO

from app.attachments.types import FileType
from app.kernel.clock import LOCAL
from app.kernel.problems import N_, Problem

MIME = {
    FileType.PDF: "application/pdf",
    FileType.JPEG: "image/jpeg",
    FileType.PNG: "image/png",
    FileType.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
INLINE = frozenset({FileType.PDF, FileType.JPEG, FileType.PNG})
"""Shown in the browser; the others are only handed out as files."""
ENDINGS = {
    FileType.PDF: ("pdf",),
    FileType.JPEG: ("jpg", "jpeg"),
    FileType.PNG: ("png",),
    FileType.DOCX: ("docx",),
    FileType.XLSX: ("xlsx",),
}
"""The endings that fit each type, the usual one first."""
MOST_AT_ONCE = 20
LONGEST = 80
_PARTS = {"word/document.xml": FileType.DOCX, "xl/workbook.xml": FileType.XLSX}
_MOST_PARTS = 5000
_FORBIDDEN = re.compile(r'[:*?"<>|]+')


def type_of(stream: IO[bytes]) -> FileType | None:
    """What a file is by its first bytes; of a package of Office by its list of parts. None for anything else, and for
    documents with macros. The stream stands at its start afterwards."""
    stream.seek(0)
    head = stream.read(8)
    try:
        if head.startswith(b"%PDF-"):
            return FileType.PDF
        if head.startswith(b"\xff\xd8\xff"):
            return FileType.JPEG
        if head == b"\x89PNG\r\n\x1a\n":
            return FileType.PNG
        return _office(stream) if head.startswith(b"PK\x03\x04") else None
    finally:
        stream.seek(0)


def _office(stream: IO[bytes]) -> FileType | None:
    """Nothing is unpacked: only the names of the parts are read."""
    try:
        with zipfile.ZipFile(stream) as package:
            names = {info.filename for info in package.infolist()[:_MOST_PARTS]}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for part, kind in _PARTS.items() if part in names), None)


def check_size(name: str, size: int, most_mb: int) -> list[Problem]:
    """What stands against a file of so many bytes."""
    if size == 0:
        return [_refusal("attachment_empty", N_("%(file)s is empty: it has 0 bytes. Choose the file anew."), name)]
    if size > most_mb * 1024 * 1024:
        return [
            _refusal(
                "attachment_large",
                N_("%(file)s is larger than %(most)s MB. Scan it with a lower resolution, or divide it."),
                name,
                most=most_mb,
            )
        ]
    return []


def check_type(name: str, kind: FileType | None) -> list[Problem]:
    """Refuse what is none of the types that are kept."""
    if kind is not None:
        return []
    return [
        _refusal(
            "attachment_type",
            N_(
                "%(file)s cannot be kept: its content is neither a PDF, a JPEG or PNG picture, nor a Word or Excel "
                "document (.docx, .xlsx) without macros. Save it as a PDF and choose that."
            ),
            name,
        )
    ]


def check_count(count: int) -> list[Problem]:
    """At least one file, and not more than a page can show the refusal of."""
    if count == 0:
        return [Problem("attachment_none", N_("Choose a file."), field="files")]
    if count > MOST_AT_ONCE:
        return [
            Problem(
                "attachments_many", N_("Add at most %(most)s files at once."), {"most": MOST_AT_ONCE}, field="files"
            )
        ]
    return []


def _refusal(code: str, words: str, name: str, **values: object) -> Problem:
    return Problem(code, words, {"file": name, **values}, field="files")


NONE_KEPT = Problem(
    "attachments_none_kept",
    N_("None of the files was added. Leave out what is named here, or put it right, and choose the others again."),
)


def infected(name: str, found: str) -> Problem:
    """The scanner found something."""
    return _refusal(
        "attachment_infected",
        N_(
            "%(file)s is not kept: the virus scanner found %(found)s in it. Check the computer or the phone it comes "
            "from."
        ),
        name,
        found=found,
    )


def unscanned(name: str) -> Problem:
    """The scanner gave no answer."""
    return _refusal(
        "attachment_unscanned",
        N_(
            "%(file)s is not kept: the virus scanner does not answer, and nothing is kept unscanned. Try again in a "
            "few minutes; tell your administrator if it stays so."
        ),
        name,
    )


def clean_name(sent: str, kind: FileType) -> str:
    """The name under which a file is kept: without folders, control signs and what no folder takes, rare characters
    kept, and with the ending of what it is."""
    last = re.split(r"[/\\]", sent)[-1]
    plain = "".join(sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    stem = " ".join(_FORBIDDEN.sub("_", plain).split())
    before, dot, ending = stem.rpartition(".")
    if dot and ending.lower() in {one for endings in ENDINGS.values() for one in endings}:
        stem = before
    ending = ending.lower() if dot and ending.lower() in ENDINGS[kind] else ENDINGS[kind][0]
    return f"{stem[:LONGEST].strip('._ ') or '附件'}.{ending}"


def was_there(added_at: datetime, until: date | None) -> bool:
    """Whether a former holder saw it in its own years (None: whoever sees all)."""
    return until is None or added_at.astimezone(LOCAL).date() < until
