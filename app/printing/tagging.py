"""The last touch on a PDF: table headers say what they head, and the file's bytes depend on its content alone."""

from __future__ import annotations

from io import BytesIO

import pikepdf


def finish(pdf: bytes) -> bytes:
    """Return ``pdf`` with /Scope on every TH (PDF/UA-1 7.5) and an identifier computed from the content."""
    with pikepdf.open(BytesIO(pdf)) as file:
        for element in file.objects:
            if isinstance(element, pikepdf.Dictionary) and element.get("/S") == "/TR":
                _set_scope(element)
        return save(file)


def save(file: pikepdf.Pdf) -> bytes:
    """Return the bytes of ``file``: the same content always gives the same bytes."""
    target = BytesIO()
    file.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def _set_scope(row: pikepdf.Dictionary) -> None:
    cells = [cell for cell in row.get("/K", []) if isinstance(cell, pikepdf.Dictionary)]
    heads = [cell for cell in cells if cell.get("/S") == "/TH"]
    scope = pikepdf.Name.Column if len(heads) == len(cells) else pikepdf.Name.Row
    for cell in heads:
        if "/A" not in cell:
            cell.A = pikepdf.Dictionary(O=pikepdf.Name.Table)
        cell.A.Scope = scope
