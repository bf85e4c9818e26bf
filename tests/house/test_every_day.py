"""Every page that a role can reach by links answers on every day of the year, at any hour, wherever the machine stands.

The demo of an ordinary Wednesday is looked at on the days on which pages broke or could: around the turns of month,
term, school year and year. With YIAN_TEST_TOUR=whole each day is toured at both hours in both zones.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter, deque
from contextlib import contextmanager
from datetime import datetime
from itertools import product
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import time_machine
from werkzeug.exceptions import HTTPException

from app.accounts.models import User
from app.db import db
from app.kernel import clock
from tests.support import people
from tests.support.client import ORIGIN

ROLES = ("city", "district", "school", "special", "teacher", "expert", "parent", "admin", "auditor")
DAYS = {
    "2026-11-25": "an ordinary Wednesday", "2027-08-31": "the last day of a school year", "2026-09-01": "its first day",
    "2026-11-30": "the last day of a month", "2027-01-18": "the day after the last week of lessons",
    "2026-12-31": "the last day of the year", "2027-01-01": "the first day of a year nobody has entered",
    "2028-02-29": "a day that most years lack", "2027-01-31": "the last day of a term", "2027-06-21": "midsummer",
}
HOURS, ZONES = ("00:30", "23:30"), ("UTC", "Asia/Shanghai")
INSPECTED = ("2026-11-25", "2027-01-01", "2028-02-29")
"""Where each page is looked at as well; it takes as long as making it."""
TURN = ("2026-12-31", "2027-01-01")
"""Toured at every hour in every zone by those whose pages hang most on the day."""
OFTEN = ("district", "teacher", "parent")
PAPERS = re.compile(r"^(print|download|export)_|^static$|^sign_out$")
HREF = re.compile(r'<a\b[^>]*?\shref="([^"#]+)')
MOST_ALIKE = 3
"""Pages of one endpoint with the same questions asked: this month, the one before, the next."""


def moments() -> list:
    """Each day at one hour in one zone, in turns; all of them for few roles where the year turns."""
    whole, found = os.environ.get("YIAN_TEST_TOUR") == "whole", []
    for number, day in enumerate(DAYS):
        for place, (hour, zone) in enumerate(product(HOURS, ZONES)):
            roles = ROLES if whole or place == number % 4 else OFTEN if day in TURN else ()
            if roles:
                found.append(pytest.param(day, hour, zone, roles, id=f"{day}-{hour}-{zone}"))
    return found


@contextmanager
def standing(day: str, hour: str, zone: str):
    """The clock in Chongqing shows this hour of this day, the machine stands in that zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        with time_machine.travel(datetime.fromisoformat(f"{day}T{hour}+08:00"), tick=True):
            assert clock.today().isoformat() == day
            yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


def user_of(app, username: str) -> User:
    with app.app_context():
        user = db.session.query(User).filter_by(username=username).one()
        db.session.expunge(user)
        return user


def tour(app, role: str) -> tuple[list[str], int]:
    """What is wrong on the pages of one person, and how many there were."""
    client = app.test_client()
    client.inspects = clock.today().isoformat() in INSPECTED
    people.sign_in(client, user_of(app, role))
    router, faults = app.url_map.bind("localhost"), []
    asked, waiting, known = Counter(), deque(["/"]), {"/"}
    while waiting:
        path = waiting.popleft()
        parts = urlsplit(path)
        try:
            endpoint, _values = router.match(parts.path, method="GET")
        except HTTPException:
            faults.append(f"{role}: leads nowhere: {path}")
            continue
        key = (endpoint, *sorted(parse_qs(parts.query)))
        if PAPERS.search(endpoint.rpartition(".")[2]) or asked[key] >= (MOST_ALIKE if parts.query else 1):
            continue
        asked[key] += 1
        try:
            answer = client.get(path, follow_redirects=True)
        except Exception as error:
            faults.append(f"{role}: {endpoint} {path}: {error!r}"[:600])
            continue
        if answer.status_code != 200:
            faults.append(f"{role}: {endpoint} {path}: {answer.status_code}")
        elif answer.mimetype == "text/html":
            for link in HREF.findall(answer.get_data(as_text=True)):
                whole = urljoin(ORIGIN + path, link.replace("&amp;", "&"))
                address = whole.removeprefix(ORIGIN)
                if whole.startswith(ORIGIN) and address not in known:
                    known.add(address)
                    waiting.append(address)
    return faults, sum(asked.values())


@pytest.mark.parametrize(("day", "hour", "zone", "roles"), moments())
def test_every_page_answers(demo_app, day, hour, zone, roles):
    faults, pages = [], {}
    with standing(day, hour, zone):
        for role in roles:
            found, pages[role] = tour(demo_app, role)
            faults += found
    assert not faults, f"{DAYS[day]}: {len(faults)} faults\n" + "\n".join(faults)
    assert pages["district"] > 40 and min(pages.values()) > 2, pages
