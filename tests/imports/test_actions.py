"""From the file to the files of children: preview, taking over, twice, killed in the middle."""

import uuid

import pytest
from sqlalchemy import func, select

from app.access import SYSTEM, Actor, Grant, Role
from app.children.models import Child, Disability, Guardian, Guardianship, NumberTail, Sight
from app.children.sight import give_sight
from app.children.types import SightKind, SightRight
from app.db import audit, db
from app.imports import queries
from app.imports.actions import keep_file, run_apply, run_preview, upload
from app.imports.models import Import
from app.imports.types import ImportKind, ImportState, RowOutcome
from app.placements.models import Decision
from app.roll.models import Membership, RollState, StudentNumber
from app.schools.models import School
from app.web.filters import today
from tests.imports.samples import OTHER, PRIMARY, SPECIAL, TODAY, child, make_schools, school, second, xlsx

CHILDREN = ImportKind.CHILDREN


def preview(content, actor=SYSTEM, kind=CHILDREN):
    db.session.rollback()
    db.write()
    identifier = keep_file(actor, kind, "sheet.xlsx", content).id
    db.session.commit()
    run_preview(identifier, actor, today=TODAY)
    db.session.commit()
    return queries.get_import(SYSTEM, identifier)


def take(row, actor=SYSTEM):
    done = run_apply(row.id, actor, today=TODAY)["done"]
    db.session.commit()
    db.session.expire_all()
    return done


def bring(rows, actor=SYSTEM, kind=CHILDREN):
    return take(preview(xlsx(rows, kind), actor, kind), actor)


def held(row, outcome):
    return {(one.line, found.problem.code) for one in queries.list_rows(row, outcome) for found in one.problems}


def counts(row):
    return {name: number for name, number in row.counts.items() if name in set(RowOutcome) and number}


def only_read(child_id, school_id):
    """The school's sight ends today, and one begins with which it only reads."""
    for sight in db.session.scalars(select(Sight).where(Sight.child_id == child_id, Sight.holder_id == school_id)):
        sight.valid_to = sight.valid_from
    db.session.flush()
    give_sight(child_id, SightKind.SCHOOL, school_id, "roll", on=today(), right=SightRight.READ)


def child_phone(child_id):
    db.session.expire_all()
    return db.session.get(Child, child_id).phone


@pytest.fixture
def schools(session):
    return make_schools()


@pytest.mark.both_databases
class TestTakingOver:
    def test_new_children_with_all_that_belongs_to_them(self, session, schools):
        home = child(
            name="李𫘧",
            document_number="509999201508280022",
            birth_on="2015-08-28",
            sex="女",
            lrc="",
            student_number="L509999201508289999",
            certificate="",
            attendance="送教上门",
            placement="送教上门",
            delivering_code=SPECIAL,
        )
        assert bring([child(), second(), home])["new"] == 3
        boy = session.scalar(select(Child).where(Child.name == "𬱖䶮"))
        assert boy.document_number == "509999201703150012" and boy.address.endswith("2组")
        assert boy.name_pinyin and boy.unit_id == schools[PRIMARY].unit_id and boy.file_number.startswith("YA26")
        states = dict(
            session.execute(select(Child.name, RollState.status).join(RollState, RollState.child_id == Child.id)).all()
        )
        assert states == {"𬱖䶮": "active", "王㛃": "registered", "李𫘧": "active"}
        links = {
            (name, link)
            for name, link in session.execute(
                select(Child.name, Membership.link).join(Membership, Membership.child_id == Child.id)
            )
        }
        assert links == {("𬱖䶮", "roll"), ("李𫘧", "roll"), ("李𫘧", "delivering")}
        decision = session.scalar(
            select(Decision).join(Child, Child.id == Decision.child_id).where(Child.name == "李𫘧")
        )
        assert decision.carried_over and decision.home_reason and (decision.review_on - TODAY).days <= 366
        assert session.scalar(select(func.count()).where(Sight.kind == SightKind.SCHOOL)) == 4
        tails = session.scalar(select(func.count()).select_from(NumberTail).where(NumberTail.child_id == boy.id))
        assert tails == 6
        with db.engine.connect() as connection:
            from app.db import vault

            assert audit.verify(connection, vault().audit_key)[2] is None

    def test_another_delivering_school_ends_what_the_earlier_one_had_opened(self, session, schools):
        """As where the link is changed by hand: it keeps its own years to read."""
        home = {
            "name": "李𫘧",
            "document_number": "509999201508280022",
            "birth_on": "2015-08-28",
            "sex": "女",
            "lrc": "",
            "student_number": "L509999201508289999",
            "certificate": "",
            "attendance": "送教上门",
            "placement": "送教上门",
        }
        bring([child(**home, delivering_code=SPECIAL)])
        one, old = session.scalar(select(Child.id)), schools[SPECIAL].id
        give_sight(one, SightKind.SCHOOL, old, "plan opened", on=TODAY)
        session.commit()
        assert bring([child(**home, delivering_code=PRIMARY)])["changed"] == 1
        open_sights = session.scalars(
            select(Sight.holder_id).where(
                Sight.child_id == one,
                Sight.kind == SightKind.SCHOOL,
                Sight.facts_to.is_(None),
                Sight.valid_to.is_(None),
            )
        ).all()
        assert set(open_sights) == {schools[PRIMARY].id}
        assert session.scalar(select(Sight.holder_id).where(Sight.facts_to.is_not(None))) == old

    def test_a_grade_that_the_school_does_not_have_is_refused_at_its_row(self, session, schools):
        schools[PRIMARY].kind = "junior"
        session.commit()
        assert bring([child()]).get("new", 0) == 0

    def test_the_same_file_twice_changes_nothing(self, session, schools):
        rows = [
            child(),
            second(),
            child(
                name="冉小二",
                document_number="509999201508280022",
                birth_on="2015-08-28",
                sex="女",
                certificate="",
                student_number="",
                placement="延缓入学",
                grade="",
            ),
        ]
        bring(rows)
        again = preview(xlsx(rows))
        assert counts(again) == {"same": 3}
        assert take(again) == {"new": 0, "changed": 0, "same": 0, "doubtful": 0, "refused": 0}
        assert session.scalar(select(func.count()).select_from(Child)) == 3

    def test_changes_are_shown_and_written_and_then_the_same(self, session, schools):
        bring([child(student_number="L509999201703159999")])
        said = child(
            phone="13911111111",
            class_name="3班",
            grade="四年级",
            health="残疾",
            address="重庆市万州区新村3号",
            member1_phone="13922222222",
            longitude="108.5",
            disability_grade="一级",
            certificate="",
            diagnosis="脑性瘫痪",
            attending_code=SPECIAL,
        )
        row = preview(xlsx([said]))
        (one,) = queries.list_rows(row, RowOutcome.CHANGED)
        assert one.changes["grade"] == (3, 4) and one.changes["phone"] == ("13900000001", "13911111111")
        assert take(row)["changed"] == 1
        assert counts(preview(xlsx([said]))) == {"same": 1}
        numbers = session.execute(select(StudentNumber.kind, StudentNumber.valid_to).order_by(StudentNumber.id)).all()
        assert [(str(kind), ended is None) for kind, ended in numbers] == [("L", False), ("G", True)]

    def test_what_sheets_never_speak_of_stays(self, session, schools):
        bring([child(certificate="", disability_grade="")])
        entry = session.scalar(select(Disability))
        assert not entry.suspected  # a child without a certificate is not suspected by itself
        entry.screening_due_on, entry.screening_by = TODAY, "特教资源中心"
        session.commit()
        bring([child(certificate="", disability_grade="", disability="听力残疾")])
        live = select(Disability).where(Disability.valid_to.is_(None))
        assert [(row.category, row.screening_by) for row in session.scalars(live)] == [("hearing", "特教资源中心")]
        bring([child(certificate="", disability_grade="二级", disability="听力残疾")])
        assert [(row.grade, row.suspected) for row in session.scalars(live)] == [(2, False)]

    def test_brothers_and_sisters_share_a_guardian(self, session, schools):
        sister = child(
            name="冉小妹",
            document_number="509999201508280022",
            birth_on="2015-08-28",
            sex="女",
            student_number="",
            certificate="",
            placement="",
            member1_phone="13988888888",
        )
        bring([child(), sister])
        assert session.scalar(select(func.count()).select_from(Guardian)) == 1
        assert session.scalar(select(func.count()).select_from(Guardianship)) == 2
        assert counts(preview(xlsx([child(), sister]))) == {"same": 2}

    def test_schools(self, session, schools):
        from datetime import date

        from app.schools.models import UnitDivision

        session.add(UnitDivision(unit_id=schools[PRIMARY].unit_id, division_code="500101", valid_from=date(2000, 1, 1)))
        session.commit()
        rows = [school(), school(code="3150000001"), school(code="2150000008", name="新学校")]
        row = preview(xlsx(rows, ImportKind.SCHOOLS), kind=ImportKind.SCHOOLS)
        assert counts(row) == {"new": 2, "refused": 1}
        assert take(row)["new"] == 2
        assert session.scalar(select(School.name).where(School.code == "2150000008")) == "新学校"
        good = [rows[0], rows[2]]
        assert counts(preview(xlsx(good, ImportKind.SCHOOLS), kind=ImportKind.SCHOOLS)) == {"same": 2}


class TestHeldBack:
    def test_one_bad_row_never_blocks_the_others(self, session, schools):
        row = preview(xlsx([child(), child(name="王?", document_number="1"), second()]))
        assert counts(row) == {"new": 2, "refused": 1}
        assert take(row)["new"] == 2

    def test_twice_in_the_file(self, session, schools):
        row = preview(xlsx([child(), child(name="王五"), second(), second()]))
        assert held(row, RowOutcome.REFUSED) == {
            (2, "number_twice_other_name"),
            (3, "number_twice_other_name"),
            (5, "person_twice"),
        }

    def test_unknown_school(self, session, schools):
        assert held(preview(xlsx([child(school_code="2150009999")])), RowOutcome.REFUSED) == {(2, "school_unknown")}

    def test_same_name_and_birth_with_other_guardians(self, session, schools):
        bring([second()])
        row = preview(xlsx([second(member1_name="赵六", member1_phone="13977777777")]))
        assert held(row, RowOutcome.DOUBTFUL) == {(2, "guardian_differs")}

    def test_a_document_that_came_later_belongs_to_the_same_child(self, session, schools):
        bring([second()])
        now = second(document_kind="居民身份证", document_number="509999201602290040", document_missing_reason="")
        assert bring([now])["changed"] == 1
        assert session.scalar(select(func.count()).select_from(Child)) == 1
        assert counts(preview(xlsx([now]))) == {"same": 1}

    def test_moves_and_placements_are_decided_in_the_file(self, session, schools):
        bring([child()])
        row = preview(xlsx([child(school_code=OTHER, placement="特教班")]))
        assert held(row, RowOutcome.DOUBTFUL) == {(2, "roll_elsewhere"), (2, "placement_differs")}
        assert take(row)["changed"] == 0

    def test_rows_outside_the_actors_schools(self, session, schools):
        unit = schools[PRIMARY].unit_id
        district = Actor(uuid.uuid4(), "district", (Grant(Role.DISTRICT_COORDINATOR, unit_id=unit),))
        own = Actor(uuid.uuid4(), "school", (Grant(Role.SCHOOL_COORDINATOR, school_id=schools[SPECIAL].id),))
        assert held(preview(xlsx([child(school_code=OTHER)]), district), RowOutcome.REFUSED) == {(2, "school_outside")}
        assert held(preview(xlsx([child()]), own), RowOutcome.REFUSED) == {(2, "school_outside")}

    def test_a_child_of_another_district(self, session, schools):
        bring([child(school_code=OTHER)])
        unit = schools[PRIMARY].unit_id
        district = Actor(uuid.uuid4(), "district", (Grant(Role.DISTRICT_COORDINATOR, unit_id=unit),))
        assert held(preview(xlsx([child()]), district), RowOutcome.REFUSED) == {(2, "child_elsewhere")}

    def test_who_may_only_read_a_file_changes_nothing_by_a_sheet(self, session, schools):
        bring([child()])
        found, school_id = session.scalar(select(Child)), schools[PRIMARY].id
        own = Actor(uuid.uuid4(), "school", (Grant(Role.SCHOOL_COORDINATOR, school_id=school_id),))
        changed = xlsx([child(phone="13900000009")])
        assert counts(preview(changed, own)) == {"changed": 1}
        db.write()
        only_read(found.id, school_id)
        db.session.commit()
        row = preview(changed, own)
        assert held(row, RowOutcome.REFUSED) == {(2, "read_only")}
        assert take(row, own)["changed"] == 0 and child_phone(found.id) == "13900000001"

    def test_a_right_that_ended_since_the_preview_counts(self, session, schools):
        bring([child()])
        found, school_id = session.scalar(select(Child)), schools[PRIMARY].id
        own = Actor(uuid.uuid4(), "school", (Grant(Role.SCHOOL_COORDINATOR, school_id=school_id),))
        row = preview(xlsx([child(phone="13900000009")]), own)
        db.write()
        only_read(found.id, school_id)
        db.session.commit()
        assert take(row, own) == {"new": 0, "changed": 0, "same": 0, "doubtful": 0, "refused": 1}
        assert child_phone(found.id) == "13900000001"

    def test_a_file_that_was_not_opened_to_the_school_is_not_changed_by_its_sheet(self, session, schools):
        bring([second()])
        unseen = session.scalar(select(Child))
        db.write()
        for sight in session.scalars(select(Sight).where(Sight.child_id == unseen.id)):
            sight.valid_to = sight.valid_from
        db.session.commit()
        own = Actor(uuid.uuid4(), "school", (Grant(Role.SCHOOL_COORDINATOR, school_id=schools[PRIMARY].id),))
        row = preview(xlsx([second(address="改过的地址")]), own)
        assert held(row, RowOutcome.REFUSED) == {(2, "child_out_of_sight")}

    def test_a_bad_file_changes_nothing(self, session, schools):
        row = preview(b"%PDF-1.7")
        assert row.state is ImportState.REFUSED and row.problems[0]["code"] == "file_not_a_sheet"
        assert session.scalar(select(func.count()).select_from(Child)) == 0

    def test_what_happened_since_the_preview_counts(self, session, schools):
        early, late = preview(xlsx([child()])), preview(xlsx([child()]))
        take(early)
        assert take(late) == {"new": 0, "changed": 0, "same": 1, "doubtful": 0, "refused": 0}

    def test_no_number_stands_in_clear(self, session, schools, instance):
        bring([child(), child(name="王?", document_number="509999201602290041")])
        session.connection().exec_driver_sql("SELECT 1")
        content = b"".join(path.read_bytes() for path in instance.glob("yian.db*"))
        assert b"509999201703150012" not in content and b"509999201602290041" not in content


class TestUpload:
    def test_queues_a_preview(self, app, session, schools):
        with app.test_request_context():
            db.write()
            row = upload(SYSTEM, CHILDREN, "孩子.xlsx", xlsx([child()]))
            db.session.commit()
        from app.jobs.runner import run_waiting

        assert run_waiting(app) == 1
        session.expire_all()
        assert session.get(Import, row.id).state is ImportState.PREVIEW
