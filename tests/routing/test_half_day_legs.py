"""Entered legs that hold in one half of the day only."""

from app.routing import NO_WAY
from app.routing.travel import Leg, Point, travel_table

SCHOOL = Point("school", 29.30, 108.20)
HOME = Point("home", 29.33, 108.24, groups=("town", "village"))


def table(*legs, month=None):
    return travel_table([SCHOOL, HOME], legs, month)


def test_a_leg_for_half_of_the_day_makes_an_afternoon():
    plain = table().minutes[0, 1]
    late = table(Leg(start="school", end="home", minutes=55, afternoon=True))
    assert (late.minutes[0, 1], late.afternoon[0, 1], late.afternoon[1, 0]) == (plain, 55, 55)
    assert late.estimated[0, 1] and not late.afternoon_estimated[0, 1]
    early = table(Leg(start="school", end="home", minutes=55, both=False, afternoon=False))
    assert early.minutes.tolist()[0][1] == 55 and early.afternoon[0, 1] == early.afternoon[1, 0] == plain
    assert not early.estimated[0, 1] and early.afternoon_estimated[0, 1]


def test_a_leg_for_the_whole_day_makes_none():
    assert table(Leg(start="school", end="home", minutes=55)).afternoon is None
    both = table(
        Leg(start="school", end="home", minutes=55, afternoon=True),
        Leg(start="school", end="home", minutes=55, afternoon=False),
    )
    assert both.minutes[0, 1] == 55 and both.afternoon is None
    assert (
        table(Leg(start="school", end="home", slow=frozenset({7}), percent=150, afternoon=True), month=6).afternoon
        is None
    )


def test_of_two_legs_for_one_pair_that_for_half_of_the_day_counts_and_the_narrower_before_both():
    usual, market = (
        Leg(start="school", end="home", minutes=30),
        Leg(start="school", end="home", minutes=70, afternoon=False),
    )
    for legs in ((usual, market), (market, usual)):
        found = table(*legs)
        assert (found.minutes[0, 1], found.afternoon[0, 1]) == (70, 30)
    village = table(usual, Leg(start="school", end="village", minutes=90, afternoon=True))
    assert village.afternoon is None and village.minutes[0, 1] == 30


def test_a_ferry_that_does_not_go_in_the_afternoon():
    ferry = Leg(start="school", end="home", closed=frozenset({1, 2}), afternoon=True)
    assert table(ferry, month=1).afternoon[0, 1] == NO_WAY > table(ferry, month=1).minutes[0, 1]
    assert table(ferry, month=3).afternoon is None
