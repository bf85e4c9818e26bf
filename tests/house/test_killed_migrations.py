"""Kill -9 in the middle of a migration: the old form with its rows or the new one, never between; then it goes on."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

import pytest
from sqlalchemy import event

from app.db import db, migrations
from app.demo.build import Scale, build
from tests.house.test_migrations import REVISIONS
from tests.support.contents import contents
from tests.support.databases import run_command

FORK = multiprocessing.get_context("fork")
SMALL = Scale(60, 12, 1, 4, 1, whole=False)
STATEMENT, COMMIT = b".", b"!"


class End(Enum):
    """Where the command kills itself; DRAWN leaves it to us, from outside."""

    BEFORE_COMMIT = 1
    AFTER_COMMIT = 2
    DRAWN = 3


def migrate(app, command: tuple[str, ...], marks: int, end: End) -> None:
    """In the other process: the command as it is given in a shell, with a mark before each statement and the commit."""
    engine = app.extensions["yian.engine"]
    engine.dispose(close=False)

    def statement(*_told) -> None:
        os.write(marks, STATEMENT)

    def commit(connection) -> None:
        os.write(marks, COMMIT)
        if end is End.AFTER_COMMIT:
            connection.connection.driver_connection.commit()
        if end is not End.DRAWN:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    run_command(app, "db", *command)


def kill(app, command: tuple[str, ...], end: End, after: int | None = None) -> bytes:
    """Let the command kill itself, or kill it right after so many marks; return the marks seen."""
    ours, theirs = os.pipe()
    worker = FORK.Process(target=migrate, args=(app, command, theirs, end))
    worker.start()
    os.close(theirs)
    seen = b""
    with open(ours, "rb", buffering=0) as marks:
        while (after is None or len(seen) < after) and (mark := marks.read(1)):
            seen += mark
        worker.kill()
        worker.join()
    assert worker.exitcode == -signal.SIGKILL or end is End.DRAWN and worker.exitcode == 0, f"flask db {command} failed"
    return seen


@dataclass
class Killed:
    """A database whose migrations are killed, and how often they were."""

    app: object
    draw: random.Random = field(default_factory=lambda: random.Random(46))
    kills: int = 0

    def step(self, way: str, to: str, drawn: int = 1) -> None:
        """Kill it right before its commit, at drawn moments, right after its commit; then it has nothing left to do."""
        engine, command = self.app.extensions["yian.engine"], (way, "--to", to)
        old = contents(engine)
        marks = kill(self.app, command, End.BEFORE_COMMIT)
        assert marks.endswith(COMMIT), f"flask db {command} had nothing to write"
        found = [contents(engine)]
        assert found == [old], f"{command}: killed before the commit, something is written"
        while len(found) <= drawn and found[-1] == old:
            kill(self.app, command, End.DRAWN, after=self.draw.randint(1, len(marks)))
            found.append(contents(engine))
        if found[-1] == old:
            kill(self.app, command, End.AFTER_COMMIT)
            found.append(contents(engine))
        if db.is_sqlite:
            check_sqlite(engine)
        run_command(self.app, "db", *command)
        assert contents(engine) == found[-1] != old, f"{command}: killed, it was between the forms"
        self.kills += len(found)


def check_sqlite(engine) -> None:
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


@pytest.mark.both_databases
def test_a_killed_migration_leaves_the_old_or_the_new_form_and_its_rows(app):
    with app.app_context():
        build(SMALL, seed=7, on=date(2026, 11, 23))
        db.session.rollback()
        database = Killed(app)
        _form, before = contents(db.engine)
        for place in range(len(REVISIONS) - 1, 0, -1):
            database.step("downgrade", REVISIONS[place - 1])
        for revision in REVISIONS[1:]:
            database.step("upgrade", revision)
        assert migrations.differences() == []
        _form, after = contents(db.engine)
        assert after == before
        # The whole way is one transaction too: from the newest form to nothing, and back.
        database.step("downgrade", "base", drawn=3)
        database.step("upgrade", "head", drawn=3)
        assert migrations.differences() == []
    assert database.kills >= 40, database.kills
