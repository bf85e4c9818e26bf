"""Untidy files of everyday: formulas without results, errors, comments, headings with notes, marks in front of text.

Each ends in the right reading or in a word at its cell; nothing is lost silently.
"""

import io
import re
import struct

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.comments import Comment
from sqlalchemy import select

from app.children.models import Child
from app.imports import queries
from app.imports.old import errors_by_sheet
from app.imports.plain import plain_heading
from app.imports.types import ImportState, RowOutcome
from tests.imports.samples import child, csv_text, make_schools, part, repacked, table, xlsx
from tests.imports.test_actions import counts, held, preview, take
from tests.imports.test_sheets import HEADINGS, KEYS, codes, lines, second


@pytest.fixture
def schools(session):
    return make_schools()


def written(*rows, name="学生", fill=lambda sheet: None):
    """A workbook as a program writes it that cannot calculate."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for cells in lines(*rows):
        sheet.append(cells)
    fill(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def at(column, line=2):
    return openpyxl.utils.get_column_letter(KEYS.index(column) + 1) + str(line)


class TestFormulas:
    @pytest.mark.parametrize(
        "column",
        [
            "name",
            "address",
            "phone",
            "birth_on",
            "member2_name",
            "member2_address",
            "document_number",
            "class_name",
            "former_name",
        ],
    )
    @pytest.mark.parametrize("name", ["学生", "R&D <1>"])
    def test_without_a_result_are_said_at_their_cell(self, session, schools, column, name):
        def fill(sheet):
            sheet[at(column)] = '=A2&"x"'

        row = preview(written(child(), second("王二"), name=name, fill=fill))
        assert counts(row) == {"new": 1, "refused": 1}
        assert (2, "formula_without_result") in held(row, RowOutcome.REFUSED)
        assert {
            one.column
            for line in queries.list_rows(row, RowOutcome.REFUSED)
            for one in line.problems
            if one.problem.code == "formula_without_result"
        } == {column}

    def test_a_row_that_holds_nothing_else(self, session, schools):
        def fill(sheet):
            for key in KEYS:
                sheet[at(key, 3)] = "=A2"

        row = preview(written(child(), fill=fill))
        assert counts(row) == {"new": 1, "refused": 1} and set(codes(row)[3]) >= {"formula_without_result"}

    def test_on_the_second_sheet(self, session, schools):
        book = openpyxl.Workbook()
        for name, rows in (("甲", [child()]), ("乙", [second("王二"), second("王三")])):
            sheet = book.create_sheet(name)
            for cells in lines(*rows):
                sheet.append(cells)
        book["乙"][at("address", 3)] = "=1+1"
        buffer = io.BytesIO()
        book.save(buffer)
        row = preview(buffer.getvalue())
        assert counts(row) == {"new": 2, "refused": 1} and codes(row) == {1_000_003: ["formula_without_result"]}

    def test_with_a_result_are_read_and_an_empty_text_is_empty(self, session, schools):
        plain = xlsx([child()])
        sheet = part(plain)
        at_name = sheet.index('<c r="D2"')
        end = sheet.index("</c>", at_name) + 4
        said = '<c r="D2" t="str"><f>"冉"&amp;"一"</f><v>冉一</v></c>'
        sheet = sheet[:at_name] + said + sheet[end:]
        sheet = sheet.replace(
            "</row></sheetData>", '<c r="AZ2" t="str"><f>IF(1,"","x")</f><v></v></c></row></sheetData>'
        )
        row = preview(repacked(plain, sheet=sheet))
        assert counts(row) == {"new": 1} and not row.problems
        take(row)
        assert session.scalar(select(Child.name)) == "冉一"

    @pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!"])
    @pytest.mark.parametrize("column", ["address", "name", "phone"])
    def test_errors_are_said_at_their_cell(self, session, schools, error, column):
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet()
            for line, cells in enumerate(lines(child(), second("王二"))):
                sheet.write_row(line, 0, cells)
            sheet.write_formula(1, KEYS.index(column), "=NA()", None, error)
        row = preview(buffer.getvalue())
        assert counts(row) == {"new": 1, "refused": 1} and codes(row) == {2: ["cell_error"]}

    @pytest.mark.parametrize(("code", "error"), [(0x2A, "#N/A"), (0x17, "#REF!"), (0x0F, "#VALUE!"), (0x07, "#DIV/0!")])
    @pytest.mark.parametrize("formula", [False, True])
    @pytest.mark.parametrize("many", [0, 150])
    def test_in_an_old_workbook_too(self, session, schools, code, error, formula, many):
        content = old_book(many, code, formula)
        row = preview(content)
        one = queries.list_rows(row, RowOutcome.REFUSED)[0]
        assert [(found.column, found.problem.code) for found in one.problems] == [("address", "cell_error")]
        assert (one.line, one.cells["address"]) == (2, error) and sum(counts(row).values()) == many + 2

    @pytest.mark.parametrize("many", [0, 150])
    def test_a_formula_that_nothing_calculated_in_an_old_workbook(self, session, schools, many):
        """A program that cannot calculate leaves a zero, and asks for its result when the file is opened."""
        row = preview(old_book(many, 0, True, bytes(8) + b"\x02\x00"))
        assert codes(row)[2] == ["formula_without_result"] and sum(counts(row).values()) == many + 2

    @pytest.mark.parametrize("kept", [bytes(8) + b"\x00\x00", struct.pack("<dH", 7.0, 2), bytes(8) + b"\x01\x00"])
    def test_a_result_that_was_calculated_is_read(self, session, schools, kept):
        row = preview(old_book(0, 0, True, kept))
        assert counts(row) == {"new": 2} and codes(row) == {}

    def test_a_damaged_old_workbook_gives_no_marks_and_no_traceback(self):
        content = old_book(0, 0x2A, True)
        for cut in range(0, len(content), 97):
            assert len(errors_by_sheet(content[:cut])) <= 2
        for place in range(600):
            errors_by_sheet(content[:place] + b"\xfe" + content[place + 1 :])

    def test_errors_in_a_text_file(self, session, schools):
        row = preview(csv_text([child(address="#REF!"), second("王二", address="3#楼")]).encode())
        assert counts(row) == {"new": 1, "refused": 1} and codes(row) == {2: ["cell_error"]}

    def test_what_comes_back_is_refused_again_until_it_is_put_right(self, app, client, sign_in):
        with app.app_context():
            make_schools()
            row = preview(written(child(), fill=lambda sheet: sheet.__setitem__(at("address"), "=A2")))
        sign_in("city_coordinator")
        back = client.get(f"/imports/{row.id}/refused.xlsx").data
        with app.app_context():
            assert codes(preview(back)) == {2: ["formula_without_result"]}

    def test_a_file_of_nothing_but_formulas_is_refused_as_a_whole(self, session, schools):
        def fill(sheet):
            for line in range(2, 1000):
                for place in range(1, 25):
                    sheet.cell(line, place, "=1")

        row = preview(written(fill=fill))
        assert row.state is ImportState.REFUSED and row.problems[0]["code"] == "file_formulas"


def test_comments_are_counted(session, schools):
    def fill(sheet):
        sheet[at("name")].comment = Comment("低保户", "王老师")
        sheet[at("phone")].comment = Comment("停机", "王老师")

    row = preview(written(child(), fill=fill))
    (told,) = row.problems
    assert counts(row) == {"new": 1} and (told["code"], told["values"]) == ("file_comments", {"count": 2})


def test_rich_text_and_readings_above_it(session, schools):
    plain = xlsx([child(name="冉一")])
    strings = part(plain, "xl/sharedStrings.xml")
    strings = strings.replace(
        "<t>冉一</t>",
        '<r><rPr><b/></rPr><t>冉</t></r><r><t>一</t></r><rPh sb="0" eb="1"><t>ran</t></rPh><phoneticPr fontId="1"/>',
    )
    take(preview(repacked(plain, **{"xl/sharedStrings.xml": strings})))
    assert session.scalar(select(Child.name)) == "冉一"


class TestApostrophes:
    def test_in_front_of_what_is_text(self, session, schools):
        row = child()
        marked = {
            key: f"'{row[key]}"
            for key in (
                "name",
                "phone",
                "document_number",
                "student_number",
                "birth_on",
                "certificate",
                "school_code",
                "address",
                "member1_number",
            )
        }
        take(preview(csv_text([row | marked]).encode()))
        assert counts(preview(xlsx([row]))) == {"same": 1}

    def test_a_latin_name_keeps_its_own(self, session, schools):
        take(preview(xlsx([child(name="'t Hooft")])))
        assert session.scalar(select(Child.name)) == "'t Hooft"


@pytest.mark.parametrize(
    "shape",
    [
        "*{}",
        "{}\n(必填)",
        "1.{}",
        "1、{}",
        "①{}",
        "（1）{}",
        "{}【必填】",
        "{}[必填]",
        "{}（与身份证一致，必填）",
        "{} *必填",
        "{}（必填）*",
        "{}：",
        "{}\n注：同身份证",
        "{}▲",
        "（必填）{}",
        "\ufeff{}",
        "{}_x000D_\n",
    ],
)
def test_headings_with_notes_and_numbers(session, schools, shape):
    rows = lines(child())
    rows[0] = [shape.format(heading) for heading in HEADINGS]
    row = preview(table(rows))
    assert counts(row) == {"new": 1} and not row.ignored_columns


def test_no_two_headings_become_one():
    assert len({plain_heading(heading) for heading in HEADINGS}) == len(HEADINGS)
    assert plain_heading("成员1\n姓名") == "成员1姓名" and plain_heading("国籍/地区") == "国籍/地区"


def old_book(many: int, code: int, formula: bool, kept: bytes = b"") -> bytes:
    """An .xls with a sheet of notes and one of children, the first with an error for its address, or with a formula and
    what is `kept` of it: its result and its marks."""
    book = xlwt.Workbook()
    book.add_sheet("说明").write(0, 0, "填表说明")
    sheet = book.add_sheet("学生")
    rows = [child(address=""), second("王二"), *(second(f"王{at}") for at in range(many))]
    for line, cells in enumerate(lines(*rows)):
        for place, text in enumerate(cells):
            if text:
                sheet.write(line, place, text)
    if formula:
        sheet.write(1, KEYS.index("address"), xlwt.Formula("A1+1"))
    else:
        sheet.row(1).set_cell_error(KEYS.index("address"), code)
    buffer = io.BytesIO()
    book.save(buffer)
    made = buffer.getvalue()
    if formula:  # the writer cannot calculate: the result is put in its place
        head = struct.pack("<HH", 1, KEYS.index("address"))
        at = re.search(rb"\x06\x00.." + re.escape(head), made, re.DOTALL).start()
        kept = kept or bytes([2, 0, code, 0, 0, 0, 0xFF, 0xFF])
        made = made[: at + 10] + kept + made[at + 10 + len(kept) :]
    return made
