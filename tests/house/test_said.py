"""What the form libraries say by themselves is said in our words, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import flask_wtf
import pytest
import wtforms

from app.web.said import OURS, Said

FOLDERS = [Path(one.__file__).parent for one in (wtforms, flask_wtf)]


def said_by_default() -> set[str]:
    """Every text that the libraries hand to their translation, as written in their source."""
    found = set()
    for path in (path for folder in FOLDERS for path in folder.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"gettext", "ngettext"}:
                found |= {
                    one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return found


def test_every_default_message_has_words_of_ours():
    assert len(said_by_default()) > 30
    assert said_by_default() - OURS.keys() == set()


@pytest.mark.parametrize("text", sorted(OURS))
def test_each_is_said_in_chinese_and_with_the_same_values(app, text):
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        chinese, many = Said().gettext(text), Said().ngettext(text, text, 2)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        english = Said().gettext(text)
    assert chinese == many and any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
    assert english == OURS[text] and english.isascii()
    for words in (chinese, english):
        said = words.format(extensions="xlsx") if "{" in words else words
        assert said % ("x" if "%s" in said else {"min": 1, "max": 2, "values": "x", "other_name": "x", "value": "x"})


def test_the_words_that_carry_values_of_their_own_are_not_used():
    """The bounds of a file's size stand in the text itself before it can be translated."""
    sources = [path.read_text(encoding="utf-8") for path in Path("app").rglob("*.py")]
    assert not any("FileSize(" in text or "Email(" in text for text in sources)
