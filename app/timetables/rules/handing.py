"""Why a child changes its team: looked for in what is known now, the surest reason first."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from app.kernel.problems import N_, Problem, errors
from app.routing import Plan
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.routing.change import check_change, piece_around
from app.timetables.rules.changes import StoredVisit
from app.timetables.rules.obstacles import Cause, Known, cause_of
from app.timetables.types import VisitOrigin

BY_HAND = Problem("handed_by_hand", N_("moved by hand"))
ANEW = Problem("handed_anew", N_("this timetable was to choose teams anew"))
FREE = Problem(
    "handed_free",
    N_("the team before could come at its hour: the search found a better plan in all; it can be moved back by hand"),
)
NEW_SERVICE = Problem("handed_service", N_("it is another service, or the child cannot be planned as before"))


class Change(Protocol):
    """A child whose team changes: from which to which, and the name of the one before."""

    @property
    def child_id(self) -> uuid.UUID: ...
    @property
    def before_id(self) -> uuid.UUID: ...
    @property
    def after_id(self) -> uuid.UUID: ...
    @property
    def before(self) -> str: ...


class Look:
    """What is looked at for each child: the problem and plan of the new timetable, and the visits before."""

    def __init__(
        self,
        task: Task,
        known: Known,
        now: Sequence[StoredVisit],
        placed: Sequence[Placed],
        before: Sequence[StoredVisit],
        *,
        same_month: bool,
        anew: bool,
    ) -> None:
        demands, teams = {one.id for one in task.children}, {one.id for one in task.teams}
        self.task, self.known, self.same_month, self.anew = task, known, same_month, anew
        self.plan = Plan(visits=tuple(one for one in placed if one.demand in demands and one.team in teams))
        self.now, self.before = now, before

    def why(self, one: Change) -> Problem:
        """The reason of one child, the surest first."""
        mine = [v for v in self.now if v.child_id == one.child_id and v.team_id == one.after_id]
        tried = self._as_before(one, mine)
        if tried is None:
            return NEW_SERVICE
        visit, instead = tried
        said = self._gone(visit, one)
        if said is not None:
            return said
        if any(v.origin == VisitOrigin.MANUAL.value for v in mine):
            return BY_HAND
        if self.anew:
            return ANEW
        task, plan = piece_around(self.task, self.plan, visit.demand, {visit.team, instead.team})
        found = errors(check_change(task, plan, instead, visit))
        against = [finding for finding in found if finding.code != "miscounted"]
        if not against:
            return FREE
        return Problem(
            "handed_against",
            N_("with the team before, at its hour: %(finding)s"),
            {"finding": against[0]},
        )

    def _as_before(self, one: Change, mine: Sequence[StoredVisit]) -> tuple[Placed, Placed] | None:
        """A visit of the child as it was before, on the day of this timetable that is nearest to one that it has now,
        and that one."""
        keys = {v.service_key for v in mine}
        old = [
            v
            for v in self.before
            if v.child_id == one.child_id and v.team_id == one.before_id and v.service_key in keys
        ]
        placed = [v for v in self.plan.visits if v.child == str(one.child_id) and v.team == str(one.after_id)]
        if not old or not placed:
            return None
        if self.same_month:
            pairs = [(abs((a.day - b.date).days), a.day, a.start, b) for a in old for b in placed if _of(b, a)]
            if not pairs:
                return None
            _apart, day, start, instead = min(pairs, key=lambda pair: pair[:3])
        else:
            (weekday, start), _times = Counter((v.day.weekday(), v.start) for v in old).most_common(1)[0]
            days = [d.date for d in self.task.days if d.acts_as == weekday]
            if not days:
                return None
            _apart, day, _at, instead = min(
                ((abs((a - b.date).days), a, b.date.isoformat(), b) for a in days for b in placed),
                key=lambda pair: pair[:3],
            )
        length = instead.end - instead.start
        visit = replace(instead, team=str(one.before_id), date=day, start=start, end=start + length)
        return visit, instead

    def _gone(self, visit: Placed, one: Change) -> Problem | None:
        """What keeps the team before from coming at all on that day."""
        cause = cause_of(visit, self.known)
        if cause == Cause.TEAM_GONE:
            return Problem("handed_team_gone", N_("%(team)s visits no more"), {"team": one.before})
        if cause == Cause.CLOSED_DAY:
            return Problem("handed_day_closed", N_("there is no school on %(day)s"), {"day": visit.date})
        if cause == Cause.CLOSED_HOME:
            return Problem("handed_home_closed", N_("nobody can come to the home on %(day)s"), {"day": visit.date})
        if cause == Cause.CHILD_GONE:
            return NEW_SERVICE
        if cause == Cause.TEACHER_AWAY:
            away = [
                member.name
                for member in self.known.teams[visit.team].members
                if any(first <= visit.date <= last for first, last in member.leave)
            ]
            return Problem(
                "handed_away", N_("%(names)s on leave on %(day)s"), {"names": "、".join(away), "day": visit.date}
            )
        return None


def _of(placed: Placed, stored: StoredVisit) -> bool:
    return placed.demand == f"{stored.child_id}:{stored.service_key}"
