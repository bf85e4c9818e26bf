"""The language of printing: the printed file and the frame of a paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Printed:
    """A finished PDF and its number of pages."""

    pdf: bytes
    pages: int


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands around the text of a paper: title, running header and footer, and its manner.

    All texts are ready to show (translated, dates written out). ``masked_id`` is the masked resident ID number, never
    the whole one. ``draft`` puts the watermark on every page; ``large`` sets the text in 18 pt.
    """

    title: str
    file_number: str = ""
    masked_id: str = ""
    version: str = ""
    printed_at: str = ""
    printed_by: str = ""
    authority: str = ""
    lang: str = "zh-CN"
    draft: bool = False
    large: bool = False
