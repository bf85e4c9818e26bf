"""An import that was stopped, lost its worker or its asker does not stand as "being taken over" for ever."""

import pytest
from sqlalchemy import func, select

from app.access import SYSTEM
from app.children.models import Child
from app.db import db
from app.imports.actions import ask_to_apply, upload
from app.imports.models import Import
from app.imports.types import ImportKind, ImportState
from app.jobs.actions import cancel_job
from app.jobs.models import Job, JobState
from app.jobs.runner import MOST_ATTEMPTS, run_waiting
from tests.imports.samples import child, make_schools, xlsx
from tests.imports.test_actions import preview


@pytest.fixture
def schools(session):
    return make_schools()


def asked(app):
    """A preview that somebody asked to take over."""
    with app.test_request_context():
        row = preview(xlsx([child()]))
        db.session.rollback()
        db.write()
        ask_to_apply(SYSTEM, row.id)
        db.session.commit()
    return row.id


def state(identifier):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(Import, identifier).state


def cancel(identifier):
    job = db.session.get(Import, identifier).job_id
    db.session.rollback()
    db.write()
    cancel_job(SYSTEM, job)
    db.session.commit()


@pytest.mark.both_databases
def test_cancelled_before_it_begins_the_preview_stands_again_and_can_be_taken_over(app, session, schools):
    identifier = asked(app)
    cancel(identifier)
    assert state(identifier) is ImportState.PREVIEW
    assert run_waiting(app) == 0 and session.scalar(select(func.count()).select_from(Child)) == 0
    with app.test_request_context():
        db.session.rollback()
        db.write()
        ask_to_apply(SYSTEM, identifier)
        db.session.commit()
    run_waiting(app)
    assert state(identifier) is ImportState.APPLIED


def test_cancelled_while_it_runs(app, session, schools):
    identifier = asked(app)
    db.session.rollback()
    db.write()
    db.session.get(Job, db.session.get(Import, identifier).job_id).cancel_asked = True
    db.session.commit()
    run_waiting(app)
    assert state(identifier) is ImportState.PREVIEW
    assert session.scalar(select(func.count()).select_from(Child)) == 0


def test_its_worker_died_every_time(app, session, schools):
    identifier = asked(app)
    db.session.rollback()
    db.write()
    job = db.session.get(Job, db.session.get(Import, identifier).job_id)
    job.attempts = MOST_ATTEMPTS
    db.session.commit()
    run_waiting(app)
    assert state(identifier) is ImportState.PREVIEW


def test_a_check_that_was_cancelled_says_so(app, session, schools):
    with app.test_request_context():
        db.session.rollback()
        db.write()
        row = upload(SYSTEM, ImportKind.CHILDREN, "名单.xlsx", xlsx([child()]))
        db.session.commit()
        identifier = row.id
    cancel(identifier)
    assert state(identifier) is ImportState.REFUSED
    assert db.session.get(Import, identifier).problems[0]["code"] == "reading_stopped"


def test_the_page_says_who_stopped_it_and_offers_it_again(app, client, sign_in):
    from tests.imports.test_pages import bring

    with app.app_context():
        make_schools()
    sign_in("city_coordinator")
    address = bring(app, client, xlsx([child()]))
    client.submit(address, form=f"{address}/apply")
    with app.app_context():
        job = db.session.scalar(select(Job.id).where(Job.state == JobState.QUEUED))
        assert job
    client.post(
        f"/jobs/{job}/cancel",
        data={"csrf_token": csrf(client, address)},
        headers={"Origin": "https://localhost", "Referer": "https://localhost/"},
    )
    page = client.get(address).get_data(as_text=True)
    assert "stopped it" in page and "Take over the good rows" in page and "Being taken over" not in page
    client.submit(address, form=f"{address}/apply")
    run_waiting(app)
    assert "Taken over" in client.get(address).get_data(as_text=True)


def csrf(client, address):
    import re

    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).get_data(as_text=True))[1]
