"""Deciding that a doubtful row is a child on file loses nothing of the file: the file's side stands until a person
chooses the sheet's, family members come beside each other, and a stored number stays."""

import pytest
from sqlalchemy import select

from app.children.models import Child, Guardian, Guardianship
from app.db import db
from app.jobs.runner import run_waiting
from tests.imports.samples import PRIMARY, child, make_schools, xlsx
from tests.imports.test_actions import bring, counts, preview
from tests.imports.test_deciding import buttons, press
from tests.imports.test_pages import bring as upload

STRANGER = child(
    document_kind="无",
    document_number="",
    document_missing_reason="无户籍",
    student_number="",
    certificate="",
    placement="",
    phone="13955555555",
    member1_name="某陌生人",
    member1_phone="13977777777",
    member1_number="",
)
"""The child's name and birth date, with a stranger as guardian and without any document."""


@pytest.fixture
def desk(app, client, sign_in):
    with app.app_context():
        unit = make_schools()[PRIMARY].unit_id
        bring([child()])
    sign_in("district_coordinator", unit_id=unit)
    return client


def family(app):
    with app.app_context():
        found = db.session.execute(
            select(Guardian.name, Guardianship.position, Guardianship.may_see)
            .join(Guardian, Guardian.id == Guardianship.guardian_id)
            .where(Guardianship.valid_to.is_(None))
        )
        return {tuple(one) for one in found}


def stored(app):
    with app.app_context():
        one = db.session.scalars(select(Child)).one()
        return one.document_kind, one.document_number, one.document_missing_reason, one.phone


FATHER = ("冉·土家", 1, True)
PAPERS = ("resident_id", "509999201703150012", None)


def send(app, client, address, **sides):
    """Press "It is this child" as the page presets it but for `sides`, then take the sheet over; return the answer."""
    (one,) = buttons(client.get(address).get_data(as_text=True), "same")
    answer = press(client, one, **{f"side-{key}": side for key, side in sides.items()})
    client.submit(address, form=f"{address}/apply")
    run_waiting(app)
    return answer


def test_the_file_stands_as_the_page_presets_it(app, desk):
    address = upload(app, desk, xlsx([STRANGER]))
    (one,) = buttons(desk.get(address).get_data(as_text=True), "same")
    sides = {name: side for name, side in one[1].items() if name.startswith("side-")}
    assert set(sides.values()) == {"ours"} and {"side-phone", "side-member1_name", "side-document_kind"} <= set(sides)
    send(app, desk, address)
    assert family(app) == {FATHER} and stored(app) == (*PAPERS, "13900000001")


def test_a_form_without_sides_leaves_the_file_as_it_is(app, desk):
    address = upload(app, desk, xlsx([STRANGER]))
    (one,) = buttons(desk.get(address).get_data(as_text=True), "same")
    bare = {name: value for name, value in one[1].items() if not name.startswith("side-")}
    assert press(desk, (one[0], bare)).status_code == 303
    desk.submit(address, form=f"{address}/apply")
    run_waiting(app)
    assert family(app) == {FATHER} and stored(app) == (*PAPERS, "13900000001")


def test_a_guardian_of_the_sheet_comes_beside_the_one_on_file(app, desk):
    send(app, desk, upload(app, desk, xlsx([STRANGER])), member1_name="sheet", phone="sheet")
    assert family(app) == {FATHER, ("某陌生人", 3, True)} and stored(app) == (*PAPERS, "13955555555")


def test_a_row_that_nobody_asks_about_puts_nobody_out_of_the_family(app, desk):
    """Matched by the child's number: the other guardian comes beside, and the same sheet again changes nothing."""
    said = xlsx([child(member1_name="冉母", member1_relation="母亲", member1_phone="13966666666", member1_number="")])
    address = upload(app, desk, said)
    desk.submit(address, form=f"{address}/apply")
    run_waiting(app)
    assert family(app) == {FATHER, ("冉母", 3, True)}
    with app.app_context():
        assert counts(preview(said)) == {"same": 1}
        assert counts(preview(xlsx([child(member2_name="冉母", member2_relation="母亲")]))) == {"changed": 1}


def test_a_number_on_file_never_gives_way_to_a_kind_without_one(app, desk):
    address = upload(app, desk, xlsx([STRANGER]))
    (one,) = buttons(desk.get(address).get_data(as_text=True), "same")
    answer = press(desk, one, **{"side-document_kind": "sheet"})
    page = desk.get(answer.headers["Location"].partition("#")[0]).get_data(as_text=True)
    assert "taken over together" in page and len(buttons(page, "same")) == 1  # it still waits to be decided
    assert stored(app)[:3] == PAPERS


def test_nor_in_a_row_that_is_taken_over_by_itself(app, desk):
    """Name, birth date and guardian are those on file: nobody is asked, and the number stays."""
    said = STRANGER | {"member1_name": "冉·土家", "member1_phone": "13900000002"}
    address = upload(app, desk, xlsx([said]))
    page = desk.get(address).get_data(as_text=True)
    assert "The file has a document number" in page
    desk.submit(address, form=f"{address}/apply")
    run_waiting(app)
    assert stored(app) == (*PAPERS, "13955555555")


def test_another_number_is_taken_together_with_its_kind(app, desk):
    said = child(document_kind="护照", document_number="E12345678", student_number="", certificate="", placement="")
    address = upload(app, desk, xlsx([said]))
    (one,) = buttons(desk.get(address).get_data(as_text=True), "same")
    answer = press(desk, one, **{"side-document_number": "sheet"})
    assert "taken over together" in desk.get(answer.headers["Location"].partition("#")[0]).get_data(as_text=True)
    send(app, desk, address, document_kind="sheet", document_number="sheet")
    assert stored(app)[:2] == ("passport", "E12345678")
