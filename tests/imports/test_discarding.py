"""Sheets that are not to be taken over: what waits on Today, and discarding one or many."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.children.models import Child
from app.db import db
from app.db.audit import AuditEntry
from app.imports.models import Import
from app.jobs.runner import run_waiting
from tests.imports.samples import SPECIAL, child, second, xlsx
from tests.imports.test_deciding import ROWS, buttons, press
from tests.imports.test_pages import bring, coordinator, schools
from tests.support.client import ORIGIN

__all__ = ["coordinator", "schools"]

WAITS = "checked and not applied yet"


def text(answer) -> str:
    return answer.get_data(as_text=True)


def id_of(address: str) -> UUID:
    return UUID(address.rpartition("/")[2])


def test_a_sheet_waits_only_for_rows_that_can_come_in_or_be_decided(app, client, coordinator):
    bring(app, client, xlsx([child(name="", document_number="1", birth_on="x")]))
    assert WAITS not in text(client.get("/")), "every row is refused"
    address = bring(app, client, xlsx([child()]))
    assert f"1 sheet of yours is {WAITS}" in text(client.get("/"))
    client.submit(address, form=f"{address}/apply")
    run_waiting(app)
    assert WAITS not in text(client.get("/"))
    bring(app, client, xlsx([child()]))
    assert WAITS not in text(client.get("/")), "every row is the same"


def test_a_doubtful_row_waits_until_it_is_left_out(app, client, coordinator):
    address = bring(app, client, xlsx(ROWS[:1]))
    page = text(client.get(f"{address}?outcome=doubtful"))
    assert f"1 sheet of yours is {WAITS}" in text(client.get("/"))
    assert press(client, buttons(page, "skip")[0]).status_code == 303
    assert WAITS not in text(client.get("/"))
    page = text(client.get(f"{address}?outcome=doubtful"))
    assert press(client, buttons(page, "take")[0]).status_code == 303
    assert f"1 sheet of yours is {WAITS}" in text(client.get("/")), "decided, and not taken over yet"


@pytest.mark.both_databases
def test_one_sheet_is_discarded_and_stays_readable(app, client, coordinator):
    address = bring(app, client, xlsx([child(), child(name="", document_number="1", birth_on="x")]))
    page = client.submit(address, form="/imports/discard")
    assert page.status_code == 200 and "1 sheet was discarded." in text(page)
    shown = text(client.get(address))
    assert "discarded this sheet on" in shown and "Take over the good rows" not in shown
    assert "/imports/discard" not in shown
    assert client.get(f"{address}/refused.xlsx").status_code == 200, "the report stays"
    assert client.get(f"{address}?outcome=new").status_code == 200
    assert WAITS not in text(client.get("/")) and "Sheet discarded" in text(client.get("/imports"))
    with app.app_context():
        row = db.session.get(Import, id_of(address))
        assert row.discarded_at and row.discarded_by_name
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "discard_import")).one()


def test_many_are_discarded_at_once_and_one_taken_over_is_not(app, client, coordinator):
    many = [bring(app, client, xlsx([child(name=name)])) for name in ("冉一", "冉二", "冉三")]
    page = text(client.get("/imports"))
    chosen = [str(id_of(one)) for one in many[:2]]
    assert all(f'value="{one}"' in page for one in chosen)
    answer = client.submit("/imports", form="discard", **{"import": chosen})
    assert "2 sheets were discarded." in text(answer)
    with app.app_context():
        assert {row.id: row.discarded_at is not None for row in db.session.scalars(select(Import))} == {
            id_of(one): str(id_of(one)) in chosen for one in many
        }
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    again = client.post("/imports/discard", data={"csrf_token": token, "import": chosen}, headers={"Origin": ORIGIN})
    assert again.status_code == 303, "twice does no harm"
    none = client.post("/imports/discard", data={"csrf_token": token, "import": "x"}, headers={"Origin": ORIGIN})
    assert none.status_code == 303


def test_a_discarded_sheet_is_not_taken_over_and_a_taken_over_one_not_discarded(app, client, coordinator):
    one, other = bring(app, client, xlsx([child()])), bring(app, client, xlsx([second()]))
    token = re.search(r'name="csrf_token" value="([^"]+)"', text(client.get(one)))[1]

    def push(path: str, **data):
        return client.post(path, data={"csrf_token": token, **data}, headers={"Origin": ORIGIN}, follow_redirects=True)

    push("/imports/discard", **{"import": str(id_of(one))})
    assert "discarded this sheet. Choose the file again" in text(push(f"{one}/apply"))
    push(f"{other}/apply")
    run_waiting(app)
    assert "cannot be discarded" in text(push("/imports/discard", **{"import": str(id_of(other))}))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Child)) == 1
        assert db.session.get(Import, id_of(other)).discarded_at is None


def test_another_districts_sheet_cannot_be_discarded(app, client, coordinator, sign_in, schools):
    address = bring(app, client, xlsx([child()]))
    stranger = app.test_client()
    sign_in("school_coordinator", school_id=schools[SPECIAL][0], client=stranger)
    token = re.search(r'name="csrf_token" value="([^"]+)"', text(stranger.get("/imports/new")))
    data = {"csrf_token": token[1], "import": str(id_of(address))}
    assert stranger.post("/imports/discard", data=data, headers={"Origin": ORIGIN}).status_code == 404


def test_a_sheet_without_a_row_to_take_over_promises_none(app, client, coordinator):
    address = bring(app, client, xlsx([child(name="", document_number="1", birth_on="x")]))
    page = text(client.get(address))
    assert "None of its rows can be taken over" in page and "never stop the good ones" not in page
    taken = bring(app, client, xlsx([child()]))
    assert "never stop the good ones" in text(client.get(taken))
    client.submit(taken, form=f"{taken}/apply")
    run_waiting(app)
    again = text(client.get(bring(app, client, xlsx([child()]))))
    assert "it says what is on file already" in again and "never stop the good ones" not in again


def test_a_decided_row_asks_for_no_decision(app, client, coordinator):
    """Nor does a row of a sheet that was discarded."""
    address = bring(app, client, xlsx(ROWS[:1]))
    asked = f"{address}?outcome=doubtful"
    assert "To decide" in text(client.get(asked))
    assert press(client, buttons(text(client.get(asked)), "skip")[0]).status_code == 303
    page = text(client.get(asked))
    assert "To decide" not in page and "Decided" in page
    client.submit(address, form="/imports/discard")
    assert "To decide" not in text(client.get(asked))
    other = bring(app, client, xlsx([ROWS[0] | {"note": "再来"}] if "note" in ROWS[0] else ROWS[:1]))
    client.submit(other, form="/imports/discard")
    page = text(client.get(f"{other}?outcome=doubtful"))
    assert "To decide" not in page and "Not decided" in page


def test_numbers_in_full_are_handed_out_only_with_a_line_in_the_trail(app, client, coordinator):
    wrong = child(name="王?", document_number="509999201602290041", phone="509999201602290041")
    address = bring(app, client, xlsx([wrong]))
    assert "509999201602290041" not in text(client.get(address))
    assert client.get(f"{address}/refused.xlsx").status_code == 200
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "download_held_back")).one()
        assert entry.detail["rows"] == 1
