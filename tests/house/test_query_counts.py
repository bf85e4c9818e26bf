"""No page asks more when there are more rows: the statements of lists and of the child's file, with 10 and 100 rows.

Counted are the reading statements between the request and the answer, without those that only begin, end or write the
trail of an opening.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from app.access import Role
from app.children.models import TimelineEvent
from app.children.types import EventKind
from app.db import db
from app.demo.accounts import PASSWORD
from app.kernel.ids import new_id
from app.roll.models import Movement
from app.roll.types import MovementKind, RollStatus
from tests.children.factory import make_child, make_school, make_unit
from tests.factories.accounts import sign_in as sign_in_by_name
from tests.support.people import make_user, sign_in

MOST = 8
MOST_FILE = 11
"""The file shows ten things of other tables, each asked for once: its own bound."""
LISTS = ("/children", "/children?q=ran", "/children?q=冉", "/plans?list=missing", "/roll", "/schools", "/coverage")
TRAIL = "FROM audit_entries"


@contextmanager
def counted(app) -> Iterator[list[str]]:
    """The SELECT statements of the application inside the block."""
    found: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and TRAIL not in statement:
            found.append(statement)

    engine = app.extensions["yian.engine"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def grow(unit, number: int) -> list:
    """So many schools, and a child with a movement in each."""
    children = []
    for one in range(number):
        school = make_school(unit, f"第{new_id().hex[:6]}小学")
        child = make_child(unit, f"冉䶮{'一二三四五六七八九十'[one % 10]}", school=school)
        db.session.add(
            Movement(
                child_id=child.id,
                kind=MovementKind.ENROLMENT,
                to_status=RollStatus.ACTIVE,
                school_id=school.id,
                effective_on=date(2025, 9, 1),
                reason="",
                by_name="",
                recorded_at=child.created_at,
            )
        )
        children.append(child)
    return children


def statements_of(app, client, path: str) -> list[str]:
    client.get(path)  # what is set up once is not the page's
    app.extensions.pop("yian.remembered", None)  # but what is kept until a change is
    with counted(app) as found:
        assert client.get(path).status_code == 200
    return found


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("role", [Role.CITY_COORDINATOR, Role.DISTRICT_COORDINATOR])
def test_list_asks_the_same_for_ten_and_for_a_hundred_rows(app, client, role, path):
    with app.app_context():
        unit = make_unit()
        grow(unit, 10)
        user = make_user(role, unit_id=unit.id if role == Role.DISTRICT_COORDINATOR else None)
        db.session.commit()
    sign_in(client, user)
    few = statements_of(app, client, path)
    with app.app_context():
        grow(unit, 90)
        db.session.commit()
    many = statements_of(app, client, path)
    assert len(few) == len(many)
    assert len(many) <= MOST, "\n".join(many)


def test_child_file_asks_the_same_for_one_and_for_a_hundred_events(app, client):
    with app.app_context():
        unit = make_unit()
        (child,) = grow(unit, 1)
        user = make_user(Role.DISTRICT_COORDINATOR, unit_id=unit.id)
        db.session.commit()
    sign_in(client, user)
    few = statements_of(app, client, f"/children/{child.id}")
    with app.app_context():
        for number in range(100):
            db.session.add(
                TimelineEvent(
                    child_id=child.id,
                    kind=EventKind.ROLL,
                    happened_on=date(2025, 1, 1) + timedelta(days=number),
                    recorded_at=child.created_at,
                    sentence="x",
                    values={},
                    by_name="",
                )
            )
        db.session.commit()
    many = statements_of(app, client, f"/children/{child.id}")
    assert len(few) == len(many) <= MOST_FILE, "\n".join(many)


USUAL = 10
MORE = {
    "/timetables/term": 14,
    "/timetables/<id>/load": 15,  # the own team is that of the month before, of the published one beside it too
    "/timetables": 18,
    "/timetables/term/publish": 11,
    "/": 24,  # a count for each kind of work, of the city with its districts; own deadlines
    "/roll": 11,  # a list for each kind of what is under way
    "/calendar": 12,  # the calendars of the unit, here and for months
    "/timetables/<id>": 32,  # what was called off since, and the plans that have changed, in what they were made from
    "/timetables/<id>/calendar": 11,
    **{f"/timetables/<id>/{part}": 18 for part in ("children", "day", "map")},
    "/children/<id>/assessment": 17,
    "/children/<id>/visits": 25,
    "/children/<id>": MOST_FILE,
    "/children/<id>/roll": 11,  # movements and requests, and once for the files of both
    "/legs": 16,
    "/timetables/new": 35,  # what the engine would be given
    "/my-week": 12,  # the visits, their teachers, and whether their days are taught
    "/visits/<id>": 15,
    "/visits/<id>/record": 13,  # all that a visitor needs before the door opens
    "/my-claim.pdf": 22,  # read and typeset before the write lock is taken, and compared with what stands under it
    "/family/<id>": 32,  # visits and their days, minutes of two months, what was excused, plan, school of today
}
"""Pages that show many things of other slices, and how often each may ask when nothing is remembered."""
NAMED = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}")
FIRST = {
    "district": (
        ("/children?placement=home", r"/children/ID"),
        ("/timetables", r"/timetables/ID"),
        ("/schools", r"/schools/ID"),
    ),
    "teacher": (("/my-week", r"/visits/ID"),),
    "parent": (("/family", r"/family/ID"),),
}
"""Where each role finds the first page of one thing."""


def pages_of(app, client, username: str) -> list[str]:
    """Every page without an id, and those of the first child, timetable and school with all their parts."""
    found = sorted(
        {
            rule.rule
            for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and not rule.arguments and rule.endpoint != "static"
        }
    )
    for path, wanted in FIRST.get(username, ()):
        answer = client.get(path, follow_redirects=True)
        wanted = wanted.replace("ID", NAMED.pattern)
        match = re.search(wanted, answer.request.path + answer.get_data(as_text=True))
        if match:
            found.append(match[0])
            inside = client.get(match[0]).get_data(as_text=True)
            found += sorted(set(re.findall(rf'href="({match[0]}/[^"?#]*)"', inside)))
    return found


@pytest.mark.parametrize("username", ["city", "district", "school", "teacher", "parent", "admin", "auditor"])
def test_every_page_of_the_demo_asks_a_bounded_number_of_times(demo_app, username):
    client = demo_app.test_client()
    sign_in_by_name(client, username, PASSWORD)
    asked = {}
    for path in pages_of(demo_app, client, username):
        if client.get(path).status_code == 200:
            asked[NAMED.sub("<id>", path)] = len(statements_of(demo_app, client, path))
    assert len(asked) > 4
    if username == "district":
        assert {"/children/<id>", "/children/<id>/roll", "/timetables/<id>", "/schools/<id>"} <= set(asked)
    assert {path: number for path, number in asked.items() if number > MORE.get(path, USUAL)} == {}
