"""The house keeps its own rules: style, directions of import, locks, scripts."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.M)


def run(*command: str) -> tuple[int, str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def pins(name: str) -> set[tuple[str, str]]:
    return set(PIN.findall((ROOT / name).read_text(encoding="utf-8")))


def test_ruff_finds_nothing():
    code, output = run(sys.executable, "-m", "ruff", "check", "--output-format", "concise", ".")
    assert code == 0, output


def test_templates_are_well_formed():
    code, output = run(str(PROGRAMS / "djlint"), "--quiet", "--lint", "templates")
    assert code == 0, output


def test_nothing_is_imported_upwards_or_sideways():
    code, output = run(str(PROGRAMS / "lint-imports"), "--config", "setup.cfg", "--no-logo", "--no-cache")
    assert code == 0, output


def test_the_test_lock_holds_the_server_lock():
    assert pins("requirements.lock") <= pins("requirements-dev.lock"), "run script/lock"


def test_every_requirement_is_locked():
    wanted = {
        re.split(r"[\[~=<>! ]", line)[0].lower()
        for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines() if line.strip()
    }
    assert wanted <= {name.lower() for name, _version in pins("requirements.lock")}, "run script/lock"


def test_sqlalchemy_stays_on_its_minor_line():
    assert {version.rsplit(".", 1)[0] for name, version in pins("requirements.lock") if name == "sqlalchemy"} == {"2.1"}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_names_no_place(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.M | re.I)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "--index" not in text and "--find-links" not in text


@pytest.mark.parametrize("script", ["server", "test", "bench", "lock", "lib.sh", "../.ci/run"])
def test_a_script_is_valid_shell(script):
    code, output = run("bash", "-n", str(ROOT / "script" / script))
    assert code == 0, output


def test_no_secret_or_database_is_kept():
    _, output = run("git", "ls-files")
    kept = [name for name in output.splitlines() if re.search(r"(keys\.json|\.db(-wal|-shm)?|\.mo|\.pem|\.key)$", name)]
    assert kept == []
