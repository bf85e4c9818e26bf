"""Every file that goes out says what it is and of which day, in Chinese, and still has a plain name (RFC 5987)."""

import ast
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask_babel import force_locale

from app.web.downloads import file_name, send

APP = Path(__file__).parents[2] / "app"


def calls():
    """(file, call) of every `send` of a file."""
    for path in sorted(APP.rglob("*.py")):
        text = path.read_text()
        if "from app.web.downloads import" in text:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "send":
                    yield path.relative_to(APP.parent), node


def test_nobody_names_a_file_by_hand():
    for path in APP.rglob("*.py"):
        if path.name != "downloads.py":
            text = path.read_text()
            assert "Content-Disposition" not in text and "send_file" not in text and "download_name" not in text, path


def test_every_export_is_found():
    assert len(list(calls())) >= 12


@pytest.mark.parametrize(("path", "call"), [pytest.param(*one, id=f"{one[0]}:{one[1].lineno}") for one in calls()])
def test_every_export_has_a_title_and_a_day(path, call):
    assert {one.arg for one in call.keywords} >= {"on"}, path
    title = call.args[1]
    assert not isinstance(title, (ast.Constant, ast.JoinedStr)), f"{path}: a title goes through gettext"


@pytest.mark.parametrize("inline", [True, False])
def test_the_header(app, inline):
    with app.test_request_context("/children/export", method="POST"):
        said = send(b"x", "学生名单", "csv", on=date(2026, 11, 29), inline=inline).headers["Content-Disposition"]
    kind, plain, name = said.split("; ")
    assert kind == ("inline" if inline else "attachment")
    assert plain == 'filename="children-2026-11-29.csv"'
    assert unquote(name.removeprefix("filename*=UTF-8''")) == "学生名单-2026-11-29.csv"
    assert said.isascii()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("送教路线单：一组", "送教路线单：一组-2026-11.pdf"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j-2026-11.pdf"),
        ("名单\r\nSet-Cookie: x", "名单Set-Cookie_x-2026-11.pdf"),
        ("\u202e..名单..", "名单-2026-11.pdf"),
        ("长" * 300, "长" * 80 + "-2026-11.pdf"),
        ("𬱖䶮", "𬱖䶮-2026-11.pdf"),
    ],
)
def test_names_that_every_folder_takes(title, name):
    assert file_name(title, "2026-11", "pdf") == name


def test_the_sheets_of_imports_and_the_list_of_children(app, client, sign_in):
    from tests.imports.samples import child, make_schools, xlsx
    from tests.imports.test_actions import preview

    with app.app_context():
        make_schools()
        row = preview(xlsx([child(name="王?")]))
        identifier = row.id
    sign_in("city_coordinator")

    def name(answer):
        assert answer.status_code == 200
        return unquote(answer.headers["Content-Disposition"].split("filename*=UTF-8''")[1])

    assert name(client.get(f"/imports/{identifier}/refused.xlsx")).startswith("Held-back_rows_of_sheet-20")
    for kind in ("children", "schools"):
        assert client.get(f"/imports/template/{kind}.xlsx").status_code == 200
    assert client.get("/imports/template/teachers.xlsx").status_code == 404


def test_titles_are_chinese(app):
    said = [
        node.args[0].value
        for _path, call in calls()
        for node in ast.walk(call.args[1])
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_"
    ]
    assert len(said) >= 8
    with app.test_request_context("/"), force_locale("zh_Hans"):
        for words in said:
            assert any("\u4e00" <= sign <= "\u9fff" for sign in words_of(words)), words


def words_of(message):
    from app.web.i18n import words

    return words.gettext(message)
