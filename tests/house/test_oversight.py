"""The watch over the tests of the house can fail: pages that reach too far, or write without a word, are found."""

from __future__ import annotations

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access import Role
from app.children.models import Child, SafetyCard
from app.children.sight import in_sight
from app.db import audit, db
from app.web.requests import begin_write
from tests.factories import scene
from tests.support import oversight, people

OWN = {}


def names_of_all():
    return "".join(db.session.scalars(select(Child.name)))


def cards_of_all():
    return str(len(db.rows(select(SafetyCard.allergy)).all()))


def named_like():
    return "".join(db.session.scalars(select(Child.file_number).where(Child.name.startswith("冉"))))


def names_in_sight():
    return "".join(db.session.scalars(select(Child.name).where(in_sight(g.actor))))


def one_by_key():
    return db.session.scalar(select(Child.name).where(Child.id == OWN["child"]))


def write_silently():
    begin_write()
    db.session.add(SafetyCard(child_id=OWN["child"], allergy="花生"))
    return "done"


def write_and_tell():
    begin_write()
    db.session.add(SafetyCard(child_id=OWN["child"], allergy="花生"))
    audit.record(g.actor, "change_safety", "child", OWN["child"], child_id=OWN["child"])
    return "done"


def tell_of_another():
    begin_write()
    db.session.add(SafetyCard(child_id=OWN["child"], allergy="花生"))
    audit.record(g.actor, "change_safety", "child", OWN["foreign"], child_id=OWN["foreign"])
    return "done"


def tell_twice():
    write_and_tell()
    audit.record(g.actor, "change_safety", "child", OWN["child"], child_id=OWN["child"])
    return "done"


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("view", "words"),
    [
        (names_of_all, "reads children of all"),
        (cards_of_all, "reads safety_cards of all"),
        (named_like, "reads children of all"),
        (names_in_sight, ""),
        (one_by_key, ""),
        (write_silently, "changes safety_cards of a child and leaves no entry"),
        (write_and_tell, ""),
        (tell_of_another, "changes safety_cards of a child and leaves no entry"),
        (tell_twice, "leaves the same entry twice"),
    ],
)
def test_what_reaches_too_far_or_says_nothing_is_found(app, view, words):
    app.add_url_rule("/test/view", view_func=view)
    with app.app_context():
        db.write()
        own, foreign = scene.make_sides()
        db.session.commit()
        OWN.update(child=own.child.id, foreign=foreign.child.id)
        user = own.users[Role.DISTRICT_COORDINATOR]
    app.test_client_class = FlaskClient  # these are no pages
    client = app.test_client()
    people.sign_in(client, user)
    with oversight.watched() as found:
        assert client.open("/test/view", base_url="https://localhost").status_code == 200
    assert len(found) == bool(words) and all(words in one for one in found), found


def test_every_exception_names_a_function_of_the_house():
    from tests.house.queries import APP

    source = "\n".join(file.read_text(encoding="utf-8") for file in APP.rglob("*.py"))
    assert [name for name in oversight.ALLOWED if f"def {name}(" not in source] == []
