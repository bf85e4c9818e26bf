"""Minutes owed of a month that is over: a step for the school, done by the record or the excuse, gone from Today."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import event, func, select

from app.access import Role
from app.children.sight import give_sight
from app.children.types import SightKind
from app.db import db
from app.db.audit import AuditEntry
from app.jobs.daily import do_daily
from app.plans.models import PlanForce
from app.roll.models import RollState
from app.roll.types import RollStatus
from app.steps.actions import tick_until
from app.steps.models import Step, StepTick
from app.steps.types import Ended, Level
from app.timetables.models import Visit, VisitRecord
from app.timetables.types import Confirmation, MissedReason, RecordOutcome
from app.visits.models import MinutesDue, MinutesExcused
from app.visits.queries.minutes import child_ledger
from app.web.filters import today
from tests.factories import visits as make
from tests.support import people

OCTOBER = date(2026, 10, 15)


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 2, tzinfo=UTC), tick=True)


def record(
    visit: Visit,
    reason: MissedReason | None = None,
    corrects: VisitRecord | None = None,
    minutes: int | None = None,
    on: date | None = None,
) -> VisitRecord:
    """A record as the page writes it, on the day of the visit unless told otherwise."""
    on = on or visit.day
    row = VisitRecord(
        visit_id=visit.id,
        child_id=visit.child_id,
        corrects_id=corrects.id if corrects else None,
        key=uuid.uuid4(),
        outcome=RecordOutcome.NOT_GIVEN if reason else RecordOutcome.GIVEN,
        day=visit.day,
        start=None if reason else visit.start,
        end=None if reason else visit.end,
        minutes=0 if reason else minutes or visit.end - visit.start,
        reason=reason,
        confirmation=Confirmation.NOT_YET,
        recorded_by_name="何晓燕",
        recorded_at=datetime(on.year, on.month, on.day, 1, tzinfo=UTC),
    )
    db.session.add(row)
    db.session.flush()
    return row


def given_all_but_one(child_id, reason: MissedReason | None = MissedReason.TEACHER_ILL) -> Visit:
    """Every visit of October is given, but the last one, which fell out."""
    visits = db.session.scalars(select(Visit).where(Visit.child_id == child_id).order_by(Visit.day)).all()
    for visit in visits[:-1]:
        record(visit)
    if reason:
        record(visits[-1], reason)
    return visits[-1]


def owed(child_id, month: str = "2026-10") -> list[Step]:
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Step).where(Step.kind == "minutes_owed", Step.child_id == child_id, Step.part == month)
        )
    )


def only_october(district) -> None:
    """As if the plans had begun with October: of September nothing was planned here."""
    for row in db.session.scalars(select(PlanForce)):
        row.valid_from = date(2026, 10, 5)
    db.session.flush()


@pytest.fixture
def october(app, published, district):
    """A published October; the first child's visits were given but one, the second's all."""
    with app.app_context():
        db.write()
        only_october(district)
        missed = given_all_but_one(district.children[0].id)
        given_all_but_one(district.children[1].id, None)
        last = db.session.scalars(
            select(Visit).where(Visit.child_id == district.children[1].id).order_by(Visit.day.desc()).limit(1)
        ).one()
        record(last)
        give_sight(district.children[0].id, SightKind.SCHOOL, district.school.id, "roll", on=date(2026, 9, 1))
        school = people.make_user(Role.SCHOOL_COORDINATOR, school_id=district.school.id)
        db.session.commit()
        db.session.expunge_all()
    return missed, school


@pytest.mark.both_databases
def test_what_was_due_and_not_given_is_asked_of_the_school_of_the_team(app, october, district, sign_in):
    missed, school = october
    with at(date(2026, 11, 27)):
        told = app.test_cli_runner().invoke(args=["steps", "tick"])
        assert told.exit_code == 0 and "minutes_owed: " in told.output
        with app.app_context():
            (step,) = owed(district.children[0].id)
            balance = child_ledger(district.children[0].id, OCTOBER)[0].balance
            assert balance.owed == balance.due - balance.given >= 90
            assert (step.school_id, step.unit_id) == (district.school.id, district.unit.id)
            assert (step.opened_on, step.due_on) == (date(2026, 11, 2), date(2026, 11, 29))
            due = db.session.scalar(select(MinutesDue.minutes).where(MinutesDue.id == step.subject_id))
            assert due == balance.due
        desk = app.test_client()
        sign_in(user=school, client=desk)
        page = desk.get("/").get_data(as_text=True)
        assert "Make up for the minutes owed, or excuse them" in page
        assert f"/children/{district.children[0].id}/visits?month=2026-10" in page
        page = desk.get(f"/children/{district.children[0].id}/visits?month=2026-10").get_data(as_text=True)
        assert f"{balance.owed} minutes of this month are still owed" in page and "/excuse" not in page


def test_a_missed_visit_excused_by_its_reason_owes_nothing(app, published, district):
    """Of the month the plan asks for as many as were placed: then only the reason decides."""
    with app.app_context():
        db.write()
        only_october(district)
        child_id = district.children[0].id
        visit = given_all_but_one(child_id, MissedReason.CHILD_ILL)
        due = child_ledger(child_id, OCTOBER)[0].balance
        db.session.commit()
        with at(date(2026, 11, 2)):
            tick_until(today())
            assert bool(owed(child_id)) == bool(due.owed)
            db.write()
            first = db.session.scalars(select(VisitRecord).where(VisitRecord.visit_id == visit.id)).one()
            record(visit, MissedReason.TEACHER_ILL, corrects=first, on=today())
            db.session.commit()
            tick_until(today())
            (step,) = owed(child_id)
            assert step.ended_on is None


def test_overdue_it_rises_to_the_district_and_then_the_city(app, october, district):
    with app.app_context():
        with at(date(2026, 11, 29)):
            tick_until(today())
            (step,) = owed(district.children[0].id)
            assert (step.escalated_to, step.reminded_on) == (None, date(2026, 11, 29))
        with at(date(2026, 11, 30)):
            tick_until(today())
            (step,) = owed(district.children[0].id)
            assert (step.escalated_to, step.escalated_on) == (Level.DISTRICT, date(2026, 11, 30))
        with at(date(2026, 12, 27)):
            tick_until(today())
            assert owed(district.children[0].id)[0].escalated_to == Level.CITY


@pytest.mark.both_databases
def test_the_record_that_makes_it_up_ends_the_step_at_once(app, october, district, sign_in):
    """The visit that fell out is given on a later day, and the teacher says so at its record."""
    missed, school = october
    with app.app_context():
        db.write()
        rest = child_ledger(district.children[0].id, OCTOBER)[0].balance
        db.session.commit()
    with at(date(2026, 11, 4)):
        with app.app_context():
            tick_until(today())
        phone = app.test_client()
        sign_in(user=district.teacher_user, client=phone)
        start, length = missed.start, missed.end - missed.start + rest.owed - 90
        answer = phone.submit(
            f"/visits/{missed.id}/record",
            "record",
            times="other",
            day="2026-11-03",
            start=f"{start // 60:02d}:{start % 60:02d}",
            end=f"{(start + length) // 60:02d}:{(start + length) % 60:02d}",
            explanation="补送",
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        with app.app_context():
            (step,) = owed(district.children[0].id)
            assert (step.ended_on, step.ended_as, step.deed) == (today(), Ended.DONE, "record_visit")
            assert step.done_by_name == "何晓燕"
        desk = app.test_client()
        sign_in(user=school, client=desk)
        assert "Make up for the minutes" not in desk.get("/").get_data(as_text=True)


@pytest.mark.both_databases
def test_the_district_excuses_what_need_not_be_made_up(app, october, district, coordinator, sign_in):
    child = district.children[0]
    with at(date(2026, 11, 4)):
        sign_in(user=district.coordinator, client=coordinator)
        with app.app_context():
            tick_until(today())
            before = child_ledger(child.id, OCTOBER)[0].balance
        path = f"/children/{child.id}/visits/excuse?month=2026-10"
        assert coordinator.submit(path, reason=" x ").status_code == 422
        stale = coordinator.submit(path, reason="家长书面表示不补", shown="1")
        assert stale.status_code == 422 and f"By now {before.owed} minutes" in stale.get_data(as_text=True)
        page = coordinator.submit(path, reason="家长书面表示不补").get_data(as_text=True)
        assert "家长书面表示不补" in page and "are still owed" not in page
        with app.app_context():
            (step,) = owed(child.id)
            assert (step.ended_as, step.deed) == (Ended.DONE, "excuse_minutes")
            after = child_ledger(child.id, OCTOBER)[0].balance
            assert (after.owed, after.excused) == (0, before.excused + before.owed)
            row = db.session.scalars(select(MinutesExcused)).one()
            assert (row.minutes, row.by_name) == (before.owed, "向主任")
            assert db.session.scalar(select(func.count()).where(AuditEntry.verb == "excuse_minutes")) == 1
        again = coordinator.post(
            path,
            data={"reason": "再来一次", "shown": str(before.owed), "form_key": str(uuid.uuid4())},
            headers={"Origin": "https://localhost"},
        )
        assert again.status_code in (400, 422)
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(MinutesExcused)) == 1
            tick_until(today())
            assert len(owed(child.id)) == 1


def test_a_school_and_a_foreign_district_may_not_excuse(app, october, district, sign_in):
    _missed, school = october
    with app.app_context():
        db.write()
        foreign = people.make_user(Role.DISTRICT_COORDINATOR, unit_id=make.make_far().unit_id)
        db.session.commit()
    path = f"/children/{district.children[0].id}/visits/excuse?month=2026-10"
    for user, status in ((school, 403), (foreign, 404)):
        client = app.test_client()
        sign_in(user=user, client=client)
        assert client.get(path).status_code == status


@pytest.mark.parametrize("way", ["each day", "after days off"])
def test_days_off_are_made_up_for_with_what_was_known_then(app, october, district, way):
    """A step that opened and was settled on days without a worker stands as if the worker had run."""
    missed, _school = october
    with app.app_context():
        with at(date(2026, 11, 1)):
            tick_until(today())
            assert owed(district.children[0].id) == []
        days = range(2, 8) if way == "each day" else ()
        for day in days:
            with at(date(2026, 11, day)):
                if day == 5:
                    _make_up(missed)
                tick_until(today())
        with at(date(2026, 11, 8)):
            if way != "each day":
                _make_up(missed)
            tick_until(today())
            tick_until(today())
        (step,) = owed(district.children[0].id)
        assert (step.opened_on, step.ended_on) == (date(2026, 11, 2), date(2026, 11, 5))
        assert len(db.session.scalars(select(StepTick.day).where(StepTick.kind == "minutes_owed")).all()) == 8


def _make_up(missed: Visit) -> None:
    """What the phone of a colleague sent on 5 November, beside the action."""
    db.write()
    first = db.session.scalars(select(VisitRecord).where(VisitRecord.visit_id == missed.id)).one()
    record(db.session.get_one(Visit, missed.id), corrects=first, minutes=10_000, on=date(2026, 11, 5))
    db.session.commit()


def test_of_a_time_away_and_of_a_month_without_plan_nothing_is_owed(app, october, district):
    with app.app_context():
        db.write()
        child_id = district.children[0].id
        for state in db.session.scalars(select(RollState).where(RollState.child_id == child_id)):
            state.valid_to = state.valid_from
        db.session.flush()
        db.session.add(RollState(child_id=child_id, status=RollStatus.SUSPENDED, valid_from=date(2026, 8, 1)))
        db.session.commit()
        with at(date(2026, 11, 3)):
            tick_until(today())
        assert owed(child_id) == [] and owed(district.children[1].id, "2026-09") == []


def test_of_a_month_that_nobody_planned_here_nothing_is_asked(app, published, district):
    """The plans hold since September, the district has begun with October: September is nowhere recorded."""
    child = district.children[0]
    with app.app_context(), at(date(2026, 11, 27)):
        assert db.session.scalar(select(func.count()).select_from(MinutesDue)) == 0
        db.write()
        given_all_but_one(child.id)
        db.session.commit()
        tick_until(today())
        assert owed(child.id, "2026-09") == [] and len(owed(child.id)) == 1
        assert db.session.scalar(select(MinutesDue.minutes).where(MinutesDue.month == "2026-09").limit(1)) > 0


def test_visits_that_nobody_recorded_are_no_debt_yet(app, published, district):
    """Only a record tells what happened; it is asked for on Today, and of the school when none comes."""
    with app.app_context(), at(date(2026, 11, 27)):
        tick_until(today())
        assert owed(district.children[0].id) == []


@pytest.mark.parametrize(("short", "asked"), [(34, False), (35, True)])
def test_less_than_a_lesson_is_not_asked_for(app, published, district, short, asked):
    child = district.children[0]
    with app.app_context():
        db.write()
        due = child_ledger(child.id, OCTOBER)[0].balance.due
        visits = db.session.scalars(select(Visit).where(Visit.child_id == child.id).order_by(Visit.day)).all()
        for visit in visits[:-1]:
            record(visit)
        record(visits[-1], minutes=due - short - 90 * (len(visits) - 1))
        db.session.commit()
        with at(date(2026, 11, 27)):
            tick_until(today())
        assert bool(owed(child.id)) is asked


def test_the_worker_does_it(app, october, district):
    with at(date(2026, 11, 3)):
        do_daily(app)
        with app.app_context():
            assert len(owed(district.children[0].id)) == 1


def test_the_tick_asks_the_same_for_two_and_for_thirty_children(app, october, district):
    def statements() -> list[str]:
        """Those beside the trail's last row and the calendars, which are kept until something changes."""
        found = []
        engine = app.extensions["yian.engine"]

        def note(_connection, _cursor, statement, *_rest) -> None:
            if re.match(r"\s*(SELECT|WITH)", statement) and not re.search("FROM (audit_|calendar_|terms)", statement):
                found.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            tick_until(today())
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return found

    with app.app_context(), at(date(2026, 11, 3)):
        tick_until(today())
        few = statements()
        db.write()
        for number in range(28):
            make.add_child(district, "冉" + "一二三四五六七八九十"[number % 10])
        db.session.commit()
        many = statements()
        assert len(many) == len(few)
        assert db.session.scalar(select(func.count()).select_from(Step).where(Step.kind == "minutes_owed")) > 28
