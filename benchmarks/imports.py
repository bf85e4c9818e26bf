"""The whole import of a sheet of children against reading the same file and inserting its raw rows.

`python -m benchmarks.imports --rows 30000` prints both times, their ratio (at most 4) and the peak memory of each
process (under 500 MB). Each part runs in a process of its own on a fresh SQLite database.
"""

from __future__ import annotations

import random
from pathlib import Path

import xlsxwriter

from app.imports.columns import CHILDREN
from app.kernel.identifiers import resident_check

FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文冉"
GIVEN = "子涵浩宇欣怡梓轩雨桐思源嘉豪诗琪俊杰雅婷宇航梦瑶天佑佳怡博文语嫣晨曦一诺皓轩若汐明哲静怡志强丽娟建国秀英㛃𬱖䶮𫘧"
DISTRICT = "500101"


def number(rng: random.Random, place: int, year: int, male: bool) -> str:
    """A number of the never-issued area 509999 with a right check character, a different one for each place."""
    day = f"{year}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    first = f"509999{day}{(place % 499) * 2 + (1 if male else 2):03d}"
    return first + resident_check(first)


def rows(count: int, seed: int = 1, schools: tuple[str, ...] = ("2150000001",)) -> list[dict[str, str]]:
    """Return realistic rows by column key; every child is a different person."""
    rng, made, taken = random.Random(seed), [], set()
    for place in range(count):
        male = rng.random() < 0.6
        own = number(rng, place, rng.randint(2010, 2019), male)
        while own in taken:
            own = number(rng, rng.randint(0, 498), rng.randint(2010, 2019), male)
        taken.add(own)
        made.append(_row(rng, place, own, male, schools))
    return made


def _name(rng: random.Random) -> str:
    return rng.choice(FAMILY) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))


def _row(rng: random.Random, place: int, own: str, male: bool, schools: tuple[str, ...]) -> dict[str, str]:
    home = rng.random() < 0.2
    category = rng.choice(("智力残疾", "肢体残疾", "精神残疾", "多重残疾", "听力残疾", "言语残疾", "视力残疾"))
    digit = {"视力残疾": 1, "听力残疾": 2, "言语残疾": 3, "肢体残疾": 4, "智力残疾": 5, "精神残疾": 6, "多重残疾": 7}[category]
    grade = rng.randint(1, 4)
    school = schools[place % len(schools)]
    lrc = {"视力残疾": "视力残疾随班就读", "听力残疾": "听力残疾随班就读", "智力残疾": "智力残疾随班就读"}.get(category, "其他残疾随班就读")
    row = {
        "school_code": school, "grade": "一二三四五六"[rng.randint(0, 5)] + "年级", "class_name": f"{rng.randint(1, 6)}班",
        "name": _name(rng), "sex": "男" if male else "女",
        "birth_on": f"{own[6:10]}-{own[10:12]}-{own[12:14]}", "document_kind": "居民身份证", "document_number": own,
        "ethnic_group": rng.choice(("汉族", "汉族", "土家族", "苗族")), "nationality": "中国", "hukou_code": DISTRICT,
        "hukou_kind": rng.choice(("农业家庭户口", "非农业家庭户口")), "health": "残疾", "student_number": f"G{own}",
        "class_number": str(rng.randint(1, 50)), "entered_month": "202309", "entry_kind": "就近入学",
        "attendance": "送教上门" if home else rng.choice(("走读", "住校")), "pupil_source": "正常入学",
        "address": f"重庆市万州区熊家镇古城村{rng.randint(1, 12)}组{rng.randint(1, 300)}号", "town_code": "500101112",
        "longitude": f"{108.2 + rng.random() / 3:.5f}", "latitude": f"{30.6 + rng.random() / 3:.5f}",
        "phone": f"139{place:08d}", "preschool": "是", "left_behind": rng.choice(("非留守儿童", "双亲留守儿童")),
        "migrant": "否", "orphan": "否", "martyr_family": "否",
        "lrc": "非随班就读" if home else lrc, "disability": category, "disability_grade": "一二三四"[grade - 1] + "级",
        "certificate": f"{own}{digit}{grade}", "diagnosis": rng.choice(("孤独症谱系障碍", "脑性瘫痪", "唐氏综合征", "")),
        "placement": "送教上门" if home else "随班就读", "delivering_code": school if home else "",
        "needs_aid": "是", "boarding_aid": "否", "distance_km": str(rng.randint(0, 30)), "travel_mode": "步行",
    }
    for member, relation in ((1, "父亲"), (2, "母亲")):
        row |= {
            f"member{member}_name": _name(rng), f"member{member}_relation": relation,
            f"member{member}_is_guardian": "是", f"member{member}_phone": f"13{member}{place:08d}",
            f"member{member}_number": number(rng, place, rng.randint(1975, 1995), relation == "父亲"),
            f"member{member}_address": row["address"],
        }
    return row


def write_sheet(path: Path, made: list[dict[str, str]]) -> None:
    """Write the rows as an .xlsx file in the layout of the template."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("学生")
        for place, column in enumerate(CHILDREN.columns):
            sheet.write_string(0, place, column.heading)
        for line, row in enumerate(made, 1):
            for place, column in enumerate(CHILDREN.columns):
                if value := row.get(column.key):
                    sheet.write_string(line, place, value)
