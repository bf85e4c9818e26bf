"""Problems and solutions as JSON, `visit-timetable/1`: a template of days 0.., places numbered by the travel matrix.

Problem: `days`, `travel` (rows of whole minutes), `travel_afternoon` (the same for trips of shifts that start at 12:00
or later; left out where it is no other), `noon_break` (`minutes`, `from`, `to`; left out where there is none), `teams`
(`id`, `place`, `skills`, `shifts` per day as [from, to], `day_cap`), `children` (`id`, `place`, `needs`, `minutes`,
`visits`, `min_gap`, `windows` per day), `points` (two coordinates of each place, for pictures; may be left out).
Solution: `visits` (`child`, `day`, `team`, `start`), `unserved` (`child`, `missing`, `reason`). The files have no
dates: day 0 is taken as a Monday, weekends skipped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from app.kernel.problems import N_, S_, Refused
from app.kernel.problems import Problem as Finding
from app.routing.problem import NO_WAY, Break, Child, Day, HalfDay, Plan, Problem, Team, Travel
from app.routing.reading import (
    Json,
    Shape,
    any_text,
    anything,
    each_its_own,
    load,
    many,
    minutes_or_hole,
    named,
    number,
    refuse,
    shown,
    text,
    whole,
)

FORMAT = "visit-timetable/1"
MONDAY = date(2026, 3, 2)  # any Monday serves: the format knows numbers of days only
MIDNIGHT = 1440
PLACES, TEAMS, DEMANDS, FEW = 5_000, 2_000, 20_000, 100  # more of them are another thing, not a district
FARTHEST = 1e7  # a coordinate, whatever it counts
ENDS_FIRST = S_("file.ends_first", "%(place)s: a stretch of the day ends after it starts, not %(value)s.")


def read_problem(told: str) -> Problem:
    """Return the `Problem` of a `visit-timetable/1` text. Raises kernel `Refused` with a sentence that names the place
    where the text is not of that format; numbers of the travel tables are judged by `validate`."""
    value = load(told)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise Refused(Finding("bad_format", N_("This file is not of the format %(format)s."), {"format": FORMAT}))
    days = named({"days": whole(1, 7)})({k: v for k, v in value.items() if k == "days"}, "")["days"]
    places = 1
    if "travel" in value:
        places = len(many(anything, most=PLACES)(value["travel"], "travel")) or 1
    return _problem(_shape(days, places)(value, ""))


def _shape(days: int, places: int) -> Shape:
    travel = many(many(minutes_or_hole(NO_WAY), places), places)
    times, place, words = many(many(_stretch, most=FEW), days), whole(0, places - 1), many(text, most=FEW)
    team = {"id": text, "place": place, "skills": words, "shifts": times, "day_cap": whole(1, MIDNIGHT)}
    child = {
        "id": text,
        "place": place,
        "needs": words,
        "minutes": whole(1, MIDNIGHT),
        "visits": whole(1, 99),
        "min_gap": whole(0, 99),
        "windows": times,
    }
    rest = {"minutes": whole(0, MIDNIGHT), "from": whole(0, MIDNIGHT), "to": whole(0, MIDNIGHT)}
    return named(
        {
            "format": text,
            "name": any_text,
            "days": anything,
            "travel": travel,
            "travel_afternoon": travel,
            "noon_break": named(rest),
            "teams": _rows(team, TEAMS),
            "children": _rows(child, DEMANDS),
            "points": many(many(number(FARTHEST), 2), places),
        },
        optional=("name", "travel_afternoon", "noon_break", "points"),
    )


def _rows(shapes: Mapping[str, Shape], most: int) -> Shape:
    """A list of at most `most` things with an id of their own."""

    def shape(value: Json, place: str) -> Json:
        return each_its_own(many(named(shapes), most=most)(value, place), "id", place)

    return shape


def _stretch(value: Json, place: str) -> list[int]:
    start, end = many(whole(0, MIDNIGHT), 2)(value, place)
    if start >= end:
        refuse("bad_stretch", ENDS_FIRST, place, value=shown(value))
    return [start, end]


def _problem(told: Json) -> Problem:
    days = tuple(Day(MONDAY + timedelta(days=i), i) for i in range(told["days"]))
    places = tuple(str(i) for i in range(len(told["travel"])))
    late, rest = told.get("travel_afternoon"), told.get("noon_break")
    travel = Travel(places, _minutes(told["travel"]), afternoon=None if late is None else _minutes(late))
    teams = tuple(
        Team(
            id=t["id"],
            school=str(t["place"]),
            teachers=(t["id"],),
            skills=frozenset(t["skills"]),
            shifts=_week(t["shifts"]),
            cap_day=t["day_cap"],
            one_trip=True,
        )
        for t in told["teams"]
    )
    children = tuple(
        Child(
            id=c["id"],
            place=str(c["place"]),
            needs=frozenset(c["needs"]),
            minutes=c["minutes"],
            visits=c["visits"],
            min_gap=max(1, c["min_gap"]),
            windows=_week(c["windows"]),
        )
        for c in told["children"]
    )
    rest = None if rest is None else Break(rest["minutes"], rest["from"], rest["to"])
    return Problem(
        days=days,
        teams=teams,
        children=children,
        travel=travel,
        repeats=False,
        name=told.get("name", ""),
        noon_break=rest,
    )


def _minutes(table: Json) -> np.ndarray:
    rows = [[float("nan") if m is None else m for m in row] for row in table]
    minutes = np.array(rows, dtype=float)
    if np.isfinite(minutes).all() and (minutes == np.floor(minutes)).all():
        minutes = minutes.astype(int)
    return minutes


def _week(stretches: Json) -> dict[int | date, tuple[HalfDay, ...]]:
    return {i: tuple(HalfDay(a, b) for a, b in day) for i, day in enumerate(stretches)}


def write_problem(problem: Problem) -> str:
    """Return the text of a problem of one week without exceptions by date. Raises ValueError for a longer one."""
    if len(problem.days) > 7 or any(d.acts_as != i for i, d in enumerate(problem.days)):
        raise ValueError("the format holds one week from Monday on")
    place = {p: i for i, p in enumerate(problem.travel.places)}
    span, late, rest = range(len(problem.days)), problem.travel.afternoon, problem.noon_break
    return json.dumps(
        {
            "format": FORMAT,
            "name": problem.name,
            "days": len(problem.days),
            "travel": np.asarray(problem.travel.minutes).tolist(),
            **({} if late is None else {"travel_afternoon": np.asarray(late).tolist()}),
            **({} if rest is None else {"noon_break": {"minutes": rest.minutes, "from": rest.start, "to": rest.end}}),
            "teams": [
                {
                    "id": t.id,
                    "place": place[t.school],
                    "skills": sorted(t.skills),
                    "day_cap": t.cap_day,
                    "shifts": [_pairs(t.shifts, i) for i in span],
                }
                for t in problem.teams
            ],
            "children": [
                {
                    "id": c.id,
                    "place": place[c.place],
                    "needs": sorted(c.needs),
                    "minutes": c.minutes,
                    "visits": c.visits,
                    "min_gap": c.min_gap,
                    "windows": [_pairs(c.windows, i) for i in span],
                }
                for c in problem.children
            ],
        },
        ensure_ascii=False,
    )


def _pairs(times: Mapping[int | date, Sequence[HalfDay]], weekday: int) -> list[list[int]]:
    return [[h.start, h.end] for h in times.get(weekday, ())]


def write_solution(problem: Problem, plan: Plan) -> str:
    """Return the text of a plan of one week: days are numbered as in the problem's file."""
    day = {d.date: i for i, d in enumerate(problem.days)}
    return json.dumps(
        {
            "format": "visit-timetable-solution/1",
            "problem": problem.name,
            "iterations": plan.iterations,
            "seed": plan.seed,
            "visits": [{"child": v.demand, "day": day[v.date], "team": v.team, "start": v.start} for v in plan.visits],
            "unserved": [
                {
                    "child": u.demand,
                    "missing": u.missing,
                    "reason": u.reasons[0].code if u.reasons else "",
                    "text": [str(r) for r in u.reasons],
                }
                for u in plan.unserved
            ],
        },
        ensure_ascii=False,
    )
