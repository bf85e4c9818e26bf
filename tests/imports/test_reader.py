"""Files as they come: good ones are read whatever they are, bad ones refused with one problem."""

import io
import struct
import subprocess
import sys
import zipfile
from datetime import date

import pytest
import xlwt

from app.imports.columns import SHEETS
from app.imports.header import find_header
from app.imports.reader import FileNote, read_file, read_rows
from app.imports.types import ImportKind
from app.kernel.problems import Refused
from tests.imports.samples import child, csv_text, part, repacked, table, xlsx


def lines(content, **options):
    return [line for chunk in read_rows(content, **options) for line in chunk]


def refusal(content, **options):
    with pytest.raises(Refused) as caught:
        lines(content, **options)
    (problem,) = caught.value.problems
    return problem.code.removeprefix("file_")


class TestGoodFiles:
    def test_xlsx(self):
        read = lines(xlsx([child(), child()]))
        assert [number for number, _cells in read] == [1, 2, 3]
        assert "𬱖䶮" in read[1][1] and "509999201703150012" in read[1][1]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_csv_in_every_encoding(self, encoding):
        read = lines(csv_text([child(former_name="㛃𫘧")]).encode(encoding))
        assert "𬱖䶮" in read[1][1] and "㛃𫘧" in read[1][1]

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("mark", [",", "\t"])
    def test_utf_16_that_does_not_say_so(self, encoding, mark):
        text = csv_text([child(former_name="㛃𫘧"), child()]).replace(",", mark)
        assert "Ā" not in text
        read = lines(text.encode(encoding))
        assert "𬱖䶮" in read[1][1] and "㛃𫘧" in read[1][1] and len(read) == 3
        assert lines("姓名\n王一\n".encode(encoding)) == [[1, ["姓名"]], [2, ["王一"]]]
        assert lines(f"code{mark}name\r\n1{mark}School\r\n".encode(encoding))[1][1] == ["1", "School"]

    def test_zeros_alone_make_no_text(self):
        for content in (b"\x01" + b"\x00" * 400, b"a,b\n" + b"\x00" * 400, bytes(range(256)) * 16):
            assert refusal(content) == "not_a_sheet"

    @pytest.mark.parametrize("calculated", [False, True])
    def test_formulas_of_an_old_workbook_that_nothing_has_calculated_are_told(self, calculated):
        book = xlwt.Workbook()
        sheet = book.add_sheet("名册")
        for place, text in enumerate(["姓名", "年级"]):
            sheet.write(0, place, text)
        for line in (1, 2):
            sheet.write(line, 0, "王一")
            sheet.write(line, 1, xlwt.Formula("1+2"))
        held = io.BytesIO()
        book.save(held)
        content, empty = held.getvalue(), bytes.fromhex("030000000000ffff")
        assert content.count(empty) == 2
        if calculated:  # as a spreadsheet program writes one of them
            at = content.index(empty)
            content = content[:at] + struct.pack("<d", 3.0) + content[at + 8 :]
        found = [message for message in read_file(content) if isinstance(message, FileNote)]
        assert [one.problem.code for one in found] == ([] if calculated else ["file_no_results"])
        assert [cells for _line, cells in lines(content)][1] == (["王一", "3"] if calculated else ["王一", ""])

    def test_a_formula_of_a_csv_stays_as_it_is_written_and_digits_as_text_are_read(self):
        assert lines('姓名,号\n王一,"=""0123"""\n王二,=A1+B1\n'.encode())[1:] == [
            [2, ["王一", "0123"]],
            [3, ["王二", "=A1+B1"]],
        ]

    def test_characters_that_the_standard_of_2022_moved(self):
        assert lines("姓名\n".encode("gb18030") + b"\xfe\x59\n")[1][1] == ["\u9fb4"]

    def test_content_decides_not_the_name(self):
        assert lines(b"a,b\n1,2\n") == [[1, ["a", "b"]], [2, ["1", "2"]]]

    def test_numbers_days_and_spoiled_numbers_become_text(self):
        read = lines(table([["a"], [13900000000.0], [date(2016, 9, 1)], [5.09999201703150012e17], [1.5], [True]]))
        assert [cells[0] for _line, cells in read[1:]] == [
            "13900000000",
            "2016-09-01",
            "5.0999920170315E+17",
            "1.5",
            "是",
        ]

    def test_formulas_give_their_values_only(self):
        plain = table([["a"], ["x"]])
        sheet = part(plain)
        at = sheet.index('<c r="A2"')
        sheet = (
            sheet[:at]
            + '<c r="A2" t="str"><f>WEBSERVICE("http://localhost/")</f><v>kept</v></c></row>'
            + sheet[sheet.index("</sheetData>") :]
        )
        assert lines(repacked(plain, sheet=sheet))[1][1] == ["kept"]

    def test_a_wrong_dimension_loses_no_rows(self):
        plain = table([[f"r{n}"] for n in range(600)])
        sheet = part(plain).replace('ref="A1:A600"', 'ref="A1:B1"')
        assert 'ref="A1:B1"' in sheet
        assert len(lines(repacked(plain, sheet=sheet))) == 600

    def test_the_sheet_with_the_headings_is_chosen(self):
        import xlsxwriter

        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            book.add_worksheet("填写说明").write(0, 0, "请先阅读")
            sheet = book.add_worksheet("学生")
            sheet.write_row(0, 0, ["姓名", "性别"])
            sheet.write_row(1, 0, ["王㛃", "女"])
        assert lines(buffer.getvalue(), wanted=["姓名", "性别"])[1][1] == ["王㛃", "女"]


class TestHeadings:
    def test_title_lines_and_two_levels_with_merged_cells(self):
        import xlsxwriter

        columns = SHEETS[ImportKind.CHILDREN].columns
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet, bold = book.add_worksheet(), book.add_format()
            sheet.merge_range(0, 0, 0, len(columns) - 1, "重庆市学生信息表", bold)
            first = next(n for n, c in enumerate(columns) if c.key == "member1_name")
            for place, column in enumerate(columns[:first]):
                sheet.merge_range(1, place, 2, place, column.heading, bold)
            for group, at in (("成员1", first), ("成员2", first + 6)):
                sheet.merge_range(1, at, 1, at + 5, group, bold)
                for step in range(6):
                    sheet.write(2, at + step, columns[at + step].heading.removeprefix(group))
            for place, column in enumerate(columns):
                sheet.write(3, place, child().get(column.key, ""))
        read = lines(buffer.getvalue())
        header = find_header(ImportKind.CHILDREN, read)
        assert header.line == 3 and header.places == tuple(c.key for c in columns) and not header.missing

    def test_any_order_and_unknown_columns(self):
        headings = ["备注", *reversed([c.heading for c in SHEETS[ImportKind.CHILDREN].columns])]
        header = find_header(ImportKind.CHILDREN, [(1, headings)])
        assert header.ignored == ("备注",) and header.places[-1] == "school_code"

    def test_missing_columns_are_named(self):
        headings = [c.heading for c in SHEETS[ImportKind.CHILDREN].columns if c.key not in ("name", "disability")]
        with pytest.raises(Refused, match="姓名、残疾类型"):
            find_header(ImportKind.CHILDREN, [(1, headings)])

    def test_no_headings_at_all(self):
        with pytest.raises(Refused) as caught:
            find_header(ImportKind.CHILDREN, [(1, ["a", "b"])])
        assert caught.value.problems[0].code == "headings_missing"


def bomb(members=1, size=50_000_000):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for n in range(members):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", b" " * size)
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


class TestBadFiles:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"  \n ", "empty"),
            (table([[]]), "empty"),
            (b"%PDF-1.7\n\xe2\xe3", "not_a_sheet"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_a_sheet"),
            (b"<html><body>hello</body></html>", "not_a_sheet"),
            (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
            (OLE + "Workbook_VBA_PROJECT".encode("utf-16-le"), "macro"),
            (OLE, "not_a_sheet"),
            (OLE + "Workbook".encode("utf-16-le"), "damaged"),
            (b"PK\x03\x04 broken", "damaged"),
            (bomb(), "bomb"),
            (bomb(10_000, 1), "bomb"),
            (repacked(table([["a"]]), **{"xl/vbaProject.bin": "x"}), "macro"),
            (repacked(table([["a"]]), **{"../../etc/x": "x"}), "bomb"),
        ],
    )
    def test_one_clear_problem(self, content, code):
        assert refusal(content) == code

    def test_entities_are_refused_unread(self, tmp_path):
        secret = tmp_path / "secret"
        secret.write_text("never")
        plain = table([["a"]])
        head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
        sheet = head + part(plain).split("?>", 1)[1]
        assert refusal(repacked(plain, sheet=sheet)) == "entities"

    @pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD1"])
    def test_a_cell_far_away(self, cell):
        plain = table([["a"]])
        sheet = part(plain).replace("</sheetData>", f'<row r="1048576"><c r="{cell}"><v>1</v></c></row></sheetData>')
        assert refusal(repacked(plain, sheet=sheet)) == "far_cell"

    def test_a_million_columns_and_too_many_rows(self):
        assert refusal((",".join(["a"] * 1_000_000)).encode()) == "too_many"
        assert refusal(b"a\n" * 100_001) == "too_many"

    def test_too_large_an_upload(self):
        assert refusal(b"a" * 1_100_000, most_mb=1) == "upload_large"

    def test_an_encrypted_member(self):
        content = bytearray(table([["a"]]))
        at = content.index(b"PK\x01\x02")
        while at != -1:
            content[at + 8] |= 1
            at = content.find(b"PK\x01\x02", at + 4)
        assert refusal(bytes(content)) == "encrypted"

    def test_the_process_has_little_memory(self):
        """Two cells far apart, inside all limits: laid out they would take more than a gigabyte."""
        plain = table([["a"]])
        sheet = part(plain).replace("</sheetData>", '<row r="99999"><c r="OJ99999"><v>1</v></c></row></sheetData>')
        assert refusal(repacked(plain, sheet=sheet)) == "too_big"


def test_the_parser_imports_nothing_of_the_application():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            (
                "import sys, runpy; runpy.run_path('app/imports/parsing.py', run_name='parsing'); "
                "print([m for m in sys.modules if m.split('.')[0] in ('app', 'flask', 'sqlalchemy')])"
            ),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
