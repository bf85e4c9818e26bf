"""The plan in plain words: what came from another program does not stand twice."""

from __future__ import annotations

import pytest

from app.plans.summary import _lines


@pytest.mark.parametrize(
    "line",
    [
        "会走路",
        "• 会走路",
        "•会走路",
        "  ●\t会走路",
        "· 会走路",
        "\uf0b7 会走路",
        "- 会走路",
        "– 会走路",
        "* 会走路",
        "• • 会走路",
        "■会走路",
        "◆ 会走路",
        "➢ 会走路",
        "\uf0d8 会走路",
    ],
)
def test_a_bullet_at_the_start_of_a_line_is_left_off(line):
    assert _lines(f"{line}\n\n{line}") == ("会走路", "会走路")


@pytest.mark.parametrize("line", ["-5℃以下不外出", "买买提·艾力会走路", "1. 会走路", "（一）会走路", "3个词的句子"])
def test_what_is_no_bullet_stays(line):
    assert _lines(line) == (line,)


def test_a_line_of_bullets_only_is_none():
    assert _lines("•\n• \n会走路") == ("会走路",)
