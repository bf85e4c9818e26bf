"""What may happen on the roll: the state machine, grades, days. Pure.

Source: 《中小学生学籍管理办法》 教基〔2025〕1号, the order of the municipality, 义务教育法 arts. 11 and 27.
There is no withdrawal, no expulsion and no exemption in grades 1–9: no state and no movement of that name exists, so
no way leads there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import overload

from app.kernel.dates import SchoolYear, add_months, school_year_of, years
from app.kernel.labels import named
from app.kernel.periods import Period
from app.kernel.problems import N_, S_, Problem
from app.roll.types import DayState, RollStatus, TransferStep
from app.schools.rules import grades_lost, has_grade
from app.schools.types import SchoolKind

S = RollStatus
PAST = years(back=20, ahead=1)
"""The days of a roll, typed or in a sheet: nine years of school and what came before; that most may not lie ahead, the
rules say."""
ONE_DAY = timedelta(days=1)
TRANSFER_DAYS = 10
"""Working days each party of a transfer has for its answer."""
DEFAULT_SUSPENSION_MONTHS = 6
"""About one term, where the district has set no maximum."""
AMBER_DAYS = 3
"""Working days before the end from which a clock is amber."""

TERMINAL = frozenset({S.GRADUATED, S.COMPLETED, S.DECEASED, S.LEFT_AREA})
ON_ROLL = frozenset({S.ACTIVE, S.SUSPENDED, S.TRANSFERRING, S.DROPOUT, S.ABROAD, S.MISSING})
"""States in which a roll is kept at a school."""

SETTLED = TERMINAL | {S.ACTIVE}
"""States that end where a child was meant to be: it is on a roll, or never will be."""

_ALWAYS = frozenset({S.DECEASED, S.MISSING})
TRANSITIONS: dict[RollStatus, frozenset[RollStatus]] = {
    S.REGISTERED: frozenset({S.DEFERRED, S.PLACED}) | _ALWAYS,
    S.DEFERRED: frozenset({S.PLACED}) | _ALWAYS,
    S.PLACED: frozenset({S.ACTIVE}) | _ALWAYS,
    S.ACTIVE: frozenset({S.SUSPENDED, S.TRANSFERRING, S.DROPOUT, S.ABROAD, S.GRADUATED, S.COMPLETED}) | _ALWAYS,
    S.SUSPENDED: frozenset({S.ACTIVE, S.SUSPENDED}) | _ALWAYS,
    S.TRANSFERRING: frozenset({S.ACTIVE}) | _ALWAYS,
    S.DROPOUT: frozenset({S.ACTIVE}) | _ALWAYS,
    S.ABROAD: frozenset({S.ACTIVE}) | _ALWAYS,
    S.MISSING: frozenset({S.ACTIVE, S.DECEASED}),
    S.GRADUATED: frozenset(),
    S.COMPLETED: frozenset(),
    S.DECEASED: frozenset(),
    S.LEFT_AREA: frozenset(),
}
NEEDS_PROOF = frozenset({S.SUSPENDED, S.DEFERRED, S.DECEASED, S.MISSING, S.ABROAD})
NEEDS_TWO = frozenset({S.SUSPENDED, S.DECEASED, S.MISSING})
AWAY = frozenset({S.SUSPENDED, S.DROPOUT, S.ABROAD, S.MISSING})
"""States from which a child comes back to its school (复学)."""
STEPS = tuple(TransferStep)


def allowed(before: RollStatus, after: RollStatus) -> bool:
    """True when the roll may go from one state to the other."""
    return after in TRANSITIONS[before]


def check_move(before: RollStatus, after: RollStatus, *, proof: str | None, two_people: bool) -> list[Problem]:
    """What stands against a movement: a jump that does not exist, a missing paper, a missing second person."""
    if not allowed(before, after):
        return [_no_way(before, after)]
    found = []
    if after in NEEDS_PROOF and not (proof or "").strip():
        found.append(
            Problem("proof_missing", N_("Name the paper this rests on, with its issuer and date."), field="proof")
        )
    if after in NEEDS_TWO and not two_people:
        found.append(Problem("second_person", N_("This needs two people: one asks, another one approves.")))
    return found


def _no_way(before: RollStatus, after: RollStatus) -> Problem:
    if (before, after) == (S.SUSPENDED, S.TRANSFERRING):
        return Problem("suspended", N_("The child's studies are suspended: it resumes first, then it may move school."))
    if before in (S.REGISTERED, S.DEFERRED) and after == S.ACTIVE:
        return Problem(
            "not_placed",
            N_(
                "The child has no place yet. First comes the decision on its placement, with "
                "the committee's recommendation and the guardian's opinion; then the roll."
            ),
        )
    if (before, after) == (S.ACTIVE, S.ACTIVE):
        return Problem("on_roll", N_("The child is on the roll of a school already. A change of school is a transfer."))
    return Problem(
        "no_such_move",
        N_('From "%(before)s" the roll cannot go to "%(after)s".'),
        {"before": named(before), "after": named(after)},
    )


def check_day(on: date, *, today: date, birth: date, since: date | None, field: str = "on") -> list[Problem]:
    """A movement counts from a day that has come, after birth and not before the state that it ends."""
    if on > today:
        return [Problem("day_ahead", N_("This day has not come yet. Record it on the day itself."), field=field)]
    if on <= birth:
        return [Problem("before_birth", N_("This day is before the child was born."), field=field)]
    if since is not None and on < since:
        return [
            Problem(
                "before_state",
                N_("The last movement is of %(day)s: this one cannot be earlier."),
                {"day": since.isoformat()},
                field=field,
            )
        ]
    return []


def last_new_day(agreed: date, terms: Sequence[tuple[date, date]]) -> date:
    """The last day to which a transfer agreed for a day may be moved: that of the next term. Where it is not entered
    (first and last days, in order), the terms end with January and with August."""
    known = next((last for first, last in terms if first > agreed), None)
    autumn = date(agreed.year + (agreed.month >= 9), 1, 31)
    return known or (
        school_year_of(agreed).last_day if agreed.month >= 9 or agreed <= autumn else date(agreed.year + 1, 1, 31)
    )


def check_new_day(agreed: date, wanted: date, *, first: date, last: date, field: str = "effective_on") -> list[Problem]:
    """Another day for an agreed transfer: one that can still be confirmed before it, at most in the next term."""
    if wanted != agreed and first <= wanted <= last:
        return []
    return [
        Problem(
            "day_not_possible",
            N_(
                "The transfer is agreed for %(agreed)s. Propose another day from %(first)s to %(last)s; for a day "
                "beyond it take the transfer back and open it anew."
            ),
            {"agreed": agreed.isoformat(), "first": first.isoformat(), "last": last.isoformat()},
            field=field,
        )
    ]


def day_state(state: DayState, agreed: date, wanted: date, today: date) -> DayState:
    """What a proposal of another day is today: it waits until the agreed day has come, or the wanted one has passed;
    from then on what was agreed holds and the proposal is lapsed."""
    over = today >= agreed or today > wanted
    return DayState.LAPSED if state == DayState.OPEN and over else state


def check_grade(grade: int | None, *, field: str = "grade") -> list[Problem]:
    """Grades 1 to 9."""
    if grade is None or not 1 <= grade <= 9:
        return [Problem("grade", N_("Give a grade from 1 to 9."), field=field)]
    return []


def check_grade_change(before: int | None, after: int | None, *, special: bool) -> list[Problem]:
    """Same grade or, for special pupils, at most one down (national rules art. 14); nobody skips here."""
    if found := check_grade(after):
        return found
    if before is None or after == before:
        return []
    if after == before - 1:
        if special:
            return []
        return [Problem("grade_down", N_("Only a special-education pupil may go down a grade."), field="grade")]
    return [
        Problem(
            "grade_jump",
            N_("From grade %(before)s to grade %(after)s is not a step the roll knows."),
            {"before": before, "after": after},
            field="grade",
        )
    ]


def check_resumed_grade(before: int | None, after: int | None) -> list[Problem]:
    """Back, after whatever kept it away, in the same grade or the next one."""
    if found := check_grade(after):
        return found
    if before is not None and after not in (before, before + 1):
        return [
            Problem(
                "grade_resumed",
                N_("Back at school the child joins grade %(same)s or grade %(next)s."),
                {"same": before, "next": before + 1},
                field="grade",
            )
        ]
    return []


@overload
def grade_on(grade: int, known: date, day: date) -> int: ...
@overload
def grade_on(grade: int | None, known: date, day: date) -> int | None: ...
def grade_on(grade: int | None, known: date, day: date) -> int | None:
    """The grade on a day of a child that is in `grade` on the day `known`: each school year is a grade, up to the last
    one (and down, for a day before)."""
    if grade is None:
        return None
    return min(9, max(1, grade + school_year_of(day).start_year - school_year_of(known).start_year))


def check_transfer_grade(before: int | None, after: int | None, today: date, day: date) -> list[Problem]:
    """A transfer keeps the grade (order of the municipality); agreed for another school year, either that of today
    or that of then is named, and the one of then counts."""
    if found := check_grade(after):
        return found
    then = grade_on(before, today, day)
    if then is not None and after not in (before, then) and then != before:
        return [
            Problem(
                "grade_kept",
                S_(
                    "grade_kept.next_year",
                    "A transfer keeps the grade: on %(day)s, in the next school year, the child is in grade %(grade)s.",
                ),
                {"grade": then, "day": day.isoformat()},
                field="grade",
            )
        ]
    if then is not None and after not in (before, then):
        return [
            Problem(
                "grade_kept",
                N_("A transfer keeps the grade: the child is in grade %(grade)s."),
                {"grade": before},
                field="grade",
            )
        ]
    return []


def check_school_grade(kind: SchoolKind, name: str, grade: int | None, field: str | None = "school") -> list[Problem]:
    """A child learns at a school that has its grade."""
    if has_grade(kind, grade):
        return []
    return [
        Problem(
            "grade_not_there",
            N_("%(school)s (%(kind)s) has no grade %(grade)s. Choose a school that has it."),
            {"school": name, "kind": named(kind), "grade": grade},
            field=field,
        )
    ]


def check_merging(
    before: SchoolKind, after: SchoolKind, name: str, grades: dict[int | None, int], ordinary: int
) -> list[Problem]:
    """All pupils of a closed school go to one that has their grades; those of a special school to a special one,
    and to a special school only who is placed at one: the placement names the kind, and only a decision with the
    committee's recommendation changes it. `grades`: how many pupils there are in each; `ordinary`: how many of them are
    not placed at a special school."""
    if not grades:
        return []
    if before == SchoolKind.SPECIAL != after:
        return [
            Problem(
                "special_pupils",
                N_(
                    "%(count)s pupils are placed at a special school; %(school)s is none. Choose a special school, or "
                    "decide their placement and transfer them first."
                ),
                {"count": sum(grades.values()), "school": name},
                field="school",
            )
        ]
    if before != SchoolKind.SPECIAL == after and ordinary:
        return [
            Problem(
                "ordinary_pupils",
                N_(
                    "%(school)s is a special school, and %(count)s pupils here are not placed at one (regular "
                    "classes, home-delivered teaching or no decision yet). A merger brings no child to a special "
                    "school: that takes a decision on its placement, with the committee's recommendation. Choose an "
                    "ordinary school, or decide their placement and transfer them first."
                ),
                {"count": ordinary, "school": name},
                field="school",
            )
        ]
    lost = grades_lost(after, grades)
    if not lost:
        return []
    return [
        Problem(
            "grades_not_there",
            N_(
                "%(school)s (%(kind)s) has no place for these grades (grade: pupils): %(grades)s. Transfer these "
                "pupils first, or choose a school that has their grades."
            ),
            {"school": name, "kind": named(after), "grades": lost},
            field="school",
        )
    ]


def check_suspension_end(on: date, due_on: date | None, months: int | None) -> list[Problem]:
    """A suspension has an end, later than its start and within the district's maximum of `months`."""
    if due_on is None:
        return [Problem("no_end", N_("A suspension needs the day it ends."), field="due_on")]
    if due_on <= on:
        return [Problem("end_first", N_("The end must come after the beginning."), field="due_on")]
    months = months or DEFAULT_SUSPENSION_MONTHS
    limit = add_months(on, months)
    if due_on > limit:
        return [
            Problem(
                "too_long",
                S_("too_long.suspension", "The district allows %(months)s months: at the latest %(day)s."),
                {"months": months, "day": limit.isoformat()},
                field="due_on",
            )
        ]
    return []


def check_extension(ends_on: date | None, on: date) -> list[Problem]:
    """An extension is asked for before the suspension runs out."""
    if ends_on is not None and on > ends_on:
        return [
            Problem(
                "ran_out",
                N_(
                    "The suspension ended on %(day)s and can no longer be extended. The roll stays; "
                    "find out why the child has not come back."
                ),
                {"day": ends_on.isoformat()},
            )
        ]
    return []


def check_deferral_end(on: date, due_on: date | None) -> list[Problem]:
    """A deferral lasts at most to the next 31 August."""
    limit = next_august(on)
    if due_on is None or not on < due_on <= limit:
        words = S_("deferral_end", "Entry is deferred for one school year at a time: to %(day)s at the latest.")
        return [Problem("deferral_end", words, {"day": limit.isoformat()}, field="due_on")]
    return []


def check_leaving(grade: int | None, on: date, year_ends_on: date) -> list[Problem]:
    """Graduation and completion: grade 9, on or after the last day of the school year."""
    if grade != 9:
        return [Problem("grade_nine", N_("Only grade 9 can graduate or complete."))]
    if on < year_ends_on:
        return [
            Problem(
                "year_runs",
                N_("The school year ends on %(day)s: not before that day."),
                {"day": year_ends_on.isoformat()},
                field="on",
            )
        ]
    return []


def next_august(day: date) -> date:
    """The next 31 August after a day."""
    last = school_year_of(day).last_day
    return last if day < last else SchoolYear(last.year).last_day


def is_late(placed_on: date, on: date, months: int | None) -> bool:
    """True when a first roll comes more than `months` after the placement (default two)."""
    return on > add_months(placed_on, months or 2)


def step_after(step: TransferStep) -> TransferStep | None:
    """The party that answers next; None after the fourth."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def clock_colour(due_on: date | None, today: date, working_days_left: int) -> str:
    """ "" while there is time, "wait" (amber) near the end, "bad" (red) after it."""
    if due_on is None:
        return ""
    if today > due_on:
        return "bad"
    return "wait" if working_days_left <= AMBER_DAYS else ""


def days_to_count(today: date, due_on: date) -> Period | None:
    """The days from tomorrow to the due day, or None when none are left."""
    return Period(today + ONE_DAY, due_on + ONE_DAY) if due_on > today else None
