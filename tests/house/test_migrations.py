"""One head, and tables that are what the models say, up and down, empty and full, on both databases."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from app.db import Base, db, migrations
from app.demo.build import Scale, build


def test_there_is_one_head(app):
    assert len(migrations.heads()) == 1


@pytest.mark.both_databases
def test_the_tables_are_what_the_models_say(app_context):
    assert migrations.differences() == []


@pytest.mark.both_databases
def test_the_way_down_leaves_nothing_and_leads_up_again(app):
    migrations.downgrade(app)
    with app.app_context():
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(app)
    with app.app_context():
        assert migrations.differences() == []


@pytest.mark.both_databases
def test_migrating_again_changes_nothing(app):
    migrations.upgrade(app)
    with app.app_context():
        assert migrations.differences() == []


def hashes() -> dict[str, str]:
    """A hash of all rows of every table."""
    found = {}
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(select(table).order_by(*table.primary_key))
            found[table.name] = sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
    return found


@pytest.mark.both_databases
def test_two_thousand_children_survive_every_step_down_and_up(app):
    with app.app_context():
        build(Scale(2_000, 120, 1, 80, 2, whole=False), seed=7, on=date(2026, 11, 23))
        before = hashes()
    for step in range(len(list(Path("migrations/versions").glob("0*.py"))), 1, -1):
        migrations.downgrade(app, f"{step - 1:04d}")
        migrations.upgrade(app)
        with app.app_context():
            assert hashes() == before, f"the way down to {step - 1:04d} and up again changed rows"


def test_a_migration_killed_at_any_moment_leaves_the_old_or_the_new_form(tmp_path):
    environment = {**os.environ, "YIAN_INSTANCE": str(tmp_path), "YIAN_KEYS": str(tmp_path / "keys.json")}
    command = [sys.executable, "-m", "flask", "db", "upgrade"]
    draw = random.Random(3)
    for _ in range(6):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + draw.uniform(1.0, 4.0)
        while process.poll() is None and time.monotonic() < deadline:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        from app import create_app

        app = create_app({"INSTANCE": tmp_path, "KEYS": tmp_path / "keys.json"})
        with app.app_context():
            tables = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
            assert tables == set() or migrations.differences() == []
            db.engine.dispose()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
