"""Nobody else on the machine reads the instance folder: from the first start on, and mended at each."""

from __future__ import annotations

import os
import stat

import pytest

from tests.conftest import close, make_app
from tests.support.databases import run_command


def rights(folder) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode)
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink()
    }


@pytest.fixture(autouse=True)
def open_handed():
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_the_first_start_closes_folder_and_files(tmp_path):
    folder = tmp_path / "instance"
    app = make_app(folder)
    run_command(app, "db", "upgrade")
    (folder / "roads").mkdir()
    (folder / "roads" / "500243.npz").write_bytes(b"x")
    close(app)
    assert {mode & 0o077 for mode in rights(folder).values()} == {0}
    assert rights(folder)["."] == 0o700 and rights(folder)["yian.db"] == 0o600


def test_of_the_sealed_files_the_folders_are_closed(tmp_path):
    folder = tmp_path / "instance"
    inside = folder / "attachments" / "00"
    inside.mkdir(parents=True)
    (inside / "x.sealed").write_bytes(b"x")
    close(make_app(folder))
    assert rights(folder)["attachments"] == rights(folder)["attachments/00"] == 0o700


def test_what_stands_open_is_mended_and_said(tmp_path, caplog):
    folder = tmp_path / "instance"
    (folder / "roads").mkdir(parents=True)
    (folder / "yian.db").write_bytes(b"")
    (folder / "roads" / "x.npz").write_bytes(b"")
    outside = tmp_path / "outside"
    outside.write_text("x")
    (folder / "link").symlink_to(outside)
    for path in (folder, folder / "roads", folder / "yian.db", folder / "roads" / "x.npz"):
        path.chmod(0o755)
    close(make_app(folder))
    assert {mode & 0o077 for mode in rights(folder).values()} == {0}
    assert "could be read by other users" in caplog.text
    assert outside.stat().st_mode & 0o044, "a link leads elsewhere: that is not ours"
    caplog.clear()
    close(make_app(folder))
    assert "other users" not in caplog.text


def test_a_folder_for_everybody_is_named_and_left(tmp_path, caplog):
    folder = tmp_path / "everybody"
    folder.mkdir()
    folder.chmod(0o1777)
    (folder / "of-somebody").write_text("x")
    close(make_app(folder))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o1777 and (folder / "of-somebody").stat().st_mode & 0o044
    assert "is not ours to change" in caplog.text


def test_the_printer_keeps_its_files_in_the_instance_folder(tmp_path, monkeypatch):
    from app.config import load

    assert load({"INSTANCE": tmp_path / "elsewhere"})["PRINTING"] == tmp_path / "elsewhere" / "printing"
