"""Whom to phone after a repair, and what to say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from app.kernel.problems import S_
from app.routing.change import Change
from app.routing.problem import Problem
from app.routing.repair.types import Call
from app.routing.telling import Reason

CANCELLED = S_("call.cancelled", "%(child)s: the visit on %(date)s at %(start)s by %(team)s falls out.")
NEW = S_("call.new", "%(child)s: a visit is added on %(new_date)s at %(new_start)s by %(new_team)s.")
MOVED = S_(
    "call.moved",
    "%(child)s: the visit on %(date)s at %(start)s moves to %(new_date)s at %(new_start)s, %(new_team)s comes.",
)
RETIMED = S_(
    "call.retimed", "%(child)s: the visit on %(date)s by %(team)s starts at %(new_start)s instead of %(start)s."
)
OTHER_TEAM = S_(
    "call.other_team",
    "%(child)s: on %(date)s %(new_team)s comes at %(new_start)s in place of %(team)s (which was to come at %(start)s).",
)


def line(problem: Problem, change: Change) -> Reason:
    """One change as a sentence."""
    names = {t.id: t.name or t.id for t in problem.teams}
    kids = {c.id: c.name or c.person for c in problem.children}
    a, b = change.before, change.after
    values = {"child": kids.get(change.demand, change.either.child), "demand": change.demand}
    if a is not None:
        values |= {"date": a.date.isoformat(), "start": clock(a.start), "team": names.get(a.team, a.team)}
    if b is not None:
        values |= {"new_date": b.date.isoformat(), "new_start": clock(b.start), "new_team": names.get(b.team, b.team)}
    if b is None:
        return Reason("CANCELLED", CANCELLED, values)
    if a is None:
        return Reason("NEW", NEW, values)
    if a.date != b.date:
        return Reason("MOVED", MOVED, values)
    return Reason("RETIMED", RETIMED, values) if a.team == b.team else Reason("OTHER_TEAM", OTHER_TEAM, values)


def clock(minute: int) -> str:
    """9:05 for 545."""
    return f"{minute // 60}:{minute % 60:02d}"


def _lines(problem: Problem, changes: Iterable[Change]) -> Iterator[Reason]:
    return (line(problem, x) for x in changes)


def calls(problem: Problem, changes: Iterable[Change]) -> tuple[Call, ...]:
    """The list of calls for a list of changes, in order of the first date that changes for each."""
    teachers = {t.id: t.teachers for t in problem.teams}
    names = {("family", c.person): c.name or c.person for c in problem.children}
    names |= {("teacher", x): name for t in problem.teams for x, name in t.member_names.items()}
    mine: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        mine["family", change.either.child].append(change)
        crews = {v.team for v in (change.before, change.after) if v is not None}
        for teacher in sorted({x for team in crews for x in teachers.get(team, ())}):
            mine["teacher", teacher].append(change)
    found = [
        Call(kind, who, names.get((kind, who), who), tuple(rows), tuple(_lines(problem, rows)))
        for (kind, who), rows in mine.items()
    ]
    return tuple(sorted(found, key=lambda x: (x.date, x.kind, x.who)))
