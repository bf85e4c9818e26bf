"""Small problems on a straight road, and a second checker that shares no code with the product's."""

import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from app.routing.problem import Child, Day, HalfDay, Lock, Problem, Team, Travel

MONDAY = date(2026, 11, 2)
MORNING, AFTERNOON, ALL_DAY = HalfDay(510, 720), HalfDay(810, 1020), HalfDay(480, 1050)
WEEK = range(5)


def road(*kilometres):
    """Places "0", "1" ... along a road, a minute a kilometre."""
    at = np.array(kilometres, dtype=int)
    return Travel(tuple(str(i) for i in range(len(at))), abs(at[:, None] - at[None, :]))


def with_afternoon(told, seed=0):
    """The problem with other minutes in the afternoon: each leg from a third to twice as long, in steps of five."""
    rng, morning = random.Random(seed), told.travel.minutes
    factors = [[rng.choice([1, 2, 3, 4, 6]) for _ in morning] for _ in morning]
    return replace(told, travel=replace(told.travel, afternoon=morning * np.array(factors) // 15 * 5))


def always(*stretches, days=WEEK):
    return dict.fromkeys(days, stretches)


def team(id="T1", **changes):
    told = {"school": "0", "teachers": (id,), "skills": frozenset({"ID"}), "shifts": always(ALL_DAY)} | changes
    return Team(id=id, **told)


def child(id="C1", **changes):
    told = {"place": "1", "needs": frozenset({"ID"}), "minutes": 60, "visits": 1, "windows": always(MORNING, AFTERNOON)}
    return Child(id=id, **told | changes)


def days(count=5, start=MONDAY, closed=(), acting=()):
    """Calendar days from `start`: weekends closed; `closed` dates; `acting` {date: weekday}."""
    found = []
    for i in range(count):
        day = start + timedelta(days=i)
        acts = day.weekday() if day.weekday() < 5 and day not in closed else None
        found.append(Day(day, dict(acting).get(day, acts), "teaching"))
    return tuple(found)


def problem(teams=None, children=None, travel=None, **changes):
    told = {"days": days()} | changes
    return Problem(
        teams=tuple(teams or [team()]), children=tuple(children or [child()]), travel=travel or road(0, 20), **told
    )


def random_problem(seed, children=4, teams=2, horizon=5):
    """A tight little district; every number is a multiple of five minutes."""
    rng = random.Random(seed)
    where = [0] + [5 * rng.randint(1, 8) for _ in range(children)]
    kids = [
        child(
            f"C{i}",
            place=str(i),
            needs=frozenset(rng.sample(["ID", "CP"], rng.randint(0, 1))),
            minutes=rng.choice([60, 90]),
            visits=rng.choice([1, 2]),
            min_gap=rng.choice([1, 2]),
            windows={d: (rng.choice([MORNING, AFTERNOON]),) for d in WEEK if rng.random() < 0.6},
        )
        for i in range(1, children + 1)
    ]
    crews = [
        team(
            f"T{i}",
            skills=frozenset(rng.choice([["ID"], ["ID", "CP"]])),
            shifts={
                d: (rng.choice([HalfDay(480, 750), HalfDay(780, 1050), ALL_DAY]),) for d in WEEK if rng.random() < 0.5
            },
            cap_day=rng.choice([200, 300]),
        )
        for i in range(1, teams + 1)
    ]
    return problem(crews, kids, road(*where), days=days(horizon))


def rich_problem(seed):
    """A horizon with everything in it: closures, adjusted Saturdays, exceptions by date, services that share a child,
    teachers in two teams, fixed visits, limits of every kind."""
    rng = random.Random(seed)
    start, count = MONDAY + timedelta(days=rng.randint(0, 4)), rng.choice([12, 26, 31, 61])
    span = [start + timedelta(days=i) for i in range(count)]
    acting = {d: rng.randint(0, 4) for d in span if d.weekday() == 5 and rng.random() < 0.3}
    calendar = days(count, start, rng.sample(span, 3), acting)
    base = random_problem(seed, rng.randint(1, 9), rng.randint(1, 3))
    kids, crews = [], []
    for kid in base.children:
        per = rng.choice([1, 1, 2, 4])
        kids.append(
            replace(
                kid,
                per=per,
                visits=rng.choice([1, 2, per]),
                min_gap=rng.randint(1, 5),
                total=rng.choice([None, None, 4]),
                priority=rng.randint(1, 3),
                child=rng.choice(["", "K"]),
                shares_day=rng.random() < 0.5,
                windows={**kid.windows, rng.choice(span): (AFTERNOON,)},
                home_team=rng.choice([None, "T1"]),
            )
        )
    for crew in base.teams:
        halved = {d: (MORNING, AFTERNOON) if rng.random() < 0.5 else s for d, s in crew.shifts.items()}
        crews.append(
            replace(
                crew,
                teachers=tuple(rng.sample("abc", rng.randint(1, 2))),
                shifts={**halved, rng.choice(span): ()},
                max_visits=rng.choice([None, 2]),
                max_travel=rng.choice([None, 120]),
                one_trip=rng.random() < 0.3,
            )
        )
    out = [d.date for d in calendar if crews[0].shifts.get(d.date, crews[0].shifts.get(d.acts_as, ()))]
    fixed = [Lock(k.id, "T1", rng.choice(out), rng.choice([540, 600, 840])) for k in kids if out and rng.random() < 0.3]
    return replace(
        base,
        days=calendar,
        children=tuple(kids),
        teams=tuple(crews),
        locks=tuple(fixed),
        substitutes=rng.random() < 0.3,
        repeats=rng.random() < 0.8,
    )


def recheck(given, plan):
    """Return broken rules, minute by minute: where is each team on each date?"""
    broken = []
    kids, crews = {c.id: c for c in given.children}, {t.id: t for t in given.teams}
    acts = {d.date: d.acts_as for d in given.days}
    eased = {(r.demand, r.date) for r in plan.relaxations if r.code == "GAP"}
    at = {p: i for i, p in enumerate(given.travel.places)}
    for crew in given.teams:
        for day in given.days:
            stops = sorted(
                (v.start, v.end, kids[v.demand]) for v in plan.visits if (v.team, v.date) == (crew.id, day.date)
            )
            free = crew.shifts.get(day.date, crew.shifts.get(day.acts_as, ())) if stops else ()
            spans = []
            for shift in free:
                mine = [s for s in stops if shift.start <= s[0] <= shift.end]
                stops = [s for s in stops if s not in mine]
                if mine:
                    way = [at[crew.school], *(at[k.place] for _, _, k in mine), at[crew.school]]
                    late = given.travel.afternoon is not None and shift.start >= 12 * 60
                    table = given.travel.afternoon if late else given.travel.minutes
                    legs = [int(table[a][b]) for a, b in zip(way, way[1:], strict=False)]
                    leave, back = mine[0][0] - legs[0], mine[-1][1] + legs[-1]
                    if leave < shift.start or back > shift.end:
                        broken.append(("shift", crew.id, day.date))
                    if any(a[1] + leg > b[0] for a, b, leg in zip(mine, mine[1:], legs[1:-1], strict=False)):
                        broken.append(("late", crew.id, day.date))
                    spans.append(back - leave)
            if stops or sum(spans) > crew.cap_day:
                broken.append(("day", crew.id, day.date))
    for kid in given.children:
        mine = sorted((v for v in plan.visits if v.demand == kid.id), key=lambda v: v.date)
        if len({v.team for v in mine}) > 1:
            broken.append(("teams", kid.id))
        for v in mine:
            times = kid.windows.get(v.date, kid.windows.get(acts[v.date], ())) if acts[v.date] is not None else ()
            fits = any(all(h.start <= m <= h.end for m in range(v.start, v.start + kid.minutes + 1)) for h in times)
            if not fits or not kid.needs <= crews[v.team].skills:
                broken.append(("visit", kid.id, v.date))
        for a, b in zip(mine, mine[1:], strict=False):
            if (b.date - a.date).days < kid.min_gap - ((kid.id, a.date) in eased or (kid.id, b.date) in eased):
                broken.append(("gap", kid.id, b.date))
    return broken
