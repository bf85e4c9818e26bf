from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.periods import Period, find_overlaps, gaps, merge

DAY_ZERO = date(2025, 9, 1)


def day(offset: int) -> date:
    return DAY_ZERO + timedelta(days=offset)


def period(start: int, end: int | None) -> Period:
    return Period(day(start), None if end is None else day(end))


periods = st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(0, 15))).map(
    lambda pair: period(pair[0], None if pair[1] is None else pair[0] + pair[1])
)


def test_the_end_day_is_outside():
    term = period(0, 3)
    assert [term.contains(day(n)) for n in (-1, 0, 2, 3)] == [False, True, True, False]
    assert day(2) in term
    assert term.last == day(2) and term.length() == 3


def test_through_takes_both_days_inside():
    assert Period.through(day(0), day(2)) == period(0, 3)
    assert Period.one_day(day(4)) == period(4, 5)


def test_an_open_period_goes_on():
    assert period(0, None).contains(date(2099, 1, 1))
    assert period(0, None).last is None
    with pytest.raises(ValueError, match="no last day"):
        list(period(0, None).days())


def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="before it starts"):
        period(3, 2)


def test_touching_periods_do_not_overlap():
    assert not period(0, 3).overlaps(period(3, 6))
    assert period(0, 4).overlaps(period(3, None))
    assert not period(2, 2).overlaps(period(0, 5))
    assert period(0, 4).intersection(period(3, None)) == period(3, 4)


def test_merge_joins_what_touches():
    assert merge([period(5, 8), period(0, 3), period(3, 4)]) == [period(0, 4), period(5, 8)]
    assert merge([period(0, None), period(5, 6)]) == [period(0, None)]


def test_gaps_are_what_nothing_covers():
    assert gaps([period(2, 4), period(6, 8)], period(0, 10)) == [period(0, 2), period(4, 6), period(8, 10)]
    assert gaps([period(2, None)], period(0, None)) == [period(0, 2)]
    assert gaps([period(0, 4)], period(0, None)) == [period(4, None)]
    assert gaps([], period(0, 10)) == [period(0, 10)]


def test_find_overlaps_sees_a_short_period_inside_a_long_one():
    assert find_overlaps([period(0, 10), period(1, 2), period(5, 6)]) == [
        (period(0, 10), period(1, 2)),
        (period(0, 10), period(5, 6)),
    ]
    assert find_overlaps([period(0, 3), period(3, 6)]) == []


@given(st.lists(periods, max_size=8))
def test_merged_and_gaps_share_out_every_day(found):
    within = period(0, 60)
    covered = {d for d in within.days() if any(p.contains(d) for p in found)}
    assert {d for d in within.days() if any(p.contains(d) for p in merge(found))} == covered
    free = [d for gap in gaps(found, within) for d in gap.days()]
    assert sorted(free) == [d for d in within.days() if d not in covered]
    assert not find_overlaps(merge(found))
