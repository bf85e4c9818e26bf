"""Moving a visit of a draft by hand, with the checker's words before it is saved."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import time

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.children.sight import require_write
from app.kernel.dates import monday_of
from app.kernel.problems import Problem, Refused
from app.teams.forms import clock_of, minutes_of
from app.teams.queries.who_may_plan import may_plan
from app.timetables.actions.moving import check_move, move_visit
from app.timetables.forms import MoveForm
from app.timetables.queries import naming, placed, timetables
from app.timetables.views.pages import pages
from app.web.days import asked_day
from app.web.reading import as_uuid
from app.web.requests import note_opening


@pages.form("/visits/<uuid:visit_id>/move", needs=Permission.TIMETABLES_WRITE)
def edit_visit(visit_id: uuid.UUID) -> ResponseReturnValue:
    visit = placed.get_visit(g.actor, visit_id)
    timetable = timetables.get_timetable(g.actor, visit.timetable_id)
    if not may_plan(g.actor, timetable.unit_id):
        abort(404)
    require_write(g.actor, visit.child_id)
    note_opening(visit.child_id, "move visit")
    form = MoveForm(day=visit.day, start=clock_of(visit.start), team_id=visit.team_id)
    form.day.offer(timetable.first_on, timetable.last_on)
    form.team_id.choices = [
        (str(one), f"{name}：{people}") for one, name, people in naming.teams_of(g.actor, timetable)
    ]
    problems: list[Problem] = []
    if form.validate_on_submit():
        try:
            moved = move_visit(
                g.actor, visit.id, day=form.day.day, start=minutes_of(form.start.data), team_id=form.team_id.data
            )
            flash(_("The visit was moved."), "ok")
            return redirect(
                url_for(".show_timetable", timetable_id=timetable.id, team=moved.team_id, week=monday_of(moved.day)),
                303,
            )
        except Refused as refused:
            form.refuse([p for p in refused.problems if p.field])
            problems = [p for p in refused.problems if not p.field]
    return render_template(
        "timetables/edit_visit.html",
        form=form,
        visit=visit,
        timetable=timetable,
        problems=problems,
        child_name=naming.child_names(g.actor, {visit.child_id}).get(visit.child_id, ""),
    ), 422 if form.is_submitted() else 200


@pages.get("/visits/<uuid:visit_id>/move/check", needs=Permission.TIMETABLES_WRITE)
def check_visit(visit_id: uuid.UUID) -> ResponseReturnValue:
    """The part of the page that says what the move would break."""
    visit = placed.get_visit(g.actor, visit_id)
    require_write(g.actor, visit.child_id)
    try:
        day, start = asked_day("day"), time.fromisoformat(request.args.get("start", ""))
        team_id = as_uuid(request.args.get("team_id")) or visit.team_id
        found: Sequence[Problem] | None = (
            None if day is None else check_move(g.actor, visit.id, day=day, start=minutes_of(start), team_id=team_id)
        )
    except ValueError:
        return render_template("timetables/check_visit.html", findings=None)
    except Refused as refused:
        found = refused.problems
    return render_template("timetables/check_visit.html", findings=found)
