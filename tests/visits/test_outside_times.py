"""Who changes a family's times reads which published visits no longer fit them."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine

from app.kernel.clock import LOCAL

NEVER = {f"day{w}_{n}_{end}": "" for w in range(7) for n in range(2) for end in ("start", "end")}
SUNDAYS = NEVER | {"day6_0_start": "08:00", "day6_0_end": "12:00"}


@pytest.fixture
def december(coordinator, district, make_timetable, sign_in):
    """The id of the published timetable of a month that lies ahead: it is November."""
    with time_machine.travel(datetime(2026, 11, 25, 9, tzinfo=LOCAL), tick=True):
        sign_in(user=district.coordinator)
        made = make_timetable("2026-12")
        assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
        yield made


def around(visits) -> dict[str, str]:
    """Fields of a family that is at home half an hour before and after each of its visits."""
    fields = dict(NEVER)
    for one in visits:
        for end, minutes in (("start", one.start - 30), ("end", one.end + 30)):
            fields[f"day{one.day.weekday()}_0_{end}"] = f"{minutes // 60:02d}:{minutes % 60:02d}"
    return fields


def test_times_that_leave_published_visits_out_are_saved_and_say_so(coordinator, district, december, visits_of):
    child = district.children[0].id
    own = [one for one in visits_of(december) if one.child_id == child]
    page = coordinator.submit(f"/children/{child}/visits/times", **SUNDAYS).get_data(as_text=True)
    assert own and f"{len(own)} published visits are outside these times" in page
    assert f"these times: {own[0].day:%b} {own[0].day.day}, 2026" in page.replace("\u202f", " ").replace("\u2060", "")


def test_visits_that_fit_are_not_named(coordinator, district, december, visits_of):
    child = district.children[0].id
    own = [one for one in visits_of(december) if one.child_id == child]
    page = coordinator.submit(f"/children/{child}/visits/times", **around(own)).get_data(as_text=True)
    assert "Timetables made before this do not know of it" in page


def test_visits_that_are_over_are_not_named(coordinator, district, december, sign_in):
    child = district.children[0].id
    with time_machine.travel(datetime(2027, 1, 20, 9, tzinfo=LOCAL), tick=False):
        sign_in(user=district.coordinator)
        page = coordinator.submit(f"/children/{child}/visits/times", **SUNDAYS).get_data(as_text=True)
    assert "Saved." in page and "outside these times" not in page
