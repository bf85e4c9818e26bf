"""A sheet of schools: what a school's page refuses is told of its row in the preview, and never stops the others."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import Base, db
from app.imports import queries
from app.imports.models import Import
from app.imports.types import ImportKind, ImportState, RowOutcome
from app.jobs.runner import run_waiting
from app.kernel.ids import new_id
from app.schools.models import School, SchoolUnit, UnitDivision
from app.schools.types import SchoolKind
from tests.imports.samples import OTHER, PRIMARY, SPECIAL, TODAY, child, make_schools, school, xlsx
from tests.imports.test_actions import bring, held, take
from tests.imports.test_actions import preview as preview_of
from tests.imports.test_pages import bring as upload

SCHOOLS = ImportKind.SCHOOLS
CLOSED = {"closed_on": "2026-10-01"}


@pytest.fixture
def schools(session):
    made = make_schools()
    session.add(UnitDivision(unit_id=made[PRIMARY].unit_id, division_code="500101", valid_from=date(2000, 1, 1)))
    session.add(UnitDivision(unit_id=made[OTHER].unit_id, division_code="500102", valid_from=date(2000, 1, 1)))
    session.commit()
    return made


def row_of(code, **changes):
    return school(code=code, name=f"学校{code}", **changes)


def preview(*rows):
    return preview_of(xlsx(list(rows), SCHOOLS), kind=SCHOOLS)


@pytest.mark.both_databases
def test_closing_a_school_with_pupils_is_refused_in_the_preview_and_the_rest_is_written(session, schools):
    bring([child()])
    row = preview(row_of(PRIMARY, **CLOSED), school())
    (one,) = queries.list_rows(row, RowOutcome.REFUSED)
    (found,) = one.problems
    assert found.problem.code == "school_has_pupils" and found.problem.values["count"] == 1
    assert found.column == "closed_on"
    assert take(row)["new"] == 1
    assert session.scalar(select(School.closed_on).where(School.code == PRIMARY)) is None


def test_a_pupil_who_came_since_the_preview_holds_back_only_that_row(session, schools):
    row = preview(row_of(PRIMARY, **CLOSED), school())
    assert row.counts["changed"] == 1
    bring([child()])
    done = take(db.session.get(Import, row.id))
    assert (done["new"], done["changed"], done["refused"]) == (1, 0, 1)


def test_a_school_without_pupils_is_closed_by_its_sheet(session, schools):
    assert take(preview(row_of(PRIMARY, **CLOSED)))["changed"] == 1


def test_an_open_transfer_and_a_move_before_the_last_one_hold_back_their_rows(session, schools):
    bring([child()])
    places = Base.metadata.tables["memberships"]
    session.execute(places.update().values(valid_to=TODAY))
    kept = session.scalar(select(places.c.child_id))
    session.execute(
        Base.metadata.tables["transfers"]
        .insert()
        .values(
            id=new_id(),
            child_id=kept,
            from_school_id=schools[PRIMARY].id,
            to_school_id=schools[SPECIAL].id,
            grade=3,
            reason="搬家",
            effective_on=TODAY,
            state="open",
            opened_by_name="张",
            opened_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
    )
    session.add(
        SchoolUnit(school_id=schools[OTHER].id, unit_id=schools[OTHER].unit_id, valid_from=TODAY + timedelta(days=30))
    )
    session.commit()
    row = preview(row_of(PRIMARY, **CLOSED), row_of(OTHER), school())
    assert held(row, RowOutcome.REFUSED) == {(2, "school_has_transfers"), (3, "move_before_last")}
    assert take(row)["new"] == 1


def test_a_ring_of_successors_and_one_whose_row_is_refused(session, schools):
    row = preview(
        row_of(PRIMARY, successor_code=OTHER, **CLOSED),
        school(code=OTHER, name=f"学校{OTHER}", successor_code=PRIMARY, **CLOSED),
        school(),
        school(code="2150000008", name="新校", successor_code="2150000007", **CLOSED),
        school(code="2150000007", name="又一校", successor_code="2150000006", **CLOSED),
    )
    assert held(row, RowOutcome.REFUSED) == {(3, "successor_ring"), (5, "successor_held"), (6, "successor_unknown")}
    assert take(row)["new"] == 1


def test_a_taking_over_that_failed_tells_why_and_can_be_tried_again(app, client, sign_in, schools, session):
    sign_in("city_coordinator")
    address = upload(app, client, xlsx([school()], SCHOOLS), "schools")
    identifier = session.scalar(select(Import.id))
    session.rollback()
    asked = client.submit(address, form=f"{address}/apply")
    assert asked.status_code == 200
    with app.app_context():
        db.write()
        unit = db.session.scalar(select(Import.created_by_id).where(Import.id == identifier))
        users = Base.metadata.tables["users"]
        db.session.execute(users.update().where(users.c.id == unit).values(active=False))
        db.session.commit()
    run_waiting(app)
    with app.app_context():
        assert db.session.get(Import, identifier).state is ImportState.PREVIEW
        db.session.rollback()
        db.write()
        db.session.execute(users.update().values(active=True))
        db.session.commit()
    page = client.get(address).get_data(as_text=True)
    assert "last attempt to take this file over was stopped" in page and "is disabled" in page
    assert "Take over the good rows" in page
    client.submit(address, form=f"{address}/apply")
    run_waiting(app)
    page = client.get(address).get_data(as_text=True)
    assert "was stopped" not in page and "Taken over" in page


@pytest.mark.both_databases
def test_a_sheet_does_not_move_a_school_with_pupils_to_another_unit(session, schools):
    bring([child(school_code=OTHER)])
    unit = schools[OTHER].unit_id
    row = preview(row_of(OTHER), school())
    assert held(row, RowOutcome.REFUSED) == {(2, "school_takes_along")}
    assert take(row)["new"] == 1
    assert session.scalar(select(School.unit_id).where(School.code == OTHER)) == unit


@pytest.mark.both_databases
def test_a_row_with_the_code_of_a_merged_school_is_told_the_code_that_holds(session, schools):
    schools[PRIMARY].closed_on, schools[PRIMARY].successor_id = date(2026, 9, 1), schools[SPECIAL].id
    schools[OTHER].closed_on, schools[OTHER].successor_id = date(2026, 10, 1), schools[PRIMARY].id
    session.commit()
    row = preview_of(xlsx([child(), child(school_code=OTHER, document_number="", name="冉小")]))
    found = [
        one.problem
        for line in queries.list_rows(row, RowOutcome.REFUSED)
        for one in line.problems
        if one.problem.code == "school_merged_row"
    ]
    assert [one.values["now"] for one in found] == [f"{SPECIAL} 学校{SPECIAL}"] * len(found) and found


@pytest.mark.both_databases
def test_what_another_changed_since_the_preview_is_not_undone(session, schools):
    told = {code: {"address": f"老街{place}号"} for place, code in enumerate((PRIMARY, OTHER))}
    bring([row_of(code, **said) for code, said in told.items()], kind=SCHOOLS)
    row = preview(
        row_of(PRIMARY, **told[PRIMARY], principal="冉校长"), row_of(OTHER, **told[OTHER], principal="田校长")
    )
    assert row.counts["changed"] == 2
    school_row = session.scalars(select(School).where(School.code == PRIMARY)).one()
    school_row.address = "新街9号"  # in the form, by somebody else
    session.commit()
    done = take(db.session.get(Import, row.id))
    assert (done["changed"], done["refused"]) == (1, 1)
    session.expire_all()
    assert {
        one.code: (one.address, one.principal)
        for one in session.scalars(select(School).where(School.code.in_((PRIMARY, OTHER))))
    } == {PRIMARY: ("新街9号", None), OTHER: ("老街1号", "田校长")}
    (refused,) = queries.list_rows(db.session.get(Import, row.id), RowOutcome.REFUSED)
    assert refused.problems[0].problem.code == "school_changed_since"


def test_thirteen_persons_are_thirteen_and_the_preview_says_so(app, client, sign_in):
    with app.app_context():
        make_schools()
    sign_in("city_coordinator")
    rows = [
        row_of("2150000201", special_teachers="13人", special_places="２０ 个"),
        row_of("2150000202", special_teachers="约13"),
    ]
    address = upload(app, client, xlsx(rows, SCHOOLS), kind="schools")
    new = client.get(f"{address}?outcome=new").get_data(as_text=True)
    assert '"13人" is read as 13.' in new and "is read as 20." in new
    refused = client.get(f"{address}?outcome=refused").get_data(as_text=True)
    assert "约13" in refused and "for example 13" in refused and "2150000201" not in refused
    client.submit(address, form=f"{address}/apply")
    run_waiting(app)
    with app.app_context():
        one = db.session.scalar(select(School).where(School.code == "2150000201"))
        assert (one.special_teachers, one.special_places) == (13, 20)


@pytest.mark.both_databases
def test_a_kind_without_the_grades_of_the_pupils_is_refused_at_its_row(session, schools):
    session.scalar(select(School).where(School.code == PRIMARY)).kind = SchoolKind.NINE_YEAR
    session.commit()
    bring([child(grade="七年级")])
    row = preview(row_of(PRIMARY), school())
    (one,) = queries.list_rows(row, RowOutcome.REFUSED)
    (found,) = one.problems
    assert (found.problem.code, found.column, found.problem.values["grades"]) == ("kind_grades_lost", "kind", "7: 1")
    assert take(row)["new"] == 1
    assert session.scalar(select(School.kind).where(School.code == PRIMARY)) == SchoolKind.NINE_YEAR


def name_of(session, code):
    session.expire_all()
    return session.scalar(select(School.name).where(School.code == code))


@pytest.mark.both_databases
def test_a_known_code_with_another_name_takes_no_school_over(session, schools):
    row = preview(row_of(PRIMARY) | {"name": "别的小学", "address": "别处1号"}, school())
    assert held(row, RowOutcome.REFUSED) == {(2, "school_other_name")}
    (one,) = queries.list_rows(row, RowOutcome.REFUSED)
    assert one.problems[0].problem.values["name"] == f"学校{PRIMARY}"
    assert take(row)["new"] == 1
    assert name_of(session, PRIMARY) == f"学校{PRIMARY}"


def test_a_school_renamed_since_the_preview_is_not_named_back(session, schools):
    row = preview(row_of(PRIMARY, principal="冉校长"))
    session.scalars(select(School).where(School.code == PRIMARY)).one().name = "汉葭中心小学"
    session.commit()
    assert take(db.session.get(Import, row.id))["refused"] == 1
    assert name_of(session, PRIMARY) == "汉葭中心小学"


def test_another_spelling_is_the_same_school_and_a_former_name_says_that_it_was_renamed(session, schools):
    row = preview(
        row_of(PRIMARY) | {"name": f"（学校） {PRIMARY}"},
        row_of(SPECIAL, kind="特殊教育学校") | {"name": "汉葭特校", "former_name": f"学校{SPECIAL}"},
    )
    assert row.counts["changed"] == 2
    assert take(row)["changed"] == 2
    assert name_of(session, SPECIAL) == "汉葭特校"


@pytest.mark.both_databases
def test_a_new_code_with_a_name_of_the_same_unit_is_held_back(session, schools):
    row = preview(
        school(name=f"学校{PRIMARY}"),
        school(code="2150000301", name="希望小学"),
        school(code="2150000302", name="希望 小学"),
        school(code="2150000303", name="希望小学", division_code="500102"),
        row_of(SPECIAL, kind="特殊教育学校") | {"name": "希望小学", "former_name": f"学校{SPECIAL}"},
    )
    assert held(row, RowOutcome.REFUSED) == {(2, "school_same_name"), (4, "school_same_name"), (6, "school_same_name")}
    told = {one.line: one.problems[0].problem.values["code"] for one in queries.list_rows(row, RowOutcome.REFUSED)}
    assert told == {2: PRIMARY, 4: "2150000301", 6: "2150000301"}
    assert take(row)["new"] == 2


def test_a_new_code_follows_a_school_that_the_sheet_closes(session, schools):
    row = preview(row_of(PRIMARY, successor_code="2150000009", **CLOSED), school(name=f"学校{PRIMARY}"))
    assert (row.counts["changed"], row.counts["new"]) == (1, 1)
    assert take(row)["new"] == 1


@pytest.mark.parametrize("sign", ["😀", "❤️", "★"])
@pytest.mark.parametrize("column", ["name", "former_name"])
def test_a_picture_is_no_part_of_a_name(session, schools, sign, column):
    row = preview(school(**{column: f"熊家{sign}小学"}))
    (one,) = queries.list_rows(row, RowOutcome.REFUSED)
    (found,) = one.problems
    assert (found.column, found.problem.code) == (column, "school_name_character")


def test_the_preview_shows_the_address_of_a_school(app, client, sign_in):
    with app.app_context():
        make_schools()
    sign_in("city_coordinator")
    address = upload(app, client, xlsx([row_of(PRIMARY, address="河堡街9号")], SCHOOLS), kind="schools")
    assert "河堡街9号" in client.get(f"{address}?outcome=changed").text
