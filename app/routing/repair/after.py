"""The problem after events: every event is a change of times, days or demands, so that the ordinary rules do the
rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import assert_never

from app.kernel.problems import N_, Refused
from app.kernel.problems import Problem as Finding
from app.routing.events import (
    ChildAdded,
    ChildLost,
    DayClosed,
    Event,
    FamilyCancels,
    LegClosed,
    PlaceClosed,
    TeacherAway,
)
from app.routing.problem import (
    Child,
    ClosedLeg,
    Day,
    HalfDay,
    Lock,
    Plan,
    Problem,
    Quota,
    Team,
    Visit,
    asked_by_period,
    half_days,
)
from app.routing.remedies import with_child

Times = Mapping[int | date, tuple[HalfDay, ...]]
NEVER: tuple[HalfDay, ...] = ()


def after(problem: Problem, plan: Plan, events: Iterable[Event], since: date) -> Problem:
    """Return the problem with the events in it; what they say of dates before `since` is past and changes nothing.
    Raises kernel `Refused` for an event that names something unknown."""
    for event in events:
        _known(problem, event)
        to_come = clipped(event, since)
        if to_come is not None:
            problem = _with(problem, plan, to_come, since)
    return problem


def _with(problem: Problem, plan: Plan, event: Event, since: date) -> Problem:
    match event:
        case TeacherAway():
            return _away(problem, event)
        case FamilyCancels():
            return _cancelled(problem, event)
        case PlaceClosed():
            return _place(problem, event)
        case LegClosed():
            return _leg(problem, event)
        case ChildAdded():
            return _added(problem, plan, event, since)
        case ChildLost():
            return _lost(problem, plan, event)
        case DayClosed():
            return _closed(problem, event)
    assert_never(event)


def clipped(event: Event, since: date) -> Event | None:
    """The part of an event that is still to come, None where it is over."""
    if isinstance(event, TeacherAway | PlaceClosed | LegClosed):
        return replace(event, first=max(event.first, since)) if event.last >= since else None
    if isinstance(event, FamilyCancels | DayClosed):
        return event if event.date >= since else None
    return replace(event, since=max(event.since, since)) if isinstance(event, ChildLost) else event


def concerned(problem: Problem, events: Iterable[Event], since: date) -> Callable[[Visit], bool]:
    """A predicate of visits: does one of the events speak of it?"""
    crews = {t.id: set(t.teachers) for t in problem.teams}
    schools = {t.id: t.school for t in problem.teams}
    homes = {c.id: c.place for c in problem.children}
    come = [e for e in (clipped(x, since) for x in events) if e is not None]

    def speaks(event: Event, v: Visit) -> bool:
        if isinstance(event, DayClosed):
            return v.date == event.date
        if isinstance(event, ChildAdded):
            return v.demand == event.child.id and v.date >= since
        if not isinstance(event, TeacherAway | PlaceClosed) or not event.first <= v.date <= event.last:
            return False
        if isinstance(event, PlaceClosed):
            return event.place in (schools.get(v.team), homes.get(v.demand))
        return event.teacher in crews.get(v.team, ()) and v.start < event.end and event.start < v.end

    return lambda v: any(speaks(e, v) for e in come)


def _known(problem: Problem, event: Event) -> None:
    wrong = next((name for name, known in _names(problem, event) if not known), None)
    if wrong is not None:
        raise Refused(
            Finding(
                "unknown_event",
                N_("%(name)s is not part of this timetable. Choose a teacher, child, place or day that is in it."),
                {"name": wrong},
            )
        )


def _names(problem: Problem, event: Event) -> list[tuple[str, bool]]:
    """[(what an event names, is it there?)]."""
    places = problem.travel.places
    match event:
        case TeacherAway(teacher=teacher):
            return [(teacher, any(teacher in t.teachers for t in problem.teams))]
        case FamilyCancels(demand=demand) | ChildLost(demand=demand):
            return [(demand, any(c.id == demand for c in problem.children))]
        case PlaceClosed(place=place):
            return [(place, place in places)]
        case LegClosed(start=start, end=end):
            return [(start, start in places), (end, end in places)]
        case ChildAdded(child=child, travel=travel):
            return [(child.place, child.place in (travel or problem.travel).places)]
        case DayClosed(date=day):
            return [(day.isoformat(), any(d.date == day for d in problem.days))]
    assert_never(event)


def _dates(problem: Problem, first: date, last: date) -> list[Day]:
    return [d for d in problem.days if first <= d.date <= last and d.acts_as is not None]


def without(times: Times, day: Day, start: int, end: int) -> tuple[HalfDay, ...]:
    """The stretches of a weekly mapping on a `Day` less what lies between `start` and `end`."""
    left = []
    for h in half_days(times, day):
        left += [HalfDay(h.start, min(h.end, start)), HalfDay(max(h.start, end), h.end)]
    return tuple(h for h in left if h.start < h.end)


def _away(problem: Problem, event: TeacherAway) -> Problem:
    days = _dates(problem, event.first, event.last)

    def at_home(team: Team) -> Team:
        if event.teacher not in team.teachers:
            return team
        return replace(
            team, shifts={**team.shifts, **{d.date: without(team.shifts, d, event.start, event.end) for d in days}}
        )

    return replace(problem, teams=tuple(map(at_home, problem.teams)))


def _cancelled(problem: Problem, event: FamilyCancels) -> Problem:
    locks = tuple(x for x in problem.locks if (x.demand, x.date) != (event.demand, event.date))
    return with_child(
        replace(problem, locks=locks), event.demand, lambda c: replace(c, windows={**c.windows, event.date: NEVER})
    )


def _place(problem: Problem, event: PlaceClosed) -> Problem:
    shut: Times = {d.date: NEVER for d in _dates(problem, event.first, event.last)}
    return replace(
        problem,
        children=tuple(
            replace(c, windows={**c.windows, **shut}) if c.place == event.place else c for c in problem.children
        ),
        teams=tuple(replace(t, shifts={**t.shifts, **shut}) if t.school == event.place else t for t in problem.teams),
    )


def _leg(problem: Problem, event: LegClosed) -> Problem:
    shut = (
        ClosedLeg(event.start, event.end, event.first, event.last),
        ClosedLeg(event.end, event.start, event.first, event.last),
    )
    return replace(problem, closed_legs=problem.closed_legs + shut)


def _added(problem: Problem, plan: Plan, event: ChildAdded, since: date) -> Problem:
    child = event.child
    if problem.days[0].date < since <= problem.days[-1].date:
        child = replace(child, quotas=_left(problem, child, since), windows=_closed_before(problem, plan, child, since))
    others = tuple(c for c in problem.children if c.id != child.id)
    return replace(problem, children=(*others, child), travel=event.travel or problem.travel)


def _left(problem: Problem, child: Child, since: date) -> tuple[Quota, ...] | None:
    """What a demand asks for from `since` on: the share, rounded down, of a period that has begun. None where it says
    so itself, by a number for the whole horizon."""
    if child.total is not None and child.quotas is None:
        return None
    found = []
    for one in asked_by_period(problem, child):
        days = [d.date for d in problem.days if one.first <= d.date <= one.last and d.date.weekday() < 5]
        left = sum(day >= since for day in days)
        if one.first >= since:
            found.append(one)
        elif left:
            found.append(Quota(since, one.last, one.visits * left // len(days)))
    return tuple(found)


def _closed_before(problem: Problem, plan: Plan, child: Child, since: date) -> Times:
    """The family's times without days that are past, those left on which a visit stands."""
    given = {v.date for v in plan.visits if v.demand == child.id}
    return {**child.windows, **{d.date: NEVER for d in problem.days if d.date < since and d.date not in given}}


def _lost(problem: Problem, plan: Plan, event: ChildLost) -> Problem:
    had = sum(v.demand == event.demand and v.date < event.since for v in plan.visits)
    locks = tuple(x for x in problem.locks if not _over(x, event))
    problem = replace(problem, locks=locks)
    over: Times = {d.date: NEVER for d in problem.days if d.date >= event.since}
    return with_child(
        problem, event.demand, lambda c: replace(c, windows={**c.windows, **over}, total=had, quotas=None)
    )


def _over(lock: Lock, event: ChildLost) -> bool:
    return lock.demand == event.demand and (lock.date is None or lock.date >= event.since)


def _closed(problem: Problem, event: DayClosed) -> Problem:
    days = tuple(Day(d.date, None, "closed") if d.date == event.date else d for d in problem.days)
    return replace(problem, days=days)
