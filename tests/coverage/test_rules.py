"""Pure rules of coverage: cohorts, standings, what may be published."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.coverage.rules import colour_of, compulsory_births, hide_small, kinds_of_standing, standing_of
from app.coverage.types import OUTSIDE, AgeGroup, Counts, Standing
from app.kernel.dates import check_cohort
from app.placements.types import PlacementKind
from app.roll.types import RollStatus

YOUNG = AgeGroup.COMPULSORY


def test_compulsory_age_is_that_of_the_annual_check():
    births = compulsory_births(date(2022, 4, 1))
    assert (births.start, births.last) == (date(2006, 9, 1), date(2015, 8, 31))
    assert births == check_cohort(2022).checked
    assert compulsory_births(date(2022, 8, 31)) == births
    assert compulsory_births(date(2022, 9, 1)).start == date(2007, 9, 1)


@pytest.mark.parametrize(
    ("status", "placement", "group", "standing"),
    [
        (RollStatus.ACTIVE, PlacementKind.HOME, YOUNG, Standing.PLACED),
        (RollStatus.TRANSFERRING, PlacementKind.REGULAR_CLASS, YOUNG, Standing.PLACED),
        (RollStatus.PLACED, PlacementKind.SPECIAL_SCHOOL, YOUNG, Standing.PLACED),
        (RollStatus.GRADUATED, None, YOUNG, Standing.PLACED),
        (RollStatus.ACTIVE, None, YOUNG, Standing.OPEN),
        (RollStatus.REGISTERED, None, YOUNG, Standing.OPEN),
        (RollStatus.DROPOUT, PlacementKind.HOME, YOUNG, Standing.OPEN),
        (RollStatus.MISSING, PlacementKind.HOME, YOUNG, Standing.OPEN),
        (None, None, YOUNG, Standing.OPEN),
        (RollStatus.DEFERRED, None, YOUNG, Standing.DEFERRED),
        (RollStatus.REGISTERED, PlacementKind.DEFERRED, YOUNG, Standing.DEFERRED),
        (RollStatus.SUSPENDED, PlacementKind.HOME, YOUNG, Standing.SUSPENDED),
        (RollStatus.DECEASED, PlacementKind.HOME, YOUNG, Standing.DIED),
        (RollStatus.DECEASED, PlacementKind.HOME, AgeGroup.OVER, Standing.DIED),
        (RollStatus.LEFT_AREA, None, YOUNG, Standing.MOVED_OUT),
        (RollStatus.ABROAD, None, AgeGroup.OVER, Standing.MOVED_OUT),
        (RollStatus.ACTIVE, PlacementKind.HOME, AgeGroup.OVER, Standing.OVER_AGE),
    ],
)
def test_where_a_child_stands(status, placement, group, standing):
    assert standing_of(status, placement, group) == standing


def test_every_possibility_is_counted_exactly_once():
    every = [kind for standing in Standing for kind in kinds_of_standing(standing)]
    assert len(every) == len(set(every)) == (len(RollStatus) + 1) * (len(PlacementKind) + 1) * len(AgeGroup)


def test_the_rate_is_arithmetic():
    counts = Counts(
        {
            Standing.PLACED: 90,
            Standing.DEFERRED: 2,
            Standing.SUSPENDED: 3,
            Standing.OPEN: 5,
            Standing.DIED: 1,
            Standing.MOVED_OUT: 4,
            Standing.OVER_AGE: 20,
        }
    )
    assert counts.listed == 125 and counts.base == 100 and counts.rate == 0.9
    assert counts.listed - sum(counts[standing] for standing in OUTSIDE) == counts.base
    assert Counts({Standing.DIED: 3}).rate is None and Counts().rate is None
    assert counts.plus(counts).rate == 0.9 and counts.plus(Counts()).listed == 125


@pytest.mark.parametrize(
    ("rate", "colour"),
    [(None, "q0"), (0.0, "q1"), (0.7999, "q1"), (0.8, "q2"), (0.9, "q3"), (0.95, "q4"), (0.98, "q5"), (1.0, "q5")],
)
def test_colours(rate, colour):
    assert colour_of(rate) == colour


def test_small_cells_and_what_gives_them_away_are_hidden():
    assert hide_small([[0, 4, 50], [7, 20, 30]]) == [[0, None, None], [7, None, None]]
    assert hide_small([[10, 20], [30, 40]]) == [[10, 20], [30, 40]]
    assert hide_small([[3]]) == [[None]] and hide_small([]) == []


@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), max_size=6)
    )
)
def test_nothing_small_is_shown_and_no_line_hides_just_one(table):
    shown = hide_small(table)
    assert all(
        cell is None or cell == value
        for line, values in zip(shown, table, strict=True)
        for cell, value in zip(line, values, strict=True)
    )
    assert not [cell for line in shown for cell in line if cell is not None and 0 < cell < 5]
    for values, cells in [
        *zip(table, shown, strict=True),
        *zip(zip(*table, strict=True), zip(*shown, strict=True), strict=True),
    ]:
        if list(cells).count(None) == 1:  # only when everything else is 0, which the total says anyway
            assert sum(value > 0 for value in values) == 1
