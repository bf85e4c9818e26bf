"""What the first page shows: the actor's own steps with clocks, and the live lines that say more than they do.

A line counts what there is now; the steps are of the morning, with owner, day and colour. Where the steps say all that
a line counts, the line is left out; where something has come up since, it stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.access import Actor
from app.home.queries import list_work
from app.home.types import Work
from app.placements.steps import PLACEMENT_REVIEW
from app.plans.steps import PLAN_END, PLAN_REVIEW
from app.plans.types import PlanList
from app.roll.steps import BREAK_END, SCREENING, TRANSFER_ANSWER
from app.steps.documents import how
from app.steps.queries import MineOf, list_mine

MOST = 12
"""Steps that the first page shows; its link leads to all."""
SAID_BY: dict[str, tuple[str, ...]] = {
    "transfers": (TRANSFER_ANSWER,),
    "breaks": (BREAK_END,),
    "reviews": (PLACEMENT_REVIEW,),
    "screenings": (SCREENING,),
    f"plans {PlanList.DUE.value}": (PLAN_REVIEW, PLAN_END),
    f"plans {PlanList.EXPIRING.value}": (PLAN_END,),
}
"""What a line is about, and the kinds of steps that say it one by one; lines about the same are counted together."""


@dataclass(frozen=True)
class Desk:
    """The lines of work; the first steps, each with how it stands in words and the kind of its tag; how many there
    are of them."""

    work: list[Work]
    steps: list[tuple]
    total: int


def what_waits(actor: Actor, day: date) -> Desk:
    """What waits for the actor: one query more than the lines."""
    mine = list_mine(actor, day, limit=MOST)
    steps = [(line, *how(line)) for line in mine.lines]
    return Desk(without_twice(list_work(actor, day), mine), steps, mine.total)


def without_twice(work: Iterable[Work], steps: MineOf) -> list[Work]:
    """The lines that say more than the steps do."""
    work, told = list(work), Counter[str]()
    for one in work:
        told[one.about] += one.count
    return [
        one
        for one in work
        if one.about not in SAID_BY or told[one.about] > sum(steps.counts.get(kind, 0) for kind in SAID_BY[one.about])
    ]
