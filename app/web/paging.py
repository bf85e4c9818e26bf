"""Pages of a list: the number in the URL, filters kept."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

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

    def url(self, number: int) -> str:
        """Address of another page with the same filters."""
        values = request.args.to_dict(flat=False)
        values.pop("page", None)
        if number > 1:
            values["page"] = [str(number)]
        return url_for(request.endpoint, **(request.view_args or {}), **values)


def asked_page(total: int, size: int = SIZE) -> Page:
    """The page that the request asks for, kept inside the list."""
    number = request.args.get("page", 1, type=int) or 1
    last = max(1, ceil(total / size))
    return Page(min(max(1, number), last), total, size)
