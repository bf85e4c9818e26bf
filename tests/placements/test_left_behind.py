"""A child taught at home goes to a school of another district: the school that taught it at home, and its teachers,
hold the file until the day before and read their own years from the day on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select, update

from app.children.models import Child, Sight
from app.children.sight import give_sight
from app.children.types import SightKind, SightRight
from app.db import db
from app.placements.models import Decision
from app.placements.types import PlacementKind
from app.roll import actions
from app.roll.models import Membership
from app.roll.queries import live_links, schools_of
from app.roll.types import SchoolLink
from app.schools.models import School, Teacher, Unit
from app.schools.types import SchoolKind
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.support import people
from tests.support.client import ORIGIN, read_form

BEGINS = date(2026, 5, 6)
BEFORE, AFTER = BEGINS - timedelta(days=1), BEGINS + timedelta(days=9)
EVERYTHING = {"file": 200, "safety": 303, "plan": 303, "reveal": 200, "plans": 200}
OWN_YEARS = {"file": 200, "safety": 403, "plan": 403, "reveal": 403, "plans": 200}


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 4, 27, 2, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def at(app, clock):
    """A child of school a, taught at home by the special school of the same district and one of its teachers."""
    with app.app_context():
        db.write()
        town = make.make_town()
        special = make.make_school(town.home, "彭水县特殊教育学校")
        special.kind = SchoolKind.SPECIAL
        db.session.flush()
        child = make.make_enrolled(town, delivering_id=special.id)
        user = people.make_user("visiting_teacher", name="送教教师")
        teacher = Teacher(school_id=special.id, user_id=user.id, number="S1", name="送教教师", skills=[])
        db.session.add(teacher)
        db.session.flush()
        give_sight(child.id, SightKind.SCHOOL, special.id, "placement", on=TODAY)
        give_sight(child.id, SightKind.TEACHER, teacher.id, "visits", on=TODAY)
        made = SimpleNamespace(child=child.id, special=special.id, teacher=teacher.id, teacher_user=user)
        made.a, made.b, made.c, made.far = town.a.id, town.b.id, town.c.id, town.far.id
        made.school_user = people.make_user("school_coordinator", school_id=special.id)
        db.session.commit()
    return made


@pytest.fixture
def asks(app, at, clock, sign_in):
    """`asks(day, user)`: what each page answers on that day; `teacher=True` asks the pages that a teacher has."""

    def ask(day: date, *, teacher: bool = False) -> dict[str, int]:
        clock.move_to(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))
        client, base = app.test_client(), f"/children/{at.child}"
        sign_in(user=at.teacher_user if teacher else at.school_user, client=client)

        def send(path: str, form: str | None = None, **values) -> int:
            page = client.get(path)
            found = read_form(page.get_data(as_text=True), form)[1] if page.status_code == 200 else {}
            app.config["WTF_CSRF_ENABLED"] = page.status_code == 200  # a refused page gives no token
            client.inspects = page.status_code == 200  # nor has the answer one then
            answer = client.post(path, data=found | values, headers={"Origin": ORIGIN, "Referer": ORIGIN})
            app.config["WTF_CSRF_ENABLED"] = client.inspects = True
            return answer.status_code

        found = {"file": client.get(base).status_code, "plans": client.get(f"{base}/plans").status_code}
        found["safety"] = send(f"{base}/safety/edit")
        if not teacher:
            found["reveal"] = send(f"{base}/reveal/document", "reveal", purpose="核对学籍表")
            found["plan"] = send(f"{base}/plans/new", f"{base}/plans/new")
        return found

    return ask


def agree(app, at, day: date, to: str = "c", today: date = TODAY):
    with app.app_context():
        db.write()
        child = db.session.get_one(Child, at.child)
        row = actions.open_transfer(
            make.of_city(), child, actions.Opening(getattr(at, to), 3, "搬家", day), today=today
        )
        for _party in range(4):
            actions.answer_transfer(make.of_city(), row.id, True, None, today=today)
        db.session.commit()
        return row.id


@pytest.mark.both_databases
def test_the_school_that_taught_at_home_reads_its_own_years_from_the_day_on(app, at, asks):
    agree(app, at, BEGINS)
    assert asks(BEFORE) == EVERYTHING
    assert asks(BEGINS) == OWN_YEARS
    assert asks(AFTER) == OWN_YEARS
    with app.app_context():
        assert SchoolLink.DELIVERING not in live_links(at.child, AFTER)
        assert schools_of(at.child, BEFORE)[SchoolLink.DELIVERING] == at.special
        kept = db.session.scalars(select(Sight).where(Sight.holder_id == at.special, Sight.facts_to.is_not(None))).one()
        assert (kept.facts_to, kept.right) == (BEGINS, SightRight.READ)


def test_its_teacher_sees_nothing_from_the_day_on_as_one_of_the_sending_school(app, at, asks):
    agree(app, at, BEGINS)
    before, on, after = (asks(day, teacher=True) for day in (BEFORE, BEGINS, AFTER))
    assert before["file"] == 200
    assert all(code in {403, 404} for code in (*on.values(), *after.values()))


def test_a_transfer_of_today_ends_it_at_once(app, at, asks):
    agree(app, at, TODAY)
    assert asks(TODAY) == OWN_YEARS


def test_what_was_opened_while_the_transfer_waited_ends_with_the_rest(app, at, asks):
    agree(app, at, BEGINS)
    with app.app_context():
        db.write()
        give_sight(at.child, SightKind.TEACHER, at.teacher, "a later month", on=BEFORE)
        give_sight(at.child, SightKind.SCHOOL, at.special, "another reason", on=BEFORE)
        db.session.commit()
    assert asks(BEGINS) == OWN_YEARS
    assert asks(BEGINS, teacher=True)["file"] == 404


def test_in_the_same_district_it_goes_on(app, at, asks):
    agree(app, at, BEGINS, to="b")
    assert asks(AFTER) == EVERYTHING


@pytest.mark.both_databases
def test_a_transfer_taken_back_ends_nothing_and_one_of_another_day_ends_it_then(app, at, asks):
    transfer = agree(app, at, BEGINS)
    with app.app_context():
        db.write()
        actions.propose_day(make.of_school(db.session.get_one(School, at.c)), transfer, AFTER, "改期", today=TODAY)
        actions.answer_day(make.of_school(db.session.get_one(School, at.a)), transfer, True, None, today=TODAY)
        db.session.commit()
    assert asks(BEGINS) == EVERYTHING and asks(BEGINS, teacher=True)["file"] == 200
    with app.app_context():
        db.write()
        actions.take_back_transfer(make.of_city(), transfer, "不搬了", today=BEGINS)
        db.session.commit()
    assert asks(AFTER)["safety"] == 303 and asks(AFTER, teacher=True)["file"] == 200
    with app.app_context():
        assert live_links(at.child, AFTER)[SchoolLink.DELIVERING].school_id == at.special


def test_a_new_placement_that_names_the_same_school_lets_it_go_on(app, at, asks):
    agree(app, at, BEGINS)
    with app.app_context():
        db.write()
        db.session.add(_decision(at, BEGINS))
        db.session.commit()
    assert asks(BEGINS) == EVERYTHING


def test_the_new_school_may_name_it_again(app, at, asks):
    agree(app, at, BEGINS)
    assert asks(BEGINS) == OWN_YEARS
    with app.app_context():
        db.write()
        actions.set_links(
            make.of_school(db.session.get_one(School, at.c)),
            db.session.get_one(Child, at.child),
            actions.Place(school_id=at.c, grade=3, delivering_id=at.special),
            reason="仍由其送教",
            on=BEGINS,
            today=BEGINS,
        )
        db.session.commit()
    assert asks(AFTER) == EVERYTHING


def test_what_older_versions_left_standing_is_ended_by_the_command(app, at, asks):
    """Rows as they were: the move is done, the link and the sights of the former district go on without an end."""
    run = app.test_cli_runner().invoke
    agree(app, at, BEGINS)
    assert asks(BEGINS) == OWN_YEARS
    with app.app_context():
        db.write()
        there = Sight.child_id == at.child, Sight.holder_id.in_([at.special, at.teacher])
        db.session.execute(update(Sight).where(*there, Sight.facts_to.is_not(None)).values(valid_to=BEGINS))
        db.session.execute(update(Sight).where(*there, Sight.facts_to.is_(None)).values(valid_to=None))
        db.session.execute(update(Membership).where(Membership.school_id == at.special).values(valid_to=None))
        db.session.commit()
    assert asks(AFTER) == EVERYTHING and asks(AFTER, teacher=True)["file"] == 200
    assert "1 children whose former" in run(args=["leavers", "settle"]).output
    assert asks(AFTER) == OWN_YEARS and asks(AFTER, teacher=True)["file"] == 404
    assert "0 children whose former" in run(args=["leavers", "settle"]).output
    with app.app_context():
        past = select(Sight.facts_to).where(Sight.holder_id == at.special, Sight.valid_to.is_(None))
        assert db.session.scalars(past).all() == [BEGINS], "its years end with the move, not with the command"


def test_a_child_enrolled_in_another_district_keeps_the_school_named_with_its_enrolment(app, at, asks):
    with app.app_context():
        db.write()
        child = make.make_placed(db.session.get_one(Unit, db.session.get_one(School, at.a).unit_id), name="王·𬱖")
        give_sight(child.id, SightKind.SCHOOL, at.special, "placement", on=date(2026, 4, 1))
        actions.enrol_child(
            make.of_city(),
            child,
            actions.Place(school_id=at.c, grade=3, delivering_id=at.special),
            make.student_number("L"),
            on=date(2026, 4, 20),
            today=TODAY,
        )
        at.child = child.id
        db.session.commit()
    assert asks(TODAY) == EVERYTHING


def _decision(at, day: date) -> Decision:
    return Decision(
        child_id=at.child,
        kind=PlacementKind.HOME,
        school_id=at.special,
        decided_on=BEFORE,
        valid_from=day,
        decided_by="黔江区教育委员会",
        home_reason="卧床",
        review_on=date(2027, 5, 1),
        carried_over=True,
        recorded_at=datetime(2026, 5, 5, tzinfo=UTC),
    )
