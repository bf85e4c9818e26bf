"""The frame around every page of a child's file."""

from __future__ import annotations

from flask import g
from sqlalchemy import event

from app.db import db
from tests.children.factory import make_child, make_safety, make_school, make_unit


def test_the_frame_names_the_child_and_hides_the_number(app, client, sign_in):
    with app.app_context():
        db.write()
        unit = make_unit()
        school = make_school(unit)
        child = make_child(unit, "冉䶮一", school=school)
        make_safety(child, seizure="longer than 5 minutes: call 120", dog=True)
        number, child_id, unit_id = child.document_number, child.id, unit.id
        db.session.commit()
    sign_in("district_coordinator", unit_id=unit_id)
    page = client.get(f"/children/{child_id}").get_data(as_text=True)
    assert "冉䶮一" in page and "郁山镇中心校" in page and "call 120" in page
    assert number not in page and number[-4:] not in page
    assert f"{number[0]}****************{number[-1]}" in page


def test_the_frame_takes_three_queries(app, client, sign_in):
    with app.test_request_context():
        from app.access import SYSTEM
        from app.children.frame import frame_of, standing_of

        db.write()
        unit = make_unit()
        child = make_child(unit, school=make_school(unit))
        db.session.commit()
        seen = []
        event.listen(db.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
        g.actor = SYSTEM
        assert frame_of(child, "overview")["child"] is child
        assert standing_of(child).roll.grade == 4
    assert len(seen) <= 3, seen
