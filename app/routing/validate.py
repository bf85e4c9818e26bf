"""Is a problem well formed? Errors stop a run before it starts; warnings name demands that nobody can serve as they
stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

import numpy as np

from app.kernel.problems import N_, S_, Severity
from app.kernel.problems import Problem as Finding
from app.routing.problem import NO_WAY, Child, HalfDay, Problem, Team, half_days


def validate(problem: Problem) -> list[Finding]:
    """Return the findings on a problem, errors first, each a sentence that says what to do.

    Errors: no open day, zero teams, unknown places, teams or demands, double ids, a matrix with a hole or a negative
    leg, numbers out of range. Warnings: a demand without family times, or with a visit longer than every time or shift.
    """
    parts = (_days, _break, _teams, _travel, _children, _locks)
    found = [finding for part in parts for finding in part(problem)]
    if not found:
        found += _warnings(problem)
    return found


def _days(problem: Problem) -> Iterator[Finding]:
    dates = [d.date for d in problem.days]
    if not any(d.acts_as is not None for d in problem.days):
        yield Finding(
            "no_open_day", N_("There is no teaching day in this period. Choose another period or open a day.")
        )
    if dates != sorted(set(dates)):
        yield Finding("days_out_of_order", N_("The days must be in order and each only once."))
    for day in problem.days:
        if day.acts_as is not None and day.acts_as not in range(7):
            yield Finding(
                "bad_weekday",
                N_("%(date)s acts as weekday %(weekday)s. Use 0 for Monday to 6 for Sunday."),
                {"date": day.date.isoformat(), "weekday": day.acts_as},
            )


def _break(problem: Problem) -> Iterator[Finding]:
    rest = problem.noon_break
    if rest is not None and not 0 <= rest.start < rest.start + rest.minutes <= rest.end <= 1440:
        yield Finding(
            "bad_break",
            N_(
                "The break at noon of %(minutes)s minutes does not fit between its earliest and its latest time. "
                "Correct the rule."
            ),
            {"minutes": rest.minutes},
        )


def _teams(problem: Problem) -> Iterator[Finding]:
    if not problem.teams:
        yield Finding("no_team", N_("There is no team. Form at least one team with hours before making a timetable."))
    yield from _doubles(
        problem.teams, "double_team", N_("Team id %(id)s is there more than once. Give each team its own.")
    )
    for team in problem.teams:
        name = {"team": team.name or team.id}
        if team.school not in problem.travel.places:
            yield Finding(
                "unknown_place",
                S_(
                    "unknown_place.school",
                    "The school of team %(team)s is not among the places of the travel table. Add it.",
                ),
                name,
            )
        if team.cap_day <= 0:
            yield Finding(
                "bad_cap", N_("Team %(team)s may be away 0 minutes a day. Enter a daily limit above 0."), name
            )
        if not team.teachers:
            yield Finding("empty_team", N_("Team %(team)s has no teacher. Add at least one."), name)
        yield from _stretches(
            team.shifts,
            S_("bad_stretch.hours", "The hours of %(name)s hold a stretch that ends before it starts. Correct it."),
            team.name or team.id,
        )
        if any(b.start < a.end for hs in team.shifts.values() for a, b in pairwise(sorted(hs))):
            yield Finding(
                "overlap", S_("overlap.hours", "The hours of team %(team)s overlap on one day. Correct them."), name
            )


def _doubles(items: Sequence[Team] | Sequence[Child], code: str, message: str) -> Iterator[Finding]:
    for one, times in Counter(i.id for i in items).items():
        if times > 1:
            yield Finding(code, message, {"id": one})


def _stretches(times: Mapping[int | date, Sequence[HalfDay]], message: str, name: str) -> Iterator[Finding]:
    if any(not 0 <= h.start < h.end <= 1440 for hs in times.values() for h in hs):
        yield Finding("bad_stretch", message, {"name": name})


_DAY = {
    "travel_shape": S_("travel_shape", "The travel table must have %(n)s rows and columns, one for each place."),
    "travel_hole": S_("travel_hole", "The travel time from %(a)s to %(b)s is missing. Enter it."),
    "travel_negative": S_(
        "travel_negative", "The travel time from %(a)s to %(b)s is negative. Enter minutes of 0 or more."
    ),
    "travel_fraction": S_(
        "travel_fraction", "The travel time from %(a)s to %(b)s is not a whole number of minutes. Round it up."
    ),
}
_AFTERNOON = {
    "travel_shape": S_(
        "travel_shape.afternoon",
        "The travel table of the afternoon must have %(n)s rows and columns, one for each place.",
    ),
    "travel_hole": S_(
        "travel_hole.afternoon", "The travel time from %(a)s to %(b)s in the afternoon is missing. Enter it."
    ),
    "travel_negative": S_(
        "travel_negative.afternoon",
        "The travel time from %(a)s to %(b)s in the afternoon is negative. Enter minutes of 0 or more.",
    ),
    "travel_fraction": S_(
        "travel_fraction.afternoon",
        "The travel time from %(a)s to %(b)s in the afternoon is not a whole number of minutes. Round it up.",
    ),
}


def _travel(problem: Problem) -> Iterator[Finding]:
    travel = problem.travel
    yield from _table(travel.places, travel.minutes, _DAY)
    if travel.afternoon is not None:
        yield from _table(travel.places, travel.afternoon, _AFTERNOON)


def _table(places: Sequence[str], minutes: np.ndarray, messages: Mapping[str, str]) -> Iterator[Finding]:
    legs = np.asarray(minutes, dtype=float)
    if legs.shape != (len(places), len(places)):
        yield Finding("travel_shape", messages["travel_shape"], {"n": len(places)})
        return
    for code, wrong in (
        ("travel_hole", ~np.isfinite(legs)),
        ("travel_negative", legs < 0),
        ("travel_fraction", np.isfinite(legs) & (legs != np.floor(legs))),
    ):
        if wrong.any():
            a, b = np.argwhere(wrong)[0]
            yield Finding(code, messages[code], {"a": places[a], "b": places[b]})


def _children(problem: Problem) -> Iterator[Finding]:
    teams = {t.id for t in problem.teams}
    yield from _doubles(
        problem.children, "double_demand", N_("Service id %(id)s is there more than once. Give each its own.")
    )
    for child in problem.children:
        name = {"child": child.name or child.person}
        if child.place not in problem.travel.places:
            yield Finding(
                "unknown_place",
                S_("unknown_place.home", "The home of %(child)s is not among the places of the travel table. Add it."),
                name,
            )
        if child.minutes <= 0 or child.visits <= 0 or child.min_gap < 1 or child.team_size < 1 or child.priority < 1:
            yield Finding(
                "bad_number",
                N_("Minutes, visits, days between visits, adults and priority of %(child)s must be 1 or more."),
                name,
            )
        if child.per not in (1, 2, 4):
            yield Finding("bad_period", N_("Visits of %(child)s must repeat every 1, 2 or 4 weeks."), name)
        if (child.total or 0) < 0 or any(one.visits < 0 for one in child.quotas or ()):
            yield Finding("bad_total", N_("The number of visits of %(child)s cannot be negative."), name)
        if (child.forbidden_teams | {child.home_team or next(iter(teams), "")}) - teams:
            yield Finding(
                "unknown_team", N_("%(child)s names a team that is not there. Choose one of the teams."), name
            )
        yield from _stretches(
            child.windows,
            S_("bad_stretch.times", "The times of %(name)s hold a stretch that ends before it starts. Correct it."),
            child.name or child.person,
        )


def _locks(problem: Problem) -> Iterator[Finding]:
    teams, demands = {t.id for t in problem.teams}, {c.id for c in problem.children}
    dates = {d.date for d in problem.days}
    for lock in problem.locks:
        values = {"child": lock.demand}
        if lock.demand not in demands or lock.team not in teams:
            yield Finding(
                "unknown_lock", N_("A fixed visit names %(child)s or a team that is not there. Remove it."), values
            )
        if (lock.date is None) != (lock.start is None):
            yield Finding("half_lock", N_("A fixed visit of %(child)s needs both a date and a time."), values)
        if lock.date is not None and lock.date not in dates:
            yield Finding("lock_outside", N_("A fixed visit of %(child)s lies outside the period. Remove it."), values)


def _warnings(problem: Problem) -> Iterator[Finding]:
    open_days = [d for d in problem.days if d.acts_as is not None]
    shifts = [h.end - h.start for t in problem.teams for d in open_days for h in half_days(t.shifts, d)]
    longest = min(max(shifts, default=0), max(t.cap_day for t in problem.teams))
    halves = [np.asarray(x) for x in (problem.travel.minutes, problem.travel.afternoon) if x is not None]
    place = {p: i for i, p in enumerate(problem.travel.places)}
    schools = [place[t.school] for t in problem.teams]
    for child in problem.children:
        name = {"child": child.name or child.person, "minutes": child.minutes}
        times = [h.end - h.start for d in open_days for h in half_days(child.windows, d)]
        home = place[child.place]
        if not times:
            yield _warn(
                "no_window", N_("The family of %(child)s has no free time in this period. Ask them for times."), name
            )
        elif max(times) < child.minutes:
            yield _warn(
                "visit_longer_than_window",
                N_(
                    "A visit to %(child)s takes %(minutes)s minutes, longer than any of the "
                    "family's times. Shorten it or ask for longer times."
                ),
                name,
            )
        if child.minutes > longest:
            yield _warn(
                "visit_longer_than_shift",
                N_(
                    "A visit to %(child)s takes %(minutes)s minutes, longer than any team's "
                    "hours in a day. Shorten it or lengthen the hours."
                ),
                name,
            )
        if all(legs[s][home] >= NO_WAY or legs[home][s] >= NO_WAY for s in schools for legs in halves):
            yield _warn(
                "no_way",
                N_("No school can reach the home of %(child)s in this period. Enter a way that is open."),
                name,
            )


def _warn(code: str, message: str, values: Mapping[str, object]) -> Finding:
    return Finding(code, message, values, severity=Severity.WARNING)
