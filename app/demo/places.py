"""Schools, teachers and teams of the demo."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from app.demo.dice import Dice, Rows
from app.demo.geography import PARTS, Ground
from app.demo.people import DemoChild, full_name
from app.demo.words import TOWN_KINDS
from app.kernel.sounds import reading_of
from app.schools.reference import read_rows, unit_id

OPENED = date(1998, 9, 1)
PREFIX = {"小学": "21", "初级中学": "31", "特殊教育学校": "51"}
SKILLS = ("沟通训练", "生活自理", "肢体康复", "手语", "定向行走")
HOURS = (450, 1050)
"""A teacher's hours on a day out, 7:30 to 17:30."""
OUT_DAYS = ((0, 2), (1, 3), (2, 4), (0, 3), (1, 4))


@dataclass
class DemoTeacher:
    id: uuid.UUID
    name: str
    user_id: uuid.UUID | None = None


@dataclass(kw_only=True)
class DemoSchool:
    id: uuid.UUID
    code: str
    name: str
    kind: str
    town: str
    point: tuple[float, float]
    teachers: list[DemoTeacher] = field(default_factory=list)

    @property
    def special(self) -> bool:
        return self.kind == "special"

    def takes(self, grade: int) -> bool:
        """Whether a child of this grade fits the kind of school."""
        return self.kind in {"special", "nine_year"} or (grade <= 6) == (self.kind == "primary")


@dataclass(kw_only=True)
class DemoTeam:
    id: uuid.UUID
    school: DemoSchool
    teachers: tuple[DemoTeacher, DemoTeacher]
    days: tuple[int, int]
    name: str
    week: dict[int, list[DemoChild]] = field(default_factory=lambda: defaultdict(list))
    """Children by weekday, in the order of the visits."""


@dataclass(kw_only=True)
class DemoUnit:
    code: str
    name: str
    id: uuid.UUID
    division: str
    towns: list[tuple[str, str]]
    ground: Ground
    centres: dict[str, tuple[float, float]] = field(default_factory=dict)
    schools: list[DemoSchool] = field(default_factory=list)
    teams: list[DemoTeam] = field(default_factory=list)
    index: int = 0


def units_on(day: date, dice: Dice) -> list[DemoUnit]:
    """The county-level units of that day with their towns (functional zones are left to their districts)."""
    divisions = [row for row in read_rows("divisions") if _valid(row, day)]
    made: list[DemoUnit] = []
    for row in read_rows("units"):
        if row["kind"] == "functional_zone" or not _valid(row, day):
            continue
        code, name = row["code"] or "", row["name"] or ""
        codes = PARTS.get(code, (code,))
        towns = [
            (town["code"] or "", town["name"] or "")
            for town in divisions
            if town["level"] == "town" and (town["code"] or "")[:6] in codes
        ]
        made.append(
            DemoUnit(
                code=code,
                name=name,
                id=unit_id(code),
                division=codes[0],
                towns=towns or [(codes[0], "城区")],
                ground=Ground(dice, code),
                index=len(made),
            )
        )
    return made


def _valid(row: dict, day: date) -> bool:
    return row["valid_from"] <= day.isoformat() and (not row["valid_to"] or row["valid_to"] > day.isoformat())


def make_schools(dice: Dice, rows: Rows, unit: DemoUnit, receiving: int, special: int, sequence: int) -> int:
    """Make a unit's schools: first one ordinary school in every town, then more; return the next sequence number."""
    points = unit.ground.anywhere(len(unit.towns))
    unit.centres = {code: point for (code, _name), point in zip(unit.towns, points, strict=True)}
    for number in range(special + receiving):
        town_code, town = unit.towns[(number - special) % len(unit.towns)] if number >= special else unit.towns[0]
        if number < special:
            kind, name = (
                "special",
                unit.name + ("特殊教育学校" if number == 0 else f"第{'一二三四五'[number]}特殊教育学校"),
            )
        else:
            nth = (number - special) // len(unit.towns)
            word = TOWN_KINDS[nth % len(TOWN_KINDS)]
            kind = {"初级中学": "junior", "九年制学校": "nine_year"}.get(word, "primary")
            place = town.removesuffix("街道") if town.endswith("街道") else town
            again = nth // len(TOWN_KINDS)
            name = place + (f"第{'二三四五六七八九'[again - 1]}" if again else "") + word
        sequence += 1
        _add_school(dice, rows, unit, kind, name, town_code, sequence)
    return sequence


def _add_school(dice: Dice, rows: Rows, unit: DemoUnit, kind: str, name: str, town: str, sequence: int) -> None:
    prefix = {"special": "51", "junior": "31", "nine_year": "31"}.get(kind, "21")
    point = unit.ground.near(unit.centres[town], 1.5, 1)[0]
    school = DemoSchool(id=dice.id(), code=f"{prefix}50{sequence:06d}", name=name, kind=kind, town=town, point=point)
    unit.schools.append(school)
    pinyin, initials = reading_of(name)[:2]
    rows.add(
        "schools",
        id=school.id,
        code=school.code,
        name=name,
        name_pinyin=pinyin,
        name_initials=initials,
        kind=kind,
        unit_id=unit.id,
        division_code=unit.division,
        town_code=town if len(town) > 6 else None,
        address=f"{name}，主街{dice.randrange(1, 200)}号",
        longitude=point[0],
        latitude=point[1],
        area=dice.weighted((("city", 2), ("town", 5), ("village", 3))),
        principal=full_name(dice),
        telephone=f"023{dice.randrange(40000000, 79999999)}",
        receives=True,
        resource_room=kind == "special" or dice.often(0.25),
        special_teachers=dice.randrange(0, 4),
        special_places=dice.randrange(4, 20) if kind != "special" else 240,
        opened_on=OPENED,
        closed_on=None,
        successor_id=None,
    )
    rows.add("school_units", id=dice.id(), school_id=school.id, unit_id=unit.id, valid_from=OPENED, valid_to=None)


def merge_some(dice: Dice, rows: Rows, unit: DemoUnit, count: int, sequence: int) -> int:
    """Add schools that were merged years ago into ones of today: their codes and names still lead there."""
    for school in dice.sample([s for s in unit.schools if s.kind == "primary"], count):
        sequence += 1
        name = school.name.replace("中心", "") + "（原村校）" if "中心" in school.name else f"{school.name}分校"
        pinyin, initials = reading_of(name)[:2]
        rows.add(
            "schools",
            id=(gone := dice.id()),
            code=f"2150{sequence:06d}",
            name=name,
            name_pinyin=pinyin,
            name_initials=initials,
            kind="teaching_point",
            unit_id=unit.id,
            division_code=unit.division,
            town_code=school.town if len(school.town) > 6 else None,
            address=None,
            longitude=school.point[0],
            latitude=school.point[1],
            area="village",
            principal=None,
            telephone=None,
            receives=False,
            resource_room=False,
            special_teachers=0,
            special_places=0,
            opened_on=OPENED,
            closed_on=date(2022, 8, 31),
            successor_id=school.id,
        )
        rows.add("school_units", id=dice.id(), school_id=gone, unit_id=unit.id, valid_from=OPENED, valid_to=None)
    return sequence


def make_teams(dice: Dice, rows: Rows, unit: DemoUnit, count: int) -> None:
    """Make teams of two teachers: a quarter at the special school, the others spread over ordinary schools."""
    ordinary = [school for school in unit.schools if not school.special]
    special = [school for school in unit.schools if school.special]
    for number in range(count):
        school = dice.choice(special) if number % 4 == 0 else ordinary[(number * 7) % len(ordinary)]
        pair = (_add_teacher(dice, rows, school), _add_teacher(dice, rows, school))
        days = OUT_DAYS[number % len(OUT_DAYS)]
        team = DemoTeam(id=dice.id(), school=school, teachers=pair, days=days, name=f"第{number + 1}组")
        unit.teams.append(team)
        rows.add(
            "teams",
            id=team.id,
            unit_id=unit.id,
            school_id=school.id,
            active=True,
            revision=1,
            name=team.name,
        )
        for position, teacher in enumerate(pair, 1):
            rows.add("team_members", id=dice.id(), team_id=team.id, teacher_id=teacher.id, position=position)
            for weekday in days:
                rows.add(
                    "teacher_hours", id=dice.id(), teacher_id=teacher.id, weekday=weekday, start=HOURS[0], end=HOURS[1]
                )


def _add_teacher(dice: Dice, rows: Rows, school: DemoSchool) -> DemoTeacher:
    teacher = DemoTeacher(dice.id(), full_name(dice))
    school.teachers.append(teacher)
    rows.add_sealed(
        "teachers",
        sealed={"phone": f"139{dice.randrange(10**8):08d}"},
        kinds={},
        id=teacher.id,
        school_id=school.id,
        user_id=None,
        number=f"T{school.code[-6:]}{len(school.teachers):03d}",
        name=teacher.name,
        skills=sorted(dice.sample(SKILLS, 3)),
        active=True,
    )
    return teacher
