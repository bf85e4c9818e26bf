"""Commands on a database that is not there, is empty, another program's, or another version's: words and a failure,
never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from app.db import db, migrations
from tests.conftest import close, copied_app

COMMANDS = [
    "audit verify",
    "audit head",
    "db check",
    "db backup {folder}/copy.db",
    "jobs work --once",
    "keys rotate",
    "keys forget",
    "admin first-link",
    "admin reset-password x",
    "demo accounts",
    "roads list",
    "demo",
]


def run(app, command: str, folder: Path):
    done = app.test_cli_runner().invoke(args=command.format(folder=folder).split())
    assert done.exception is None or isinstance(done.exception, SystemExit), command
    return done.exit_code, done.output


@pytest.fixture
def bare(tmp_path, migrated):
    """An application on files, whose database is taken away by the test."""
    made = copied_app(tmp_path, migrated)
    yield made
    close(made)


@pytest.mark.parametrize("command", COMMANDS)
def test_absent_empty_and_foreign(bare, tmp_path, command):
    file = tmp_path / "yian.db"
    with bare.app_context():
        db.engine.dispose()
    for one in tmp_path.glob("yian.db*"):
        one.unlink()
    code, said = run(bare, command, tmp_path)
    assert code == 1 and "There is no database" in said and "flask db upgrade" in said and not file.exists()
    file.touch()
    code, said = run(bare, command, tmp_path)
    assert code == 1 and "has no tables yet" in said and "flask db upgrade" in said
    with bare.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE bills (id INTEGER)"))
    code, said = run(bare, command, tmp_path)
    assert code == 1 and "another program" in said


def _set(app, revision: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :one"), {"one": revision})


@pytest.mark.both_databases
def test_another_versions(app, tmp_path):
    _set(app, "9999")
    for command in (*COMMANDS, "db upgrade", "db downgrade --to base"):
        code, said = run(app, command, tmp_path)
        assert code == 1 and "form 9999 of a newer version" in said, command
    _set(app, "0002")
    for command in COMMANDS:
        code, said = run(app, command, tmp_path)
        if not command.startswith(("audit", "db ")):
            assert code == 1 and "form 0002 of an earlier version" in said and "flask db upgrade" in said, command
    _set(app, migrations.known()[-1])
    assert run(app, "audit verify", tmp_path)[0] == 0
