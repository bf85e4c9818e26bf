"""The trail is complete: every page that opens a child's file leaves one entry with who, whose and what for, and what
is changed and what is told of it are one transaction.

That every change names its child is watched in all tests of the house: tests/support/oversight.py.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text

from app.access import Role
from app.db import db
from app.db.audit import AuditEntry
from tests.factories import scene
from tests.house.test_access import CHILDS, READS, SCOPED, _address, _ask, _ids, _may, _named, stage  # noqa: F401
from tests.support import people

NO_OPENING = {
    "family.show_openings": "the family reads who opened the file, nothing of the file",
    "timetables.check_visit": "a part of the page that moves a visit, asked for again at every key",
}
"""Pages with a child's id in the address that show nothing of its file, each with its reason."""

BESIDE = {"files.merge_child"}
"""Pages that open another file beside the one in the address, and leave an entry for each."""

CHILDS_PAGES = [(endpoint, rule) for endpoint, rule in READS if rule.arguments & CHILDS]


def _entries(file, after: int) -> list[tuple]:
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        return connection.execute(
            "SELECT seq, verb, child_id, actor_id, detail FROM audit_entries WHERE seq > ? ORDER BY seq", (after,)
        ).fetchall()


@pytest.mark.parametrize(("endpoint", "rule"), _named(CHILDS_PAGES))
def test_every_opening_of_a_file_leaves_one_entry(stage, endpoint, rule):
    faults, path = [], _address(endpoint, rule, _ids(stage.own, endpoint))
    for role in (*SCOPED, Role.CITY_COORDINATOR):
        if not _may(role, endpoint):
            continue
        last = max((row[0] for row in _entries(stage.file, 0)), default=0)
        answer = _ask(stage.clients[role], "GET", path)
        answer.get_data()
        left = _entries(stage.file, last)
        wanted = answer.status_code == 200 and endpoint not in NO_OPENING
        ours = [row for row in left if row[2] == stage.own["child_id"].hex]
        if len(ours) != wanted or len(left) != len(ours) + (wanted and endpoint in BESIDE):
            faults.append(f"{role} {answer.status_code}: {[(row[1], row[4]) for row in left]}")
    assert not faults


class Stopped(Exception):
    """The process ends here."""


@contextmanager
def stopping(engine, moment: str):
    """Let everything that reaches this moment of a connection fail."""

    def stop(*_told):
        raise Stopped

    event.listen(engine, moment, stop)
    try:
        yield
    finally:
        event.remove(engine, moment, stop)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "fault", ["the entry cannot be written", "stopped before the commit", "refused by the database"]
)
def test_a_change_and_its_entry_are_one(app, fault):
    """Whatever stops the deed between its first word and its commit leaves neither the change nor the entry."""
    app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False, PROPAGATE_ERRORS=False)
    app.test_client_class = FlaskClient
    with app.app_context():
        db.write()
        own, _foreign = scene.make_sides()
        db.session.commit()
        child_id, user, engine = own.child.id, own.users[Role.DISTRICT_COORDINATOR], db.engine
    client = app.test_client()
    people.sign_in(client, user)
    path = f"/children/{child_id}/safety/edit"

    def state():
        with app.app_context():
            return (
                db.session.scalar(select(func.count()).select_from(AuditEntry)),
                db.session.execute(text("SELECT allergy FROM safety_cards")).all(),
                db.session.execute(text("SELECT count(*) FROM timeline_events")).scalar(),
            )

    def send():
        return client.post(
            path,
            data={"allergy": "花生", "revision": "0"},
            base_url="https://localhost",
            headers={"Origin": "https://localhost"},
        ).status_code

    before = state()
    if fault == "stopped before the commit":
        with stopping(engine, "commit"):
            assert send() >= 400
    else:
        _spoil(app, engine, "audit_entries" if fault == "the entry cannot be written" else "timeline_events")
        assert send() >= 400
        _mend(app, engine)
    assert state() == before
    assert send() < 400
    entries, cards, events = state()
    assert (entries, [one for (one,) in cards], events > before[2]) == (before[0] + 1, ["花生"], True)


def _spoil(app, engine, table: str) -> None:
    """Have the database refuse every new row of a table."""
    with app.app_context(), engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(
                text(f"CREATE TRIGGER spoiled BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'spoiled'); END")
            )
            return
        connection.execute(
            text(
                "CREATE FUNCTION spoiled() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'spoiled'; END $$"
            )
        )
        connection.execute(
            text(f"CREATE TRIGGER spoiled BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION spoiled()")
        )


def _mend(app, engine) -> None:
    with app.app_context(), engine.begin() as connection:
        connection.execute(
            text("DROP TRIGGER spoiled" if engine.dialect.name == "sqlite" else "DROP FUNCTION spoiled() CASCADE")
        )


@pytest.mark.both_databases
def test_a_file_that_cannot_be_told_of_is_not_opened(app):
    """The entry of an opening is written before the page leaves."""
    app.config.update(PROPAGATE_EXCEPTIONS=False, PROPAGATE_ERRORS=False)
    app.test_client_class = FlaskClient
    with app.app_context():
        db.write()
        own, _foreign = scene.make_sides()
        db.session.commit()
        child_id, name, user, engine = own.child.id, own.child.name, own.users[Role.DISTRICT_COORDINATOR], db.engine
    client = app.test_client()
    people.sign_in(client, user)
    _spoil(app, engine, "audit_entries")
    answer = client.get(f"/children/{child_id}", base_url="https://localhost")
    assert answer.status_code >= 400 and name not in answer.get_data(as_text=True)
    _mend(app, engine)
    assert name in client.get(f"/children/{child_id}", base_url="https://localhost").get_data(as_text=True)
