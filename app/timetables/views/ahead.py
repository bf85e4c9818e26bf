"""What publishing a draft would change, for the pages that ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g

from app.timetables.actions.handing import explained
from app.timetables.hooks import Concerned, hooks
from app.timetables.queries import placed, timetables
from app.timetables.queries.continuity import Handed, month_before, team_changes, team_changes_of
from app.timetables.queries.drafts import draft_state
from app.timetables.queries.live import ChildChanges, compare_draft, name_changes, teachers_of_changes
from app.timetables.queries.remedies import Brought, what_a_remedy_brought
from app.timetables.queries.runs import find_run
from app.timetables.queries.unasked import marked
from app.timetables.types import TimetableState
from app.timetables.views.fitness import Unfit, unfit
from app.web.filters import today


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What publishing a draft would change. `former`: the timetable in force that it replaces; `changes`, `unchanged`:
    children with other visits, visits that stay; `told`: teachers concerned; `before`: the timetable whose teams the
    children have; `handed`: who changes team and why; `concerned`: see hooks; `unfit`: why it cannot be published."""

    former: Any
    changes: Sequence[ChildChanges]
    unchanged: int
    told: Sequence[str]
    before: Any
    handed: Sequence[Handed]
    concerned: Concerned
    brought: Brought | None
    unfit: Unfit | None


def what_changes(row: Any) -> Ahead:
    """What publishing a draft would change, for the page that asks: against the timetable in force of the same month,
    as a repair replaces it; only a month's first one is held against the month before."""
    former, draft = timetables.find_published(row.unit_id, row.month), row.state == TimetableState.DRAFT
    standing = compare_draft(row, placed.visits_of_month(row.id), today()) if former and draft else None
    changes = standing.changes if standing else []
    before = former if standing else month_before(row)
    handed = team_changes_of(g.actor, changes, row.month) if standing else team_changes(g.actor, row, before)
    return Ahead(
        former=former,
        changes=name_changes(g.actor, marked(changes, placed.visits_of_month(row.id))),
        unchanged=len(standing.movable) - sum(one.former is not None for one in changes) if standing else 0,
        told=teachers_of_changes(changes) if changes else [],
        before=before,
        handed=explained(g.actor, row, before, handed) if draft else handed,
        concerned=hooks.concerned(g.actor, row, former, changes),
        brought=what_a_remedy_brought(g.actor, row, find_run(row.id)),
        unfit=unfit(row),
    )


@dataclass(frozen=True)
class DraftAhead:
    """A draft of a term as the page that publishes all of them shows it. `seen`: what it held then; `handed`: who
    changes team with it and why."""

    row: Any
    seen: str
    unfit: Unfit | None
    handed: Sequence[Handed]


def draft_ahead(row: Any, handed: Sequence[Handed]) -> DraftAhead:
    """One of the drafts of a term; `handed`: the children whose team changes with it."""
    return DraftAhead(row, draft_state(row.id), unfit(row), explained(g.actor, row, month_before(row), handed))
