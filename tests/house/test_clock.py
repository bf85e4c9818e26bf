"""No code of ours asks the computer for the day, and no test runs on the day of the computer."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from app.kernel import clock
from tests.support.clock import check

ROOT = Path(__file__).resolve().parents[2]
ASKING = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "ctime"}
HOLDERS = {"datetime", "date", "time"}
OF_DATABASE = re.compile(r"\bCURRENT_(?:DATE|TIME|TIMESTAMP)\b|\bfunc\.(?:now|current_\w+|localtime\w*)\(|'now'", re.I)
"""The database's own clock is no other than the computer's."""


def asks(source: str) -> list[int]:
    """Lines that ask the computer for the moment or the day."""
    tree = ast.parse(source)
    found = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in ASKING
            and (ast.unparse(node.func.value).rpartition(".")[2] in HOLDERS)
        )
    ]
    found += [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time" and {alias.name for alias in node.names} & ASKING
    ]
    return found + [number for number, line in enumerate(source.splitlines(), 1) if OF_DATABASE.search(line)]


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "date.today()",
        "time.time()",
        "datetime.utcnow()",
        "time.time_ns()",
        "from time import time",
        "func.now()",
        "text('select CURRENT_TIMESTAMP')",
        "time.localtime()",
    ],
)
def test_a_look_at_the_computers_clock_is_seen(source):
    assert asks(source)


@pytest.mark.parametrize("source", ["clock.now()", "clock.today()", "time.monotonic()", "from datetime import time"])
def test_what_is_no_look_at_it_is_not(source):
    assert not asks(source)


def test_only_the_clock_of_the_house_asks_the_computer():
    files = [path for folder in ("app", "script", "migrations") for path in (ROOT / folder).rglob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files
        if path != ROOT / "app/kernel/clock.py"
        for line in asks(path.read_text(encoding="utf-8"))
    ]
    assert not found, "app/kernel/clock.py says what time it is: " + ", ".join(found)


def test_every_test_runs_on_the_set_day():
    """The fixture that every test has refuses the computer's own clock."""
    with time_machine.travel(time_machine.escape_hatch.datetime.datetime.now(UTC)), pytest.raises(AssertionError):
        check()
    check()


def test_no_test_goes_past_the_set_clock():
    past = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        if "escape_hatch" in path.read_text(encoding="utf-8")
    }
    assert past == {"tests/support/clock.py", "tests/house/test_clock.py"}


def test_a_program_that_a_test_starts_has_the_same_day(tmp_path):
    program = "from app import create_app; from app.kernel import clock; create_app(); print(clock.now().isoformat())"
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "YIAN_DEMO": "1", "YIAN_INSTANCE": str(tmp_path), "YIAN_KEYS": str(tmp_path / "keys.json")},
    )
    assert abs(datetime.fromisoformat(said.stdout.strip()) - datetime.now(UTC)) < timedelta(minutes=1)


def test_only_the_demo_follows_another_clock(tmp_path):
    """With real children in it the day cannot be set."""
    program = "from app import create_app; from app.kernel import clock; create_app(); print(clock.today())"
    environment = {
        **os.environ,
        "YIAN_CLOCK": "2031-05-07T00:30",
        "YIAN_INSTANCE": str(tmp_path),
        "YIAN_KEYS": str(tmp_path / "keys.json"),
    }

    def day(**more: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env=environment | more,
        ).stdout.strip()

    assert day(YIAN_DEMO="1") == "2031-05-07"
    assert day() != "2031-05-07"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-01-01T00:30", "2026-12-31T16:30:00+00:00"),
        ("2027-01-01T00:30+08:00", "2026-12-31T16:30:00+00:00"),
        ("2027-01-01", "2026-12-31T16:00:00+00:00"),
        ("2028-02-29T23:30Z", "2028-02-29T23:30:00+00:00"),
    ],
)
def test_a_moment_is_one_of_chongqing_unless_it_names_its_zone(text, moment):
    with time_machine.travel(datetime(2026, 9, 1, tzinfo=UTC), tick=False):
        assert datetime.now(UTC) + clock.shift_of(text) == datetime.fromisoformat(moment)
        assert clock.shift_of(clock.seconds_of(clock.shift_of(text))) == clock.shift_of(text)


@pytest.mark.parametrize("text", ["tomorrow", "2027-13-01", "1e5s", "", "12345678901234s"])
def test_a_moment_that_is_none_is_refused(text):
    with pytest.raises(ValueError):
        clock.shift_of(text)


def test_the_day_is_that_of_chongqing():
    """At 00:30 there it is still yesterday in UTC."""
    with time_machine.travel(datetime(2026, 12, 31, 16, 30, tzinfo=UTC), tick=False):
        assert clock.today() == date(2027, 1, 1)
        assert clock.local_now().isoformat() == "2027-01-01T00:30:00+08:00"
