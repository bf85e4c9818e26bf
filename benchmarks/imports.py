"""The whole import of a sheet of children against reading the same file and inserting its raw rows.

`python -m benchmarks.imports --rows 30000` prints both times, their ratio (at most 4) and the peak memory of each
process (under 500 MB). Each part runs in a process of its own on a fresh SQLite database.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import xlsxwriter

from app.imports.columns import CHILDREN
from app.kernel.identifiers import resident_check

FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
    "丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤"
    "尹黎易常武乔贺赖龚文冉"
)
GIVEN = (
    "子涵浩宇欣怡梓轩雨桐思源嘉豪诗琪俊杰雅婷宇航梦瑶天佑佳怡博文语嫣晨曦一诺皓轩若汐明哲静怡志强丽娟建国秀英㛃𬱖䶮𫘧"
)
DISTRICT = "500101"
MOST_RATIO = 4
MOST_MB = 500


def number(rng: random.Random, place: int, year: int, male: bool) -> str:
    """A number of the never-issued area 509999 with a right check character, a different one for each place."""
    day = f"{year}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    first = f"509999{day}{(place % 499) * 2 + (1 if male else 2):03d}"
    return first + resident_check(first)


def rows(count: int, seed: int = 1, schools: tuple[str, ...] = ("2150000001",)) -> list[dict[str, str]]:
    """Return realistic rows by column key; every child and every guardian is a different person."""
    rng, taken = random.Random(seed), set()
    return [_row(rng, place, taken, schools) for place in range(count)]


def _fresh(rng: random.Random, place: int, years: tuple[int, int], male: bool, taken: set[str]) -> str:
    found = number(rng, place, rng.randint(*years), male)
    while found in taken:
        found = number(rng, rng.randint(0, 498), rng.randint(*years), male)
    taken.add(found)
    return found


def _name(rng: random.Random) -> str:
    return rng.choice(FAMILY) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))


def _row(rng: random.Random, place: int, taken: set[str], schools: tuple[str, ...]) -> dict[str, str]:
    male = rng.random() < 0.6
    own = _fresh(rng, place, (2010, 2019), male, taken)
    home = rng.random() < 0.2
    category = rng.choice(("智力残疾", "肢体残疾", "精神残疾", "多重残疾", "听力残疾", "言语残疾", "视力残疾"))
    digit = 1 + ("视力残疾", "听力残疾", "言语残疾", "肢体残疾", "智力残疾", "精神残疾", "多重残疾").index(category)
    grade = rng.randint(1, 4)
    school = schools[place % len(schools)]
    lrc = (category if category in ("视力残疾", "听力残疾", "智力残疾") else "其他残疾") + "随班就读"
    row = {
        "school_code": school,
        "grade": "一二三四五六"[rng.randint(0, 5)] + "年级",
        "class_name": f"{rng.randint(1, 6)}班",
        "name": _name(rng),
        "sex": "男" if male else "女",
        "birth_on": f"{own[6:10]}-{own[10:12]}-{own[12:14]}",
        "document_kind": "居民身份证",
        "document_number": own,
        "ethnic_group": rng.choice(("汉族", "汉族", "土家族", "苗族")),
        "nationality": "中国",
        "hukou_code": DISTRICT,
        "hukou_kind": rng.choice(("农业家庭户口", "非农业家庭户口")),
        "health": "残疾",
        "student_number": f"G{own}",
        "class_number": str(rng.randint(1, 50)),
        "entered_month": "202309",
        "entry_kind": "就近入学",
        "attendance": "送教上门" if home else rng.choice(("走读", "住校")),
        "pupil_source": "正常入学",
        "address": f"重庆市万州区熊家镇古城村{rng.randint(1, 12)}组{rng.randint(1, 300)}号",
        "town_code": "500101112",
        "longitude": f"{108.2 + rng.random() / 3:.5f}",
        "latitude": f"{30.6 + rng.random() / 3:.5f}",
        "phone": f"139{place:08d}",
        "preschool": "是",
        "left_behind": rng.choice(("非留守儿童", "双亲留守儿童")),
        "migrant": "否",
        "orphan": "否",
        "martyr_family": "否",
        "lrc": "非随班就读" if home else lrc,
        "disability": category,
        "disability_grade": "一二三四"[grade - 1] + "级",
        "certificate": f"{own}{digit}{grade}",
        "diagnosis": rng.choice(("孤独症谱系障碍", "脑性瘫痪", "唐氏综合征", "")),
        "placement": "送教上门" if home else "随班就读",
        "delivering_code": school if home else "",
        "needs_aid": "是",
        "boarding_aid": "否",
        "distance_km": str(rng.randint(0, 30)),
        "travel_mode": "步行",
    }
    for member, relation in ((1, "父亲"), (2, "母亲")):
        row |= {
            f"member{member}_name": _name(rng),
            f"member{member}_relation": relation,
            f"member{member}_is_guardian": "是",
            f"member{member}_phone": f"13{member}{place:08d}",
            f"member{member}_number": _fresh(rng, place, (1975, 1995), relation == "父亲", taken),
            f"member{member}_address": row["address"],
        }
    return row


def write_sheet(path: Path, made: list[dict[str, str]]) -> None:
    """Write the rows as an .xlsx file in the layout of the template."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("学生")
        for place, column in enumerate(CHILDREN.columns):
            sheet.write_string(0, place, column.heading)
        for line, row in enumerate(made, 1):
            for place, column in enumerate(CHILDREN.columns):
                if value := row.get(column.key):
                    sheet.write_string(line, place, value)


# --- the measurement ------------------------------------------------------------------------------------------------


def make_app(folder: Path):
    """An application on a fresh, migrated SQLite database with one school."""
    from app import create_app
    from app.db import migrations

    app = create_app(
        {
            "INSTANCE": folder,
            "KEYS": folder / "keys.json",
            "DEMO": True,
            "DATABASE_URL": f"sqlite:///{folder / 'yian.db'}",
        }
    )
    migrations.upgrade(app)
    with app.app_context():
        _schools()
    return app


def _schools() -> None:
    from datetime import date

    from app.db import db
    from app.schools.models import School, Unit
    from app.schools.types import SchoolKind, UnitKind

    db.write()
    unit = db.session.query(Unit).first() or Unit(
        code="B", name="万州区", kind=UnitKind.DISTRICT, valid_from=date(2000, 1, 1)
    )
    db.session.add(unit)
    db.session.flush()
    for code in SCHOOL_CODES:
        db.session.add(
            School(
                code=code,
                name=f"第{code[-4:]}小学",
                name_pinyin="",
                name_initials="",
                kind=SchoolKind.PRIMARY,
                unit_id=unit.id,
                division_code=DISTRICT,
                receives=True,
            )
        )
    db.session.commit()


SCHOOL_CODES = tuple(f"21500{n:05d}" for n in range(1, 101))


class Watch:
    """Seconds on the wall since it was made, and of processors: those of this process and of its ended children."""

    def __init__(self) -> None:
        self.begun = self._now()

    @staticmethod
    def _now() -> tuple[float, float, float]:
        told = os.times()
        return time.perf_counter(), told.user + told.system, told.children_user + told.children_system

    def read(self) -> dict[str, float]:
        """The seconds until now."""
        wall, own, reader = (now - then for now, then in zip(self._now(), self.begun, strict=True))
        return {"wall": wall, "cpu": own + reader, "own_cpu": own, "reader_cpu": reader}


def whole(folder: Path, sheet: Path) -> dict[str, object]:
    """Preview and apply as the command does; return the seconds of each and of both."""
    from app.access import SYSTEM
    from app.db import db
    from app.imports.actions import keep_file, run_apply, run_preview
    from app.imports.types import ImportKind
    from app.web.filters import today

    app = make_app(folder)
    with app.app_context():
        both = first = Watch()
        db.write()
        identifier = keep_file(SYSTEM, ImportKind.CHILDREN, sheet.name, sheet.read_bytes()).id
        db.session.commit()
        counts = run_preview(identifier, SYSTEM, today=today())
        db.session.commit()
        preview, second = first.read(), Watch()
        db.session.expunge_all()
        done = run_apply(identifier, SYSTEM, today=today())
        db.session.commit()
        told = both.read() | {"preview": preview, "apply": second.read()}
        if done["done"]["new"] != counts["rows"]:
            raise SystemExit(f"not every row was new: {done}")
    return told


def bare(folder: Path, sheet: Path) -> dict[str, object]:
    """Read with the same reader and insert the raw rows with SQLAlchemy Core into one table of text columns."""
    from sqlalchemy import Column, MetaData, String, Table, insert

    from app.db.base import make_engine
    from app.imports.reader import read_rows

    engine = make_engine(f"sqlite:///{folder / 'raw.db'}")
    names = [column.key for column in CHILDREN.columns]
    table = Table("raw", MetaData(), *(Column(name, String) for name in names))
    table.metadata.create_all(engine)
    watch = Watch()
    with engine.connect().execution_options(yian_write=True) as connection:
        first = True
        for chunk in read_rows(sheet.read_bytes()):
            made = [dict(zip(names, cells, strict=False)) for _line, cells in chunk[first:]]
            first = False
            if made:
                connection.execute(insert(table), made)
        connection.commit()
    return watch.read()


def measure(part: str, folder: Path, sheet: Path) -> dict[str, Any]:
    """Run one part in a process of its own; return its seconds and the peak memory of it and its reader in MB."""
    program = (
        "import json, resource, sys; from pathlib import Path; from benchmarks import imports\n"
        "told = getattr(imports, sys.argv[1])(Path(sys.argv[2]), Path(sys.argv[3]))\n"
        "peak = lambda who: resource.getrusage(who).ru_maxrss / 1024\n"
        "told |= {'own': peak(resource.RUSAGE_SELF), 'reader': peak(resource.RUSAGE_CHILDREN)}\n"
        "print(json.dumps(told))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, part, str(folder), str(sheet)],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[1],
    )
    return json.loads(ended.stdout.splitlines()[-1])


def _work(told: dict[str, float]) -> str:
    return f"{told['cpu']:.1f} s ({told['own_cpu']:.1f} own, {told['reader_cpu']:.1f} reader)"


def main() -> int:
    """Measure and print; 1 when a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=30_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        sheet = folder / "children.xlsx"
        write_sheet(sheet, rows(options.rows, schools=SCHOOL_CODES))
        for name in ("bare", "whole"):
            (folder / name).mkdir()
        base = measure("bare", folder / "bare", sheet)
        told = measure("whole", folder / "whole", sheet)
    ratio, work = told["wall"] / base["wall"], told["cpu"] / base["cpu"]
    peak = max(told["own"], told["reader"], base["reader"])
    print(
        f"{options.rows} rows on the wall: bare {base['wall']:.1f} s; preview {told['preview']['wall']:.1f} s + "
        f"apply {told['apply']['wall']:.1f} s = {told['wall']:.1f} s; ratio {ratio:.2f} (at most {MOST_RATIO})"
    )
    print(
        f"processor time (a busy machine changes it less): bare {_work(base)}; preview {_work(told['preview'])} + "
        f"apply {_work(told['apply'])} = {told['cpu']:.1f} s; ratio {work:.2f}"
    )
    print(f"peak memory: own {told['own']:.0f} MB, reader {told['reader']:.0f} MB (under {MOST_MB})")
    return 0 if ratio <= MOST_RATIO and peak < MOST_MB else 1


if __name__ == "__main__":
    sys.exit(main())
