"""What a changed plan keeps of published visits, takes off and still asks for, period by period. Plain values only."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.routing import Child, Quota
from app.routing import Problem as Task
from app.timetables.rules.asking import Part, followers, left_of, min_gap, rest_of
from app.timetables.rules.changes import StoredVisit
from app.timetables.types import Need, VisitOrigin

Row = tuple[str, Need, list[Part]]
"""A service by the engine's name and what it asks for, period by period (`periods_of`)."""


@dataclass
class Outcome:
    """What becomes of the visits of children whose plans changed. `kept`: {id of a visit to come: the engine's name of
    the service that it is given for from now on}; `off`: ids of those that no plan asks for any more; `asked`: for each
    service that is to be looked after, how many visits it asks for in each period from the first day on."""

    kept: dict[uuid.UUID, str] = field(default_factory=dict)
    off: set[uuid.UUID] = field(default_factory=set)
    asked: dict[str, list[Quota]] = field(default_factory=dict)


def name_on(rows: Iterable[Row], visit: StoredVisit) -> str | None:
    """The engine's name of the service that is asked for on a visit's day, None where none is."""
    return next(
        (
            name
            for name, need, _ in rows
            if (need.child_id, need.service_key) == (visit.child_id, visit.service_key)
            and need.first <= visit.day <= need.last
        ),
        None,
    )


def outcome(
    rows: Sequence[Row],
    standing: Sequence[StoredVisit],
    coming: Collection[uuid.UUID],
    days: Sequence[date],
    since: date,
) -> Outcome:
    """What becomes of the `standing` visits of some children. `coming`: ids of those that may change; `days`: the days
    that are planned. Periods of a plan that is the first of its service in the month stay as they are. After a change a
    visit whose day, hour and team still serve the plan stays exactly there, whatever else changes of it; of each period
    as many stay as it asks for, on the weekdays on which most stand, and make-ups for periods before."""
    case = _Case(rows, standing, coming, days, since)
    groups = dict.fromkeys(part.mates for _, _, parts in rows for part in parts)
    for mates in sorted(groups, key=lambda group: group[0].first):
        case.look_at(mates)
    return case.found


class _Case:
    """The visits of some children under way from period to period. `owed`: visits of periods before that were missing,
    by child and service: make-ups stand for them."""

    def __init__(
        self,
        rows: Sequence[Row],
        standing: Sequence[StoredVisit],
        coming: Collection[uuid.UUID],
        days: Sequence[date],
        since: date,
    ) -> None:
        self.standing, self.coming, self.since = standing, coming, since
        self.days, self.to_come = days, [day for day in days if day >= since]
        self.names = {one.id: name_on(rows, one) for one in standing}
        self.owner = {id(part): (name, need) for name, need, parts in rows for part in parts}
        self.changed = _later(rows)
        self.owed: Counter[tuple[uuid.UUID, uuid.UUID]] = Counter()
        self.found = Outcome(off={one.id for one in standing if one.id in coming and self.names[one.id] is None})

    def look_at(self, mates: tuple[Part, ...]) -> None:
        """One period, with what came of the periods before."""
        needs = [self.owner[id(part)][1] for part in mates]
        keys = {(need.child_id, need.service_key) for need in needs}
        own = [v for v in self.standing if (v.child_id, v.service_key) in keys]
        key = needs[-1].child_id, needs[-1].service_key
        if mates[-1].last < self.since or self.owner[id(mates[-1])][0] not in self.changed:
            there = [v for v in own if _in(v, mates)]
            self.owed[key] = max(0, self.owed[key] + sum(part.visits for part in mates) - len(there))
            self.found.kept |= {v.id: self.names[v.id] or "" for v in there if v.id in self.coming}
            return
        had = [v.day for v in own if v.id not in self.coming]
        left = rest_of(mates[-1], had, self.days, self.since, min_gap(needs[-1].times, needs[-1].frequency))
        left -= sum(self.since <= day and mates[0].first <= day <= mates[-1].last for day in had)
        for part in mates:
            if part.last >= self.since:
                left -= self._settle(part, own, max(0, left), key)

    def _settle(self, part: Part, own: Sequence[StoredVisit], left: int, key: tuple[uuid.UUID, uuid.UUID]) -> int:
        """Choose what stays of a part of a period; return how many of the `left` it is to get."""
        name, need = self.owner[id(part)]
        inside = [v for v in own if _in(v, (part,))]
        there = [v for v in inside if v.id in self.coming and self.names[v.id] == name]
        wanted = _wanted(part, need, left, len(there), self.to_come)
        spare = sum(v.origin != VisitOrigin.TEMPLATE for v in there)
        more = max(0, min(self.owed[key], len(there) - wanted, spare))
        self.owed[key] -= more
        kept = _chosen(there, wanted + more, own)
        self.found.kept |= {v.id: name for v in kept}
        self.found.off |= {v.id for v in there} - {v.id for v in kept}
        fixed = sum(v.day >= self.since and v.id not in self.coming for v in inside)
        quota = Quota(max(part.first, self.since), part.last, wanted + more + fixed)
        self.found.asked.setdefault(name, []).append(quota)
        return wanted


def _in(visit: StoredVisit, parts: Sequence[Part]) -> bool:
    return parts[0].first <= visit.day <= parts[-1].last


def _later(rows: Sequence[Row]) -> set[str]:
    """Services, by the engine's names, that began in the place of another."""
    needs = [need for _, need, _ in rows]
    return {rows[n][0] for n in followers(needs).values()} | {name for name, _, _ in rows if name.count(":") > 1}


def _wanted(part: Part, need: Need, left: int, there: int, days: Iterable[date]) -> int:
    """Visits asked for in a part of a period of which `left` are not given yet: before a change of plan those that
    stand `there` stay, and what is missing comes after it."""
    if len(part.mates) == 1:
        return left
    if part is not part.mates[-1]:
        return min(left, there or part.visits)
    own = [day for day in days if part.first <= day <= part.last and day.weekday() < 5]
    return min(left, need.times, left_of(left, 0, own, min_gap(need.times, need.frequency)))


def _chosen(there: Sequence[StoredVisit], wanted: int, own: Iterable[StoredVisit]) -> list[StoredVisit]:
    often = Counter(v.day.weekday() for v in own)
    ordered = sorted(there, key=lambda v: (-often[v.day.weekday()], v.day, v.start))
    return sorted(ordered[:wanted], key=lambda v: v.day)


def settled(task: Task, rows: Sequence[Row], standing: Iterable[StoredVisit]) -> Task:
    """The problem with what a period cut by a change of plan asks for counted as a whole: what stands before the change
    is what the former plan asks for, the rest of the period's number is the next one's."""
    days: dict[str, list[date]] = defaultdict(list)
    for visit in standing:
        name = name_on(rows, visit)
        if name is not None:
            days[name].append(visit.day)
    known = {id(part): name for name, _, parts in rows for part in parts}
    asked: dict[str, list[Quota]] = defaultdict(list)
    for mates in dict.fromkeys(part.mates for _, _, parts in rows for part in parts):
        left = sum(part.visits for part in mates)
        for part in mates:
            there = sum(part.first <= day <= part.last for day in days[known[id(part)]])
            own = min(left, there) if part is not mates[-1] else left
            asked[known[id(part)]].append(Quota(part.first, part.last, own))
            left -= own
    cut = {name for name, _, parts in rows if any(len(part.mates) > 1 for part in parts)}
    return replace(
        task,
        children=tuple(
            replace(c, quotas=tuple(asked[c.id]), total=None) if c.id in cut and c.id in asked else c
            for c in task.children
        ),
    )


def apart_from(child: Child, gap: int, others: Collection[date], own: Collection[date], days: Iterable[date]) -> Child:
    """The demand kept as many days from visits of the plan before as from its own; days on which it has one stay."""
    near = {day for day in days for other in others if abs((day - other).days) < gap} - set(own)
    return replace(child, windows={**child.windows, **dict.fromkeys(near, ())})
