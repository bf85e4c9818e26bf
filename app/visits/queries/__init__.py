"""Reading visits: what timetables are made from, timetables, a teacher's visits, a child's visits, teams."""

from app.visits.queries.children import (
    ChildVisit,
    child_ledger,
    given_minutes,
    list_child_visits,
    list_family_times,
    month_ledger,
    next_visits,
)
from app.visits.queries.feed import find_feed, has_feed
from app.visits.queries.in_force import plan_of_visit
from app.visits.queries.inputs import gather_inputs
from app.visits.queries.live import compare_draft, live_visits, told_to_family, told_to_teacher
from app.visits.queries.own import (
    MyDay,
    OwnVisit,
    count_my_day,
    find_record,
    get_own_visit,
    list_my_visits,
    practice_words,
)
from app.visits.queries.results import last_records
from app.visits.queries.teams import (
    TeamView,
    get_team,
    list_members,
    list_team_views,
    planned_units,
    teacher_hours,
    teacher_leave,
)
from app.visits.queries.timetables import (
    PlacedVisit,
    Unserved,
    count_waiting,
    find_published,
    get_timetable,
    get_visit,
    list_placed,
    list_timetables,
    list_unserved,
    may_plan,
    outdated_plans,
    run_of,
    teams_of,
    unused_drafts,
    visits_of_month,
)

__all__ = [
    "ChildVisit", "MyDay", "OwnVisit", "PlacedVisit", "TeamView", "Unserved", "child_ledger", "compare_draft",
    "count_my_day",
    "count_waiting", "find_feed", "find_published", "find_record", "gather_inputs", "get_own_visit", "get_team",
    "get_timetable", "get_visit", "given_minutes", "has_feed", "last_records", "list_child_visits",
    "list_family_times", "list_members", "list_my_visits", "list_placed", "list_team_views", "list_timetables",
    "list_unserved", "live_visits", "may_plan", "month_ledger", "next_visits", "outdated_plans", "plan_of_visit",
    "planned_units", "practice_words", "run_of", "teacher_hours", "teacher_leave", "teams_of", "told_to_family",
    "told_to_teacher", "unused_drafts", "visits_of_month",
]
