"""Little invented districts of every kind, for searches that must not end in an error: the same number gives the same
district. Homes lie so that minutes rounded to five break the triangle rule, as those of a demo or a hand-made table do.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from app.routing.problem import (
    Break,
    Child,
    ClosedLeg,
    Day,
    HalfDay,
    Lock,
    Plan,
    Problem,
    Team,
    TemplateVisit,
    Travel,
    Weights,
)

STRETCHES = (
    ((480, 1050),),
    ((480, 720),),
    ((780, 1050),),
    ((510, 720), (810, 1020)),
    ((480, 720), (720, 1050)),
    ((480, 610), (700, 1050)),
    ((480, 600), (630, 780), (840, 1080)),
    (),
)
"""Hours of a team on a day: in one stretch, in two or three, touching or not, none."""
TIMES = (
    ((480, 1050),),
    ((510, 720),),
    ((810, 1020),),
    ((510, 720), (810, 1020)),
    ((600, 700), (820, 900)),
    ((480, 1050), (600, 700)),
    (),
)


def problem(number: int) -> Problem:
    """The district of a number, for a month of 2026 or 2027 (one in four: for a week)."""
    dice = random.Random(number)
    schools, count, crews = dice.randint(1, 3), dice.randint(1, 14), dice.randint(1, 4)
    travel = _travel(dice, schools + count)
    teams = tuple(_team(dice, i, schools) for i in range(crews))
    children = tuple(_child(dice, i, schools + i, teams) for i in range(count))
    days = _days(dice)
    told = Problem(
        days=days, teams=teams, children=children, travel=travel,
        weights=Weights(partial=dice.choice([0, 0, 50]), fairness=dice.choice([0, 2, 2])),
        seed=number, repeats=dice.random() < 0.8, substitutes=dice.random() < 0.3,
        noon_break=Break(*dice.choice([(60, 690, 840), (30, 720, 780)])) if dice.random() < 0.3 else None,
        closed_legs=_closed(dice, travel, days), locks=_locks(dice, teams, children),
    )  # fmt: skip
    return replace(told, previous=Plan(visits=(), template=_former(dice, told))) if dice.random() < 0.4 else told


def _travel(dice, places):
    at = [(dice.uniform(0, 40), dice.uniform(0, 40)) for _ in range(places)]
    step = dice.choice([1, 5, 5, 10])

    def minutes(slow):
        rows = [
            [0 if a == b else step * max(1, round((math.dist(a, b) * slow + dice.uniform(0, 8)) / step)) for b in at]
            for a in at
        ]
        return np.array(rows, dtype=int)

    late = minutes(dice.choice([1.0, 1.8])) if dice.random() < 0.4 else None
    return Travel(tuple(str(i) for i in range(places)), minutes(1.2), afternoon=late)


def _week(dice, kinds):
    return {d: tuple(HalfDay(a, b) for a, b in dice.choice(kinds)) for d in range(5)}


def _team(dice, i, schools):
    shifts = (
        _week(dice, STRETCHES)
        if dice.random() < 0.5
        else dict.fromkeys(range(5), tuple(HalfDay(a, b) for a, b in dice.choice(STRETCHES[:7])))
    )
    return Team(
        id=f"T{i}", school=str(dice.randrange(schools)), teachers=tuple(dice.sample("abcde", dice.randint(1, 2))),
        skills=frozenset(s for s in ("ID", "CP", "deaf") if dice.random() < 0.75), shifts=shifts,
        cap_day=dice.choice([200, 260, 300, 360, 480]), max_visits=dice.choice([None, None, 2, 4]),
        max_travel=dice.choice([None, None, 100, 160]), one_trip=dice.random() < 0.4,
        target_load=dice.choice([0, 0, 900]),
    )  # fmt: skip


def _child(dice, i, place, teams):
    per = dice.choice([1, 1, 1, 2, 4])
    ids = [t.id for t in teams]
    return Child(
        id=f"C{i}", place=str(place), needs=frozenset(s for s in ("ID", "CP", "deaf") if dice.random() < 0.3),
        minutes=dice.choice([30, 45, 60, 60, 90]), visits=dice.choice([1, 2, 2, 3, 5 if per == 1 else 4]), per=per,
        min_gap=dice.choice([1, 1, 2, 2, 3]), windows=_week(dice, TIMES), priority=dice.choice([1, 1, 2]),
        home_team=dice.choice([None, None, *ids]), forbidden_teams=frozenset(x for x in ids if dice.random() < 0.1),
        team_size=dice.choice([1, 1, 1, 2]), child=dice.choice(["", "", "", "K", "L"]),
        shares_day=dice.random() < 0.5, total=dice.choice([None, None, None, 4]),
        disliked={dice.choice(ids): 60} if dice.random() < 0.2 else None,
    )  # fmt: skip


def _days(dice):
    first = date(2026, 1, 1) + timedelta(days=dice.randrange(700))
    span = [first + timedelta(days=i) for i in range(dice.choice([7, 28, 30, 31]))]
    shut = set(dice.sample(span, min(len(span), dice.choice([0, 0, 3]))))
    acting = {d: dice.randrange(5) for d in span if d.weekday() == 5 and dice.random() < 0.15}
    days = tuple(Day(d, acting.get(d, d.weekday() if d.weekday() < 5 and d not in shut else None)) for d in span)
    if any(d.acts_as is not None for d in days):
        return days
    return (replace(days[0], acts_as=0), *days[1:])


def _closed(dice, travel, days):
    if dice.random() < 0.8:
        return ()
    a, b = dice.choice(travel.places), dice.choice(travel.places)
    return (ClosedLeg(a, b, days[0].date, days[len(days) // 2].date),)


def _locks(dice, teams, children):
    return tuple(Lock(c.id, dice.choice(teams).id) for c in children if dice.random() < 0.05)


def _former(dice, told):
    """What a plan before may have told: any team, any days."""
    return tuple(
        TemplateVisit(c.id, dice.choice(told.teams).id, 0, d, 540)
        for c in told.children
        for d in dice.sample(range(5), min(5, c.visits))
        if dice.random() < 0.7
    )
