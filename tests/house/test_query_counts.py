"""No page asks more when there are more rows: the statements of lists and of the child's file, with 10 and 100 rows.

Counted are the reading statements between the request and the answer, without those that only begin, end or write the
trail of an opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from app.access import Role
from app.children.models import TimelineEvent
from app.children.types import EventKind
from app.db import db
from app.kernel.ids import new_id
from app.roll.models import Movement
from app.roll.types import MovementKind, RollStatus
from tests.children.factory import make_child, make_school, make_unit
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
        db.session.add(Movement(
            child_id=child.id, kind=MovementKind.ENROLMENT, to_status=RollStatus.ACTIVE, school_id=school.id,
            effective_on=date(2025, 9, 1), reason="", by_name="", recorded_at=child.created_at))
        children.append(child)
    return children


def statements_of(app, client, path: str) -> list[str]:
    client.get(path)  # what is set up once is not the page's
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
        child, = grow(unit, 1)
        user = make_user(Role.DISTRICT_COORDINATOR, unit_id=unit.id)
        db.session.commit()
    sign_in(client, user)
    few = statements_of(app, client, f"/children/{child.id}")
    with app.app_context():
        for number in range(100):
            db.session.add(TimelineEvent(
                child_id=child.id, kind=EventKind.ROLL, happened_on=date(2025, 1, 1) + timedelta(days=number),
                recorded_at=child.created_at, sentence="x", values={}, by_name=""))
        db.session.commit()
    many = statements_of(app, client, f"/children/{child.id}")
    assert len(few) == len(many) <= MOST_FILE, "\n".join(many)
