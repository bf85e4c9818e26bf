"""Rows inserted by a second thread: all of them, in their order, in the transaction of the first one."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db.base import make_engine
from app.db.bulk import Bulk
from app.db.piping import VALUES

TABLE = Table("things", MetaData(), Column("id", String(32), primary_key=True), Column("place", Integer))


@pytest.fixture
def session(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'pipe.db'}")
    TABLE.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def insert(session: Session, *places: int) -> None:
    Bulk(session).insert(TABLE, ("id", "place"), [(f"{place:032d}", place) for place in places])


def test_every_row_is_in_once_whatever_the_number_of_rows(session):
    with Bulk(session).piped():
        insert(session, *range(VALUES))
        insert(session, VALUES)
        assert session.scalar(select(func.count()).select_from(TABLE)) == VALUES + 1
        insert(session)
    assert session.scalar(select(func.max(TABLE.c.place))) == VALUES
    session.rollback()
    assert session.scalar(select(func.count()).select_from(TABLE)) == 0


def test_what_the_database_refuses_comes_out_and_can_be_rolled_back(session):
    with pytest.raises(IntegrityError), Bulk(session).piped():
        insert(session, 1, 2)
        insert(session, 2)
        insert(session, 3)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(TABLE)) == 0


def test_an_error_of_the_caller_ends_the_thread_and_stays_itself(session):
    with pytest.raises(ZeroDivisionError), Bulk(session).piped():
        insert(session, 1)
        raise ZeroDivisionError
    session.rollback()
    insert(session, 1)
    assert session.scalar(select(func.count()).select_from(TABLE)) == 1
