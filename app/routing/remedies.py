"""Applying a remedy: the same problem with one thing relaxed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.routing.problem import Child, HalfDay, Problem, Team, half_days, in_afternoon
from app.routing.telling import Remedy

Values = Mapping[str, Any]
"""What a remedy says of itself; it may come back from JSON."""


def apply_remedy(problem: Problem, remedy: Remedy) -> Problem:
    """Return the problem with the one thing relaxed that a `Remedy` names (see `Remedy` for the codes and values).

    Values may come back from JSON: numbers as numbers, dates as ISO text. A SUBSTITUTE lets the demand be visited by
    its own team and the named one (`Child.substitute`). Raises ValueError for an unknown code, KeyError for a missing
    value, LookupError where the demand or team is not in the problem any more.
    """
    change = _CHANGES.get(remedy.code)
    if change is None:
        raise ValueError(f"no remedy {remedy.code}")
    return change(problem, remedy.demand, remedy.values)


def with_child(problem: Problem, demand: str, change: Callable[[Child], Child]) -> Problem:
    """The problem with one demand replaced by `change(child)`. Raises LookupError where it is not there."""
    if not any(c.id == demand for c in problem.children):
        raise LookupError(f"no demand {demand}")
    return replace(problem, children=tuple(change(c) if c.id == demand else c for c in problem.children))


def with_team(problem: Problem, team: str, change: Callable[..., Any]) -> Problem:
    """The problem with one team replaced by `change(team)`. Raises LookupError where it is not there."""
    if not any(t.id == team for t in problem.teams):
        raise LookupError(f"no team {team}")
    return replace(problem, teams=tuple(change(t) if t.id == team else t for t in problem.teams))


def longer(
    times: Mapping[date | int, tuple[HalfDay, ...]],
    key: date | int,
    stretch: HalfDay,
    problem: Problem,
    shifts: bool = False,
) -> dict[date | int, tuple[HalfDay, ...]]:
    """A weekly mapping with one stretch more at a weekday or date, joined with what it touches (see `joined`)."""
    if isinstance(key, date):
        day = next((d for d in problem.days if d.date == key), None)
        there = half_days(times, day) if day else ()
    else:
        there = times.get(key, ())
    return {**times, key: joined(there, stretch, shifts and problem.travel.afternoon is not None)}


def joined(there: tuple[HalfDay, ...], stretch: HalfDay, apart: bool = False) -> tuple[HalfDay, ...]:
    """Stretches of a day and one more, joined with what it touches. `apart`: a shift of the afternoon stays one, as its
    trip would else take the legs of the morning."""
    merged: list[HalfDay] = []
    for one in sorted((*there, stretch)):
        touches = bool(merged) and one.start <= merged[-1].end
        if touches and not (apart and one != stretch and in_afternoon(one.start) > in_afternoon(merged[-1].start)):
            merged[-1] = HalfDay(merged[-1].start, max(one.end, merged[-1].end))
        else:
            merged.append(one)
    return tuple(merged)


def _when(values: Values) -> tuple[date | int, HalfDay]:
    key: date | int = date.fromisoformat(str(values["on"])) if values.get("on") else int(values["day"])
    return key, HalfDay(int(values["start"]), int(values["end"]))


def _window(problem: Problem, demand: str, values: Values) -> Problem:
    key, stretch = _when(values)
    return with_child(problem, demand, lambda c: replace(c, windows=longer(c.windows, key, stretch, problem)))


def _gap(problem: Problem, demand: str, values: Values) -> Problem:
    return with_child(problem, demand, lambda c: replace(c, min_gap=max(1, int(values["gap"]))))


def _substitute(problem: Problem, demand: str, values: Values) -> Problem:
    return with_child(problem, demand, lambda c: replace(c, substitute=str(values["team_id"])))


def _allow(problem: Problem, demand: str, values: Values) -> Problem:
    return with_child(
        problem, demand, lambda c: replace(c, forbidden_teams=c.forbidden_teams - {str(values["team_id"])})
    )


def _unlock(problem: Problem, demand: str, values: Values) -> Problem:
    locks = tuple(x for x in problem.locks if x.demand != demand or x.date is not None)
    return replace(problem, locks=locks)


def _cap(problem: Problem, demand: str, values: Values) -> Problem:
    return with_team(problem, str(values["team_id"]), lambda t: replace(t, cap_day=max(t.cap_day, int(values["cap"]))))


def _hours(problem: Problem, demand: str, values: Values) -> Problem:
    key, stretch = _when(values)
    return with_team(
        problem, str(values["team_id"]), lambda t: replace(t, shifts=longer(t.shifts, key, stretch, problem, True))
    )


def _skill(problem: Problem, demand: str, values: Values) -> Problem:
    skills = frozenset(str(values["skills"]).split(", "))
    return with_team(problem, str(values["team_id"]), lambda t: replace(t, skills=t.skills | skills))


def _adult(problem: Problem, demand: str, values: Values) -> Problem:
    size = int(values["size"])

    def grown(team: Team) -> Team:
        more = tuple(f"{team.id}+{i}" for i in range(len(team.teachers) + 1, size + 1))
        return replace(team, teachers=team.teachers + more)

    return with_team(problem, str(values["team_id"]), grown)


def _new_team(problem: Problem, demand: str, values: Values) -> Problem:
    team, size = str(values["team_id"]), int(values["size"])
    shifts: dict[int | date, tuple[HalfDay, ...]] = {}
    for one in str(values["days"]).split(","):
        day, _, stretch = one.partition(":")
        start, _, end = stretch.partition("-")
        shifts[int(day)] = (HalfDay(int(start), int(end)),)
    cap = max(h.end - h.start for own in shifts.values() for h in own)
    skills = frozenset(x for x in str(values["skills"]).split(", ") if x)
    crew = tuple(f"{team}.{i}" for i in range(1, size + 1))
    rest = tuple(t for t in problem.teams if t.id != team)
    return replace(
        problem,
        teams=(
            *rest,
            Team(id=team, school=str(values["school"]), teachers=crew, skills=skills, shifts=shifts, cap_day=cap),
        ),
    )


_CHANGES: dict[str, Callable[[Problem, str, Values], Problem]] = {
    "ADD_WINDOW": _window,
    "SHORTEN_GAP": _gap,
    "SUBSTITUTE": _substitute,
    "ALLOW_TEAM": _allow,
    "UNLOCK": _unlock,
    "RAISE_CAP": _cap,
    "MORE_HOURS": _hours,
    "ADD_SKILL": _skill,
    "ADD_ADULT": _adult,
    "NEW_TEAM": _new_team,
}
