"""The tick of a day: twice is once, days off are made up for, a kill loses nothing, and what is done is closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from app.children.models import Disability
from app.db import db
from app.db.audit import AuditEntry
from app.jobs.daily import WORKS, do_daily
from app.kernel.problems import Refused
from app.roll.steps import BREAK_END, CERTIFICATE_END
from app.roll.types import RollStatus
from app.steps import actions
from app.steps.actions import ticking
from app.steps.kinds import step_kinds
from app.steps.models import Step, StepTick
from app.steps.types import Ended, Level
from app.web.filters import today
from tests.factories import roll as make
from tests.steps.conftest import steps_of, tick, told, with_certificate

BEGIN = date(2026, 9, 1)


def end_certificate(child, on: date) -> None:
    db.session.execute(update(Disability).where(Disability.child_id == child.id).values(valid_to=on))


def sums() -> dict[str, tuple]:
    columns = (StepTick.opened, StepTick.closed, StepTick.reminded, StepTick.escalated)
    rows = db.session.execute(select(StepTick.kind, *(func.sum(one) for one in columns)).group_by(StepTick.kind))
    return {kind: tuple(numbers) for kind, *numbers in rows}


@pytest.mark.both_databases
def test_a_step_opens_reminds_rises_and_ends_on_its_days(town):
    child = with_certificate(town, date(2026, 10, 10))
    tick(date(2026, 10, 9))
    (step,) = steps_of(child)
    assert (step.opened_on, step.due_on, step.reminded_on) == (date(2026, 7, 12), date(2026, 10, 10), date(2026, 9, 10))
    assert (step.school_id, step.unit_id, step.escalated_to) == (town.a.id, town.home.id, None)
    tick(date(2026, 10, 10))
    assert step.reminded_on == date(2026, 10, 10)
    db.session.execute(delete(StepTick))  # as if the worker began anew: the days between are another test's
    tick(date(2026, 11, 8))
    assert step.escalated_to is None
    tick(date(2026, 11, 9))
    assert (step.escalated_to, step.escalated_on) == (Level.DISTRICT, date(2026, 11, 9))
    end_certificate(child, date(2026, 11, 12))
    tick(date(2026, 11, 15))
    assert (step.ended_on, step.ended_as, step.deed) == (date(2026, 11, 12), Ended.DONE, None)
    assert sums()[CERTIFICATE_END] == (0, 1, 0, 1)


@pytest.mark.both_databases
def test_a_tick_twice_is_a_tick_once(town):
    child = with_certificate(town, date(2026, 10, 10))
    tick(BEGIN)
    before, numbers = [told(one) for one in steps_of(child)], sums()
    trail = db.session.scalar(select(func.count()).select_from(AuditEntry))
    tick(BEGIN)
    actions.tick_until(BEGIN, again=False)
    assert [told(one) for one in steps_of(child)] == before and sums() == numbers
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == trail
    assert db.session.scalar(select(func.count()).select_from(StepTick)) == len(step_kinds())


@pytest.mark.parametrize("way", ["each day", "after forty days off", "killed between kinds"])
def test_days_off_are_made_up_for(town, way, monkeypatch):
    """Certificates that end at different days, one renewed on the way, a break that runs out: the same each way."""
    children = [with_certificate(town, BEGIN + timedelta(days=days)) for days in (3, 20, 45, 100)]
    end_certificate(children[1], BEGIN + timedelta(days=9))
    away = make.make_child(town.home)
    make.put(away, RollStatus.DEFERRED, date(2025, 9, 1), BEGIN + timedelta(days=12))
    db.session.flush()
    last = BEGIN + timedelta(days=40)
    tick(BEGIN)
    if way == "each day":
        for days in range(1, 41):
            tick(BEGIN + timedelta(days=days))
    elif way == "after forty days off":
        tick(last)
    else:
        run, seen = ticking._tick, []

        def killed(*what, **values):
            seen.append(what)
            if len(seen) == 17:
                raise KeyboardInterrupt
            return run(*what, **values)

        with monkeypatch.context() as patch:
            patch.setattr(ticking, "_tick", killed)
            with pytest.raises(KeyboardInterrupt):
                tick(last)
            db.session.rollback()
        tick(last)
    own = [steps_of(child) for child in (*children, away)]
    assert [[(s.opened_on, s.due_on, s.reminded_on, s.escalated_on, s.ended_on) for s in steps] for steps in own] == [
        [(date(2026, 6, 6), date(2026, 9, 4), date(2026, 9, 4), date(2026, 10, 4), None)],
        [(date(2026, 6, 23), date(2026, 9, 21), date(2026, 8, 22), None, date(2026, 9, 10))],
        [(date(2026, 7, 18), date(2026, 10, 16), date(2026, 9, 16), None, None)],
        [(date(2026, 9, 11), date(2026, 12, 10), date(2026, 9, 11), None, None)],
        [(date(2026, 8, 14), date(2026, 9, 13), date(2026, 9, 13), date(2026, 9, 14), None)],
    ]
    assert {kind: sums()[kind] for kind in (CERTIFICATE_END, BREAK_END)} == {
        CERTIFICATE_END: (4, 1, 6, 1),
        BREAK_END: (1, 0, 3, 1),
    }
    days = db.session.scalar(select(func.count(StepTick.day.distinct())))
    assert days == 41


def test_a_day_to_come_and_a_day_before_the_last_are_refused(town):
    with pytest.raises(Refused) as refused:
        tick(today() + timedelta(days=1))
    assert refused.value.problems[0].code == "tick_ahead"
    tick(BEGIN)
    with pytest.raises(Refused) as refused:
        tick(BEGIN - timedelta(days=1))
    assert refused.value.problems[0].code == "tick_before"


def test_a_corrected_day_and_another_owner_are_followed(town):
    child = with_certificate(town, date(2026, 10, 10))
    tick(BEGIN)
    db.session.execute(
        update(Disability).where(Disability.child_id == child.id).values(certificate_ends_on=date(2026, 10, 20))
    )
    db.session.commit()
    tick(BEGIN)
    assert [one.due_on for one in steps_of(child)] == [date(2026, 10, 20)]


def test_what_ended_stays_as_it_was(town):
    child = with_certificate(town, date(2026, 10, 10))
    tick(BEGIN)
    end_certificate(child, BEGIN)
    tick(BEGIN)
    with pytest.raises(Exception, match="frozen"):
        db.session.execute(update(Step).where(Step.child_id == child.id).values(due_on=date(2026, 1, 1)))


def test_the_worker_ticks_once_a_day(app):
    with app.app_context():
        db.write()
        with_certificate(make.make_town(), today() + timedelta(days=5))
        db.session.commit()
    do_daily(app)
    work = app.extensions[WORKS]["steps"]
    with app.app_context():
        assert db.session.scalars(select(StepTick.day).distinct()).all() == [today()]
        assert db.session.scalar(select(func.count()).select_from(Step)) == 1
    assert work.done_for == today()
    work.run = None  # not called again
    do_daily(app)


def test_the_command_says_what_it_did(app):
    with app.app_context():
        db.write()
        with_certificate(make.make_town(), today() + timedelta(days=5))
        db.session.commit()
    runner = app.test_cli_runner()
    told = runner.invoke(args=["steps", "tick"])
    assert told.exit_code == 0
    assert "certificate_end: 1 opened, 0 closed, 1 reminded, 0 escalated" in told.output
    told = runner.invoke(args=["steps", "tick", "--on", "2026-01-01"])
    assert told.exit_code == 1 and "An earlier day cannot be run again" in told.output
