"""A transfer out is agreed for a later day: what stands after it is nobody's promise any more, until it is taken
back."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest

from app.access import SYSTEM
from app.db import db
from app.repairs.actions.answers import make_visit_link
from app.roll.actions import take_back_transfer
from app.visits.queries.minutes import child_ledger
from tests.factories import roll
from tests.factories import visits as make
from tests.repairs.steps import FRIDAY, MONDAY, at, begin, choose, draft_of, live
from tests.support.client import ORIGIN

MOVES_ON = MONDAY + timedelta(days=7)
TOLD = "届时孩子已转到其他区县"
SAID = "moves to another district before"


@pytest.fixture
def child(app, town):
    """The child that moves, and its link."""
    with app.app_context():
        db.write()
        far = make.make_far()
        row = db.session.merge(town.children[0])
        town.transfer = make.transfer(row, far, on=MOVES_ON, today=FRIDAY).id
        _link, town.token = make_visit_link(SYSTEM, row)
        db.session.commit()
    return town.children[0]


def words(client, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def of_child(app, town, child, *, after: bool) -> list:
    return [v for v in live(app, town) if v.child_id == child.id and v.day > FRIDAY and (v.day >= MOVES_ON) == after]


def said_ahead(page: str) -> int:
    """How many visits the link says are to come."""
    return int(re.search(r"老师上门 (\d+) 次", page)[1])


def take_back(app, town) -> None:
    with app.app_context():
        db.write()
        take_back_transfer(roll.of_city(), town.transfer, "不搬了", today=FRIDAY)
        db.session.commit()


def test_the_familys_link_says_it_and_takes_no_yes(app, town, child):
    family = app.test_client()
    page = words(family, f"/v/{town.token}")
    before, after = (of_child(app, town, child, after=which) for which in (False, True))
    shown = [v for v in after if v.day <= FRIDAY + timedelta(days=21)]
    assert before and shown and page.count(TOLD) == len(shown)
    promised = said_ahead(page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    late = {"csrf_token": token, "visit": str(after[0].id), "form_key": str(uuid.uuid4())}
    answer = family.post(f"/v/{town.token}/confirm", data=late, headers={"Origin": ORIGIN})
    assert answer.status_code in (409, 422) and "现在的老师不再上门" in answer.get_data(as_text=True)
    take_back(app, town)
    page = words(family, f"/v/{town.token}")
    assert TOLD not in page and said_ahead(page) == promised + len(shown)


@pytest.mark.both_databases
def test_the_teachers_week_the_timetable_and_the_figures_follow(app, town, child, coordinator, teacher, sign_in):
    sign_in(user=town.teacher_user, client=teacher)
    after = of_child(app, town, child, after=True)
    mine = [v for v in after if v.team_id == town.team.id and v.day < MOVES_ON + timedelta(days=7)]
    week = f"/timetables/{town.timetable}?week={MOVES_ON}&team={after[0].team_id}"
    month = f"/timetables/{town.timetable}"

    def counts() -> tuple[int, int, int]:
        with app.app_context():
            minutes = child_ledger(child.id, FRIDAY)[0].balance
        return minutes.due, minutes.planned, minutes.owed

    due, planned, owed = counts()
    own_week = words(teacher, f"/my-week?week={MOVES_ON}")
    assert own_week.count(SAID) == len(mine)
    assert not [v for v in mine if str(v.id) in own_week], "nothing of these is to be opened and recorded"
    assert own_week.count("Do not set out") == len(mine)
    sheet = words(coordinator, f"/children/{child.id}/visits?month=2026-10").partition('<table class="month">')[2]
    assert sheet.count('class="cancelled"') == sheet.count("ends with the move") > 0
    board = words(coordinator, week)
    assert board.count("On the road:") < board.count('class="visit '), "nobody is on the way to them"
    assert "ends with the move" in words(coordinator, week)
    assert f"{len(after)} called off since" in words(coordinator, month)
    take_back(app, town)
    whole = counts()
    assert whole[0] > due and whole[1] - planned == sum(v.end - v.start for v in after) and whole[2] == owed
    assert SAID not in words(teacher, f"/my-week?week={MOVES_ON}")
    assert "ends with the move" not in words(coordinator, week)
    assert "called off since" not in words(coordinator, month)


def test_a_month_published_again_opens_no_file_beyond_the_move(app, town, child, coordinator, sign_in):
    """The teacher's sight ends with the move, also where the visits before it were published anew meanwhile."""
    other = next(v for v in live(app, town) if v.child_id == town.children[2].id and v.day >= MONDAY)
    path = begin(app, coordinator, town, "family_cancels", child_id=str(other.child_id), first_on=other.day.isoformat())
    choose(coordinator, path)
    assert coordinator.submit(f"/timetables/{draft_of(app, path)}/publish").status_code == 200
    comes = any(v.team_id == town.team.id for v in of_child(app, town, child, after=False))
    phone = app.test_client()
    with at(MOVES_ON - timedelta(days=1)):
        sign_in(user=town.teacher_user, client=phone)
        assert phone.get(f"/children/{child.id}").status_code == (200 if comes else 404)
    with at(MOVES_ON):
        sign_in(user=town.teacher_user, client=phone)
        assert phone.get(f"/children/{child.id}").status_code == 404
        assert SAID not in words(phone, f"/my-week?week={MOVES_ON}")
    assert not of_child(app, town, child, after=True)
