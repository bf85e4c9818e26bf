"""Why a draft cannot go out any more: what has changed since it was made, a sentence for each cause."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.kernel.problems import N_, S_, Problem, errors
from app.routing import Plan, check
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.teams.types import Member
from app.timetables.rules.gathering import left_out, team_lack
from app.timetables.types import ChildInput, Inputs, TeamInput

PASSED = {"miscounted", "too_often", "lock_broken", "wrap_gap", "other_team", "gap"}
"""Findings that do not keep a draft from being published: they are counted or were reported when it was made."""
MOST_NAMES = 5
Names = dict[uuid.UUID, str]
MOST_SPANS = 4


class Cause(StrEnum):
    CLOSED_DAY = "closed_day"
    CLOSED_HOME = "closed_home"
    TEACHER_AWAY = "teacher_away"
    TEAM_GONE = "team_gone"
    CHILD_GONE = "child_gone"
    RULES = "rules"


@dataclass(frozen=True)
class Obstacles:
    """What keeps a draft from being published: `causes`, one sentence each, and the same visit by visit. Empty for a
    draft that can go out."""

    causes: tuple[Problem, ...] = ()
    visits: tuple[Problem, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.causes)


@dataclass(frozen=True)
class Known:
    """What is known now of those whom visits name, by the engine's ids."""

    days: dict[date, bool]
    """The days of the timetable: whether there is school."""
    teams: dict[str, TeamInput]
    children: dict[str, ChildInput]
    services: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, inputs: Inputs) -> Known:
        return cls(
            {one.day: one.acts_as is not None for one in inputs.days},
            {str(one.id): one for one in inputs.teams if team_lack(one) is None},
            {str(one.id): one for one in inputs.children if left_out(one) is None},
            frozenset((str(need.child_id), str(need.service_key)) for need in inputs.needs),
        )


def cause_of(visit: Placed, known: Known) -> Cause:
    """The first thing that keeps a visit from being given on its day; RULES where it is none of the known ones."""
    child, team = known.children.get(visit.child), known.teams.get(visit.team)
    if not known.days.get(visit.date):
        return Cause.CLOSED_DAY
    if team is None:
        return Cause.TEAM_GONE
    if child is None or (visit.child, visit.demand.split(":")[1]) not in known.services:
        return Cause.CHILD_GONE
    if _within(child.closed, visit.date):
        return Cause.CLOSED_HOME
    return Cause.TEACHER_AWAY if any(_within(one.leave, visit.date) for one in team.members) else Cause.RULES


def _within(periods: Iterable[tuple[date, date]], day: date) -> bool:
    return any(first <= day <= last for first, last in periods)


def told_causes(visits: Iterable[Placed], known: Known, children: Names, teams: Names) -> list[Problem]:
    """One sentence for each thing that has changed since a draft with these visits was made; names by id. Visits that
    nothing keeps from being given are passed over."""
    found: dict[Cause, list[Placed]] = {}
    for one in visits:
        found.setdefault(cause_of(one, known), []).append(one)
    return [
        _SAID[cause](hit, known, children, teams) for cause in Cause if cause in _SAID and (hit := found.get(cause))
    ]


def _closed_days(hit: Sequence[Placed], *_others: object) -> Problem:
    return Problem(
        "draft_on_closed_days",
        N_(
            "There is no school on %(days)s any more: %(count)s visits of this draft stand there, so it cannot be "
            "published."
        ),
        {"days": spans_said({one.date for one in hit}), "count": len(hit)},
    )


def _closed_homes(hit: Sequence[Placed], _known: Known, children: Names, _teams: Names) -> Problem:
    return Problem(
        "draft_at_closed_homes",
        N_(
            "No visit can be at the home of %(names)s on some of these days any more: it concerns %(count)s visits of "
            "this draft, so it cannot be published."
        ),
        {"names": _names(children.get(uuid.UUID(one.child), "") for one in hit), "count": len(hit)},
    )


def _teachers_away(hit: Sequence[Placed], known: Known, *_others: object) -> Problem:
    away: Iterable[Member] = (
        member for one in hit for member in known.teams[one.team].members if _within(member.leave, one.date)
    )
    return Problem(
        "draft_with_teachers_away",
        N_(
            "%(names)s are on leave since this draft was made: it concerns %(count)s of its visits, so it cannot be "
            "published."
        ),
        {"names": _names(one.name for one in away), "count": len(hit)},
    )


def _teams_gone(hit: Sequence[Placed], _known: Known, _children: Names, teams: Names) -> Problem:
    return Problem(
        "draft_with_teams_gone",
        N_(
            "%(names)s cannot visit any more (ended, without teachers, hours or a school's place): it concerns "
            "%(count)s visits of this draft, so it cannot be published."
        ),
        {"names": _names(teams.get(uuid.UUID(one.team), "") for one in hit), "count": len(hit)},
    )


def _children_gone(hit: Sequence[Placed], _known: Known, children: Names, _teams: Names) -> Problem:
    return Problem(
        "draft_with_children_gone",
        N_(
            "%(names)s cannot be visited any more as this draft says (the service is no longer in a plan in force, or "
            "the child is away): it concerns %(count)s visits, so it cannot be published."
        ),
        {"names": _names(children.get(uuid.UUID(one.child), "") for one in hit), "count": len(hit)},
    )


_SAID: dict[Cause, Callable[..., Problem]] = {
    Cause.CLOSED_DAY: _closed_days,
    Cause.TEAM_GONE: _teams_gone,
    Cause.CHILD_GONE: _children_gone,
    Cause.CLOSED_HOME: _closed_homes,
    Cause.TEACHER_AWAY: _teachers_away,
}


def rules_broken(findings: Collection[Problem]) -> Problem:
    """The sentence for visits that break a rule as things stand now, whatever changed."""
    return Problem(
        "draft_breaks_rules",
        N_(
            "As family times, hours, ways and rules stand now, %(count)s visits or trips of this draft cannot be as "
            "they are, so it cannot be published."
        ),
        {"count": len(findings)},
    )


def _names(names: Iterable[str]) -> object:
    known = list(dict.fromkeys(name for name in names if name))
    shown = "、".join(known[:MOST_NAMES])
    if len(known) <= MOST_NAMES:
        return shown
    return Problem(
        "names_and_more",
        N_("%(names)s and %(more)s more"),
        {"names": shown, "more": len(known) - MOST_NAMES},
    )


def spans_said(days: Iterable[date]) -> object:
    """Days as a person would say them, those that follow each other as one span: a day, or a problem to be put in
    words. Weekends between two closed days do not part a span."""
    spans: list[list[date]] = []
    for day in sorted(set(days)):
        if spans and day - spans[-1][1] <= timedelta(days=3 if day.weekday() == 0 else 1):
            spans[-1][1] = day
        else:
            spans.append([day, day])
    said = [
        first
        if first == last
        else Problem("day_span", S_("day_span", "%(first)s to %(last)s"), {"first": first, "last": last})
        for first, last in spans
    ]
    shown, more = said[:MOST_SPANS], len(said) - MOST_SPANS
    told: object = shown[-1]
    if more > 0:
        told = Problem("days_and_more", N_("%(day)s and on %(more)s more days"), {"day": told, "more": more})
    for one in reversed(shown[:-1]):
        told = Problem("days_listed", S_("days_listed", "%(day)s, %(others)s"), {"day": one, "others": told})
    return told


@dataclass(frozen=True)
class Weighed:
    """What keeps the visits of a draft: those that `hit` something that has changed, the rules that the others have
    `broken`, and all findings one by one."""

    hit: list[Placed]
    broken: list[Problem]
    each: list[Problem]


def weigh(task: Task, known: Known, plan: Sequence[Placed], standing: Sequence[Placed]) -> Weighed:
    """Look through a draft's visits; `standing`: those in force whose place they take."""
    fit = [one for one in plan if cause_of(one, known) == Cause.RULES]
    as_before = _AsBefore(task, [one for one in standing if cause_of(one, known) == Cause.RULES], fit)
    return Weighed(
        [one for one in plan if cause_of(one, known) != Cause.RULES],
        [one for one in _broken(task, fit) if not as_before.has(one)],
        [one for one in _broken(task, plan) if not as_before.has(one)],
    )


class _AsBefore:
    """What broke a rule already in the visits in force, and is no worse in the draft: the very same, or the same rule
    on a team's day to which the draft adds nothing."""

    def __init__(self, task: Task, before: Sequence[Placed], now: Sequence[Placed]) -> None:
        self.found = _broken(task, before)
        self.days = {self._day(one) for one in self.found}
        names = {team.id: team.name or team.id for team in task.teams}
        stood = {(one.demand, one.date, one.team, one.start) for one in before}
        self.touched = {
            (names[one.team], one.date.isoformat())
            for one in now
            if (one.demand, one.date, one.team, one.start) not in stood
        }

    @staticmethod
    def _day(finding: Problem) -> tuple[str, object, object]:
        return finding.code, finding.values.get("team"), finding.values.get("date")

    def has(self, finding: Problem) -> bool:
        """Whether a finding of the draft is no doing of the draft."""
        _code, team, day = self._day(finding)
        return finding in self.found or (self._day(finding) in self.days and (team, day) not in self.touched)


def _broken(task: Task, visits: Sequence[Placed]) -> list[Problem]:
    return [one for one in errors(check(task, Plan(visits=tuple(visits)))) if one.code not in PASSED]
