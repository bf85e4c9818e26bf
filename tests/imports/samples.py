"""Sheets for the tests: rows by column key, written as .xlsx or .csv, and a district with schools to import into."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import xlsxwriter

from app.db import db
from app.imports.columns import SHEETS
from app.imports.types import ImportKind
from app.schools.models import School, Unit
from app.schools.types import SchoolKind, UnitKind
from tests.support.people import SINCE

TODAY = date(2026, 11, 23)
EVERY = frozenset(SHEETS[ImportKind.CHILDREN].by_key)
"""All columns: the sheet's words are taken wherever it differs from the file."""
PRIMARY, SPECIAL, OTHER = "2150000001", "5150000001", "2150000002"


def child(**changes: str) -> dict[str, str]:
    """A good row: a boy of the never-issued area in a regular class."""
    row = {
        "school_code": PRIMARY,
        "grade": "三年级",
        "class_name": "2班",
        "name": "𬱖䶮",
        "sex": "男",
        "birth_on": "2017-03-15",
        "document_kind": "居民身份证",
        "document_number": "509999201703150012",
        "ethnic_group": "土家族",
        "student_number": "G509999201703150012",
        "entered_month": "202309",
        "attendance": "走读",
        "address": "重庆市万州区熊家镇古城村2组",
        "phone": "13900000001",
        "lrc": "智力残疾随班就读",
        "disability": "智力残疾",
        "disability_grade": "二级",
        "certificate": "50999920170315001252",
        "diagnosis": "唐氏综合征",
        "placement": "随班就读",
        "longitude": "108.4",
        "latitude": "30.8",
        "member1_name": "冉·土家",
        "member1_relation": "父亲",
        "member1_is_guardian": "是",
        "member1_phone": "13900000002",
        "member1_number": "440524188001010014",
    }
    return {key: value for key, value in (row | changes).items() if value}


def second(**changes: str) -> dict[str, str]:
    """Another child, without a document, registered only."""
    return child(
        **(
            {
                "name": "王㛃",
                "sex": "女",
                "birth_on": "2016-02-29",
                "document_kind": "无",
                "document_number": "",
                "document_missing_reason": "无户籍",
                "student_number": "",
                "certificate": "",
                "placement": "",
                "member1_name": "王强",
                "member1_phone": "13900000003",
                "member1_number": "",
                "phone": "",
            }
            | changes
        )
    )


def school(**changes: str) -> dict[str, str]:
    """A good row of the schools' sheet."""
    return {
        "code": "2150000009",
        "name": "熊家小学",
        "kind": "小学",
        "division_code": "500101",
        "receives": "是",
    } | changes


def xlsx(rows: list[dict[str, str]], kind: ImportKind = ImportKind.CHILDREN) -> bytes:
    """The rows in the layout of the template."""
    columns = SHEETS[kind].columns
    return table([[c.heading for c in columns], *([row.get(c.key, "") for c in columns] for row in rows)])


def table(lines: list[list]) -> bytes:
    """Any cells as an .xlsx file; numbers stay numbers, text stays text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, cells in enumerate(lines):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(line, place, cell, day)
                elif cell != "":
                    sheet.write(line, place, cell)
    return buffer.getvalue()


def csv_text(rows: list[dict[str, str]]) -> str:
    """The rows as comma-separated text."""
    columns = SHEETS[ImportKind.CHILDREN].columns
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([c.heading for c in columns])
    writer.writerows([row.get(c.key, "") for c in columns] for row in rows)
    return buffer.getvalue()


def repacked(content: bytes, **parts: str) -> bytes:
    """The same .xlsx with parts replaced or added; `sheet` is the first worksheet."""
    names = {"sheet": "xl/worksheets/sheet1.xml"}
    given = {names.get(name, name): text for name, text in parts.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in given:
                new.writestr(name, old.read(name))
        for name, text in given.items():
            new.writestr(name, text)
    return buffer.getvalue()


def part(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    """The text of one part of an .xlsx."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def make_schools() -> dict[str, School]:
    """Two units; a primary and a special school in the first, a primary school in the second."""
    db.write()
    units = [
        Unit(code=code, name=name, kind=UnitKind.DISTRICT, valid_from=SINCE)
        for code, name in (("T1", "甲区"), ("T2", "乙区"))
    ]
    db.session.add_all(units)
    db.session.flush()
    made = {}
    for code, kind, unit in (
        (PRIMARY, SchoolKind.PRIMARY, 0),
        (SPECIAL, SchoolKind.SPECIAL, 0),
        (OTHER, SchoolKind.PRIMARY, 1),
    ):
        made[code] = School(
            code=code,
            name=f"学校{code}",
            name_pinyin="",
            name_initials="",
            kind=kind,
            unit_id=units[unit].id,
            division_code="500101",
            receives=True,
        )
    db.session.add_all(made.values())
    db.session.commit()
    return made
