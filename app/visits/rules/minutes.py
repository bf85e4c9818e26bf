"""Minutes due by the plan, given, excused and owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from app.kernel.problems import N_, Problem
from app.timetables.rules.asking import asked_by_period
from app.timetables.types import CalendarInput, MissedReason, Need
from app.visits.types import Given, Minutes, OwedBy

LEAST = 4
"""Signs of a reason."""
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
LESSON = 35
"""Minutes of the shortest lesson (培智学校); less than that is owed, and made up by the way."""
EXCUSES = frozenset(reason for reason, by in OWED_BY.items() if by is OwedBy.NOBODY)
"""Reasons for which a visit that fell out is not made up."""


def due_minutes(need: Need, days: Iterable[CalendarInput]) -> int:
    """Minutes that a service by itself asks for in the days of a period (usually a month)."""
    return due_minutes_of([need], days)


def due_minutes_of(needs: Sequence[Need], days: Iterable[CalendarInput]) -> int:
    """Minutes that services of a child ask for in the days of a period, one version after the other: those of the
    visits that `asked_by_period` counts."""
    return sum(due_by_service(needs, days).values())


def due_by_service(needs: Sequence[Need], days: Iterable[CalendarInput]) -> dict[UUID, int]:
    """The same by the service's key."""
    found: dict[UUID, int] = defaultdict(int)
    for need, parts in zip(needs, asked_by_period(needs, days), strict=True):
        found[need.service_key] += need.minutes * sum(one.visits for one in parts)
    return found


def ledger(due: int, visits: Iterable[Given], let_go: int = 0) -> Minutes:
    """Balance the minutes of one service in a period.

    A visit that was given shorter than planned leaves its rest owed; one not given is excused or owed by its reason
    (`OWED_BY`); one without a record is open, also when its day is past (only a record tells what
    happened). What the timetable never placed is owed. `let_go`: minutes that need not be made up, as somebody said.
    """
    visits = list(visits)
    planned = sum(v.minutes for v in visits)
    given = sum(v.given or 0 for v in visits)
    excused = sum(v.minutes for v in visits if v.reason in EXCUSES) + let_go
    still_open = sum(v.minutes for v in visits if v.given is None and v.reason is None)
    rest = due - given - excused - still_open
    more = -(rest + let_go)  # what somebody let go was not given
    return Minutes(
        due=due, planned=planned, given=given, excused=excused, open=still_open, owed=max(0, rest), extra=max(0, more)
    )


def check_excuse(reason: str) -> list[Problem]:
    """A child is entitled to its minutes: whoever lets them go says why."""
    if len(reason.strip()) >= LEAST:
        return []
    return [
        Problem("excuse_unexplained", N_("Say in a few words why these minutes need not be made up."), field="reason")
    ]
