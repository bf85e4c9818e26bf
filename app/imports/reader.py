"""Reading a spreadsheet: the file goes to a limited process (parsing.py), its rows come back as text.

Limits follow the checklist for uploads; memory was measured with 30,000 rows of 56 columns.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.db import db
from app.kernel.problems import S_, Problem, Refused, Severity

PARSER = Path(__file__).with_name("parsing.py")
MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 40
WALL_SECONDS = 180
MOST_ROWS = 100_000
MOST_COLUMNS = 400
MOST_MEMBERS = 200
MOST_UNPACKED = 320 * 1024 * 1024
MOST_RATIO = 100

REFUSALS = {
    "empty": S_("file_empty", "This file is empty. Choose the file with the rows in it."),
    "not_a_sheet": S_("file_not_a_sheet", "This file is not a spreadsheet. Choose an .xlsx, .xls or .csv file."),
    "web_page": S_(
        "file_web_page",
        "This is a web page or text with the name of a spreadsheet. Open it in a spreadsheet program, save "
        "it as .xlsx and choose that file.",
    ),
    "many_sheets": S_("file_many_sheets", "This file has more than %(most)s sheets. Split it into several files."),
    "binary_sheet": S_(
        "file_binary_sheet", "This is a binary workbook (.xlsb). Save it as .xlsx and choose that file."
    ),
    "encrypted": S_(
        "file_encrypted", "This file is protected by a password. Save it without a password and choose it again."
    ),
    "macro": S_("file_macro", "This file contains macros. Save it as .xlsx without macros and choose that file."),
    "damaged": S_(
        "file_damaged",
        "This file is damaged and cannot be read. Open it in a spreadsheet program, save it again as .xlsx "
        "and choose that file.",
    ),
    "bomb": S_(
        "file_bomb",
        "This file unpacks to far more than a list of children or schools. Copy the rows into a new .xlsx file "
        "and choose that.",
    ),
    "entities": S_(
        "file_entities",
        "This file contains parts that a spreadsheet never has. Copy the rows into a new .xlsx file and choose that.",
    ),
    "far_cell": S_(
        "file_far_cell",
        "Cell %(cell)s lies far away from the table. Delete the empty rows and columns behind the table, "
        "or copy the rows into a new file.",
    ),
    "formulas": S_(
        "file_formulas",
        "More than %(count)s cells of this file are formulas whose results were not saved. Open it in a "
        "spreadsheet program, let it calculate, save it and choose it again.",
    ),
    "too_many": S_(
        "file_too_many", "This file has more than %(rows)s rows or %(columns)s columns. Split it into several files."
    ),
    "too_big": S_("file_too_big", "This file is too large to be read. Split it into several files."),
    "upload_large": S_("file_upload_large", "This file is larger than %(most)s MB. Split it into several files."),
}


NOTES = {
    "comments": S_(
        "file_comments",
        "Comments on %(count)s cells were not read. What belongs into a child's file must stand in a cell.",
    ),
    "no_results": S_(
        "file_no_results",
        "%(count)s formulas of this file have no saved result; their cells count as empty. Save the file "
        "in a spreadsheet program and choose it again.",
    ),
}


def refusal(code: str, **values: object) -> Refused:
    """The exception that says why a file cannot be read."""
    return Refused(Problem(f"file_{code}", REFUSALS[code], values, field="file"))


@dataclass(frozen=True)
class SheetStart:
    """A sheet of the file begins; `from_1904`: its numbers are days counted from 1904."""

    name: str
    height: int
    from_1904: bool = False


@dataclass(frozen=True)
class SheetLeft:
    """A sheet that is not read: how many rows stand in it (None: not counted), whether it is hidden, why."""

    name: str
    rows: int | None
    hidden: bool = False
    why: Problem | None = None


@dataclass(frozen=True)
class FileNote:
    """Something of the file that is not read, whatever its sheets hold."""

    problem: Problem


Lines = list[tuple[int, list[str]]]


def read_rows(
    content: bytes, wanted: Iterable[str] = (), *, most_mb: int | None = None, memory: int = MEMORY
) -> Iterator[Lines]:
    """Yield the file's rows in chunks of (line, texts of the cells), whatever sheets they stand in."""
    for part in read_file(content, wanted, most_mb=most_mb, memory=memory):
        if isinstance(part, list):
            yield part


def read_file(
    content: bytes, wanted: Iterable[str] = (), *, most_mb: int | None = None, memory: int = MEMORY
) -> Iterator[SheetStart | SheetLeft | FileNote | Lines]:
    """Yield what is in the file: each sheet that has some of the headings `wanted`, its rows in chunks of (line, texts
    of the cells) without the empty ones, and the sheets that are left out.

    Raises Refused with one problem for a file that is no spreadsheet, encrypted, empty, damaged, too large or made to
    do harm; nothing of it was kept then.
    """
    if most_mb is not None and len(content) > most_mb * 1024 * 1024:
        raise refusal("upload_large", most=most_mb)
    order = {
        "memory": memory,
        "seconds": CPU_SECONDS,
        "rows": MOST_ROWS,
        "columns": MOST_COLUMNS,
        "members": MOST_MEMBERS,
        "unpacked": MOST_UNPACKED,
        "ratio": MOST_RATIO,
        "wanted": list(wanted),
    }
    db.must_be_free("a file is read")
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-I", "-X", "utf8", str(PARSER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONMALLOC": "malloc"},
    )
    assert process.stdin and process.stdout
    said = process.stdout
    feeder = threading.Thread(target=_feed, args=(process.stdin, order, content), daemon=True)
    watch = threading.Timer(WALL_SECONDS, process.kill)
    watch.daemon = True
    feeder.start()
    watch.start()
    finished = False
    try:
        for line in said:
            message = json.loads(line)
            if isinstance(message, list):
                yield message
            elif "refused" in message:
                raise refusal(message["refused"], **message["values"])
            elif "note" in message:
                yield FileNote(
                    Problem(
                        f"file_{message['note']}", NOTES[message["note"]], message["values"], severity=Severity.WARNING
                    )
                )
            elif "left" in message:
                yield SheetLeft(message["left"], message["rows"], message["hidden"])
            elif "sheet" in message:
                yield SheetStart(message["sheet"], message["height"], message.get("epoch") == 1904)
            else:
                finished = True
    except ValueError:
        raise refusal("too_big") from None  # the process was stopped in the middle of a line
    finally:
        watch.cancel()
        process.kill()
        said.close()
        process.wait()
        feeder.join()
    if not finished:
        raise refusal("too_big")


def _feed(way: IO[bytes], order: dict, content: bytes) -> None:
    """Give the process its order and the file; it may end before it has read everything."""
    try:
        way.write(json.dumps(order).encode() + b"\n")
        way.write(content)
    except (BrokenPipeError, OSError):
        pass
    finally:
        try:
            way.close()
        except OSError:
            pass
