"""The visits that stand: published and booked, whichever publication they came with."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor
from app.children.models import Child
from app.children.sight import name_seen
from app.db import db
from app.db.remember import remembered
from app.kernel import clock
from app.kernel.twins import ends, told_apart
from app.schools.queries import teacher_labels
from app.teams.models import Team, TeamMember
from app.teams.queries.teams import people_of
from app.timetables.models import Timetable, Visit, VisitChange, VisitRecord
from app.timetables.queries.standing import stands
from app.timetables.rules.changes import Changed, compare_visits, visit_key
from app.timetables.types import ChangeKind, PlanNow

TOLD_DAYS = 14
"""A change is shown to its family and teachers for so many days, or until its visit is past."""


def live_visits(unit_id: uuid.UUID, month: str) -> list[Visit]:
    """The visits of a unit's month that stand, in order. The caller has checked the scope."""
    return list(
        db.session.scalars(
            select(Visit)
            .join(Timetable, Timetable.id == Visit.timetable_id)
            .where(Timetable.unit_id == unit_id, Timetable.month == month, stands())
            .order_by(Visit.day, Visit.team_id, Visit.start, Visit.id)
        )
    )


def recorded_among(visit_ids: Any) -> set[uuid.UUID]:
    """Those of the visits of which something was recorded."""
    return set(db.session.scalars(select(VisitRecord.visit_id).where(VisitRecord.visit_id.in_(list(visit_ids)))))


@dataclass(frozen=True)
class Standing:
    """How a draft meets what stands. `kept`: visits of the draft that stand already and are past or recorded; `late`:
    visits of the draft that would begin in the past; `movable`: standing visits that the draft takes the place of."""

    kept: list[Visit]
    late: list[Visit]
    movable: list[Visit]
    changes: list[Changed]


def compare_draft(row: Timetable, visits: list[Visit], today: date) -> Standing:
    """Compare a draft with the visits of its month that stand now: what is past or recorded stays as it is."""
    live = live_visits(row.unit_id, row.month)
    recorded = recorded_among([v.id for v in live])
    fixed = {visit_key(v) for v in live if v.day <= today or v.id in recorded}
    kept = [v for v in visits if visit_key(v) in fixed]
    coming = [v for v in visits if visit_key(v) not in fixed]
    movable = [v for v in live if v.day > today and v.day >= row.first_on and v.id not in recorded]
    return Standing(kept, [v for v in coming if v.day <= today], movable, compare_visits(movable, coming))


# --- changes told ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ToldChange:
    """A change of a published visit as people read it; the former or the new time is None when there is none. The day
    runs in minutes, from `start` to `end`."""

    kind: ChangeKind
    child_id: uuid.UUID
    child_name: str
    former_day: date | None
    former_start: int | None
    former_end: int | None
    former_team: str | None
    day: date | None
    start: int | None
    end: int | None
    team: str | None
    people: str = ""
    """Who comes now, by name."""
    former_id: uuid.UUID | None = None
    plan: PlanNow | None = None
    """What the plan asks for, where it does not ask for the visit any more."""

    @property
    def other_length(self) -> bool:
        """True when the visit became shorter or longer."""
        if self.former_start is None or self.former_end is None or self.start is None or self.end is None:
            return False
        return self.end - self.start != self.former_end - self.former_start


_FORMER, _NOW = aliased(Visit), aliased(Visit)
_FORMER_TEAM, _NOW_TEAM = aliased(Team), aliased(Team)


def _told(name: Any) -> Select:
    return (
        select(
            VisitChange.kind,
            VisitChange.child_id,
            name.label("child_name"),
            _FORMER.day.label("former_day"),
            _FORMER.start.label("former_start"),
            _FORMER.end.label("former_end"),
            _FORMER_TEAM.name.label("former_team"),
            _NOW.day,
            _NOW.start,
            _NOW.end,
            _NOW_TEAM.name.label("team"),
            _NOW.team_id,
            _FORMER.id.label("former_id"),
        )
        .join(Child, Child.id == VisitChange.child_id)
        .outerjoin(_FORMER, _FORMER.id == VisitChange.former_id)
        .outerjoin(_NOW, _NOW.id == VisitChange.visit_id)
        .outerjoin(_FORMER_TEAM, _FORMER_TEAM.id == _FORMER.team_id)
        .outerjoin(_NOW_TEAM, _NOW_TEAM.id == _NOW.team_id)
        .order_by(VisitChange.at.desc(), _NOW.day, _FORMER.day, VisitChange.id)
    )


def _recent(today: date) -> Any:
    since = clock.now() - timedelta(days=TOLD_DAYS)
    return VisitChange.at >= since, or_(_FORMER.day >= today, _NOW.day >= today)


def told_to_teacher(actor: Actor, today: date) -> list[ToldChange]:
    """Changes of the last days that touch the actor's own visits to come; kept until something changes."""
    if actor.teacher_id is None:
        return []
    mine = select(TeamMember.team_id).where(TeamMember.teacher_id == actor.teacher_id)
    return remembered(
        ("told", actor, today),
        lambda: _list_told(today, name_seen(actor), or_(_FORMER.team_id.in_(mine), _NOW.team_id.in_(mine))),
    )


def _list_told(today: date, name: Any, whom: Any) -> list[ToldChange]:
    rows = db.session.execute(_told(name).where(*_recent(today), whom)).all()
    people = people_of({row.team_id for row in rows if row.team_id})
    return [
        ToldChange(
            kind=row.kind,
            child_id=row.child_id,
            child_name=row.child_name,
            former_day=row.former_day,
            former_start=row.former_start,
            former_end=row.former_end,
            former_team=row.former_team,
            day=row.day,
            start=row.start,
            end=row.end,
            team=row.team,
            people="、".join(people.get(row.team_id, ())),
            former_id=row.former_id,
        )
        for row in rows
    ]


def told_to_family(child_id: uuid.UUID, today: date) -> list[ToldChange]:
    """Changes of the last days that touch a child's visits to come; the child was loaded in sight."""
    return remembered(
        ("told", child_id, today), lambda: _list_told(today, Child.name, VisitChange.child_id == child_id)
    )


@dataclass(frozen=True)
class ChildChanges:
    """A child and what would change or has changed for it: (kind, before, after), each side (day, start,
    team, end)."""

    child_id: uuid.UUID
    child_name: str
    rows: tuple[tuple, ...]


def name_changes(actor: Actor, changes: list[Changed]) -> list[ChildChanges]:
    """Changes with names, child by child. The caller has checked the scope."""
    ids = {one.child_id for one in changes}
    teams = {v.team_id for one in changes for v in (one.former, one.now) if v is not None}
    children = db.session.execute(
        select(Child.id, Child.sort_key, name_seen(actor).label("name"), Child.file_number).where(Child.id.in_(ids))
    ).all()
    labels = told_apart((row.id, row.name, (ends(row.file_number), row.file_number)) for row in children)
    order = {row.id: (row.sort_key, str(row.id)) for row in children}
    team_names = dict(db.session.execute(select(Team.id, Team.name).where(Team.id.in_(teams))).all())
    found = defaultdict(list)

    def end(visit: Any) -> tuple[Any, ...] | None:
        return None if visit is None else (visit.day, visit.start, team_names.get(visit.team_id, ""), visit.end)

    for one in changes:
        found[one.child_id].append((one.kind, end(one.former), one.plan or end(one.now)))
    return [
        ChildChanges(child_id, labels[child_id], tuple(found[child_id]))
        for child_id in sorted(found, key=lambda one: order[one])
    ]


def teachers_of_changes(changes: list[Changed]) -> list[str]:
    """Names of the teachers whom changes concern."""
    teams = {v.team_id for one in changes for v in (one.former, one.now) if v is not None}
    return list(
        teacher_labels(db.session.scalars(select(TeamMember.teacher_id).where(TeamMember.team_id.in_(teams)))).values()
    )
