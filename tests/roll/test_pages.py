"""The roll's pages as school, district and city; a transfer through four browsers; nobody sees what is not theirs."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from app.children.models import Child
from app.db import audit, db
from app.roll import actions, queries
from app.roll.bulk import NewIntended, insert_intended
from app.roll.models import RollRequest, Transfer
from app.roll.types import MovementKind, RollStatus, SchoolLink
from app.schools.models import School, Unit
from app.web.filters import today
from tests.factories import roll as make
from tests.support.client import read_form


@pytest.fixture
def ids(app):
    """Ids of a town with a child that is on the roll of school a, and one that waits for its roll."""
    with app.app_context():
        db.write()
        town = make.make_town()
        number = make.student_number("L")
        child = make.make_enrolled(town, number=number, today=today(), attending_id=town.b.id)
        waiting = make.make_placed(town.home, name="王·𬱖")
        found = {
            "child": child.id,
            "waiting": waiting.id,
            "number": number,
            "document": child.document_number,
            "home": town.home.id,
            "far": town.far.id,
        }
        found |= {name: getattr(town, name).id for name in "abc"}
        db.session.commit()
    return found


def status(app, child_id):
    with app.app_context():
        return queries.status_of(child_id)


def text(response) -> str:
    return response.get_data(as_text=True)


ROLL_PAGES = (
    "roll",
    "roll/enrol",
    "roll/links",
    "roll/number",
    "roll/suspend",
    "roll/extend",
    "roll/resume",
    "roll/defer",
    "roll/leave",
)


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
@pytest.mark.parametrize("role", ["school", "district", "city"])
def test_every_page_opens_for_whom_it_is_meant(client, sign_in, ids, role, language):
    scopes = {
        "school": ("school_coordinator", {"school_id": ids["a"]}),
        "district": ("district_coordinator", {"unit_id": ids["home"]}),
        "city": ("city_coordinator", {}),
    }
    name, scope = scopes[role]
    sign_in(name, language=language, **scope)
    for page in ROLL_PAGES:
        expected = 403 if role == "school" and page == "roll/defer" else 200
        assert client.get(f"/children/{ids['child']}/{page}").status_code == expected, page
    assert client.get("/roll").status_code == client.get("/roll/transfers/new").status_code == 200


@pytest.mark.parametrize("page", ROLL_PAGES)
def test_a_foreign_child_is_not_found(client, sign_in, ids, page):
    sign_in("district_coordinator", unit_id=ids["far"])
    assert client.get(f"/children/{ids['child']}/{page}").status_code == 404
    assert client.post(f"/children/{ids['child']}/{page}").status_code in {400, 404, 405}


def test_a_teacher_does_not_write_the_roll(client, sign_in, ids):
    sign_in("visiting_teacher", school_id=ids["a"])
    assert client.get("/roll").status_code == 403
    assert client.get(f"/children/{ids['child']}/roll/links").status_code == 403


def test_numbers_are_masked_also_the_old_ones(app, client, sign_in, ids):
    new = make.student_number("G")
    sign_in("school_coordinator", school_id=ids["a"])
    client.submit(f"/children/{ids['child']}/roll/number", number=new, reason="春季核发", on=today().isoformat())
    page = text(client.get(f"/children/{ids['child']}/roll"))
    for number in (new, ids["number"], ids["document"]):
        assert number not in page and number[-4:] not in page and number[1:7] not in page
    assert f"G{'*' * 17}{new[-1]}" in page and f"L{'*' * 17}{ids['number'][-1]}" in page


def test_a_school_that_teaches_only_reads(client, sign_in, ids):
    sign_in("school_coordinator", school_id=ids["b"])
    page = text(client.get(f"/children/{ids['child']}/roll"))
    assert "Your school reads this roll" in page and "Suspend studies" not in page
    answer = client.submit(
        f"/children/{ids['child']}/roll/number", number=make.student_number("G"), reason="r", on=today().isoformat()
    )
    assert answer.status_code == 422 and "change nothing" in text(answer)


def test_a_placed_child_is_enrolled_by_its_district(app, client, sign_in, ids):
    sign_in("district_coordinator", unit_id=ids["home"])
    with app.app_context():
        code = queries.unit_schools(ids["home"], today())[0].code
    path = f"/children/{ids['waiting']}/roll/enrol"
    answer = client.submit(path, school=f"{code} anything", number="", grade="1", on=today().isoformat())
    assert answer.status_code == 422 and "temporary one" in text(answer)
    answer = client.submit(
        path, school="没有这所学校", number=make.student_number("L"), grade="1", on=today().isoformat()
    )
    assert answer.status_code == 422 and "There is no such school" in text(answer)
    answer = client.submit(
        path,
        school=f"{code} anything",
        number=make.student_number("L"),
        grade="1",
        on=today().isoformat(),
        attendance="day",
    )
    assert answer.status_code == 200 and "王·𬱖" in text(answer)
    assert status(app, ids["waiting"]) == RollStatus.ACTIVE


def test_where_a_sheet_meant_a_child_to_be_is_shown_offered_and_ended_by_enrolment(app, client, sign_in, ids):
    with app.app_context():
        db.write()
        insert_intended(
            db.session,
            [
                NewIntended(
                    ids["waiting"],
                    today(),
                    ids["a"],
                    delivering_id=ids["b"],
                    details={"grade": 4, "class_name": "7班", "class_number": "12", "attendance": "home"},
                )
            ],
        )
        db.session.commit()
        schools = {row.id: f"{row.code} {row.name}" for row in db.session.scalars(select(School))}
    sign_in("district_coordinator", unit_id=ids["home"])
    path = f"/children/{ids['waiting']}"
    for page in (path, f"{path}/roll"):
        assert "7班 (not on the roll yet)" in text(client.get(page)), page
    shown = text(client.get(f"{path}/roll"))
    assert schools[ids["a"]] in shown and schools[ids["b"]] in shown
    _action, form = read_form(text(client.get(f"{path}/roll/enrol")))
    assert form["school"] == schools[ids["a"]] and form["delivering"] == schools[ids["b"]] and form["attending"] == ""
    assert (form["grade"], form["class_name"], form["attendance"]) == ("4", "7班", "home")
    answer = client.submit(f"{path}/roll/enrol", number=make.student_number("L"))
    assert answer.status_code == 200 and "not on the roll yet" not in text(answer)
    with app.app_context():
        links = queries.live_links(ids["waiting"])
        assert links[SchoolLink.ROLL].class_number == "12" and links[SchoolLink.DELIVERING].school_id == ids["b"]
        assert queries.find_intended(ids["waiting"]) is None


def test_a_suspension_by_school_and_district_and_the_way_back(app, client, sign_in, ids):
    child, day = ids["child"], today()
    district = app.test_client()
    sign_in("school_coordinator", school_id=ids["a"])
    sign_in("district_coordinator", unit_id=ids["home"], client=district)
    client.submit(
        f"/children/{child}/roll/suspend",
        on=day.isoformat(),
        due_on=(day + timedelta(60)).isoformat(),
        reason="住院治疗",
        proof="县人民医院诊断证明",
    )
    assert status(app, child) == RollStatus.ACTIVE
    assert "Suspension of studies" in text(district.get("/roll"))
    for kind, target in (("suspension", RollStatus.SUSPENDED), ("resumption", RollStatus.ACTIVE)):
        if kind == "resumption":
            client.submit(
                f"/children/{child}/roll/resume", on=day.isoformat(), grade="4", reason="康复", proof="复诊证明"
            )
        with app.app_context():
            request_id = db.session.scalar(select(RollRequest.id).where(RollRequest.kind == MovementKind(kind)))
        assert client.get(f"/roll/requests/{request_id}").status_code == 403
        refused = district.submit(f"/roll/requests/{request_id}", answer="no")
        assert refused.status_code == 422 and status(app, child) != target
        answered = district.submit(f"/roll/requests/{request_id}", answer="yes")
        assert answered.status_code == 200 and status(app, child) == target
    with app.app_context():
        assert queries.links_on(child, day)[SchoolLink.ROLL].grade == 4


def test_a_district_coordinator_cannot_answer_the_own_request(app, client, sign_in, ids):
    day = today()
    sign_in("district_coordinator", unit_id=ids["home"])
    client.submit(
        f"/children/{ids['child']}/roll/suspend",
        on=day.isoformat(),
        due_on=(day + timedelta(60)).isoformat(),
        reason="住院治疗",
        proof="诊断证明",
    )
    with app.app_context():
        request_id = db.session.scalar(select(RollRequest.id))
    assert "another person of the district answers" in text(client.get(f"/roll/requests/{request_id}"))
    stranger = app.test_client()
    sign_in("district_coordinator", unit_id=ids["far"], client=stranger)
    assert stranger.get(f"/roll/requests/{request_id}").status_code == 404


def test_a_transfer_through_four_users(app, client, sign_in, ids):
    child, browsers = ids["child"], [client, *(app.test_client() for _ in range(4))]
    receiver, far, sender, home, stranger = browsers
    for browser, role, scope in (
        (receiver, "school_coordinator", {"school_id": ids["c"]}),
        (far, "district_coordinator", {"unit_id": ids["far"]}),
        (sender, "school_coordinator", {"school_id": ids["a"]}),
        (home, "district_coordinator", {"unit_id": ids["home"]}),
        (stranger, "school_coordinator", {"school_id": ids["b"]}),
    ):
        sign_in(role, client=browser, **scope)
    assert receiver.get(f"/children/{child}/roll").status_code == 404

    nobody = receiver.submit("/roll/transfers/new", step="find", number=ids["number"][:10])
    assert nobody.status_code == 422 and "exactly this number" in text(nobody)
    found = receiver.submit("/roll/transfers/new", step="find", number=ids["number"])
    page = text(found)
    told = page.replace(ids["number"], "")  # what the user typed stands in its field
    assert "郁山镇中心校" in told and "冉䶮一" not in told and str(child) not in told and "2016" not in told
    from tests.support.client import ORIGIN, read_form

    _action, fields = read_form(page)
    fields |= {"step": "open", "reason": "随父母务工迁居"}
    opened = receiver.post("/roll/transfers/new", data=fields, follow_redirects=True, headers={"Origin": ORIGIN})
    assert opened.status_code == 200 and "冉䶮一" not in text(opened)
    with app.app_context():
        transfer_id = db.session.scalar(select(Transfer.id))
    assert status(app, child) == RollStatus.TRANSFERRING
    path = f"/roll/transfers/{transfer_id}"
    assert stranger.get(path).status_code == 404
    assert 'name="answer"' not in text(sender.get(path))

    for browser in (far, sender, home):
        assert path in text(browser.get("/roll"))
        assert browser.submit(path, answer="yes").status_code == 200
    assert status(app, child) == RollStatus.ACTIVE
    assert receiver.get(f"/children/{child}/roll").status_code == 200
    assert "Suspend studies" in text(receiver.get(f"/children/{child}/roll"))
    old = sender.get(f"/children/{child}/roll")
    assert old.status_code == 200 and "The child has left." in text(old)
    with app.app_context():
        assert queries.schools_of(child, today())[SchoolLink.ROLL] == ids["c"]
        assert db.session.scalars(
            select(audit.AuditEntry.verb).where(audit.AuditEntry.verb == "find_for_transfer")
        ).all()


def test_a_refused_transfer_says_why(app, client, sign_in, ids):
    with app.app_context():
        db.write()
        child, town_c = queries.search_child(ids["number"]), ids["c"]
        transfer = actions.open_transfer(
            make.of_city(), child, actions.Opening(town_c, 3, "搬家", today()), today=today()
        )
        transfer_id = transfer.id
        db.session.commit()
    sign_in("city_coordinator")
    assert client.submit(f"/roll/transfers/{transfer_id}", answer="no").status_code == 422
    page = text(client.submit(f"/roll/transfers/{transfer_id}", answer="no", reason="接收学校班额已满"))
    assert "接收学校班额已满" in page and status(app, ids["child"]) == RollStatus.ACTIVE


def test_the_list_is_filtered_and_asks_few_questions(app, client, sign_in, ids):
    sign_in("district_coordinator", unit_id=ids["home"])
    assert text(client.get("/roll?kind=placement")).count("冉䶮一") == 1
    assert "No movement fits" in text(client.get("/roll?q=张"))
    assert client.get("/roll?kind=nonsense&since=yesterday").status_code == 200
    with app.app_context():
        seen = []
        event.listen(db.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    client.get("/roll")
    reads = [
        statement
        for statement in seen
        if statement.startswith("SELECT")
        and "roll" in statement
        or "movements" in statement
        or "transfers" in statement
    ]
    assert len(reads) <= 8, reads


def test_another_district_sees_none_of_the_movements(client, sign_in, ids):
    sign_in("district_coordinator", unit_id=ids["far"])
    assert "冉䶮一" not in text(client.get("/roll"))


def test_an_overdue_suspension_stays_open_and_is_shown(app, client, sign_in, ids):
    with app.app_context():
        db.write()
        child = make.make_child(db.session.get(Unit, ids["home"]), name="马骉")
        make.put(child, RollStatus.SUSPENDED, due_on=today() - timedelta(1))
        child_id = child.id
        db.session.commit()
    sign_in("district_coordinator", unit_id=ids["home"])
    assert "nothing followed" in text(client.get(f"/children/{child_id}/roll"))
    assert "马骉" in text(client.get("/roll"))
    assert status(app, child_id) == RollStatus.SUSPENDED


def test_the_day_of_an_agreed_transfer_and_its_taking_back_are_two_pages(app, client, sign_in, ids):
    agreed = today() + timedelta(days=5)
    with app.app_context():
        db.write()
        child = db.session.get(Child, ids["child"])
        transfer = actions.open_transfer(
            make.of_city(), child, actions.Opening(ids["c"], 3, "搬家", agreed), today=today()
        )
        for _step in range(4):
            actions.answer_transfer(make.of_city(), transfer.id, True, None, today=today())
        db.session.commit()
        url = f"/roll/transfers/{transfer.id}"
    sign_in("school_coordinator", school_id=ids["c"])
    shown = text(client.get(url + "/day"))
    assert f'min="{today() + timedelta(days=1)}"' in shown
    last = date.fromisoformat(re.search(r'max="([0-9-]+)"', shown)[1])
    assert agreed < last <= agreed + timedelta(days=366)
    assert 'name="effective_on"' not in text(client.get(url + "/withdraw"))
    for wrong in ("", today().isoformat(), agreed.isoformat(), (last + timedelta(days=1)).isoformat(), "99999"):
        assert client.submit(url + "/day", effective_on=wrong, reason="改期").status_code == 422
    for page in ("/day", "/withdraw"):
        assert "data-confirm" in text(client.get(url + page))
    client.submit(url + "/day", effective_on=(agreed + timedelta(days=1)).isoformat(), reason="改期")
    client.submit(url + "/withdraw", reason="不搬了")
    assert "was moved to another day or taken back" not in text(client.get("/"))
    assert "Taken back" in text(client.get(url)) and "不搬了" in text(client.get(url))
    sign_in("school_coordinator", school_id=ids["a"])
    assert "was moved to another day or taken back" in text(client.get("/"))
    assert url in text(client.get("/roll")) and "不搬了" in text(client.get("/roll"))
    with app.app_context():
        assert queries.schools_of(ids["child"], agreed + timedelta(days=9))[SchoolLink.ROLL] == ids["a"]
