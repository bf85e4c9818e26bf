"""A row of a form names the entry it changes; a name that is none of this file's never ends one and begins another."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import func, select

from app.access import SYSTEM
from app.children.actions import change_disabilities, change_guardians
from app.children.facts import DisabilityFacts, GuardianFacts
from app.children.models import Child, Disability, Guardian, Guardianship
from app.children.types import DisabilityCategory, GuardianRelation
from app.db import db
from tests.children.factory import make_child, make_school, make_unit

DAY = date(2026, 9, 1)
WORDS = "an entry of this file"
ODD = ["zzz", "-1", "12345678901234567890", " ", "{}", str(uuid.UUID(int=0)), "another"]


@pytest.fixture
def files(app):
    """Two children of one unit, each with one family member and one disability: their ids, and those of the rows."""
    with app.app_context():
        db.write()
        unit = make_unit("彭水县")
        found = {"unit": unit.id}
        for who in ("own", "other"):
            child = make_child(unit, f"冉{who}", school=make_school(unit, f"小学{who}"))
            change_guardians(
                SYSTEM,
                child,
                (GuardianFacts(name=f"冉秀{who}", relation=GuardianRelation.MOTHER),),
                revision=None,
                today=DAY,
            )
            change_disabilities(
                SYSTEM, child, (DisabilityFacts(category=DisabilityCategory.SPEECH, grade=3),), revision=None, today=DAY
            )
            found[who] = (
                child.id,
                db.session.scalar(select(Guardianship.id).where(Guardianship.child_id == child.id)),
                db.session.scalar(select(Disability.id).where(Disability.child_id == child.id)),
            )
        db.session.commit()
    return found


def stored(app, child_id):
    """Every row of the family and of the disabilities with its end, and the number of persons."""
    with app.app_context():
        return [
            sorted((row.id, row.valid_to) for row in db.session.scalars(select(kind).where(kind.child_id == child_id)))
            for kind in (Guardianship, Disability)
        ] + [db.session.scalar(select(func.count()).select_from(Guardian)), db.session.get(Child, child_id).revision]


@pytest.mark.both_databases
@pytest.mark.parametrize("sent", ODD)
def test_an_odd_row_id_changes_nothing(app, client, sign_in, files, sent):
    sign_in("district_coordinator", unit_id=files["unit"])
    child, _link, _row = files["own"]
    before = stored(app, child)
    for page, kind, name, at, fields in (
        ("family", "family", "guardians-0-guardianship_id", 1, {"guardians-0-name": "冉秀own"}),
        ("disabilities", "disabilities", "disabilities-0-disability_id", 2, {}),
    ):
        answer = client.submit(
            f"/children/{child}/{page}/edit",
            f"edit-{kind}",
            **fields,
            **{name: str(files["other"][at]) if sent == "another" else sent},
        )
        assert answer.status_code == 422 and WORDS in answer.get_data(as_text=True), page
    assert stored(app, child) == before


def test_one_entry_in_two_rows_and_an_entry_that_ended(app, client, sign_in, files):
    sign_in("district_coordinator", unit_id=files["unit"])
    child, link, row = files["own"]
    before = stored(app, child)
    twice = client.submit(
        f"/children/{child}/family/edit",
        "edit-family",
        **{"guardians-1-guardianship_id": str(link), "guardians-1-name": "冉二", "guardians-1-relation": "father"},
    )
    assert twice.status_code == 422 and stored(app, child) == before
    twice = client.submit(
        f"/children/{child}/disabilities/edit",
        "edit-disabilities",
        **{"disabilities-1-disability_id": str(row), "disabilities-1-category": "visual", "disabilities-1-grade": "2"},
    )
    assert twice.status_code == 422 and stored(app, child) == before
    with app.app_context():
        db.write()
        one = db.session.get(Child, child)
        change_guardians(SYSTEM, one, (), revision=None, today=DAY)
        change_disabilities(SYSTEM, one, (), revision=None, today=DAY)
        db.session.commit()
    before = stored(app, child)
    for page, fields in (
        (
            "family",
            {"guardians-0-guardianship_id": str(link), "guardians-0-name": "冉秀own", "guardians-0-relation": "mother"},
        ),
        ("disabilities", {"disabilities-0-disability_id": str(row), "disabilities-0-category": "speech"}),
    ):
        answer = client.submit(f"/children/{child}/{page}/edit", f"edit-{page}", **fields)
        assert answer.status_code == 422 and stored(app, child) == before, page


def test_an_empty_id_is_a_new_row_and_the_own_one_is_kept(app, client, sign_in, files):
    sign_in("district_coordinator", unit_id=files["unit"])
    child, link, _row = files["own"]
    assert (
        client.submit(
            f"/children/{child}/family/edit",
            "edit-family",
            **{
                "guardians-1-guardianship_id": "",
                "guardians-1-name": "冉二",
                "guardians-1-relation": "father",
            },
        ).status_code
        == 200
    )
    rows = stored(app, child)[0]
    assert len(rows) == 2 and (link, None) in rows
