"""Whoever had a child's file in sight besides its school: what is left of it when the child goes elsewhere."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.access import Actor, Grant, Role
from app.children.former_identities import keep_identities, known_as
from app.children.models import Sight
from app.children.queries import find_child, list_past, read_child
from app.children.responsible import turn_units, unit_on
from app.children.sight import give_sight, may_write
from app.children.types import SightKind
from app.db import db
from app.errors import NotFound
from app.kernel.ids import new_id
from app.roll import actions
from app.schools.models import Teacher
from tests.factories import roll as make
from tests.factories.roll import TODAY

BEGINS = date(2026, 5, 6)


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


def teacher_of(school, number: str) -> Actor:
    row = Teacher(school_id=school.id, number=number, name=f"教师{number}", skills=[])
    db.session.add(row)
    db.session.flush()
    return Actor(new_id(), row.name, (Grant(Role.VISITING_TEACHER),), teacher_id=row.id)


@pytest.fixture
def watched(town, clock):
    """A child on the roll of school a, and who sees it: teachers of both districts, an expert, a school that opened
    the file, a guardian."""
    child = make.make_enrolled(town)
    expert = Actor(new_id(), "专家", (Grant(Role.EXPERT),))
    mother = Actor(new_id(), "母亲", (Grant(Role.GUARDIAN),), guardian_id=new_id())
    here, there = teacher_of(town.a, "T1"), teacher_of(town.c, "T2")
    for kind, holder, because in (
        (SightKind.TEACHER, here.teacher_id, "visits"),
        (SightKind.TEACHER, there.teacher_id, "visits"),
        (SightKind.EXPERT, expert.user_id, "referral"),
        (SightKind.SCHOOL, town.b.id, "opened"),
        (SightKind.GUARDIAN, mother.guardian_id, "guardian"),
    ):
        give_sight(child.id, kind, holder, because, on=TODAY)
    return child, {
        "teacher": here,
        "other teacher": there,
        "expert": expert,
        "opened": make.of_school(town.b),
        "mother": mother,
    }


def transfer(town, child, to, on: date):
    row = actions.open_transfer(make.of_city(), child, actions.Opening(to.id, 3, "搬家", on), today=TODAY)
    for _ in range(4):
        actions.answer_transfer(make.of_city(), row.id, True, None, today=TODAY)
    return row


def seeing(child, people) -> set[str]:
    return {name for name, actor in people.items() if find_child(actor, child.id) is not None}


@pytest.mark.both_databases
def test_teachers_and_experts_of_the_old_district_see_nothing_after_a_transfer(town, watched, clock):
    child, people = watched
    transfer(town, child, town.c, BEGINS)
    assert seeing(child, people) == set(people)
    clock.move_to(f"{BEGINS}T02:00:00+00:00")
    assert seeing(child, people) == {"other teacher", "mother"}
    assert {name for name, actor in people.items() if may_write(actor, child)} == {"other teacher", "mother"}
    for name in ("teacher", "expert"):
        with pytest.raises(NotFound):
            read_child(people[name], child.id)
    assert read_child(people["opened"], child.id) == (child, BEGINS)


@pytest.mark.both_databases
def test_in_the_same_district_the_visits_go_on(town, watched, clock):
    child, people = watched
    transfer(town, child, town.b, TODAY)
    assert seeing(child, people) == set(people)


@pytest.mark.both_databases
def test_a_transfer_taken_back_leaves_all_as_it_was(town, watched, clock):
    child, people = watched

    def rows():
        return {
            (row.holder_id, row.because, row.facts_to)
            for row in db.session.scalars(select(Sight).where(Sight.child_id == child.id, Sight.valid_to.is_(None)))
        }

    before, row = rows(), transfer(town, child, town.c, BEGINS)
    assert rows() != before
    actions.take_back_transfer(make.of_city(), row.id, "不搬了", today=TODAY)
    db.session.expire_all()
    assert rows() == before
    clock.move_to(f"{BEGINS}T02:00:00+00:00")
    assert seeing(child, people) == set(people)


@pytest.mark.both_databases
def test_a_former_school_reads_the_name_that_the_child_had(town, watched, clock):
    """Corrected before it left: the corrected name. Corrected after it left, twice: what it was on the last day."""
    child, _people = watched
    first = child.name
    keep_identities(db.session, [child.id], on=TODAY)
    child.name = "离校前改"
    transfer(town, child, town.c, BEGINS)
    for days, name in ((0, "离校当天改"), (9, "离校后又改")):
        clock.move_to(f"{BEGINS + timedelta(days=days)}T02:00:00+00:00")
        keep_identities(db.session, [child.id], on=BEGINS + timedelta(days=days))
        child.name = name
    db.session.flush()
    turn_units(BEGINS + timedelta(days=9))
    for former in (make.of_school(town.a), make.of_unit(town.home)):
        assert [(row.name, day) for row, day in list_past(former, limit=9, offset=0)] == [("离校前改", BEGINS)]
    assert known_as(child, TODAY).name == first
    assert known_as(child, BEGINS + timedelta(days=30)).name == "离校后又改"


@pytest.mark.both_databases
def test_a_school_that_only_opened_the_file_writes_no_more_once_another_enrols_the_child(town, clock):
    child = make.make_placed(town.home)
    opened, delivering = make.of_school(town.b), make.of_school(town.c)
    for school in (town.b, town.c):
        give_sight(child.id, SightKind.SCHOOL, school.id, "registered by", on=TODAY)
    actions.enrol_child(
        make.of_unit(town.home),
        child,
        actions.Place(school_id=town.a.id, grade=3, delivering_id=town.c.id),
        make.student_number("L"),
        on=TODAY,
        today=TODAY,
    )
    assert not may_write(opened, child) and find_child(opened, child.id) is None
    assert read_child(opened, child.id) == (child, TODAY), "its own years"
    assert may_write(delivering, child), "a school with a link goes on"


@pytest.mark.both_databases
def test_the_unit_of_the_school_answers_from_the_enrolment_on(town, watched, clock):
    child = make.make_placed(town.home)
    warnings = actions.enrol_child(
        make.of_city(),
        child,
        actions.Place(school_id=town.c.id, grade=3),
        make.student_number("L"),
        on=date(2026, 4, 20),
        today=TODAY,
    )
    assert child.unit_id == town.far.id and "unit_moved" in {one.code for one in warnings}
    assert unit_on(child, TODAY - timedelta(days=1)) == town.home.id, "figures of past days stay"
    assert may_write(make.of_school(town.c), child) and not may_write(make.of_unit(town.home), child)


@pytest.mark.both_databases
def test_a_school_that_delivers_no_more_keeps_nothing_it_had_opened(town, clock):
    child = make.make_enrolled(town, delivering_id=town.b.id)
    former = make.of_school(town.b)
    give_sight(child.id, SightKind.SCHOOL, town.b.id, "registered by", on=TODAY)
    assert may_write(former, child)
    actions.set_links(
        make.of_school(town.a),
        child,
        actions.Place(school_id=town.a.id, grade=3, class_name="三班"),
        reason="改由本校送教",
        on=TODAY,
        today=TODAY,
    )
    assert not may_write(former, child)
