"""Databases for tests: migrated once, copied for each test; a PostgreSQL of our own where none was given."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

ROOT = Path(__file__).resolve().parents[2]


def once(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Make `folder`/`name` by `make(path)` one time, also when several test processes ask at once; return its path."""
    done, path = folder / f"{name}.done", folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
            make(path)
            done.touch()
    return path


def run_command(app, *arguments: str, fails: bool = False) -> str:
    """Run `flask ARGUMENTS` inside this process; return its output. AssertionError with it when it fails (or, with
    `fails`, when it does not)."""
    result = app.test_cli_runner().invoke(args=list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert (result.exit_code != 0) == fails, f"flask {' '.join(arguments)}: {result.exit_code}\n{result.output}"
    return result.output


def close(app) -> None:
    """Give back every connection of the application."""
    app.extensions["yian.engine"].dispose()


def settle_sqlite(path: Path) -> None:
    """Write the log into the file, so that copying the one file copies the database."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


class Postgresql:
    """A server for throw-away databases; `url` is its maintenance database."""

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)

    def _run(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()

    def create(self, template: str | None = None) -> URL:
        """Create a database, empty or as a copy, and return its address."""
        name = f"t_{uuid.uuid4().hex[:20]}"
        self._run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        """Drop a database, also while somebody is still connected."""
        self._run(f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")


@contextmanager
def postgresql_server() -> Iterator[Postgresql]:
    """The server named by YIAN_TEST_POSTGRESQL (script/test sets it), else one started here for these tests."""
    if given := os.environ.get("YIAN_TEST_POSTGRESQL"):
        yield Postgresql(given)
        return
    program = (
        "set -euo pipefail; . script/lib.sh; trap stop_postgresql EXIT; start_postgresql; "
        'echo "$YIAN_TEST_POSTGRESQL"; cat >/dev/null'
    )
    with subprocess.Popen(
        ["bash", "-c", program], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        url = server.stdout.readline().strip()
        # Failing, not skipping: half of the promises are about PostgreSQL.
        assert url, "PostgreSQL could not be started: run script/test, which installs it"
        try:
            yield Postgresql(url)
        finally:
            server.stdin.close()
            server.wait(timeout=60)
