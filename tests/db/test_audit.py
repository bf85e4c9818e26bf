"""The chain of the audit trail: written with the change, verified row by row, every tampering found at its row."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import delete, insert, select, text, update

from app.access import SYSTEM
from app.db import audit, db, vault
from app.db.audit import TABLE


def verify(head=None):
    with db.engine.connect() as connection:
        return audit.verify(connection, vault().audit_key, head)


def write(count: int, **detail) -> None:
    db.write()
    for n in range(count):
        audit.record(SYSTEM, "try", "thing", n=n, **detail)
    db.session.commit()


@pytest.mark.both_databases
def test_entries_are_numbered_and_hold(app_context):
    write(3, name="冉䶮一")
    write(2)
    assert verify()[0] == 5 and verify()[2] is None


@pytest.mark.both_databases
def test_an_entry_is_undone_with_its_change(app_context):
    db.write()
    audit.record(SYSTEM, "try", "thing")
    db.session.rollback()
    write(1)
    assert [row.verb for row in db.session.execute(select(TABLE))] == ["try"]
    assert verify()[2] is None


@pytest.mark.both_databases
@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET verb = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_it(app_context, statement):
    write(1)
    with pytest.raises(Exception, match="frozen"):
        db.session.execute(text(statement))


@pytest.fixture(scope="module")
def many() -> int:
    return 100_000


@pytest.fixture
def long_chain(app_context, many):
    """A hundred thousand rows, and the triggers gone so that somebody can tamper with the file."""
    db.write()
    for _ in range(many):
        audit.record(SYSTEM, "try", "thing")
    db.session.commit()
    db.write()
    for name in ("audit_entries_no_delete", "audit_entries_no_update"):
        db.session.execute(text(f"DROP TRIGGER {name}"))
    db.session.commit()


def test_every_tampering_is_found_at_the_right_row(long_chain, many):
    rows, head, broken = verify()
    assert (rows, broken) == (many, None)

    def tampered(statement):
        with db.engine.connect() as connection:
            connection.execute(statement)
            return audit.verify(connection, vault().audit_key, (many, head))[2]  # undone: never committed

    assert tampered(update(TABLE).where(TABLE.c.seq == 77_777).values(actor_name="someone else")).seq == 77_777
    assert tampered(update(TABLE).where(TABLE.c.seq == 5).values(detail={"x": 1})).seq == 5
    assert tampered(delete(TABLE).where(TABLE.c.seq == 31)).seq == 31
    assert tampered(update(TABLE).where(TABLE.c.seq == 10).values(seq=200_000)).seq == 10
    assert tampered(delete(TABLE).where(TABLE.c.seq > many - 3)).seq == many
    assert verify((many, head))[2] is None


def test_a_row_slipped_in_at_the_end_is_found(long_chain, many):
    last = db.session.execute(select(TABLE).where(TABLE.c.seq == many)).mappings().one()
    with db.engine.connect() as connection:
        connection.execute(insert(TABLE), [{**last, "id": uuid.uuid4(), "seq": many + 1}])
        assert audit.verify(connection, vault().audit_key)[2].seq == many + 1
