"""Writing the roll: states and movements; enrolment, numbers and links; requests with two people; transfers."""

from app.roll.actions.answers import answer_request
from app.roll.actions.days import answer_day, propose_day, withdraw_day
from app.roll.actions.enrolment import Place, change_number, enrol_child, set_links
from app.roll.actions.movements import change_status, register_child
from app.roll.actions.requests import (
    Asked,
    ask_movement,
    defer_child,
    leavings_from,
    withdraw_request,
)
from app.roll.actions.transfers import (
    Opening,
    answer_transfer,
    find_for_transfer,
    open_transfer,
    withdraw_transfer,
)
from app.roll.actions.waiting import take_back_transfer

__all__ = [
    "Asked",
    "Opening",
    "Place",
    "answer_day",
    "answer_request",
    "answer_transfer",
    "ask_movement",
    "change_number",
    "change_status",
    "defer_child",
    "enrol_child",
    "find_for_transfer",
    "leavings_from",
    "open_transfer",
    "propose_day",
    "register_child",
    "set_links",
    "take_back_transfer",
    "withdraw_day",
    "withdraw_request",
    "withdraw_transfer",
]
