"""What the tests of the pages of children begin with."""

from __future__ import annotations

from datetime import date

import pytest

from app.children.tails import set_tails
from app.db import db
from tests.children.factory import make_child, make_school, make_unit

BIRTH = date(2016, 3, 5)


@pytest.fixture
def town(app):
    """Two units, each with a school and a child; the ids by name."""
    with app.app_context():
        db.write()
        here, there = make_unit("彭水县"), make_unit("城口县")
        school, other = make_school(here), make_school(there, "城口县实验小学")
        child = make_child(here, "冉䶮一", school=school)
        foreign = make_child(there, "𬱖·买买提", birth=date(2015, 1, 2), school=other)
        set_tails(child.id, "document", child.document_number)
        db.session.commit()
        return {
            "here": here.id,
            "there": there.id,
            "school": school.id,
            "other": other.id,
            "code": school.code,
            "child": child.id,
            "foreign": foreign.id,
            "number": child.document_number,
            "foreign_number": foreign.document_number,
            "file": child.file_number,
        }


def names(response) -> str:
    return response.get_data(as_text=True)
