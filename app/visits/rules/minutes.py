"""Minutes due by the plan, given, excused and owed."""

from __future__ import annotations

from collections.abc import Iterable

from app.plans.types import Frequency
from app.timetables.rules.gathering import asked_in
from app.timetables.types import CalendarInput, MissedReason, Need
from app.visits.types import Given, Minutes, OwedBy

OWED_BY: dict[MissedReason, OwedBy] = {
    MissedReason.FAMILY_CANCELLED: OwedBy.NOBODY,
    MissedReason.NOBODY_HOME: OwedBy.NOBODY,
    MissedReason.CHILD_ILL: OwedBy.NOBODY,
    MissedReason.CHILD_IN_HOSPITAL: OwedBy.NOBODY,
    MissedReason.TEACHER_ILL: OwedBy.SCHOOL,
    MissedReason.TEACHER_DUTY: OwedBy.SCHOOL,
    MissedReason.ROAD_CLOSED: OwedBy.SCHOOL,
    MissedReason.WEATHER: OwedBy.SCHOOL,
    MissedReason.OTHER: OwedBy.SCHOOL,
}
"""Who answers for a visit that fell out. Weather and roads are nobody's fault, but the child's lesson is still made up
(a cancellation opens a make-up, not a silent gap)."""


def due_minutes(need: Need, days: Iterable[CalendarInput]) -> int:
    """Minutes that a service asks for in the days of a period (usually a month)."""
    days = list(days)
    if need.frequency != Frequency.MONTH:
        return need.minutes * asked_in(need, days)
    open_days = [one.day for one in days if one.acts_as is not None]
    inside = sum(need.first <= day <= need.last for day in open_days)
    return need.minutes * (round(need.times * inside / len(open_days)) if open_days else 0)


def ledger(due: int, visits: Iterable[Given]) -> Minutes:
    """Balance the minutes of one service in a period.

    A visit that was given shorter than planned leaves its rest owed; one not given is excused or owed by its reason
    (`OWED_BY`); one without a record is open, also when its day is past (only a record tells what
    happened). What the timetable never placed is owed.
    """
    visits = list(visits)
    planned = sum(v.minutes for v in visits)
    given = sum(v.given or 0 for v in visits)
    excused = sum(v.minutes for v in visits if v.reason and OWED_BY[v.reason] is OwedBy.NOBODY)
    still_open = sum(v.minutes for v in visits if v.given is None and v.reason is None)
    rest = due - given - excused - still_open
    return Minutes(due, planned, given, excused, still_open, max(0, rest), max(0, -rest))
