"""Minutes from coordinates, entered minutes of places and villages, closed and slow months."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.routing import solve
from app.routing.problem import NO_WAY
from app.routing.travel import (
    MODES,
    Leg,
    Point,
    distance_km,
    estimate_minutes,
    estimated_visits,
    is_estimate,
    legs_of,
    travel_table,
)
from tests.routing import samples

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
    table = travel_table([SCHOOL, HOME], [Leg(start="school", end="home", minutes=90, both=False)])
    assert table.minutes.tolist() == [[0, 90], [41, 0]]
    assert not is_estimate(table, "school", "home")
    assert is_estimate(table, "home", "school")


def test_a_way_closed_in_winter():
    leg = Leg(start="home", end="school", minutes=None, closed=frozenset({12, 1}))
    assert travel_table([SCHOOL, HOME], [leg], month=1).minutes[0, 1] == NO_WAY
    assert travel_table([SCHOOL, HOME], [leg], month=6).minutes[0, 1] == 41
    assert is_estimate(travel_table([SCHOOL, HOME], [leg], month=6), "school", "home")


@pytest.mark.parametrize("point", [Point("x", float("nan"), 0), Point("x", 91, 0), Point("x", 0, float("inf"))])
def test_a_place_that_is_not_on_the_earth(point):
    with pytest.raises(ValueError, match="place x"):
        travel_table([SCHOOL, point])


def test_negative_minutes_and_unknown_places_are_refused():
    with pytest.raises(ValueError, match="-1 minutes"):
        travel_table([SCHOOL, HOME], [Leg(start="school", end="home", minutes=-1)])
    with pytest.raises(KeyError):
        travel_table([SCHOOL], [Leg(start="school", end="nowhere", minutes=1)])


UP = Point("up", 29.60, 106.50, "motorbike", ("town", "village"))
DOWN = Point("down", 29.58, 106.56, "car", ("town",))
FAR = Point("far", 29.70, 106.70, "car", ("other",))


def test_the_narrower_entry_wins_in_whatever_order():
    legs = [
        Leg(start="up", end="far", minutes=33, both=False),
        Leg(start="village", end="other", minutes=55),
        Leg(start="town", end="other", minutes=80),
    ]
    for order in (legs, legs[::-1]):
        table = travel_table([UP, DOWN, FAR], order)
        assert table.minutes[0].tolist()[2] == 33  # home to home
        assert table.minutes[2, 0] == 55  # village, the way back
        assert table.minutes[1, 2] == table.minutes[2, 1] == 80  # only the town is known
        assert table.estimated[0, 1] and not table.estimated[0, 2]


def test_minutes_within_a_village_and_not_from_a_place_to_itself():
    table = travel_table([UP, DOWN, FAR], [Leg(start="town", end="town", minutes=12)])
    assert table.minutes[:2, :2].tolist() == [[0, 12], [12, 0]]


def test_a_slow_season_counts_once_and_leaves_an_estimate_an_estimate():
    slow = Leg(start="town", end="town", minutes=None, slow=frozenset({7}), percent=150)
    plain = travel_table([UP, DOWN]).minutes
    july = travel_table([UP, DOWN], [slow], month=7)
    assert july.minutes[0, 1] == -(-plain[0, 1] * 150 // 100) and july.estimated[0, 1]
    assert travel_table([UP, DOWN], [slow], month=8).minutes.tolist() == plain.tolist()
    entered = Leg(start="up", end="down", minutes=21, slow=frozenset({7}), percent=150)
    assert travel_table([UP, DOWN], [entered], month=7).minutes[0, 1] == 32


def test_a_closed_village_and_the_home_with_another_way():
    shut = Leg(start="town", end="other", minutes=40, closed=frozenset({1}))
    table = travel_table([UP, DOWN, FAR], [shut, Leg(start="up", end="far", minutes=95)], month=1)
    assert table.minutes[0, 2] == 95 and table.minutes[1, 2] == NO_WAY
    slow = Leg(start="down", end="far", minutes=None, slow=frozenset({1}), percent=200)
    assert travel_table([UP, DOWN, FAR], [shut, slow], month=1).minutes[1, 2] == NO_WAY


def test_roads_stand_between_entered_minutes_and_estimates():
    roads = np.array([[0, 17, -1], [18, 0, 29], [-1, 30, 0]])
    table = travel_table([UP, DOWN, FAR], [Leg(start="down", end="far", minutes=44, both=False)], known=roads)
    plain = travel_table([UP, DOWN, FAR]).minutes
    assert table.minutes[0].tolist() == [0, 17, plain[0, 2]] and table.minutes[1].tolist() == [18, 0, 44]
    assert table.estimated.tolist() == [[False, False, True], [False, False, False], [True, False, False]]


@given(st.lists(st.tuples(degrees, degrees, st.sampled_from(sorted(MODES))), max_size=6))
def test_the_table_holds_the_estimates_of_its_pairs(places):
    points = [Point(str(i), *place) for i, place in enumerate(places)]
    minutes = travel_table(points).minutes
    assert minutes.tolist() == [[estimate_minutes(a, b) for b in points] for a in points]


def test_every_visit_knows_whether_its_own_leg_is_an_estimate():
    problem = samples.random_problem(3, children=6)
    travel = problem.travel
    guess = np.ones(travel.minutes.shape, dtype=bool)
    guess[0] = False
    problem = replace(problem, travel=replace(travel, estimated=guess))
    plan = solve(problem, iterations=30, seed=1)
    found = estimated_visits(problem, plan.visits)
    legs = [(v, a) for v, a, _b, _out in legs_of(problem, plan.visits)]
    assert len(legs) == len(plan.visits) > 0
    assert found == {(v.demand, v.date, v.start) for v, a in legs if a}
    assert all(v.travel_in == travel.minutes[a][b] for v, a, b, _out in legs_of(problem, plan.visits))


def test_the_way_on_foot_comes_on_top_of_all_but_door_to_door_minutes():
    up, down = replace(UP, walk=15), replace(DOWN, walk=2)
    twin = replace(up, id="twin")
    plain = travel_table([UP, DOWN]).minutes
    assert travel_table([up, down]).minutes.tolist() == (plain + 17 * (plain > 0)).tolist()
    roads = np.array([[0, 20], [-1, 0]])
    assert travel_table([up, down], known=roads).minutes.tolist() == [[0, 37], [plain[1, 0] + 17, 0]]
    village = travel_table(
        [up, down, twin],
        [Leg(start="village", end="down", minutes=30), Leg(start="village", end="village", minutes=10)],
    )
    assert village.minutes.tolist() == [[0, 45, 0], [45, 0, 45], [0, 45, 0]]  # twins live at one door
    doors = travel_table(
        [up, down, twin],
        [Leg(start="village", end="down", minutes=30), Leg(start="up", end="down", minutes=33, both=False)],
    )
    assert doors.minutes.tolist() == [[0, 33, 0], [45, 0, 45], [0, 45, 0]]
