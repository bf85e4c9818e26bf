"""The tests of the file begin as those of the pages of children do, or with a child that has two files."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.access import SYSTEM
from app.children.bulk import NewFamily, NewGuardian, insert_families
from app.children.models import Child, Disability, SafetyCard, Sight
from app.children.tails import set_tails
from app.children.timeline import tell
from app.children.types import DisabilityCategory, EventKind, SightKind
from app.db import db
from app.roll.models import Membership, Movement, StudentNumber
from app.roll.types import MovementKind, RollStatus, SchoolLink, StudentNumberKind
from tests.children.conftest import town  # noqa: F401  a fixture
from tests.children.factory import make_child, make_school, make_unit
from tests.factories.roll import student_number

FORMER = "冉焱一"
BIRTH = date(2016, 3, 5)
SINCE = date(2024, 9, 1)


@pytest.fixture
def pair(app):
    """A child with two files in one district: `kept` on a roll, `second` with another spelling, its own past and what
    the kept one does not know; a third child and a district beside it."""
    with app.app_context():
        db.write()
        here, there = make_unit("彭水县"), make_unit("城口县")
        school, old = make_school(here), make_school(here, "连湖镇小学")
        kept = make_child(here, "冉䶮一", birth=BIRTH, school=school)
        second = make_child(here, FORMER, birth=BIRTH, phone=None)
        second.document_number = None
        second.document_missing_reason = "未带证件"
        second.address = "郁山镇中井坝 3 号"
        foreign = make_child(there, "𬱖·买买提", school=make_school(there, "城口县实验小学"))
        number = student_number()
        db.session.flush()
        insert_families(
            db.session,
            [NewFamily(second.id, [NewGuardian("冉母", "mother", phone="13812341234")])],
            on=date(2024, 9, 1),
        )
        _past(second, old, number)
        db.session.commit()
        found = {"here": here.id, "there": there.id, "school": school.id, "old": old.id, "foreign": foreign.id}
        return found | {
            "kept": kept.id,
            "second": second.id,
            "kept_file": kept.file_number,
            "second_file": second.file_number,
            "number": number,
        }


def _past(child: Child, school, number: str) -> None:
    """What stands in a second file: a school that it left, its number, disability, safety card, a line."""
    db.session.add_all(
        [
            Membership(
                child_id=child.id,
                school_id=school.id,
                link=SchoolLink.ROLL,
                grade=1,
                valid_from=date(2023, 9, 1),
                valid_to=date(2024, 7, 1),
            ),
            Movement(
                child_id=child.id,
                kind=MovementKind.ENROLMENT,
                to_status=RollStatus.ACTIVE,
                school_id=school.id,
                effective_on=date(2023, 9, 1),
                reason="",
                by_name="",
                recorded_at=datetime(2023, 9, 1, tzinfo=UTC),
            ),
            Disability(child_id=child.id, position=1, category=DisabilityCategory.VISUAL, valid_from=date(2024, 9, 1)),
            SafetyCard(child_id=child.id, allergy="花生"),
            Sight(
                child_id=child.id,
                kind=SightKind.SCHOOL,
                holder_id=school.id,
                because="roll",
                right="read",
                facts_to=date(2024, 7, 1),
                valid_from=date(2024, 7, 1),
            ),
        ]
    )
    row = StudentNumber(child_id=child.id, kind=StudentNumberKind(number[0]), valid_from=date(2023, 9, 1))
    row.number = number
    db.session.add(row)
    set_tails(child.id, "student_number", number)
    tell(SYSTEM, child.id, EventKind.FILE, "told.file_opened", on=date(2023, 9, 1), number=child.file_number)
    db.session.flush()
