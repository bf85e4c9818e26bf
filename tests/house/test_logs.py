"""The log tells no secret and no child: passwords, tokens, numbers and names are planted and looked for at DEBUG."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from app.access import SYSTEM, Permission, Role
from app.children.models import Guardian
from app.db import db
from app.jobs.actions import job, queue_job
from app.jobs.runner import run_waiting
from app.kernel.problems import N_
from tests.factories.accounts import PASSWORD, make_account, sign_in

NUMBER, NAME, PHONE, WRONG = "509999201703150012", "冉𬱖䶮", "13800001234", "wrong canary password"


@job("tests.break_logs", N_("Work"), needs=Permission.SIGNED_IN)
def break_in_the_middle(run):
    """Fails with a child's data among the values of its statement."""
    db.write()
    db.session.add(Guardian(name=NAME, document_number=NUMBER, phone=PHONE, address="郁山镇"))
    db.session.flush()
    db.session.execute(text("INSERT INTO nowhere VALUES (:name, :number)"), {"name": NAME, "number": NUMBER})


def fail_in_a_page():
    db.session.execute(text("INSERT INTO nowhere VALUES (:name, :number)"), {"name": NAME, "number": NUMBER})


@pytest.mark.both_databases
def test_no_secret_and_no_child_is_in_the_log(app, client, caplog):
    app.config.update(PROPAGATE_ERRORS=False, PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/test/fail", view_func=fail_in_a_page)
    make_account(app, "canary", Role.CITY_COORDINATOR)
    with caplog.at_level(logging.DEBUG):
        sign_in(client, "canary", WRONG)
        sign_in(client, "canary")
        token = client.get_cookie("__Host-sid").value
        client.submit("/account/password", old_password=WRONG, password="seven green lanterns")
        for path in (f"/children?q={NUMBER}", f"/children?q={NAME}", f"/calendar/{token}.ics", f"/first/{token}",
                     "/test/fail"):
            client.get(path)
        with app.app_context():
            db.write()
            queue_job(SYSTEM, "tests.break_logs", {})
            db.session.commit()
            run_waiting(app)
    assert "unexpected error" in caplog.text and "failed" in caplog.text, "nothing was logged: the test tests nothing"
    for canary in (NUMBER, NAME, PHONE, WRONG, PASSWORD, "seven green lanterns", token):
        assert canary not in caplog.text, canary
