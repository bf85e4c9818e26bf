"""The pickers of a repair and of a move offer the days of the month, not years."""

from __future__ import annotations

import re

import pytest

from tests.repairs.steps import FRIDAY, live

FIRST, LAST = "2026-10-05", "2026-11-01"


def range_of(page: str, name: str) -> tuple[str, str]:
    """The first and the last day that a field's picker offers."""
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)[0]
    return re.search(r'min="([^"]+)"', field)[1], re.search(r'max="([^"]+)"', field)[1]


@pytest.mark.parametrize("kind", ["teacher_away", "family_cancels", "day_closed"])
def test_what_happened_lies_in_the_month(town, coordinator, kind):
    page = coordinator.get(f"/timetables/{town.timetable}/repair?kind={kind}").get_data(as_text=True)
    assert range_of(page, "first_on") == (FIRST, LAST)
    assert range_of(page, "last_on") == (FRIDAY.isoformat(), LAST)


def test_a_visit_of_a_draft_moves_within_its_days(app, town, coordinator, make_timetable):
    draft = make_timetable()
    page = coordinator.get(f"/timetables/{draft}").get_data(as_text=True)
    visit = re.search(r'id="visit-([0-9a-f-]{36})"', page)[1]
    assert visit not in {str(one.id) for one in live(app, town)}
    page = coordinator.get(f"/visits/{visit}/move").get_data(as_text=True)
    assert range_of(page, "day") == ("2026-10-10", LAST)
