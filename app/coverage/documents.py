"""The plain view-model of the coverage page: the map's shapes, the table, what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.coverage.rules import colour_of, hide_small
from app.coverage.types import Counts, Standing, UnitLine
from app.schools.shapes import shape_of


@dataclass(frozen=True)
class Cell:
    """A figure and the list behind it; `number` None is hidden."""

    number: int | None
    url: str | None


@dataclass(frozen=True)
class Line:
    """A unit of the table. `rate` is 0 to 1, None without children, `rate_hidden` when it would tell a hidden cell."""

    line: UnitLine
    listed: Cell
    cells: Sequence[Cell]
    rate: float | None
    rate_hidden: bool = False


def table_lines(lines: Sequence[UnitLine], address: Callable, *, hides: bool) -> list[Line]:
    """The table: a line for each unit, a cell for each standing. `address(line, standing)` gives the list's address
    or None. With `hides` cells of less than five children are hidden, and with them what would give them away."""
    numbers = [[line.counts[standing] for standing in Standing] for line in lines]
    shown = hide_small(numbers) if hides else numbers
    made = []
    for line, figures in zip(lines, shown, strict=True):
        dark = any(figure is None for figure in figures)
        cells = [Cell(figure, address(line, standing) if figure else None)
                 for standing, figure in zip(Standing, figures, strict=True)]
        total = None if hides and 0 < line.counts.listed < 5 else line.counts.listed
        made.append(Line(line, Cell(total, address(line, None) if total else None), cells,
                         None if dark else line.counts.rate, dark))
    return made


def totals(lines: Sequence[UnitLine]) -> Counts:
    """All units together."""
    whole = Counts()
    for line in lines:
        whole = whole.plus(line.counts)
    return whole


def shapes(lines: Sequence[Line], percent: Callable, empty_words: str, hidden_words: str) -> list[tuple]:
    """(code, name, path, class, address, words) for components/map.html, in the order of the units."""
    return [(line.line.code, line.line.name, shape_of(line.line.code), colour_of(line.rate), line.listed.url or "",
             hidden_words if line.rate_hidden else empty_words if line.rate is None else percent(line.rate))
            for line in lines if line.line.unit_id]
