"""What else stands in a cell of a name, and characters that other programs would change."""

import unicodedata

import pytest

from app.kernel.names import check_name, normalise_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张三（低保）", "张三"),
        ("张三(低保)", "张三"),
        ("张三 （女）", "张三"),
        ("李四*", "李四"),
        ("李四＊", "李四"),
        ("李四★", "李四"),
        ("李四#", "李四"),
        ("李四√", "李四"),
        ("张三1", "张三"),
        ("张三１", "张三"),
        ("1.张三", "张三"),
        ("①张三", "张三"),
        ("1、张三", "张三"),
        ("【张三】", "张三"),
        ("“张三”", "张三"),
        ("'张三", "张三"),
        ("张三.", "张三"),
        ("张三（8月转出", "张三"),
        ("张三\n(转学)", "张三"),
        ("阿依·古丽（低保）", "阿依·古丽"),
        ("Anna (2班)", "Anna"),
        ("〔小〕张三", "张三"),
        ("*张三", "张三"),
        ("𬱖䶮（随班）", "𬱖䶮"),
    ],
)
def test_a_remark_is_named_with_the_name_alone(text, name):
    found = check_name(text)
    assert found.problem.code == "name_remark" and found.problem.values["name"] == name
    assert check_name(name).ok


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("张三;", "name_remark"),
        ("张三&李四", "name_several"),
        ("张*", "name_masked"),
        ("张**", "name_masked"),
        ("*三", "name_masked"),
        ("张三/李四", "name_dot"),
        ("张\ue000三", "name_private_use"),
        ("张?", "name_character_lost"),
        ("123", "name_character"),
    ],
)
def test_what_is_no_mere_remark(text, code):
    assert check_name(text).problem.code == code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ａｎｎａ", "Anna"),
        ("Ａｎｎａ　Ｍａｒｉａ", "Anna Maria"),
        ("Ｏ＇Ｎｅｉｌ", "O'Neil"),
        ("ｊｅａｎ－Ｐａｕｌ", "jean-Paul"),
    ],
)
def test_full_width_letters_are_read_and_said(text, name):
    found = check_name(text)
    assert found.value == name == normalise_name(text) and [one.code for one in found.problems] == ["name_full_width"]


@pytest.mark.parametrize("sign", ["\uf9e8", "\uf900", "\ufa1e", "\U0002f800", "\U0002fa1d"])
def test_characters_of_two_forms_are_kept_and_named(sign):
    found = check_name(f"王{sign}")
    assert found.value == f"王{sign}" != unicodedata.normalize("NFC", f"王{sign}")
    assert [one.code for one in found.warnings] == ["name_compatibility"]
    assert found.warnings[0].values["instead"] == unicodedata.normalize("NFC", sign)


@pytest.mark.parametrize("sign", ["﨑", "﨎", "﨟", "㐂", "𬱖", "〇"])
def test_characters_of_one_form_are_not(sign):
    assert check_name(f"山{sign}").value == f"山{sign}" and not check_name(f"山{sign}").problems


@pytest.mark.parametrize(
    "text", ["张 三", "张　三", "张\u00a0三", "张\u200b三", "\ufeff张三", "张\u2003三", "张\u2060三"]
)
def test_blanks_and_unseen_marks_inside(text):
    assert check_name(text).value == "张三" and not check_name(text).problems
