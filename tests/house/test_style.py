"""The house keeps its own rules: style, directions of import, locks, scripts."""

import re
import subprocess
import sys
import tomllib
from itertools import pairwise
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


def test_everything_is_formatted():
    code, output = run(sys.executable, "-m", "ruff", "format", "--check", "--quiet", ".")
    assert code == 0, f"run ruff format .\n{output}"


def test_no_line_of_a_template_is_too_long():
    """At most 120 signs, but for one sentence or address that cannot be broken. djlint's own formatter is not asked: it
    puts blanks between signs that stand together, which Chinese pages show, and wraps no running text."""
    whole = re.compile(r"""\"[^"]{50,}"|'[^']{50,}'""")
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 120 and not whole.search(line)
    ]
    assert not long, f"break these lines inside a tag or between blocks: {long}"


def test_no_cell_of_a_paper_begins_or_ends_with_a_line_of_its_own():
    """Papers keep the line breaks of a cell (static/css/print.css), so a break for the template's sake is an empty
    line on the paper: write {{- … -}} there."""
    cell, taken = re.compile(r"<(td|th)\b[^>]*>(.*?)</\1>", re.S), re.compile(r"\{([{%#]).*?[}%#]\}", re.S)

    def shown(found: re.Match) -> str:
        """A value, or nothing of a block; the breaks that it takes away with its dashes."""
        return (
            ("«" if found[0].startswith("{%-") or found[0].startswith("{{-") else "")
            + ("x" if found[1] == "{" else "")
            + ("»" if found[0].endswith(("-}}", "-%}")) else "")
        )

    broken = []
    for path in sorted((ROOT / "templates/print").rglob("*.html")):
        text = taken.sub(shown, path.read_text(encoding="utf-8"))
        text = re.sub(r"\s*«|»\s*", "", text)
        broken += [f"{path.name}: {one[0][:80]!r}" for one in cell.finditer(text) if "\n" in one[2]]
    assert not broken


def test_types_are_right():
    """Fourteen seconds of processor time from nothing; less than one when .mypy_cache knows the rest."""
    code, output = run(sys.executable, "-m", "mypy")
    assert code == 0, output


def test_no_module_is_left_out_of_the_types():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    left_out = [part["module"] for part in settings["overrides"] if part.get("ignore_errors")]
    assert not left_out and not settings.get("exclude"), "mend the types instead"
    # What may be without types is a library of somebody else's.
    assert not [
        name
        for part in settings["overrides"]
        if part.get("ignore_missing_imports")
        for name in part["module"]
        if name.startswith("app")
    ]


def test_an_ignored_finding_says_why():
    found = {
        str(path.relative_to(ROOT)): line.strip()
        for path in (ROOT / "app").rglob("*.py")
        for before, line in pairwise(["", *path.read_text(encoding="utf-8").splitlines()])
        if "# type: ignore" in line
        and not re.search(r"# type: ignore\[[a-z-]+\]  # \w", line)
        and not before.strip().startswith("# ")
    }
    assert not found, "name the kind of finding in brackets and the reason beside it"


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
        for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
        if line.strip()
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
