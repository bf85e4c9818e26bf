"""What stands between two texts of a page: signs and brackets of its language; headings beside cells on phones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask_babel import force_locale
from markupsafe import Markup

from app.web.filters import aside, headed, mark
from app.web.quick import switch
from tests.conftest import close, make_app

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NARROW = re.compile(r"(?:\}\}|%\})(?:</a>|</b>)?(?:: |; |, |\. )(?=\{|<)| \(\{\{")
KEPT = {"accounts/show_audit.html": "names of columns are no words", "timetables/show_map.html": "a number in a list"}
"""Templates that write a sign themselves, and why."""


@pytest.mark.parametrize(
    ("language", "signs", "brackets"), [("zh_Hans", "：，；。", "（&lt;一&gt;）"), ("en", ": , ; . ", " (&lt;一&gt;)")]
)
def test_signs_and_brackets_follow_the_language(app, language, signs, brackets):
    with app.test_request_context("/"), force_locale(language):
        assert "".join(map(mark, ":,;.")) == signs
        assert str(aside("<一>")) == brackets


@pytest.mark.parametrize("quick", [True, False])
def test_a_fixed_text_is_said_in_the_language_of_the_page(instance, database_url, quick):
    """Not in that of whoever asked for the template first."""
    application = make_app(instance, database_url, QUICK=quick)
    with application.test_request_context("/"):
        template = application.jinja_env.from_string('{{ ".xlsx"|aside }}')
        for language, said in (("zh_Hans", "（.xlsx）"), ("en", " (.xlsx)")):
            with force_locale(language):
                assert template.render() == said
    close(application)
    switch.on = True


def test_each_cell_gets_the_heading_of_its_column(app):
    rows = Markup('<tr><th scope="row">甲</th><td class="num">1</td></tr>\n<tr><th>乙</th><td></td></tr>')
    assert headed(rows, ["姓名", {"label": 'a"b'}]) == Markup(
        '<tr><th scope="row">甲</th><td data-heading="a&#34;b" class="num">1</td></tr>\n'
        '<tr><th>乙</th><td data-heading="a&#34;b"></td></tr>'
    )


def test_no_template_writes_a_sign_of_one_language_between_two_texts():
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        words = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if name not in KEPT and not name.startswith("print/"):
            found += [f"{name}: …{words[max(0, one.start() - 40) : one.end() + 20]}…" for one in NARROW.finditer(words)]
    assert not found, 'use mark(":") and the filter aside:\n' + "\n".join(found)
