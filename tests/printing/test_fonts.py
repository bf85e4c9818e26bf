"""Rare characters are drawn by the expected fonts; what no font draws is known before printing."""

from __future__ import annotations

import json

import pytest

from app.printing import fonts
from app.printing.fonts import check_fonts, find_font_files, write_configuration
from app.printing.unprintable import coverage, missing_characters
from tests.printing.samples import page

RARE = "㛃𬱖𠅤䶮·𫖯𬀩𬭎𪚥𱅒𰻝𮧵㐂堃喆赟翀玥犇甯龘爨"
UNCOVERED = "\U0003347b"


def test_every_rare_character_is_covered_and_reads_back(printer, read_text):
    assert len(RARE) == 22
    lines = "".join(f"<p>第{place}字 {character} 完</p>" for place, character in enumerate(RARE))
    text = "".join(read_text(printer.render(page(lines)).pdf))
    for place, character in enumerate(RARE):
        assert f"第{place}字 {character} 完" in " ".join(text.split())


def test_a_rare_character_reads_back_in_bold_and_inside_a_name(printer, read_text):
    text = "".join(read_text(printer.render(page("<h1>欧阳𫘧·𱅒𪚥</h1>")).pdf))
    assert "欧阳𫘧·𱅒𪚥" in text


def test_only_the_expected_families_are_in_the_file(printer, read_fonts):
    found = read_fonts(printer.render(page(f"<h1>一人一案</h1><p>Plan {RARE}</p>")).pdf)
    families = {"Noto-Sans-SC", "Noto-Sans-SC-Bold", "HanaMinA-Medium", "HanaMinB-Medium", "BabelStone-Han"}
    assert set(found) <= families
    assert {"Noto-Sans-SC", "Noto-Sans-SC-Bold", "BabelStone-Han"} <= set(found)
    assert all(found.values()), "each font is embedded as a subset"


def test_a_font_that_a_document_asks_for_is_not_used_when_it_is_not_ours(printer, read_fonts):
    html = page('<p style="font-family: DejaVu Sans, serif">中文 abc</p>')
    assert set(read_fonts(printer.render(html).pdf)) == {"Noto-Sans-SC"}


def test_nothing_is_missing_in_ordinary_text(printing_folder):
    assert missing_characters("欧阳㛃，Plan 1 — “好”\n\t\u3000\u200b㐂\ufe00", printing_folder) == []


def test_missing_characters_are_listed_once_in_order(printing_folder):
    text = f"张{UNCOVERED}三\ue000{UNCOVERED}\U0010fffd"
    assert missing_characters(text, printing_folder) == [UNCOVERED, "\ue000", "\U0010fffd"]


def test_a_private_use_character_is_refused_although_a_font_draws_it(printing_folder):
    assert 0xE000 in coverage(printing_folder), "BabelStone Han draws it; another machine's font draws something else"
    assert missing_characters("\ue000", printing_folder) == ["\ue000"]


def test_kept_coverage_is_renewed_when_a_font_changes(tmp_path):
    fresh = coverage(tmp_path)
    kept = tmp_path / "coverage.json"
    content = json.loads(kept.read_text("utf-8"))
    kept.write_text(json.dumps({"key": content["key"], "ranges": [[65, 66]]}), "utf-8")
    assert coverage(tmp_path).starts == (65,), "the kept file is used while the fonts are the same"
    content["key"][0][1] += 1
    kept.write_text(json.dumps({"key": content["key"], "ranges": [[65, 66]]}), "utf-8")
    assert coverage(tmp_path) == fresh


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"key": 1}'])
def test_a_broken_kept_file_is_replaced(tmp_path, broken):
    (tmp_path / "coverage.json").write_text(broken, "utf-8")
    assert ord("案") in coverage(tmp_path)
    assert json.loads((tmp_path / "coverage.json").read_text("utf-8"))["ranges"]


def test_this_machine_has_all_that_printing_needs():
    assert check_fonts() == []


def test_a_missing_font_and_a_missing_library_say_what_to_install(monkeypatch):
    monkeypatch.setattr(fonts, "FONTS", (*fonts.FONTS, ("Lost Han", "LostHan.ttf", "fonts-lost-han")))
    monkeypatch.setattr(fonts, "LIBRARIES", (("liblost-subset.so.0", "liblost-subset0"),))
    library, font = check_fonts()
    assert (library.code, font.code) == ("missing_library", "missing_font")
    assert "liblost-subset0" in library.text()
    assert "fonts-lost-han" in font.text()


def test_the_configuration_names_our_fonts_and_no_other(tmp_path):
    text = write_configuration(tmp_path).read_text("utf-8")
    assert text.count("<acceptfont>") == 1
    assert "<rejectfont><glob>*</glob></rejectfont>" in text
    for path in find_font_files().values():
        assert f"<glob>{path}</glob>" in text
