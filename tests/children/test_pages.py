"""The file of a child, as a coordinator goes through it: opened, corrected, shown, in the trail."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from app.access import SYSTEM
from app.children.actions import change_guardians
from app.children.facts import GuardianFacts
from app.children.models import (
    Child,
    Disability,
    FormerIdentity,
    Guardian,
    Guardianship,
    NumberTail,
    Sight,
    TimelineEvent,
)
from app.children.sight import give_sight
from app.children.types import DisabilityCategory, EventKind, GuardianRelation, SightKind
from app.db import db
from app.db.audit import AuditEntry
from app.schools.models import School, Teacher
from app.web.filters import today
from tests.children.conftest import BIRTH, names
from tests.children.factory import place_on_roll, resident_id

NEW = {
    "name": "王㛃",
    "sex": "female",
    "birth_on": "2017-03-15",
    "document_kind": "resident_id",
    "document_number": resident_id(date(2017, 3, 15), 2),
    "guardians-0-name": "王建国",
    "guardians-0-relation": "father",
    "guardians-0-phone": "13812341234",
    "guardians-0-is_guardian": "y",
    "guardians-0-may_see": "y",
}


@pytest.mark.both_databases
def test_a_file_is_opened_with_its_number_for_life(app, client, sign_in, town):
    sign_in("school_coordinator", school_id=town["school"])
    page = client.submit("/children/new", "new-child", **NEW)
    assert page.status_code == 200 and "王㛃" in names(page) and "138****1234" in names(page)
    assert NEW["document_number"] not in names(page)
    with app.app_context():
        child = db.session.scalar(select(Child).where(Child.name == "王㛃"))
        assert child.file_number.startswith("YA") and child.unit_id == town["here"]
        assert child.document_number == NEW["document_number"]
        sights = select(Sight.kind, Sight.holder_id).where(Sight.child_id == child.id)
        assert set(db.session.execute(sights).all()) == {("unit", town["here"]), ("school", town["school"])}
        assert len(db.session.scalars(select(NumberTail).where(NumberTail.child_id == child.id)).all()) == 2


def test_the_same_number_is_refused_and_named_only_in_sight(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    wrong = NEW | {"birth_on": "2016-03-05", "document_number": town["number"]}
    page = client.submit("/children/new", "new-child", **wrong)
    assert page.status_code == 422 and town["file"] in names(page)
    wrong = NEW | {"birth_on": "2015-01-02", "document_number": town["foreign_number"]}
    page = client.submit("/children/new", "new-child", **wrong)
    assert page.status_code == 422 and "城口县" in names(page) and "买买提" not in names(page)


def test_the_same_name_and_birth_date_asks_before_it_saves(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    twin = NEW | {"name": "冉䶮一", "birth_on": "2016-03-05", "document_number": resident_id(BIRTH, 888)}
    page = client.submit("/children/new", "new-child", **twin)
    assert page.status_code == 422 and town["file"] in names(page) and "save all the same" in names(page)
    assert client.submit("/children/new", "new-child", **twin, confirmed="y").status_code == 200


@pytest.mark.both_databases
def test_doubles_are_shown_while_typing(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', names(client.get("/children/new")))[1]
    page = client.post(
        "/children/check-double",
        headers={"HX-Request": "true", "Referer": "https://localhost/"},
        data={"csrf_token": token, "name": "冉䶮一", "birth_on": "2016-03-05"},
    )
    assert town["file"] in names(page)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"document_number": NEW["document_number"][:-2] + "9" + NEW["document_number"][-1]}, "last character"),
        ({"document_number": "", "document_kind": "none"}, "why there is no number"),
        ({"birth_on": "2017-03-16"}, "born on 2017-03-15"),
        ({"name": "张?"}, "was lost"),
        ({"birth_on": "soon"}, "2016-09-01"),
        ({"guardians-0-phone": "12ab"}, "in digits"),
    ],
)
def test_wrong_input_says_what_to_do(client, sign_in, town, change, words):
    sign_in("district_coordinator", unit_id=town["here"])
    page = client.submit("/children/new", "new-child", **(NEW | change))
    assert page.status_code == 422 and words in names(page)


def test_two_editors_get_both_texts(client, sign_in, app, town):
    sign_in("district_coordinator", unit_id=town["here"])
    path = f"/children/{town['child']}/edit"
    assert client.submit(path, "edit-child", ethnic_group="苗族").status_code == 200
    page = client.submit(path, "edit-child", ethnic_group="土家族", revision="1")
    assert page.status_code == 409 and "苗族" in names(page) and "土家族" in names(page)
    assert 'name="revision" type="hidden" value="2"' in names(page)
    with app.app_context():
        child = db.session.get(Child, town["child"])
        assert (child.ethnic_group, child.document_number) == ("苗族", town["number"])


def test_a_corrected_name_is_kept_as_it_was(client, sign_in, app, town):
    """Only what says who the child is, and only when it changes: whoever held the file before reads the old name."""
    sign_in("district_coordinator", unit_id=town["here"])
    path = f"/children/{town['child']}/edit"
    assert client.submit(path, "edit-child", ethnic_group="苗族").status_code == 200
    assert client.submit(path, "edit-child", name="冉后改", confirmed="y").status_code == 200
    with app.app_context():
        kept = db.session.scalars(select(FormerIdentity)).all()
        assert [(row.name, row.changed_on) for row in kept] == [("冉䶮一", today())]
        assert kept[0].document_mask == f"5{'*' * 16}{town['number'][-1]}"
        assert db.session.get(Child, town["child"]).name == "冉后改"


def test_home_and_safety_are_kept_by_the_visiting_teacher(app, client, sign_in, town):
    with app.app_context():
        db.write()
        teacher = Teacher(school_id=town["school"], number="T1", name="何晓燕", skills=[])
        db.session.add(teacher)
        give_sight(town["child"], SightKind.TEACHER, teacher.id, "team", on=date(2020, 1, 1))
        db.session.commit()
        teacher_id = teacher.id
    user = sign_in("visiting_teacher")
    with app.app_context():
        db.write()
        db.session.get(Teacher, teacher_id).user_id = user.id
        db.session.commit()
    base = f"/children/{town['child']}"
    page = client.submit(
        f"{base}/home/edit",
        "edit-home",
        longitude="108.1655",
        latitude="29.2934",
        mode="motorbike",
        walk_minutes="40",
        closed_months=["1", "2"],
    )
    assert page.status_code == 200 and "29.2934" in names(page)
    assert client.submit(f"{base}/home/edit", "edit-home", longitude="120", latitude="29").status_code == 422
    page = client.submit(f"{base}/safety/edit", "edit-safety", seizure="call 120", dog="y")
    assert "call 120" in names(page)
    assert client.get(f"{base}/edit").status_code == 403


@pytest.mark.both_databases
def test_disabilities_are_ordered_and_checked_against_the_certificate(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    path = f"/children/{town['child']}/disabilities/edit"
    row = {"disabilities-0-certificate": town["number"] + "52", "disabilities-0-category": "visual"}
    page = client.submit(path, "edit-disabilities", **row)
    assert page.status_code == 422 and "another category" in names(page)
    row |= {"disabilities-0-category": "", "disabilities-1-category": "speech", "disabilities-1-grade": "3"}
    page = client.submit(path, "edit-disabilities", **row)
    text = names(page)
    assert text.index("Intellectual disability") < text.index("Speech disability") and "grade 2" in text
    assert town["number"][-6:] not in text and "5****************" in text


@pytest.mark.both_databases
def test_issuer_and_end_of_a_certificate_are_kept_shown_and_taken_out(app, client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    path = f"/children/{town['child']}/disabilities/edit"
    text = names(
        client.submit(
            path,
            "edit-disabilities",
            **{
                "disabilities-0-certificate": town["number"] + "52",
                "disabilities-0-category": "intellectual",
                "disabilities-0-certificate_issuer": "彭水县残疾人联合会",
                "disabilities-0-certificate_ends_on": "2035-05-01",
            },
        )
    )
    assert "Issued by 彭水县残疾人联合会" in text and "2035-05-01" in text
    assert names(client.get(path)).count("彭水县残疾人联合会") == 1
    answer = client.submit("/children/export", "export", reason="meeting on placements", kind="csv")
    assert "彭水县残疾人联合会,2035-05-01" in answer.get_data().decode("utf-8-sig")


SUSPECTED = {
    "disabilities-0-category": "intellectual",
    "disabilities-0-suspected": "y",
    "disabilities-0-screening_by": "县特教资源中心",
}


@pytest.mark.both_databases
def test_a_suspected_child_is_tagged_listed_and_told_until_it_is_assessed(app, client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    path = f"/children/{town['child']}/disabilities/edit"
    refused = client.submit(path, "edit-disabilities", **SUSPECTED)
    assert refused.status_code == 422 and "Set the day until which" in names(refused)
    for days, which, line in (
        (-1, "overdue", "1 suspected child is overdue"),
        (9, "due", "1 suspected child is to be"),
    ):
        due = (today() + timedelta(days=days)).isoformat()
        text = names(client.submit(path, "edit-disabilities", **SUSPECTED, **{"disabilities-0-screening_due_on": due}))
        assert "Suspected, not assessed" in text and f"Screening until {due}: 县特教资源中心" in text
        assert line in names(client.get("/"))
        for value in ("1", which):
            assert "冉䶮一" in names(client.get(f"/children?suspected={value}&list=1"))
        other = {"due": "overdue", "overdue": "due"}[which]
        assert "No child fits" in names(client.get(f"/children?suspected={other}&list=1"))
    text = names(
        client.submit(path, "edit-disabilities", **{"disabilities-0-suspected": None, "disabilities-0-grade": "3"})
    )
    assert "Suspected" not in text and "grade 3" in text
    assert "No child fits" in names(client.get("/children?suspected=1&list=1"))
    with app.app_context():
        rows = db.session.scalars(select(Disability).order_by(Disability.valid_to.is_(None))).all()
        assert [(row.suspected, row.valid_to is None) for row in rows] == [(True, False), (False, True)]


def test_a_suspected_child_of_another_district_is_not_counted(app, client, sign_in, town):
    with app.app_context():
        db.write()
        db.session.add(
            Disability(
                child_id=town["foreign"],
                position=1,
                category=DisabilityCategory.SPEECH,
                screening_due_on=BIRTH,
                screening_by="x",
                valid_from=BIRTH,
            )
        )
        db.session.commit()
    sign_in("district_coordinator", unit_id=town["here"])
    assert "suspected child" not in names(client.get("/"))
    assert "No child fits" in names(client.get("/children?suspected=1&list=1"))


def test_ending_a_guardianship_ends_sight_at_once(app, town):
    with app.app_context():
        db.write()
        child = db.session.get(Child, town["child"])
        day = date(2026, 9, 1)
        change_guardians(
            SYSTEM, child, (GuardianFacts(name="冉秀英", relation=GuardianRelation.MOTHER),), revision=1, today=day
        )
        guardian = db.session.scalar(select(Guardian))
        give_sight(child.id, SightKind.GUARDIAN, guardian.id, "guardianship", on=day)
        change_guardians(SYSTEM, child, (), revision=2, today=day)
        db.session.commit()
        assert db.session.scalar(select(Sight).where(Sight.holder_id == guardian.id)).valid_to == day
        assert db.session.scalar(select(Guardianship)).valid_to == day


def test_brothers_and_sisters_share_a_guardian(app, town):
    with app.app_context():
        db.write()
        day, number = date(2026, 9, 1), resident_id(date(1985, 5, 5), 3)
        for name in ("child", "foreign"):
            change_guardians(
                SYSTEM,
                db.session.get(Child, town[name]),
                (GuardianFacts(name="冉国强", relation=GuardianRelation.FATHER, document_number=number),),
                revision=1,
                today=day,
            )
        db.session.commit()
        assert len(db.session.scalars(select(Guardian)).all()) == 1


def test_a_number_is_shown_once_with_a_purpose_and_logged(app, client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    path = f"/children/{town['child']}/reveal/document"
    assert town["number"] not in names(client.get(path))
    refused = client.submit(path, "reveal", purpose="")
    assert refused.status_code == 422 and town["number"] not in names(refused)
    page = client.submit(path, "reveal", purpose="filling the roll form")
    assert town["number"] in names(page)
    with app.app_context():
        entry = db.session.scalar(select(AuditEntry).where(AuditEntry.verb == "reveal"))
        assert entry.detail["purpose"] == "filling the roll form" and entry.child_id == town["child"]


def test_no_page_shows_a_full_number(app, client, sign_in, town):
    with app.app_context():
        db.write()
        child = db.session.get(Child, town["child"])
        child.phone, child.address = "13900001111", "重庆市彭水县郁山镇大垭村3组12号"
        change_guardians(
            SYSTEM,
            child,
            (
                GuardianFacts(
                    name="冉秀英",
                    relation=GuardianRelation.MOTHER,
                    phone="13800002222",
                    document_number=resident_id(date(1985, 5, 5), 44),
                ),
            ),
            revision=1,
            today=date(2026, 9, 1),
        )
        db.session.commit()
    sign_in("district_coordinator", unit_id=town["here"])
    base = f"/children/{town['child']}"
    for path in (
        "/children?list=1",
        "/children?print=1",
        base,
        f"{base}/edit",
        f"{base}/family/edit",
        f"{base}/disabilities/edit",
        f"{base}/home/edit",
        f"{base}/safety/edit",
        f"{base}/diagnosis",
        f"{base}/reveal/document",
        "/children/export",
    ):
        page = names(client.get(path))
        for secret in (town["number"], town["number"][6:], "13900001111", "13800002222", "12号", "50999919850505"):
            assert secret not in page, (path, secret)


def test_every_opening_is_in_the_trail(app, client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    client.get(f"/children/{town['child']}")
    with app.app_context():
        assert db.session.scalar(select(AuditEntry).where(AuditEntry.verb == "open_file")).child_id == town["child"]


@pytest.mark.both_databases
def test_the_timeline_is_newest_first_filtered_and_paged(app, client, sign_in, town):
    with app.app_context():
        db.write()
        db.session.add_all(
            TimelineEvent(
                child_id=town["child"],
                kind=EventKind.VISIT if n % 2 else EventKind.PLAN,
                happened_on=date(2026, 1, 1),
                recorded_at=datetime(2026, 1, 1, n // 60, n % 60, tzinfo=UTC),
                sentence="Event %(n)s",
                values={"n": str(n)},
                by_name="x",
            )
            for n in range(500)
        )
        db.session.commit()
    sign_in("district_coordinator", unit_id=town["here"])
    first = names(client.get(f"/children/{town['child']}"))
    assert "Event 499" in first and "Event 1<" not in first and first.index("Event 499") < first.index("Event 498")
    page = names(client.get(f"/children/{town['child']}?kind=plan"))
    assert "Event 498" in page and "Event 499" not in page


@pytest.mark.both_databases
def test_the_file_takes_few_queries(app, client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["here"])
    seen = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    client.get(f"/children/{town['child']}")
    reads = [text for text in seen if text.lstrip().upper().startswith("SELECT") and "audit" not in text]
    assert len(reads) <= 14, reads


def test_places_from_the_slices_above_are_shown(app, client, sign_in, town):
    with app.app_context():
        db.write()
        place_on_roll(
            db.session.get(Child, town["child"]), db.session.get(School, town["other"]), link="delivering", status=None
        )
        db.session.commit()
    sign_in("district_coordinator", unit_id=town["here"])
    assert "城口县实验小学" in names(client.get(f"/children/{town['child']}"))
