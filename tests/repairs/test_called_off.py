"""Visits of a child that has left in the middle of a published month: called off in the same step, told, and planned by
who answers now."""

from __future__ import annotations

from datetime import UTC, date, datetime

import icalendar
import pytest
import time_machine
from sqlalchemy import select, update

from app.access import SYSTEM
from app.children.models import Child, ResponsibleUnit, TimelineEvent
from app.children.responsible import begin_day
from app.db import db
from app.db.audit import AuditEntry
from app.plans.queries import list_home_services
from app.roll.actions import change_status
from app.roll.models import RollState
from app.roll.types import MovementKind, RollStatus
from app.timetables.models import Booking, Visit
from app.timetables.queries.live import live_visits
from app.visits.queries.minutes import child_ledger
from tests.factories import visits as make

MONTH = "2026-10"
FRIDAY, MIDDLE = date(2026, 10, 9), date(2026, 10, 19)


def set_to(clock, day: date) -> None:
    clock.move_to(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 9, 20, 1, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def town(app, district, clock, coordinator, sign_in, make_timetable, teacher):
    """A published October, on its second Friday."""
    sign_in(user=district.coordinator)
    made = make_timetable()
    assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
    set_to(clock, FRIDAY)
    sign_in(user=district.coordinator)
    sign_in(user=district.teacher_user, client=teacher)
    return district


def standing(app, town, number: int) -> list[date]:
    with app.app_context():
        return [v.day for v in live_visits(town.unit.id, MONTH) if v.child_id == town.children[number].id]


def statuses(teacher, day: date) -> dict[str, int]:
    """How many events from a day on have which status in the teacher's calendar."""
    found: dict[str, int] = {}
    for event in icalendar.Calendar.from_ical(teacher.get("/my-calendar.ics").get_data()).walk("VEVENT"):
        if event.decoded("dtstart").date() >= day:
            found[str(event["status"])] = found.get(str(event["status"]), 0) + 1
    return found


def move(app, town, day: date, today: date):
    with app.app_context():
        db.write()
        far = make.make_far()
        make.transfer(db.session.get(Child, town.children[0].id), far, on=day, today=today)
        db.session.commit()
        return far.unit_id


@pytest.mark.both_databases
def test_a_transfer_of_today_calls_off_what_the_old_district_had_planned(app, town, clock, teacher):
    set_to(clock, MIDDLE)
    before, others = standing(app, town, 0), standing(app, town, 1)
    gone = [day for day in before if day >= MIDDLE]
    move(app, town, MIDDLE, MIDDLE)
    assert standing(app, town, 0) == [day for day in before if day < MIDDLE] != []
    assert standing(app, town, 1) == others and gone
    with app.app_context():
        rows = db.session.scalars(select(Visit).where(Visit.child_id == town.children[0].id, Visit.frozen)).all()
        assert sorted(row.day for row in rows) == before, "what was published stays readable"
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "call_off_visits")).one()
        assert any(
            one.code == "told.visits_called_off"
            for one in db.session.scalars(select(TimelineEvent).where(TimelineEvent.child_id == town.children[0].id))
        )
        assert not db.session.scalars(
            select(Booking.id).where(
                Booking.holder_id == town.children[0].id, Booking.starts_at >= datetime(2026, 10, 19)
            )
        ).all(), "the new district can plan these hours"


def test_the_team_reads_it_in_its_calendar(app, town, clock, teacher, sign_in):
    set_to(clock, MIDDLE)
    sign_in(user=town.teacher_user, client=teacher)
    gone = len([day for day in standing(app, town, 0) if day >= MIDDLE])
    move(app, town, MIDDLE, MIDDLE)
    assert statuses(teacher, MIDDLE).get("CANCELLED") == gone


@pytest.mark.both_databases
def test_a_transfer_of_a_later_day_calls_off_from_that_day(app, town, clock):
    before = standing(app, town, 0)
    unit_id = move(app, town, MIDDLE, FRIDAY)
    assert standing(app, town, 0) == before, "until then the old district visits"
    with app.app_context():
        services = [
            one
            for one in list_home_services(SYSTEM, town.unit.id, date(2026, 10, 5), date(2026, 11, 1))
            if one.child_id == town.children[0].id
        ]
        assert [one.last for one in services] == [date(2026, 10, 18)], "nothing is planned beyond it"
    set_to(clock, MIDDLE)
    with app.app_context():
        begin_day()
    assert standing(app, town, 0) == [day for day in before if day < MIDDLE]
    with app.app_context():
        assert [
            (one.first, one.last) for one in list_home_services(SYSTEM, unit_id, date(2026, 10, 5), date(2026, 11, 1))
        ] == [(MIDDLE, date(2026, 11, 1))]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("status", "kind", "values"),
    [
        (RollStatus.SUSPENDED, MovementKind.SUSPENSION, {"due_on": date(2027, 9, 1), "proof": "hospital"}),
        (RollStatus.DECEASED, MovementKind.DEATH, {"proof": "certificate"}),
        (RollStatus.ABROAD, MovementKind.ABROAD, {"proof": "papers"}),
    ],
)
def test_a_child_that_is_away_is_visited_no_more(app, town, clock, status, kind, values):
    before, others = standing(app, town, 0), standing(app, town, 1)
    set_to(clock, MIDDLE)
    with app.app_context():
        from tests.factories import roll

        db.write()
        change_status(
            SYSTEM,
            db.session.get(Child, town.children[0].id),
            status,
            kind=kind,
            on=FRIDAY,
            reason="原因",
            approved_by=roll.of_city(),
            today=MIDDLE,
            **values,
        )
        db.session.commit()
    assert standing(app, town, 0) == [day for day in before if day < FRIDAY]
    assert standing(app, town, 1) == others
    with app.app_context():
        (away,), (there,) = (child_ledger(town.children[n].id, MIDDLE) for n in (0, 1))
        assert (there.balance.due, away.balance.due) == (8 * 90, 90), "one visit before Friday"
        assert child_ledger(town.children[0].id, date(2026, 11, 16))[0].balance.due == 0


def test_in_the_same_district_the_visits_go_on(app, town, clock):
    before = standing(app, town, 0)
    with app.app_context():
        from tests.factories import plans

        db.write()
        make.transfer(
            db.session.get(Child, town.children[0].id),
            plans.make_school(town.unit, "汉葭小学"),
            on=FRIDAY,
            today=FRIDAY,
        )
        db.session.commit()
    assert standing(app, town, 0) == before


@pytest.mark.both_databases
def test_what_older_versions_left_standing_is_called_off_by_a_command(app, town, teacher):
    """Rows as they were written before a leaving called anything off: the state and the unit changed, nothing else."""
    run = app.test_cli_runner().invoke
    with app.app_context():
        db.write()
        gone, moved = (db.session.get(Child, one.id) for one in town.children[:2])
        state = db.session.scalar(select(RollState).where(RollState.child_id == gone.id, RollState.valid_to.is_(None)))
        if state is not None:
            state.valid_to = FRIDAY
            db.session.flush()
        db.session.add(RollState(child_id=gone.id, status=RollStatus.DECEASED, valid_from=FRIDAY))
        far = make.make_far()
        db.session.execute(update(ResponsibleUnit).where(ResponsibleUnit.child_id == moved.id).values(valid_to=FRIDAY))
        db.session.flush()
        db.session.add(ResponsibleUnit(child_id=moved.id, unit_id=far.unit_id, because="transfer", valid_from=FRIDAY))
        moved.unit_id = far.unit_id
        db.session.commit()
    before = [standing(app, town, number) for number in (0, 1)]
    assert all(any(day >= FRIDAY for day in days) for days in before)
    assert "2 children whose visits were called off, 0 transfers" in run(args=["leavers", "settle"]).output
    assert [standing(app, town, number) for number in (0, 1)] == [
        [day for day in days if day < FRIDAY] for days in before
    ]
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "call_off_visits")).all()
        assert {row.actor_name for row in entry} == {"system"} and len(entry) == 2
    assert "0 children whose visits were called off, 0 transfers" in run(args=["leavers", "settle"]).output
