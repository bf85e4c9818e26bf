"""Numbers inside names are sorted as numbers."""

from __future__ import annotations

import pytest

from app.kernel.order import counted
from app.kernel.sounds import reading_of


@pytest.mark.parametrize(
    "names",
    [
        ["第1组", "第2组", "第9组", "第10组", "第19组", "第21组", "第100组"],
        ["A", "A1", "A1b2", "A1b10", "A2", "B"],
        ["", "1", "2", "１０", "甲"],
        ["第一组", "第二组1", "第二组12"],
        [
            "第一小学",
            "第二小学",
            "第九小学",
            "第十小学",
            "第十一小学",
            "第二十小学",
            "第一百零五小学",
            "第一百一十小学",
        ],
        ["重庆市一中", "重庆市三中", "重庆市八中", "重庆市十一中", "重庆市110中", "重庆市育才中学"],
        ["一年级二班", "一年级十班", "三年级一班"],
        ["第九组", "第10组", "第十一组"],
        ["千秋村", "三峡路小学"],
    ],
)
def test_names_stand_in_the_order_in_which_people_count(names):
    turned = names[::-1]
    turned.sort(key=counted)
    assert turned == names


def test_what_is_no_number_goes_by_sound():
    names = ["万三乔小学", "张家坝小学", "第十小学", "安子小学", "第二小学", "鞍子小学", "第十小学（北）"]
    assert sorted(names, key=counted) == [
        "安子小学",
        "鞍子小学",
        "第二小学",
        "第十小学",
        "第十小学（北）",
        "万三乔小学",
        "张家坝小学",
    ]


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("长寿区实验小学", "chang shou qu shi yan xiao xue"),
        ("重庆市长寿中学", "chong qing shi chang shou zhong xue"),
        ("长滩镇中心校", "chang tan zhen zhong xin xiao"),
        ("乐天小学", "le tian xiao xue"),
        ("解放路小学", "jie fang lu xiao xue"),
        ("曾家镇小学", "zeng jia zhen xiao xue"),
        ("校长路小学", "xiao zhang lu xiao xue"),
    ],
)
def test_nothing_in_the_name_of_a_school_is_a_surname_but_before_home(name, spoken):
    assert reading_of(name)[0] == spoken


def test_a_place_stands_where_its_sound_is():
    names = ["石桥小学", "长寿湖小学", "安居小学", "张家坝小学", "解放路小学"]
    assert sorted(names, key=counted) == ["安居小学", "长寿湖小学", "解放路小学", "石桥小学", "张家坝小学"]
