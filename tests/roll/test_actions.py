"""Enrolment, numbers and links, one test for each promise and refusal."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.access import SYSTEM
from app.access.policy import Forbidden
from app.children.models import Child, NumberTail, Sight, TimelineEvent
from app.children.queries import find_child
from app.children.tails import tail_of
from app.db import db
from app.kernel.problems import Refused
from app.roll import actions, queries, rules
from app.roll.models import Membership, Movement, RollState, StudentNumber
from app.roll.types import MovementKind, RollStatus, SchoolLink
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.roll.conftest import codes
from tests.support.together import together

S = RollStatus
K = MovementKind


# --- states ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), list(product(S, S)), ids=lambda s: s.value)
def test_every_jump_outside_the_state_machine_is_refused(town, before, after):
    child = make.make_child(town.home)
    make.put(child, before)
    if after in (S.GRADUATED, S.COMPLETED):
        db.session.add(
            Membership(child_id=child.id, school_id=town.a.id, link="roll", grade=9, valid_from=date(2020, 9, 1))
        )

    def move():
        return actions.change_status(
            SYSTEM,
            child,
            after,
            kind=K.PLACEMENT,
            on=date(2026, 8, 31),
            reason="r",
            proof="p",
            due_on=date(2027, 8, 31) if after == S.DEFERRED else None,
            approved_by=make.of_city(),
            today=date(2026, 9, 1),
        )

    if rules.allowed(before, after):
        movement = move()
        assert (movement.from_status, movement.to_status) == (before, after)
        assert queries.status_of(child.id) == after
        assert queries.status_on(child.id, date(2026, 8, 30)) == before
    else:
        with pytest.raises(Refused) as refused:
            move()
        assert codes(refused)[0] in {"no_such_move", "not_placed", "on_roll", "suspended"}
        assert queries.status_of(child.id) == before


def test_a_child_without_a_state_counts_as_registered(town):
    child = make.make_child(town.home)
    assert queries.status_of(child.id) == S.REGISTERED
    actions.change_status(SYSTEM, child, S.PLACED, kind=K.PLACEMENT, on=TODAY, reason="r", today=TODAY)
    assert queries.status_of(child.id) == S.PLACED


def test_registering_gives_the_school_sight_and_happens_once(town):
    child, clerk = make.make_child(town.home), make.of_school(town.a)
    for _ in range(2):
        actions.register_child(clerk, child, school_id=town.a.id, on=date(2026, 4, 1), today=TODAY)
    assert db.session.scalar(select(func.count(RollState.id)).where(RollState.child_id == child.id)) == 1
    assert find_child(clerk, child.id) is not None


@pytest.mark.parametrize(
    ("on", "code"),
    [(date(2026, 4, 28), "day_ahead"), (date(2016, 3, 5), "before_birth"), (date(2026, 3, 1), "before_state")],
)
def test_a_day_that_cannot_be_is_refused(town, on, code):
    child = make.make_placed(town.home)
    with pytest.raises(Refused) as refused:
        actions.change_status(SYSTEM, child, S.ACTIVE, kind=K.ENROLMENT, on=on, reason="r", today=TODAY)
    assert codes(refused) == [code]


def test_the_same_person_cannot_be_both_of_two(town):
    child, clerk = make.make_enrolled(town), make.of_unit(town.home)
    with pytest.raises(Refused) as refused:
        actions.change_status(
            clerk,
            child,
            S.SUSPENDED,
            kind=K.SUSPENSION,
            on=TODAY,
            reason="r",
            proof="p",
            approved_by=clerk,
            today=TODAY,
        )
    assert codes(refused) == ["second_person"]


def test_without_the_permission_nothing_moves(town):
    from app.access import Role

    child = make.make_placed(town.home)
    with pytest.raises(Forbidden):
        actions.change_status(
            make.actor(Role.VISITING_TEACHER), child, S.ACTIVE, kind=K.ENROLMENT, on=TODAY, reason="r", today=TODAY
        )


@pytest.mark.both_databases
def test_a_movement_is_never_changed(town):
    make.make_placed(town.home)
    with pytest.raises(DBAPIError):
        db.session.execute(update(Movement).values(reason="other"))
    db.session.rollback()


# --- first roll -----------------------------------------------------------------------------------------------------


def test_enrolment_writes_roll_number_sights_timeline_and_tails(town):
    number = make.student_number("G")
    child = make.make_enrolled(town, number=number, attending_id=town.b.id, delivering_id=town.c.id)
    assert queries.schools_of(child.id, TODAY) == {
        SchoolLink.ROLL: town.a.id,
        SchoolLink.ATTENDING: town.b.id,
        SchoolLink.DELIVERING: town.c.id,
    }
    assert queries.find_number(child.id).number == number
    assert all(find_child(make.of_school(school), child.id) for school in (town.a, town.b, town.c))
    assert db.session.scalar(select(func.count()).where(NumberTail.tail == tail_of(number[-4:]))) == 1
    told = db.session.scalars(select(TimelineEvent.code).where(TimelineEvent.child_id == child.id)).all()
    assert "told.enrolled" in told


def test_three_schools_see_a_child_that_counts_once(town):
    make.make_enrolled(town, attending_id=town.b.id, delivering_id=town.c.id)
    assert queries.count_by_status(make.of_city())[S.ACTIVE] == 1
    assert queries.count_by_status(make.of_unit(town.home)) == {S.ACTIVE: 1}
    for school in (town.a, town.b, town.c):
        assert queries.count_by_status(make.of_school(school)) == {S.ACTIVE: 1}
    assert queries.count_by_status(make.of_unit(town.far)) == {}


def test_only_the_roll_school_and_the_district_write(town):
    child = make.make_enrolled(town, attending_id=town.b.id)
    assert queries.keeps_roll(make.of_school(town.a), child)
    assert queries.keeps_roll(make.of_unit(town.home), child)
    assert not queries.keeps_roll(make.of_school(town.b), child)
    with pytest.raises(Refused) as refused:
        actions.change_number(
            make.of_school(town.b), child, make.student_number("G"), reason="r", on=TODAY, today=TODAY
        )
    assert codes(refused) == ["read_only"]


@pytest.mark.parametrize(
    ("number", "code"),
    [("", "number_missing"), ("X50999920160305001X", "student_number_shape"), ("G509999201603050010", None)],
)
def test_a_missing_or_wrong_student_number_is_refused(town, number, code):
    child = make.make_placed(town.home)
    with pytest.raises(Refused) as refused:
        actions.enrol_child(SYSTEM, child, actions.Place(school_id=town.a.id, grade=3), number, on=TODAY, today=TODAY)
    assert refused.value.problems[0].field == "number"
    if code:
        assert codes(refused) == [code]


def test_a_number_of_another_child_is_refused(town):
    number = make.student_number("G")
    make.make_enrolled(town, number=number)
    with pytest.raises(Refused) as refused:
        make.make_enrolled(town, number=number)
    assert codes(refused) == ["number_taken"]


def test_a_child_without_a_place_is_not_enrolled(town):
    child = make.make_child(town.home)
    with pytest.raises(Refused) as refused:
        actions.enrol_child(
            SYSTEM, child, actions.Place(school_id=town.a.id, grade=3), make.student_number(), on=TODAY, today=TODAY
        )
    assert codes(refused) == ["not_placed"]


def test_a_second_enrolment_is_a_transfer(town):
    child = make.make_enrolled(town)
    with pytest.raises(Refused) as refused:
        actions.enrol_child(
            SYSTEM, child, actions.Place(school_id=town.b.id, grade=3), make.student_number(), on=TODAY, today=TODAY
        )
    assert codes(refused) == ["on_roll"]


def test_a_closed_school_and_a_school_of_others_are_refused(town):
    child = make.make_placed(town.home)
    with pytest.raises(Refused) as refused:
        actions.enrol_child(
            make.of_school(town.a),
            child,
            actions.Place(school_id=town.b.id, grade=3),
            make.student_number(),
            on=TODAY,
            today=TODAY,
        )
    assert codes(refused) == ["not_your_school"]
    town.a.closed_on = date(2026, 1, 1)
    with pytest.raises(Refused) as refused:
        actions.enrol_child(
            SYSTEM, child, actions.Place(school_id=town.a.id, grade=3), make.student_number(), on=TODAY, today=TODAY
        )
    assert codes(refused) == ["school_closed"]


def test_a_late_first_roll_is_said_and_passes(town):
    child = make.make_placed(town.home)
    today = date(2026, 6, 1)
    warnings = actions.enrol_child(
        SYSTEM, child, actions.Place(school_id=town.a.id, grade=3), make.student_number(), on=today, today=today
    )
    assert [warning.code for warning in warnings] == ["late"]
    assert queries.status_of(child.id) == S.ACTIVE


@pytest.mark.both_databases
@pytest.mark.parametrize("link", list(SchoolLink))
def test_the_database_refuses_a_second_live_place_of_each_link(town, link):
    child = make.make_child(town.home)
    for school in (town.a, town.b):
        db.session.add(Membership(child_id=child.id, school_id=school.id, link=link, valid_from=TODAY))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.both_databases
def test_two_enrolments_at_once_end_as_one(app, town):
    child = make.make_placed(town.home)
    child_id, schools = child.id, (town.a.id, town.b.id)
    db.session.commit()

    def enrol(school_id):
        return lambda: actions.enrol_child(
            SYSTEM,
            db.session.get(Child, child_id),
            actions.Place(school_id=school_id, grade=3),
            make.student_number(),
            on=TODAY,
            today=TODAY,
        )

    assert together(app, *map(enrol, schools)) == ["done", "refused"]
    assert db.session.scalar(select(func.count(Membership.id)).where(Membership.child_id == child_id)) == 1
    assert db.session.scalar(select(func.count(StudentNumber.id)).where(StudentNumber.child_id == child_id)) == 1


# --- numbers and links ----------------------------------------------------------------------------------------------


def test_a_temporary_number_becomes_formal_and_stays_findable(town):
    old, new = make.student_number("L"), make.student_number("G")
    child = make.make_enrolled(town, number=old)
    actions.change_number(SYSTEM, child, new, reason="春季核发", on=TODAY, today=TODAY)
    assert [(row.number, row.valid_to) for row in queries.list_numbers(child.id)] == [(new, None), (old, TODAY)]
    assert queries.search_child(old).id == queries.search_child(new).id == child.id


def test_a_formal_number_is_for_life(town):
    child = make.make_enrolled(town, number=make.student_number("G"))
    with pytest.raises(Refused) as refused:
        actions.change_number(SYSTEM, child, make.student_number("L"), reason="r", on=TODAY, today=TODAY)
    assert codes(refused) == ["number_for_life"]


def test_links_change_without_moving_the_roll(town):
    child = make.make_enrolled(town, attending_id=town.b.id)
    actions.set_links(
        SYSTEM,
        child,
        actions.Place(school_id=town.a.id, grade=3, class_name="二班", delivering_id=town.c.id),
        reason="送教上门",
        on=TODAY,
        today=TODAY,
    )
    assert queries.schools_of(child.id, TODAY) == {SchoolLink.ROLL: town.a.id, SchoolLink.DELIVERING: town.c.id}
    assert queries.schools_of(child.id, date(2026, 4, 26)) == {
        SchoolLink.ROLL: town.a.id,
        SchoolLink.ATTENDING: town.b.id,
    }
    assert queries.links_on(child.id, date(2026, 4, 26))[SchoolLink.ROLL].class_name == "三班"
    assert queries.status_of(child.id) == S.ACTIVE
    assert not db.session.scalars(select(Sight).where(Sight.holder_id == town.b.id, Sight.valid_to.is_(None))).all()


def test_only_a_special_pupil_goes_down_a_grade(town):
    child = make.make_enrolled(town, grade=4)
    actions.set_links(SYSTEM, child, actions.Place(school_id=town.a.id, grade=3), reason="r", on=TODAY, today=TODAY)
    with pytest.raises(Refused) as refused:
        actions.set_links(SYSTEM, child, actions.Place(school_id=town.a.id, grade=1), reason="r", on=TODAY, today=TODAY)
    assert codes(refused) == ["grade_jump"]
