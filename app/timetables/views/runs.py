"""Pages of runs: the way of one at work, all runs of a month, two side by side, pinned visits."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.jobs.types import JobState
from app.schools.queries import unit_names
from app.timetables.actions.pins import free_pin
from app.timetables.actions.runs import stop_run
from app.timetables.queries.pins import list_pins
from app.timetables.queries.runs import ChildChange, Run, compare, find_run, get_planned, list_runs
from app.timetables.queries.timetables import run_of
from app.timetables.types import TimetableState
from app.timetables.views.boards import spell
from app.timetables.views.charts import way_chart
from app.timetables.views.figures import (
    change_words,
    easing_words,
    failure_words,
    figure_rows,
    settings_words,
)
from app.timetables.views.pages import pages
from app.web.reading import known_id

SHOWN = 40
"""Children whose changes are spelled out on the page of two runs."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """A run at work, or how it ended. `fraction` of the job that is done, None while nobody knows; `chart`: the way of
    the search in the repeating plan."""

    job: Any
    run: Run | None
    over: bool
    ended: bool
    stopping: bool
    failures: Sequence[str]
    chart: dict | None
    fraction: float | None


def work_of(row: Any) -> Work:
    """What the part of the page that follows a run is made from."""
    job, run = run_of(row), find_run(row.id)
    over = row.state not in (TimetableState.QUEUED, TimetableState.FAILED)
    ended = row.state == TimetableState.FAILED or job is not None and job.state in (JobState.FAILED, JobState.CANCELLED)
    return Work(
        job=job,
        run=run,
        over=over,
        ended=ended and not over,
        stopping=bool(job and job.cancel_asked),
        failures=failure_words(row),
        chart=way_chart(run.progress if run else (), row.figures.unserved if over else None),
        fraction=min(1.0, job.done / job.total) if job and job.total else None,
    )


@pages.get("/timetables/<uuid:timetable_id>/run", needs=Permission.TIMETABLES_WRITE)
def follow_run(timetable_id: uuid.UUID) -> ResponseReturnValue:
    """The part of the page that follows a run; it asks for itself again."""
    row = get_planned(g.actor, timetable_id)
    return render_template("timetables/_run.html", timetable=row, planner=True, at_work=work_of(row))


@pages.post("/timetables/<uuid:timetable_id>/stop", needs=Permission.TIMETABLES_WRITE)
def stop_timetable(timetable_id: uuid.UUID) -> ResponseReturnValue:
    stop_run(g.actor, timetable_id)
    flash(_("The search stops; the best plan so far becomes the draft."), "ok")
    return redirect(url_for(".show_timetable", timetable_id=timetable_id), 303)


@pages.get("/timetables/<uuid:timetable_id>/runs", needs=Permission.TIMETABLES_WRITE)
def show_runs(timetable_id: uuid.UUID) -> ResponseReturnValue:
    """All runs of the timetable's unit and month, also the discarded ones."""
    row = get_planned(g.actor, timetable_id)
    runs = list_runs(row.unit_id, row.month)
    made = [
        one
        for one in runs
        if one.timetable.state in (TimetableState.DRAFT, TimetableState.PUBLISHED, TimetableState.DISCARDED)
        and one.timetable.input_hash
    ]
    return render_template(
        "timetables/show_runs.html",
        timetable=row,
        runs=runs,
        unit_name=unit_names().get(row.unit_id, ""),
        comparable={one.timetable.id for one in made},
        other=_other(row, made),
        pins=list_pins(g.actor, row.unit_id, row.month),
        made={one.timetable.id: (" · ".join(settings_words(one.timetable, one.run)), _eased(one.run)) for one in runs},
    )


def _eased(run: Any) -> str:
    return "；".join(easing_words(run.relaxations)) if run else ""


def _other(row: Any, made: Any) -> uuid.UUID | None:
    """The run that is compared with this one unless another is chosen: the next newest."""
    return next((one.timetable.id for one in made if one.timetable.id != row.id), None)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How the two runs were made, what differs between them, and for whom."""

    settings: Sequence[str]
    eased: Sequence[str]
    changes: Sequence[ChildChange]
    shown: int
    words: Mapping[uuid.UUID, Sequence[str]]
    rows: Sequence
    sums: Mapping[str, int]
    other_team: int


@pages.get("/timetables/compare", needs=Permission.TIMETABLES_WRITE)
def compare_runs() -> ResponseReturnValue:
    """Two runs of one unit's month: their figures, their settings, what differs for whom."""
    ids = [one for name in ("a", "b") if (one := known_id(request.args.get(name)))]
    if len(ids) != 2:
        abort(404)
    a, b = (get_planned(g.actor, one) for one in ids)
    if (a.unit_id, a.month) != (b.unit_id, b.month):
        abort(404)
    changes, teams = compare(g.actor, a, b)
    runs = [find_run(one.id) for one in (a, b)]
    return render_template(
        "timetables/compare_runs.html",
        a=a,
        b=b,
        unit_name=unit_names().get(a.unit_id, ""),
        difference=Difference(
            changes=changes,
            shown=SHOWN,
            words={one.child_id: [change_words(change, teams, spell) for change in one.changes] for one in changes},
            settings=[" · ".join(settings_words(row, run)) for row, run in zip((a, b), runs, strict=True)],
            eased=[_eased(run) for run in runs],
            rows=figure_rows(a, b),
            sums={kind: sum(getattr(one, kind) for one in changes) for kind in ("moved", "added", "removed")},
            other_team=sum(one.other_team for one in changes),
        ),
    )


@pages.post("/timetables/<uuid:timetable_id>/pins/<uuid:pin_id>/free", needs=Permission.TIMETABLES_WRITE)
def take_pin_away(timetable_id: uuid.UUID, pin_id: uuid.UUID) -> ResponseReturnValue:
    row = get_planned(g.actor, timetable_id)
    free_pin(g.actor, pin_id)
    flash(_("The visit is no longer pinned."), "ok")
    return redirect(url_for(".show_runs", timetable_id=row.id, _anchor="pins"), 303)
