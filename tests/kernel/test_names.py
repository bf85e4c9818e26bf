import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.names import SplitName, check_name, mask_name, normalise_name, split_name
from app.kernel.pinyin import pinyin_of, sort_key


@pytest.mark.parametrize(
    "name",
    [
        "冉䶮怡",
        "㛃",
        "𬱖𫘧",
        "阿依古丽·买买提",
        "欧阳娜娜",
        "隆\uf9dc",
        "\U0002f80b",
        "\U00030edd",
        "\U000323b0",
        "\U0002ebf0",
        "葛\U000e0100明",
        "〇",
        "John Smith",
        "René O’Neil",
        "J.-P. 王",
    ],
)
def test_names_are_kept_exactly(name):
    assert check_name(name).value == name


@pytest.mark.parametrize("dot", "・･•．‧∙⋅·")
def test_every_dot_becomes_the_middle_dot(dot):
    assert check_name(f"阿依古丽{dot}买买提").value == "阿依古丽·买买提"
    assert check_name(f"阿依古丽 {dot} 买买提").value == "阿依古丽·买买提"


def test_a_full_stop_between_han_characters_is_a_dot_and_elsewhere_itself():
    assert normalise_name("买买提.艾力") == "买买提·艾力"
    assert normalise_name("J. Smith") == "J. Smith"


def test_blanks_and_invisible_marks_are_tidied():
    assert normalise_name(" 王　芳 ") == "王芳"
    assert normalise_name("\ufeff李\u200b明\n") == "李明"
    assert normalise_name("John   Smith") == "John Smith"


def test_composition_changes_letters_but_not_compatibility_characters():
    assert normalise_name("Rene\u0301") == "René"
    assert normalise_name("\uf9dc") == "\uf9dc"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("李\ue863", "name_private_use", "U+E863"),
        ("李\U000f0001", "name_private_use", "U+F0001"),
        ("⼦明", "name_radical", "子"),
        ("王?", "name_character_lost", "U+003F"),
        ("王？明", "name_character_lost", "UTF-8"),
        ("王\ufffd", "name_character_lost", "U+FFFD"),
        ("王5", "name_remark", "王"),
        ("王芳（女）", "name_remark", "王芳"),
        ("·", "name_shape", "·"),
        ("王·", "name_shape", "王·"),
        ("王" * 61, "name_long", "61"),
    ],
)
def test_what_cannot_be_a_name_is_named(text, code, said):
    checked = check_name(text)
    assert checked.value is None
    assert checked.problem.code == code
    assert said in checked.problem.text()


def test_an_empty_name_is_no_value_and_no_problem():
    assert check_name(" ").ok and check_name(None).value is None


@pytest.mark.parametrize(
    ("name", "family", "given_name"),
    [
        ("陈明", "陈", "明"),
        ("欧阳娜娜", "欧阳", "娜娜"),
        ("欧阳", "欧", "阳"),
        ("𬱖𫘧", "𬱖", "𫘧"),
        ("㛃", "㛃", ""),
        ("阿依古丽·买买提", "", "阿依古丽·买买提"),
        ("John Smith", "", "John Smith"),
        ("", "", ""),
        ("葛\U000e0100明", "葛\U000e0100", "明"),
    ],
)
def test_split(name, family, given_name):
    assert split_name(name) == SplitName(family, given_name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("陈明", "陈*"),
        ("欧阳娜娜", "欧阳**"),
        ("冉䶮怡", "冉**"),
        ("㛃", "*"),
        ("阿依古丽·买买提", "阿***·***"),
        ("John Smith", "J*** S****"),
        ("𬱖𫘧", "𬱖*"),
        ("葛明\U000e0100", "葛*"),
        ("", ""),
    ],
)
def test_mask(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("冉艳怡", "ran yan yi", "ryy"),
        ("冉䶮怡", "ran yan yi", "ryy"),
        ("单雄", "shan xiong", "sx"),
        ("仇英", "qiu ying", "qy"),
        ("曾国", "zeng guo", "zg"),
        ("解缙", "xie jin", "xj"),
        ("覃婷", "qin ting", "qt"),
        ("㛃", "jie", "j"),
        ("𬱖𫘧", "di lu", "dl"),
        ("欧阳娜娜", "ou yang na na", "oynn"),
        ("万俟晓", "mo qi xiao", "mqx"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("吕布", "lv bu", "lb"),
        ("阿依古丽·买买提", "a yi gu li mai mai ti", "ayglmmt"),
        ("John Smith", "john smith", "js"),
        ("René O’Neil", "rene oneil", "ro"),
        ("", "", ""),
    ],
)
def test_pinyin(name, full, initials):
    found = pinyin_of(name)
    assert (found.full, found.initials) == (full, initials)
    assert (found.full_variants[0], found.initials_variants[0]) == (full, initials)


def test_either_reading_finds_the_name():
    assert {"qin ting", "tanting", "tt", "qt"} <= set(pinyin_of("覃婷").search_forms)
    assert {"zeng le le", "zeng yue le", "zyl"} <= set(pinyin_of("曾乐乐").search_forms)
    assert {"lv bu", "lyubu"} <= set(pinyin_of("吕布").search_forms)


def test_the_surname_is_not_read_as_a_word():
    assert "dan xiong" not in pinyin_of("单雄").full_variants
    assert "chou ying" not in pinyin_of("仇英").full_variants


def test_a_compatibility_form_is_found_by_the_sound_of_its_character():
    assert pinyin_of("王\uf9dc").full == pinyin_of("王隆").full == "wang long"


def test_a_character_without_a_known_reading_stands_for_itself():
    assert pinyin_of("王\U0002ebf0").full == "wang \U0002ebf0"


def test_a_long_name_keeps_every_single_other_reading():
    forms = pinyin_of("乐行长乐行长乐行长").full_variants
    assert len(forms) < 60
    assert any(form.startswith("le ") for form in forms) and any(form.endswith("chang") for form in forms)


def test_order_is_by_sound_tone_and_character():
    names = ["张伟", "阿依古丽·买买提", "李明", "里明", "李安", "林安", "欧阳娜娜", "单雄", "㛃", "𬱖𫘧", "John Smith"]
    assert sorted(names, key=sort_key) == [
        "阿依古丽·买买提",
        "𬱖𫘧",
        "㛃",
        "John Smith",
        "李安",
        "李明",
        "里明",
        "林安",
        "欧阳娜娜",
        "单雄",
        "张伟",
    ]


@given(st.text(max_size=20))
def test_any_text_is_checked_masked_and_read(text):
    name = check_name(text).value
    assert normalise_name(normalise_name(text)) == normalise_name(text)
    if name is not None:
        assert check_name(name).value == name
        assert mask_name(name) != name
        assert pinyin_of(name).full and sort_key(name)


@given(st.text(alphabet="冉䶮怡㛃𬱖𫘧王单欧阳", min_size=1, max_size=5))
def test_family_and_given_make_the_whole_name(name):
    split = split_name(name)
    assert split.family + split.given == name
    assert len(mask_name(name)) == len(name)


def test_a_text_far_too_long_for_a_name_is_not_read_as_one():
    long = " 王　" * 40_000
    assert normalise_name(long) == long
    assert [problem.code for problem in check_name(long).problems] == ["name_long"]


def test_rare_characters_pass_alone_as_they_do_beside_others():
    """Names of Han characters alone are checked the quick way; beside a dot every character is looked at."""
    blocks = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2A6DF), (0x2A700, 0x2EE5D), (0x30000, 0x33479))
    for character in (chr(place) for first, last in blocks for place in (*range(first, last, 61), last)):
        for name in (f"王{character}", f"王·{character}"):
            assert (check_name(name).value, check_name(name).problems) == (name, ())
        assert split_name(character + "明") == SplitName(character, "明")
