"""Reading steps."""

from app.steps.queries.steps import (
    SORTS,
    MineOf,
    Wanted,
    count_steps,
    count_ticks,
    get_step,
    list_mine,
    list_steps,
    list_ticks,
)

__all__ = [
    "SORTS",
    "MineOf",
    "Wanted",
    "count_steps",
    "count_ticks",
    "get_step",
    "list_mine",
    "list_steps",
    "list_ticks",
]
