"""The repeating week of the demo: a team's day within hours, halves of the day, limits and daylight."""

from __future__ import annotations

import uuid
from datetime import date
from types import SimpleNamespace

import pytest

from app.demo.weeks import LASTS, LIGHT, Limits, Weeks
from app.kernel.sun import sunset_minutes
from app.roads.types import Spot

AUTUMN = (date(2026, 9, 1), date(2027, 1, 22))
SCHOOL, SHORE = (106.5, 29.5), (126.5, 31.2)
USUAL = Limits(480)


def around(kilometres: float, count: int, school: tuple[float, float] = SCHOOL) -> list[SimpleNamespace]:
    """Children whose homes lie so far from a school, each in another direction."""
    found = []
    for number in range(count):
        east, north = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1))[number]
        home = (school[0] + kilometres * east / 96, school[1] + kilometres * north / 111)
        spot = Spot(latitude=round(home[1] * 1e6), longitude=round(home[0] * 1e6))
        found.append(SimpleNamespace(id=uuid.uuid4(), home=home, spot=spot))
    return found


def weeks_of(children, limits=USUAL, school=SCHOOL) -> tuple[Weeks, SimpleNamespace]:
    team = SimpleNamespace(id=uuid.uuid4(), school=SimpleNamespace(id=uuid.uuid4(), point=school))
    return Weeks(SimpleNamespace(teams=[team]), children, AUTUMN, limits), team


def test_each_visit_stands_in_one_half_of_the_day():
    children = around(7, 3)
    weeks, team = weeks_of(children)
    first, second, third = weeks.starts(team, children)
    assert (first, third) == (500, 780) and first + LASTS < second <= 720 - LASTS


def test_a_day_that_would_last_too_long_begins_later():
    children = around(4, 5)
    weeks, team = weeks_of(children)
    starts = weeks.starts(team, children[:4])
    assert 500 < starts[0] and 780 <= starts[2] and starts[-1] + LASTS - starts[0] < 480
    assert weeks.starts(team, children) is None


@pytest.mark.parametrize(
    "limits", [Limits(300), Limits(480, visits=2), Limits(480, travel=40)], ids=["away", "visits", "travel"]
)
def test_no_day_goes_beyond_a_limit_of_the_rules(limits):
    children = around(8, 3)
    free, team = weeks_of(children)
    bound, same = weeks_of(children, limits)
    assert free.starts(team, children) and bound.starts(same, children) is None


def test_a_home_too_far_for_a_day_names_the_minutes():
    [far], [near] = around(150, 1), around(3, 1)
    weeks, team = weeks_of([far, near])
    far.taught_by = near.taught_by = team
    assert weeks.alone(far) > 480 and weeks.alone(near) is None


def test_the_last_visit_ends_before_the_earliest_sunset_of_the_term():
    dark = sunset_minutes(date(2026, 12, 5), SHORE[1], SHORE[0]) - LIGHT
    children = around(12, 4, SHORE)
    weeks, team = weeks_of(children, Limits(720), SHORE)
    inland, other = weeks_of(same := around(12, 4), Limits(720))
    assert weeks.starts(team, children[:3])[-1] + LASTS < dark < inland.starts(other, same)[-1] + LASTS
    assert weeks.starts(team, children) is None
