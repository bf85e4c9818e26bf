"""Two files of one child: merged and parted again, as coordinators, schools and guardians see it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.access import SYSTEM
from app.accounts.queries import find_actor
from app.children.models import (
    Child,
    FileMerge,
    Guardianship,
    SafetyCard,
    Sight,
    TimelineEvent,
)
from app.children.sight import ReadOnly, give_sight, require_write
from app.children.timeline import tell
from app.children.types import EventKind, SightKind
from app.db import Base, db
from app.roll.models import StudentNumber
from tests.children.conftest import names
from tests.children.factory import make_unit, resident_id
from tests.files.conftest import BIRTH, FORMER
from tests.support.client import ORIGIN, read_form

REASON = "身份证同一人"


def address(pair, **more) -> str:
    asked = "&".join(f"{name}={value}" for name, value in more.items())
    return f"/children/{pair['kept']}/second-file/{pair['second']}" + (f"?{asked}" if asked else "")


def merge(client, pair, **values):
    return client.submit(address(pair, keep=pair["kept"]), "merge", **({"reason": REASON, "sure": "y"} | values))


def undo(client, app, pair, **values):
    with app.app_context():
        row = db.session.scalars(select(FileMerge).order_by(FileMerge.made_at.desc())).first().id
    return client.submit(f"/children/{pair['kept']}/merges/{row}", "part", **({"reason": "两个孩子"} | values))


def all_rows() -> dict[str, list]:
    """Every row of every table, past the models."""
    return {
        table.name: sorted(map(str, db.session.execute(text(f'SELECT * FROM "{table.name}"')).all()))
        for table in Base.metadata.sorted_tables
    }


@pytest.mark.both_databases
def test_merging_and_undoing_leaves_both_files_byte_for_byte_as_they_were(app, client, sign_in, pair):
    sign_in("district_coordinator", unit_id=pair["here"])
    with app.app_context():
        before = all_rows()
    page = merge(client, pair, take=None)
    assert page.status_code == 200 and pair["second_file"] in names(page)
    assert undo(client, app, pair).status_code == 200
    with app.app_context():
        after = all_rows()
        added = {name: set(after[name]) - set(before[name]) for name in after}
        gone = {name for name in before if set(before[name]) - set(after[name])}
        told = {
            "audit_entries",
            "audit_heads",
            "file_merges",
            "timeline_events",
            "sights",
            "sign_ins",
            "users",
            "form_posts",
        }
        assert {name for name, rows in added.items() if rows} <= told and gone <= {"sign_ins", "users"}
        lines = db.session.scalars(select(TimelineEvent).where(TimelineEvent.child_id == pair["second"])).all()
        assert [one.code for one in lines][1:] == ["told.parted_from"], "it says itself what became of it"
        carried = db.session.scalars(select(Sight).where(Sight.child_id == pair["kept"], Sight.because == "roll")).all()
        assert all(one.valid_to is not None for one in carried if one.facts_to is not None)


@pytest.mark.both_databases
def test_what_the_kept_file_takes_over_goes_back_unless_it_was_changed(app, client, sign_in, pair):
    sign_in("district_coordinator", unit_id=pair["here"])
    with app.app_context():
        before = {name: value for name, value in all_rows().items() if name in ("children", "student_numbers")}
    assert merge(client, pair).status_code == 200
    page = names(client.get(f"/children/{pair['kept']}"))
    assert "冉母" in page and "花生" in page and pair["second_file"] in page
    with app.app_context():
        db.write()
        kept = db.session.get_one(Child, pair["kept"])
        assert kept.address == "郁山镇中井坝 3 号"
        own = db.session.scalars(select(StudentNumber).where(StudentNumber.child_id == pair["kept"])).one()
        assert own.number == pair["number"]
        card = db.session.scalars(select(SafetyCard).where(SafetyCard.child_id == pair["kept"])).one()
        card.allergy = "花生、虾"
        db.session.commit()
    assert undo(client, app, pair).status_code == 200
    with app.app_context():
        kept = db.session.get_one(Child, pair["kept"])
        assert kept.address is None
        card = db.session.scalars(select(SafetyCard).where(SafetyCard.child_id == pair["kept"])).one()
        assert card.allergy == "花生、虾", "what was changed since stays"
        people_of = select(Guardianship).where(Guardianship.child_id == pair["kept"], Guardianship.valid_to.is_(None))
        assert db.session.scalars(people_of).all() == []
        after = all_rows()
        assert after["student_numbers"] == before["student_numbers"]
        second = [row for row in before["children"] if pair["second_file"] in row]
        assert second and second == [row for row in after["children"] if pair["second_file"] in row]


def test_a_number_that_only_the_second_file_has_is_found_in_the_kept_one(app, client, sign_in, pair):
    with app.app_context():
        db.write()
        kept, second = (db.session.get_one(Child, pair[name]) for name in ("kept", "second"))
        number, kept.document_number = kept.document_number, None
        kept.document_missing_reason = "未带证件"
        db.session.flush()
        second.document_number, second.document_missing_reason = number, None
        db.session.commit()
    sign_in("district_coordinator", unit_id=pair["here"])
    assert merge(client, pair).status_code == 200
    with app.app_context():
        kept, second = (db.session.get_one(Child, pair[name]) for name in ("kept", "second"))
        assert kept.document_number == second.document_number == number and second.document_number_blind is None
        assert kept.document_missing_reason is None
    assert undo(client, app, pair).status_code == 200
    with app.app_context():
        kept, second = (db.session.get_one(Child, pair[name]) for name in ("kept", "second"))
        assert kept.document_number is None and kept.document_missing_reason == "未带证件"
        assert second.document_number == number and second.document_number_blind is not None


def test_the_page_shows_both_files_and_asks_for_a_reason_and_a_look(client, sign_in, pair):
    sign_in("district_coordinator", unit_id=pair["here"])
    page = names(client.get(f"/children/{pair['kept']}/second-file", query_string={"q": FORMER}))
    assert address(pair) in page
    page = names(client.get(address(pair)))
    assert FORMER in page and "冉䶮一" in page and f"{pair['kept_file']} is kept" in page and "冉母" in page
    page = names(client.get(address(pair, keep=pair["second"])))
    assert f"Keep {pair['kept_file']}, or end that place first" in page and 'id="merge"' not in page
    assert merge(client, pair, reason="x").status_code == 422
    assert merge(client, pair, sure=None).status_code == 422


def test_two_numbers_that_look_alike_behind_their_mask_are_told_to_differ(app, client, sign_in, pair):
    with app.app_context():
        db.write()
        kept, second = (db.session.get_one(Child, pair[name]) for name in ("kept", "second"))
        like = (resident_id(BIRTH, sequence) for sequence in range(700, 900))
        second.document_number = next(
            one for one in like if one != kept.document_number and one[-1] == kept.document_number[-1]
        )
        second.document_missing_reason = None
        db.session.commit()
    sign_in("district_coordinator", unit_id=pair["here"])
    page = names(client.get(address(pair)))
    row = next(one for one in page.split("<tr>") if ">Number of the document" in one)
    assert row.count("5****************") == 2 and "differs" in row


def test_a_second_file_is_in_no_list_and_its_names_and_numbers_lead_to_the_kept_one(app, client, sign_in, pair):
    sign_in("district_coordinator", unit_id=pair["here"])
    assert merge(client, pair, take=None).status_code == 200
    page = names(client.get("/children?list=1"))
    assert FORMER not in page and pair["second_file"] not in page and pair["kept_file"] in page
    for typed in (pair["second_file"], FORMER, pair["number"], pair["number"][-6:]):
        answer = client.get("/children", query_string={"q": typed})
        assert answer.status_code == 302 and answer.location.endswith(f"/children/{pair['kept']}"), typed
    assert pair["second_file"] in names(client.get(f"/children/{pair['kept']}"))
    for part in ("", "/roll", "/plans", "/visits", "/assessment", "/edit", "/family"):
        answer = client.get(f"/children/{pair['second']}{part}")
        assert answer.status_code == 302 and answer.location.endswith(f"/children/{pair['kept']}{part}")
    page = names(client.get(f"/children/{pair['kept']}/roll"))
    assert "连湖镇小学" in page and "Student" in page


def test_nothing_is_written_in_a_second_file(app, client, sign_in, pair):
    user = sign_in("district_coordinator", unit_id=pair["here"])
    assert merge(client, pair, take=None).status_code == 200
    _action, fields = read_form(names(client.get(f"/children/{pair['kept']}/edit")))
    path = f"/children/{pair['second']}/edit"  # the form of the kept file, sent to the address of the second one
    answer = client.post(path, data=fields, headers={"Origin": ORIGIN, "Referer": ORIGIN + path})
    assert answer.status_code == 409 and pair["kept_file"] in names(answer)
    with app.app_context():
        for actor in (find_actor(user.id), SYSTEM):
            with pytest.raises(ReadOnly) as refused:
                require_write(actor, pair["second"])
            assert refused.value.problems[0].values["kept"] == pair["kept_file"]


def test_a_second_click_the_way_back_and_another_person_change_nothing_more(app, client, sign_in, pair):
    sign_in("district_coordinator", unit_id=pair["here"])
    _action, fields = read_form(names(client.get(address(pair, keep=pair["kept"]))), "merge")
    fields |= {"reason": REASON, "sure": "y"}
    other = app.test_client()
    sign_in("city_coordinator", client=other)
    _action, theirs = read_form(names(other.get(address(pair, keep=pair["kept"]))), "merge")
    theirs |= {"reason": "名册核对", "sure": "y"}
    path = address(pair, keep=pair["kept"])
    for one, sent in ((client, fields), (client, fields), (other, theirs)):
        answer = one.post(path, data=sent, headers={"Origin": ORIGIN, "Referer": ORIGIN + path})
        assert answer.status_code == 303 and "/merges/" in answer.location
    told = names(other.get(answer.location))
    assert "merged these files already on" in told and "Your reason was not kept: 名册核对" in told
    assert client.get(address(pair)).status_code == 303
    assert client.get(f"/children/{pair['second']}/second-file/{pair['kept']}").status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(FileMerge)).all()) == 1
    assert undo(client, app, pair).status_code == 200
    with app.app_context():
        row = db.session.scalars(select(FileMerge)).one()
        assert row.undone_by_name and row.undone_reason == "两个孩子"
    own = names(client.get(f"/children/{pair['second']}"))
    assert "it is a file of its own again: 两个孩子" in own and "was merged into this one" not in own
    page = client.get(f"/children/{pair['kept']}/merges/{row.id}")
    assert "两个孩子" in names(page) and 'id="part"' not in names(page)
    assert merge(client, pair).status_code == 200, "merged once more"


def test_what_somebody_wrote_meanwhile_is_looked_at_before_it_is_merged(app, client, sign_in, pair):
    sign_in("district_coordinator", unit_id=pair["here"])
    path = address(pair, keep=pair["kept"])
    _action, fields = read_form(names(client.get(path)), "merge")
    with app.app_context():
        db.write()
        tell(SYSTEM, pair["second"], EventKind.FILE, "told.file_opened", on=date(2026, 11, 24), number="1")
        db.session.commit()
    sent = {"data": fields | {"reason": REASON, "sure": "y"}, "headers": {"Origin": ORIGIN, "Referer": ORIGIN + path}}
    answer = client.post(path, **sent)
    assert answer.status_code == 409 and "while you had this open" in names(answer)
    assert merge(client, pair).status_code == 200


def test_files_of_two_districts_are_merged_by_the_city_and_the_other_district_reads_its_years(
    app, client, sign_in, pair
):
    with app.app_context():
        db.write()
        db.session.get_one(Child, pair["second"]).unit_id = pair["there"]
        db.session.commit()
    sign_in("district_coordinator", unit_id=pair["here"])
    assert client.get(address(pair)).status_code == 404
    page = names(client.get(f"/children/{pair['kept']}/second-file"))
    assert pair["second_file"] not in page
    sign_in("city_coordinator")
    assert merge(client, pair).status_code == 200
    sign_in("district_coordinator", unit_id=pair["there"])
    answer = client.get(f"/children/{pair['second']}")
    assert answer.status_code == 302 and answer.location.endswith(f"/children/{pair['kept']}")
    page = names(client.get(f"/children/{pair['kept']}"))
    assert "Read only, as it was before" in page
    assert pair["kept_file"] in names(client.get("/children/past"))
    assert client.get(f"/children/{pair['kept']}/edit").status_code == 403
    sign_in("city_coordinator")
    assert undo(client, app, pair).status_code == 200
    sign_in("district_coordinator", unit_id=pair["there"])
    assert pair["second_file"] in names(client.get(f"/children/{pair['second']}"))
    assert client.get(f"/children/{pair['kept']}").status_code == 404


def test_who_may_write_in_one_file_only_is_told_whom_to_ask(app, client, sign_in, pair):
    with app.app_context():
        db.write()
        give_sight(pair["second"], SightKind.SCHOOL, pair["school"], "asked", on=date(2024, 9, 1), right="read")
        db.session.commit()
    sign_in("school_coordinator", school_id=pair["school"])
    page = client.get(address(pair))
    assert page.status_code == 200 and "Ask 彭水县" in names(page) and 'id="merge"' not in names(page)


def test_a_school_that_may_write_in_both_merges_and_the_former_school_reads_its_years(app, client, sign_in, pair):
    with app.app_context():
        db.write()
        give_sight(pair["second"], SightKind.SCHOOL, pair["school"], "opened", on=date(2024, 9, 1))
        db.session.commit()
    sign_in("school_coordinator", school_id=pair["school"])
    assert merge(client, pair).status_code == 200
    sign_in("school_coordinator", school_id=pair["old"])
    answer = client.get(f"/children/{pair['second']}/roll", follow_redirects=True)
    assert answer.status_code == 200 and "连湖镇小学" in names(answer) and "read the file as it was" in names(answer)


def test_a_guardian_of_the_second_file_sees_the_kept_one(app, client, sign_in, pair):
    with app.app_context():
        mother = db.session.scalars(select(Guardianship).where(Guardianship.child_id == pair["second"])).one()
        mother = mother.guardian_id
    sign_in("district_coordinator", unit_id=pair["here"])
    assert merge(client, pair).status_code == 200
    sign_in("guardian", guardian_id=mother)
    assert client.get(f"/family/{pair['second']}").location.endswith(f"/family/{pair['kept']}")
    assert "冉䶮一" in names(client.get(f"/family/{pair['kept']}"))
    sign_in("district_coordinator", unit_id=pair["here"])
    assert undo(client, app, pair).status_code == 200
    sign_in("guardian", guardian_id=mother)
    assert client.get(f"/family/{pair['kept']}").status_code == 404
    assert client.get(f"/family/{pair['second']}").status_code == 200


def test_a_new_file_with_the_names_of_a_second_one_is_led_to_the_kept_one(client, sign_in, pair):
    sign_in("district_coordinator", unit_id=pair["here"])
    assert merge(client, pair, take=None).status_code == 200
    sent = {
        "name": FORMER,
        "sex": "female",
        "birth_on": BIRTH.isoformat(),
        "document_kind": "none",
        "document_missing_reason": "未带证件",
        "guardians-0-name": "冉母",
        "guardians-0-relation": "mother",
    }
    page = client.submit("/children/new", "new-child", **sent)
    assert page.status_code == 422 and pair["kept_file"] in names(page) and pair["second_file"] not in names(page)


@pytest.mark.both_databases
def test_the_database_refuses_chains(app_context, pair):
    kept, second, third = pair["kept"], pair["second"], pair["foreign"]

    def into(child, other):
        db.session.execute(Child.__table__.update().where(Child.id == child).values(merged_into=other))

    def refuses(child, other):
        with pytest.raises(IntegrityError):
            with db.session.begin_nested():
                into(child, other)

    db.write()
    refuses(kept, kept)
    refuses(kept, make_unit("酉阳县").id)
    into(second, kept)
    refuses(third, second)
    refuses(kept, third)
    into(second, None)
    into(kept, third)
    db.session.rollback()


def test_a_record_says_who_and_why_and_keeps_what_both_said(app, client, sign_in, pair):
    user = sign_in("district_coordinator", unit_id=pair["here"])
    assert merge(client, pair).status_code == 200
    with app.app_context():
        row = db.session.scalars(select(FileMerge)).one()
        assert (row.made_by_id, row.reason, row.merged_id) == (user.id, REASON, pair["second"])
        assert FORMER in row.snapshot and "13812341234" in row.snapshot
    page = names(client.get(f"/children/{pair['kept']}/merges/{row.id}"))
    assert REASON in page and FORMER in page and "13812341234" not in page
    assert client.get(f"/children/{pair['foreign']}/merges/{row.id}").status_code == 404
