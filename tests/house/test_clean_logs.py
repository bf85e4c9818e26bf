"""Whatever a person types into whichever form, with the program failing or not: log, output of the process, queue and
what is kept in clear tell no child and no secret.

Every form of every role of the scene is sent with canaries in all its fields, once as it is and once while the database
refuses every new row, at DEBUG; then the job that a form queued fails over the same words.
"""

from __future__ import annotations

import errno
import logging
import sqlite3

import pytest
from flask import flash
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.access import Permission, Role
from app.access.pages import NEEDS
from app.children.models import Child
from app.db import db
from app.jobs.actions import job, queue_job
from app.jobs.runner import run_waiting
from app.kernel.problems import N_
from tests.conftest import close, copied_app, sign_everybody_in
from tests.factories import scene
from tests.house.forms import fields_of
from tests.house.queries import sent_names
from tests.house.test_access import WRITES, _address, _ids, _may

NUMBER, NAME, PHONE, WORDS = "509999201703150012", "冉𬱖䶮", "13800001234", "夜里会抽搐的暗号"
CANARIES = (NUMBER, NAME, PHONE, WORDS, f"G{NUMBER}")
ENDS = {"accounts.sign_out", "accounts.sign_out_everywhere", "home.switch_language"}


@job("tests.clean_logs", N_("Work"), needs=Permission.SIGNED_IN)
def fail_over_words(run):
    """Fails with a child's data among the values of its statement, and in the words of the error after it."""
    try:
        db.session.execute(
            text("INSERT INTO nowhere VALUES (:name, :number, :phone, :words)"),
            {"name": NAME, "number": NUMBER, "phone": PHONE, "words": WORDS},
        )
    except Exception as error:
        raise ValueError(f"{NAME} {NUMBER}: {WORDS}") from error


def _value(name: str) -> str:
    """A canary of the kind that a field takes, as far as its name tells."""
    if "name" in name:
        return NAME
    if "phone" in name:
        return PHONE
    if "student" in name:
        return f"G{NUMBER}"
    return NUMBER if "number" in name or name in {"q", "document"} else WORDS


@pytest.fixture
def stage(tmp_path, migrated):
    app = copied_app(tmp_path, migrated, PROPAGATE_ERRORS=False, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = FlaskClient
    with app.app_context():
        db.write()
        own, _foreign = scene.make_sides()
        users = own.users | scene.users_everywhere()
        db.session.commit()
        clients = sign_everybody_in(app, users)
    yield app, own, users, clients, tmp_path
    close(app)


def _forms(role: Role, client, ids):
    """(endpoint, address, fields full of canaries) of every page that takes a post of this role."""
    for endpoint, rule in WRITES:
        if not _may(role, endpoint) or endpoint in ENDS:
            continue
        path = _address(endpoint, rule, _ids(ids, endpoint))
        shown = client.get(path, base_url="https://localhost") if "GET" in rule.methods else None
        fields = fields_of(shown.get_data(as_text=True), 0) if shown is not None and shown.status_code == 200 else {}
        yield path, {name: _value(name) for name in (*fields, *sent_names()) if name not in {"csrf_token", "form_key"}}


def test_no_form_of_any_role_tells_the_log_what_was_typed(stage, caplog, capfd):
    app, own, users, clients, folder = stage
    sent, bodies = 0, Bodies()
    with caplog.at_level(logging.DEBUG):
        for role, client in clients.items():
            for path, fields in _forms(role, client, own.ids):
                bodies.add(client.post(path, data=fields, base_url="https://localhost"))
                sent += 1
        with sqlite3.connect(folder / "yian.db") as connection:
            connection.execute(
                "CREATE TRIGGER spoiled BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(FAIL, 'x'); END"
            )
        client = clients[Role.DISTRICT_COORDINATOR]
        for path, fields in _forms(Role.DISTRICT_COORDINATOR, client, own.ids):
            bodies.add(client.post(path, data=fields, base_url="https://localhost"))
        with sqlite3.connect(folder / "yian.db") as connection:
            connection.execute("DROP TRIGGER spoiled")
        with app.app_context():
            from app.accounts.queries import find_actor

            db.write()
            queue_job(find_actor(users[Role.DISTRICT_COORDINATOR].id), "tests.clean_logs", {})
            db.session.commit()
            run_waiting(app)
    out, err = capfd.readouterr()
    assert sent > 250 and "failed" in caplog.text, "nothing was sent or logged: the test tests nothing"
    with sqlite3.connect(folder / "yian.db") as connection:
        kept = str(connection.execute("SELECT problems, result FROM jobs").fetchall())
        trail = str(
            connection.execute("SELECT verb, subject, detail FROM audit_entries WHERE actor_id IS NOT NULL").fetchall()
        )
    queue = b"".join(file.read_bytes() for file in folder.glob("queue.db*")).decode("utf-8", "replace")
    told = {"log": caplog.text, "output": out + err, "jobs": kept, "queue": queue}
    assert {(place, canary) for place, words in told.items() for canary in CANARIES if canary in words} == set()
    assert [canary for canary in (NUMBER, PHONE) if canary in trail] == []
    assert bodies.codes >= {404, 409, 422} and bodies.told == set()


class Bodies:
    """What the pages of errors tell: their codes, and what stands in them that may not."""

    def __init__(self):
        self.codes, self.told = set(), set()

    def add(self, answer, secrets=()) -> None:
        """A form that comes back (422, 409) shows what was typed; no other page of an error does, and none a fault of
        the program in its own words."""
        if answer.status_code < 400:
            return
        self.codes.add(answer.status_code)
        body = answer.get_data(as_text=True)
        typed = () if answer.status_code in (409, 422) else CANARIES
        self.told |= {
            (answer.request.path, answer.status_code, word) for word in (*typed, *secrets, *FAULTS) if word in body
        }


FAULTS = ("Traceback", "sqlalchemy", "sqlite3", "psycopg", "RAISE(", "INSERT INTO", "site-packages", "IntegrityError")


def test_no_error_page_tells_what_is_stored_of_a_child_out_of_sight(stage):
    app, own, _users, clients, _folder = stage
    bodies = Bodies()
    with app.app_context():
        db.write()
        child = db.session.scalar(select(Child).where(Child.id == own.ids["child_id"]))
        child.name, child.document_number, child.phone, child.address = NAME, NUMBER, PHONE, WORDS
        db.session.commit()
    outside = [client for role, client in clients.items() if role in {Role.ADMINISTRATOR, Role.AUDITOR}]
    addresses = [
        _address(endpoint, rule, _ids(own.ids, endpoint)) for endpoint, rule in WRITES if "child_id" in rule.arguments
    ]
    for client in (*outside, app.test_client()):
        for path in addresses:
            for send in (client.get, client.post):
                bodies.add(send(path, base_url="https://localhost"), CANARIES)
    big = clients[Role.DISTRICT_COORDINATOR].post(
        "/imports/new", data={"words": NAME * 10_000_000}, base_url="https://localhost"
    )
    bodies.add(big)
    assert bodies.codes >= {401, 403, 405, 413} and bodies.told == set() and big.status_code == 413


WAYS = {
    "/test/fault": (500, lambda: ValueError(f"{NAME} {NUMBER} {PHONE}: {WORDS}")),
    "/test/away": (503, lambda: OperationalError(f"INSERT INTO nowhere {NAME}", {"w": WORDS}, Exception(NUMBER))),
    "/test/full": (507, lambda: OperationalError("INSERT INTO x", {"w": WORDS}, Exception("no space left on device"))),
    "/test/no-file": (507, lambda: OSError(errno.ENOSPC, "No space left on device", f"/srv/{NAME}-{NUMBER}.xlsx")),
}
"""Address → the status of its page, and a fault of the program over a child's data that leads to it."""


@pytest.mark.parametrize(("language", "shown"), [("zh_Hans", "zh-CN"), ("en", "en")])
def test_no_page_of_a_fault_or_a_lack_tells_what_was_at_work(stage, language, shown):
    """Those that no form leads to: a fault of the program, the database away, no room, an address that is too long."""
    app, _own, _users, clients, folder = stage

    def fails(error):
        def view():
            flash(f"{NAME}: {WORDS}", "ok")
            raise error()

        return view

    for path, (_code, error) in WAYS.items():
        app.add_url_rule(path, path[1:], fails(error), methods=("GET", "POST"))
        NEEDS[path[1:]] = Permission.PUBLIC
    bodies = Bodies()
    for client in (clients[Role.DISTRICT_COORDINATOR], app.test_client()):
        with client.session_transaction(base_url="https://localhost") as session:
            session["language"] = language
        for path, (code, _error) in WAYS.items():
            answer = client.get(path, base_url="https://localhost")
            assert answer.status_code == code and f'lang="{shown}"' in answer.get_data(as_text=True), path
            bodies.add(answer, (str(folder),))
        asked = "/children?q=" + "".join(CANARIES) + "x" * 20_000
        answer = client.get(asked, base_url="https://localhost")
        assert f'lang="{shown}"' in answer.get_data(as_text=True)
        bodies.add(answer)
    assert bodies.codes == {414, 500, 503, 507} and bodies.told == set()
