"""Rules of schools: codes that fit the kind, successors, values of district rules, presets, calendar files."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from app.kernel import identifiers
from app.kernel.calendars import check_calendar_year
from app.kernel.dates import check_within, parse_day, years
from app.kernel.labels import label_of
from app.kernel.problems import N_, Checked, Problem, refused
from app.kernel.telephones import check_telephone
from app.schools.types import CalendarFacts, RuleName, SchoolFacts, SchoolKind

CODE_KINDS: dict[SchoolKind, tuple[identifiers.SchoolKind, ...]] = {
    SchoolKind.PRIMARY: (identifiers.SchoolKind.PRIMARY,),
    SchoolKind.TEACHING_POINT: (identifiers.SchoolKind.PRIMARY,),
    SchoolKind.JUNIOR: (identifiers.SchoolKind.JUNIOR,),
    SchoolKind.NINE_YEAR: (identifiers.SchoolKind.JUNIOR, identifiers.SchoolKind.PRIMARY),
    SchoolKind.COMPLETE_SECONDARY: (identifiers.SchoolKind.SENIOR,),
    SchoolKind.SPECIAL: (identifiers.SchoolKind.SPECIAL,),
}
"""First two digits that a school of a kind may have; a kind that is left out may have any."""

GRADES = {SchoolKind.PRIMARY: range(1, 7), SchoolKind.TEACHING_POINT: range(1, 7), SchoolKind.JUNIOR: range(7, 10),
          SchoolKind.COMPLETE_SECONDARY: range(7, 10)}
"""The grades of the kinds of school that do not have all nine."""

LIFE = years(back=250, ahead=2)
"""Days of a school, typed or in a sheet: some are older than any register."""
_LONGITUDES, _LATITUDES = (105.0, 110.5), (28.0, 32.5)


def check_code(value: object, kind: SchoolKind) -> Checked[str]:
    """Check a school identification code against the kind of school; the value is the ten digits."""
    checked = identifiers.check_school_code(value)
    if not checked.ok:
        return Checked(None, checked.problems)
    if checked.value is None:
        return refused("school_code_missing", N_("Enter the school identification code: 10 digits."))
    allowed = CODE_KINDS.get(kind)
    if allowed and checked.value.kind not in allowed:
        wrong = identifiers.check_school_code(value, allowed[0])
        return Checked(None, wrong.problems)
    return Checked(str(checked.value))


def school_problems(facts: SchoolFacts, today: date) -> list[Problem]:
    """Return what is wrong with a school in itself; problems name their form field."""
    found = [problem.on("code") for problem in check_code(facts.code, facts.kind).problems]
    if not facts.name.strip():
        found.append(Problem("school_name_missing", N_("Enter the name of the school."), field="name"))
    for name, value, (least, most) in (("longitude", facts.longitude, _LONGITUDES),
                                       ("latitude", facts.latitude, _LATITUDES)):
        if value is not None and not least <= value <= most:
            found.append(Problem("point_outside", N_("This point does not lie in Chongqing (%(least)s to %(most)s). "
                                                     "Check whether longitude and latitude were exchanged."),
                                 {"least": least, "most": most}, field=name))
    if (facts.longitude is None) != (facts.latitude is None):
        found.append(Problem("point_half", N_("Enter longitude and latitude together, or neither."),
                             field="latitude" if facts.latitude is None else "longitude"))
    for name in ("special_teachers", "special_places"):
        if (getattr(facts, name) or 0) < 0:
            found.append(Problem("count_negative", N_("A count cannot be less than 0."), field=name))
    found += check_telephone(facts.telephone).on("telephone").problems
    return found + _life_problems(facts, today)


def _life_problems(facts: SchoolFacts, today: date) -> list[Problem]:
    found = [problem for name in ("opened_on", "closed_on")
             for problem in check_within(getattr(facts, name), LIFE, today, name)]
    if found:
        return found
    if facts.opened_on and facts.closed_on and facts.closed_on < facts.opened_on:
        found.append(Problem("school_days_reversed", N_(
            "The school was closed before it was opened. Check both days."), field="closed_on"))
    if facts.closed_on and facts.closed_on > today:
        found.append(Problem("school_closed_later", N_("Enter the closing when its day has come, not "
                                                       "beforehand."),
                             field="closed_on"))
    if facts.successor_code and not facts.closed_on:
        found.append(Problem("successor_of_open_school",
                             N_("Only a closed school has a successor. Enter the day from which it is closed."),
                             field="closed_on"))
    if facts.successor_code and facts.successor_code == facts.code:
        found.append(Problem("successor_is_itself", N_("A school cannot be its own successor."),
                             field="successor_code"))
    return found


FACT_FIELDS = tuple(field.name for field in fields(SchoolFacts) if field.name not in {"successor_code", "former_name"})


def has_grade(kind: SchoolKind, grade: int | None) -> bool:
    """True when a school of this kind can have the grade: those for little ones have 1 to 6,
    secondary ones 7 to 9, the others all."""
    return grade is None or grade in GRADES.get(kind, range(1, 10))


def grades_lost(kind: SchoolKind, grades: Mapping[int | None, int]) -> str:
    """Of how many pupils there are in each grade, those that a school of this kind does not have: "1: 4；2: 3"."""
    return "；".join(f"{grade}: {count}" for grade, count in sorted(grades.items(), key=lambda one: one[0] or 0)
                    if not has_grade(kind, grade))


def check_kind(before: SchoolKind, after: SchoolKind, grades: Mapping[int | None, int],
               ordinary: int = 0) -> list[Problem]:
    """A school becomes one of another kind only if that has the grades of its pupils; one with pupils who are placed
    at a special school stays one, and one with others does not become one. `grades`: how many pupils there are in
    each; `ordinary`: how many of them are not placed at a special school."""
    if not grades or before == after:
        return []
    if before == SchoolKind.SPECIAL:
        return [Problem("kind_special_pupils", N_(
            "%(count)s pupils are placed at this special school. Decide their placement and transfer them first."),
            {"count": sum(grades.values())}, field="kind")]
    if after == SchoolKind.SPECIAL and ordinary:
        return [Problem("kind_ordinary_pupils", N_(
            "%(count)s pupils at this school are not placed at a special school. Decide their placement first, with "
            "the committee's recommendation, or transfer them."), {"count": ordinary}, field="kind")]
    lost = grades_lost(after, grades)
    return [Problem("kind_grades_lost", N_(
        "A school of this kind (%(kind)s) does not have these grades, and pupils are in them (grade: pupils): "
        "%(grades)s. Transfer these pupils first, or keep the kind."),
        {"kind": Problem("kind", label_of(after)), "grades": lost}, field="kind")] if lost else []


def changed_fields(school: object, facts: SchoolFacts, *, keep_missing: bool = False) -> dict[str, object]:
    """Return the columns in which `facts` differ from a stored school, with their new values.

    `keep_missing`: an empty cell of a sheet says nothing and changes nothing; on a form it empties the field.
    """
    told = {name: getattr(facts, name) for name in FACT_FIELDS}
    return {name: value for name, value in told.items()
            if value != getattr(school, name) and not (keep_missing and value is None)}


def leads_back(school_id: uuid.UUID, successor_id: uuid.UUID, successors: Mapping[uuid.UUID, uuid.UUID]) -> bool:
    """True when following `successors` (school → successor) from `successor_id` comes back to `school_id`."""
    seen: set[uuid.UUID] = set()
    at: uuid.UUID | None = successor_id
    while at is not None and at not in seen:
        if at == school_id:
            return True
        seen.add(at)
        at = successors.get(at)
    return False


@dataclass(frozen=True)
class RuleShape:
    """What the value of a rule may be: a whole number from `least` to `most`, yes and no, or a time of the day (minutes
    after midnight). `usual` holds where nothing is set."""

    least: int
    most: int
    yes_no: bool = False
    clock: bool = False
    usual: int | None = None


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
    RuleName.NOON_BREAK_FROM: RuleShape(10 * 60, 15 * 60, clock=True, usual=11 * 60 + 30),
    RuleName.NOON_BREAK_TO: RuleShape(10 * 60, 15 * 60, clock=True, usual=14 * 60),
}
MAY_BE_EMPTY = frozenset({RuleName.VISITS_PER_WEEK, RuleName.VISITS_PER_MONTH, RuleName.YEARLY_LESSONS,
                          RuleName.DAY_VISITS, RuleName.DAY_TRAVEL_MINUTES, RuleName.DARK_MARGIN_MINUTES,
                          RuleName.NOON_BREAK_MINUTES, RuleName.NOON_BREAK_FROM, RuleName.NOON_BREAK_TO})
OTHER_FREQUENCY = {RuleName.VISITS_PER_WEEK: RuleName.VISITS_PER_MONTH,
                   RuleName.VISITS_PER_MONTH: RuleName.VISITS_PER_WEEK}
"""A district counts visits by the week or by the month: setting the one empties the other."""


def check_rule_value(name: RuleName, value: int | None) -> Checked[int]:
    """Check the value of a rule; None ("no such rule here") is allowed where `MAY_BE_EMPTY` says so."""
    shape = RULES[name]
    if value is None:
        return Checked(None) if name in MAY_BE_EMPTY else refused("rule_value_missing", N_("Enter a number."))
    if shape.clock and not shape.least <= value <= shape.most:
        return refused("rule_clock_out_of_range", N_("Enter a time from %(least)s to %(most)s."),
                       least=_clock(shape.least), most=_clock(shape.most))
    if not shape.least <= value <= shape.most:
        return refused("rule_value_out_of_range", N_("Enter a number from %(least)s to %(most)s."),
                       least=shape.least, most=shape.most)
    return Checked(value)


def noon_break(values: Mapping[RuleName, int | None]) -> tuple[int, int, int] | None:
    """(minutes, from, to) of the break at noon that the rules of a unit ask for, or None."""
    minutes = values.get(RuleName.NOON_BREAK_MINUTES)
    if minutes is None:
        return None
    first, last = (RULES[name].usual if values.get(name) is None else values[name]
                   for name in (RuleName.NOON_BREAK_FROM, RuleName.NOON_BREAK_TO))
    return minutes, first, last


def check_noon_break(values: Mapping[RuleName, int | None]) -> Checked[None]:
    """Refuse rules of which the break does not fit between its earliest and its latest time."""
    found = noon_break(values)
    if found is None or found[1] + found[0] <= found[2]:
        return Checked(None)
    return refused("noon_break_too_long", N_("A break of %(minutes)s minutes does not fit between %(first)s and "
                                             "%(last)s."), minutes=found[0], first=_clock(found[1]),
                   last=_clock(found[2]))


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


@dataclass(frozen=True)
class Preset:
    """Rules as a place has published them (facts of local practice, none of them national law)."""

    key: str
    name: str
    values: Mapping[RuleName, int | None]


PRESETS: tuple[Preset, ...] = (
    Preset("jinjiang", N_("Jinjiang, Fujian: 2 visits a month, 2 lessons each"),
           {RuleName.VISITS_PER_MONTH: 2, RuleName.LESSONS_PER_VISIT: 2}),
    Preset("guiyang", N_("Guiyang County, Hunan 2020: 2 visits a month, 2 lessons each"),
           {RuleName.VISITS_PER_MONTH: 2, RuleName.LESSONS_PER_VISIT: 2}),
    Preset("chaling", N_("Chaling, Hunan 2023: 2 visits a month"), {RuleName.VISITS_PER_MONTH: 2}),
    Preset("rongjiang", N_("Rongjiang, Guizhou 2022: 2 lessons a visit"), {RuleName.LESSONS_PER_VISIT: 2}),
    Preset("ningxia", N_("Ningxia 2014: 1 visit a week, 2 lessons each"),
           {RuleName.VISITS_PER_WEEK: 1, RuleName.LESSONS_PER_VISIT: 2}),
    Preset("anhui", N_("Township plan, Anhui: 2 visits a week, 1 lesson each, 30 lessons a year"),
           {RuleName.VISITS_PER_WEEK: 2, RuleName.LESSONS_PER_VISIT: 1, RuleName.YEARLY_LESSONS: 30}),
    Preset("shandong", N_("Shandong 2017: 2 visits a week, 3 lessons each, 216 lessons a year"),
           {RuleName.VISITS_PER_WEEK: 2, RuleName.LESSONS_PER_VISIT: 3, RuleName.YEARLY_LESSONS: 216}),
)


def find_preset(key: str) -> Preset | None:
    """The preset with this key, or None."""
    return next((preset for preset in PRESETS if preset.key == key), None)


_HOLIDAY_WORDS = {"放假", "休", "holiday", "off"}
_WORKED_WORDS = {"上班", "班", "调休上班", "worked", "work"}


def read_calendar_rows(year: int, rows: Iterable[Sequence[str]], source: str) -> Checked[CalendarFacts]:
    """Read the days of a year from rows of a sheet: day, 放假 or 上班, name of the holiday. A heading is passed over.

    Every wrong row is a problem with its line number; nothing is read by halves.
    """
    holidays: dict[date, str] = {}
    worked: dict[date, str] = {}
    problems: list[Problem] = []
    for line, row in enumerate(rows, 1):
        cells = [str(cell or "").strip() for cell in row] + ["", "", ""]
        if not any(cells) or (line == 1 and not parse_day(cells[0]).ok):
            continue
        day, word = parse_day(cells[0]), cells[1].lower()
        if not day.ok or day.value is None:
            problems.append(_in_line(line, day.problem))
        elif word not in _HOLIDAY_WORDS | _WORKED_WORDS:
            problems.append(Problem("calendar_word", N_("Line %(line)s: write 放假 or 上班 in the second column."),
                                    {"line": line}))
        else:
            (holidays if word in _HOLIDAY_WORDS else worked)[day.value] = cells[2]
    if not problems and not holidays:
        problems.append(Problem("calendar_empty", N_("This file names no holiday. It needs a row for each day: "
                                                     "the day, 放假 or 上班, the holiday.")))
    problems += check_calendar_year(year, holidays, worked).problems
    return Checked(None, tuple(problems)) if problems else Checked(CalendarFacts(year, holidays, worked, source))


def _in_line(line: int, problem: Problem | None) -> Problem:
    reason = problem or Problem("day_missing", N_("The day is missing."))
    return Problem("calendar_line", N_("Line %(line)s: %(reason)s"), {"line": line, "reason": reason})
