"""Writing visits: teams and times, timetables, records, calendar addresses, papers handed out."""

from app.visits.actions.feeds import log_print, make_feed, revoke_feed
from app.visits.actions.moving import check_move, move_visit
from app.visits.actions.opening import open_timetable
from app.visits.actions.pins import free_pin, pin_visit
from app.visits.actions.publishing import publish_timetable
from app.visits.actions.records import record_visit
from app.visits.actions.runs import keep_progress, stop_run
from app.visits.actions.teams import (
    add_leave,
    end_leave,
    save_team,
    set_family_times,
    set_family_wishes,
    set_teacher_hours,
)
from app.visits.actions.timetables import discard_timetable, fill_timetable, inputs_of

__all__ = [
    "add_leave", "check_move", "discard_timetable", "end_leave", "fill_timetable", "free_pin", "inputs_of",
    "keep_progress", "log_print", "make_feed", "move_visit", "open_timetable", "pin_visit", "publish_timetable",
    "record_visit", "revoke_feed", "save_team", "set_family_times", "set_family_wishes", "set_teacher_hours",
    "stop_run",
]
