"""Every word of the screens has its Chinese."""

import io
import json
from gettext import GNUTranslations

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.translations import build
from app.translations.catalogue import extract, join, placeholders, read_parts

PYTHON = """
x = Problem("code", N_("nested %(x)s"), {"x": _("deep")})
y = refused("other", "plain")
z = ngettext("%(num)d child", "%(num)d children", n)
q = pgettext("month", "May")
f(text_of(x), dict(a=N_("in a dict")), message=_l("by keyword"))
_(variable)
"""
TEMPLATE = """<p title="{{ _('attribute') }}">{{ button(label=_("Save %(n)s", n=_("all"))) }}</p>"""


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "app/page.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "templates/page.html").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def parts(tmp_path):
    def write(**files):
        folder = tmp_path / "parts"
        folder.mkdir()
        for name, content in files.items():
            (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        return folder

    return write


def test_every_message_has_one_chinese_text_with_the_same_placeholders():
    joined = build.build()
    assert joined.complete, build.report(joined, with_unused=False)


def test_no_part_holds_a_text_that_nothing_shows():
    joined = build.build()
    assert joined.unused == []


SHARED = {"components": "web", "layouts": "web", "errors": "web", "print": "printing"}
"""Folders of templates that belong to no slice by their name."""


def test_a_word_stands_in_the_part_of_a_slice_that_says_it():
    """One part a folder: whoever looks for the words of a page finds them under the name of its slice."""
    said = {}
    for message in extract(build.ROOT):
        for text in message.id if isinstance(message.id, tuple) else (message.id,):
            key = f"{message.context}\x04{text}" if message.context else text
            said.setdefault(key, set()).update(_slice(place) for place, _line in message.locations)
    astray = [
        f"{path.stem}: {key}"
        for path in sorted((build.HERE / "parts").glob("*.json"))
        for key in json.loads(path.read_text(encoding="utf-8"))
        if path.stem not in said.get(key, ())
    ]
    assert astray == []


def _slice(place: str) -> str:
    _root, folder, *inside = place.split("/")
    return SHARED.get(folder, folder) if inside else "web"


def test_the_kept_catalogue_is_the_one_the_parts_make():
    assert build.PO.read_text(encoding="utf-8") == build.po_text(build.build().catalog), (
        "run: python -m app.translations.build"
    )


def test_messages_are_found_wherever_they_stand(tree):
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in extract(tree) if message.id}
    assert found == {
        "nested %(x)s",
        "deep",
        "plain",
        "%(num)d child",
        "May",
        "in a dict",
        "by keyword",
        "attribute",
        "Save %(n)s",
        "all",
    }


def test_a_missing_text_is_named_with_its_place(tree, parts):
    joined = join(extract(tree), *read_parts(parts(one={"plain": "普通"}))[:2])
    assert any("nested" in line and "app/page.py" in line for line in joined.missing)
    assert not any("plain" in line for line in joined.missing)


def test_two_parts_that_contradict_each_other_are_named(parts):
    _, _, conflicts = read_parts(parts(one={"plain": "普通"}, two={"plain": "平常"}))
    assert len(conflicts) == 1
    assert "普通" in conflicts[0] and "平常" in conflicts[0]


def test_a_text_that_loses_a_placeholder_is_named(tree, parts):
    joined = join(extract(tree), *read_parts(parts(one={"nested %(x)s": "没有空位"}))[:2])
    assert len(joined.placeholders) == 1


def test_a_text_for_no_message_is_named(tree, parts):
    assert join(extract(tree), *read_parts(parts(one={"gone": "没了"}))[:2]).unused == ["'gone' (one)"]


def test_a_part_that_is_no_object_of_texts_is_refused(parts):
    with pytest.raises(ValueError, match="one JSON object"):
        read_parts(parts(one={"plain": ["普通"]}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("%(a)s and %(b)d", ["%(a)", "%(b)"]), ("100%% sure", []), ("{name} %s", ["%s", "{name}"]), ("no", [])],
)
def test_placeholders_are_read(text, expected):
    assert placeholders(text) == expected


def test_plural_and_context_survive_the_way_to_the_compiled_file(tree, parts):
    chinese, origin, _ = read_parts(parts(one={"%(num)d child": "%(num)d 名儿童", "month\x04May": "五月"}))
    po = build.po_text(join(extract(tree), chinese, origin).catalog)
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(po.encode()), locale="zh_Hans"))
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    assert translations.pgettext("month", "May") == "五月"
    assert translations.ngettext("%(num)d child", "%(num)d children", 2) == "%(num)d 名儿童"
