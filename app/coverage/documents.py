"""The plain view-model of the coverage page: the map's shapes, the table, what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from markupsafe import Markup

from app.coverage.rules import colour_of, hide_small
from app.coverage.types import Counts, Standing, UnitLine
from app.schools.shapes import shape_of


class Cell(NamedTuple):
    """A figure and the list behind it; `number` None is hidden."""

    number: int | None
    url: str | None


class Line(NamedTuple):
    """A unit of the table: how many are listed, then how many in each standing. `rate` is 0 to 1, None without
    children, `rate_hidden` when it would tell a hidden cell."""

    line: UnitLine
    cells: Sequence[Cell]
    rate: float | None
    rate_hidden: bool = False


def table_lines(lines: Sequence[UnitLine], address: Callable, *, hides: bool) -> list[Line]:
    """The table: a line for each unit, a cell for all that are listed and one for each standing. `address(line,
    standing)` gives the list's address or None. With `hides` cells of less than five children are hidden, and with
    them what would give them away."""
    numbers = [line.counts.row for line in lines]
    shown: Sequence[Sequence[int | None]] = hide_small(numbers) if hides else numbers
    made: list[Line] = []
    standings: tuple[Standing | None, ...] = (None, *Standing)
    figures: Sequence[int | None]
    for line, figures in zip(lines, shown, strict=True):
        total = None if hides and 0 < line.counts.listed < 5 else line.counts.listed
        cells = [
            Cell(figure, address(line, standing) if figure else None)
            for standing, figure in zip(standings, (total, *figures), strict=True)
        ]
        dark = None in figures
        made.append(Line(line, cells, None if dark else line.counts.rate, dark))
    return made


def totals(lines: Sequence[UnitLine]) -> Counts:
    """All units together."""
    rows = [line.counts.row for line in lines]
    return Counts({standing: sum(column) for standing, column in zip(Standing, zip(*rows, strict=True), strict=False)})


def shapes(lines: Sequence[Line], percent: Callable, empty_words: str, hidden_words: str) -> list[tuple]:
    """(code, name, path, class, address, words) for components/map.html, in the order of the units."""
    return [
        (
            line.line.code,
            line.line.name,
            _path(line.line.code),
            colour_of(line.rate),
            line.cells[0].url or "",
            hidden_words if line.rate_hidden else empty_words if line.rate is None else percent(line.rate),
        )
        for line in lines
        if line.line.unit_id
    ]


@cache
def _path(code: str) -> Markup:
    """A unit's shape as it stands in the page: 70 kB in all that are not looked through at every view."""
    return Markup(shape_of(code))  # noqa: S704  from our own map
