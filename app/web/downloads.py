"""Files out: names that survive Chinese, no caching, no guessing of types."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file

TYPES = {
    "pdf": "application/pdf", "csv": "text/csv", "ics": "text/calendar",  # Flask adds the charset to text
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def send(content: bytes, name: str, *, inline: bool = False) -> Response:
    """Answer with a file; its ending decides the type. PDFs may be shown in the browser (`inline`)."""
    response = send_file(BytesIO(content), mimetype=TYPES[name.rsplit(".", 1)[-1]], as_attachment=not inline,
                         download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
