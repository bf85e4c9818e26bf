"""What only planners read on the first page of a timetable, beside its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g

from app.timetables.actions.timetables import inputs_changed
from app.timetables.plan_words import gap_words
from app.timetables.queries import drafts, naming, outdated, plan_gaps, timetables, waiting
from app.timetables.queries.closed import ClosedHit, closed_hits
from app.timetables.queries.remedies import Brought, what_a_remedy_brought
from app.timetables.queries.runs import find_run, last_published, relaxations_with
from app.timetables.types import TimetableState
from app.timetables.views.charts import way_chart
from app.timetables.views.figures import (
    beside_words,
    bound_words,
    easing_words,
    failure_words,
    settings_words,
    told,
)
from app.timetables.views.fitness import Unfit, unfit
from app.timetables.views.missing import stored_lacks, unserved_rows
from app.web.filters import clock, today


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a planner reads beside the figures. `unfit`: why a draft cannot be published; `changed`: the inputs are
    others than those it was made from; `unused`: something newer has come in its place; `hits`: days without school on
    which its visits stand; `gaps`: children whose plan it does not fit any more; `discarded`: who put it away;
    `unserved`, `lacks`: who has no place and who was left out; `former`: the timetable in force that a draft would
    replace; `beside`: notes under the figures by their name."""

    unfit: Unfit | None
    brought: Brought | None
    unused: bool
    changed: bool
    hits: Sequence[ClosedHit]
    unserved: Sequence[dict]
    lacks: Sequence[dict]
    outdated: Sequence[tuple]
    gaps: Sequence[tuple]
    discarded: drafts.Discarded | None
    former: Any
    bent: Sequence[str]
    shortages: Sequence[str]
    chart: dict | None
    settings: Sequence[str]
    eased: Sequence[str]
    lost_pins: Sequence[str]
    failures: Sequence[str]
    bound: str
    beside: Mapping[str, str]


def review_of(row: Any) -> Review:
    """What a planner reads; the caller has checked that the actor is one."""
    run, draft = find_run(row.id), row.state == TimetableState.DRAFT
    lost = row.figures.lost_pins
    names = naming.child_names(g.actor, {one.child for one in lost})
    return Review(
        unfit=unfit(row),
        brought=what_a_remedy_brought(g.actor, row, run) if draft else None,
        unused=draft and row.id in waiting.unused_drafts([row.id]),
        changed=draft and inputs_changed(g.actor, row),
        hits=closed_hits(row, today()) if row.in_force else [],
        unserved=unserved_rows(row),
        lacks=stored_lacks(row),
        outdated=outdated.outdated_plans(g.actor, row),
        gaps=[(gap.child_id, name, gap_words(row, gap)) for gap, name in plan_gaps.plan_gaps(g.actor, row, today())],
        discarded=drafts.discarded(row) if row.state == TimetableState.DISCARDED else None,
        former=timetables.find_published(row.unit_id, row.month) if draft else None,
        bent=[told(one) for one in row.figures.bent],
        shortages=[told(one) for one in run.shortages] if run else [],
        chart=way_chart(run.progress, row.figures.unserved) if run else None,
        settings=settings_words(row, run),
        eased=easing_words(relaxations_with(run, row.id)),
        lost_pins=[f"{names.get(one.child, '')} {one.day.isoformat()} {clock(one.start)}" for one in lost],
        failures=failure_words(row),
        bound=bound_words(row.figures),
        beside=beside_words(last_published(row)),
    )
