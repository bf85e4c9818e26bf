"""One child or two: what looks alike, one number with two names, and what a person decides about it."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.access import SYSTEM
from app.children.doubles.rules import Likeness, identity, likeness
from app.children.models import Child, FormerIdentity, TimelineEvent
from app.db import db
from app.imports import actions, queries
from app.imports.models import ImportRow
from app.imports.types import RowOutcome
from app.jobs.runner import run_waiting
from app.kernel.problems import Refused
from tests.imports.samples import EVERY, PRIMARY, TODAY, child, make_schools, second, xlsx
from tests.imports.test_actions import bring, counts, preview, take
from tests.imports.test_pages import bring as upload
from tests.support.client import ORIGIN

CASES = Path(__file__).parent / "cases"


@pytest.fixture
def schools(session):
    return make_schools()


def doubts(row):
    return {
        one.line: [found.problem.code for found in one.problems if found.doubtful]
        for one in queries.list_rows(row, RowOutcome.DOUBTFUL, limit=None)
    }


def decide(row, said, child=None, *, sheet=EVERY):
    kept = db.session.scalar(
        select(ImportRow).where(
            ImportRow.import_id == row.id, ImportRow.answer.is_(None), ImportRow.outcome == RowOutcome.DOUBTFUL
        )
    )
    identifier = kept.id
    db.session.rollback()
    db.write()
    actions.answer(SYSTEM, row.id, identifier, said, child, today=TODAY, sheet=sheet)
    db.session.commit()
    return identifier


@pytest.mark.parametrize(
    ("said", "known", "like"),
    [
        (identity("张三", "2016-01-01", 1), identity("张三", "2016-01-02", 1), Likeness.SAME),
        (identity("张三", "2016-01-01", 1, ["父"]), identity("李三", "2016-01-01", 1, ["父"]), Likeness.RENAMED),
        (identity("张三", "2016-01-01", 1, ["父"]), identity("李三", "2016-01-01", 1, ["母"]), Likeness.OTHER_CHILD),
        (
            identity("张二", "2016-01-01", None, ["父"]),
            identity("张ニ", "2016-01-01", None, ["父"]),
            Likeness.LOOKS_ALIKE,
        ),
        (identity("张三", "2016-01-01", None, ["父"]), identity("张三", "2016-01-01", 2, ["父"]), Likeness.SAME),
        (identity("张三", "2016-01-01", 1, ["父"]), identity("张三", "2016-01-01", 2, ["父"]), Likeness.NUMBER_DIFFERS),
        (identity("张三", "2016-01-01", 1, ["父"]), identity("张三", "2016-01-01", 2, ["母"]), None),
        (
            identity("张三", "2016-01-01", None, ["父"], ["1"]),
            identity("张三", "2016-01-01", None, ["母"], ["1"]),
            Likeness.GUARDIAN_SPELLED,
        ),
        (
            identity("张三", "2016-01-01", None, ["父"]),
            identity("张三", "2016-01-01", None, ["母"]),
            Likeness.GUARDIAN_DIFFERS,
        ),
        (identity("张三", "2016-01-01"), identity("张三", "2016-01-02"), None),
        (identity("张三", "2016-01-01"), identity("张五", "2016-01-01"), None),
        (
            identity("张三", "2016-01-01", None, ["父"], ["139"]),
            identity("张三", "2016-01-02", 2, ["母"], ["139"]),
            Likeness.BIRTHDAY_DIFFERS,
        ),
        (identity("张三", "2016-01-01", None, ["父"]), identity("张三", "2016-01-02", None, ["父"]), None),
        (
            identity("张三", "2016-01-01", None, ["父"], ["139"]),
            identity("张四", "2016-01-02", None, ["父"], ["139"]),
            None,
        ),
    ],
)
def test_the_rule(said, known, like):
    assert likeness(said, known) is like


class TestOneFile:
    def test_letters_and_dots_that_look_alike(self, session, schools):
        row = preview((CASES / "24-lookalike-letters.xlsx").read_bytes())
        assert counts(row) == {"new": 9, "doubtful": 8, "refused": 3}
        assert set(doubts(row)) == {3, 4, 7, 9, 11, 17, 19, 21}
        assert take(row)["new"] == 9

    def test_a_guardian_written_differently(self, session, schools):
        row = preview((CASES / "33d-both-rows-in-one-file.xlsx").read_bytes())
        assert doubts(row) == {3: ["guardian_spelled_in_file"]}

    def test_another_birthday_at_the_same_name_and_telephone(self, session, schools):
        rows = [
            second(),
            second(birth_on="2016-02-28", member1_name="王伯"),
            second(name="王二", birth_on="2016-02-27"),
        ]
        assert doubts(preview(xlsx(rows))) == {3: ["birthday_differs_in_file"]}

    def test_a_number_whose_first_row_is_bad_is_not_the_second_childs(self, session, schools):
        row = preview(xlsx([child(phone="x"), child(name="完全不同", member1_name="别人")]))
        assert counts(row) == {"refused": 2}


@pytest.mark.both_databases
class TestOneNumberTwoNames:
    def test_never_taken_over_by_itself(self, session, schools):
        bring([child()])
        row = preview(
            xlsx([child(name="完全不同", member1_name="别人", member1_phone="13912345678", member1_number="")])
        )
        assert doubts(row) == {2: ["number_other_child"]}
        assert take(row)["changed"] == 0
        assert session.scalar(select(Child.name)) == "𬱖䶮"

    def test_a_person_decides_and_the_former_name_is_kept(self, session, schools):
        bring([child()])
        key = session.scalar(select(Child.id))
        row = preview(xlsx([child(name="冉新名")]))
        assert doubts(row) == {2: ["renamed"]}
        with pytest.raises(Refused):
            decide(row, "take")
        decide(row, "same", key)
        assert session.scalar(select(Child.name)) == "𬱖䶮"
        done = take(row)
        assert done["changed"] == 1 and take(row) == done
        one = session.scalar(select(Child))
        assert (one.name, one.former_name) == ("冉新名", "𬱖䶮") and one.name_pinyin.startswith("ran")
        kept = session.scalars(select(FormerIdentity)).one()
        assert (kept.child_id, kept.name, kept.birth_on) == (one.id, "𬱖䶮", one.birth_on)
        told = session.scalars(select(TimelineEvent).where(TimelineEvent.kind == "file")).all()
        assert any("姓名：𬱖䶮 → 冉新名" in str(event.values) for event in told)

    def test_decided_after_the_rest_was_taken_over_it_is_written_at_once(self, session, schools):
        bring([child()])
        key = session.scalar(select(Child.id))
        row = preview(xlsx([child(name="冉新名"), second()]))
        assert take(row)["new"] == 1
        identifier = decide(row, "same", key)
        assert session.scalar(select(Child.name).where(Child.id == key)) == "冉新名"
        with pytest.raises(Refused):
            actions.answer(SYSTEM, row.id, identifier, "skip", today=TODAY)

    def test_another_birthday_waits_until_a_person_says_who_it_is(self, session, schools):
        bring([second()])
        key = session.scalar(select(Child.id))
        row = preview(xlsx([second(birth_on="2016-02-28", member1_name="王伯"), child()]))
        assert doubts(row) == {2: ["birthday_differs"]} and take(row)["new"] == 1
        decide(row, "same", key)
        assert str(session.scalar(select(Child.birth_on).where(Child.id == key))) == "2016-02-28"
        row = preview(xlsx([second(birth_on="2016-02-27")]))
        decide(row, "take")
        assert take(row)["new"] == 1 and session.scalar(select(func.count(Child.id))) == 3
        assert counts(preview(xlsx([second(birth_on="2016-02-27")])))["same"] == 1

    def test_a_birthday_that_the_number_on_file_contradicts_is_not_taken(self, session, schools):
        bring([child()])
        key = session.scalar(select(Child.id))
        row = preview(xlsx([second(name="𬱖䶮", sex="男", member1_phone="13900000002")]))
        assert doubts(row) == {2: ["birthday_differs"]}
        with pytest.raises(Refused) as refused:
            decide(row, "same", key)
        assert refused.value.problems[0].code == "document_apart"
        db.session.rollback()
        decide(row, "same", key, sheet=EVERY - {"document_kind"})
        take(row)
        assert doubts(row)[2][-1] == "identity_differs"
        assert str(session.scalar(select(Child.birth_on))) == "2017-03-15"

    def test_twins_over_two_files(self, session, schools):
        bring([second(name="张二")])
        row = preview(xlsx([second(name="张ニ"), second(name="张二", member1_name="王强强")]))
        assert doubts(row)[2][0] == "name_lookalike" and "looks_alike" in doubts(row)[2]
        assert doubts(row)[3] == ["guardian_spelled"] or "guardian_spelled" in doubts(row)[3]
        decide(row, "take")
        decide(row, "skip")
        assert take(row)["new"] == 1
        assert session.scalar(select(func.count()).select_from(Child)) == 2

    def test_one_certificate_two_children(self, session, schools):
        bring([child()])
        row = preview(xlsx([second(certificate=child()["certificate"])]))
        assert "certificate_taken" in doubts(row)[2]


def test_both_sides_stand_on_the_page_and_the_row_comes_back_whole(app, client, sign_in):
    import io

    import openpyxl

    with app.app_context():
        schools = make_schools()
        unit = schools[PRIMARY].unit_id
        bring([child()])
    sign_in("district_coordinator", unit_id=unit)
    address = upload(app, client, xlsx([child(name="冉新名")]))
    page = client.get(address).get_data(as_text=True)
    assert "𬱖䶮" in page and "冉新名" in page and "It is this child" in page and "509999201703150012" not in page
    back = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}/refused.xlsx").data)).active
    assert "冉新名" in [cell.value for cell in back[2]] and "509999201703150012" in [cell.value for cell in back[2]]
    form = next(part for part in page.split("<form") if 'value="same"' in part)
    target = form.split('action="')[1].split('"')[0]
    said = form.split('name="child" value="')[1].split('"')[0]
    token = page.split('csrf-token" content="')[1].split('"')[0]
    for fields in (
        {"answer": "zzz"},
        {"answer": "same", "child": "x"},
        {"answer": "take"},
        {},
        {"answer": "same", "child": said, "side-name": "sheet"},
        {"answer": "same", "child": said, "side-name": "sheet"},
    ):
        answer = client.post(
            target, data={"csrf_token": token, **fields}, headers={"Origin": ORIGIN, "Referer": ORIGIN + "/"}
        )
        assert answer.status_code == 303
    client.submit(address, form=f"{address}/apply")
    run_waiting(app)
    with app.app_context():
        assert db.session.scalar(select(Child.former_name)) == "𬱖䶮"
