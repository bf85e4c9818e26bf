"""The rules that a district sets: what their values may be, the break at noon, and what other places have published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.kernel.problems import N_, Checked, refused
from app.schools.types import RuleName


@dataclass(frozen=True)
class RuleShape:
    """What the value of a rule may be: a whole number from `least` to `most`, yes and no, or a time of the day (minutes
    after midnight). `usual` holds where nothing is set."""

    least: int
    most: int
    yes_no: bool = False
    clock: bool = False
    usual: int | None = None


_NOON = {RuleName.NOON_BREAK_FROM: 11 * 60 + 30, RuleName.NOON_BREAK_TO: 14 * 60}
RULES: dict[RuleName, RuleShape] = {
    RuleName.VISITS_PER_WEEK: RuleShape(1, 7),
    RuleName.VISITS_PER_MONTH: RuleShape(1, 31),
    RuleName.LESSONS_PER_VISIT: RuleShape(1, 8),
    RuleName.LESSON_MINUTES: RuleShape(20, 60),
    RuleName.YEARLY_LESSONS: RuleShape(1, 1000),
    RuleName.TWO_ADULTS: RuleShape(0, 1, yes_no=True),
    RuleName.REMOTE_SHARE: RuleShape(0, 100),
    RuleName.VISIT_ALLOWANCE_FEN: RuleShape(0, 1_000_000),
    RuleName.REGISTRATION_MONTHS: RuleShape(1, 12),
    RuleName.SUSPENSION_MONTHS: RuleShape(1, 24),
    RuleName.DAY_CAP_MINUTES: RuleShape(60, 720),
    RuleName.DAY_VISITS: RuleShape(1, 12),
    RuleName.DAY_TRAVEL_MINUTES: RuleShape(30, 600),
    RuleName.DARK_MARGIN_MINUTES: RuleShape(0, 240),
    RuleName.NOON_BREAK_MINUTES: RuleShape(10, 180),
    RuleName.NOON_BREAK_FROM: RuleShape(10 * 60, 15 * 60, clock=True, usual=_NOON[RuleName.NOON_BREAK_FROM]),
    RuleName.NOON_BREAK_TO: RuleShape(10 * 60, 15 * 60, clock=True, usual=_NOON[RuleName.NOON_BREAK_TO]),
}
MAY_BE_EMPTY = frozenset(
    {
        RuleName.VISITS_PER_WEEK,
        RuleName.VISITS_PER_MONTH,
        RuleName.YEARLY_LESSONS,
        RuleName.DAY_VISITS,
        RuleName.DAY_TRAVEL_MINUTES,
        RuleName.DARK_MARGIN_MINUTES,
        RuleName.NOON_BREAK_MINUTES,
        RuleName.NOON_BREAK_FROM,
        RuleName.NOON_BREAK_TO,
    }
)
OTHER_FREQUENCY = {
    RuleName.VISITS_PER_WEEK: RuleName.VISITS_PER_MONTH,
    RuleName.VISITS_PER_MONTH: RuleName.VISITS_PER_WEEK,
}
"""A district counts visits by the week or by the month: setting the one empties the other."""


def check_rule_value(name: RuleName, value: int | None) -> Checked[int]:
    """Check the value of a rule; None ("no such rule here") is allowed where `MAY_BE_EMPTY` says so."""
    shape = RULES[name]
    if value is None:
        return Checked(None) if name in MAY_BE_EMPTY else refused("rule_value_missing", N_("Enter a number."))
    if shape.clock and not shape.least <= value <= shape.most:
        return refused(
            "rule_clock_out_of_range",
            N_("Enter a time from %(least)s to %(most)s."),
            least=_clock(shape.least),
            most=_clock(shape.most),
        )
    if not shape.least <= value <= shape.most:
        return refused(
            "rule_value_out_of_range",
            N_("Enter a number from %(least)s to %(most)s."),
            least=shape.least,
            most=shape.most,
        )
    return Checked(value)


def noon_break(values: Mapping[RuleName, int | None]) -> tuple[int, int, int] | None:
    """(minutes, from, to) of the break at noon that the rules of a unit ask for, or None."""
    minutes = values.get(RuleName.NOON_BREAK_MINUTES)
    if minutes is None:
        return None
    first, last = (usual if (own := values.get(name)) is None else own for name, usual in _NOON.items())
    return minutes, first, last


def check_noon_break(values: Mapping[RuleName, int | None]) -> Checked[None]:
    """Refuse rules of which the break does not fit between its earliest and its latest time."""
    found = noon_break(values)
    if found is None or found[1] + found[0] <= found[2]:
        return Checked(None)
    return refused(
        "noon_break_too_long",
        N_("A break of %(minutes)s minutes does not fit between %(first)s and %(last)s."),
        minutes=found[0],
        first=_clock(found[1]),
        last=_clock(found[2]),
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


@dataclass(frozen=True)
class Preset:
    """Rules as a place has published them (facts of local practice, none of them national law)."""

    key: str
    name: str
    values: Mapping[RuleName, int | None]


PRESETS: tuple[Preset, ...] = (
    Preset(
        "jinjiang",
        N_("Jinjiang, Fujian: 2 visits a month, 2 lessons each"),
        {RuleName.VISITS_PER_MONTH: 2, RuleName.LESSONS_PER_VISIT: 2},
    ),
    Preset(
        "guiyang",
        N_("Guiyang County, Hunan 2020: 2 visits a month, 2 lessons each"),
        {RuleName.VISITS_PER_MONTH: 2, RuleName.LESSONS_PER_VISIT: 2},
    ),
    Preset("chaling", N_("Chaling, Hunan 2023: 2 visits a month"), {RuleName.VISITS_PER_MONTH: 2}),
    Preset("rongjiang", N_("Rongjiang, Guizhou 2022: 2 lessons a visit"), {RuleName.LESSONS_PER_VISIT: 2}),
    Preset(
        "ningxia",
        N_("Ningxia 2014: 1 visit a week, 2 lessons each"),
        {RuleName.VISITS_PER_WEEK: 1, RuleName.LESSONS_PER_VISIT: 2},
    ),
    Preset(
        "anhui",
        N_("Township plan, Anhui: 2 visits a week, 1 lesson each, 30 lessons a year"),
        {RuleName.VISITS_PER_WEEK: 2, RuleName.LESSONS_PER_VISIT: 1, RuleName.YEARLY_LESSONS: 30},
    ),
    Preset(
        "shandong",
        N_("Shandong 2017: 2 visits a week, 3 lessons each, 216 lessons a year"),
        {RuleName.VISITS_PER_WEEK: 2, RuleName.LESSONS_PER_VISIT: 3, RuleName.YEARLY_LESSONS: 216},
    ),
)


def find_preset(key: str) -> Preset | None:
    """The preset with this key, or None."""
    return next((preset for preset in PRESETS if preset.key == key), None)
