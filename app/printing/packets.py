"""Many papers in one file, with their tags: a screen reader reads the packet as it reads each paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from app.db import db
from app.printing.ahead import once
from app.printing.tagging import save


def packet_of(pdfs: Sequence[bytes], title: str) -> bytes:
    """`merge` for a page, done ahead with the papers themselves."""

    def work() -> bytes:
        db.must_be_free("papers are joined")
        return merge(pdfs, title=title)

    return once((tuple(sha256(pdf).digest() for pdf in pdfs), title), work)


def merge(pdfs: Iterable[bytes], duplex: bool = True, *, title: str | None = None) -> bytes:
    """Return ``pdfs`` one after the other as one tagged PDF, each with its own bookmark.

    With ``duplex`` each document starts on a right-hand (odd) page, so that printed on both sides no sheet carries
    two children. The packet is named ``title``, or as its first document. Raises ValueError when there is nothing to
    merge.
    """
    with pikepdf.new() as packet:
        bookmarks = []
        for number, pdf in enumerate(pdfs):
            if duplex and len(packet.pages) % 2:
                packet.add_blank_page(page_size=_size(packet.pages[-1]))
            with pikepdf.open(BytesIO(pdf)) as document:
                bookmarks.append(OutlineItem(_title(document), len(packet.pages)))
                _append(packet, document, number)
        if not bookmarks:
            raise ValueError("nothing to merge")
        with packet.open_outline() as outline:
            outline.root.extend(bookmarks)
        _describe(packet, title or bookmarks[0].title)
        return save(packet)


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return right - left, top - bottom


def _title(document: Pdf) -> str:
    return str(document.docinfo.get("/Title", ""))


def _append(packet: Pdf, document: Pdf, number: int) -> None:
    """Add the pages and the tags of ``document``, the ``number``-th of the packet."""
    if "/StructTreeRoot" not in packet.Root:
        empty = Dictionary(Type=Name.StructTreeRoot, K=Array(), ParentTree=Dictionary(Nums=Array()))
        packet.Root.StructTreeRoot = packet.make_indirect(empty)
        packet.Root.Lang = document.Root.get("/Lang", pikepdf.String("zh-CN"))
    _make_names_unique(document, number)
    tree = packet.Root.StructTreeRoot
    first = _next_key(tree)
    start = len(packet.pages)
    packet.pages.extend(document.pages)
    # After the pages, because tags point to pages and only pages already in the packet are found again.
    copied = packet.copy_foreign(document.Root.StructTreeRoot)
    for element in copied.K:
        element.P = tree
        tree.K.append(element)
    for place, entry in enumerate(copied.ParentTree.Nums):
        tree.ParentTree.Nums.append(entry if place % 2 else int(entry) + first)
    for page in packet.pages[start:]:
        _shift(page.obj, "/StructParents", first)
        for annotation in page.obj.get("/Annots", []):
            _shift(annotation, "/StructParent", first)


def _next_key(tree: pikepdf.Object) -> int:
    return max((int(key) for key in list(tree.ParentTree.Nums)[::2]), default=-1) + 1


def _shift(owner: pikepdf.Object, key: str, first: int) -> None:
    if key in owner:
        owner[key] = int(owner[key]) + first


def _make_names_unique(document: Pdf, number: int) -> None:
    """Put the document's number before the names by which table cells point to their headers."""
    for element in document.objects:
        if not isinstance(element, Dictionary) or element.get("/S") not in ("/TH", "/TD"):
            continue
        if "/ID" in element:
            element.ID = pikepdf.String(f"{number}-{element.ID}")
        if "/Headers" in element.get("/A", {}):
            element.A.Headers = Array(pikepdf.String(f"{number}-{name}") for name in element.A.Headers)


def _describe(packet: Pdf, title: str) -> None:
    """State title and kind of the packet (PDF/UA-1 clauses 5 and 7.1), without any time."""
    packet.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    packet.Root.MarkInfo = Dictionary(Marked=True)
    packet.docinfo.Title = title
    with packet.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
        metadata["pdfuaid:part"] = "1"
