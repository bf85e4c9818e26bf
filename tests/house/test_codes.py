"""What rows keep can always be shown: a code never goes, its words ask for nothing that rows lack."""

import ast
import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from app.children.models import TimelineEvent
from app.db import db
from app.kernel import sentences
from app.kernel.retired import RETIRED
from app.timetables.models import UnservedNeed
from app.translations import build
from app.translations.codes import broken, declared, find_codes, grown, names_in

FORMER = "18cbc5af7f4c8546ea4cec043e2f55e0e3e8335ee026c1f132a2100f287cebc8"
WRITERS = {"tell", "NewEvent", "Reason", "Remedy", "Relaxation", "Shortage"}
SAYING = [f"app/routing/{name}.py" for name in ("reason_words", "relax", "relaxations", "shortages", "rollout")]
SAYING += [f"app/routing/{name}.py" for name in ("substitutes", "bound/words", "repair/calls")]
PLACE = re.compile(r"%\(\w+\)")


@pytest.fixture(scope="module")
def found():
    return find_codes(build.ROOT)


def test_a_code_says_one_thing(found):
    assert found.contradictions == []


def test_the_kept_sentences_are_those_that_are_declared(found):
    assert sentences.sentences() == found.sentences, "run: python -m app.translations.build"


def test_no_kept_code_goes_and_none_asks_for_more_values(found):
    assert broken(build.kept_codes(), found.sentences) == []


def test_every_code_is_in_the_kept_list(found):
    assert grown(build.kept_codes(), found.sentences) == build.kept_codes(), "run: python -m app.translations.build"


def test_every_code_has_words_in_both_languages(found):
    chinese = {message.id: message.string for message in build.build().catalog if isinstance(message.id, str)}
    assert [code for code, text in found.sentences.items() if not (text.strip() and chinese.get(text))] == []


def test_the_words_of_former_rows_are_never_edited():
    assert sha256(sentences.FORMER.read_bytes()).hexdigest() == FORMER


def test_every_former_text_has_words_that_need_no_more_than_it_had(found):
    for text, codes in sentences.former().items():
        for code in codes.split():
            assert set(names_in(found.sentences[code])) <= set(names_in(text)), (code, text)


def test_what_nothing_says_any_more_is_said_nowhere_else():
    said = {text for path in Path("app").rglob("*.py") if path.name != "retired.py" for text in marked(path)}
    assert [text for text in RETIRED if text in said] == []


def marked(path):
    """The texts in N_ and S_ of a module."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"N_", "S_"}:
            yield from (one.value for one in node.args[-1:] if isinstance(one, ast.Constant))


def test_a_lost_code_and_a_sentence_that_asks_for_more_are_named():
    kept = {"gone": "", "more": "count", "same": "day"}
    lines = broken(kept, {"more": "%(count)s of %(day)s", "same": "%(day)s", "new": "%(day)s"})
    assert [re.match(r"'(\w+)'", line)[1] for line in lines] == ["gone", "more"]


def test_the_kept_list_only_grows():
    assert grown({"gone": "", "more": "count"}, {"more": "%(day)s", "new": "%(day)s"}) == {
        "gone": "",
        "more": "count",
        "new": "day",
    }


def test_codes_are_found_where_they_are_declared():
    module = """
Problem("plain", "Plain.")
Problem("marked", N_("Marked %(x)s."), {"x": 1})
refused(code="named", message="Named.")
refuse("wrapped", N_("Wrapped."), "field")
LATER = S_("later.said", "Later.")
Problem("unmarked", LATER)
describe(Kind, one=N_("One"), two=N_("Two"))
Instrument("no_code", N_("Words"))
N_("no code")
"""
    assert {code: text for code, text, _line in declared(ast.parse(module))} == {
        "plain": "Plain.",
        "marked": "Marked %(x)s.",
        "named": "Named.",
        "wrapped": "Wrapped.",
        "later.said": "Later.",
        "Kind.one": "One",
        "Kind.two": "Two",
    }


def test_a_code_with_two_sentences_is_named_with_both_places(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app/one.py").write_text('Problem("twice", "One.")\nProblem("twice", "Two.")\n', encoding="utf-8")
    assert find_codes(tmp_path).contradictions == ["'twice' says two things: app/one.py:1 and app/one.py:2"]


def test_the_files_are_one_code_a_line_in_order():
    for path in (sentences.SENTENCES, build.KEPT):
        content = json.loads(path.read_text(encoding="utf-8"))
        assert list(content) == sorted(content)
        assert len(path.read_text(encoding="utf-8").splitlines()) == len(content) + 2


@pytest.mark.parametrize("call", sorted(WRITERS))
def test_no_sentence_is_written_into_a_row_without_a_code(call):
    """Marked by N_ it has none; beside the code of a reason it has that one."""
    bare = [
        f"{path}:{node.lineno}"
        for path in Path("app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == call
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") == "N_"
    ]
    assert bare == []


@pytest.mark.parametrize("module", SAYING)
def test_what_the_engine_says_has_codes(module):
    tree = ast.parse(Path(module).read_bytes())
    told = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and PLACE.search(str(node.value))]
    coded = {text for _code, text, _line in declared(tree)}
    assert told and set(told) <= coded


def test_every_line_of_the_demo_is_kept_by_code(demo_app):
    with demo_app.app_context():
        assert (
            db.session.scalars(select(TimelineEvent.sentence).where(TimelineEvent.code.is_(None)).limit(5)).all() == []
        )
        codes = set(db.session.scalars(select(TimelineEvent.code).distinct()))
        assert codes <= set(build.kept_codes()) and len(codes) > 3
        for value in db.session.scalars(select(UnservedNeed.reasons)):
            assert all("message" not in one and sentences.sentence_of(one["said"]) for one in value)
