"""Reading runs: every timetable ever made of a unit's month, also the discarded ones, and what differs between two."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from app.access import Actor
from app.db import db
from app.errors import NotFound
from app.jobs.models import Job
from app.kernel.pinyin import sort_key
from app.routing import Change, Plan, diff
from app.routing import Visit as Placed
from app.teams.models import Team
from app.teams.queries.who_may_plan import may_plan
from app.timetables.hooks import hooks
from app.timetables.models import Timetable, TimetableOrder, TimetableRun, Visit
from app.timetables.queries import naming, placed, timetables
from app.timetables.rules.gathering import demand_id
from app.timetables.types import TimetableState


def get_planned(actor: Actor, timetable_id: uuid.UUID) -> Timetable:
    """A timetable of a unit whose timetables the actor makes. Raises NotFound."""
    row = timetables.get_timetable(actor, timetable_id)
    if not may_plan(actor, row.unit_id):
        raise NotFound
    return row


class Run(NamedTuple):
    """How a timetable was made and asked for; see `TimetableRun` and `TimetableOrder`."""

    seconds: int
    relaxations: list
    progress: list
    shortages: list
    follows_id: uuid.UUID | None = None
    after_id: uuid.UUID | None = None
    months_after: list = []
    remedy: dict | None = None
    halted: list = []


def find_run(timetable_id: uuid.UUID) -> Run | None:
    """How a timetable was made; None for one that no run has made."""
    return _run(db.rows(_RUN, {"timetable": timetable_id}).first() or (None,))


def _run(row: Sequence) -> Run | None:
    """The columns of `_COLUMNS`; a run of a version that kept no order has none of its columns."""
    if row[0] is None:
        return None
    return Run(row[0], row[1], row[2], row[3], row[4], row[5], row[6] or [], row[7], row[8] or [])


_COLUMNS = (
    TimetableRun.seconds,
    TimetableRun.relaxations,
    TimetableRun.progress,
    TimetableRun.shortages,
    TimetableOrder.follows_id,
    TimetableOrder.after_id,
    TimetableOrder.months_after,
    TimetableOrder.remedy,
    TimetableOrder.halted,
)
_RUN = (
    select(*_COLUMNS)
    .outerjoin(TimetableOrder, TimetableOrder.timetable_id == TimetableRun.timetable_id)
    .where(TimetableRun.timetable_id == bindparam("timetable"))
)


def relaxations_of(timetable_id: uuid.UUID) -> list[dict]:
    """The remedies that ease the rules of a timetable: those of its run. A repair has no run of its own and goes on
    under the rules of the timetable that it repairs, however often that was repaired itself."""
    return relaxations_with(find_run(timetable_id), timetable_id)


def relaxations_with(run: Any, timetable_id: uuid.UUID) -> list[dict]:
    """The same for who has looked for the run already."""
    at: uuid.UUID | None = timetable_id
    while run is None:
        at = hooks.base_of(at) if at else None
        if at is None:
            return []
        run = find_run(at)
    return list(run.relaxations)


@dataclass(frozen=True)
class RunView:
    """A timetable, how it was made, and its job."""

    timetable: Timetable
    run: Run | None
    job: Job | None


def list_runs(unit_id: uuid.UUID, month: str) -> list[RunView]:
    """All runs of a unit's month, the newest first. The caller has checked the scope."""
    rows = db.session.execute(
        select(Timetable, Job, *_COLUMNS)
        .outerjoin(TimetableRun, TimetableRun.timetable_id == Timetable.id)
        .outerjoin(TimetableOrder, TimetableOrder.timetable_id == Timetable.id)
        .outerjoin(Job, Job.id == Timetable.job_id)
        .where(Timetable.unit_id == unit_id, Timetable.month == month)
        .order_by(Timetable.created_at.desc(), Timetable.id)
        .limit(200)
    )
    return [RunView(row[0], _run(row[2:]), row[1]) for row in rows]


def last_published(row: Timetable) -> Timetable | None:
    """The timetable in force to compare with: of the same month, else of the latest month before; None where there is
    none."""
    return db.session.scalar(
        select(Timetable)
        .where(
            Timetable.unit_id == row.unit_id,
            Timetable.id != row.id,
            Timetable.month <= row.month,
            Timetable.state == TimetableState.PUBLISHED,
            Timetable.superseded_at.is_(None),
        )
        .order_by(Timetable.month.desc())
        .limit(1)
    )


@dataclass(frozen=True, kw_only=True)
class ChildChange:
    """What differs for one child between two timetables; teams are those of most of its visits."""

    child_id: uuid.UUID
    name: str
    moved: int
    added: int
    removed: int
    team_before: str
    team_after: str
    changes: Sequence[Change]

    @property
    def other_team(self) -> bool:
        """True when another team comes most of the time."""
        return bool(self.team_before and self.team_after and self.team_before != self.team_after)


def compare(actor: Actor, a: Timetable, b: Timetable) -> tuple[list[ChildChange], dict[str, str]]:
    """What differs by child from `a` to `b`, the most changed first, and the teams' names by id."""
    before, after = placed.visits_of_month(a.id), placed.visits_of_month(b.id)
    found: dict[str, list[Change]] = defaultdict(list)
    for change in diff(plan_of(before), plan_of(after)):
        found[change.either.child].append(change)
    old, new = _faces(before), _faces(after)
    children = set(found) | {child for child in old.keys() & new.keys() if old[child] != new[child]}
    names = naming.child_names(actor, {uuid.UUID(child) for child in children})
    teams = {
        str(team_id): name
        for team_id, name in db.session.execute(
            select(Team.id, Team.name).where(Team.id.in_({v.team_id for v in before} | {v.team_id for v in after}))
        )
    }
    rows = [
        _child(child, names, found[child], teams.get(old.get(child, ""), ""), teams.get(new.get(child, ""), ""))
        for child in children
    ]
    return sorted(rows, key=lambda one: (-one.moved - one.added - one.removed, sort_key(one.name), one.child_id)), teams


def plan_of(visits: Sequence[Visit]) -> Plan:
    """Stored visits as the engine's plan, for telling two apart."""
    return Plan(
        visits=tuple(
            Placed(demand_id(v.child_id, v.service_key), str(v.child_id), v.day, str(v.team_id), v.start, v.end)
            for v in visits
        )
    )


def _child(child: str, names: dict, changes: list[Change], before: str, after: str) -> ChildChange:
    kinds = Counter(change.kind for change in changes)
    child_id = uuid.UUID(child)
    return ChildChange(
        child_id=child_id,
        name=names.get(child_id, ""),
        moved=kinds["moved"],
        added=kinds["added"],
        removed=kinds["removed"],
        team_before=before,
        team_after=after,
        changes=tuple(changes),
    )


def _faces(visits: Sequence[Visit]) -> dict[str, str]:
    """The team of most visits of each child."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for one in visits:
        counts[str(one.child_id)][str(one.team_id)] += 1
    return {child: min(count, key=lambda team: (-count[team], team)) for child, count in counts.items()}
