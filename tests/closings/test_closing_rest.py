"""What else names a closed school, and the step after the next: chains, a third school, a re-opened one, its people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import event, select

from app.children.models import TimelineEvent
from app.children.responsible import move_unit, unit_on
from app.children.sight import may_write, past_until
from app.closings.actions.closing import Closing, close_school
from app.closings.queries.present import at_school, list_waiting
from app.db import db
from app.db.audit import AuditEntry
from app.kernel.problems import Refused
from app.roads.models import TravelLeg, Village, VillagePlace
from app.roll import actions as roll
from app.roll import queries
from app.roll.models import IntendedPlace
from app.roll.types import MovementKind, RollStatus, SchoolLink
from app.schools import actions
from app.schools.actions import save_teacher
from app.schools.models import Teacher
from app.schools.queries import current_school
from app.schools.types import TeacherFacts
from app.teams.actions import save_team
from app.teams.models import Team
from tests.closings.test_closing import facts_of
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.roll.conftest import codes
from tests.support import people


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


def close(school, target, *, who=None, on=TODAY, merged=True, today=TODAY) -> int:
    return close_school(who or make.of_city(), school.id, Closing(target.id, on, merged), today=today)


def roll_school(child, day=TODAY):
    return queries.schools_of(child.id, day).get(SchoolLink.ROLL)


def mean(child, **schools) -> None:
    db.session.add(IntendedPlace(child_id=child.id, grade=1, valid_from=date(2026, 3, 2), **schools))
    db.session.flush()


@pytest.mark.both_databases
def test_children_meant_for_the_school_are_meant_for_the_other(session, clock):
    town = make.make_town()
    one, two = make.make_child(town.home), make.make_child(town.home)
    mean(one, school_id=town.a.id, delivering_id=town.a.id)
    mean(two, school_id=town.b.id, attending_id=town.a.id)
    assert at_school(town.a.id).intended == 2
    assert close(town.a, town.b) == 0
    for child in (one, two):
        row = queries.find_intended(child.id)
        assert town.a.id not in {row.school_id, row.attending_id, row.delivering_id} and row.school_id == town.b.id
        assert (row.grade, row.valid_from) == (1, TODAY)
    assert (queries.find_intended(one.id).delivering_id, queries.find_intended(two.id).attending_id) == (
        town.b.id,
        town.b.id,
    )
    told = db.session.scalars(
        select(TimelineEvent.child_id).where(TimelineEvent.code == "told.school_closed_meant")
    ).all()
    assert set(told) == {one.id, two.id}
    db.session.commit()
    kept = db.session.scalars(select(AuditEntry.child_id).where(AuditEntry.verb == "change_intended")).all()
    assert set(kept) == {one.id, two.id}


@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["child", "teacher"])
def test_the_form_and_a_sheet_do_not_close_a_school_that_is_still_named(session, clock, who):
    town = make.make_town()
    if who == "child":
        mean(make.make_child(town.home), school_id=town.b.id, attending_id=town.a.id)
    else:
        db.session.add(Teacher(school_id=town.a.id, number="T1", name="何晓燕", skills=[]))
        db.session.flush()
    closed = replace(facts_of(town.a), closed_on=TODAY)
    for write in (
        lambda: actions.save_school(make.of_city(), closed, today=TODAY, school_id=town.a.id),
        lambda: actions.bulk_save_schools(make.of_city(), [closed], today=TODAY),
    ):
        with pytest.raises(Refused) as refused:
            write()
        assert codes(refused) == ["school_has_others"] and town.a.closed_on is None
    close(town.a, town.b)
    assert town.a.closed_on == TODAY


@pytest.mark.both_databases
def test_a_chain_of_merges_on_one_day_and_two_schools_into_a_third(session, clock):
    town = make.make_town()
    third = make.make_school(town.home, "民族小学")
    db.session.flush()
    child = make.make_enrolled(town)
    other = make.make_placed(town.home)
    roll.enrol_child(
        make.of_city(),
        other,
        roll.Place(school_id=town.b.id, grade=3),
        make.student_number("L"),
        on=date(2026, 3, 9),
        today=TODAY,
    )
    assert close(town.a, town.b) == 1 and close(town.b, third) == 2
    assert roll_school(child) == roll_school(other) == third.id
    assert roll_school(child, TODAY - timedelta(days=1)) == town.a.id
    assert roll_school(other, TODAY - timedelta(days=1)) == town.b.id
    assert current_school(town.a).id == third.id
    assert may_write(make.of_school(third), child)
    for school in (town.a, town.b):
        assert not may_write(make.of_school(school), child) and not may_write(make.of_school(school), other)
    with pytest.raises(Refused) as refused:
        close(third, town.a)
    assert codes(refused) == ["school_closed"]


@pytest.mark.both_databases
def test_from_the_other_school_a_child_is_transferred_on_and_back(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    close(town.a, town.b)
    clock.move_to(f"{TODAY + timedelta(days=1)}T02:00:00+00:00")
    today = TODAY + timedelta(days=1)
    transfer = roll.open_transfer(make.of_city(), child, roll.Opening(town.c.id, 3, "搬家", today), today=today)
    assert transfer.from_school_id == town.b.id
    for _ in range(4):
        roll.answer_transfer(make.of_city(), transfer.id, True, None, today=today)
    assert roll_school(child, today) == town.c.id and roll_school(child, TODAY) == town.b.id
    with pytest.raises(Refused) as refused:
        roll.open_transfer(make.of_city(), child, roll.Opening(town.a.id, 3, "回来", today), today=today)
    assert codes(refused) == ["school_closed"]


@pytest.mark.both_databases
def test_a_re_opened_school_starts_without_pupils_and_takes_them_again(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    close(town.a, town.b)
    actions.save_school(make.of_city(), replace(facts_of(town.a), closed_on=None), today=TODAY, school_id=town.a.id)
    assert (town.a.closed_on, town.a.successor_id) == (None, None) and at_school(town.a.id).pupils == 0
    assert roll_school(child) == town.b.id and past_until(make.of_school(town.a), child.id) == TODAY
    clock.move_to(f"{TODAY + timedelta(days=1)}T02:00:00+00:00")
    assert close(town.b, town.a, on=TODAY + timedelta(days=1), today=TODAY + timedelta(days=1)) == 1
    assert roll_school(child, TODAY + timedelta(days=1)) == town.a.id
    assert may_write(make.of_school(town.a), child)


@pytest.mark.both_databases
def test_pupils_left_at_a_school_that_was_closed_before_still_go_over(session, clock):
    """Older versions saved a closing without a word: the pupils stayed on the roll of a school that is not there."""
    town = make.make_town()
    child = make.make_enrolled(town)
    town.a.closed_on = TODAY - timedelta(days=200)
    db.session.flush()
    assert close(town.a, town.b, merged=False) == 1
    assert roll_school(child) == town.b.id and town.a.closed_on == TODAY - timedelta(days=200)
    with pytest.raises(Refused) as refused:
        close(town.a, town.b)
    assert codes(refused) == ["closed_already"]


@pytest.mark.both_databases
def test_what_waits_is_named_and_holds_the_school_open(session, clock):
    town = make.make_town()
    child, asked = make.make_enrolled(town), make.make_enrolled(town)
    transfer = roll.open_transfer(
        make.of_school(town.c), child, roll.Opening(town.c.id, 3, "搬家", date(2026, 5, 6)), today=TODAY
    )
    request = roll.ask_movement(
        make.of_school(town.a),
        asked,
        roll.Asked(kind=MovementKind.SUSPENSION, on=TODAY, reason="住院", proof="医院证明", due_on=date(2026, 9, 30)),
        today=TODAY,
    )
    waiting = list_waiting(make.of_unit(town.home), town.a.id, TODAY)
    assert {one.id: one.request for one in waiting} == {transfer.id: False, request.id: True}
    for _ in range(3):
        roll.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    roll.propose_day(make.of_school(town.c), transfer.id, date(2026, 5, 20), "改期", today=TODAY)
    for school in (town.a, town.c):
        assert transfer.id in {one.id for one in list_waiting(make.of_unit(town.far), school.id, TODAY)}
        with pytest.raises(Refused) as refused:
            close(school, town.b)
        assert codes(refused) == ["school_waits"]
    assert queries.status_of(child.id) == RollStatus.ACTIVE and roll_school(child) == town.a.id


@pytest.mark.both_databases
@pytest.mark.parametrize("near", [True, False])
def test_villages_and_minutes_are_the_other_schools_where_it_stands_in_the_same_grounds(session, clock, near):
    town = make.make_town()
    town.a.longitude, town.a.latitude = 108.2, 29.3
    town.b.longitude, town.b.latitude = (108.2001, 29.3001) if near else (108.3, 29.3)
    village = Village(unit_id=town.home.id, name="大坝村")
    child = make.make_enrolled(town)
    db.session.add(village)
    db.session.flush()
    leg = TravelLeg(
        unit_id=town.home.id,
        start=f"home:{child.id}",
        end=f"school:{town.a.id}",
        minutes=25,
        closed_months=[],
        slow_months=[],
        entered_by_name="x",
        entered_at=child.created_at,
    )
    db.session.add_all([VillagePlace(village_id=village.id, school_id=town.a.id), leg])
    db.session.flush()
    close(town.a, town.b)
    db.session.refresh(leg)
    assert leg.end == f"school:{(town.b if near else town.a).id}"
    assert db.session.scalars(select(VillagePlace.school_id)).all() == ([town.b.id] if near else [])


@pytest.mark.both_databases
def test_across_units_a_third_unit_goes_on_answering(session, clock):
    town = make.make_town()
    child = make.make_placed(town.far)
    other = make.make_town()
    roll.enrol_child(
        make.of_city(),
        child,
        roll.Place(school_id=town.a.id, grade=3),
        make.student_number("L"),
        on=date(2026, 3, 9),
        today=TODAY,
    )
    move_unit(child, town.far.id, on=TODAY, because="户籍在外区县")
    close(town.a, other.a)
    assert unit_on(child, TODAY) == town.far.id and roll_school(child) == other.a.id


def test_the_coordinator_of_the_closed_school_signs_in_and_reads_its_years(app, sign_in, clock):
    with app.app_context():
        db.write()
        town = make.make_town()
        child = make.make_enrolled(town)
        people.make_user("school_coordinator", school_id=town.a.id, name="覃老师")
        close(town.a, town.b)
        db.session.commit()
        paths = [
            f"/children/{child.id}",
            f"/children/{child.id}/roll",
            "/",
            "/children",
            "/roll",
            "/schools",
            f"/schools/{town.a.id}",
        ]
        write, teachers = f"/children/{child.id}/roll/links", f"/schools/{town.a.id}/teachers/new"
        old, target = town.a.id, town.b.id
    old_one, new_one = app.test_client(), app.test_client()
    sign_in("school_coordinator", school_id=old, client=old_one)
    sign_in("school_coordinator", school_id=target, client=new_one)
    for path in paths:
        assert old_one.get(path).status_code == 200 == new_one.get(path).status_code, path
    assert old_one.get(write).status_code in {403, 404} and new_one.get(write).status_code == 200
    assert old_one.submit(teachers, name="龚㛃", number="T9").status_code == 422
    assert teachers not in old_one.get(f"/schools/{old}").get_data(as_text=True)
    assert f"/schools/{target}/teachers/new" in new_one.get(f"/schools/{target}").get_data(as_text=True)


def test_no_team_and_no_teacher_begins_at_a_closed_school(session, clock):
    town = make.make_town()
    teacher = Teacher(school_id=town.a.id, number="T1", name="何晓燕", skills=[], active=False)
    team = Team(unit_id=town.home.id, school_id=town.a.id, name="一组", active=False)
    db.session.add_all([teacher, team])
    db.session.flush()
    close(town.a, town.b)
    assert (teacher.school_id, team.school_id) == (town.a.id, town.a.id), "who left long ago stays where it was"
    with pytest.raises(Refused) as refused:
        save_teacher(make.of_city(), town.a.id, TeacherFacts(name="何晓燕", number="T1"), teacher_id=teacher.id)
    assert codes(refused) == ["school_closed"]
    save_teacher(
        make.of_city(), town.a.id, TeacherFacts(name="何小燕", number="T1", active=False), teacher_id=teacher.id
    )
    with pytest.raises(Refused) as refused:
        save_team(
            make.of_city(), team, school_id=town.a.id, name="一组", member_ids=[teacher.id], revision=1, today=TODAY
        )
    assert "team_school_closed" in codes(refused)


def test_the_page_lists_what_waits_and_who_keeps_reading(client, sign_in, session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    mean(make.make_child(town.home), school_id=town.a.id)
    people.make_user("school_coordinator", school_id=town.a.id, name="覃老师")
    transfer = roll.open_transfer(make.of_city(), child, roll.Opening(town.c.id, 3, "搬家", TODAY), today=TODAY)
    db.session.commit()
    path, unit, answer = f"/schools/{town.a.id}/close", town.home.id, f"/roll/transfers/{transfer.id}"
    sign_in("district_coordinator", unit_id=unit)
    page = client.get(path).get_data(as_text=True)
    assert answer in page and "覃老师" in page and "Meant for this school, without a roll yet" in page


@pytest.mark.both_databases
@pytest.mark.parametrize("far", [False, True])
def test_hundreds_of_pupils_go_over_in_a_few_statements(session, clock, far):
    """SQLite has one writer, and nobody else saves meanwhile. Only the unit of a child is turned by itself."""
    town, counted = make.make_town(), []
    for _ in range(12):
        make.make_enrolled(town, delivering_id=town.b.id)
    session.flush()

    def count(*_args) -> None:
        counted.append(1)

    event.listen(session.get_bind(), "before_cursor_execute", count)
    try:
        close_school(make.of_city(), town.a.id, Closing((town.c if far else town.b).id, TODAY, True), today=TODAY)
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", count)
    # Far away each child leaves a school behind that taught it at home: its sights and links are asked for one by one.
    assert len(counted) < (270 if far else 40)


def test_a_closed_school_says_where_its_pupils_went_and_offers_only_to_open_it_again(app, client, sign_in, clock):
    with app.app_context():
        db.write()
        town = make.make_town()
        make.make_enrolled(town)
        close(town.a, town.b, merged=False)
        db.session.commit()
        school, unit = town.a.id, town.home.id
    sign_in("district_coordinator", unit_id=unit)
    page = client.get(f"/schools/{school}").get_data(as_text=True)
    assert "Its pupils went to:" in page and "1 pupil" in page and "Open again or correct" in page
    assert f"/schools/{school}/close" not in page and f"/schools/{school}/move" not in page
    answer = client.get(f"/schools/{school}/close")
    assert answer.status_code == 303 and answer.headers["Location"].endswith(f"/schools/{school}")
