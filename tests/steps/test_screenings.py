"""A suspected disability that nobody has assessed: the day of its screening is a step, and the entry that settles it
closes it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from app.access import Role
from app.children.actions import change_disabilities
from app.children.facts import DisabilityFacts
from app.children.models import Child, Disability
from app.children.types import DisabilityCategory
from app.db import db
from app.roll.steps import SCREENING
from app.roll.types import RollStatus
from app.steps.models import Step, StepTick
from app.steps.types import Ended, Level
from app.web.filters import today
from tests.factories import roll as make
from tests.steps.conftest import steps_of, tick, told, with_certificate
from tests.support import people


def suspect(child: Child, due_on: date, *, since: date = date(2026, 3, 2)) -> Disability:
    """What stands in the file of the child is only suspected."""
    row = db.session.scalars(select(Disability).where(Disability.child_id == child.id)).one()
    row.grade, row.screening_due_on, row.screening_by, row.valid_from = None, due_on, "县特教资源中心", since
    db.session.flush()
    return row


def facts(row: Disability, **values) -> DisabilityFacts:
    said = {"suspected": True, "screening_due_on": row.screening_due_on, "screening_by": row.screening_by}
    return DisabilityFacts(
        category=DisabilityCategory.INTELLECTUAL,
        disability_id=row.id,
        **(values if "grade" in values else said | values),
    )


@pytest.mark.both_databases
def test_a_screening_opens_a_month_before_its_day_and_rises_a_month_after(town):
    child = make.make_enrolled(town, today=today())
    suspect(child, date(2026, 10, 10))
    tick(date(2026, 9, 9))
    assert steps_of(child) == []
    tick(date(2026, 9, 10))
    (step,) = steps_of(child)
    assert (step.kind, step.opened_on, step.due_on) == (SCREENING, date(2026, 9, 10), date(2026, 10, 10))
    assert (step.reminded_on, step.school_id, step.unit_id) == (date(2026, 9, 10), town.a.id, town.home.id)
    db.session.execute(delete(StepTick))  # the days between are another test's
    tick(date(2026, 11, 9))
    assert step.reminded_on == date(2026, 10, 10)
    assert (step.escalated_to, step.escalated_on) == (Level.DISTRICT, date(2026, 11, 9))
    before, ticks = told(step), set(db.session.scalars(select(StepTick.id)))
    tick(date(2026, 11, 9))
    assert [told(one) for one in steps_of(child)] == [before]
    assert set(db.session.scalars(select(StepTick.id))) == ticks


def test_without_a_school_it_is_the_district_s_and_nobody_s_of_one_who_left(town):
    young, gone = make.make_child(town.home), make.make_child(town.home, "冉二")
    make.put(gone, RollStatus.DECEASED)
    for child in (young, gone):
        suspect(child, today() + timedelta(days=3))
    tick(today())
    (step,) = steps_of(young)
    assert (step.school_id, step.unit_id) == (None, town.home.id) and steps_of(gone) == []


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("said", "ended"),
    [
        ({"grade": 3}, Ended.DONE),
        (None, Ended.WITHDRAWN),
        ({"screening_due_on": timedelta(days=180)}, Ended.LAPSED),
    ],
    ids=["assessed", "withdrawn", "on a later day"],
)
def test_the_entry_that_settles_it_ends_the_step_and_says_who(town, said, ended):
    child = make.make_enrolled(town, today=today())
    row = suspect(child, today() + timedelta(days=3))
    tick(today())
    (step,) = steps_of(child)
    actor = make.of_unit(town.home)
    db.write()
    said = said and {name: today() + one if isinstance(one, timedelta) else one for name, one in said.items()}
    rows = () if said is None else (facts(row, **said),)
    change_disabilities(actor, child, rows, revision=child.revision, today=today())
    assert (step.ended_on, step.ended_as, step.deed) == (today(), ended, "change_disabilities")
    assert step.done_by_name == actor.name
    before = [told(one) for one in steps_of(child)]
    tick(today())
    assert [told(one) for one in steps_of(child)] == before


def test_a_new_suspicion_opens_a_step_at_once_and_another_day_is_followed(town):
    child = make.make_enrolled(town, today=today())
    actor, near = make.of_unit(town.home), today() + timedelta(days=9)
    row = db.session.scalars(select(Disability).where(Disability.child_id == child.id)).one()
    said = {"suspected": True, "screening_by": "县特教资源中心"}
    change_disabilities(
        actor, child, (facts(row, screening_due_on=near, **said),), revision=child.revision, today=today()
    )
    (step,) = steps_of(child)
    assert (step.opened_on, step.due_on) == (today(), near)
    row = db.session.get_one(Disability, step.subject_id)
    sooner = near - timedelta(days=4)
    change_disabilities(actor, child, (facts(row, screening_due_on=sooner),), revision=child.revision, today=today())
    assert [(one.id, one.due_on, one.ended_on) for one in steps_of(child)] == [(step.id, sooner, None)]


def test_renewing_a_certificate_ends_its_step_and_says_who(town):
    child = with_certificate(town, today() + timedelta(days=20))
    tick(today())
    (step,) = steps_of(child)
    row = db.session.get_one(Disability, step.subject_id)
    actor, later = make.of_unit(town.home), today() + timedelta(days=3000)
    db.write()
    said = facts(row, grade=row.grade, certificate_ends_on=later)
    change_disabilities(actor, child, (said,), revision=child.revision, today=today())
    assert (step.ended_as, step.deed, step.done_by_name) == (Ended.DONE, "change_disabilities", actor.name)


def test_a_sheet_that_brings_the_certificate_is_followed_by_the_tick(town):
    child = make.make_enrolled(town, today=today())
    row = suspect(child, today() + timedelta(days=3))
    tick(today() - timedelta(days=1))
    db.session.execute(update(Disability).where(Disability.id == row.id).values(valid_to=today()))
    tick(today())
    (step,) = steps_of(child)
    assert (step.ended_on, step.ended_as, step.done_by_name) == (today(), Ended.LAPSED, None)


def test_the_first_page_says_it_once(app, client, sign_in):
    """The step instead of the line; the line again where something has come up that no step says yet."""
    with app.app_context():
        db.write()
        town = make.make_town()
        for days in (-2, 5):
            suspect(make.make_child(town.home), today() + timedelta(days=days))
        user = people.make_user(Role.DISTRICT_COORDINATOR, unit_id=town.home.id)
        db.session.commit()
    sign_in(user=user)
    lines = ("1 suspected child is overdue", "1 suspected child is to be screened")
    page = client.get("/").get_data(as_text=True)
    assert all(line in page for line in lines) and "Have the suspected disability screened" not in page
    with app.app_context():
        tick(today())
    page = client.get("/").get_data(as_text=True)
    assert not any(line in page for line in lines)
    assert page.count("Have the suspected disability screened") == 2
    with app.app_context():
        db.write()
        suspect(make.make_child(db.session.merge(town.home)), today())
        db.session.commit()
        assert len(db.session.scalars(select(Step.id)).all()) == 2
    page = client.get("/").get_data(as_text=True)
    assert "1 suspected child is overdue" in page and "2 suspected children are to be screened" in page
