"""The database file moved away or replaced while it is in use: said loudly, nothing written into the lost file."""

from __future__ import annotations

import shutil

import pytest

from app.access import SYSTEM
from app.db import audit, db


@pytest.fixture
def lenient(app):
    app.config.update(PROPAGATE_ERRORS=False, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def file(instance):
    return instance / "yian.db"


@pytest.mark.parametrize("happens", ["moved", "deleted", "replaced"])
def test_health_and_writes_say_so(lenient, client, sign_in, file, caplog, happens):
    sign_in("city_coordinator")
    assert client.get("/health").status_code == 200
    aside = file.with_name("aside.db")
    if happens == "deleted":
        file.unlink()
    else:
        file.rename(aside)
    if happens == "replaced":
        shutil.copy2(aside, file)
    for answer in (client.get("/health"), client.get("/children"), client.post("/language", data={"language": "en"})):
        assert answer.status_code in {503, 400}
    assert client.get("/health").status_code == 503
    assert "while it is in use: nothing is written" in caplog.text
    assert file.exists() == (happens == "replaced"), "no empty file takes its place"


def test_put_back_all_is_well(lenient, client, file):
    assert client.get("/health").status_code == 200
    file.rename(file.with_name("aside.db"))
    assert client.get("/health").status_code == 503
    file.with_name("aside.db").rename(file)
    assert client.get("/health").status_code == 200


def test_what_would_be_written_is_not(lenient, file):
    with lenient.app_context():
        db.write()
        db.session.commit()
    aside = file.with_name("aside.db")
    file.rename(aside)
    with lenient.app_context(), pytest.raises(Exception, match="nothing is written"):
        db.write()
        audit.record(SYSTEM, "try", "thing")
        db.session.commit()
    aside.rename(file)
    with lenient.app_context(), db.engine.connect() as connection:
        assert audit.end_of(connection)[0] == 0


def test_a_new_connection_makes_no_new_file(lenient, file):
    with lenient.app_context():
        db.ping()
    db_engine = lenient.extensions["yian.engine"]
    db_engine.dispose()
    file.unlink()
    with lenient.app_context(), pytest.raises(Exception, match="is not there any more"):
        db.ping()
    assert not file.exists()


@pytest.mark.parametrize("signed_in", [False, True])
def test_health_answers_a_program_and_nobody_is_asked_for_a_password(lenient, client, sign_in, file, signed_in):
    assert client.get("/sign-in").status_code == 200
    if signed_in:
        sign_in("city_coordinator")
    file.rename(file.with_name("aside.db"))
    answer = client.get("/health")
    assert answer.status_code == 503 and answer.json == {"status": "down"} and answer.headers["Retry-After"] == "30"
    assert client.get("/sign-in").status_code == 503
