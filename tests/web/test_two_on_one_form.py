"""Two people who have one form open: the second one reads what the first saved and does not take it over unseen."""

from __future__ import annotations

import pytest

from tests.support.client import ORIGIN, read_form
from tests.support.months import coordinator, district

__all__ = ["coordinator", "district"]

FORMS = {
    "times": ("/children/{child}/visits/times", {"day5_0_start": "08:00", "day5_0_end": "11:00"}, "08:00–11:00"),
    "wishes": ("/children/{child}/visits/wishes", {"words": "手语"}, "手语"),
    "hours": ("/teams/{team}/hours/{teacher}", {"day5_0_start": "08:00", "day5_0_end": "11:00"}, "08:00–11:00"),
    "school": ("/schools/{school}/edit", {"address": "新街 1 号"}, "新街 1 号"),
    "term": ("/settings/terms/2026/2?unit={unit}", {"ends_on": "2027-07-02", "source": "通知"}, "2027"),
}
OTHERS = {
    "times": {"day6_0_start": "09:00", "day6_0_end": "10:00"},
    "wishes": {"words": "盲文"},
    "hours": {"day6_0_start": "09:00", "day6_0_end": "10:00"},
    "school": {"principal": "周校长"},
    "term": {"ends_on": "2027-07-09", "source": "通知"},
}


@pytest.fixture
def send(coordinator):
    def post(path, fields):
        return coordinator.post(path, data=fields, headers={"Origin": ORIGIN, "Referer": ORIGIN + path})

    return post


@pytest.mark.parametrize("name", list(FORMS))
def test_the_second_one_reads_what_the_first_saved(coordinator, district, send, name):
    path, first, shown = FORMS[name]
    path = path.format(
        child=district.children[0].id,
        team=district.team.id,
        teacher=district.teachers[0].id,
        school=district.school.id,
        unit=district.unit.id,
    )
    one, other = (read_form(coordinator.get(path).get_data(as_text=True))[1] for _ in range(2))
    assert send(path, one | first).status_code == 303
    answer = send(path, other | OTHERS[name])
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Somebody else changed this" in page and shown in page
    again = read_form(page)[1]
    assert all(again[key] == value for key, value in OTHERS[name].items())
    assert send(path, again).status_code == 303
