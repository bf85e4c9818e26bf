"""Server time of the main pages on the municipality, as a ratio to a bare Flask page measured in the same run.

The bare page reads 50 children with their school through the SQLAlchemy ORM from the same database and renders them
with Jinja: no session, no scope, no audit. Run `python -m benchmarks.pages [--instance FOLDER] [--rounds N]`; without a
folder the municipality is made first (some minutes). Pages take turns, round by round; medians are printed.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.bare import bare_client

MOST = 3.0


class Visitor:
    """A signed-in client of the product."""

    def __init__(self, app, username: str):
        from app.demo.accounts import PASSWORD

        self._client = app.test_client()
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.text("/sign-in"))[1]
        answer = self._client.post("/sign-in", base_url="https://localhost", headers={"Referer": "https://localhost/"},
                                   data={"username": username, "password": PASSWORD, "csrf_token": token})
        if answer.status_code != 303:
            raise SystemExit(f"{username} could not sign in: {answer.status_code}")

    def get(self, path: str):
        return self._client.get(path, base_url="https://localhost")

    def text(self, path: str) -> str:
        answer = self.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
        return answer.get_data(as_text=True)


def the_pages(app) -> list[tuple[str, Visitor, str]]:
    """(name, who, path) of the ten main pages, found as a user would: by following the lists."""
    city, district = Visitor(app, "city"), Visitor(app, "district")
    teacher, parent = Visitor(app, "teacher"), Visitor(app, "parent")
    child = re.search(r'href="(/children/[0-9a-f-]{36})"', district.text("/children?placement=home"))[1]
    timetable = re.search(r'href="(/timetables/[0-9a-f-]{36})', district.text("/timetables"))[1]
    family = re.search(r"/family/[0-9a-f-]{36}", parent.get("/family").headers.get("Location", "")
                       or parent.text("/family"))
    return [
        ("today", district, "/"), ("children, city", city, "/children"),
        ("children, search by pinyin", city, "/children?q=chenjing"), ("child file", district, child),
        ("plans", city, "/plans"), ("timetable of a month", district, timetable), ("my week", teacher, "/my-week"),
        ("school roll", district, "/roll"), ("schools", city, "/schools"), ("coverage", city, "/coverage"),
        ("family page", parent, family[0] if family else "/family"),
    ]


def measure(app, url: str, rounds: int) -> list[tuple[str, float, float]]:
    """Return (name, median milliseconds, ratio to the bare page) with the bare page first."""
    bare = bare_client(url)
    shown = [("bare page", lambda: bare.get("/"))]
    for name, who, path in the_pages(app):
        shown.append((name, lambda who=who, path=path: who.get(path)))
    times: dict[str, list[float]] = {name: [] for name, _ in shown}
    for turn in range(rounds + 3):
        for name, fetch in shown:
            start = time.perf_counter()
            answer = fetch()
            took = time.perf_counter() - start
            if answer.status_code != 200:
                raise SystemExit(f"{name}: {answer.status_code}")
            if turn >= 3:
                times[name].append(took * 1000)
    medians = {name: statistics.median(found) for name, found in times.items()}
    return [(name, value, value / medians["bare page"]) for name, value in medians.items()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", type=Path, help="instance folder with the municipality and its keys.json")
    parser.add_argument("--rounds", type=int, default=25)
    asked = parser.parse_args()
    folder = asked.instance or Path(tempfile.mkdtemp(prefix="yian-bench-"))
    os.environ.pop("YIAN_DATABASE_URL", None)
    from app import create_app

    app = create_app({"INSTANCE": folder, "KEYS": folder / "keys.json", "DEMO": True})
    if not (folder / "yian.db").exists():
        runner = app.test_cli_runner()
        runner.invoke(args=["db", "upgrade"])
        start = time.perf_counter()
        made = runner.invoke(args=["demo", "--scale", "municipality"])
        if made.exit_code:
            raise SystemExit(made.output)
        print(f"municipality made in {time.perf_counter() - start:.0f} s")
    rows = measure(app, f"sqlite:///{folder / 'yian.db'}", asked.rounds)
    print(f"{'page':<30}{'median ms':>10}{'ratio':>8}")
    for name, value, ratio in rows:
        print(f"{name:<30}{value:>10.2f}{ratio:>8.2f}{'  over' if ratio > MOST else ''}")
    return int(any(ratio > MOST for _name, _value, ratio in rows))


if __name__ == "__main__":
    sys.exit(main())
