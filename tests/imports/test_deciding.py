"""Deciding about doubtful rows on the page: one comes back to its row, sees what is left, and overrides nobody."""

import io
import uuid

import openpyxl
import pytest
from sqlalchemy import select

from app.db import db
from app.imports.models import ImportRow
from tests.imports.samples import PRIMARY, child, make_schools, xlsx
from tests.imports.test_actions import bring
from tests.imports.test_pages import bring as upload
from tests.support.client import ORIGIN, fields_in
from tests.support.inspection import parse, text_of

ROWS = [
    child(
        name=f"王{sign}",
        document_kind="无",
        document_missing_reason="无户籍",
        document_number="",
        certificate="",
        student_number="",
        birth_on=f"1996-0{1 + place % 9}-{1 + place:02d}",
        member1_name=f"王{sign}父",
        member1_phone=f"139222222{place:02d}",
        member1_number="",
    )
    for place, sign in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄")
]


@pytest.fixture
def unit(app):
    with app.app_context():
        return make_schools()[PRIMARY].unit_id


def buttons(page: str, answer: str) -> list[tuple[str, dict]]:
    """(address, fields) of the forms of a page that give this answer, in order."""
    return [
        (form.get("action"), fields_in(form))
        for form in parse(page).iter("form")
        if fields_in(form).get("answer") == answer
    ]


def press(client, button, **values):
    return client.post(button[0], data=button[1] | values, headers={"Origin": ORIGIN, "Referer": ORIGIN + "/"})


def to_decide(page: str) -> tuple[str, str]:
    """The number at "Doubtful", and what stands below it."""
    (box,) = [
        one
        for one in parse(page).iter("div")
        if "figure" in (one.get("class") or "").split() and "Doubtful" in text_of(one)
    ]
    return text_of(box).split()[0], text_of(box)


def test_each_answer_comes_back_to_its_page_and_row_and_the_number_falls(app, client, sign_in, unit):
    sign_in("district_coordinator", unit_id=unit)
    address = upload(app, client, xlsx(ROWS))
    first = client.get(address).get_data(as_text=True)
    assert to_decide(first)[0] == "25" and "decided" not in to_decide(first)[1]
    page = client.get(f"{address}?outcome=doubtful&page=2").get_data(as_text=True)
    for said, place in (("take", 0), ("skip", 3)):
        button = buttons(page, said)[place]
        answer = press(client, button)
        back = answer.headers["Location"]
        row = button[0].split("/rows/")[1].split("/")[0]
        assert answer.status_code == 303 and "page=2" in back and back.endswith(f"#row-{row}")
        page = client.get(back.partition("#")[0]).get_data(as_text=True)
        assert f'id="row-{row}"' in page
    assert to_decide(page)[0] == "23" and "2 decided" in to_decide(page)[1]
    assert "25 rows are held back" not in page and "24 are held back" in page
    held = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}/refused.xlsx").data)).active
    assert held.max_row == 1 + 24
    listed = client.get("/imports").get_data(as_text=True)
    assert [text_of(cell) for cell in parse(listed).iter("td")][-1] == "24"


@pytest.mark.both_databases
def test_of_two_tabs_the_second_is_told_what_the_first_decided(app, client, sign_in, unit):
    sign_in("district_coordinator", unit_id=unit)
    address = upload(app, client, xlsx(ROWS[:2]))
    page = client.get(address).get_data(as_text=True)
    take, skip = buttons(page, "take")[1], buttons(page, "skip")[1]
    assert press(client, take).status_code == 303
    answer = press(client, skip)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409 and "Line 3 was decided" in text and "Taken over as it stands" in text
    assert f"{address}?outcome=doubtful" in text
    assert press(client, (take[0], take[1] | {"form_key": str(uuid.uuid4())})).status_code == 303

    def stored():
        with app.app_context():
            return db.session.scalars(select(ImportRow.answer).order_by(ImportRow.line)).all()

    assert stored() == [None, "take"]
    assert (
        press(
            client,
            (
                skip[0],
                {name: value for name, value in skip[1].items() if name != "shown"} | {"form_key": str(uuid.uuid4())},
            ),
        ).status_code
        == 409
    )
    fresh = client.get(address).get_data(as_text=True)
    (again,) = [one for one in buttons(fresh, "skip") if one[0] == skip[0]]
    assert press(client, again).status_code == 303 and stored() == [None, "skip"]
    old = press(client, (take[0], take[1] | {"form_key": str(uuid.uuid4())}))
    assert old.status_code == 409 and "Left out" in old.get_data(as_text=True) and stored() == [None, "skip"]


def test_other_columns_of_the_same_child_are_another_answer(app, client, sign_in, unit):
    with app.app_context():
        bring([child()])
    sign_in("district_coordinator", unit_id=unit)
    address = upload(app, client, xlsx([child(name="冉新名", phone="13911111111")]))
    (one,), (other,) = (buttons(client.get(address).get_data(as_text=True), "same") for _tab in range(2))
    assert press(client, one, **{"side-phone": "sheet"}).status_code == 303
    answer = press(client, other)
    assert answer.status_code == 409 and "It is this child" in answer.get_data(as_text=True)
    (fresh,) = buttons(client.get(address).get_data(as_text=True), "same")
    assert fresh[1]["side-phone"] == "sheet" and press(client, fresh, **{"side-phone": "ours"}).status_code == 303


def test_a_rare_fact_is_taken_as_it_stands_and_is_no_other_child(app, client, sign_in, unit):
    sign_in("district_coordinator", unit_id=unit)
    page = client.get(upload(app, client, xlsx([child(sex="女")]))).get_data(as_text=True)
    (cell,) = [one for one in parse(page).iter("tr") if (one.get("id") or "").startswith("row-")]
    assert "Right as it stands: take it over so" in text_of(cell) and "child of its own" not in text_of(cell)
    assert "To decide" in text_of(cell) and "Must" not in text_of(cell)
