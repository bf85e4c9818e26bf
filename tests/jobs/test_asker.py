"""In whose name background work is done: the right is asked again when it begins and before it is kept."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from app.access import SYSTEM, Permission, Role, nobody
from app.access.policy import Forbidden
from app.accounts.models import RoleGrant, User
from app.accounts.queries import find_actor
from app.children.models import Child
from app.db import audit, db
from app.imports.actions import ask_to_apply, upload
from app.imports.types import ImportKind, ImportState
from app.jobs.actions import HANDLERS, NEEDS, job, queue_job
from app.jobs.models import Job, JobState
from app.jobs.runner import run_waiting
from app.kernel.problems import N_
from app.schools.models import School
from tests.children.factory import make_school, make_unit
from tests.imports.samples import child, xlsx
from tests.support import people

DONE: list[str] = []


@job("tests.act", N_("Work"), needs=Permission.IMPORTS_RUN)
def act(run):
    DONE.append(run.actor.name)
    audit.record(run.actor, "save_school", "school")


@job("tests.outlive", N_("Work"), needs=Permission.IMPORTS_RUN)
def outlive(run):
    """While it works, the account that asked for it is disabled."""
    db.write()
    db.session.execute(update(User).where(User.id == run.actor.user_id).values(active=False))
    audit.record(SYSTEM, "save_school", "school")


@pytest.fixture(autouse=True)
def fresh():
    DONE.clear()


@pytest.fixture
def he(app, app_context):
    db.write()
    user = people.make_user(Role.SCHOOL_COORDINATOR, school_id=make_school(make_unit()).id, name="何晓燕")
    db.session.commit()
    return user


def ask(user, kind="tests.act"):
    db.write()
    made = queue_job(find_actor(user.id) if user else SYSTEM, kind, {})
    db.session.commit()
    return made.id


def change(statement):
    db.write()
    db.session.execute(statement)
    db.session.commit()


def row_of(job_id) -> Job:
    db.session.rollback()
    return db.session.scalar(select(Job).where(Job.id == job_id).execution_options(populate_existing=True))


def trail() -> list[tuple]:
    table = audit.TABLE.c
    return [
        tuple(row)
        for row in db.session.execute(
            select(table.verb, table.actor_id, table.actor_name).where(table.verb.in_(["refuse_job", "save_school"]))
        )
    ]


@pytest.mark.both_databases
def test_work_is_done_in_the_name_of_who_asked(app, he):
    made = ask(he)
    run_waiting(app)
    assert row_of(made).state == JobState.DONE and DONE == ["何晓燕"]
    assert trail() == [("save_school", he.id, "何晓燕")]


@pytest.mark.both_databases
def test_work_of_a_disabled_account_is_refused_in_words_and_named_in_the_trail(app, he):
    made = ask(he)
    change(update(User).where(User.id == he.id).values(active=False))
    run_waiting(app)
    row = row_of(made)
    assert row.state == JobState.FAILED and row.error is None and DONE == []
    assert row.problems[0]["code"] == "asker_gone" and row.problems[0]["values"] == {"name": "何晓燕"}
    assert trail() == [("refuse_job", he.id, "何晓燕")]


@pytest.mark.both_databases
@pytest.mark.parametrize("left", ["ended", "another", "not_yet"])
def test_work_of_an_account_whose_role_ended_is_refused(app, he, left):
    made = ask(he)
    if left == "another":  # a role that does not bring the right
        change(update(RoleGrant).where(RoleGrant.user_id == he.id).values(role=Role.AUDITOR, school_id=None))
    elif left == "ended":
        change(update(RoleGrant).where(RoleGrant.user_id == he.id).values(valid_to=date(2021, 1, 1)))
    else:
        change(update(RoleGrant).where(RoleGrant.user_id == he.id).values(valid_from=date(2999, 1, 1)))
    run_waiting(app)
    assert row_of(made).problems[0]["code"] == "asker_without_role" and DONE == []
    assert trail() == [("refuse_job", he.id, "何晓燕")]


@pytest.mark.both_databases
def test_an_account_disabled_while_its_work_runs_leaves_nothing_behind(app, he):
    db.write()
    db.session.execute(update(RoleGrant).where(RoleGrant.user_id == he.id).values(valid_to=None))
    db.session.commit()
    made = ask(he, "tests.outlive")
    run_waiting(app)
    assert row_of(made).problems[0]["code"] == "asker_gone"
    assert [verb for verb, *_rest in trail()] == ["refuse_job"]


def test_the_system_works_where_nobody_asked_and_a_stranger_cannot_ask(app, app_context):
    made = ask(None)
    run_waiting(app)
    assert row_of(made).state == JobState.DONE and DONE == ["system"]
    db.write()
    with pytest.raises(Forbidden):
        queue_job(nobody(), "tests.act", {})


def test_a_disabled_coordinator_takes_no_sheet_over(app, he):
    """The way it was found: a school's coordinator made a child in another school by the row that outlived it."""
    school = db.session.scalar(select(School))
    sheet = xlsx([child(school_code=school.code)])
    with app.test_request_context():
        db.write()
        row = upload(find_actor(he.id), ImportKind.CHILDREN, "children.xlsx", sheet)
        db.session.commit()
        run_waiting(app)
        db.session.expire_all()
        db.write()
        assert ask_to_apply(find_actor(he.id), row.id).state == ImportState.APPLYING
        db.session.commit()
    change(update(User).where(User.id == he.id).values(active=False))
    run_waiting(app)
    db.session.rollback()
    assert db.session.scalar(select(Child.id)) is None
    assert ("refuse_job", he.id, "何晓燕") in trail()


def test_the_page_says_why_nothing_was_done(app, he):
    made = ask(he)
    change(update(RoleGrant).where(RoleGrant.user_id == he.id).values(role=Role.AUDITOR, school_id=None))
    run_waiting(app)
    browser = app.test_client()
    people.sign_in(browser, db.session.get(User, he.id))
    assert "does not hold the role for it any more" in browser.get(f"/jobs/{made}").get_data(as_text=True)


def test_every_kind_of_work_states_a_right():
    assert set(NEEDS) == set(HANDLERS)
    assert {NEEDS[kind] for kind in HANDLERS if not kind.startswith(("tests.", "faults."))} == {
        Permission.IMPORTS_RUN,
        Permission.TIMETABLES_WRITE,
    }
