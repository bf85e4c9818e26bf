"""Schools that record nothing, and children whom nobody meets: asked by the tick, gone with the first word."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.access import Role
from app.db import db
from app.placements.actions import answer_return
from app.placements.rules import ReturnFacts
from app.placements.types import ReturnAnswer
from app.roll.models import RollState
from app.roll.types import RollStatus
from app.schools.models import Term
from app.steps.actions import tick_until
from app.steps.models import Step
from app.steps.queries import list_mine
from app.steps.types import Ended, Level
from app.timetables.figures import Figures
from app.timetables.models import Booking, Timetable, Visit, VisitRecord
from app.timetables.types import Confirmation, MissedReason, RecordOutcome, TimetableState, VisitOrigin
from app.visits.actions.telling import tell_record
from app.web.filters import today
from tests.factories import roll
from tests.factories import visits as make
from tests.support import people

NOBODY, CALLED_OFF, ILL = MissedReason.NOBODY_HOME, MissedReason.FAMILY_CANCELLED, MissedReason.CHILD_ILL


@pytest.fixture
def district(session):
    db.write()
    return make.make_district()


def visit(district, child, day: date) -> Visit:
    """A visit that stands."""
    month = db.session.scalar(select(Timetable.id).where(Timetable.unit_id == district.unit.id))
    if month is None:
        row = Timetable(
            unit_id=district.unit.id,
            month="2026-10",
            first_on=date(2026, 9, 28),
            last_on=date(2026, 11, 29),
            state=TimetableState.DRAFT,
            figures=Figures(),
            created_by_name="向主任",
            created_at=datetime(2026, 9, 1, tzinfo=UTC),
        )
        db.session.add(row)
        db.session.flush()
        month = row.id
    made = Visit(
        timetable_id=month,
        child_id=child.id,
        team_id=district.team.id,
        plan_version_id=district.versions[child.id].id,
        service_key=uuid.uuid4(),
        day=day,
        start=540,
        end=630,
        origin=list(VisitOrigin)[0],
    )
    db.session.add(made)
    db.session.flush()
    at = datetime(day.year, day.month, day.day, 9)
    db.session.add(Booking(visit_id=made.id, holder_id=child.id, starts_at=at, ends_at=at + timedelta(minutes=90)))
    db.session.flush()
    return made


def say(visit: Visit, reason: MissedReason | None = None, *, on: date | None = None, corrects=None) -> VisitRecord:
    """What a teacher recorded of a visit, on its day unless told otherwise."""
    on = on or visit.day
    row = VisitRecord(
        visit_id=visit.id,
        child_id=visit.child_id,
        corrects_id=corrects and corrects.id,
        key=uuid.uuid4(),
        outcome=RecordOutcome.NOT_GIVEN if reason else RecordOutcome.GIVEN,
        day=visit.day,
        minutes=0 if reason else 90,
        reason=reason,
        confirmation=Confirmation.NOT_YET,
        recorded_by_name="何晓燕",
        recorded_at=datetime(on.year, on.month, on.day, 8, tzinfo=UTC),
    )
    db.session.add(row)
    db.session.flush()
    return row


def steps(kind: str) -> list[Step]:
    db.session.expire_all()
    return list(db.session.scalars(select(Step).where(Step.kind == kind).order_by(Step.opened_on, Step.id)))


def tick(day: date) -> None:
    db.session.commit()
    tick_until(day)


def back(days: int) -> date:
    return today() - timedelta(days=days)


@pytest.mark.both_databases
def test_a_school_that_records_none_of_its_visits_is_asked_by_its_district(district):
    child, other = district.children
    say(visit(district, child, back(40)))
    for days in (35, 20, 3):
        visit(district, other, back(days))
    tick(back(6))
    assert steps("school_silent") == []
    tick(back(5))
    (step,) = steps("school_silent")
    assert (step.subject_id, step.unit_id, step.school_id, step.child_id) == (
        district.school.id,
        district.unit.id,
        None,
        None,
    )
    assert (step.opened_on, step.due_on) == (back(5), back(5) + timedelta(days=14))
    lines = list_mine(roll.of_unit(district.unit), today(), limit=50).lines
    (line,) = [one for one in lines if one.kind.code == "school_silent"]
    assert line.words == district.school.name
    assert "school_silent" not in list_mine(roll.of_school(district.school), today(), limit=5).counts


@pytest.mark.both_databases
def test_one_record_of_any_kind_ends_the_silence(district):
    child = district.children[0]
    rows = [visit(district, child, back(days)) for days in (50, 20, 3)]
    tick(back(1))
    (step,) = steps("school_silent")
    db.write()
    say(rows[1], ILL, on=today())
    assert list_mine(roll.of_unit(district.unit), today(), limit=5).counts.get("school_silent") is None
    tick(today())
    (step,) = steps("school_silent")
    assert (step.ended_on, step.ended_as) == (today(), Ended.DONE)


def test_silence_overdue_rises_to_the_city_and_days_off_are_made_up_for(district):
    child = district.children[0]
    first = visit(district, child, back(60))
    visit(district, child, back(31))
    tick(back(59))
    tick(today())
    (step,) = steps("school_silent")
    assert (step.opened_on, step.escalated_to, step.escalated_on) == (back(30), Level.CITY, back(2))
    assert first.day == back(60)
    tick(today())
    assert len(steps("school_silent")) == 1


@pytest.mark.both_databases
def test_a_school_that_answers_for_none_of_its_children_is_asked(district):
    began = max(one.starts_on for one in db.session.scalars(select(Term)) if one.starts_on <= today())
    tick(began + timedelta(days=29))
    assert steps("returns_silent") == []
    tick(began + timedelta(days=30))
    (step,) = steps("returns_silent")
    assert (step.subject_id, step.unit_id, step.opened_on) == (
        district.school.id,
        district.unit.id,
        began + timedelta(days=30),
    )
    db.write()
    answer_return(
        roll.of_unit(district.unit),
        district.children[0],
        ReturnFacts(ReturnAnswer.NO, today(), "入户查看", "李静"),
        today=today(),
    )
    tick(today())
    (step,) = steps("returns_silent")
    assert step.ended_as == Ended.DONE


@pytest.mark.both_databases
def test_four_weeks_of_visits_without_cause_make_a_suspicion(district):
    child = district.children[0]
    say(visit(district, child, back(60)))
    say(visit(district, child, back(45)), NOBODY)
    say(visit(district, child, back(30)), CALLED_OFF)
    tick(back(18))
    assert steps("dropout_suspected") == []
    tick(back(17))
    (step,) = steps("dropout_suspected")
    assert (step.child_id, step.school_id, step.unit_id) == (child.id, district.school.id, district.unit.id)
    assert step.opened_on == back(17)
    tick(today())
    (step,) = steps("dropout_suspected")
    assert step.escalated_to == (Level.DISTRICT if step.due_on < today() else None)


@pytest.mark.parametrize(
    "said", [(NOBODY,), (NOBODY, ILL), (NOBODY, None), (ILL, ILL), (MissedReason.TEACHER_ILL, NOBODY)]
)
def test_one_visit_another_reason_or_a_lesson_in_between_is_no_suspicion(district, said):
    for place, reason in enumerate(said):
        say(visit(district, district.children[0], back(45 - place)), reason)
    tick(today())
    assert steps("dropout_suspected") == []


@pytest.mark.both_databases
def test_the_record_that_says_otherwise_ends_the_suspicion_at_once(district):
    child = district.children[0]
    say(visit(district, child, back(45)), NOBODY)
    second = say(visit(district, child, back(30)), NOBODY)
    tick(back(1))
    assert len(steps("dropout_suspected")) == 1
    db.write()
    again = db.session.get_one(Visit, second.visit_id)
    row = say(again, None, corrects=second, on=today())
    tell_record(roll.of_unit(district.unit), row, today())
    (step,) = steps("dropout_suspected")
    assert (step.ended_as, step.deed) == (Ended.DONE, "record_visit")
    tick(today())
    assert len(steps("dropout_suspected")) == 1


def test_a_child_that_is_away_is_suspected_of_nothing(district):
    child = district.children[0]
    for days in (45, 30):
        say(visit(district, child, back(days)), NOBODY)
    tick(back(2))
    db.write()
    for state in db.session.scalars(select(RollState).where(RollState.child_id == child.id)):
        state.valid_to = back(1)
    db.session.flush()
    db.session.add(RollState(child_id=child.id, status=RollStatus.DROPOUT, valid_from=back(1)))
    tick(today())
    (step,) = steps("dropout_suspected")
    assert (step.ended_on, step.ended_as) == (back(1), Ended.LAPSED)


def test_the_first_page_of_school_and_district_shows_it(app, client, sign_in):
    with app.app_context():
        db.write()
        made = make.make_district()
        for days in (45, 30):
            say(visit(made, made.children[0], back(days)), NOBODY)
        school = people.make_user(Role.SCHOOL_COORDINATOR, school_id=made.school.id)
        for days in (44, 5):
            visit(made, made.children[1], back(days))
        db.session.commit()
        tick_until(back(17))
        tick_until(today())
        user, name = made.coordinator, made.school.name
        for one in (user, school):
            db.session.refresh(one)
        db.session.expunge_all()
    sign_in(user=school)
    assert "Find the child: a dropout is suspected" in client.get("/").get_data(as_text=True)
    sign_in(user=user)
    page = client.get("/steps").get_data(as_text=True)
    assert name in page and "Find the child: a dropout is suspected" in page
