"""What comes in from outside is cleaned once, here: signs that no text can carry never reach a page.

U+0000 stops PostgreSQL and is kept by SQLite; the other control signs, half characters and signs that turn the
direction of reading come with text pasted from elsewhere, are seen by nobody and cannot be printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.user_agent import UserAgent

# C0 without tab and the two of a line end, DEL, C1, halves of pairs, no characters, overrides of direction.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_BREAKS = re.compile(r"[\t\r\n]+")


def clean(text: str) -> str:
    """The text without signs that no text carries; tabs and line ends stay."""
    return _NO_TEXT.sub("", text) if _NO_TEXT.search(text) else text


def one_line(text: str) -> str:
    """The same on one line: for addresses, names of files, and fields of one line."""
    text = clean(text)
    return _BREAKS.sub(" ", text) if _BREAKS.search(text) else text


def is_clean(text: str) -> bool:
    """True when the text carries nothing that `one_line` would change."""
    return not _NO_TEXT.search(text) and not _BREAKS.search(text)


def _cleaned(value: object) -> object:
    """A value read from JSON, every text in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {clean(name): _cleaned(one) for name, one in value.items()}
    return value


class CleanRequest(Request):
    """Flask's request, its query, form, files, cookies, JSON and browser's name without signs that no text carries.

    `strays` is True when the address itself held some: no page of ours has such an address.
    """

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.strays = not is_clean(self.path)
        self.path = one_line(self.path)

    @cached_property
    def args(self) -> MultiDict[str, str]:
        return _pairs(super().args, one_line)

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        return _pairs(super().cookies, one_line)

    def _load_form_data(self) -> None:
        read = "form" in self.__dict__
        super()._load_form_data()
        if read:
            return
        self.__dict__["form"] = _pairs(self.__dict__["form"], clean)
        for file in self.__dict__["files"].values():
            if file.filename:
                file.filename = one_line(file.filename)

    def get_json(self, *args: Any, **values: Any) -> Any:
        return _cleaned(super().get_json(*args, **values))

    @cached_property
    def user_agent(self) -> UserAgent:
        return self.user_agent_class(one_line(self.headers.get("User-Agent", "")))


def _pairs(pairs: MultiDict[str, str], cleaned: Callable[[str], str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(one_line(name), cleaned(value)) for name, value in pairs.items(multi=True)])
