"""Pages that reckon from today: there on the last day of a month, of a year, where the next term is not entered."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine

DAYS = [
    date(2026, 8, 31),
    date(2026, 9, 30),
    date(2026, 10, 30),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2027, 1, 31),
    date(2027, 7, 15),
    date(2028, 2, 29),
]
PAGES = (
    "/timetables",
    "/timetables/term",
    "/timetables/term?month=2028-03",
    "/timetables/new",
    "/attendance",
    "/claims",
    "/timetables/term/publish",
    "/teams",
    "/calendar",
)


@pytest.mark.parametrize("day", DAYS)
def test_no_page_is_missing_because_of_the_day(client, sign_in, district, day):
    with time_machine.travel(datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        for path in PAGES:
            answer = client.get(path)
            assert answer.status_code == 200, (path, day)
        for path in ("/children/{}/visits", "/children/{}/visits?month=2028-03"):
            assert client.get(path.format(district.children[0].id)).status_code == 200, (path, day)


def test_a_term_that_is_not_entered_is_named_with_the_way_to_enter_it(client, sign_in, district):
    with time_machine.travel(datetime(2028, 2, 29, 1, 0, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        page = client.get("/timetables/term").get_data(as_text=True)
        assert "No term is entered for 2028-0" in page and "/settings/terms/2027/2" in page
        assert client.get(f"/settings/terms/2027/2?unit={district.unit.id}").status_code == 200
        assert client.get("/timetables/term?month=13").status_code == 404
