"""When the database is away, full or locked: a page of ours meanwhile, the right one after; jobs are not lost."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from flask import flash, redirect
from sqlalchemy import create_engine, event, func, select, text, update
from sqlalchemy.exc import OperationalError

from app.access import SYSTEM, Permission, Role
from app.accounts.models import SignIn
from app.db import db
from app.jobs.actions import job, queue_job
from app.jobs.models import Job, JobState
from app.jobs.runner import run, run_waiting
from app.kernel.problems import N_
from app.web.models import FormPost
from tests.children.factory import make_child, make_school, make_unit
from tests.factories.accounts import make_account
from tests.factories.accounts import sign_in as sign_in_by_page
from tests.support.client import ORIGIN, read_form

TRIES: list[int] = []


@job("faults.lose", N_("Work"), needs=Permission.SIGNED_IN)
def lose(work):
    """Loses its connection in the middle, the first time."""
    TRIES.append(1)
    if len(TRIES) == 1:
        server = db.session.scalar(text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:server)"), {"server": server})
        db.session.execute(text("SELECT 1"))
    return {}


@pytest.fixture
def lenient(app):
    """The application as it is served: an unexpected error gives a page, not the test's end."""
    app.config.update(PROPAGATE_ERRORS=False, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def child_id(app):
    with app.app_context():
        db.write()
        unit = make_unit()
        child = make_child(unit, "冉䶮一", school=make_school(unit))
        db.session.commit()
        return child.id


def lead_away(app, place):
    """While the switch is `away`, lead new connections to where no database answers; end the present ones."""
    engine = app.extensions["yian.engine"]

    def refuse(_dialect, _record, _arguments, options):
        if place["away"]:
            options.update(host="127.0.0.1", port="1")

    event.listen(engine, "do_connect", refuse)
    engine.dispose()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_while_the_database_is_away_every_page_says_so_and_after_it_all_is_well(lenient, client, sign_in, child_id):
    sign_in("city_coordinator")
    place = {"away": True}
    lead_away(lenient, place)
    for address in ("/", "/children", f"/children/{child_id}", "/account"):
        answer = client.get(address)
        assert answer.status_code == 503, address
        assert "data-page-error" in answer.get_data(as_text=True)
        assert int(answer.headers["Retry-After"]) > 0
    place["away"] = False
    assert client.get("/children").status_code == 200


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_connection_that_died_in_the_pool_is_not_noticed(lenient, client, sign_in):
    sign_in("city_coordinator")
    assert client.get("/children").status_code == 200
    url = lenient.extensions["yian.engine"].url
    other = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        ended = connection.scalars(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": url.database}
        ).all()
    other.dispose()
    assert ended
    assert client.get("/children").status_code == 200


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_job_whose_database_goes_is_given_back_and_run_again(app):
    TRIES.clear()
    with app.app_context():
        made = queue_job(SYSTEM, "faults.lose", {})
        db.session.commit()
        assert run(app, made.id) is False
        assert run_waiting(app) == 1
        db.session.rollback()
        row = db.session.scalar(select(Job).where(Job.id == made.id).execution_options(populate_existing=True))
        assert (row.state, row.attempts) == (JobState.DONE, 2)


@pytest.mark.both_databases
def test_a_job_of_this_process_that_nobody_works_on_is_taken_up_again(app):
    from app.jobs.runner import _claim, waiting

    TRIES[:] = [1]
    with app.app_context():
        db.write()
        made = queue_job(SYSTEM, "faults.lose", {})
        db.session.commit()
        assert _claim(made.id)  # and then its database went, before it could be given back
        assert made.id in waiting(app)
        assert run_waiting(app) == 1


@pytest.fixture
def disk(lenient):
    """A switch: while `full`, the database can grow no more and SQLite says what it says on a full disk."""
    state = {"full": False}

    def limit(connection, _record, _proxy):
        pages = connection.execute("PRAGMA page_count").fetchone()[0] if state["full"] else 2**30
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(lenient.extensions["yian.engine"], "checkout", limit)
    return state


def add_pages(app) -> None:
    """Two pages that write: one fails in the view, the other in the commit behind it."""

    def in_the_view():
        large_row()
        db.session.flush()
        return {"written": True}

    def behind_the_view():
        large_row()
        return {"written": True}

    app.add_url_rule("/test/in-the-view", view_func=in_the_view)
    app.add_url_rule("/test/behind-the-view", view_func=behind_the_view)


def large_row() -> None:
    """Add more than fits into the free pages of the file."""
    db.session.add_all(
        FormPost(
            key=uuid.uuid4(),
            user_id=None,
            endpoint="x",
            body_hash="0" * 64,
            at=datetime.now(UTC),
            status=303,
            location="/" + "x" * 1999,
        )
        for _n in range(200)
    )


@pytest.mark.parametrize("address", ["/test/in-the-view", "/test/behind-the-view"])
def test_a_full_disk_is_a_page_of_ours_and_well_again_without_a_restart(lenient, client, sign_in, disk, address):
    sign_in("city_coordinator")
    add_pages(lenient)
    disk["full"] = True
    answer = lenient.test_client(use_cookies=False).get(address)
    assert answer.status_code == 507
    assert "data-page-error" in answer.get_data(as_text=True)
    with lenient.app_context():
        assert db.session.scalar(select(func.count()).select_from(FormPost)) == 0
    disk["full"] = False
    assert client.get(address).json == {"written": True}
    with lenient.app_context():
        assert db.session.scalar(select(func.count()).select_from(FormPost)) == 200


def test_on_a_full_disk_nothing_is_told_as_done(lenient, client, sign_in, disk, child_id):
    sign_in("city_coordinator")
    address = f"/children/{child_id}/diagnosis"
    disk["full"] = True
    for number in range(40):  # as long as there is room in the free pages
        fields = read_form(client.get("/account/password").get_data(as_text=True))[1] | {
            "form_key": str(uuid.uuid4()),
            "words": "孤" * 290 + str(number),
            "source": "x" * 200,
        }
        answer = client.post(address, data=fields, headers={"Origin": ORIGIN, "Referer": ORIGIN + address})
        if answer.status_code == 507:
            break
        client.get("/account")
    assert answer.status_code == 507
    text = answer.get_data(as_text=True)
    assert "Nothing of this was saved." in text and "notice ok" not in text
    disk["full"] = False
    assert "notice ok" not in client.get("/children").get_data(as_text=True)


@pytest.mark.both_databases
def test_a_message_waits_for_the_commit_behind_it(lenient, client, sign_in):
    """Whatever fails there: the page of the error tells nothing as done, and what earlier pages told is not lost."""
    sign_in("city_coordinator")

    def fails():
        flash("done!", "ok")
        db.session.execute(text("SELECT 1"))
        event.listen(db.session, "before_commit", refuse, once=True)
        return redirect("/account", 303)

    def refuse(_session):
        raise OperationalError("COMMIT", {}, Exception("no space left on device"))

    lenient.add_url_rule("/test/fails", view_func=fails)
    lenient.add_url_rule("/test/earlier", view_func=lambda: flash("earlier!", "ok") or redirect("/account", 303))
    client.get("/test/earlier")
    answer = client.get("/test/fails")
    assert answer.status_code == 507 and "done!" not in answer.get_data(as_text=True)
    assert "earlier!" in answer.get_data(as_text=True)
    assert "done!" not in client.get("/account").get_data(as_text=True)


def test_on_a_full_disk_lists_are_read_and_files_stay_closed(lenient, client, sign_in, disk, child_id):
    """Looking into a file must be noted; without room for the note the page says so. Lists, overviews and one's own
    pages are read, whatever was seen last; nobody can sign in."""
    make_account(lenient, "chen", Role.CITY_COORDINATOR)
    sign_in("city_coordinator")
    with lenient.app_context():
        db.write()
        db.session.execute(update(SignIn).values(seen_at=datetime.now(UTC) - timedelta(minutes=5)))
        fill = "x" * 2000
        for _n in range(3):
            db.session.add(
                FormPost(
                    key=uuid.uuid4(),
                    user_id=None,
                    endpoint="x",
                    body_hash="0" * 64,
                    at=datetime.now(UTC),
                    status=303,
                    location=fill,
                )
            )
        db.session.commit()
    disk["full"] = True
    for address in ("/", "/children", "/plans", "/schools", "/coverage", "/account", "/timetables", "/roll", "/health"):
        assert client.get(address).status_code == 200, address
    answers = [client.get(f"/children/{child_id}") for _n in range(40)]
    refused = [answer for answer in answers if answer.status_code == 507]
    assert refused and {answer.status_code for answer in answers} <= {200, 507}
    assert "the file stays closed" in refused[-1].get_data(as_text=True)
    assert "冉䶮一" not in refused[-1].get_data(as_text=True)
    entered = [sign_in_by_page(lenient.test_client(), "chen").status_code for _n in range(20)]
    assert 507 in entered


def test_reading_goes_on_while_another_holds_the_write_lock(lenient, client, sign_in):
    sign_in("city_coordinator")
    with lenient.app_context():
        db.write()
        db.session.execute(update(SignIn).values(seen_at=datetime.now(UTC) - timedelta(minutes=5)))
        db.session.commit()
    engine = lenient.extensions["yian.engine"]
    event.listen(engine, "checkout", lambda connection, _record, _proxy: connection.execute("PRAGMA busy_timeout=1"))
    with engine.connect().execution_options(yian_write=True) as other:
        other.execute(text("SELECT 1"))
        assert client.get("/schools").status_code == 200
    assert client.get("/schools").status_code == 200


def test_a_mistake_in_a_statement_is_not_called_a_pause(lenient, client):
    lenient.add_url_rule("/test/mistake", view_func=lambda: db.session.execute(text("SELECT nothing FROM nowhere")))
    assert client.get("/test/mistake").status_code == 500
