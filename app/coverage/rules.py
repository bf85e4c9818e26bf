"""Pure rules of coverage: who is of compulsory age, where a child stands, what may be published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.coverage.types import AgeGroup, Standing
from app.kernel.dates import school_year_of
from app.kernel.periods import Period
from app.placements.types import PlacementKind
from app.roll.types import RollStatus

SMALLEST_PUBLISHED = 5
"""Cells of 1 to 4 children are hidden in published tables: one disabled child in a small place can be recognised."""

_MOVED = {RollStatus.LEFT_AREA, RollStatus.ABROAD}
_ON_ROLL = {RollStatus.PLACED, RollStatus.ACTIVE, RollStatus.TRANSFERRING}
_FINISHED = {RollStatus.GRADUATED, RollStatus.COMPLETED}


def compulsory_births(day: date) -> Period:
    """Births of the children of compulsory age in the school year of `day`: nine cohorts, entry at 6 by 31 August.

    In the school year that begins in S: (S−15)-09-01 … (S−6)-08-31. The check of spring Y covers the same births as
    the school year Y−1 (2022: 2006-09-01 … 2015-08-31).
    """
    start = school_year_of(day).start_year
    return Period(date(start - 15, 9, 1), date(start - 6, 9, 1))


def standing_of(status: RollStatus | None, placement: PlacementKind | None, group: AgeGroup) -> Standing:
    """Where a listed child stands by roll state, placement decision and age on the day.

    Death and moving away go before age, age before everything else: each child is counted once.
    """
    if status == RollStatus.DECEASED:
        return Standing.DIED
    if status in _MOVED:
        return Standing.MOVED_OUT
    if group == AgeGroup.OVER:
        return Standing.OVER_AGE
    if status in _FINISHED:
        return Standing.PLACED
    if status == RollStatus.SUSPENDED:
        return Standing.SUSPENDED
    if status == RollStatus.DEFERRED or placement == PlacementKind.DEFERRED:
        return Standing.DEFERRED
    return Standing.PLACED if status in _ON_ROLL and placement is not None else Standing.OPEN


def kinds_of_standing(standing: Standing) -> list[tuple[RollStatus | None, PlacementKind | None, AgeGroup]]:
    """Every (roll state, placement, age group) that is counted under `standing`: the list behind a number."""
    return [
        (status, placement, group)
        for status in [None, *RollStatus]
        for placement in [None, *PlacementKind]
        for group in AgeGroup
        if standing_of(status, placement, group) == standing
    ]


def hide_small(table: Sequence[Sequence[int]], smallest: int = SMALLEST_PUBLISHED) -> list[list[int | None]]:
    """Hide cells from 1 to `smallest` − 1 as None, and as many more that none can be computed from the totals.

    `table` is lines × columns whose sums are published too: a line or column with exactly one hidden cell gives it
    away, so the next smallest cell that is not 0 is hidden with it, until nothing changes.
    """
    hidden = {(i, j) for i, line in enumerate(table) for j, value in enumerate(line) if 0 < value < smallest}
    lines = [[(i, j) for j in range(len(line))] for i, line in enumerate(table)]
    columns = [[(i, j) for i in range(len(table))] for j in range(len(table[0]) if table else 0)]
    changed = True
    while changed:
        changed = False
        for cells in lines + columns:
            if sum(cell in hidden for cell in cells) == 1:
                others = [cell for cell in cells if cell not in hidden and table[cell[0]][cell[1]]]
                if others:
                    hidden.add(min(others, key=lambda cell: (table[cell[0]][cell[1]], cell)))
                    changed = True
    return [[None if (i, j) in hidden else value for j, value in enumerate(line)] for i, line in enumerate(table)]


STEPS = (0.80, 0.90, 0.95, 0.98, 1.0)
"""Lower bounds of the colours of the map, light to dark; 98 % is the municipality's aim for 2025."""


def colour_of(rate: float | None) -> str:
    """The class of a shape: q0 without a figure, q1 (below 80 %) to q5 (98 % and more)."""
    if rate is None:
        return "q0"
    return f"q{1 + sum(rate >= step for step in STEPS[:4])}"
