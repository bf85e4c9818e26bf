"""Pages of a list: the number in the URL, filters kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from urllib.parse import urlencode

from flask import request, url_for

SIZE = 50


@dataclass(frozen=True)
class Page:
    """Page `number` (from 1) of a list of `total` rows, `size` a page."""

    number: int
    total: int
    size: int = SIZE

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        return min(self.total, self.offset + 1)

    @property
    def last(self) -> int:
        return min(self.total, self.offset + self.size)

    @property
    def shown(self) -> list[int | None]:
        """The numbers to link: first, last and those around this page; None where some are left out."""
        near = range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1)
        numbers = sorted({1, *near, self.pages})
        return [
            one
            for before, number in zip([0, *numbers], numbers, strict=False)
            for one in ((None, number) if number - before > 1 else (number,))
        ]

    def url(self, number: int) -> str:
        """Address of another page with the same filters."""
        if number == 1:
            return self._first_url
        return f"{self._first_url}{'&' if '?' in self._first_url else '?'}page={number}"

    @cached_property
    def _first_url(self) -> str:
        # Not as arguments of url_for: a filter may be called as one of its own (endpoint, _anchor, _method, _scheme).
        asked = urlencode([pair for pair in request.args.items(multi=True) if pair[0] != "page"])
        address = url_for(request.endpoint or "", **(request.view_args or {}))
        return f"{address}?{asked}" if asked else address


def asked_page(total: int, size: int = SIZE) -> Page:
    """The page that the request asks for, kept inside the list."""
    number = request.args.get("page", 1, type=int) or 1
    last = max(1, ceil(total / size))
    return Page(min(max(1, number), last), total, size)
