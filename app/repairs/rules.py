"""From what happened to a published month to the engine's events, and back from its variants to visits."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.kernel.problems import N_, Problem
from app.repairs.types import Happening, HappeningKind, VariantName
from app.routing import Child, ChildAdded, ChildLost, DayClosed, Event, FamilyCancels, PlaceClosed, TeacherAway
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.teams.types import Member
from app.timetables.rules.changes import Changed, StoredVisit
from app.timetables.types import CalendarInput, ChildInput, Inputs, Pin

ITERATIONS = 200
_NEW = {HappeningKind.CHILD_ADDED, HappeningKind.PLAN_CHANGED}
_AT_HOME = {HappeningKind.FAMILY_CANCELS, HappeningKind.ROAD_CLOSED, HappeningKind.CHILD_GONE}
LONGEST = 92


def happening_problems(one: Happening, today: date, span: tuple[date, date]) -> list[Problem]:
    """What is wrong with what was entered for a timetable of these days (`span`, first and last); problems name their
    form field. Days that reach beyond the timetable are fine as long as one of them lies in it."""
    found = []
    if one.kind == HappeningKind.TEACHER_AWAY and one.teacher_id is None:
        found.append(Problem("teacher_missing", N_("Choose the teacher."), field="teacher_id"))
    if one.kind in _AT_HOME | _NEW and one.child_id is None:
        found.append(Problem("child_missing", N_("Choose the child."), field="child_id"))
    if one.kind != HappeningKind.CHILD_ADDED and (one.first > span[1] or one.last < span[0] and one.first <= one.last):
        found.append(
            Problem(
                "days_outside",
                N_(
                    "These days lie outside this timetable, which goes from %(first)s to "
                    "%(last)s. Enter days inside it, or open the timetable of the other "
                    "month."
                ),
                {"first": span[0], "last": span[1]},
                field="first_on",
            )
        )
    elif one.last < one.first:
        found.append(Problem("days_reversed", N_("The last day lies before the first day."), field="last_on"))
    elif (one.last - one.first).days > LONGEST:
        found.append(
            Problem(
                "days_many", N_("At most %(most)s days can be entered at once."), {"most": LONGEST}, field="last_on"
            )
        )
    elif one.last < today:
        found.append(
            Problem(
                "days_past",
                N_("These days are past. What was given, or why not, is recorded at each visit."),
                field="last_on",
            )
        )
    if one.kind == HappeningKind.DAY_CLOSED and not one.note.strip():
        found.append(Problem("closure_reason_missing", N_("Say why the schools are closed."), field="note"))
    return found


def as_if_not(inputs: Inputs, happened: Iterable[Happening]) -> Inputs:
    """The inputs as they were before what happened: leave, closed homes and closed days of these days taken out, so
    that the engine sees what the published visits were made for."""
    for one in happened:
        if one.kind == HappeningKind.TEACHER_AWAY:
            inputs = replace(
                inputs,
                teams=tuple(
                    replace(team, members=tuple(_there(member, one) for member in team.members))
                    for team in inputs.teams
                ),
            )
        if one.kind in _AT_HOME:
            inputs = replace(inputs, children=tuple(_open(child, one) for child in inputs.children))
        if one.kind == HappeningKind.DAY_CLOSED:
            inputs = replace(inputs, days=tuple(_taught(day, one) for day in inputs.days))
    return inputs


def as_happened(inputs: Inputs, happened: Iterable[Happening]) -> Inputs:
    """The inputs as they will be once what happened is noted; what they say already is not said twice."""
    for one in happened:
        if one.kind == HappeningKind.TEACHER_AWAY:
            inputs = replace(
                inputs,
                teams=tuple(
                    replace(
                        team,
                        members=tuple(
                            replace(member, leave=_with(member.leave, one))
                            if member.teacher_id == one.teacher_id
                            else member
                            for member in team.members
                        ),
                    )
                    for team in inputs.teams
                ),
            )
        if one.kind in _AT_HOME:
            inputs = replace(
                inputs,
                children=tuple(
                    replace(child, closed=_with(child.closed, one)) if child.id == one.child_id else child
                    for child in inputs.children
                ),
            )
        if one.kind == HappeningKind.DAY_CLOSED:
            shut = {day.day for day in inputs.days if day.acts_as is not None and one.first <= day.day <= one.last}
            inputs = replace(
                inputs,
                month_days=inputs.month_days - len(shut),
                days=tuple(
                    replace(day, acts_as=None, reason=one.note.strip()) if day.day in shut else day
                    for day in inputs.days
                ),
            )
    return inputs


def _with(periods: tuple[tuple[date, date], ...], one: Happening) -> tuple[tuple[date, date], ...]:
    """Periods (first and last day), and the days of what happened where none of them covers these."""
    if any(first <= one.first and one.last <= last for first, last in periods):
        return periods
    return tuple(sorted((*periods, (one.first, one.last))))


def _there(member: Member, one: Happening) -> Member:
    if member.teacher_id != one.teacher_id:
        return member
    return replace(member, leave=_without(member.leave, one))


def _open(child: ChildInput, one: Happening) -> ChildInput:
    return replace(child, closed=_without(child.closed, one)) if child.id == one.child_id else child


def _without(periods: Iterable[tuple[date, date]], one: Happening) -> tuple[tuple[date, date], ...]:
    """Periods (first and last day) less the days of what happened."""
    day, left = timedelta(days=1), []
    for first, last in periods:
        left += [(first, min(last, one.first - day)), (max(first, one.last + day), last)]
    return tuple((first, last) for first, last in left if first <= last)


def _taught(day: CalendarInput, one: Happening) -> CalendarInput:
    shut = day.acts_as is None and one.first <= day.day <= one.last and day.day.weekday() < 5
    return replace(day, acts_as=day.day.weekday(), reason="") if shut else day


def first_day(happened: Iterable[Happening], today: date) -> date:
    """The first day that a repair touches: today when it is touched by what happened, else tomorrow. A changed plan
    calls off no visit of today."""
    now = any(h.first <= today <= h.last for h in happened if h.kind != HappeningKind.PLAN_CHANGED)
    return today if now else today + timedelta(days=1)


def close_today(task: Task, since: date, today: date) -> Task:
    """The same with nobody out any more today: what falls out today is made up later, nothing new comes today."""
    if since > today:
        return task
    return replace(task, teams=tuple(replace(t, shifts={**t.shifts, today: ()}) for t in task.teams))


def engine_events(happened: Sequence[Happening], task: Task, visits: Iterable[Placed], today: date) -> list[Event]:
    """The engine's events. What falls out today is named visit by visit (see `close_today`)."""
    visits = list(visits)
    found: list[Event] = []
    for one in happened:
        found += _BECOMES[one.kind](one, task, visits)
        if one.first <= today <= one.last and one.kind not in _NEW:
            found += [
                FamilyCancels(v.demand, today)
                for v in visits
                if v.date == today and not v.locked and _hits(one, v, task)
            ]
    return list(dict.fromkeys(found)) if all(map(_hashable, found)) else found


def _hashable(event: Event) -> bool:
    return not isinstance(event, ChildAdded)


def _hits(one: Happening, visit: Placed, task: Task) -> bool:
    if one.kind == HappeningKind.TEACHER_AWAY:
        return any(t.id == visit.team and str(one.teacher_id) in t.teachers for t in task.teams)
    return one.kind == HappeningKind.DAY_CLOSED or visit.child == str(one.child_id)


def spared_pins(pins: Iterable[Pin], happened: Sequence[Happening], task: Task) -> list[Pin]:
    """Pinned visits that what happened does not touch: they never move. The others have to."""
    return [
        pin
        for pin in pins
        if not any(
            one.first <= pin.day <= one.last
            and one.kind not in _NEW
            and _hits(one, Placed("", str(pin.child_id), pin.day, str(pin.team_id), pin.start, pin.start), task)
            for one in happened
        )
    ]


def strikes(
    happened: Sequence[Happening], crews: Mapping[uuid.UUID, set[uuid.UUID]], days: Collection[date]
) -> Callable[[StoredVisit], bool]:
    """Whether something that happened calls off a visit that the engine does not know; `crews`: the teachers of teams,
    `days`: those of the month, outside of which a closed day changes nothing."""

    def hits(one: Happening, visit: StoredVisit) -> bool:
        if one.kind in _NEW or not one.first <= visit.day <= one.last:
            return False
        if one.kind == HappeningKind.TEACHER_AWAY:
            return one.teacher_id in crews.get(visit.team_id, ())
        return visit.day in days if one.kind == HappeningKind.DAY_CLOSED else visit.child_id == one.child_id

    return lambda visit: any(hits(one, visit) for one in happened)


def taken_from_others(
    changes: Sequence[Changed], happened: Sequence[Happening], crews: Mapping[uuid.UUID, set[uuid.UUID]]
) -> list[Changed]:
    """The visits that are called off of children who end up with fewer although nothing that happened speaks of them;
    `crews`: the teachers of teams."""

    def speaks(one: Happening, visit: StoredVisit) -> bool:
        whom = {
            HappeningKind.DAY_CLOSED: True,
            HappeningKind.TEACHER_AWAY: one.teacher_id in crews.get(visit.team_id, ()),
        }
        return one.first <= visit.day <= one.last and whom.get(one.kind, False)

    struck = {one.child_id for one in happened} | {
        one.child_id
        for one in changes
        if one.former is not None and any(speaks(other, one.former) for other in happened)
    }
    fewer = Counter(one.child_id for one in changes if one.now is None)
    fewer.subtract(one.child_id for one in changes if one.former is None)
    return [one for one in changes if one.now is None and one.child_id not in struck and fewer[one.child_id] > 0]


def _days(one: Happening) -> list[date]:
    return [one.first + timedelta(days=n) for n in range((one.last - one.first).days + 1)]


def _demands(child_id: uuid.UUID | None, task: Task) -> list[Child]:
    return [c for c in task.children if c.person == str(child_id)]


_BECOMES: dict[HappeningKind, Callable[[Happening, Task, Sequence[Placed]], Sequence[Event]]] = {
    HappeningKind.TEACHER_AWAY: lambda one, task, visits: [TeacherAway(str(one.teacher_id), one.first, one.last)],
    HappeningKind.FAMILY_CANCELS: lambda one, task, visits: [
        FamilyCancels(c.id, day) for c in _demands(one.child_id, task) for day in _days(one)
    ],
    HappeningKind.ROAD_CLOSED: lambda one, task, visits: [PlaceClosed(str(one.child_id), one.first, one.last)],
    HappeningKind.DAY_CLOSED: lambda one, task, visits: [
        DayClosed(day) for day in _days(one) if day in {d.date for d in task.days}
    ],
    HappeningKind.CHILD_ADDED: lambda one, task, visits: [ChildAdded(c) for c in _demands(one.child_id, task)],
    HappeningKind.PLAN_CHANGED: lambda one, task, visits: [],  # what is placed anew is known by its visits
    HappeningKind.CHILD_GONE: lambda one, task, visits: [
        ChildLost(c.id, one.first) for c in _demands(one.child_id, task)
    ],
}


@dataclass(frozen=True)
class Measured:
    """A name that a way out has by its own figures; `shared`: numbers (from 1) of the others of which it is as true."""

    name: VariantName
    shared: tuple[int, ...] = ()


def measured_names(ways: Sequence[tuple[int, int, int, int]]) -> list[tuple[Measured, ...]]:
    """What each way out is, by the figures that its page shows (visits changed, minutes of travel more, visits by
    another team, visits lost): the search was after something, but what it found decides what is true of it. The fewest
    changes and the least travel are those of all ways beside each other; a way that loses more visits than another has
    neither name, since it changes and travels less for that alone, and then nobody has it who does not have the least
    figure. Ways that are equal share a name."""
    kept = min((way[3] for way in ways), default=0)
    found: list[tuple[Measured, ...]] = []
    for n, way in enumerate(ways):
        names = []
        for name, part in ((VariantName.FEWEST_CHANGES, 0), (VariantName.LEAST_TRAVEL, 1)):
            if way[3] == kept and way[part] == min(other[part] for other in ways):
                alike = tuple(
                    m + 1 for m, other in enumerate(ways) if m != n and other[3] == kept and other[part] == way[part]
                )
                names.append(Measured(name, alike))
        if not way[2]:
            names.append(
                Measured(
                    VariantName.NO_SUBSTITUTE, tuple(m + 1 for m, other in enumerate(ways) if m != n and not other[2])
                )
            )
        found.append(tuple(names))
    return found


def headings(ways: Sequence[tuple[VariantName, tuple[Measured, ...]]]) -> list[VariantName | None]:
    """The one name under which each way out stands, from what was searched for and what is true of it alone. None for a
    way of which nothing is true that is not as true of another."""
    found: list[VariantName | None] = []
    for searched, measured in ways:
        own = [one.name for one in measured if not one.shared]
        found.append(searched if searched in own else own[0] if own else None)
    return found
