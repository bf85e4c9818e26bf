"""A doubtful row that is a known child: for each column the file's words stay, or the sheet's are taken."""

import pytest
from sqlalchemy import select

from app.access import SYSTEM
from app.children.models import Child
from app.db import db
from app.imports import actions, queries
from app.imports.models import ImportRow
from app.imports.types import RowOutcome
from app.jobs.runner import run_waiting
from tests.imports.samples import EVERY, PRIMARY, TODAY, child, make_schools, xlsx
from tests.imports.test_actions import bring, counts, preview, take
from tests.imports.test_pages import bring as upload
from tests.support.client import ORIGIN, fields_in
from tests.support.inspection import parse


@pytest.fixture
def schools(session):
    return make_schools()


def decide(row, ours):
    kept = db.session.scalar(
        select(ImportRow.id).where(ImportRow.import_id == row.id, ImportRow.outcome == RowOutcome.DOUBTFUL)
    )
    key = db.session.scalar(select(Child.id))
    db.session.rollback()
    db.write()
    actions.answer(SYSTEM, row.id, kept, "same", key, today=TODAY, sheet=EVERY - set(ours))
    db.session.commit()


SAID = child(
    name="冉新名",
    phone="13911111111",
    address="重庆市万州区熊家镇古城村9组",
    grade="四年级",
    disability_grade="一级",
    certificate="",
    member1_phone="13922222222",
)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("ours", "kept"),
    [
        ([], {"冉新名", "13911111111", "重庆市万州区熊家镇古城村9组"}),
        (["phone"], {"冉新名", "13900000001", "重庆市万州区熊家镇古城村9组"}),
        (["name", "address"], {"𬱖䶮", "13911111111", "重庆市万州区熊家镇古城村2组"}),
        (
            ["name", "phone", "address", "grade", "disability_grade", "member1_phone"],
            {"𬱖䶮", "13900000001", "重庆市万州区熊家镇古城村2组"},
        ),
    ],
)
def test_each_column_by_itself(session, schools, ours, kept):
    bring([child()])
    row = preview(xlsx([SAID]))
    decide(row, ours)
    take(row)
    one = session.scalar(select(Child))
    assert {one.name, one.phone, one.address} == kept
    assert one.former_name == ("𬱖䶮" if "冉新名" in kept else None)
    again = preview(xlsx([SAID | {"name": one.name}]))
    assert set(counts(again)) == ({"same"} if not ours else {"changed"})
    if ours:
        (left,) = queries.list_rows(again, RowOutcome.CHANGED)
        assert set(left.changes) == set(ours) - {"name"}


def test_another_choice_before_the_taking_over_counts(session, schools):
    bring([child()])
    row = preview(xlsx([SAID]))
    decide(row, ["phone"])
    decide(row, ["name", "nonsense"])
    take(row)
    one = session.scalar(select(Child))
    assert (one.name, one.phone) == ("𬱖䶮", "13911111111")


def test_on_the_page(app, client, sign_in):
    with app.app_context():
        unit = make_schools()[PRIMARY].unit_id
        bring([child()])
    sign_in("district_coordinator", unit_id=unit)
    address = upload(app, client, xlsx([SAID]))
    page = client.get(address).get_data(as_text=True)
    assert "(the hidden part differs)" in page and "9组" not in page and "13911111111" not in page
    assert "To decide" in page and ">Must<" not in page
    form = next(
        one
        for one in parse(page).iter("form")
        if "answer" in (one.get("action") or "") and fields_in(one).get("answer") == "same"
    )
    fields = fields_in(form)
    assert fields["side-phone"] == "ours" and fields["side-address"] == "ours" and "side-birth_on" not in fields
    sent = client.post(
        form.get("action"),
        data=fields | {"side-phone": "sheet", "side-name": "sheet"},
        headers={"Origin": ORIGIN, "Referer": ORIGIN + "/"},
    )
    assert sent.status_code == 303
    chosen = {
        one.get("name"): one.get("value")
        for one in parse(client.get(address).get_data(as_text=True)).iter("input")
        if one.get("checked") is not None
    }
    assert (chosen["side-address"], chosen["side-phone"], chosen["side-name"]) == ("ours", "sheet", "sheet")
    client.submit(address, form=f"{address}/apply")
    run_waiting(app)
    with app.app_context():
        one = db.session.scalar(select(Child))
        assert one.address.endswith("2组") and one.phone == "13911111111" and one.name == "冉新名"


def test_two_addresses_with_one_mask_are_seen_to_differ(app, client, sign_in):
    with app.app_context():
        make_schools()
        bring([child()])
        row = preview(xlsx([child(address="重庆市万州区熊家镇古城村9组")]))
        identifier = row.id
    sign_in("city_coordinator")
    page = client.get(f"/imports/{identifier}").get_data(as_text=True)
    assert "(the hidden part differs)" in page and "9组" not in page and "2组" not in page
