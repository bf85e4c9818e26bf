"""Minutes from coordinates, entered minutes, closed months."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.routing.problem import NO_WAY
from app.routing.travel import MODES, Leg, Point, distance_km, estimate_minutes, is_estimate, travel_table

SCHOOL = Point("school", 29.56, 106.55)
HOME = Point("home", 29.65, 106.55)
degrees = st.floats(-80, 80)


def test_a_degree_of_latitude_is_111_km():
    assert distance_km(Point("a", 29, 106), Point("b", 30, 106)) == pytest.approx(111.195, abs=0.01)


def test_ten_kilometres_by_car():
    # 10.0075 km x 1.6 / 25 km/h = 38.4 min, and 2 to park
    assert estimate_minutes(SCHOOL, HOME) == 41


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_gives_whole_minutes_and_the_slower_end_counts(mode):
    slow = Point("home", 29.65, 106.55, mode)
    assert estimate_minutes(SCHOOL, slow) == estimate_minutes(slow, SCHOOL) >= estimate_minutes(SCHOOL, HOME) - 4
    assert isinstance(estimate_minutes(SCHOOL, slow), int)


@given(degrees, degrees, degrees, degrees)
def test_distance_is_symmetric_and_not_negative(a, b, c, d):
    p, q = Point("p", a, b), Point("q", c, d)
    assert distance_km(p, q) == pytest.approx(distance_km(q, p))
    assert distance_km(p, q) >= 0


def test_entered_minutes_override_and_every_leg_says_what_it_is():
    table = travel_table([SCHOOL, HOME], [Leg("school", "home", 90, both=False)])
    assert table.minutes.tolist() == [[0, 90], [41, 0]]
    assert not is_estimate(table, "school", "home")
    assert is_estimate(table, "home", "school")


def test_a_way_closed_in_winter():
    leg = Leg("home", "school", None, closed=frozenset({12, 1}))
    assert travel_table([SCHOOL, HOME], [leg], month=1).minutes[0, 1] == NO_WAY
    assert travel_table([SCHOOL, HOME], [leg], month=6).minutes[0, 1] == 41
    assert is_estimate(travel_table([SCHOOL, HOME], [leg], month=6), "school", "home")


@pytest.mark.parametrize("point", [Point("x", float("nan"), 0), Point("x", 91, 0), Point("x", 0, float("inf"))])
def test_a_place_that_is_not_on_the_earth(point):
    with pytest.raises(ValueError, match="place x"):
        travel_table([SCHOOL, point])


def test_negative_minutes_and_unknown_places_are_refused():
    with pytest.raises(ValueError, match="-1 minutes"):
        travel_table([SCHOOL, HOME], [Leg("school", "home", -1)])
    with pytest.raises(KeyError):
        travel_table([SCHOOL], [Leg("school", "nowhere", 1)])
