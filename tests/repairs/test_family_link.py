"""The family's link: confirm a visit or ask for another free time, without signing in; the coordinator answers."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.db import db
from app.db.audit import AuditEntry
from app.repairs.models import MoveRequest, VisitAnswer, VisitLink
from app.routing import check
from app.teams.models import Leave
from app.timetables.actions.timetables import as_plan, inputs_of
from app.timetables.models import Booking, Visit
from app.timetables.queries.live import live_visits
from app.timetables.rules.gathering import make_problem
from tests.support.client import ORIGIN, read_form

MONTH = "2026-10"
FRIDAY = date(2026, 10, 9)


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC))


@pytest.fixture
def town(app, sign_in, district, coordinator, make_timetable):
    """A published October; the calendar stands on its second Friday and the coordinator is signed in."""
    with at(date(2026, 9, 20)):
        sign_in(user=district.coordinator)
        made = make_timetable()
        assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
    with at(FRIDAY):
        sign_in(user=district.coordinator)
        yield district


@pytest.fixture
def phone(app):
    """The family's phone: nobody is signed in, and it asks for English."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def make_link(coordinator, child) -> str:
    """Make a link on the page; return its path."""
    page = coordinator.submit(f"/children/{child.id}/visit-link", f"/children/{child.id}/visit-link/make")
    return re.search(r'value="https?://[^/]+(/v/[^"]+)"', page.get_data(as_text=True))[1]


@pytest.fixture
def link(town, coordinator):
    return make_link(coordinator, town.children[0])


def live(app, town) -> list[Visit]:
    with app.app_context():
        return live_visits(town.unit.id, MONTH)


def first_of(app, town, number: int = 0) -> Visit:
    return next(v for v in live(app, town) if v.child_id == town.children[number].id and v.day > FRIDAY)


def slots_of(page: str) -> list[str]:
    return re.findall(r'name="slot"[^>]*value="([^"]+)"', page)


def ask(phone, link: str, visit) -> str:
    """Ask for the first free time; return it."""
    path = f"{link}/move?visit={visit.id}"
    slot = slots_of(phone.get(path).get_data(as_text=True))[0]
    answer = phone.submit(path, "move", slot=slot)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return slot


def test_the_page_shows_the_next_visits_of_one_child_and_nothing_else(app, town, phone, link):
    page = phone.get(link).get_data(as_text=True)
    visit = first_of(app, town)
    assert f"{visit.start // 60:02d}:{visit.start % 60:02d}" in page and "何晓燕" in page
    for secret in ("冉䶮一", "田小满", "田", "黄桷树", "13800001234", str(town.children[0].id)):
        assert secret not in page, secret
    assert page.count('name="visit"') == len(
        {
            v.id
            for v in live(app, town)
            if v.child_id == visit.child_id and FRIDAY <= v.day <= FRIDAY + timedelta(days=21)
        }
    )


@pytest.mark.both_databases
def test_a_yes_is_kept_once_and_the_teacher_reads_it(app, town, phone, link, teacher):
    visit = first_of(app, town)
    action, fields = _form_of(phone.get(link).get_data(as_text=True), visit)
    for _time in range(2):
        answer = phone.post(action, data={**fields, "form_key": str(uuid.uuid4())}, headers={"Origin": ORIGIN})
        assert answer.status_code == 303
    with app.app_context():
        row = db.session.scalars(select(VisitAnswer)).one()
        assert (row.child_id, row.day, row.start) == (visit.child_id, visit.day, visit.start)
    assert "You said: this suits us" in phone.get(link).get_data(as_text=True)
    assert "The family says yes" in teacher.get(f"/my-week?week={visit.day}").get_data(as_text=True)


def _form_of(page: str, visit) -> tuple[str, dict]:
    """The form that confirms a visit."""
    part = page[page.index(str(visit.id)) - 600 :]
    token = re.search(r'name="csrf_token" value="([^"]+)"', part)[1]
    return re.search(r'action="([^"]+/confirm)"', page)[1], {"csrf_token": token, "visit": str(visit.id)}


@pytest.mark.both_databases
def test_only_feasible_times_are_offered_and_each_of_them_is(app, town, phone, link):
    visit = first_of(app, town)
    offered = slots_of(phone.get(f"{link}/move?visit={visit.id}").get_data(as_text=True))
    assert 1 <= len(offered) <= 6
    with app.app_context():
        stands = live_visits(town.unit.id, MONTH)
        from app.access import SYSTEM

        task = make_problem(inputs_of(SYSTEM, town.unit.id, date(2026, 10, 5), date(2026, 11, 1)))
        known = {(f.code, str(f.values)) for f in check(task, as_plan(task, stands))}
        mine = next(v for v in stands if v.id == visit.id)
        db.session.expunge_all()
        for slot in offered:
            day, start = slot.split("/")
            assert date.fromisoformat(day) > FRIDAY
            mine.day, mine.start, mine.end = date.fromisoformat(day), int(start), int(start) + 90
            new = {(f.code, str(f.values)) for f in check(task, as_plan(task, stands))} - known
            assert not {code for code, _v in new} - {"miscounted"}, (slot, new)
        db.session.rollback()


@pytest.mark.both_databases
def test_a_wish_waits_on_today_and_moves_the_visit_with_one_tap(app, town, phone, link, coordinator, teacher, sign_in):
    before, visit = live(app, town), first_of(app, town)
    slot = ask(phone, link, visit)
    assert "You asked for another time" in phone.get(link).get_data(as_text=True)
    assert {v.id for v in live(app, town)} == {v.id for v in before}, "nothing moves by itself"
    assert "1 family asks for another time of a visit" in coordinator.get("/").get_data(as_text=True)
    with app.app_context():
        wish = db.session.scalars(select(MoveRequest)).one()
    answer = coordinator.submit("/wishes", f"/wishes/{wish.id}/accept")
    assert answer.status_code == 200 and "was moved to" in answer.get_data(as_text=True)
    after = live(app, town)
    gone = {v.id for v in before} - {v.id for v in after}
    made = next(v for v in after if v.id not in {v.id for v in before})
    assert gone == {visit.id} and f"{made.day}/{made.start}" == slot and made.end - made.start == 90
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 3 * len(after)
        assert db.session.get(Visit, visit.id).day == visit.day, "what was published stays readable"
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "accept_wish")).one()
    sign_in(user=town.teacher_user, client=teacher)
    assert "is now on" in teacher.get(f"/my-week?week={made.day}").get_data(as_text=True)
    page = phone.get(link).get_data(as_text=True)
    assert "You said: this suits us" in page and "You asked for another time" not in page
    calendar = f"/timetables/{made.timetable_id}/calendar?child={made.child_id}"
    timetable = coordinator.get(calendar).get_data(as_text=True)
    assert timetable.count("第一组") == sum(v.child_id == made.child_id for v in after)
    again = coordinator.post(f"/wishes/{wish.id}/accept", data=_token(coordinator), headers={"Origin": ORIGIN})
    assert again.status_code == 422 and "answered or taken back already" in again.get_data(as_text=True)


def _token(client) -> dict:
    page = client.get("/").get_data(as_text=True)
    return {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page)[1]}


def test_a_refusal_needs_a_reason_that_the_family_reads(app, town, phone, link, coordinator):
    visit = first_of(app, town)
    ask(phone, link, visit)
    with app.app_context():
        wish = db.session.scalars(select(MoveRequest)).one()
    empty = coordinator.submit("/wishes", f"refuse-{wish.id}", reason=" ")
    assert empty.status_code == 422 and "the family reads it" in empty.get_data(as_text=True)
    assert coordinator.submit("/wishes", f"refuse-{wish.id}", reason="那天全体教师培训").status_code == 200
    page = phone.get(link).get_data(as_text=True)
    assert "那天全体教师培训" in page and "Another time was not possible" in page
    assert "asks for another time" not in coordinator.get("/").get_data(as_text=True)


def test_a_time_that_was_taken_meanwhile_is_refused_with_words(app, town, phone, link, coordinator):
    before, visit = live(app, town), first_of(app, town)
    path = f"{link}/move?visit={visit.id}"
    _action, fields = read_form(phone.get(path).get_data(as_text=True), "move")
    answer = phone.post(path, data={**fields, "slot": "2026-10-10/600"}, headers={"Origin": ORIGIN})
    assert answer.status_code == 422 and "not free any more" in answer.get_data(as_text=True)
    slot = ask(phone, link, visit)
    with app.app_context():  # meanwhile a teacher falls ill on that very day
        db.write()
        day = date.fromisoformat(slot.partition("/")[0])
        db.session.add(Leave(teacher_id=town.teachers[1].id, first_on=day, last_on=day))
        db.session.commit()
        wish = db.session.scalars(select(MoveRequest)).one()
    refused = coordinator.submit("/wishes", f"/wishes/{wish.id}/accept")
    assert refused.status_code == 422 and "outside its hours" in refused.get_data(as_text=True)
    with app.app_context():
        assert db.session.get(MoveRequest, wish.id).state == "open"
    assert {v.id for v in live(app, town)} == {v.id for v in before}


def test_a_second_wish_waits_and_the_first_can_be_taken_back(app, town, phone, link):
    visit = first_of(app, town)
    ask(phone, link, visit)
    again = phone.get(f"{link}/move?visit={visit.id}").get_data(as_text=True)
    assert not slots_of(again)
    assert "The coordinator answers soon" in again and "no other free time" not in again
    assert f'action="{link}/withdraw"' in again
    assert phone.submit(link, f"{link}/withdraw").status_code == 200
    assert slots_of(phone.get(f"{link}/move?visit={visit.id}").get_data(as_text=True))
    for _time in range(4):
        ask(phone, link, visit)
        phone.submit(link, f"{link}/withdraw")
    path = f"{link}/move?visit={visit.id}"
    slot = slots_of(phone.get(path).get_data(as_text=True))[0]
    often = phone.submit(path, "move", slot=slot)
    assert often.status_code == 422 and "5 times today" in often.get_data(as_text=True)


def test_another_childs_visit_does_not_exist_behind_the_link(app, town, phone, link):
    theirs = first_of(app, town, 1)
    assert phone.get(f"{link}/move?visit={theirs.id}").status_code == 404
    assert phone.get(f"{link}/move?visit={uuid.uuid4()}").status_code == 404
    assert phone.get(f"{link}/move?visit=nonsense").status_code == 404
    token = _form_of(phone.get(link).get_data(as_text=True), first_of(app, town))[1]["csrf_token"]
    for act in ("confirm", "withdraw"):
        answer = phone.post(
            f"{link}/{act}", data={"csrf_token": token, "visit": str(theirs.id)}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == 404


def test_a_link_ends_by_a_new_one_by_hand_and_by_time(app, town, phone, link, coordinator, sign_in):
    second = make_link(coordinator, town.children[0])
    assert phone.get(link).status_code == 404 and phone.get(second).status_code == 200
    with app.app_context():
        assert second.rpartition("/")[2] not in {row.token_hash for row in db.session.scalars(select(VisitLink))}
    with at(FRIDAY + timedelta(days=61)):
        assert phone.get(second).status_code == 404
    coordinator.submit(f"/children/{town.children[0].id}/visit-link", f"/children/{town.children[0].id}/visit-link/end")
    assert phone.get(second).status_code == 404


def test_guessing_links_is_slowed_down(town, phone, link):
    answers = [phone.get(f"/v/guess-{n}").status_code for n in range(25)]
    assert answers[:20] == [404] * 20 and answers[-1] == 429
    assert phone.get(link).status_code == 200, "a good link opens all the same: a school has one address"


def test_the_paper_has_the_visits_and_the_square(town, coordinator, app):
    path = f"/children/{town.children[0].id}/visit-link"
    answer = coordinator.submit(path, "print")
    assert answer.mimetype == "application/pdf" and answer.get_data().startswith(b"%PDF")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(VisitLink)) == 1


@pytest.mark.both_databases
def test_two_who_accept_at_once_move_it_once(app, town, phone, link, sign_in):
    visit = first_of(app, town)
    ask(phone, link, visit)
    with app.app_context():
        wish_id = db.session.scalars(select(MoveRequest)).one().id
    clients = [app.test_client(), app.test_client()]
    for one in clients:
        sign_in(user=town.coordinator, client=one)
    tokens, answers = [_token(one) for one in clients], []

    def press(number: int) -> None:
        answer = clients[number].post(f"/wishes/{wish_id}/accept", data=tokens[number], headers={"Origin": ORIGIN})
        answers.append(answer.status_code)

    threads = [threading.Thread(target=press, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Visit).where(Visit.origin == "manual")) == 1
