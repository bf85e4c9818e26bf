"""No text of ours is a formula in a spreadsheet: from a sheet that is imported to the list and the sheet that go out.

LibreOffice opens what goes out as a person would: what it shows is what was brought in, and nothing is worked out.
"""

from __future__ import annotations

import io
from collections import Counter
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select

from app.children.models import Child
from app.db import db
from app.imports.columns import SHEETS
from app.imports.types import ImportKind
from app.jobs.runner import run_waiting
from app.kernel.pasted_signs import plain_signs
from app.schools.models import School, Unit
from tests.children.factory import make_child, resident_id
from tests.imports.samples import PRIMARY, child, make_schools, school, xlsx
from tests.support.office import opened

TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""The last four are the same in the wide letters of Chinese typing: some programs take them alike."""
BLANKS = ("\t", "\r", "\n")
"""What is before a formula and is passed over by some programs; an import cuts it off."""
FORMULAS = (
    "1+1",
    "2*SUM(A1:A9)",
    'HYPERLINK("http://127.0.0.1:9/","x")',
    "cmd|' /C calc'!A0",
    "WEBSERVICE(A1)",
    'DDE("a";"b";"c")',
    "1",
    "A1",
    "{1}",
    "2024-01-01",
    '1","=1+1',
    "1;=1+1",
)
ROLL = "On the roll of"
KINDS = ("L", "N", "P", "S")
LETTERS = st.text(  # of signs that every font here has: others are named at their cell and stay out
    st.characters(max_codepoint=0x17E, categories=KINDS)
    | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5, categories=KINDS)
    | st.just(" "),
    min_size=1,
    max_size=20,
).filter(lambda text: plain_signs(text) == text)
ENDS = st.lists(
    st.sampled_from(FORMULAS) | LETTERS.filter(lambda text: text == text.strip()), min_size=4, max_size=6, unique=True
)
TEXTS = st.tuples(*(ENDS for _ in TRIGGERS)).map(
    lambda drawn: [start + end for start, ends in zip(TRIGGERS, drawn, strict=True) for end in ends]
)
HARD = settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)


@pytest.fixture
def coordinator(app, sign_in):
    with app.app_context():
        make_schools()
    return sign_in("city_coordinator")


@pytest.fixture
def numbers():
    return count(100)  # no code of the schools that are there


def bring(app, client, kind: ImportKind, rows: list[dict[str, str]], *, take: bool = True) -> str:
    """Send a sheet in and take its good rows over, by the pages; return the address of the import."""
    answer = client.submit("/imports/new", kind=kind.value, file=(io.BytesIO(xlsx(rows, kind)), "a.xlsx"), follow=False)
    address = answer.headers["Location"]
    run_waiting(app)
    if take:
        assert client.submit(address, form=f"{address}/apply").status_code == 200
        run_waiting(app)
    return address


def pupil(code: str) -> dict[str, str]:
    """A boy on the roll of the school of this code, with a name and numbers of his own."""
    place = int(code[-5:])
    number = resident_id(date(2017, 3, 15), 2 * place + 1)
    return child(
        school_code=code,
        name=chr(0x5200 + place) * 2,
        document_number=number,
        student_number=f"G{number}",
        certificate="",
    )


def sheet_of(content: bytes) -> list[list[str]]:
    """The cells of a workbook; none of them is anything but text."""
    lines = list(load_workbook(io.BytesIO(content)).active.iter_rows())
    assert {cell.data_type for line in lines for cell in line if cell.value is not None} == {"s"}
    return [[cell.value or "" for cell in line] for line in lines]


def column(lines: list[list[str]], heading: str) -> list[str]:
    place = lines[0].index(heading)
    return [line[place] for line in lines[1:] if len(line) > place and line[place]]


def disarmed(texts) -> Counter:
    return Counter("'" + text for text in texts)


@given(texts=TEXTS)
@HARD
def test_the_list_of_children_shows_what_was_imported(app, client, coordinator, numbers, tmp_path, texts):
    codes = {code: text + code for text in texts for code in [f"21500{next(numbers):05d}"]}  # no name twice in a unit
    texts = list(codes.values())
    bring(app, client, ImportKind.SCHOOLS, [school(code=code, name=text) for code, text in codes.items()])
    bring(app, client, ImportKind.CHILDREN, [pupil(code) for code in codes])
    with app.app_context():
        kept = {row.code: row.name for row in db.session.scalars(select(School).where(School.code.in_(codes)))}
    assert kept == codes
    files = []
    for kind in ("xlsx", "csv"):
        answer = client.submit("/children/export", "export", reason="a meeting on placements", kind=kind)
        files.append(tmp_path / f"list-{kind}.{kind}")
        files[-1].write_bytes(answer.get_data())
    for lines in (sheet_of(files[0].read_bytes()), opened(files[0])):  # cells of text need nothing before them
        assert sorted(Counter(texts) - Counter(column(lines, ROLL))) == []
    found = column(opened(files[1]), ROLL)
    assert sorted(disarmed(texts) - Counter(found)) == []
    assert [text for text in found if not text.startswith("'")] == []


@given(texts=TEXTS)
@HARD
def test_the_rows_that_were_held_back_come_back_as_they_were(app, client, coordinator, tmp_path, texts):
    address = bring(app, client, ImportKind.CHILDREN, [child(name=text, address=text) for text in texts], take=False)
    file = tmp_path / "refused.xlsx"
    file.write_bytes(client.get(f"{address}/refused.xlsx").get_data())
    heading = SHEETS[ImportKind.CHILDREN].by_key
    for lines in (sheet_of(file.read_bytes()), opened(file)):
        assert column(lines, heading["name"].heading) == texts
        assert column(lines, heading["address"].heading) == texts


def test_blanks_before_a_formula_do_not_hide_it(app, client, coordinator, tmp_path):
    with app.app_context():
        db.write()
        for start in BLANKS:
            make_child_of(start + "=1+1")
        db.session.commit()
    file = tmp_path / "list.csv"
    file.write_bytes(
        client.submit("/children/export", "export", reason="a meeting on placements", kind="csv").get_data()
    )
    found = column(opened(file), "Name")
    assert len(found) == len(BLANKS) and all(text.startswith("'") and text.endswith("=1+1") for text in found)


def make_child_of(name: str) -> Child:
    unit = db.session.scalar(select(School).where(School.code == PRIMARY)).unit_id
    return make_child(db.session.get(Unit, unit), name)


def test_libreoffice_works_out_what_is_a_formula(tmp_path):
    """What is above proves nothing without this."""
    file = tmp_path / "raw.csv"
    file.write_text("=1+1,'=1+1\n")
    assert opened(file) == [["2", "'=1+1"]]
