"""What a person reads in an answer: a page, a sheet, a calendar, the text of a PDF."""

from __future__ import annotations

import io
import subprocess
import zipfile


def text_of(answer) -> str:
    """All words of an answer, whatever it is."""
    data = answer.get_data()
    if data.startswith(b"%PDF"):
        data = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            data = b"".join(parts.read(name) for name in parts.namelist())
    return data.decode("utf-8", "replace").replace("\r\n ", "")  # a calendar folds its lines
