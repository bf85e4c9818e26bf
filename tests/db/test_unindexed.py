"""Tables that are filled without their indexes: the same rows and the same indexes afterwards, or none of it."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Index, MetaData, String, Table, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db.base import make_engine
from app.db.bulk import Bulk

PEOPLE = Table(
    "people",
    MetaData(),
    Column("id", String(32), primary_key=True),
    Column("child_id", String(32)),
    Column("name", String(20)),
    Column("number", String(20)),
)
Index("ix_people_name", PEOPLE.c.name, PEOPLE.c.id)
Index("ix_people_some", PEOPLE.c.name, sqlite_where=PEOPLE.c.number.is_not(None))
Index("ix_people_child", PEOPLE.c.child_id)
Index("uq_people_number", PEOPLE.c.number, unique=True)


@pytest.fixture
def engine(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'indexes.db'}")
    PEOPLE.metadata.create_all(engine)
    yield engine
    engine.dispose()


def indexes(source) -> dict[str, str]:
    return dict(
        source.connection()
        .exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        .all()
    )


def insert(session: Session, *numbers: int) -> None:
    Bulk(session).insert(
        PEOPLE,
        ("id", "child_id", "name", "number"),
        [(f"{number:032d}", f"{number:032d}", f"name {number % 7}", str(number)) for number in numbers],
    )


def test_the_indexes_stand_as_before_when_everything_is_in(engine):
    with Session(engine) as session:
        before = indexes(session)
        assert len(before) == 4
        with Bulk(session).piped(), Bulk(session).unindexed([PEOPLE]):
            assert set(indexes(session)) == {"ix_people_child", "uq_people_number"}
            insert(session, *range(2000))
        assert indexes(session) == before
        session.commit()
        assert session.scalar(select(func.count()).select_from(PEOPLE).where(PEOPLE.c.name == "name 3")) == 286
        assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_table_with_rows_keeps_its_indexes(engine):
    with Session(engine) as session:
        insert(session, 1)
        before = indexes(session)
        with Bulk(session).unindexed([PEOPLE]):
            assert indexes(session) == before
            insert(session, 2)


def test_others_see_the_indexes_meanwhile_and_what_is_given_up_leaves_them(engine):
    with Session(engine) as session, Session(engine) as reader:
        before = indexes(reader)
        reader.rollback()
        with pytest.raises(IntegrityError), Bulk(session).piped(), Bulk(session).unindexed([PEOPLE]):
            insert(session, 1, 2)
            assert indexes(reader) == before
            insert(session, 2)
        session.rollback()
        assert indexes(session) == before
        assert session.scalar(select(func.count()).select_from(PEOPLE)) == 0
        assert {one["name"] for one in inspect(engine).get_indexes("people")} == set(before)
