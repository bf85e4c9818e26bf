"""Server time of the main pages on the municipality, as a ratio to a bare Flask page measured in the same run.

The bare page reads 50 children with their school through the SQLAlchemy ORM from the same database and renders them
with Jinja: no session, no scope, no audit. Run `python -m benchmarks.pages [--instance FOLDER] [--rounds N]`; without a
folder the municipality is made first (some minutes). Pages take turns, round by round; medians are printed, on the wall
and of the processor. The bound is the ratio of processor time, which a busy machine changes less.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
import uuid
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from benchmarks.bare import bare_client

MOST = 3.0
SHEET = "to-decide.xlsx"


class Visitor:
    """A signed-in client of the product."""

    def __init__(self, app, username: str):
        from app.demo.accounts import PASSWORD

        self._client = app.test_client()
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.text("/sign-in"))[1]
        answer = self._client.post(
            "/sign-in",
            base_url="https://localhost",
            headers={"Referer": "https://localhost/"},
            data={"username": username, "password": PASSWORD, "csrf_token": token},
        )
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
    """(name, who, path) of the main pages, found as a user would: by following the lists."""
    city, district = Visitor(app, "city"), Visitor(app, "district")
    teacher, parent = Visitor(app, "teacher"), Visitor(app, "parent")
    child = re.search(r'href="(/children/[0-9a-f-]{36})"', district.text("/children?placement=home"))[1]
    timetable = re.search(r'href="(/timetables/[0-9a-f-]{36})', district.text("/timetables"))[1]
    family = re.search(
        r"/family/[0-9a-f-]{36}", parent.get("/family").headers.get("Location", "") or parent.text("/family")
    )
    school = re.search(r'href="(/schools/[0-9a-f-]{36})"', district.text("/schools"))[1]
    admin, made = Visitor(app, "admin"), Made(app)
    return [
        ("today", district, "/"),
        ("children, city", city, "/children"),
        ("children, search by pinyin", city, "/children?q=chenjing"),
        ("child file", district, child),
        ("files of the past", district, "/children/past"),
        ("plans", city, "/plans"),
        ("timetable of a month", district, timetable),
        ("my week", teacher, "/my-week"),
        ("school roll", district, "/roll"),
        ("roll of a child", district, f"{child}/roll"),
        ("another day of a transfer", city, f"/roll/transfers/{made.transfer()}/day"),
        ("schools", city, "/schools"),
        ("closing a school", district, f"{school}/close"),
        ("coverage", city, "/coverage"),
        ("coverage of a past day", city, f"/coverage?day={made.past()}"),
        ("list behind a figure", city, f"/coverage/listed?day={made.past()}"),
        ("placements lagging, city", city, "/placements/lagging"),
        ("taught at home, city", city, "/placements/home"),
        ("reviews, city", city, "/placements/reviews"),
        ("rows to decide", city, f"/imports/{made.preview()}?outcome=doubtful"),
        ("state of the server", admin, "/server"),
        ("family page", parent, family[0] if family else "/family"),
    ]


class Made:
    """What some pages are about and the municipality has none of; made once in an instance."""

    def __init__(self, app):
        self._app = app

    def past(self) -> str:
        """A day of last year."""
        from app.web.filters import today

        with self._app.app_context():
            return (today() - timedelta(days=365)).isoformat()

    def transfer(self) -> uuid.UUID:
        """A transfer that is open."""
        from app.access import SYSTEM
        from app.children.models import Child
        from app.db import db
        from app.roll.actions import Opening, open_transfer
        from app.roll.models import Membership, Transfer
        from app.schools.models import School
        from app.web.filters import today

        with self._app.app_context():
            if found := db.session.scalar(select(Transfer.id).limit(1)):
                return found
            db.write()
            rolls = (
                select(Membership, School.kind)
                .join(School)
                .where(Membership.link == "roll", Membership.valid_to.is_(None), Membership.grade == 2)
                .limit(1)
            )
            roll, kind = db.session.execute(rolls).one()
            other = (
                select(School.id)
                .where(School.kind == kind, School.id != roll.school_id, School.closed_on.is_(None))
                .limit(1)
            )
            made = open_transfer(
                SYSTEM,
                db.session.get(Child, roll.child_id),
                Opening(db.session.scalar(other), roll.grade, "", today() + timedelta(days=30)),
                today=today(),
            )
            db.session.commit()
            return made.id

    def preview(self) -> uuid.UUID:
        """A preview with 100 rows that wait for a person: children who were imported before under another number."""
        from app.access import SYSTEM
        from app.db import db
        from app.imports.actions import run_apply
        from app.imports.models import Import
        from app.schools.models import School
        from app.web.filters import today
        from benchmarks.imports import rows

        with self._app.app_context():
            if found := db.session.scalar(select(Import.id).where(Import.file_name == SHEET)):
                return found
            made = rows(100, schools=(db.session.scalar(select(School.code).where(School.code.like("21%"))),))
            run_apply(_previewed("on-file.xlsx", made), SYSTEM, today=today())
            db.session.commit()
            for one in made:
                one |= _renumbered(one)
            return _previewed(SHEET, made)


def _previewed(name: str, made: list[dict[str, str]]) -> uuid.UUID:
    """A sheet of children that was read; its id."""
    from app.access import SYSTEM
    from app.db import db
    from app.imports.actions import keep_file, run_preview
    from app.imports.types import ImportKind
    from app.web.filters import today
    from benchmarks.imports import write_sheet

    db.write()
    with tempfile.TemporaryDirectory() as place:
        write_sheet(Path(place) / name, made)
        identifier = keep_file(SYSTEM, ImportKind.CHILDREN, name, (Path(place) / name).read_bytes()).id
    db.session.commit()
    run_preview(identifier, SYSTEM, today=today())
    db.session.commit()
    return identifier


def _renumbered(row: dict[str, str]) -> dict[str, str]:
    """The cells in which a row says another number of the same child, and another telephone."""
    from app.kernel.identifiers import resident_check

    first = f"{row['document_number'][:14]}{999 if row['sex'] == '男' else 998}"
    number = first + resident_check(first)
    return {"document_number": number, "student_number": f"G{number}", "certificate": "", "phone": "13800138000"}


def measure(app, url: str, rounds: int) -> list[tuple[str, float, float, float, float]]:
    """Return (name, median milliseconds on the wall, of the processor, the ratios of both) with the bare page first."""
    bare = bare_client(url)
    shown = [("bare page", lambda: bare.get("/"))]
    for name, who, path in the_pages(app):
        shown.append((name, lambda who=who, path=path: who.get(path)))
    times: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in shown}
    for turn in range(rounds + 3):
        for name, fetch in shown:
            begun = time.perf_counter(), time.process_time()
            answer = fetch()
            took = time.perf_counter() - begun[0], time.process_time() - begun[1]
            if answer.status_code != 200:
                raise SystemExit(f"{name}: {answer.status_code}")
            if turn >= 3:
                times[name].append(took)
    medians = {
        name: [1000 * statistics.median(one) for one in zip(*found, strict=True)] for name, found in times.items()
    }
    wall, cpu = medians["bare page"]
    return [(name, *found, found[0] / wall, found[1] / cpu) for name, found in medians.items()]


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
    print(f"{'page':<30}{'ms on the wall':>16}{'ratio':>8}{'ms of processor':>18}{'ratio':>8}")
    for name, wall, cpu, ratio, work in rows:
        print(f"{name:<30}{wall:>16.2f}{ratio:>8.2f}{cpu:>18.2f}{work:>8.2f}{'  over' if work > MOST else ''}")
    return int(any(row[-1] > MOST for row in rows))


if __name__ == "__main__":
    sys.exit(main())
