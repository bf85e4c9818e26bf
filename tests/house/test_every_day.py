"""Every page that a role can reach by links answers on every day of the year, at any hour, wherever the machine stands.

Each kind of paper and file is opened once a day, by another role from day to day.
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
    "2026-11-25": "an ordinary Wednesday",
    "2027-08-31": "the last day of a school year",
    "2026-09-01": "its first day",
    "2026-11-30": "the last day of a month",
    "2027-01-18": "the day after the last week of lessons",
    "2026-12-31": "the last day of the year",
    "2027-01-01": "the first day of a year nobody has entered",
    "2028-02-29": "a day that most years lack",
    "2027-01-31": "the last day of a term",
    "2027-06-21": "midsummer",
}
HOURS, ZONES = ("00:30", "23:30"), ("UTC", "Asia/Shanghai")
INSPECTED = ("2026-11-25", "2027-01-01", "2028-02-29")
"""Where each page is looked at as well; it takes as long as making it."""
TURN = ("2026-12-31", "2027-01-01")
"""Toured at every hour in every zone by those whose pages hang most on the day."""
OFTEN = ("district", "teacher", "parent")
NO_PAGES = re.compile(r"^static$|^sign_out$")
FILES = re.compile(r"^(print|download)_")
THICK, THICK_ON = {"visits.print_packet"}, ("2026-12-31", "2027-01-01", "2028-02-29")
"""Papers that take seconds, and the days on which they are printed."""
BEGINS = {
    "application/pdf": b"%PDF-",
    "text/calendar": b"BEGIN:VCALENDAR",
    "text/csv": b"\xef\xbb\xbf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": b"PK",
}
"""How a file of a type begins; any other type is a fault."""
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


def wrong_with(answer, endpoint: str) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if answer.status_code != 200:
        return str(answer.status_code)
    if not FILES.search(endpoint.rpartition(".")[2]):
        return ""
    begins = BEGINS.get(answer.mimetype)
    return "" if begins and answer.get_data().startswith(begins) else f"no file: {answer.mimetype}"


def exported(app, role: str, kind: str) -> list[str]:
    """What is wrong with the list of children as a file, where the person may have it."""
    client = app.test_client()
    people.sign_in(client, user_of(app, role))
    if client.get("/children/export").status_code != 200:
        return []
    answer = client.submit("/children/export", "export", reason="a meeting on placements", kind=kind)
    fault = (
        str(answer.status_code)
        if answer.status_code != 200
        else ""
        if answer.get_data().startswith(BEGINS[answer.mimetype])
        else "no file"
    )
    return [f"{role}: children as {kind}: {fault}"] if fault else []


def tour(app, role: str, opened: set[str]) -> tuple[list[str], int]:
    """What is wrong on the pages of one person, and how many there were. Kinds of files in `opened` are left out; those
    opened here go into it."""
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
        if NO_PAGES.search(endpoint.rpartition(".")[2]) or asked[key] >= (MOST_ALIKE if parts.query else 1):
            continue
        if FILES.search(endpoint.rpartition(".")[2]):
            if endpoint in opened:
                continue
            opened.add(endpoint)
        asked[key] += 1
        try:
            answer = client.get(path, follow_redirects=True)
        except Exception as error:
            faults.append(f"{role}: {endpoint} {path}: {error!r}"[:600])
            continue
        if fault := wrong_with(answer, endpoint):
            faults.append(f"{role}: {endpoint} {path}: {fault}")
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
    opened, turn = set() if day in THICK_ON else set(THICK), list(DAYS).index(day)
    with standing(day, hour, zone):
        for place in range(len(roles)):  # another one first from day to day: the first to meet a file opens it
            role = roles[(place + turn) % len(roles)]
            found, pages[role] = tour(demo_app, role, opened)
            faults += found
        faults += exported(demo_app, ROLES[turn % 4], ("csv", "xlsx")[turn // 4 % 2])
    assert not faults, f"{DAYS[day]}: {len(faults)} faults\n" + "\n".join(faults)
    assert pages["district"] > 40 and min(pages.values()) > 2, pages
    assert {"plans.print_plan", "plans.print_summary"} <= opened, opened
