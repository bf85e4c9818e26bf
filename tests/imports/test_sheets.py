"""Whole files as they come from schools: several sheets, days of other programs, control signs, other wrappings.

The files in cases/ were made for this product after faults that users of other systems reported; all persons are
invented.
"""

import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from sqlalchemy import select

from app.children.models import Child, Diagnosis
from app.db import db
from app.imports import queries
from app.imports.columns import SHEETS
from app.imports.types import ImportKind, ImportState, RowOutcome
from app.kernel.problems import from_stored
from tests.imports.samples import child, make_schools, repacked, table, xlsx
from tests.imports.test_actions import counts, preview, take

CASES = Path(__file__).parent / "cases"
HEADINGS = [column.heading for column in SHEETS[ImportKind.CHILDREN].columns]
KEYS = [column.key for column in SHEETS[ImportKind.CHILDREN].columns]


@pytest.fixture
def schools(session):
    return make_schools()


def case(name):
    return preview((CASES / name).read_bytes())


def born(session):
    return dict(session.execute(select(Child.name, Child.birth_on)).all())


def codes(row, outcome=RowOutcome.REFUSED):
    return {
        one.line: [found.problem.code for found in one.problems] for one in queries.list_rows(row, outcome, limit=None)
    }


def book(**sheets):
    """A workbook with sheets of any cells; the name of a hidden one begins with 隐."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as made:
        for name, lines in sheets.items():
            sheet = made.add_worksheet(name)
            for line, cells in enumerate(lines):
                sheet.write_row(line, 0, cells)
            if name.startswith("隐"):
                sheet.hide()
    return buffer.getvalue()


def lines(*rows):
    return [HEADINGS, *([row.get(key, "") for key in KEYS] for row in rows)]


ONE = child()


def second(name, **changes):
    """A child without a number."""
    return child(
        **(
            {
                "name": name,
                "document_kind": "无",
                "document_number": "",
                "document_missing_reason": "无户籍",
                "certificate": "",
                "student_number": "",
                "placement": "",
                "birth_on": "2016-09-01",
            }
            | changes
        )
    )


TWO = second("王二")


class TestDays:
    def test_a_day_shortly_before_midnight_is_that_midnight(self, session, schools):
        take(case("01-date-43-seconds.xlsx"))
        assert set(born(session).values()) == {date(2016, 9, 1)} and len(born(session)) == 4

    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            (datetime(2016, 8, 31, 23, 59, 59, 600_000), date(2016, 9, 1)),
            (datetime(2016, 8, 31, 23, 58, 1), date(2016, 9, 1)),
            (datetime(2016, 8, 31, 23, 57, 0), date(2016, 8, 31)),
            (datetime(2016, 9, 1, 0, 1, 59), date(2016, 9, 1)),
            (42613.9995, date(2016, 9, 1)),
            (42614.0004, date(2016, 9, 1)),
            (42613.5, date(2016, 8, 31)),
        ],
    )
    def test_cells_near_midnight(self, session, schools, moment, day):
        rows = lines(
            child(
                document_kind="无",
                document_number="",
                document_missing_reason="无户籍",
                certificate="",
                student_number="",
                placement="",
            )
        )
        rows[1][KEYS.index("birth_on")] = moment
        take(preview(table(rows)))
        assert list(born(session).values()) == [day]

    def test_an_old_workbook_too(self, session, schools):
        for name, from_1904 in (("旧甲", False), ("旧乙", True)):
            made = xlwt.Workbook()
            made.dates_1904 = from_1904
            sheet = made.add_sheet("学生", cell_overwrite_ok=True)
            style = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS")
            row = second(name)
            for place, heading in enumerate(HEADINGS):
                sheet.write(0, place, heading)
                sheet.write(1, place, row.get(KEYS[place], ""))
            at = KEYS.index("birth_on")
            day = datetime(2016, 8, 31, 23, 59, 17)
            if from_1904:  # the writer knows only one epoch for days; a plain number of the other
                sheet.row(1).write(at, 41152)
            else:
                sheet.row(1).write(at, day, style)
            buffer = io.BytesIO()
            made.save(buffer)
            take(preview(buffer.getvalue()))
        assert born(session) == {"旧甲": date(2016, 9, 1), "旧乙": date(2016, 9, 1)}

    def test_a_workbook_that_counts_from_1904(self, session, schools):
        row = case("03-1904-system.xlsx")
        assert codes(row) == {4: ["day_two_meanings"]}
        take(row)
        assert born(session) == {"麦金甲": date(2016, 9, 1), "麦金乙": date(2016, 9, 1)}

    def test_days_as_text(self, session, schools):
        row = case("02-text-dates.xlsx")
        assert codes(row) == {
            17: ["day_year_last"],
            18: ["day_short_year"],
            19: ["day_short_year"],
            20: ["day_missing"],
            21: ["day_missing"],
            27: ["day_month_word"],
            29: ["day_lunar"],
        }
        take(row)
        assert set(born(session).values()) == {date(2016, 9, 1)} and len(born(session)) == 24


class TestSeveralSheets:
    def test_one_sheet_per_grade(self, session, schools):
        row = case("04-one-sheet-per-grade.xlsx")
        assert counts(row) == {"new": 5} and row.sheets == ["三年级", "四年级"] and not row.problems
        assert take(row)["new"] == 5

    def test_lines_are_named_with_their_sheet(self, app, client, sign_in):
        with app.app_context():
            make_schools()
            row = preview(book(甲=lines(ONE), 乙=lines(ONE, child(name="王?"))))
            assert counts(row) == {"new": 1, "refused": 2}
        sign_in("city_coordinator")
        page = client.get(f"/imports/{row.id}").get_data(as_text=True)
        assert "2 (sheet" in page and "甲" in page and "乙 3" in page
        back = openpyxl.load_workbook(io.BytesIO(client.get(f"/imports/{row.id}/refused.xlsx").data)).active
        assert [line[-2].value for line in back.iter_rows(min_row=2)] == ['2 (sheet "乙")', '3 (sheet "乙")']
        assert '2 (sheet "甲")' in back.cell(2, back.max_column).value

    def test_columns_in_another_order_on_the_second_sheet(self, session, schools):
        turned = [list(reversed(cells)) for cells in lines(TWO)]
        assert counts(preview(book(甲=lines(ONE), 乙=turned))) == {"new": 2}

    def test_other_sheets_are_named_with_their_rows(self, session, schools):
        bare = [[heading for heading in HEADINGS if heading != "姓名"], ["2150000001"], ["2150000001"]]
        row = preview(
            book(
                封面=[["填表说明"], ["先看这里"]], 学生=lines(ONE), 缺列=bare, 隐藏=lines(TWO), 隐字典=[["男"], ["女"]]
            )
        )
        assert counts(row) == {"new": 1}
        told = {problem["code"]: (problem["values"]["sheet"], problem["values"]["rows"]) for problem in row.problems}
        assert told == {"sheet_left": ("封面", 2), "sheet_left_why": ("缺列", 3), "sheet_hidden_rows": ("隐藏", 2)}
        assert "columns are missing: 姓名" in next(
            from_stored(problem).text().replace("Columns", "columns")
            for problem in row.problems
            if problem["code"] == "sheet_left_why"
        )

    def test_a_cover_before_starred_headings(self, session, schools):
        assert counts(case("05-instructions-first.xlsx")) == {"new": 2}

    def test_schools_in_several_sheets(self, session, schools):
        from app.schools.models import School, UnitDivision
        from tests.imports.samples import school

        session.add(
            UnitDivision(
                unit_id=next(iter(schools.values())).unit_id, division_code="500101", valid_from=date(2000, 1, 1)
            )
        )
        session.commit()
        columns = SHEETS[ImportKind.SCHOOLS].columns
        head = [column.heading for column in columns]
        made = [
            [head, [school(code=code, name=f"学校{code}").get(column.key, "") for column in columns]]
            for code in ("2150000009", "2150000008", "2150000009")
        ]
        row = preview(book(东=made[0], 西=made[1], 南=made[2]), kind=ImportKind.SCHOOLS)
        assert counts(row) == {"new": 2, "refused": 1}
        assert take(row)["new"] == 2
        assert session.scalar(select(School.name).where(School.code == "2150000008"))


@pytest.mark.both_databases
class TestControlSigns:
    def test_one_bad_row_never_blocks(self, session, schools):
        row = case("42-nul-in-one-row.xlsx")
        assert counts(row) == {"new": 2, "refused": 1} and codes(row) == {3: ["sign_lost"]}
        assert take(row)["new"] == 2
        assert set(session.scalars(select(Diagnosis.words))) == {"脑瘫"}

    @pytest.mark.parametrize("sign", ["\0", "\x01", "\x08", "\x1f", "\x7f", "\x80"])
    @pytest.mark.parametrize(
        "column",
        ["name", "address", "class_name", "document_number", "disability", "phone", "member1_name", "birth_on"],
    )
    def test_in_any_column(self, session, schools, sign, column):
        if db.is_sqlite and sign not in "\0\x1f":
            return
        row = preview(xlsx([child(**{column: child()[column][0] + sign + child()[column][1:]}), TWO]))
        assert counts(row) == {"new": 1, "refused": 1}
        assert take(row)["new"] == 1

    def test_in_headings_names_of_sheets_and_of_the_file(self, session, schools):
        rows = lines(ONE)
        rows[0] = [*rows[0], "备注\0"]
        rows[1] = [*rows[1], "x\0y"]
        row = preview(table(rows))
        assert counts(row) == {"new": 1} and "\0" not in "".join(row.ignored_columns)

    def test_in_a_text_file(self, session, schools):
        from tests.imports.samples import csv_text

        text = csv_text([child(diagnosis="脑瘫\0"), TWO])
        assert counts(preview(text.encode())) == {"new": 1, "refused": 1}


def test_a_unit_typed_into_a_sheet_of_children_is_told(session, schools):
    rows = lines(ONE)
    rows[0], rows[1] = [*rows[0], "管理单位*"], [*rows[1], "乙区教委"]
    (told,) = preview(table(rows)).problems
    assert told["code"] == "unit_by_school" and told["values"] == {"column": "管理单位*"}


class TestOtherWrappings:
    @pytest.mark.parametrize(
        "name", ["11-csv-equals-quotes.csv", "11d-csv-gb18030-bom.csv", "20-uos.ods", "16-empty-styled-cell-XFD.xlsx"]
    )
    def test_one_new_child(self, session, schools, name):
        row = case(name)
        assert counts(row) == {"new": 1} and not row.problems

    def test_marks_that_nobody_sees(self, session, schools):
        row = case("22-invisible-in-values.xlsx")
        assert counts(row)["new"] + len(codes(row)) == 12 and not codes(row)

    def test_paths_of_windows(self, session, schools):
        assert sum(counts(case("18-backslash-names.xlsx")).values()) == 6

    @pytest.mark.parametrize(
        "content",
        [
            b"<html><body><table border=1><tr><th>x</th></tr></table></body></html>",
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="x"><a/></Workbook>',
        ],
    )
    def test_a_web_page_is_called_one(self, session, schools, content):
        row = preview(content)
        assert row.state is ImportState.REFUSED and row.problems[0]["code"] == "file_web_page"

    def test_a_far_cell_with_a_colour_alone_is_nothing_with_words_it_is_far(self, session, schools):
        from tests.imports.samples import part

        plain = xlsx([ONE])
        for cell, good in (
            ('<c r="XFD2" s="1"/>', True),
            ('<c r="XFD2" s="1"></c>', True),
            ('<c s="1" r="XFD2"/>', True),
            ('<c r="XFD2" s="1" t="str"><v>x</v></c>', False),
        ):
            sheet = part(plain).replace("</row></sheetData>", cell + "</row></sheetData>")
            row = preview(repacked(plain, sheet=sheet))
            assert (counts(row) == {"new": 1}) is good, cell


class TestTheList:
    def test_a_refused_file_never_stops_the_list(self, app, client, sign_in):
        """Whatever an old row holds: no counts, some, those of earlier versions."""
        with app.app_context():
            make_schools()
            made = [preview("姓名,性别\n甲,男\n".encode()).id, preview(b"%PDF-1.7").id]
            for shape in ({}, {"rows": 3}, {"new": 1}, {"new": None, "doubtful": 2}):
                row = preview(xlsx([ONE]))
                row.counts = shape
                db.session.commit()
                made.append(row.id)
        sign_in("city_coordinator")
        assert client.get("/imports").status_code == 200
        assert [client.get(f"/imports/{one}").status_code for one in made] == [200] * len(made)


def test_the_same_form_key_with_another_file_of_the_same_name_is_not_the_earlier_import(app, client, sign_in):
    with app.app_context():
        make_schools()
    sign_in("city_coordinator")
    from tests.support.client import ORIGIN, read_form

    _action, fields = read_form(client.get("/imports/new").get_data(as_text=True))

    def send(content):
        data = {**fields, "kind": "children", "file": (io.BytesIO(content), "名单.xlsx")}
        return client.post("/imports/new", data=data, headers={"Origin": ORIGIN, "Referer": ORIGIN + "/"})

    same = xlsx([ONE])  # a workbook carries the second in which it was made
    first, again, other = send(same), send(same), send(xlsx([TWO]))
    assert first.status_code == again.status_code == 303 and first.location == again.location
    assert other.status_code != 303 or other.location != first.location
