"""Many papers in one file."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

import pikepdf

from app.printing.tagging import save


def merge(pdfs: Iterable[bytes], duplex: bool = True) -> bytes:
    """Return ``pdfs`` one after the other as one PDF.

    With ``duplex`` each document starts on a right-hand (odd) page, so that printed on both sides no sheet carries
    two children. Raises ValueError when there is nothing to merge.
    """
    with pikepdf.new() as packet:
        for pdf in pdfs:
            if duplex and len(packet.pages) % 2:
                packet.add_blank_page(page_size=_size(packet.pages[-1]))
            with pikepdf.open(BytesIO(pdf)) as document:
                packet.pages.extend(document.pages)
                _describe(packet, document)
        if not packet.pages:
            raise ValueError("nothing to merge")
        packet.remove_unreferenced_resources()
        return save(packet)


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return right - left, top - bottom


def _describe(packet: pikepdf.Pdf, document: pikepdf.Pdf) -> None:
    """Take over the language, which a screen reader needs, from the first document."""
    if "/Lang" not in packet.Root and "/Lang" in document.Root:
        packet.Root.Lang = str(document.Root.Lang)
