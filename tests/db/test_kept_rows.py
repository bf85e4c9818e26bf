"""What later proofs rest on cannot be rewritten in SQL: on SQLite and on PostgreSQL, refused by the database itself."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.children.models import FormerIdentity, Guardian, Guardianship, Sight, TimelineEvent
from app.children.responsible import move_unit
from app.children.types import EventKind, GuardianRelation, SightKind
from app.db import db
from app.kernel.ids import new_id
from app.printing.models import Paper
from app.roll.models import Membership, RollState, Transfer, TransferAnswer, TransferDay
from app.roll.types import DayState, RollStatus, SchoolLink, TransferSide, TransferState, TransferStep
from tests.children.factory import make_child, make_school, make_unit

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def kept(app_context):
    db.write()
    unit, far = make_unit(), make_unit("石柱县")
    school, child = make_school(unit), make_child(unit)
    guardian = Guardian(name="冉大山")
    transfer = Transfer(
        child_id=child.id,
        from_school_id=school.id,
        to_school_id=school.id,
        grade=3,
        reason="x",
        effective_on=DAY,
        state=TransferState.DONE,
        opened_at=NOW,
        opened_by_name="x",
    )
    db.session.add_all([guardian, transfer])
    db.session.flush()
    db.session.add_all(
        [
            TimelineEvent(
                child_id=child.id,
                kind=EventKind.FILE,
                happened_on=DAY,
                recorded_at=NOW,
                sentence="x",
                values={},
                by_name="x",
            ),
            TransferAnswer(
                transfer_id=transfer.id, step=TransferStep.RECEIVING_UNIT, agreed=True, by_name="x", at=NOW, extra={}
            ),
            TransferDay(
                transfer_id=transfer.id,
                side=TransferSide.RECEIVING,
                agreed_on=DAY,
                wanted_on=DAY,
                reason="x",
                asked_by_name="x",
                asked_at=NOW,
                state=DayState.AGREED,
            ),
            Paper(
                kind="plan",
                source_id=new_id(),
                edition="1",
                child_id=child.id,
                sha256="0" * 64,
                pages=1,
                bytes_sealed=b"x",
                created_at=NOW,
            ),
            RollState(child_id=child.id, status=RollStatus.ACTIVE, valid_from=DAY),
            FormerIdentity(
                child_id=child.id,
                changed_on=DAY,
                name="x",
                sex=child.sex,
                birth_on=child.birth_on,
                document_kind=child.document_kind,
            ),
            Membership(child_id=child.id, school_id=school.id, link=SchoolLink.DELIVERING, valid_from=DAY),
            Sight(child_id=child.id, kind=SightKind.SCHOOL, holder_id=school.id, because="x", valid_from=DAY),
            Guardianship(
                child_id=child.id,
                guardian_id=guardian.id,
                position=1,
                relation=GuardianRelation.FATHER,
                is_guardian=True,
                may_see=True,
                valid_from=DAY,
            ),
        ]
    )
    move_unit(child, far.id, on=DAY, because="x")
    db.session.commit()


REWRITES = {
    "timeline_events": "sentence = 'y'",
    "transfer_answers": "agreed = NOT agreed",
    "papers": "sha256 = 'y'",
    "transfer_days": "wanted_on = '2020-01-01'",
    "roll_states": "valid_from = '2020-01-01'",
    "memberships": "grade = 9",
    "sights": "facts_to = '2020-01-01'",
    "guardianships": "valid_from = '2020-01-01'",
    "responsible_units": "town_code = '500243'",
    "former_identities": "name = 'y'",
}
ALLOWED = {
    "papers": "bytes_sealed = bytes_sealed",
    "roll_states": "valid_to = '2027-01-01'",
    "memberships": "valid_to = '2027-01-01'",
    "sights": "valid_to = '2027-01-01'",
    "guardianships": "may_see = NOT may_see",
    "responsible_units": "valid_to = valid_to",
}


@pytest.mark.both_databases
def test_no_row_is_rewritten_or_deleted(kept):
    for table, change in REWRITES.items():
        for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match=f"frozen: {table}"):
                db.session.execute(text(statement))
            db.session.rollback()


@pytest.mark.both_databases
def test_what_an_end_or_a_key_needs_still_goes(kept):
    for table, change in ALLOWED.items():
        db.session.execute(text(f"UPDATE {table} SET {change}"))
    with pytest.raises(DBAPIError, match="frozen: roll_states"):
        db.session.execute(text("UPDATE roll_states SET valid_to = '2028-01-01'"))
    db.session.rollback()
