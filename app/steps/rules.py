"""How clocks run: due days, pauses, reminders, escalation. Pure; `calendar` is the calendar of working days.

A clock starts on the day after the one it is counted from (教基〔2025〕1号 says "within 10 working days"), and the
due day is its last day. A clock in working days counts everything in them: warnings and escalation too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.kernel.calendars import WorkingCalendar
from app.kernel.dates import add_days
from app.kernel.periods import Period
from app.kernel.problems import N_, S_, Problem
from app.steps.types import Clock, Colour, Level

LEVELS = tuple(Level)


def due_day(clock: Clock, since: date, days: int, calendar: WorkingCalendar) -> date:
    """The `days`-th day of a clock after `since`; 0 is `since` itself."""
    return calendar.add_working_days(since, days) if clock == Clock.WORKING else add_days(since, days)


def days_before(clock: Clock, due: date, days: int, calendar: WorkingCalendar) -> date:
    """The last day on which `days` days of the clock are left until `due`; 0 is `due` itself."""
    if clock == Clock.CALENDAR:
        return add_days(due, -days)
    day = due
    while days:
        days -= calendar.is_working_day(day)
        day = add_days(day, -1)
    return day


def resumed_due(clock: Clock, due: date, paused: date, resumed: date, calendar: WorkingCalendar) -> date:
    """The due day of a clock that stood still from `paused` until it ran again on `resumed`: as many days are left as
    there were, the day of the pause among them."""
    if clock == Clock.CALENDAR or paused == resumed:
        return add_days(due, (resumed - paused).days)
    left = calendar.count_working_days(Period.through(paused, due))
    return calendar.add_working_days(add_days(resumed, -1), left) if left else add_days(due, (resumed - paused).days)


def amber_until(clock: Clock, day: date, amber: int, calendar: WorkingCalendar) -> date:
    """The last due day that is amber on `day`, where a step is so from `amber` days before it."""
    if clock == Clock.CALENDAR:
        return add_days(day, amber)
    return add_days(calendar.add_working_days(day, amber + 1), -1)


def colour_on(due: date, day: date, until: date) -> Colour | None:
    """Red after the due day, amber up to `until` (see `amber_until`), else nothing."""
    if day > due:
        return Colour.RED
    return Colour.AMBER if due <= until else None


def reminder_on(
    clock: Clock, due: date, reminds: Iterable[int], opened_on: date, day: date, calendar: WorkingCalendar
) -> date | None:
    """The last day up to `day` on which a step was to be reminded of: so many days before it is due, since it is
    open. None when there was none."""
    days = (days_before(clock, due, one, calendar) for one in reminds)
    return max((one for one in days if opened_on <= one <= day), default=None)


def level_on(
    owner: Level, clock: Clock, due: date, after: Iterable[int], opened_on: date, day: date, calendar: WorkingCalendar
) -> tuple[Level, date] | None:
    """To which level a step has risen on `day`, and on which day: one level for each of `after`, which are days after
    it was due. None while it is its owner's alone; above the city there is nobody."""
    days = (max(opened_on, due_day(clock, due, one, calendar)) for one in after)
    passed = [one for one in days if one <= day][: len(LEVELS) - 1 - LEVELS.index(owner)]
    return (LEVELS[LEVELS.index(owner) + len(passed)], passed[-1]) if passed else None


def check_pause(*, pausable: bool, due: date, day: date, reason: str) -> list[Problem]:
    """What stands against a pause: a clock that the law lets run, a due day that is over, no reason."""
    if not pausable:
        return [Problem("clock_runs", N_("This clock cannot be paused: its day is fixed by the facts or by law."))]
    if day > due:
        return [Problem("clock_over", N_("This was due on %(day)s already. Do it now."), {"day": due.isoformat()})]
    return check_reason(reason)


def check_reason(reason: str) -> list[Problem]:
    """Why a clock stands still, or runs again, is said in a few words."""
    if len(reason.strip()) >= 2:
        return []
    return [Problem("reason_missing", S_("reason_missing.clock", "Say why, in a few words."), field="reason")]
