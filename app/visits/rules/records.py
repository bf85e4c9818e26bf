"""What a record of a visit must say."""

from __future__ import annotations

from datetime import date

from app.kernel.problems import N_, Problem
from app.visits.types import Confirmation, RecordInput, RecordOutcome, TimesGiven

LONGEST = 480


def record_problems(record: RecordInput, planned_day: date, today: date) -> list[Problem]:
    """Return what is wrong with a record of a visit planned for a day; problems name their form field."""
    found = []
    if record.day > today:
        found.append(Problem("record_in_future", N_("This visit lies in the future. Record it when it has been."),
                             field="day"))
    if abs((record.day - planned_day).days) > 31:
        found.append(Problem("record_day_far", N_("This day is more than a month from the planned day. Check the "
                                                  "year and the month."), field="day"))
    if record.outcome == RecordOutcome.NOT_GIVEN:
        if record.reason is None:
            found.append(Problem("reason_missing", N_("Choose why the visit did not happen."), field="reason"))
        return found
    if record.start is None or record.end is None:
        found.append(Problem("times_missing", N_("Enter when the visit began and ended."),
                             field="start" if record.start is None else "end"))
    elif not 0 < record.end - record.start <= LONGEST:
        found.append(Problem("times_reversed", N_("The end must come after the beginning, at most 8 hours later."),
                             field="end"))
    if record.confirmation == Confirmation.ON_PHONE and not record.confirmed_by.strip():
        found.append(Problem("confirmer_missing", N_("Let the guardian enter their name, or choose that it is not yet "
                                                     "confirmed."), field="confirmed_by"))
    return found + [problem for point in record.points for problem in _point_problems(point)]


def unsaid_times(given: tuple, planned: tuple, said: TimesGiven | None) -> list[Problem]:
    """What is wrong with times (day, start, end) that a page had filled in as planned: nobody is taken to have been
    there then who did not say so. Times that were entered say it themselves."""
    if given != planned or said == TimesGiven.PLANNED:
        return []
    if said is None:
        return [Problem("times_unsaid", N_("Say whether the visit was at the planned time, or enter when it was."),
                        field="times")]
    return [Problem("times_as_planned", N_("These are still the planned times. Enter when the visit began and ended."),
                    field="start")]


def _point_problems(point) -> list[Problem]:
    name = f"point-{point.objective_key}"
    if (point.prompt is None) != (point.done is None):
        return [Problem("point_half", N_("Tap both the help given and the result, or neither."), field=name)]
    if point.done is not None and not 0 <= point.done <= point.trials:
        return [Problem("point_outside", N_("The result must lie between 0 and %(trials)s."), {"trials": point.trials},
                        field=name)]
    return []
