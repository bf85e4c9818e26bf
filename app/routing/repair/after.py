"""The problem after events: every event is a change of times, days or demands, so that the ordinary rules do the
rest."""

from dataclasses import replace

from app.kernel.problems import N_, Refused
from app.kernel.problems import Problem as Finding
from app.routing.events import ChildAdded, ChildLost, DayClosed, FamilyCancels, LegClosed, PlaceClosed, TeacherAway
from app.routing.problem import ClosedLeg, Day, HalfDay, Lock, asked_visits, half_days
from app.routing.remedies import with_child


def after(problem, plan, events, since):
    """Return the problem with the events in it; what they say of dates before `since` is past and changes nothing.
    Raises kernel `Refused` for an event that names something unknown."""
    for event in events:
        _known(problem, event)
        to_come = clipped(event, since)
        if to_come is not None:
            problem = _HAPPENS[type(event)](problem, plan, to_come, since)
    return problem


def clipped(event, since):
    """The part of an event that is still to come, None where it is over."""
    if isinstance(event, TeacherAway | PlaceClosed | LegClosed):
        return replace(event, first=max(event.first, since)) if event.last >= since else None
    if isinstance(event, FamilyCancels | DayClosed):
        return event if event.date >= since else None
    return replace(event, since=max(event.since, since)) if isinstance(event, ChildLost) else event


def concerned(problem, events, since):
    """A predicate of visits: does one of the events speak of it?"""
    crews = {t.id: set(t.teachers) for t in problem.teams}
    schools = {t.id: t.school for t in problem.teams}
    homes = {c.id: c.place for c in problem.children}
    come = [e for e in (clipped(x, since) for x in events) if e is not None]

    def speaks(event, v):
        if isinstance(event, DayClosed):
            return v.date == event.date
        if not isinstance(event, TeacherAway | PlaceClosed) or not event.first <= v.date <= event.last:
            return False
        if isinstance(event, PlaceClosed):
            return event.place in (schools.get(v.team), homes.get(v.demand))
        return event.teacher in crews.get(v.team, ()) and v.start < event.end and event.start < v.end

    return lambda v: any(speaks(e, v) for e in come)


def _known(problem, event):
    demands, places = {c.id for c in problem.children}, set(problem.travel.places)
    wrong = {
        TeacherAway: lambda: event.teacher not in {x for t in problem.teams for x in t.teachers} and event.teacher,
        FamilyCancels: lambda: event.demand not in demands and event.demand,
        ChildLost: lambda: event.demand not in demands and event.demand,
        PlaceClosed: lambda: event.place not in places and event.place,
        LegClosed: lambda: next((p for p in (event.start, event.end) if p not in places), False),
        ChildAdded: lambda: event.child.place not in (event.travel or problem.travel).places and event.child.place,
        DayClosed: lambda: event.date not in {d.date for d in problem.days} and event.date.isoformat(),
    }[type(event)]()
    if wrong is not False:
        raise Refused(
            Finding(
                "unknown_event",
                N_("%(name)s is not part of this timetable. Choose a teacher, child, place or day that is in it."),
                {"name": wrong},
            )
        )


def _dates(problem, first, last):
    return [d for d in problem.days if first <= d.date <= last and d.acts_as is not None]


def without(times, day, start, end):
    """The stretches of a weekly mapping on a `Day` less what lies between `start` and `end`."""
    left = []
    for h in half_days(times, day):
        left += [HalfDay(h.start, min(h.end, start)), HalfDay(max(h.start, end), h.end)]
    return tuple(h for h in left if h.start < h.end)


def _away(problem, plan, event, since):
    days = _dates(problem, event.first, event.last)

    def at_home(team):
        if event.teacher not in team.teachers:
            return team
        return replace(
            team, shifts={**team.shifts, **{d.date: without(team.shifts, d, event.start, event.end) for d in days}}
        )

    return replace(problem, teams=tuple(map(at_home, problem.teams)))


def _cancelled(problem, plan, event, since):
    locks = tuple(x for x in problem.locks if (x.demand, x.date) != (event.demand, event.date))
    return with_child(
        replace(problem, locks=locks), event.demand, lambda c: replace(c, windows={**c.windows, event.date: ()})
    )


def _place(problem, plan, event, since):
    shut = {d.date: () for d in _dates(problem, event.first, event.last)}
    return replace(
        problem,
        children=tuple(
            replace(c, windows={**c.windows, **shut}) if c.place == event.place else c for c in problem.children
        ),
        teams=tuple(replace(t, shifts={**t.shifts, **shut}) if t.school == event.place else t for t in problem.teams),
    )


def _leg(problem, plan, event, since):
    shut = (
        ClosedLeg(event.start, event.end, event.first, event.last),
        ClosedLeg(event.end, event.start, event.first, event.last),
    )
    return replace(problem, closed_legs=problem.closed_legs + shut)


def _added(problem, plan, event, since):
    rest = replace(problem, days=tuple(d for d in problem.days if d.date >= since))
    child = event.child
    if rest.days and rest.days != problem.days:
        total = asked_visits(rest, child) if child.total is None else child.total
        child = replace(child, total=total, windows=_closed_before(problem, child, since))
    others = tuple(c for c in problem.children if c.id != child.id)
    return replace(problem, children=(*others, child), travel=event.travel or problem.travel)


def _closed_before(problem, child, since):
    return {**child.windows, **{d.date: () for d in problem.days if d.date < since}}


def _lost(problem, plan, event, since):
    had = sum(v.demand == event.demand and v.date < event.since for v in plan.visits)
    locks = tuple(x for x in problem.locks if not _over(x, event))
    problem = replace(problem, locks=locks)
    over = {d.date: () for d in problem.days if d.date >= event.since}
    return with_child(problem, event.demand, lambda c: replace(c, windows={**c.windows, **over}, total=had))


def _over(lock: Lock, event):
    return lock.demand == event.demand and (lock.date is None or lock.date >= event.since)


def _closed(problem, plan, event, since):
    days = tuple(Day(d.date, None, "closed") if d.date == event.date else d for d in problem.days)
    return replace(problem, days=days)


_HAPPENS = {
    TeacherAway: _away,
    FamilyCancels: _cancelled,
    PlaceClosed: _place,
    LegClosed: _leg,
    ChildAdded: _added,
    ChildLost: _lost,
    DayClosed: _closed,
}
