"""Rules of schools: codes that fit the kind, kinds that fit the pupils, successors, calendar files."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import TypeVar

from app.kernel import school_codes
from app.kernel.calendars import check_calendar_year
from app.kernel.dates import check_within, parse_day, years
from app.kernel.labels import named
from app.kernel.problems import N_, S_, Checked, Problem, refused
from app.kernel.telephones import check_telephone
from app.schools.types import CalendarFacts, SchoolFacts, SchoolKind

K = TypeVar("K")
CODE_KINDS: dict[SchoolKind, tuple[school_codes.SchoolKind, ...]] = {
    SchoolKind.PRIMARY: (school_codes.SchoolKind.PRIMARY,),
    SchoolKind.TEACHING_POINT: (school_codes.SchoolKind.PRIMARY,),
    SchoolKind.JUNIOR: (school_codes.SchoolKind.JUNIOR,),
    SchoolKind.NINE_YEAR: (school_codes.SchoolKind.JUNIOR, school_codes.SchoolKind.PRIMARY),
    SchoolKind.COMPLETE_SECONDARY: (school_codes.SchoolKind.SENIOR,),
    SchoolKind.SPECIAL: (school_codes.SchoolKind.SPECIAL,),
}
"""First two digits that a school of a kind may have; a kind that is left out may have any."""

GRADES = {
    SchoolKind.PRIMARY: range(1, 7),
    SchoolKind.TEACHING_POINT: range(1, 7),
    SchoolKind.JUNIOR: range(7, 10),
    SchoolKind.COMPLETE_SECONDARY: range(7, 10),
}
"""The grades of the kinds of school that do not have all nine."""

LIFE = years(back=250, ahead=2)
"""Days of a school, typed or in a sheet: some are older than any register."""
FIRST_PICTURE = "\u2190"
"""Before it stand signs of writing, such as ° and №."""
_LONGITUDES, _LATITUDES = (105.0, 110.5), (28.0, 32.5)


def check_code(value: object, kind: SchoolKind) -> Checked[str]:
    """Check a school identification code against the kind of school; the value is the ten digits."""
    checked = school_codes.check_school_code(value)
    if not checked.ok:
        return Checked(None, checked.problems)
    if checked.value is None:
        return refused("school_code_missing", N_("Enter the school identification code: 10 digits."))
    allowed = CODE_KINDS.get(kind)
    if allowed and checked.value.kind not in allowed:
        wrong = school_codes.check_school_code(value, allowed[0])
        return Checked(None, wrong.problems)
    return Checked(str(checked.value))


def school_problems(facts: SchoolFacts, today: date) -> list[Problem]:
    """Return what is wrong with a school in itself; problems name their form field."""
    found = [problem.on("code") for problem in check_code(facts.code, facts.kind).problems]
    if not facts.name.strip():
        found.append(Problem("school_name_missing", N_("Enter the name of the school."), field="name"))
    found += [problem for name in ("name", "former_name") for problem in _pictures(getattr(facts, name) or "", name)]
    for name, value, (least, most) in (
        ("longitude", facts.longitude, _LONGITUDES),
        ("latitude", facts.latitude, _LATITUDES),
    ):
        if value is not None and not least <= value <= most:
            found.append(
                Problem(
                    "point_outside",
                    N_(
                        "This point does not lie in Chongqing (%(least)s to %(most)s). "
                        "Check whether longitude and latitude were exchanged."
                    ),
                    {"least": least, "most": most},
                    field=name,
                )
            )
    if (facts.longitude is None) != (facts.latitude is None):
        found.append(
            Problem(
                "point_half",
                N_("Enter longitude and latitude together, or neither."),
                field="latitude" if facts.latitude is None else "longitude",
            )
        )
    for name in ("special_teachers", "special_places"):
        if (getattr(facts, name) or 0) < 0:
            found.append(Problem("count_negative", N_("A count cannot be less than 0."), field=name))
    found += check_telephone(facts.telephone).on("telephone").problems
    return found + _life_problems(facts, today)


def _pictures(text: str, field: str) -> list[Problem]:
    """The first picture or ornament in a school's name: some fonts draw it, no seal and no paper has it."""
    return [
        Problem(
            "school_name_character",
            N_('"%(character)s" (%(code)s) cannot be part of a school\'s name. Remove it.'),
            {"character": sign, "code": f"U+{ord(sign):04X}"},
            field=field,
        )
        for sign in text
        if sign >= FIRST_PICTURE and unicodedata.category(sign) == "So"
    ][:1]


def _life_problems(facts: SchoolFacts, today: date) -> list[Problem]:
    found = [
        problem
        for name in ("opened_on", "closed_on")
        for problem in check_within(getattr(facts, name), LIFE, today, name)
    ]
    if found:
        return found
    if facts.opened_on and facts.closed_on and facts.closed_on < facts.opened_on:
        found.append(
            Problem(
                "school_days_reversed",
                N_("The school was closed before it was opened. Check both days."),
                field="closed_on",
            )
        )
    if facts.closed_on and facts.closed_on > today:
        found.append(
            Problem(
                "school_closed_later", N_("Enter the closing when its day has come, not beforehand."), field="closed_on"
            )
        )
    if facts.successor_code and not facts.closed_on:
        found.append(
            Problem(
                "successor_of_open_school",
                N_("Only a closed school has a successor. Enter the day from which it is closed."),
                field="closed_on",
            )
        )
    if facts.successor_code and facts.successor_code == facts.code:
        found.append(
            Problem("successor_is_itself", N_("A school cannot be its own successor."), field="successor_code")
        )
    return found


FACT_FIELDS = tuple(field.name for field in fields(SchoolFacts) if field.name not in {"successor_code", "former_name"})


def has_grade(kind: SchoolKind, grade: int | None) -> bool:
    """True when a school of this kind can have the grade: those for little ones have 1 to 6,
    secondary ones 7 to 9, the others all."""
    return grade is None or grade in GRADES.get(kind, range(1, 10))


def grades_lost(kind: SchoolKind, grades: Mapping[int | None, int]) -> str:
    """Of how many pupils there are in each grade, those that a school of this kind does not have: "1: 4；2: 3"."""
    return "；".join(
        f"{grade}: {count}"
        for grade, count in sorted(grades.items(), key=lambda one: one[0] or 0)
        if not has_grade(kind, grade)
    )


def check_kind(
    before: SchoolKind, after: SchoolKind, grades: Mapping[int | None, int], ordinary: int = 0
) -> list[Problem]:
    """A school becomes one of another kind only if that has the grades of its pupils; one with pupils who are placed
    at a special school stays one, and one with others does not become one. `grades`: how many pupils there are in
    each; `ordinary`: how many of them are not placed at a special school."""
    if not grades or before == after:
        return []
    if before == SchoolKind.SPECIAL:
        return [
            Problem(
                "kind_special_pupils",
                N_(
                    "%(count)s pupils are placed at this special school. Decide their placement and transfer them "
                    "first."
                ),
                {"count": sum(grades.values())},
                field="kind",
            )
        ]
    if after == SchoolKind.SPECIAL and ordinary:
        return [
            Problem(
                "kind_ordinary_pupils",
                N_(
                    "%(count)s pupils at this school are not placed at a special school. Decide their placement "
                    "first, with the committee's recommendation, or transfer them."
                ),
                {"count": ordinary},
                field="kind",
            )
        ]
    lost = grades_lost(after, grades)
    return (
        [
            Problem(
                "kind_grades_lost",
                N_(
                    "A school of this kind (%(kind)s) does not have these grades, and pupils are in them (grade: "
                    "pupils): %(grades)s. Transfer these pupils first, or keep the kind."
                ),
                {"kind": named(after), "grades": lost},
                field="kind",
            )
        ]
        if lost
        else []
    )


def changed_fields(school: object, facts: SchoolFacts, *, keep_missing: bool = False) -> dict[str, object]:
    """Return the columns in which `facts` differ from a stored school, with their new values.

    `keep_missing`: an empty cell of a sheet says nothing and changes nothing; on a form it empties the field.
    """
    told = {name: getattr(facts, name) for name in FACT_FIELDS}
    return {
        name: value
        for name, value in told.items()
        if value != getattr(school, name) and not (keep_missing and value is None)
    }


def leads_back(school_id: K, successor_id: K, successors: Mapping[K, K]) -> bool:
    """True when following `successors` (school → successor) from `successor_id` comes back to `school_id`."""
    seen: set[K] = set()
    at: K | None = successor_id
    while at is not None and at not in seen:
        if at == school_id:
            return True
        seen.add(at)
        at = successors.get(at)
    return False


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
            problems.append(
                Problem("calendar_word", N_("Line %(line)s: write 放假 or 上班 in the second column."), {"line": line})
            )
        else:
            (holidays if word in _HOLIDAY_WORDS else worked)[day.value] = cells[2]
    if not problems and not holidays:
        problems.append(
            Problem(
                "calendar_empty",
                N_("This file names no holiday. It needs a row for each day: the day, 放假 or 上班, the holiday."),
            )
        )
    problems += check_calendar_year(year, holidays, worked).problems
    return Checked(None, tuple(problems)) if problems else Checked(CalendarFacts(year, holidays, worked, source))


def _in_line(line: int, problem: Problem | None) -> Problem:
    reason = problem or Problem("day_missing", S_("day_missing.row", "The day is missing."))
    return Problem("calendar_line", N_("Line %(line)s: %(reason)s"), {"line": line, "reason": reason})
