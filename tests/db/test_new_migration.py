"""`flask db new`, in a copy of the house."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path):
    for name in ("app", "migrations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("wsgi.py", "pyproject.toml"):
        shutil.copy2(ROOT / name, tmp_path)
    return tmp_path


def flask(house, *words):
    settings = {"YIAN_INSTANCE": str(house / "instance"), "YIAN_KEYS": str(house / "keys.json")}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi.py", *words],
        cwd=house,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_new_migration_follows_the_newest_one_in_the_manner_of_the_house(house):
    newest = sorted(path.name[:4] for path in (house / "migrations/versions").glob("0*.py"))[-1]
    number = f"{int(newest) + 1:04d}"
    made = flask(house, "db", "new", "Rooms of schools", "--about", "which rooms a school has: 资源教室")
    path = house / f"migrations/versions/{number}_rooms_of_schools.py"
    assert made.stdout == f"migrations/versions/{path.name}\n", made.stderr
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""which rooms a school has: 资源教室"""\n')
    assert f'\nrevision = "{number}"\ndown_revision = "{newest}"\n' in text
    unwritten = flask(house, "db", "upgrade")
    assert unwritten.returncode and "NotImplementedError" in unwritten.stderr
    path.write_text(
        text.replace("    raise", '    op.create_table("rooms", sa.Column("id", sa.Uuid()))\n    return\n    raise', 1)
    )
    ruff = subprocess.run([sys.executable, "-m", "ruff", "check", str(path)], cwd=house, capture_output=True, text=True)
    assert ruff.returncode == 0, ruff.stdout
    assert flask(house, "db", "upgrade").returncode == 0
    assert "rooms" in flask(house, "db", "check").stdout
    assert f"{int(number) + 1:04d}_next_thing.py" in flask(house, "db", "new", "next-thing").stdout


@pytest.mark.parametrize("name", ["", "资源教室", "../away", "x" * 41, "1_first"])
def test_a_name_that_is_none_is_refused(app, name):
    before = sorted((ROOT / "migrations/versions").iterdir())
    told = app.test_cli_runner().invoke(args=["db", "new", name])
    assert told.exit_code == 1 and "No migration was made: a name is made of English words" in told.output
    assert sorted((ROOT / "migrations/versions").iterdir()) == before
