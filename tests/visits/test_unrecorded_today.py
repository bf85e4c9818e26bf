"""A visit of today that is over and has no record waits to be recorded today, not tomorrow."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import time_machine

WAITING = re.compile(r"(\d+) visits? (?:is|are) not recorded yet")


def at(visit, minutes: int):
    """The moment so many minutes after a visit's end; the district's clock is eight hours ahead."""
    midnight = datetime(visit.day.year, visit.day.month, visit.day.day, tzinfo=UTC) - timedelta(hours=8)
    return time_machine.travel(midnight + timedelta(minutes=visit.end + minutes), tick=False)


def waiting(client, path: str) -> int:
    found = WAITING.search(client.get(path).get_data(as_text=True))
    return int(found[1]) if found else 0


def test_it_counts_from_its_end_on(app, published, visits_of, sign_in, district):
    visits = visits_of(published)
    visit = visits[0]
    for minutes, count in ((-1, 0), (0, 1), (30, 1)):
        with at(visit, minutes):
            phone = app.test_client()
            sign_in(user=district.teacher_user, client=phone)
            for path in ("/my-week", "/"):
                assert waiting(phone, path) == count, (minutes, path)
            assert "Overdue" not in phone.get("/").get_data(as_text=True), "its day is not over"
    with at(visit, -1):
        phone = app.test_client()
        sign_in(user=district.teacher_user, client=phone)
        assert waiting(phone, "/my-week") == 0
