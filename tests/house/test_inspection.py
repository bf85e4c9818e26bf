"""The page inspection finds what it is there to find."""

import pytest

from tests.support.client import read_form
from tests.support.inspection import inspect_page

GOOD = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>一人一案</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>㛃 𬱖 䶮</h1>{}</main></body></html>"""


def test_a_good_page_has_no_faults():
    assert inspect_page(GOOD.format('<label for="a">名</label><input id="a" name="a"><h2>表</h2>')) == []


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        ("<h1>twice</h1>", "needs one <h1>"),
        ("<h3>deep</h3>", "jumps from h1 to h3"),
        ('<p id="a"></p><p id="a"></p>', "used 2 times"),
        ('<label for="gone">x</label>', "points to nothing"),
        ('<input name="a">', "has no label"),
        ("<button></button>", "says nothing"),
        ('<img src="/a.png">', "without alt"),
        ('<p style="color:red"></p>', "inline style"),
        ('<p onclick="x()"></p>', "inline style or script"),
        ("<script>x()</script>", "inline <script>"),
        ('<a href="javascript:x()">x</a>', "runs a script"),
        ('<script src="https://elsewhere.example/x.js"></script>', "another place"),
        ('<form method="post"></form>', "CSRF"),
        ("<p>%(name)s</p>", "unfilled text"),
        ("<table><tr><th>x</th></tr></table>", "without scope"),
        ("<div><p></div></p>", "invalid HTML"),
        ("<b><i></b></i>", "invalid HTML"),
    ],
)
def test_a_fault_is_named(inside, fault):
    faults = inspect_page(GOOD.format(inside))
    assert any(fault in line for line in faults), faults


def test_a_page_without_title_language_or_doctype_is_named():
    faults = "\n".join(inspect_page("<html><body><main><h1>x</h1></main></body></html>"))
    assert "no lang" in faults and "one <title>" in faults and "doctype" in faults


def test_a_form_is_read_as_a_browser_would_send_it():
    markup = GOOD.format(
        '<form method="post" action="/to"><input name="csrf_token" value="t"><input type="checkbox" name="off">'
        '<input type="checkbox" name="on" checked><select name="s"><option value="1">a<option value="2" selected>b'
        '</select><textarea name="w">㛃</textarea><input name="m" value="1"><input name="m" value="2">'
        "<button name=b value=1>go</button></form>"
    )
    assert read_form(markup) == ("/to", {"csrf_token": "t", "on": "on", "s": "2", "w": "㛃", "m": ["1", "2"]})
