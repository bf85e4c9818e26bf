"""What comes from confirmed visits and from nothing else: the teacher's allowance and the child's attendance."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.db import db
from app.schools.models import DistrictRule
from app.schools.queries import forget_rules
from app.schools.types import RuleName
from app.timetables.models import Visit, VisitRecord
from app.timetables.types import Confirmation, MissedReason, RecordOutcome
from tests.factories import visits as make
from tests.support.journey import words_of

MIDDLE = date(2026, 10, 19)


@pytest.fixture
def recorded(app, published, district):
    """The visits of October: three of 冉䶮一 confirmed, one not, one excused; a new rate from the 19th on."""
    with app.app_context():
        db.write()
        for value, start, end in ((8000, date(2020, 1, 1), MIDDLE), (10050, MIDDLE, None)):
            db.session.add(
                DistrictRule(
                    unit_id=district.unit.id,
                    name=RuleName.VISIT_ALLOWANCE_FEN,
                    value=value,
                    source="test",
                    valid_from=start,
                    valid_to=end,
                )
            )
        forget_rules()
        visits = list(
            db.session.scalars(
                select(Visit)
                .where(
                    Visit.child_id == district.children[0].id,
                    Visit.day >= date(2026, 10, 8),
                    Visit.day <= date(2026, 10, 31),
                )
                .order_by(Visit.day)
            )
        )
        early, late = [v for v in visits if v.day < MIDDLE], [v for v in visits if v.day >= MIDDLE]
        for visit, how in (
            (early[0], Confirmation.ON_PHONE),
            (late[0], Confirmation.ON_PAPER),
            (late[1], Confirmation.ON_PHONE),
            (late[2], Confirmation.NOT_YET),
        ):
            _record(visit, RecordOutcome.GIVEN, how)
        _record(early[1], RecordOutcome.NOT_GIVEN, Confirmation.NOT_YET, MissedReason.CHILD_ILL)
        db.session.commit()
        return [v.id for v in (early[0], late[0], late[1])], len(visits)


def _record(visit, outcome, how, reason=None):
    given = outcome == RecordOutcome.GIVEN
    db.session.add(
        VisitRecord(
            visit_id=visit.id,
            child_id=visit.child_id,
            key=uuid.uuid4(),
            outcome=outcome,
            day=visit.day,
            start=visit.start if given else None,
            end=visit.end if given else None,
            minutes=90 if given else 0,
            reason=reason,
            confirmation=how,
            recorded_by_name="何晓燕",
            recorded_at=datetime.now(UTC),
        )
    )
    db.session.flush()


@pytest.mark.both_databases
def test_the_total_is_the_sum_of_the_confirmed_visits_and_each_line_opens_one(teacher, recorded):
    confirmed, _planned = recorded
    page = teacher.get("/my-claim?month=2026-10").get_data(as_text=True)
    assert "Total: 281.00 yuan" in page and "3 confirmed visits" in page  # 80.00 + 2 × 100.50
    assert "Not in the total" in page
    opened = re.findall(r'href="/visits/([0-9a-f-]{36})"', page)
    assert [uuid.UUID(one) for one in opened[:3]] == confirmed and len(opened) == 4
    assert teacher.get(f"/visits/{opened[0]}").status_code == 200
    assert "No visit was recorded" in teacher.get("/my-claim?month=2026-09").get_data(as_text=True)


def test_the_paper_has_the_same_total_and_no_childs_name(teacher, recorded):
    text = words_of(teacher.get("/my-claim.pdf?month=2026-10").get_data())
    assert "281.00" in text and "100.50" in text and "80.00" in text
    assert "冉䶮一" not in text and "何晓燕" in text


def test_the_coordinator_sees_every_teacher_of_the_district_and_no_other(app, coordinator, recorded, district, sign_in):
    page = coordinator.get(f"/claims?unit={district.unit.id}&month=2026-10").get_data(as_text=True)
    assert "何晓燕" in page and "李静" in page and "Total: 562.00 yuan" in page  # both teachers came
    own = coordinator.get(f"/claims/{district.teachers[1].id}?month=2026-10").get_data(as_text=True)
    assert "Total: 281.00 yuan" in own
    with app.app_context():
        db.write()
        other = make.make_district(("别区一",))
        db.session.commit()
        user = other.coordinator
        db.session.expunge_all()
    stranger = app.test_client()
    sign_in(user=user, client=stranger)
    assert stranger.get(f"/claims/{district.teachers[0].id}").status_code == 404
    assert stranger.get(f"/claims?unit={district.unit.id}").status_code == 404
    assert "冉䶮一" not in stranger.get("/attendance?month=2026-10").get_data(as_text=True)


def test_attendance_counts_confirmed_visits_as_present(coordinator, recorded, district):
    _confirmed, planned = recorded
    page = coordinator.get("/attendance?month=2026-10").get_data(as_text=True)
    row = page[page.index("冉䶮一") :]
    numbers = re.findall(r'<td[^>]*class="num"[^>]*>([^<]+)</td>', row)[:7]
    assert numbers == [str(planned), "3", "1", "1", "0", str(planned - 5), "60"]
    tab = coordinator.get(f"/children/{district.children[0].id}/visits?month=2026-10").get_data(as_text=True)
    assert "present at 3 of 5 visits" in tab and "1 given, not confirmed yet" in tab and "1 excused" in tab
