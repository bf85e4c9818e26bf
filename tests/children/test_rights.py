"""Who held a file once reads its own years and writes nothing; who only reads writes nothing; who answers writes."""

import uuid
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.access import SYSTEM, Permission, Role
from app.accounts.models import User
from app.accounts.queries import find_actor
from app.children.bulk import keep_towns
from app.children.models import Child, Diagnosis, ResponsibleUnit, Sight
from app.children.queries import find_child, list_past, read_child
from app.children.responsible import move_unit, needs_turn, turn_units, unit_on
from app.children.sight import ReadOnly, give_sight, keep_past, may_write, require_write, writable
from app.children.types import SightKind, SightRight
from app.db import db
from app.jobs.actions import job, queue_job
from app.jobs.runner import run_waiting
from app.kernel.problems import N_
from app.web.filters import today
from tests.children.factory import make_child, make_school, make_unit
from tests.support.people import make_user, sign_in

DAY = timedelta(days=1)
FOUND: list = []


@job("tests.whose", N_("Work"), needs=Permission.SIGNED_IN)
def whose(work):
    FOUND.append(db.session.get(Child, uuid.UUID(work.args["child"])).unit_id)


@pytest.fixture
def moved(app):
    """A child that a school and its district lost today to another district's."""
    with app.app_context():
        here, there = make_unit(), make_unit("石柱县")
        old, new = make_school(here), make_school(there, "南宾小学")
        child = make_child(here, "冉䶮一", school=old)
        users = {
            "old": make_user(Role.SCHOOL_COORDINATOR, school_id=old.id),
            "new": make_user(Role.SCHOOL_COORDINATOR, school_id=new.id),
            "here": make_user(Role.DISTRICT_COORDINATOR, unit_id=here.id),
            "there": make_user(Role.DISTRICT_COORDINATOR, unit_id=there.id),
        }
        give_sight(child.id, SightKind.SCHOOL, new.id, "roll", on=today())
        keep_past(child.id, SightKind.SCHOOL, old.id, "past roll", on=today())
        move_unit(child, there.id, on=today(), because="transfer")
        db.session.commit()
        return {"child": child.id, "users": users, "here": here.id, "there": there.id}


READS = ("", "/roll", "/plans", "/assessment", "/visits")
WRITES = (
    "/edit",
    "/family/edit",
    "/disabilities/edit",
    "/home/edit",
    "/safety/edit",
    "/diagnosis",
    "/family",
    "/plans/new",
    "/reveal/document",
    "/assessment/new",
    "/roll/links",
    "/roll/enrol",
)


@pytest.mark.parametrize("who", ["old", "here"])
def test_a_former_holder_reads_five_pages_and_no_other(app, client, moved, who):
    app.config["WTF_CSRF_ENABLED"] = False
    sign_in(client, moved["users"][who])
    for path in READS:
        answer = client.get(f"/children/{moved['child']}{path}")
        assert answer.status_code == 200 and "The child has left." in answer.get_data(as_text=True), path
    left = 0
    for path in WRITES:
        for method in ("GET", "POST"):
            answer = client.open(f"/children/{moved['child']}{path}", method=method)
            assert answer.status_code in {403, 404, 405}, f"{method} {path}: {answer.status_code}"
            advice = [said in answer.get_data(as_text=True) for said in ("The child has left:", "give you the role")]
            left += advice[0]
            assert advice.count(True) <= 1, f"{method} {path}: two advices that contradict each other"
    assert left
    assert "冉䶮一" in client.get("/children/past").get_data(as_text=True)
    assert "冉䶮一" not in client.get("/children").get_data(as_text=True)


@pytest.mark.parametrize("who", ["new", "there"])
def test_who_answers_now_reads_all_and_writes(client, moved, who):
    sign_in(client, moved["users"][who])
    for path in (*READS, "/edit", "/safety/edit"):
        assert client.get(f"/children/{moved['child']}{path}").status_code == 200, path
    assert "冉䶮一" not in client.get("/children/past").get_data(as_text=True)


def test_a_fact_of_later_years_is_hidden_from_a_former_holder(client, moved):
    sign_in(client, moved["users"]["new"])
    said = client.submit(f"/children/{moved['child']}/diagnosis", words="自闭谱系障碍 新校所写", found_on="2020-01-01")
    assert said.status_code in {200, 303}
    sign_in(client, moved["users"]["old"])
    page = client.get(f"/children/{moved['child']}").get_data(as_text=True)
    assert "新校所写" not in page and "A diagnosis was added" not in page


def test_rows_whose_ids_carry_no_time_are_dated_by_what_they_say(app, client, moved):
    """Rows of the demo, or of another program, have ids of another make."""
    with app.app_context():
        db.session.add_all(
            [
                Diagnosis(id=uuid.uuid4(), child_id=moved["child"], words="脑性瘫痪 早年", found_on=today() - DAY),
                Diagnosis(id=uuid.uuid4(), child_id=moved["child"], words="今天才写的", found_on=today()),
                Diagnosis(id=uuid.uuid4(), child_id=moved["child"], words="没有日期的", found_on=None),
            ]
        )
        db.session.commit()
    sign_in(client, moved["users"]["old"])
    page = client.get(f"/children/{moved['child']}").get_data(as_text=True)
    assert "脑性瘫痪 早年" in page and "今天才写的" not in page and "没有日期的" not in page


def test_every_file_of_the_past_opens_in_the_demo(demo_app):
    """On the demo as it is delivered, for its school and its district."""
    with demo_app.app_context():
        users = db.session.scalars(select(User).where(User.username.in_(["school", "district"]))).all()
        by_child = {
            user.id: [child.id for child, _until in list_past(find_actor(user.id), limit=50, offset=0)]
            for user in users
        }
    assert any(by_child.values())
    client = demo_app.test_client()
    for user in users:
        sign_in(client, user)
        for child_id in by_child[user.id]:
            for path in READS:
                assert client.get(f"/children/{child_id}{path}").status_code == 200, (user.username, child_id, path)


@pytest.mark.both_databases
def test_a_reader_sees_all_and_writes_nothing(app_context):
    unit = make_unit()
    school, child = make_school(unit, "读者小学"), make_child(unit, "冉䶮一")
    give_sight(child.id, SightKind.SCHOOL, school.id, "roll", on=today(), right=SightRight.READ)
    user = make_user(Role.SCHOOL_COORDINATOR, school_id=school.id)
    actor = find_actor(user.id)
    assert find_child(actor, child.id) == child and not may_write(actor, child)
    assert db.session.scalars(select(Child.id).where(writable(actor))).all() == []
    with pytest.raises(ReadOnly):
        require_write(actor, child)


@pytest.mark.both_databases
def test_a_district_writes_by_its_sight_and_from_the_day_of_the_move(app_context):
    here, there = make_unit(), make_unit("石柱县")
    child = make_child(here, "冉䶮一")
    old, new = (find_actor(make_user(Role.DISTRICT_COORDINATOR, unit_id=unit.id).id) for unit in (here, there))
    assert may_write(old, child) and not may_write(new, child)
    assert db.session.scalars(select(Child.id).where(writable(old))).all() == [child.id]
    on = today() + DAY
    move_unit(child, there.id, on=on, because="transfer")
    assert may_write(old, child) and not may_write(new, child), "until then the old one answers"
    move_unit(child, there.id, on=today(), because="transfer")
    assert may_write(new, child) and not may_write(old, child)
    assert db.session.scalars(select(Child.id).where(writable(old))).all() == []
    with pytest.raises(ReadOnly):
        require_write(old, child)
    for sight in db.session.scalars(select(Sight).where(Sight.holder_id == there.id)):
        sight.valid_to = sight.valid_from
    db.session.flush()
    assert child.unit_id == there.id and not may_write(new, child), "nothing but the sight"


@pytest.mark.both_databases
def test_a_move_agreed_for_later_counts_from_its_day(app_context):
    here, there = make_unit(), make_unit("石柱县")
    child, on = make_child(here, "冉䶮一"), today() + 30 * DAY
    move_unit(child, there.id, on=on, because="transfer")
    assert child.unit_id == here.id == unit_on(child, on - DAY) and unit_on(child, on) == there.id
    assert not needs_turn(today()) and needs_turn(on)
    keep_towns(db.session, {child.id: "500243100"}, on=today())
    assert unit_on(child, on) == there.id and unit_on(child, date(2000, 1, 1)) == here.id
    move_unit(child, here.id, on=on, because="transfer")
    assert unit_on(child, on) == here.id and not needs_turn(on)
    move_unit(child, there.id, on=on - DAY, because="transfer")
    assert turn_units(on - DAY) == 1
    db.session.expire_all()
    assert child.unit_id == there.id
    periods = db.session.scalars(
        select(ResponsibleUnit).where(ResponsibleUnit.child_id == child.id, ResponsibleUnit.valid_to.is_(None))
    ).all()
    assert len(periods) == 1


def test_the_first_work_of_a_day_sees_whose_child_it_is_since_then(app):
    """A job or a command may be the first on the day on which a move begins, before anybody has signed in."""
    with app.app_context():
        db.write()
        here, there = make_unit(), make_unit("石柱县")
        child, on = make_child(here, "冉䶮一"), today() + 30 * DAY
        move_unit(child, there.id, on=on, because="transfer")
        child_id, units, code = child.id, {here.id: "here", there.id: "there"}, there.code
        db.session.commit()

    def unit_of_child() -> str:
        with app.app_context():
            return units[db.session.scalar(select(Child.unit_id).where(Child.id == child_id))]

    def work() -> None:
        with app.app_context():
            db.write()
            queue_job(SYSTEM, "tests.whose", {"child": str(child_id)})
            db.session.commit()
        run_waiting(app)

    work()
    assert FOUND.pop() == here.id and unit_of_child() == "here"
    with time_machine.travel(f"{on}T02:00:00+00:00", tick=False):
        work()
        assert FOUND.pop() == there.id and unit_of_child() == "there"
    with app.app_context():
        db.write()
        move_unit(db.session.get(Child, child_id), here.id, on=on + DAY, because="transfer")
        db.session.commit()
    with time_machine.travel(f"{on + DAY}T02:00:00+00:00", tick=False):
        app.test_cli_runner().invoke(args=["roads", "measure", "--unit", code])
        assert unit_of_child() == "here"


def test_a_district_before_the_move_reads_no_more_than_the_day_of_the_move(app, moved):
    with app.app_context():
        from app.accounts.queries import find_actor

        actor = find_actor(moved["users"]["here"].id)
        assert read_child(actor, moved["child"])[1] == today()
