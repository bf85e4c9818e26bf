"""What a record of a visit must say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.kernel.problems import N_, S_, Problem
from app.timetables.types import Confirmation, RecordOutcome
from app.visits.types import PointInput, RecordInput, TimesGiven

LONGEST = 480

CLOSED_NOT_MISSED, CLOSED_UNEXPLAINED = "closed_not_missed", "closed_unexplained"
"""The problems' codes when a record comes for a visit whose day was closed meanwhile."""

LATE_AFTER = 14
"""Days after a visit from which on its record, and each correction, says why it comes only then."""

WIDE = 30
"""Minutes that a record may differ from the plan, or from the record that it corrects, without saying why; for a short
visit half of its minutes."""


@dataclass(frozen=True)
class CountsSoFar:
    """What a new record is measured against: the planned minutes, and day and minutes of the record it corrects."""

    planned: int
    day: date | None = None
    minutes: int | None = None


def is_late(day: date, today: date) -> bool:
    """True when a record of a visit on this day has to say why it comes only today."""
    return (today - day).days > LATE_AFTER


def length_of(record: RecordInput) -> int:
    """Minutes from the beginning to the end of a record; 0 while one of them is missing."""
    return record.end - record.start if record.start is not None and record.end is not None else 0


def unexplained(record: RecordInput, before: CountsSoFar, today: date) -> list[Problem]:
    """What a record must explain and does not: minutes are paid and owed by it, so what comes late or differs widely is
    told to those who read it."""
    if record.explanation.strip():
        return []
    day = min(record.day, before.day or record.day)
    if is_late(day, today):
        values = {"days": (today - day).days}
        return [
            Problem(
                "late_unexplained",
                N_("The visit was %(days)s days ago. Say why it is recorded only now.")
                if before.day is None
                else N_("The visit was %(days)s days ago. Say why its record is corrected only now."),
                values,
                field="explanation",
            )
        ]
    given = record.outcome == RecordOutcome.GIVEN
    minutes = length_of(record) if given else 0
    if before.minutes is None:
        return (
            [
                _wide(
                    minutes,
                    before.planned,
                    S_(
                        "minutes_unexplained.planned",
                        "%(minutes)s minutes were given, %(before)s were planned. Say why.",
                    ),
                )
            ]
            if given and _differs(minutes, before.planned)
            else []
        )
    if minutes == before.minutes:
        return []
    if _differs(minutes, before.minutes):
        return [
            _wide(
                minutes,
                before.minutes,
                S_(
                    "minutes_unexplained.corrected",
                    "Now %(minutes)s minutes are given, recorded were %(before)s. Say why.",
                ),
            )
        ]
    return (
        [
            _wide(
                minutes,
                before.planned,
                S_("minutes_unexplained.planned", "%(minutes)s minutes were given, %(before)s were planned. Say why."),
            )
        ]
        if given and _differs(minutes, before.planned)
        else []
    )


def _differs(minutes: int, before: int) -> bool:
    return abs(minutes - before) > min(WIDE, before / 2)


def _wide(minutes: int, before: int, sentence: str) -> Problem:
    return Problem("minutes_unexplained", sentence, {"minutes": minutes, "before": before}, field="explanation")


def record_problems(record: RecordInput, planned_day: date, today: date) -> list[Problem]:
    """Return what is wrong with a record of a visit planned for a day; problems name their form field."""
    found = []
    if record.day > today:
        found.append(
            Problem("record_in_future", N_("This visit lies in the future. Record it when it has been."), field="day")
        )
    if abs((record.day - planned_day).days) > 31:
        found.append(
            Problem(
                "record_day_far",
                N_("This day is more than a month from the planned day. Check the year and the month."),
                field="day",
            )
        )
    if record.outcome == RecordOutcome.NOT_GIVEN:
        if record.reason is None:
            found.append(
                Problem(
                    "reason_missing",
                    S_("reason_missing.record", "Choose why the visit did not happen."),
                    field="reason",
                )
            )
        return found
    if record.start is None or record.end is None:
        found.append(
            Problem(
                "times_missing",
                N_("Enter when the visit began and ended."),
                field="start" if record.start is None else "end",
            )
        )
    elif not 0 < record.end - record.start <= LONGEST:
        found.append(
            Problem("times_reversed", N_("The end must come after the beginning, at most 8 hours later."), field="end")
        )
    if record.confirmation == Confirmation.ON_PHONE and not record.confirmed_by.strip():
        found.append(
            Problem(
                "confirmer_missing",
                N_("Let the guardian enter their name, or choose that it is not yet confirmed."),
                field="confirmed_by",
            )
        )
    return found + [problem for point in record.points for problem in _point_problems(point)]


def closed_problems(record: RecordInput, planned_day: date, closed: str | None) -> list[Problem]:
    """What a first record says of a visit whose day is closed by now (`closed`: why, None for a day of school). Nobody
    missed it; that it took place all the same is possible, and then somebody says how."""
    if closed is None:
        return []
    if record.outcome == RecordOutcome.NOT_GIVEN:
        return [
            Problem(
                CLOSED_NOT_MISSED,
                N_(
                    "Schools are closed on this day: nobody missed this visit, and nothing is to be recorded. The "
                    "district decides when it is made up for."
                ),
            )
        ]
    if record.day != planned_day or record.explanation.strip():
        return []
    return [
        Problem(
            CLOSED_UNEXPLAINED,
            N_("Schools are closed on this day. If the visit took place all the same, say how that came."),
            field="explanation",
        )
    ]


def unsaid_times(given: tuple[object, ...], planned: tuple[object, ...], said: TimesGiven | None) -> list[Problem]:
    """What is wrong with times (day, start, end) that a page had filled in as planned: nobody is taken to have been
    there then who did not say so. Times that were entered say it themselves."""
    if given != planned or said == TimesGiven.PLANNED:
        return []
    if said is None:
        return [
            Problem(
                "times_unsaid",
                N_("Say whether the visit was at the planned time, or enter when it was."),
                field="times",
            )
        ]
    return [
        Problem(
            "times_as_planned",
            N_("These are still the planned times. Enter when the visit began and ended."),
            field="start",
        )
    ]


def _point_problems(point: PointInput) -> list[Problem]:
    name = f"point-{point.objective_key}"
    if (point.prompt is None) != (point.done is None):
        return [
            Problem(
                "point_half", S_("point_half.tries", "Tap both the help given and the result, or neither."), field=name
            )
        ]
    if point.done is not None and not 0 <= point.done <= point.trials:
        return [
            Problem(
                "point_outside",
                S_("point_outside.tries", "The result must lie between 0 and %(trials)s."),
                {"trials": point.trials},
                field=name,
            )
        ]
    return []
