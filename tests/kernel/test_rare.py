"""Rare characters are found by code, parts and sound."""

import pytest

from app.kernel.pinyin import pinyin_of
from app.kernel.rare import find_characters


def found(question: str) -> str:
    answer = find_characters(question)
    assert not answer.problems
    return "".join(one.character for one in answer.value.shown)


@pytest.mark.parametrize("question", ["U+2CC56", "2CC56", "2cc56", "&#x2CC56;", "&#183382;", "0x2CC56", " u+2cc56 "])
def test_a_code_names_one_character(question):
    assert found(question) == "𬱖"


@pytest.mark.parametrize(
    ("parts", "character"),
    [
        ("由页", "𬱖"),
        ("页由", "𬱖"),
        ("由 页", "𬱖"),
        ("龙天", "䶮"),
        ("马录", "𫘧"),
        ("方土", "堃"),
        ("⿰由页", "𬱖"),
        ("氵万", "𬇕"),
        ("水万", "𬇕"),
        ("王乐", "𬍛"),
        ("龍龍龍龍", "𪚥"),
        ("㓞女", "㛃"),
    ],
)
def test_parts_find_their_character_first(parts, character):
    assert found(parts)[0] == character


def test_a_part_may_be_deeper_and_must_be_there_as_often_as_it_was_typed():
    assert "㛃" in found("刀女 jie")
    assert "森" in found("木木木")
    assert "林" not in found("木木木")


@pytest.mark.parametrize(
    ("sound", "character"),
    [
        ("di", "𬱖"),
        ("yan", "䶮"),
        ("lu", "𫘧"),
        ("lu4", "𫘧"),
        ("DI", "𬱖"),
        ("di 由", "𬱖"),
        ("天yan", "䶮"),
    ],
)
def test_a_sound_finds_the_characters_of_names_among_the_first(sound, character):
    assert character in found(sound)[:12]


def test_a_sound_leaves_out_what_every_keyboard_has_and_says_how_many_there_are():
    answer = find_characters("yan").value
    assert "燕" not in found("yan")
    assert answer.total > len(answer.shown) == 60
    assert len(find_characters("yan", most=5).value.shown) == 5


def test_a_tone_narrows():
    assert 0 < find_characters("lu4").value.total < find_characters("lu").value.total
    assert "𫘧" not in found("lu3")


def test_a_candidate_says_its_code_reading_and_parts():
    (one,) = find_characters("U+2CC56").value.shown
    assert (one.code, one.readings, one.components) == ("U+2CC56", ("dí",), "由页")


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("U+0041", "rare_code"),
        ("1F600", "rare_code"),
        ("U+E000", "rare_code"),
        ("U+FFFFFF", "rare_code"),
        ("di yan", "rare_unknown"),
        ("%%%", "rare_unknown"),
        ("由" * 61, "rare_long"),
        ("123", "rare_unknown"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(question, code):
    answer = find_characters(question)
    assert answer.value is None
    assert [problem.code for problem in answer.problems] == [code]
    assert "%(" not in answer.problems[0].text()


def test_nothing_asked_gives_nothing_and_nothing_found_is_no_problem():
    assert find_characters("  ") == find_characters(None)
    assert find_characters("").value is None
    assert find_characters("龘龘龘龘").value.total == 0


@pytest.mark.parametrize("character", "𬱖䶮𫘧㛃𬇕𬍛")
def test_what_a_sound_finds_is_read_the_same_way_in_a_name(character):
    (one,) = find_characters(f"U+{ord(character):X}").value.shown
    assert character in found(f"{pinyin_of('陈' + character).full.split()[1]} {one.components}")
