"""A school goes to another unit with who is there: from the day on the new unit answers, before it the old one did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.access.policy import Forbidden
from app.children.models import Child, ResponsibleUnit, Sight, TimelineEvent
from app.children.responsible import answered_by, move_unit, unit_on
from app.children.sight import give_sight, in_sight, may_write, past_until
from app.children.types import SightKind
from app.closings.actions.moving import move_school
from app.db import db
from app.db.audit import AuditEntry
from app.errors import NotFound
from app.kernel.problems import Refused
from app.roads.models import TravelLeg, Village, VillagePlace
from app.roll import actions as roll
from app.roll import queries
from app.schools import actions
from app.schools.models import Teacher
from app.teams.models import Team, TeamMember
from tests.closings.test_closing import facts_of
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.roll.conftest import codes

DAY = TODAY - timedelta(days=7)


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


def move(town, *, who=None, on=DAY, unit=None) -> int:
    return move_school(who or make.of_city(), town.a.id, (unit or town.far).id, on=on, today=TODAY)


def answered(unit, day) -> int:
    return db.session.scalar(select(func.count(Child.id)).where(answered_by([unit.id], day)))


@pytest.mark.both_databases
def test_pupils_go_along_from_the_day_and_figures_of_past_days_stay(session, clock):
    town = make.make_town()
    children = [make.make_enrolled(town) for _ in range(3)]
    staying = make.make_placed(town.home)
    before = {day: (answered(town.home, day), answered(town.far, day)) for day in (DAY - timedelta(days=1), TODAY)}
    assert move(town) == 3
    assert (answered(town.home, DAY - timedelta(days=1)), answered(town.far, DAY - timedelta(days=1))) == before[
        DAY - timedelta(days=1)
    ]
    assert (answered(town.home, TODAY), answered(town.far, TODAY)) == (before[TODAY][0] - 3, before[TODAY][1] + 3)
    old, new = make.of_unit(town.home), make.of_unit(town.far)
    for child in children:
        assert (unit_on(child, DAY - timedelta(days=1)), unit_on(child, DAY)) == (town.home.id, town.far.id)
        assert child.unit_id == town.far.id and may_write(new, child) and not may_write(old, child)
        assert past_until(old, child.id) == DAY, "its own years stay readable"
        assert may_write(make.of_school(town.a), child), "the school is the same"
    assert unit_on(staying, TODAY) == town.home.id
    seen = set(db.session.scalars(select(Child.id).where(in_sight(new))))
    assert seen == {child.id for child in children}
    told = db.session.scalars(select(TimelineEvent.child_id).where(TimelineEvent.code == "told.school_moved")).all()
    assert sorted(told, key=str) == sorted((child.id for child in children), key=str)
    db.session.commit()
    assert (
        db.session.scalar(
            select(func.count())
            .select_from(AuditEntry)
            .where(AuditEntry.verb == "move_with_school", AuditEntry.child_id.is_not(None))
        )
        == 3
    )


@pytest.mark.both_databases
def test_again_does_nothing_and_the_way_back_is_another_move(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    assert move(town) == 1
    rows = db.session.scalar(select(func.count()).select_from(ResponsibleUnit))
    assert move(town) == 0 and move(town, on=TODAY) == 0
    assert db.session.scalar(select(func.count()).select_from(ResponsibleUnit)) == rows
    assert move(town, on=TODAY, unit=town.home) == 1
    assert [unit_on(child, day) for day in (DAY - timedelta(days=1), DAY, TODAY)] == [
        town.home.id,
        town.far.id,
        town.home.id,
    ]


@pytest.mark.both_databases
def test_moved_on_the_same_day_twice_the_last_counts(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    assert move(town, on=TODAY) == 1 and move(town, on=TODAY, unit=town.home) == 1
    assert unit_on(child, TODAY) == town.home.id and town.a.unit_id == town.home.id


@pytest.mark.both_databases
@pytest.mark.parametrize("to", ["b", "c"])
def test_a_transfer_agreed_for_later_keeps_what_it_agreed(session, clock, to):
    """From the moving school: until the day the new unit answers, from it on the receiving school's."""
    town, begins = make.make_town(), date(2026, 5, 6)
    child = make.make_enrolled(town)
    receiver = getattr(town, to)
    transfer = roll.open_transfer(make.of_city(), child, roll.Opening(receiver.id, 3, "搬家", begins), today=TODAY)
    for _ in range(4):
        roll.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    assert move(town) == 1
    assert unit_on(child, TODAY) == town.far.id == unit_on(child, begins - timedelta(days=1))
    assert unit_on(child, begins) == receiver.unit_id
    if to == "c":
        roll.take_back_transfer(make.of_city(), transfer.id, "不搬了", today=TODAY)
        assert unit_on(child, begins) == town.far.id


@pytest.mark.both_databases
def test_a_child_that_is_to_come_to_the_school_comes_to_its_new_unit(session, clock):
    town, begins = make.make_town(), date(2026, 5, 6)
    child = make.make_enrolled(town)
    transfer = roll.open_transfer(make.of_city(), child, roll.Opening(town.b.id, 3, "搬家", begins), today=TODAY)
    for _ in range(4):
        roll.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    assert move_school(make.of_city(), town.b.id, town.far.id, on=DAY, today=TODAY) == 1
    assert (unit_on(child, begins - timedelta(days=1)), unit_on(child, begins)) == (town.home.id, town.far.id)


def test_a_third_unit_that_answers_for_a_child_still_does(session, clock):
    town = make.make_town()
    child = make.make_placed(town.far)
    roll.enrol_child(
        make.of_city(),
        child,
        roll.Place(school_id=town.a.id, grade=3),
        make.student_number("L"),
        on=date(2026, 3, 9),
        today=TODAY,
    )
    move_unit(child, town.far.id, on=date(2026, 3, 9), because="户籍在外区县")
    session.flush()
    other = make.make_town()
    move(town, unit=other.home)
    assert unit_on(child, TODAY) == town.far.id


@pytest.mark.both_databases
def test_an_open_transfer_waits_for_the_new_district_then(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    transfer = roll.open_transfer(make.of_city(), child, roll.Opening(town.b.id, 3, "搬家", TODAY), today=TODAY)
    for _ in range(3):
        roll.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    move(town)
    assert not queries.is_turn_of(make.of_unit(town.home), transfer)
    roll.answer_transfer(make.of_unit(town.far), transfer.id, True, None, today=TODAY)
    assert unit_on(child, TODAY) == town.home.id, "the receiving school's district answers"


@pytest.mark.both_databases
def test_teams_and_entered_ways_go_along_and_places_in_villages_end(session, clock):
    town = make.make_town()
    child, other = make.make_enrolled(town), make.make_placed(town.home)
    teacher = Teacher(school_id=town.a.id, number="T1", name="何晓燕", skills=[])
    team = Team(unit_id=town.home.id, school_id=town.a.id, name="一组")
    village = Village(unit_id=town.home.id, name="大坝村")
    db.session.add_all([teacher, team, village])
    db.session.flush()
    db.session.add_all(
        [
            TeamMember(team_id=team.id, teacher_id=teacher.id, position=0),
            VillagePlace(village_id=village.id, school_id=town.a.id),
            VillagePlace(village_id=village.id, child_id=child.id),
            VillagePlace(village_id=village.id, child_id=other.id),
        ]
    )

    def leg(start, end):
        row = TravelLeg(
            unit_id=town.home.id,
            start=start,
            end=end,
            minutes=25,
            closed_months=[],
            slow_months=[],
            entered_by_name="x",
            entered_at=child.created_at,
        )
        db.session.add(row)
        return row

    goes = leg(f"home:{child.id}", f"school:{town.a.id}")
    stays = leg(f"home:{other.id}", f"school:{town.a.id}")
    db.session.flush()
    move(town)
    for row in (team, goes, stays):
        db.session.refresh(row)
    assert (team.unit_id, team.school_id) == (town.far.id, town.a.id)
    assert (goes.unit_id, stays.unit_id) == (town.far.id, town.home.id)
    assert db.session.scalars(select(VillagePlace.child_id)).all() == [other.id]


@pytest.mark.both_databases
def test_teachers_of_the_school_still_see_their_children_and_those_of_the_old_unit_do_not(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    own, foreign = (Teacher(school_id=school.id, number="T1", name="何晓燕", skills=[]) for school in (town.a, town.b))
    db.session.add_all([own, foreign])
    db.session.flush()
    for teacher in (own, foreign):
        give_sight(child.id, SightKind.TEACHER, teacher.id, "team", on=date(2026, 3, 9))
    move(town)
    ends = dict(
        db.session.execute(select(Sight.holder_id, Sight.valid_to).where(Sight.kind == SightKind.TEACHER)).all()
    )
    assert ends == {own.id: None, foreign.id: DAY}


def test_who_may_not_and_what_cannot_be(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    for who, wrong in (
        (make.of_unit(town.home), NotFound),
        (make.of_unit(town.far), NotFound),
        (make.of_school(town.a), Forbidden),
    ):
        with pytest.raises(wrong):
            move(town, who=who)
    for day, code in ((TODAY + timedelta(days=1), "move_later"), (TODAY - timedelta(days=60), "day_outside")):
        with pytest.raises(Refused) as refused:
            move(town, on=day)
        assert codes(refused) == [code]
    assert unit_on(child, TODAY) == town.home.id == town.a.unit_id


@pytest.mark.both_databases
def test_the_form_of_the_school_and_a_sheet_do_not_leave_the_pupils_behind(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    changed = replace(facts_of(town.a), unit_id=town.far.id)
    for write in (
        lambda: actions.save_school(make.of_city(), changed, today=TODAY, school_id=town.a.id),
        lambda: actions.bulk_save_schools(make.of_city(), [changed], today=TODAY),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert codes(refused) == ["school_takes_along"] and refused.value.problems[0].field == "unit_id"
        assert town.a.unit_id == town.home.id == child.unit_id
    empty = replace(facts_of(town.b), unit_id=town.far.id)
    assert actions.save_school(make.of_city(), empty, today=TODAY, school_id=town.b.id).unit_id == town.far.id


def test_the_page_says_what_goes_along_and_does_it(client, sign_in, session, clock):
    town = make.make_town()
    make.make_enrolled(town)
    db.session.commit()
    path, edit, far = f"/schools/{town.a.id}/move", f"/schools/{town.a.id}/edit", str(town.far.id)
    sign_in("city_coordinator")
    assert "1 on its roll; the new unit answers for them" in client.get(path).get_data(as_text=True)
    assert client.submit(path, unit_id=far, on="2026-05-01").status_code == 422
    answer = client.submit(path, unit_id=far, on=DAY.isoformat())
    assert answer.status_code == 200 and "The new unit answers for 1 child." in answer.get_data(as_text=True)
    assert client.get(edit).status_code == 200
