"""Decisions about visits: what a timetable is made from, what a record must say, who owes which minutes."""

from app.visits.rules.changes import Changed, compare_visits, visit_key
from app.visits.rules.gathering import (
    NO_TEACHING_DAY,
    asked_in,
    demand_id,
    inputs_hash,
    is_month,
    left_out,
    make_problem,
    min_gap,
    missing_inputs,
    month_name,
    month_of,
    period_of,
    split_demand,
    split_needs,
    team_lack,
    weeks_of,
)
from app.visits.rules.minutes import OWED_BY, due_minutes, ledger
from app.visits.rules.records import record_problems
from app.visits.rules.travelling import back_by, clashes, leg_ends, leg_problems, travel_between

__all__ = [
    "NO_TEACHING_DAY", "OWED_BY", "Changed", "asked_in", "back_by", "clashes", "compare_visits", "demand_id",
    "due_minutes", "inputs_hash", "is_month", "ledger", "left_out", "leg_ends", "leg_problems", "make_problem",
    "min_gap", "missing_inputs", "month_name", "month_of", "period_of", "record_problems", "split_demand",
    "split_needs", "team_lack", "travel_between", "visit_key", "weeks_of",
]
