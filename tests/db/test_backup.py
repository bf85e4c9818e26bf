"""A backup of the embedded database: of one moment while somebody writes, whole, and readable where it is put back."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading

import pytest
from sqlalchemy import select

from app.access import SYSTEM
from app.children.models import Guardian
from app.db import audit, db, heads
from tests.conftest import close, make_app
from tests.support.databases import run_command

CANARY = "509999201703150012"
# Each transaction writes this many rows and as many entries of the trail: a copy holds whole transactions only.
TOGETHER = 3


def write_once(app) -> None:
    with app.app_context():
        db.write()
        for _ in range(TOGETHER):
            row = Guardian(name="冉𬱖䶮", document_number=CANARY, phone="13800001234", address="郁山镇")
            db.session.add(row)
            audit.record(SYSTEM, "try", "guardian", row.id)
        db.session.commit()


@pytest.fixture
def writer(app):
    """Somebody who writes without a pause; waits until a hundred transactions are there."""
    enough, stop, failed = threading.Event(), threading.Event(), []

    def work() -> None:
        done = 0
        try:
            while not stop.is_set():
                write_once(app)
                done += 1
                if done == 100:
                    enough.set()
        except Exception as error:
            failed.append(error)
            enough.set()

    thread = threading.Thread(target=work)
    thread.start()
    enough.wait()
    yield thread
    stop.set()
    thread.join()
    assert not failed


def restored(app, copy, folder):
    """The application of an empty machine with the copy and the key file in their places."""
    folder.mkdir()
    shutil.copy2(copy, folder / "yian.db")
    shutil.copy2(app.config["KEYS"], folder / "keys.json")
    return make_app(folder)


def test_a_copy_made_while_somebody_writes_opens_elsewhere_and_its_trail_holds(app, writer, tmp_path):
    copy = tmp_path / "copy.db"
    said = run_command(app, "db", "backup", str(copy))
    assert writer.is_alive()
    head = re.search(r"trail: (\d+:[0-9a-f]{64})", said)[1]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(("copy", ".copy"))) == [
        "copy.db",
        "copy.db.manifest.json",
    ]
    assert copy.stat().st_mode & 0o777 == 0o600

    other = restored(app, copy, tmp_path / "elsewhere")
    run_command(other, "db", "upgrade")
    assert head in run_command(other, "audit", "verify", "--head", head)
    with other.app_context():
        numbers = [row.document_number for row in db.session.scalars(select(Guardian))]
        entries = len(db.session.execute(select(audit.TABLE.c.seq)).all())
    assert set(numbers) == {CANARY}
    assert len(numbers) == entries == int(head.split(":")[0]) and len(numbers) >= 100 * TOGETHER
    assert len(numbers) % TOGETHER == 0
    close(other)


def test_a_copy_put_back_without_its_key_file_does_not_start(app, tmp_path):
    write_once(app)
    run_command(app, "db", "backup", str(tmp_path / "copy.db"))
    other = restored(app, tmp_path / "copy.db", tmp_path / "elsewhere")
    close(other)
    (tmp_path / "elsewhere/keys.json").unlink()
    stranger = make_app(tmp_path / "elsewhere")  # finds no keys and makes fresh ones
    said = run_command(stranger, "db", "upgrade", fails=True)
    assert "not those of this database" in said and "elsewhere/keys.json" in said
    close(stranger)


def test_a_head_kept_with_a_later_backup_shows_that_an_older_one_was_put_back(app, tmp_path):
    write_once(app)
    run_command(app, "db", "backup", str(tmp_path / "monday.db"))
    write_once(app)
    head = re.search(r"trail: (\S+)", run_command(app, "db", "backup", str(tmp_path / "tuesday.db")))[1]
    other = restored(app, tmp_path / "monday.db", tmp_path / "elsewhere")
    assert "Row 6 is missing" in run_command(other, "audit", "verify", "--head", head, fails=True)
    close(other)


def test_a_file_that_is_there_is_never_written_over(app, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_text("the backup of yesterday")
    assert "is there already" in run_command(app, "db", "backup", str(copy), fails=True)
    assert copy.read_text() == "the backup of yesterday"


def test_a_folder_that_is_missing_is_named(app, tmp_path):
    assert "There is no folder" in run_command(app, "db", "backup", str(tmp_path / "none/copy.db"), fails=True)


def test_a_damaged_trail_is_said_and_leaves_no_copy(app, app_context, tmp_path):
    write_once(app)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_entries_no_update")
        connection.exec_driver_sql("UPDATE audit_entries SET verb = 'x' WHERE seq = 2")
        connection.commit()
    assert "Row 2" in run_command(app, "db", "backup", str(tmp_path / "copy.db"), fails=True)
    assert not list(tmp_path.glob("*copy*"))


@pytest.mark.both_databases
def test_the_command_for_postgresql_is_named(app, database_kind, tmp_path):
    said = run_command(app, "db", "backup", str(tmp_path / "copy.db"), fails=database_kind == "postgresql")
    assert ("pg_dump" in said) == (database_kind == "postgresql")


def test_a_manifest_tells_what_the_copy_is(app, tmp_path):
    write_once(app)
    run_command(app, "db", "backup", str(tmp_path / "copy.db"))
    told = json.loads((tmp_path / "copy.db.manifest.json").read_text())
    assert told["sha256"] == hashlib.sha256((tmp_path / "copy.db").read_bytes()).hexdigest()
    assert told["bytes"] == (tmp_path / "copy.db").stat().st_size
    with app.app_context(), db.engine.connect() as connection:
        rows, head = audit.end_of(connection)
    assert told["audit_head"] == f"{rows}:{head}" and heads.parse_head(told["audit_head"])
    with app.app_context():
        assert heads.kept_heads()[rows] == head


@pytest.mark.parametrize("room", [0, 4096, 100_000])
def test_without_room_it_says_so_and_leaves_nothing(app, tmp_path, room):
    """A file may not grow beyond `room` bytes, in a process of its own; the disk answers as a full one does."""
    write_once(app)
    folder = tmp_path / "small"
    folder.mkdir()
    program = (
        f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}));"
        f"import sys; sys.argv = ['flask', 'db', 'backup', {str(folder / 'copy.db')!r}];"
        "from flask.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "FLASK_APP": "wsgi.py",
            "YIAN_INSTANCE": str(app.config["INSTANCE"]),
            "YIAN_KEYS": str(app.config["KEYS"]),
            "YIAN_DEMO": "1",
        },
    )
    assert done.returncode == 1
    assert "There is no room for the copy" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert list(folder.iterdir()) == []
