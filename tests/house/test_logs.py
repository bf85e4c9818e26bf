"""The log tells no secret and no child: passwords, tokens, numbers and names are planted and looked for at DEBUG."""

from __future__ import annotations

import logging
import re
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import select, text

from app.access import SYSTEM, Permission, Role
from app.children.models import Guardian
from app.db import db
from app.jobs.actions import job, queue_job
from app.jobs.models import Job
from app.jobs.runner import run_waiting
from app.kernel import clean_log
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


@job("tests.say_it", N_("Work"), needs=Permission.SIGNED_IN)
def say_it(run):
    """Fails with a child's name in the error's own words, and in those of what led to it."""
    fail_in_words()


def fail_in_words():
    try:
        {}[NAME]
    except KeyError as missing:
        try:
            raise OSError(28, f"no room for {NAME}", f"/tmp/{NAME}.pdf") from missing
        except OSError:
            raise ValueError(f"{NAME} has the number {NUMBER}")  # noqa: B904  while it was handled


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
        for path in (
            f"/children?q={NUMBER}",
            f"/children?q={NAME}",
            f"/calendar/{token}.ics",
            f"/first/{token}",
            "/test/fail",
        ):
            client.get(path)
        with app.app_context():
            db.write()
            queue_job(SYSTEM, "tests.break_logs", {})
            db.session.commit()
            run_waiting(app)
    assert "unexpected error" in caplog.text and "failed" in caplog.text, "nothing was logged: the test tests nothing"
    for canary in (NUMBER, NAME, PHONE, WRONG, PASSWORD, "seven green lanterns", token):
        assert canary not in caplog.text, canary


@pytest.mark.both_databases
def test_the_words_of_an_error_stay_out_of_the_log_of_pages_and_jobs(app, client, caplog):
    app.config.update(PROPAGATE_ERRORS=False, PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/test/say", view_func=fail_in_words)
    with caplog.at_level(logging.DEBUG):
        page = client.get("/test/say")
        with app.app_context():
            db.write()
            queue_job(SYSTEM, "tests.say_it", {})
            db.session.commit()
            run_waiting(app)
            kept = db.session.scalars(select(Job.error)).one()
    number = re.search(r"error ([0-9a-f]{8})$", caplog.text, re.MULTILINE)[1]
    assert page.status_code == 500 and number in page.get_data(as_text=True), "the page names the lines in the log"
    for told in (caplog.text, kept):
        assert NAME not in told and NUMBER not in told
        for words in (
            "ValueError",
            "OSError 28",
            "KeyError",
            "while it was handled:",
            "which caused:",
            "tests/house/test_logs.py:",
        ):
            assert words in told, words
    assert "\n  File " not in caplog.text, "no line of code, which may hold words too"


class Several(ExceptionGroup):
    pass


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


def errors():
    noted = ValueError("x")
    noted.add_note(NAME)
    circle = ValueError(NAME)
    circle.__cause__ = TypeError(NAME)
    circle.__cause__.__cause__ = circle
    return [
        ValueError(NAME),
        KeyError(NAME),
        UnicodeEncodeError("ascii", NAME, 0, 1, NAME),
        noted,
        circle,
        ExceptionGroup(NAME, [ValueError(NAME), Several(NAME, [OSError(2, NAME)])]),
        sqlite3.IntegrityError(NAME),
        SyntaxError(NAME, (NAME, 1, 1, NAME)),
    ]


@pytest.mark.parametrize("error", errors(), ids=lambda one: type(one).__name__)
def test_no_way_of_logging_an_error_tells_its_words(app, caplog, error):
    log, caught = logging.getLogger("some.library"), raised(error)
    with caplog.at_level(logging.DEBUG):
        log.error("failed", exc_info=caught)
        log.error("failed", exc_info=(type(caught), caught, caught.__traceback__))
        log.error("failed: %s", caught)
        log.error("failed: %(what)r", {"what": caught})
        log.error(caught)
        try:
            raise caught
        except BaseException:
            log.exception("failed")
            log.warning("failed", exc_info=True)
    assert NAME not in caplog.text
    assert caplog.text.count(type(error).__name__) >= 7


def test_a_process_that_ends_in_an_error_tells_its_kind_and_place():
    code = (
        "from app.kernel import clean_log; clean_log.install_hooks()\nimport threading, warnings\n"
        f"clean_log.install(); warnings.warn('{NAME}')\n"
        f"def fail(): raise ValueError('{NAME}')\n"
        "t = threading.Thread(target=fail); t.start(); t.join(); fail()"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and NAME not in ended.stderr + ended.stdout
    assert ended.stderr.count("ValueError") == 2 and "UserWarning" in ended.stderr


def test_the_same_fault_has_the_same_number():
    def number(words: str, other: bool = False) -> str:
        try:
            raise (TypeError if other else ValueError)(words)
        except (TypeError, ValueError) as error:
            return clean_log.number_of(error)

    assert number("one") == number("two") != number("one", other=True)


def test_an_error_that_says_so_keeps_its_words():
    from app.db.sealed import SealBroken

    assert clean_log.kind_of(SealBroken("no key 2 for children.phone")).endswith(": no key 2 for children.phone")
