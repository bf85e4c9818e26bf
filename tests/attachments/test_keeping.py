"""Rows and files: what the command finds, what a backup holds, what a rotation leaves, what the scanner says."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess

import pytest
from sqlalchemy import select, text

from app.access import SYSTEM
from app.attachments import actions, store
from app.attachments.models import Attachment, StoredFile
from app.attachments.types import Sent
from app.db import db
from app.kernel.problems import Refused
from tests.attachments.conftest import on_decision, rows, trail
from tests.attachments.samples import EICAR, PDF, PNG, scanning
from tests.attachments.test_pages import text as text_of
from tests.conftest import close, make_app
from tests.support.databases import run_command


def keep(app, town, *files: bytes) -> None:
    """Attach files to the decision, as an import or a job would."""
    with app.app_context():
        sent = [Sent(f"{number}.pdf", io.BytesIO(content)) for number, content in enumerate(files)]
        taken = actions.take_in(SYSTEM, "decision", town.decision, sent)
        db.session.rollback()
        db.write()
        actions.keep_taken(SYSTEM, "decision", town.decision, taken)
        db.session.commit()


def age(path, days: float) -> None:
    seconds = path.stat().st_mtime - days * 86_400
    os.utime(path, (seconds, seconds))


@pytest.mark.both_databases
def test_files_are_kept_opened_and_withdrawn_on_both_databases(app, town, lying):
    keep(app, town, PDF, PNG, PDF)
    with app.app_context():
        attached, files = rows(app)
        assert [row.name for row in attached] == ["0.pdf", "1.png"] and len(files) == 2 == len(lying()) - 1
        assert {b"".join(store.Content(row)) for row in files} == {PDF, PNG}
        for table in ("stored_files", "attachments"):
            with pytest.raises(Exception, match="frozen"), db.engine.begin() as connection:
                connection.execute(text(f"DELETE FROM {table}"))
        with pytest.raises(Exception, match="frozen"), db.engine.begin() as connection:
            connection.execute(text("UPDATE attachments SET kind = 'movement'"))
        db.session.rollback()
        db.write()
        actions.withdraw(SYSTEM, attached[0].id, "传错了")
        db.session.commit()
        with pytest.raises(Refused):
            actions.withdraw(SYSTEM, attached[0].id, "又一次")


def test_a_change_that_fails_after_the_sealing_leaves_at_most_a_file_which_the_command_finds(app, town, lying):
    keep(app, town, PDF)
    with app.app_context():
        actions.take_in(SYSTEM, "decision", town.decision, [Sent("x.png", io.BytesIO(PNG))])  # and then a crash
    assert len(rows(app)[0]) == 1 and len(lying()) == 2
    assert "1 files hold; missing: 0, damaged: 0, without a row: 0" in run_command(app, "attachments", "check")
    with app.app_context():
        orphan = next(path for path in lying() if path != store.place_in(store.folder(), rows(app)[1][0].id))
    age(orphan, 0.5)
    said = run_command(app, "attachments", "check", "--remove-orphaned", fails=True)
    assert f"orphaned: {orphan}" in said and "Removed 0" in said and orphan.exists()
    age(orphan, 1)
    assert "Removed 1" in run_command(app, "attachments", "check", "--remove-orphaned") and not orphan.exists()


def test_missing_and_damaged_files_are_named(app, town, lying):
    keep(app, town, PDF, PNG)
    first, second = lying()
    first.unlink()
    held = bytearray(second.read_bytes())
    held[-1] ^= 1
    second.write_bytes(held)
    said = run_command(app, "attachments", "check", fails=True)
    assert f"missing: {first} (decision {town.decision})" in said
    assert f"damaged: {second} (decision {town.decision})" in said


def test_keys_are_rotated_and_the_files_stay_as_they_are(app, town, lying):
    keep(app, town, PDF)
    before = lying()[0].read_bytes()
    run_command(app, "keys", "rotate")
    assert "Forgot 1" in run_command(app, "keys", "forget")
    assert lying()[0].read_bytes() == before
    with app.app_context():
        assert b"".join(store.Content(rows(app)[1][0])) == PDF and rows(app)[0][0].name == "0.pdf"
    assert "1 files hold" in run_command(app, "attachments", "check")


def test_a_backup_brings_new_files_only_and_opens_elsewhere(app, town, lying, tmp_path):
    keep(app, town, PDF)
    said = run_command(app, "db", "backup", str(tmp_path / "monday.db"))
    assert f"{tmp_path}/attachments: 1 files" in said and "1 new" in said
    kept = next((tmp_path / "attachments").rglob("*.sealed"))
    mark = kept.stat().st_ino, kept.stat().st_mtime_ns
    keep(app, town, PNG)
    said = run_command(app, "db", "backup", str(tmp_path / "tuesday.db"))
    assert "attachments: 2 files" in said and "1 new" in said
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == mark and kept.stat().st_mode & 0o777 == 0o600
    told = json.loads((tmp_path / "tuesday.db.manifest.json").read_text())["attachments"]
    assert told == {"files": 2, "bytes": sum(path.stat().st_size for path in lying())}
    for day in ("monday", "tuesday"):
        subprocess.run(["sha256sum", "--check", "--quiet", f"{day}.db.attachments.sha256"], cwd=tmp_path, check=True)
    assert "2 files of the backup hold" in run_command(
        app, "attachments", "check", "--backup", str(tmp_path / "tuesday.db")
    )

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy2(tmp_path / "monday.db", elsewhere / "yian.db")
    shutil.copy2(app.config["KEYS"], elsewhere / "keys.json")
    shutil.copytree(tmp_path / "attachments", elsewhere / "attachments")
    other = make_app(elsewhere)
    assert "1 files hold; missing: 0, damaged: 0" in run_command(other, "attachments", "check")
    with other.app_context():
        assert b"".join(store.Content(db.session.scalars(select(StoredFile)).one())) == PDF
    close(other)

    kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    said = run_command(app, "attachments", "check", "--backup", str(tmp_path / "monday.db"), fails=True)
    assert "damaged: " in said and "1 do not" in said


def test_a_backup_with_a_damaged_file_is_made_and_says_so(app, town, lying, tmp_path):
    keep(app, town, PDF, PNG)
    lying()[0].write_bytes(b"x" * lying()[0].stat().st_size)
    said = run_command(app, "db", "backup", str(tmp_path / "copy.db"), fails=True)
    assert "attachments: damaged: " in said and "the rest was copied" in said
    assert (tmp_path / "copy.db").exists() and len(list((tmp_path / "attachments").rglob("*.*"))) == 1
    assert "missing: " in run_command(app, "attachments", "check", "--backup", str(tmp_path / "copy.db"), fails=True)


@pytest.mark.both_databases
def test_the_files_are_copied_beside_another_databases_own_backup(app, town, lying, tmp_path):
    keep(app, town, PDF)
    assert "1 files" in run_command(app, "attachments", "copy", str(tmp_path / "files"))
    assert "0 of them new" in run_command(app, "attachments", "copy", str(tmp_path / "files"))
    copied = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in copied] == [path.read_bytes() for path in lying()]


def test_a_virus_is_refused_and_told_of(app, client, sign_in, town, add, lying, tmp_path):
    sign_in("district_coordinator", unit_id=town.home)
    with scanning(tmp_path / "clamd") as scanner:
        app.config["CLAMD_SOCKET"] = str(scanner.path)
        large = PDF + os.urandom(200_000)
        refused = add(on_decision(town), ("好.pdf", large), ("坏.pdf", PDF + EICAR))
        assert refused.status_code == 422 and "坏.pdf" in text_of(refused)
        assert "found Eicar-Test-Signature in it" in text_of(refused)
        assert scanner.seen[0] == large and lying() == [] and rows(app) == ([], [])
        assert trail(app, "refuse_attachment") == [
            ("District_Coordinator", town.child, {"found": "Eicar-Test-Signature"})
        ]
        assert "1 file is added" in text_of(add(on_decision(town), ("好.pdf", large)))
    refused = add(on_decision(town), ("再来.png", PNG))
    assert refused.status_code == 422 and "virus scanner does not answer" in text_of(refused)
    assert len(lying()) == len(rows(app)[0]) == 1


def test_two_people_add_the_same_file_at_once(app, town, lying):
    """Both have sealed it before either has its row: one file is kept, both attachments stand on it."""
    with app.app_context():
        first, second = (
            actions.take_in(SYSTEM, "decision", subject, [Sent("x.pdf", io.BytesIO(PDF))])
            for subject in (town.decision, town.foreign_decision)
        )
        for subject, taken in ((town.decision, first), (town.foreign_decision, second)):
            db.session.rollback()
            db.write()
            actions.keep_taken(SYSTEM, "decision", subject, taken)
            db.session.commit()
            actions.drop_taken(taken)
        assert len(lying()) == 1 and len({row.file_id for row in db.session.scalars(select(Attachment))}) == 1


def test_a_large_file_is_sealed_and_opened_in_little_memory(app, town):
    import tracemalloc

    size = 8 * 1024 * 1024
    with app.app_context():
        tracemalloc.start()
        try:
            with open(app.config["INSTANCE"] / "large", "w+b") as file:
                file.write(PDF)
                file.truncate(size)
                taken = actions.take_in(SYSTEM, "decision", town.decision, [Sent("x.pdf", file)])
                db.session.rollback()
                db.write()
                actions.keep_taken(SYSTEM, "decision", town.decision, taken)
                db.session.commit()
            assert sum(map(len, store.Content(rows(app)[1][0]))) == size
            assert tracemalloc.get_traced_memory()[1] < size // 3
        finally:
            tracemalloc.stop()
