"""A really full disk: what is small goes on in the room kept back, everything else is refused with words."""

from __future__ import annotations

import errno
import os
import tempfile

import pytest

from app.access import SYSTEM, Permission, Role
from app.db import audit, db, heads
from app.db.room import MARGIN, RESERVE
from app.jobs.actions import job, queue_job
from app.jobs.models import Job, JobState
from app.jobs.runner import run_waiting
from app.jobs.worker import _look_after
from app.kernel.problems import N_
from app.web.front import REFUSED
from tests.children.factory import make_child, make_school, make_unit
from tests.conftest import make_app
from tests.factories.accounts import make_account
from tests.factories.accounts import sign_in as sign_in_by_page
from tests.support.client import ORIGIN, InspectingClient, read_form

RAN: list[int] = []
WAYS = ("?", "%", "#", "[1]", "a\nb", "空 格")


FILLS: list = []


@job("tests.room", N_("Work"), needs=Permission.SIGNED_IN)
def work(_run):
    if FILLS:
        FILLS.pop()()
        db.write()
    RAN.append(1)


@pytest.fixture
def disk(monkeypatch):
    """What the system tells of the disk: `disk.update(free=0)`; the file that is kept back counts."""
    state, real = {"free": 10 * RESERVE, "folder": None}, os.statvfs

    def told(path):
        found = list(real(path))
        free = state["free"]
        if state.get("reserve") and not state["reserve"].exists():
            free += RESERVE
        found[0], found[1], found[4] = 4096, 4096, free // 4096
        return os.statvfs_result(found)

    monkeypatch.setattr(os, "statvfs", told)
    return state


@pytest.fixture
def kept(app, disk):
    """The room is kept, and then the disk runs full."""
    room = app.extensions["yian.room"]
    room.keep()
    assert room.file.stat().st_size == RESERVE and room.file.stat().st_mode & 0o777 == 0o600
    disk["reserve"] = room.file

    def fill():
        disk["free"] = 0

    return fill


@pytest.fixture
def child(app):
    with app.app_context():
        db.write()
        unit = make_unit()
        made = make_child(unit, "冉䶮一", school=make_school(unit)).id
        db.session.commit()
    return made


def test_reading_and_signing_in_go_on_and_what_is_saved_is_refused_with_words(app, client, sign_in, kept, child, disk):
    make_account(app, "chen", Role.CITY_COORDINATOR)
    kept()
    assert sign_in_by_page(client, "chen").status_code == 200
    for path in ("/", "/children", "/plans", "/account", f"/children/{child}", "/children?list=all"):
        assert client.get(path).status_code == 200, path
    path = f"/children/{child}/diagnosis"
    fields = read_form(client.get(path).get_data(as_text=True))[1] | {"words": "孤独症"}
    answer = client.post(path, data=fields, headers={"Origin": ORIGIN})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 507 and answer.headers["Retry-After"]
    assert "Nothing of this was saved." in page and "Reading works, and so does signing in." in page
    assert client.get("/health").json["disk"] == "full" and client.get("/health").json["status"] == "degraded"
    disk["free"] = 10 * RESERVE  # and it recovers by itself
    assert client.post(path, data=fields, headers={"Origin": ORIGIN}).status_code != 507
    assert "disk" not in client.get("/health").json
    assert client.submit("/account", form="/sign-out").status_code == 200


def test_when_the_kept_room_is_used_up_too_the_page_says_what_is_left(app, client, kept, disk, child, sign_in):
    sign_in("city_coordinator")
    kept()
    disk["reserve"] = None
    client.get("/")
    answer = client.post("/children/new", data={"csrf_token": client_token(client)}, headers={"Origin": ORIGIN})
    assert answer.status_code == 507
    assert "Whoever is signed in can go on reading" in answer.get_data(as_text=True)


def client_token(client) -> str:
    return client.get("/account").get_data(as_text=True).split('name="csrf-token" content="')[1].split('"')[0]


def test_the_administrator_is_told(app, client, sign_in, kept):
    sign_in("administrator")
    kept()
    page = client.get("/").get_data(as_text=True)
    assert "The disk of the server is full" in page and 'href="/server"' in page
    assert "Free at least 50 MB" in client.get("/server").get_data(as_text=True)


def test_jobs_wait_until_there_is_room_and_the_room_is_kept_anew(app, kept, disk):
    RAN.clear()
    with app.app_context():
        db.write()
        made = queue_job(SYSTEM, "tests.room", {}).id
        db.session.commit()
    kept()
    room = app.extensions["yian.room"]
    _look_after(app)
    assert run_waiting(app) == 0 and not RAN
    with app.app_context():
        row = db.session.get(Job, made)
        assert (row.state, row.attempts) == (JobState.QUEUED, 0)
        with pytest.raises(Exception, match="no space left"):
            db.write()
    assert not room.file.exists()
    disk["free"] = RESERVE + MARGIN
    _look_after(app)
    assert not room.file.exists(), "not at the price of what was freed"
    disk["free"] = 10 * RESERVE
    _look_after(app)
    assert room.file.exists() and run_waiting(app) == 1 and RAN


def test_a_job_under_which_the_disk_runs_full_leaves_nothing_and_is_done_later(app, kept, disk):
    RAN.clear()
    FILLS.append(kept)
    with app.app_context():
        db.write()
        made = queue_job(SYSTEM, "tests.room", {}).id
        db.session.commit()
    assert run_waiting(app) == 0 and not RAN and not FILLS
    with app.app_context():
        assert db.session.get(Job, made).state == JobState.QUEUED
    assert run_waiting(app) == 0
    disk["free"] = 10 * RESERVE
    assert run_waiting(app) == 1 and RAN == [1]


def test_a_second_process_that_opens_its_first_connection_then_reads(app, kept, instance):
    """To read, SQLite lays a file of its own beside the database."""
    kept()
    other = make_app(instance)
    other.test_client_class = InspectingClient
    assert other.test_client().get("/sign-in").status_code == 200
    assert not app.extensions["yian.room"].file.exists()
    other.extensions["yian.engine"].dispose()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_for_an_upload_on_its_way_is_said_alike(lenient_pages, code):
    app, client = lenient_pages

    def fails():
        raise OSError(code, os.strerror(code))

    app.add_url_rule("/test/upload", view_func=fails)
    answer = client.get("/test/upload")
    assert answer.status_code == 507 and "The server has no room left" in answer.get_data(as_text=True)
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("temporary", [True, False])
def test_the_full_folder_is_named_and_a_full_temporary_one_leaves_the_reserve(
    lenient_pages, monkeypatch, caplog, tmp_path, temporary
):
    app, client = lenient_pages
    passing, real = tmp_path / "passing", os.statvfs
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))

    def told(path):
        found = list(real(path))
        found[0], found[1], found[4] = 4096, 4096, 0 if (str(path) == str(passing)) is temporary else RESERVE // 400
        return os.statvfs_result(found)

    def fails():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    room = app.extensions["yian.room"]
    room.keep()
    monkeypatch.setattr(os, "statvfs", told)
    app.add_url_rule("/test/upload", view_func=fails)
    answer = client.get("/test/upload")
    words = answer.get_data(as_text=True)
    assert answer.status_code == 507 and ("temporary folder of the server" in words) is temporary
    assert room.file.exists() is temporary
    named = passing if temporary else app.config["INSTANCE"]
    assert f"Free room in {named}:" in caplog.text


@pytest.fixture
def lenient_pages(app):
    app.config.update(PROPAGATE_ERRORS=False, PROPAGATE_EXCEPTIONS=False)
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return app, client


def test_a_body_that_had_no_room_before_the_page_is_told(lenient_pages):
    answer = lenient_pages[1].post("/sign-in", environ_overrides={REFUSED: 507})
    assert answer.status_code == 507 and "The server has no room left" in answer.get_data(as_text=True)


def test_a_head_is_kept_whole_or_not_at_all(app, app_context, monkeypatch):
    db.write()
    audit.record(SYSTEM, "try", "thing")
    db.session.commit()
    real, parts = os.write, []
    monkeypatch.setattr(os, "write", lambda number, text: parts.append(text) or real(number, text[:20]))
    with pytest.raises(OSError, match="No space"):
        heads.keep_head(1, "0" * 64)
    assert not list(heads._folder().glob("*.txt"))
    monkeypatch.setattr(os, "write", real)
    heads.keep_head(1, "0" * 64)
    monkeypatch.setattr(os, "write", lambda number, text: real(number, text[:20]))
    with pytest.raises(OSError, match="No space"):
        heads.keep_head(2, "1" * 64)
    assert heads.kept_heads() == {1: "0" * 64} and not heads.damage()


def test_a_backup_asks_for_room_before_it_takes_any(app, tmp_path, monkeypatch):
    import shutil

    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=3 * 2**20))
    with app.app_context():
        need = db.session.connection().exec_driver_sql("PRAGMA page_count").scalar_one() * 4096
    done = app.test_cli_runner().invoke(args=["db", "backup", str(tmp_path / "c.db")])
    if need + 2**20 < 3 * 2**20:
        assert done.exit_code == 0
        return
    assert done.exit_code == 1 and "and 3 are free" in done.output and not list(tmp_path.glob("*c.db*"))


@pytest.mark.parametrize("name", WAYS)
def test_a_backup_of_any_name_is_whole_and_told_on_one_line(app, app_context, tmp_path, name):
    folder = tmp_path / "backups"
    folder.mkdir()
    target = folder / f"x{name}.db"
    done = app.test_cli_runner().invoke(args=["db", "backup", str(target)])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in folder.iterdir()) == [target.name, f"{target.name}.manifest.json"]
    assert len([line for line in done.output.splitlines() if "bytes, whole" in line]) == 1
    again = app.test_cli_runner().invoke(args=["db", "backup", str(target)])
    assert again.exit_code == 1 and again.output.count("\n") == 1


def test_a_disk_that_knows_no_links_takes_a_backup_too(app, app_context, tmp_path, monkeypatch):
    def refuses(*_names):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuses)
    done = app.test_cli_runner().invoke(args=["db", "backup", str(tmp_path / "c.db")])
    assert done.exit_code == 0 and (tmp_path / "c.db").exists() and not list(tmp_path.glob(".c.db*"))
