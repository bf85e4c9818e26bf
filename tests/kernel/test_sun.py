"""Sunsets against almanacs."""

from datetime import date

import pytest

from app.kernel.sun import sunset_minutes


@pytest.mark.parametrize(
    ("day", "north", "east", "hours", "clock"),
    [
        (date(2026, 12, 21), 29.56, 106.55, 8, (17, 58)),  # Chongqing
        (date(2026, 6, 21), 29.56, 106.55, 8, (19, 55)),
        (date(2026, 12, 21), 39.90, 116.40, 8, (16, 53)),  # Beijing
        (date(2024, 6, 21), 51.477, 0.0, 1, (21, 21)),  # Greenwich, summer time
        (date(2024, 12, 21), 51.477, 0.0, 0, (15, 53)),
    ],
)
def test_sunsets_are_right_to_two_minutes(day, north, east, hours, clock):
    assert abs(sunset_minutes(day, north, east, hours) - (60 * clock[0] + clock[1])) <= 2


def test_the_polar_day_has_no_sunset():
    assert sunset_minutes(date(2026, 6, 21), 75, 20) is None
