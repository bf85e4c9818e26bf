"""The two sheets: headings in the wording of the national roll sheet, other accepted headings, closed lists.

Wordings follow the national roll import form (JY/T 1001-2012 lists); columns that it does not have are ours.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from app.children.groups import ETHNIC_NAMES
from app.children.types import (
    DisabilityCategory,
    DocumentKind,
    GuardianRelation,
    Health,
    HukouKind,
    LeftBehind,
    Sex,
    TravelMode,
)
from app.imports.plain import plain_heading
from app.imports.types import Column, ImportKind, Sheet
from app.placements.types import PlacementKind
from app.roll.types import AttendanceMode, LrcKind
from app.schools.types import AreaKind, SchoolKind


def _words(**values: str) -> dict[str, str]:
    """Return wording → value from value="wording/other wording"."""
    return {word: value for value, words in values.items() for word in words.split("/")}


YES_NO = {
    "是": True,
    "否": False,
    "有": True,
    "无": False,
    "1": True,
    "0": False,
    "Y": True,
    "N": False,
    "√": True,
    "×": False,
}
HAS = {"有": True, "无": False, "是": True, "否": False, "1": True, "0": False}

SEX = _words(male="男/男性/1", female="女/女性/2")
DOCUMENTS = _words(
    resident_id="居民身份证/身份证/01/1",
    hk_macao_permit="港澳居民来往内地通行证/港澳通行证",
    taiwan_permit="台湾居民来往大陆通行证/台胞证",
    residence_permit="港澳台居民居住证/港澳台居住证",
    foreign_card="外国人永久居留身份证/外国人永久居留证",
    passport="护照",
    none="无/无证件",
    other="其他/其它",
)
HUKOU = _words(rural="农业家庭户口/农业户口/农业", urban="非农业家庭户口/非农业户口/非农业/城镇户口", other="其他/其它")
HEALTH = _words(good="健康或良好/健康/良好", fair="一般或较弱/一般/较弱", chronic="有慢性病/慢性病", disabled="残疾")
ATTENDANCE = _words(
    day="走读/1", boarding="住校/寄宿/住读/2", lodging="借宿/3", home="送教上门/送教", other="其他/其它/9"
)
LEFT_BEHIND = _words(
    no="非留守儿童/否/非留守", one_parent="单亲留守儿童/单亲留守", both_parents="双亲留守儿童/双亲留守"
)
LRC = _words(
    not_lrc="非随班就读/否",
    visual="视力残疾随班就读/视力残疾",
    hearing="听力残疾随班就读/听力残疾",
    intellectual="智力残疾随班就读/智力残疾",
    other="其他残疾随班就读/其他残疾",
)
NO_DISABILITY = "no_disability"
DISABILITY = _words(
    no_disability="无残疾/无",
    visual="视力残疾/视力",
    hearing="听力残疾/听力",
    speech="言语残疾/言语",
    physical="肢体残疾/肢体",
    intellectual="智力残疾/智力",
    psychiatric="精神残疾/精神",
    multiple="多重残疾/多重",
    other="其他残疾/其他/其它残疾",
)
DISABILITY_GRADES = {
    word: grade
    for grade, words in {
        1: "一级/1级/1/壹级/Ⅰ级",
        2: "二级/2级/2/贰级/Ⅱ级",
        3: "三级/3级/3/叁级/Ⅲ级",
        4: "四级/4级/4/肆级/Ⅳ级",
    }.items()
    for word in words.split("/")
}
PLACEMENT = _words(
    regular_class="随班就读/普通学校随班就读",
    special_class="特教班/普通学校附设特教班",
    special_school="特殊教育学校/特校",
    home="送教上门/送教",
    remote="远程教育/远程送教",
    welfare="儿童福利机构/福利机构",
    deferred="延缓入学/缓学",
)
TRAVEL = _words(
    walk="步行", bicycle="自行车", public="公共交通/公交", parent="家长接送", school_bus="校车", other="其他/其它"
)
RELATIONS = _words(
    father="父亲/父/爸爸",
    mother="母亲/母/妈妈",
    grandparent="祖父母或外祖父母/祖父/祖母/外祖父/外祖母/爷爷/奶奶/外公/外婆/祖父母/外祖父母",
    sibling="兄弟姐妹/哥哥/姐姐/弟弟/妹妹/兄/姐",
    other="其他/其它",
)
ENTRY = _words(**{word: word for word in ("就近入学", "统一招生考试", "体育特招", "艺术特招", "其他")})
SOURCE = _words(**{word: word for word in ("正常入学", "借读", "其他")})
GRADES = {
    word: grade
    for grade, words in {
        1: "一年级/1/1年级/小学一年级",
        2: "二年级/2/2年级/小学二年级",
        3: "三年级/3/3年级/小学三年级",
        4: "四年级/4/4年级/小学四年级",
        5: "五年级/5/5年级/小学五年级",
        6: "六年级/6/6年级/小学六年级",
        7: "七年级/7/7年级/初一/初中一年级",
        8: "八年级/8/8年级/初二/初中二年级",
        9: "九年级/9/9年级/初三/初中三年级",
    }.items()
    for word in words.split("/")
}
ETHNIC = {
    **{name: name for name in ETHNIC_NAMES},
    **{f"{code:02d}": name for code, name in enumerate(ETHNIC_NAMES, 1)},
    **{str(code): name for code, name in enumerate(ETHNIC_NAMES, 1)},
    **{name.removesuffix("族"): name for name in ETHNIC_NAMES},
    "其他": "其他",
    "97": "其他",
    "外国血统中国籍人士": "外国血统中国籍人士",
    "98": "外国血统中国籍人士",
    "未识别民族": "其他",
    "穿青人": "穿青人",
}
SCHOOL_KINDS = _words(
    primary="小学",
    teaching_point="教学点/小学教学点",
    junior="初级中学/初中",
    nine_year="九年一贯制学校/九年一贯制",
    complete_secondary="完全中学",
    special="特殊教育学校/特校",
    other="其他/其它",
)
AREAS = _words(city="城区", town="镇区", village="乡村")


def _column(key: str, heading: str, *synonyms: str, choices: Any = None, must: bool = False) -> Column:
    return Column(key, heading, must, synonyms, choices)


def _member(number: int, must: bool) -> tuple[Column, ...]:
    """The columns of a family member; only the first one's name, relation and duty are required."""

    def also(word: str) -> tuple[str, ...]:
        return (f"监护人{number}{word}", f"家庭成员{number}{word}", f"成员{'一二'[number - 1]}{word}")

    key = f"member{number}"
    return (
        _column(f"{key}_name", f"成员{number}姓名", *also("姓名"), must=must),
        _column(
            f"{key}_relation", f"成员{number}关系", *also("关系"), *also("与学生关系"), choices=RELATIONS, must=must
        ),
        _column(f"{key}_is_guardian", f"成员{number}是否监护人", *also("是否监护人"), choices=YES_NO, must=must),
        _column(f"{key}_phone", f"成员{number}联系电话", *also("联系电话"), *also("电话"), *also("手机号码")),
        _column(f"{key}_number", f"成员{number}身份证件号", *also("身份证件号"), *also("身份证号")),
        _column(f"{key}_address", f"成员{number}现住址", *also("现住址"), *also("住址")),
    )


CHILDREN = Sheet(
    ImportKind.CHILDREN,
    (
        _column("school_code", "学校标识码", "学校代码", "学籍学校标识码", must=True),
        _column("grade", "年级", "就读年级", choices=GRADES, must=True),
        _column("class_name", "班级", "班级名称", "班号"),
        _column("name", "姓名", "学生姓名", must=True),
        _column("sex", "性别", choices=SEX, must=True),
        _column("birth_on", "出生日期", "出生年月日", must=True),
        _column("document_kind", "身份证件类型", "证件类型", choices=DOCUMENTS, must=True),
        _column("document_number", "身份证件号", "身份证号", "身份证号码", "身份证件号码", "证件号码", must=True),
        _column("document_missing_reason", "无证件原因", "无身份证原因"),
        _column("pinyin", "姓名拼音"),
        _column("former_name", "曾用名"),
        _column("ethnic_group", "民族", choices=ETHNIC),
        _column("nationality", "国籍/地区", "国籍", "国籍地区"),
        _column("hukou_code", "户口所在地行政区划代码", "户口所在地行政区划", "户口所在地"),
        _column("hukou_kind", "户口性质", "户口类型", choices=HUKOU),
        _column("health", "健康状况", choices=HEALTH),
        _column("student_number", "全国学籍号", "学籍号", "全国学籍编号"),
        _column("class_number", "班内学号", "学号"),
        _column("entered_month", "入学年月"),
        _column("entry_kind", "入学方式", choices=ENTRY),
        _column("attendance", "就读方式", choices=ATTENDANCE),
        _column("pupil_source", "学生来源", choices=SOURCE),
        _column("address", "现住址", "家庭住址", "家庭地址"),
        _column("town_code", "乡镇街道代码"),
        _column("longitude", "家庭经度"),
        _column("latitude", "家庭纬度"),
        _column("phone", "联系电话", "家庭联系电话"),
        _column("preschool", "是否受过学前教育", choices=YES_NO),
        _column("left_behind", "是否留守儿童", "留守儿童", choices=LEFT_BEHIND),
        _column("migrant", "是否进城务工人员随迁子女", "是否随迁子女", choices=YES_NO),
        _column("orphan", "是否孤儿", choices=YES_NO),
        _column("martyr_family", "是否烈士或优抚子女", choices=YES_NO),
        _column("lrc", "随班就读", choices=LRC),
        _column("disability", "残疾类型", "残疾类别", choices=DISABILITY, must=True),
        _column("disability_grade", "残疾等级", choices=DISABILITY_GRADES),
        _column("certificate", "残疾人证号", "残疾证号", "残疾人证号码"),
        _column("diagnosis", "医学诊断"),
        _column("placement", "安置方式", choices=PLACEMENT),
        _column("attending_code", "就读学校标识码"),
        _column("delivering_code", "送教学校标识码"),
        _column("needs_aid", "是否需要申请资助", choices=YES_NO),
        _column("boarding_aid", "是否享受一补", choices=YES_NO),
        _column("distance_km", "上下学距离"),
        _column("travel_mode", "上下学交通方式", choices=TRAVEL),
        *_member(1, must=True),
        *_member(2, must=False),
    ),
)

SCHOOLS = Sheet(
    ImportKind.SCHOOLS,
    (
        _column("code", "学校标识码", "学校代码", must=True),
        _column("name", "学校名称", must=True),
        _column("kind", "办学类型", choices=SCHOOL_KINDS, must=True),
        _column("division_code", "所属区县代码", "区县代码", must=True),
        _column("unit", "管理单位"),
        _column("town_code", "乡镇街道代码"),
        _column("address", "学校地址", "地址"),
        _column("longitude", "经度"),
        _column("latitude", "纬度"),
        _column("area", "城乡分类", choices=AREAS),
        _column("principal", "校长姓名", "校长"),
        _column("telephone", "联系电话"),
        _column("receives", "是否接收残疾学生", choices=YES_NO, must=True),
        _column("resource_room", "资源教室", choices=HAS),
        _column("special_teachers", "特教教师数"),
        _column("special_places", "特教学位数"),
        _column("opened_on", "启用日期"),
        _column("closed_on", "停用日期"),
        _column("successor_code", "并入学校标识码"),
        _column("former_name", "曾用名"),
    ),
)

DAYS = frozenset({"birth_on", "opened_on", "closed_on"})
"""Columns that hold a day."""

UNITS = frozenset(
    {"管理单位", "所属单位", "主管单位", "主管部门", "所属区县", "所属区县代码", "区县", "区县代码", "教委"}
)
"""Headings of a children's sheet that name the unit: it follows from the school, so they are not read."""

SHEETS = {ImportKind.CHILDREN: CHILDREN, ImportKind.SCHOOLS: SCHOOLS}

_ENUMS = (
    Sex,
    DocumentKind,
    HukouKind,
    Health,
    AttendanceMode,
    LeftBehind,
    LrcKind,
    PlacementKind,
    TravelMode,
    GuardianRelation,
    SchoolKind,
    AreaKind,
    DisabilityCategory,
)
_BY_ENUM = dict(
    zip(
        _ENUMS,
        (
            SEX,
            DOCUMENTS,
            HUKOU,
            HEALTH,
            ATTENDANCE,
            LEFT_BEHIND,
            LRC,
            PLACEMENT,
            TRAVEL,
            RELATIONS,
            SCHOOL_KINDS,
            AREAS,
            DISABILITY,
        ),
        strict=True,
    )
)
for _enum, _wordings in _BY_ENUM.items():  # a wording for something we do not have, or none for something we have
    if {str(member) for member in _enum} != set(_wordings.values()) - {NO_DISABILITY}:
        raise ValueError(f"wordings of {_enum.__name__} and its members differ")


@cache
def headings(kind: ImportKind) -> dict[str, str]:
    """Return every accepted heading of a sheet, plain, with its column's key."""
    found: dict[str, str] = {}
    for column in SHEETS[kind].columns:
        for words in (column.heading, *column.synonyms):
            found.setdefault(plain_heading(words), column.key)
    return found


def wording(column: Column, value: object) -> str:
    """Return a value as the sheet words it: the first wording of a closed list, otherwise the plain text."""
    if value is None:
        return ""
    if column.choices is not None:
        return next(
            (word for word, kept in column.choices.items() if kept == value and type(kept) is type(value)), str(value)
        )
    return str(value)
