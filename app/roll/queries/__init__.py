"""Reading the roll: states and links; who may do what; rows for the pages. What the actor may not see is not found."""

from app.roll.queries.clocks import clock_of, clocks_of, is_guessed, is_turn_of, party_on
from app.roll.queries.days import (
    LATEST,
    days_for,
    find_open_day,
    list_days,
    list_proposals,
    may_answer_day,
    may_propose_day,
    may_withdraw_day,
    state_of,
)
from app.roll.queries.lists import (
    MovementFilters,
    find_open_request,
    find_open_transfer,
    find_taking_back,
    list_answers,
    list_ending,
    list_links,
    list_movements,
    list_movements_of,
    list_numbers,
    list_requests,
    list_undone,
    list_void,
    waits_for,
)
from app.roll.queries.schools import find_school, own_schools, school_names, unit_schools
from app.roll.queries.scope import (
    acts_at,
    find_number,
    get_request,
    get_transfer,
    has_disability,
    is_waiting,
    keeps_roll,
    may_act_for,
    may_take_back,
    may_withdraw,
    search_child,
    sides_of,
)
from app.roll.queries.states import (
    coming_links,
    count_by_status,
    find_intended,
    find_state,
    links_on,
    live_links,
    read_intended,
    schools_of,
    status_of,
    status_on,
    statuses_of,
)
from app.roll.queries.under_way import find_waiting, list_under_way

__all__ = [
    "LATEST", "MovementFilters", "acts_at", "clock_of", "clocks_of", "coming_links", "count_by_status", "days_for",
    "find_intended", "find_number", "find_open_day", "find_open_request", "find_open_transfer", "find_school",
    "find_state", "find_taking_back", "find_waiting", "get_request", "get_transfer", "has_disability", "is_guessed",
    "is_turn_of", "is_waiting", "keeps_roll", "links_on", "list_answers", "list_days", "list_ending",
    "list_links", "list_movements", "list_movements_of", "list_numbers", "list_proposals", "list_requests",
    "list_under_way", "list_undone", "list_void", "live_links", "may_act_for", "may_answer_day", "may_propose_day",
    "may_take_back", "may_withdraw", "may_withdraw_day", "own_schools", "party_on", "read_intended", "school_names",
    "schools_of", "search_child", "sides_of", "state_of", "status_of", "status_on", "statuses_of", "unit_schools",
    "waits_for",
]
