"""Writing visits: teams and times, timetables, records, calendar addresses, papers handed out."""

from app.visits.actions.feeds import log_print, make_feed, revoke_feed
from app.visits.actions.publishing import publish_timetable
from app.visits.actions.records import record_visit
from app.visits.actions.teams import add_leave, end_leave, save_team, set_family_times, set_teacher_hours
from app.visits.actions.timetables import (
    check_move,
    discard_timetable,
    fill_timetable,
    inputs_of,
    move_visit,
    open_timetable,
)

__all__ = [
    "add_leave", "check_move", "discard_timetable", "end_leave", "fill_timetable", "inputs_of", "log_print",
    "make_feed", "move_visit", "open_timetable", "publish_timetable", "record_visit", "revoke_feed", "save_team",
    "set_family_times", "set_teacher_hours",
]
