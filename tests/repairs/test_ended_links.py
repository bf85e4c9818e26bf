"""What was handed out stops with the reason for it: the family's link, letters and sessions, a teacher's calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.access import SYSTEM, Role
from app.accounts.actions import make_link as make_secret
from app.accounts.actions import make_user
from app.accounts.models import LinkPurpose, SignIn
from app.children.actions import change_guardians
from app.children.facts import GuardianFacts
from app.children.models import Child, Guardianship
from app.children.types import GuardianRelation
from app.db import db
from app.schools.models import Teacher
from tests.factories import visits as make
from tests.repairs.test_family_link import make_link
from tests.support import people

FRIDAY = date(2026, 10, 9)
MONDAY = FRIDAY + timedelta(days=3)


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 10, 9, 1, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def child(app, district, clock):
    """On the roll of its district's school, with both parents."""
    with app.app_context():
        db.write()
        row = db.session.get(Child, district.children[0].id)
        parents = (
            GuardianFacts(name="冉秀英", relation=GuardianRelation.MOTHER, is_guardian=True, may_see=True),
            GuardianFacts(name="田大河", relation=GuardianRelation.FATHER, is_guardian=True, may_see=True),
        )
        change_guardians(SYSTEM, row, parents, revision=None, today=FRIDAY)
        db.session.commit()
        db.session.expunge_all()
    return row


@pytest.fixture
def link(child, coordinator, sign_in, district):
    sign_in(user=district.coordinator)
    return make_link(coordinator, child)


@pytest.fixture
def phone(app):
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def asks_for_a_new_one(answer) -> bool:
    return answer.status_code == 404 and "Ask your child&#39;s teacher for a new paper" in answer.get_data(
        as_text=True
    ).replace("'", "&#39;")


@pytest.mark.both_databases
@pytest.mark.parametrize("day", [FRIDAY, MONDAY])
def test_a_link_of_the_old_district_stops_on_the_day_of_the_transfer(app, child, link, phone, clock, coordinator, day):
    with app.app_context():
        db.write()
        make.transfer(db.session.get(Child, child.id), make.make_far(), on=day, today=FRIDAY)
        db.session.commit()
    assert (phone.get(link).status_code == 200) is (day > FRIDAY)
    clock.move_to(datetime(day.year, day.month, day.day, 1, tzinfo=UTC))
    assert asks_for_a_new_one(phone.get(link))
    for act in ("confirm", "withdraw"):
        assert phone.post(f"{link}/{act}").status_code in {400, 404}
    assert asks_for_a_new_one(phone.get(f"{link}/move"))


@pytest.mark.both_databases
def test_a_link_made_after_the_transfer_works(app, child, link, phone, sign_in, coordinator):
    with app.app_context():
        db.write()
        far = make.make_far()
        make.transfer(db.session.get(Child, child.id), far, on=FRIDAY, today=FRIDAY)
        user = people.make_user(Role.DISTRICT_COORDINATOR, unit_id=far.unit_id, name="黔主任")
        db.session.commit()
    sign_in(user=user)
    new = make_link(coordinator, child)
    assert phone.get(new).status_code == 200 and asks_for_a_new_one(phone.get(link))


def family_of(app, child) -> dict[str, Guardianship]:
    rows = db.session.scalars(
        select(Guardianship).where(Guardianship.child_id == child.id, Guardianship.valid_to.is_(None))
    ).all()
    return {row.relation.value: row for row in rows}


def leaves(row: Child, live: dict) -> None:
    """The father is taken out of the family on the page of the file."""
    mother = live["mother"]
    change_guardians(
        SYSTEM,
        row,
        (
            GuardianFacts(
                name="冉秀英",
                relation=GuardianRelation.MOTHER,
                is_guardian=True,
                may_see=True,
                guardianship_id=mother.id,
            ),
        ),
        revision=None,
        today=FRIDAY,
    )


def sees_no_more(row: Child, live: dict) -> None:
    change_guardians(
        SYSTEM,
        row,
        tuple(
            GuardianFacts(
                name=name,
                relation=one,
                is_guardian=True,
                may_see=one == GuardianRelation.MOTHER,
                guardianship_id=live[one.value].id,
            )
            for name, one in (("冉秀英", GuardianRelation.MOTHER), ("田大河", GuardianRelation.FATHER))
        ),
        revision=None,
        today=FRIDAY,
    )


def access_ends(row: Child, live: dict) -> None:
    from app.family.actions import set_access

    set_access(SYSTEM, row, live["father"].id, False, today=FRIDAY)


@pytest.mark.both_databases
@pytest.mark.parametrize("end", [leaves, sees_no_more, access_ends])
def test_what_a_guardian_was_given_ends_with_the_access(app, child, link, phone, sign_in, end):
    with app.app_context():
        db.write()
        live = family_of(app, child)
        father, mother = live["father"].guardian_id, live["mother"].guardian_id
        letter = make_secret(SYSTEM, LinkPurpose.GUARDIAN_INVITATION, days=14, guardian_id=father, child_id=child.id)[1]
        users = {
            one: make_user(
                SYSTEM, username=f"g-{one.hex[-6:]}", name="家长", password=None, guardian_id=one, must_change=False
            )
            for one in (father, mother)
        }
        db.session.commit()
        db.session.expunge_all()
    for user in users.values():
        people.sign_in(app.test_client(), user)
    assert phone.get(f"/enter/{letter}").status_code == 200
    with app.app_context():
        db.write()
        end(db.session.get(Child, child.id), family_of(app, child))
        db.session.commit()
        open_ones = set(
            db.session.scalars(
                select(SignIn.user_id).where(
                    SignIn.ended_at.is_(None), SignIn.user_id.in_([user.id for user in users.values()])
                )
            )
        )
    assert asks_for_a_new_one(phone.get(link))
    assert phone.get(f"/enter/{letter}").status_code == 404
    assert open_ones == {users[mother].id}, "the session of who may see nothing any more is over"


def test_saving_the_family_as_it_is_ends_nothing(app, child, link, phone):
    with app.app_context():
        db.write()
        live = family_of(app, child)
        change_guardians(
            SYSTEM,
            db.session.get(Child, child.id),
            tuple(
                GuardianFacts(
                    name=name, relation=one, is_guardian=True, may_see=True, guardianship_id=live[one.value].id
                )
                for name, one in (("冉秀英", GuardianRelation.MOTHER), ("田大河", GuardianRelation.FATHER))
            ),
            revision=None,
            today=FRIDAY,
        )
        db.session.commit()
    assert phone.get(link).status_code == 200


@pytest.mark.both_databases
def test_the_calendar_of_a_teacher_that_left_stops(app, district, clock, teacher, phone, sign_in):
    sign_in(user=district.teacher_user, client=teacher)
    page = teacher.submit("/my-calendar", "/my-calendar/link").get_data(as_text=True)
    address = re.search(r"/calendar/[\w-]+\.ics", page)[0]
    assert phone.get(address).status_code == 200
    with app.app_context():
        db.write()
        db.session.get(Teacher, district.teachers[0].id).active = False
        db.session.commit()
    assert phone.get(address).status_code == 404
