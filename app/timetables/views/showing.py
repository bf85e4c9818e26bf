"""What several pages of a timetable share: closed days, where a visit's card leads."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.kernel.calendars import YearMissing
from app.timetables.queries.inputs import calendar_inputs
from app.timetables.rules.gathering import month_of
from app.timetables.types import TimetableState
from app.web.filters import said
from app.web.i18n import gettext as _
from app.web.urls import url_for


def closed_days(row: Any) -> dict[date, str]:
    """Closed days of the timetable's month with their reasons."""
    try:
        days = calendar_inputs(row.unit_id, month_of(row.first_on)[0], row.last_on)
    except YearMissing:
        return {}
    return {
        one.day: said(one.reason) if one.reason else _("closed")
        for one in days
        if one.acts_as is None and (one.day.weekday() < 5 or one.reason)
    }


def board_url(one: Any, row: Any, planner: bool) -> str | None:
    """To the form that moves the visit, or to the child's month."""
    if planner and row.state == TimetableState.DRAFT:
        return url_for("timetables.edit_visit", visit_id=one.id)
    return url_for("timetables.show_calendar", timetable_id=row.id, child=one.child_id)
