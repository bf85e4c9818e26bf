"""Files out: names that survive Chinese, no caching, no guessing of types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from urllib.parse import quote

from flask import Response, request, send_file

TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv",
    "ics": "text/calendar",  # Flask adds the charset to text
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST = 80
SANDBOX = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]+')
"""Signs that a file's name may not have on Windows, and blanks."""


def send(content: bytes, title: str, ending: str, *, on: date | str, inline: bool = False) -> Response:
    """Answer with a file called after its title and day, like 学生名单-2026-11-29.csv; its ending decides the type.

    A program that cannot read such a name takes the plain one of the page instead (RFC 6266 and 5987). PDFs may be
    shown in the browser (`inline`).
    """
    response = send_file(BytesIO(content), mimetype=TYPES[ending])
    page = re.sub(r"^(print|download|export|show)_", "", (request.endpoint or "file").rpartition(".")[2])
    return _called(response, f"{page.replace('_', '-')}-{on}.{ending}", file_name(title, on, ending), inline)


def send_kept(content: Iterable[bytes], name: str, mime: str, size: int, *, inline: bool) -> Response:
    """Answer with a file that somebody brought, under the name it was kept with, in parts. It may do nothing in a
    browser: no script, no form, no address of ours, whatever is in it."""
    response = Response(content, mimetype=mime)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Security-Policy"] = SANDBOX
    return _called(response, f"attachment.{name.rpartition('.')[2]}", name, inline)


def _called(response: Response, plain: str, name: str, inline: bool) -> Response:
    response.headers["Content-Disposition"] = (
        f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def file_name(title: str, on: date | str, ending: str) -> str:
    """The name of a file, with nothing in it that a folder would refuse."""
    plain = "".join(sign for sign in title if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    return f"{_FORBIDDEN.sub('_', plain).strip('._ ')[:LONGEST]}-{on}.{ending}"
