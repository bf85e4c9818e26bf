"""The two spreadsheets with which the whole way begins: schools and children, some rows of them wrong."""

from __future__ import annotations

import io

import xlsxwriter

from tests.support.journey import with_check

SCHOOL, SPECIAL = "2150024301", "5150024301"
CHILD, GUARDIAN = "冉䶮一", "谭𬱖"
SCHOOLS_SHEET = [
    ["学校标识码", "学校名称", "办学类型", "所属区县代码", "是否接收残疾学生", "经度", "纬度", "城乡分类", "备注"],
    [SCHOOL, "郁山镇中心校", "小学", "500243", "是", "108.20", "29.30", "镇区", "老校区"],
    [SPECIAL, "彭水县特殊教育学校", "特殊教育学校", "500243", "是", "108.17", "29.29", "城区", ""],
    ["123", "写错代码的学校", "小学", "500243", "是", "", "", "", ""],
]
HEADINGS = [
    "姓名",
    "性别",
    "出生日期",
    "身份证件类型",
    "身份证件号",
    "学校标识码",
    "年级",
    "残疾类型",
    "残疾等级",
    "就读方式",
    "安置方式",
    "送教学校标识码",
    "全国学籍号",
    "随班就读",
    "家庭经度",
    "家庭纬度",
    "成员1姓名",
    "成员1关系",
    "成员1是否监护人",
    "成员1联系电话",
    "班主任",
]


def _child(
    name: str,
    birth: str,
    serial: str,
    guardian: str,
    *,
    attendance="",
    placement="",
    delivering="",
    on_roll=True,
    lrc="",
    point=("", ""),
    number: str = "",
) -> list[str]:
    number = number or with_check(f"509999{birth}{serial}")
    sex = "男" if int(serial[2]) % 2 else "女"
    return [
        name,
        sex,
        f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
        "居民身份证",
        number,
        SCHOOL,
        "四年级",
        "智力残疾",
        "二级",
        attendance,
        placement,
        delivering,
        f"G{number}" if on_roll else "",
        lrc,
        *point,
        guardian,
        "母亲",
        "是",
        "13900000001",
        "陈老师",
    ]


CHILDREN_SHEET = [
    HEADINGS,
    _child(CHILD, "20160901", "012", GUARDIAN, on_roll=False, point=("108.215", "29.318")),
    _child(
        "龙·阿依",
        "20170315",
        "014",
        "龙㛃",
        attendance="送教上门",
        placement="送教上门",
        delivering=SCHOOL,
        point=("108.19", "29.28"),
    ),
    _child("谭㛃", "20160229", "016", "谭强", attendance="走读", placement="随班就读", lrc="智力残疾随班就读"),
    _child("田小满", "20160811", "011", "田强", attendance="走读", placement="随班就读", number="509999201608110110"),
]


def xlsx(rows: list[list[str]]) -> bytes:
    """The rows as text cells of a spreadsheet."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, cells in enumerate(rows):
            for place, text in enumerate(cells):
                sheet.write_string(at, place, text)
    return stream.getvalue()
