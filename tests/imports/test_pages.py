"""The pages of imports, signed in."""

import io

import openpyxl
import pytest

from app.imports.columns import SHEETS
from app.imports.types import ImportKind
from app.jobs.runner import run_waiting
from tests.imports.samples import PRIMARY, SPECIAL, child, make_schools, school, xlsx


@pytest.fixture
def schools(app):
    with app.app_context():
        made = make_schools()
        return {code: (row.id, row.unit_id) for code, row in made.items()}


@pytest.fixture
def coordinator(schools, sign_in):
    return sign_in("district_coordinator", unit_id=schools[PRIMARY][1])


def bring(app, client, content, kind="children"):
    answer = client.submit("/imports/new", kind=kind, file=(io.BytesIO(content), "名单.xlsx"), follow=False)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
    run_waiting(app)
    return answer.headers["Location"]


class TestTheWay:
    def test_upload_preview_take_over(self, app, client, coordinator):
        assert "No sheet was imported yet" in client.get("/imports").get_data(as_text=True)
        address = bring(app, client, xlsx([child(), child(name="王?", document_number="509999201602290041")]))
        page = client.get(address).get_data(as_text=True)
        assert "preview" in page and "name again" in page
        assert "509999201602290041" not in page and "5****************1" in page, "a number is masked as elsewhere"
        assert client.submit(address, form=f"{address}/apply").status_code == 200
        run_waiting(app)
        page = client.get(address).get_data(as_text=True)
        assert "Taken over" in page
        assert "名单.xlsx" in client.get("/imports").get_data(as_text=True)

    def test_a_refused_file_says_why(self, app, client, coordinator):
        page = client.get(bring(app, client, b"%PDF-1.7 nothing")).get_data(as_text=True)
        assert "not a spreadsheet" in page

    def test_changes_are_masked(self, app, client, coordinator):
        for said in (child(), child(phone="13911111111")):
            address = bring(app, client, xlsx([said]))
            page = client.get(address).get_data(as_text=True)
            client.submit(address, form=f"{address}/apply")
            run_waiting(app)
        assert "139****0001" in page and "139****1111" in page and "13911111111" not in page


class TestSheets:
    def test_the_empty_sheet_has_every_heading(self, client, coordinator):
        answer = client.get("/imports/template/children.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        assert [cell.value for cell in book.active[1]] == [c.heading for c in SHEETS[ImportKind.CHILDREN].columns]

    def test_held_back_rows_come_back_as_they_were_and_can_be_put_right(self, app, client, coordinator):
        bad = child(member1_name="=HYPERLINK(1)", class_name="-2+3", former_name="@SUM(A1)", phone="＝1")
        address = bring(app, client, xlsx([bad, child(name="王?")]))
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}/refused.xlsx").data))
        lines = list(book.active.iter_rows())
        headings = [cell.value for cell in lines[0]]
        assert headings[-2:] == ["原行号", "原因"]
        assert all(
            cell.data_type in ("s", "n") and (cell.value is None or isinstance(cell.value, str))
            for line in lines
            for cell in line
        )
        values = {c.key: lines[1][headings.index(c.heading)].value or "" for c in SHEETS[ImportKind.CHILDREN].columns}
        assert {key: text for key, text in values.items() if text} == bad
        assert "成员1姓名" in lines[1][-1].value
        right = {**values, "member1_name": "冉土家", "former_name": "", "phone": "13900000001"}
        page = client.get(bring(app, client, xlsx([right]))).get_data(as_text=True)
        assert "A new file" in page


class TestScope:
    def test_another_districts_import_does_not_exist(self, app, client, coordinator, schools, sign_in):
        address = bring(app, client, xlsx([child()]))
        other = app.test_client()
        sign_in("school_coordinator", school_id=schools[SPECIAL][0], client=other)
        assert other.get(address).status_code == 404
        assert other.get(f"{address}/refused.xlsx").status_code == 404

    def test_a_sheet_of_schools_names_schools_and_not_persons(self, app, client, coordinator):
        for kind, rows, heading in (
            ("schools", xlsx([school()], ImportKind.SCHOOLS), "Name of the school"),
            ("children", xlsx([child()]), "Name"),
        ):
            page = client.get(bring(app, client, rows, kind)).get_data(as_text=True)
            assert f'<th scope="col">{heading}</th>' in page

    def test_a_school_does_not_import_schools(self, client, schools, sign_in):
        sign_in("school_coordinator", school_id=schools[PRIMARY][0])
        answer = client.submit("/imports/new", kind="schools", file=(io.BytesIO(xlsx([])), "s.xlsx"))
        assert answer.status_code == 422 and "Schools are imported by the district" in answer.get_data(as_text=True)


def test_the_command_prints_counts_and_reasons(app, tmp_path, schools):
    file = tmp_path / "sheet.xlsx"
    file.write_bytes(xlsx([child(), child(name="王?")]))
    told = app.test_cli_runner().invoke(args=["imports", "run", "children", str(file), "--apply"])
    assert told.exit_code == 0, told.output
    assert "2" in told.output and "姓名" in told.output
    file.write_bytes(b"%PDF-1.7")
    assert app.test_cli_runner().invoke(args=["imports", "run", "children", str(file)]).exit_code == 1
