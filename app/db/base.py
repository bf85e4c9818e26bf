"""Base class of all tables, engine and session."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from flask import Flask, current_app, has_app_context, has_request_context
from flask.globals import app_ctx
from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    Executable,
    MetaData,
    Row,
    Select,
    Table,
    UpdateBase,
    Uuid,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

from app.db.room import OwnFault, Room
from app.db.types import Day, UtcTime
from app.kernel.ids import new_id

if TYPE_CHECKING:
    from werkzeug.local import LocalProxy

T = TypeVar("T")
Rows = Sequence[Row[*tuple[Any, ...]]]
"""Rows as `db.rows` gives them; which columns they have says the query that makes them."""
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=15000",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
    "trusted_schema=OFF",
    "secure_delete=ON",
    "cache_size=-32000",
)
POSTGRES_OPTIONS = (
    "-c idle_in_transaction_session_timeout=120s -c lock_timeout=15s -c timezone=UTC -c synchronous_commit=on"
)


class Base(DeclarativeBase):
    """Every table. `id` is made here, before the insert, because sealed columns are bound to it."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {uuid.UUID: Uuid(), date: Day(), datetime: UtcTime()}

    if TYPE_CHECKING:
        __table__: ClassVar[Table]  # each class is one table, never a join

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)

    def __init__(self, **values: Any) -> None:  # as the constructor that it stands in for
        self.id = values.pop("id", None) or new_id()
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, value)


class Database:
    """Engine and session of one application."""

    def init_app(self, app: Flask) -> None:
        room = app.extensions["yian.room"] = room_of(str(app.config["DATABASE_URL"]))
        engine = make_engine(str(app.config["DATABASE_URL"]), room)
        app.extensions["yian.engine"] = engine
        app.extensions["yian.session"] = scoped_session(
            sessionmaker(engine, expire_on_commit=False, autoflush=True), scopefunc=_context_key
        )
        app.teardown_appcontext(self._close)

    @property
    def engine(self) -> Engine:
        return current_app.extensions["yian.engine"]

    @property
    def session(self) -> Session:
        return current_app.extensions["yian.session"]()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @staticmethod
    def _close(_error: BaseException | None = None) -> None:
        if has_app_context() and "yian.session" in current_app.extensions:
            current_app.extensions["yian.session"].remove()

    def rows(self, statement: Executable, values: Mapping[str, object] | None = None) -> CursorResult:
        """Run a statement that selects columns, past the session's bookkeeping for objects, which takes a page longer
        than a small query itself. What the session has not written yet is written before, as `session.execute` does.
        """
        session = self.session
        session.flush()
        return session.connection().execute(statement, values)

    def count(self, statement: Select[int]) -> int:
        """The number that a statement selects which counts or adds up."""
        return self.session.scalars(statement).one()

    def touched(self, statement: UpdateBase) -> int:
        """Run an INSERT, UPDATE or DELETE; return how many rows it touched."""
        return cast("CursorResult[Any]", self.session.execute(statement)).rowcount

    def ping(self) -> None:
        """Ask the database for a sign of life. Raises OperationalError when it gives none."""
        self.session.execute(text("SELECT 1"))

    @property
    def room(self) -> Room | None:
        """What is kept back on the disk of an embedded database."""
        return current_app.extensions["yian.room"]

    def write(self, *, small: bool = False) -> None:
        """Take the write lock now, before anything is read: SQLite cannot turn an old reader into a writer.

        A `small` write adds a few rows and goes on when the disk is full (see app.db.room).
        """
        session = self.session
        if self.room:
            self.room.ask(small=small)
        if self.is_sqlite and not session.in_transaction():
            session.connection(execution_options={"yian_write": True})

    @property
    def holds_lock(self) -> bool:
        """Whether the running transaction holds SQLite's write lock, taken at its start or by what it has written."""
        session = self.session
        return (
            self.is_sqlite
            and session.in_transaction()
            and (
                session.info.get("flushed", False)
                or bool(session.connection().get_execution_options().get("yian_write"))
            )
        )

    def must_be_free(self, work: str) -> None:
        """Slow work in a page: nobody may have to wait for it. Under the write lock it is a mistake of ours, found by
        the tests."""
        if has_request_context() and current_app.testing and self.holds_lock:
            raise AssertionError(f"{work} under the write lock: do it before")


def here(proxy: T) -> T:
    """The thing itself that one of Flask's proxies (`current_app`, `g`) stands for; Flask types the proxy as the thing.
    Raises RuntimeError outside of a context."""
    return cast("LocalProxy[T]", proxy)._get_current_object()


def _context_key() -> int:
    return id(here(app_ctx))


def room_of(url: str) -> Room | None:
    """The room beside a database that is a file of ours."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Room(Path(parsed.database).absolute())


def make_engine(url: str, room: Room | None = None) -> Engine:
    """Return an engine with the settings that keep a saved visit saved (see docs/administrator.md)."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, connect_args={"check_same_thread": False, "timeout": 15}, pool_size=5, hide_parameters=True
        )  # an error in the log or in a job must not tell a child's data
        event.listen(engine, "connect", _sqlite_connect)
        if parsed.database and parsed.database != ":memory:":
            place = Place(Path(parsed.database))
            event.listen(engine, "do_connect", lambda *_arguments: place.ask())
            if room:  # a first connection lays files beside the database, also one that only reads
                event.listen(engine, "do_connect", lambda *_arguments: room.make_way())
            event.listen(engine, "begin", lambda _connection: place.ask())
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_pre_ping=True, hide_parameters=True, connect_args={"options": POSTGRES_OPTIONS})


class Place:
    """The file of the database, known by its inode from the first look on.

    A file that is moved away or replaced while connections are open is written to all the same, and what was saved is
    gone with it. So every transaction looks first; a look costs microseconds.
    """

    def __init__(self, path: Path):
        self.path = path
        self._known: tuple[int, int] | None = None

    def ask(self) -> None:
        """Raises OperationalError when it is not the file any more that it was."""
        mark: tuple[int, int] | None = None
        with suppress(OSError):
            found = self.path.stat()
            mark = found.st_dev, found.st_ino
        if self._known is None:
            self._known = mark
        elif mark != self._known:
            what = "has been replaced" if mark else "is not there any more"
            raise OperationalError(
                "BEGIN",
                None,
                OwnFault(
                    f"the database file {self.path} {what} while it is in use: nothing is written. Put the file back, "
                    "or start Yian anew with the one that is to count"
                ),
            )


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("yian_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _mark(flushed: bool) -> Callable[..., None]:
    return lambda session, *_told: session.info.update(flushed=flushed)


event.listen(Session, "after_flush", _mark(True))
event.listen(Session, "after_commit", _mark(False))
event.listen(Session, "after_rollback", _mark(False))

db = Database()
