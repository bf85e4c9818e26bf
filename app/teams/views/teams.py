"""Pages of teams: who visits together, when, and who is away."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NoReturn

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.dates import monday_of
from app.kernel.problems import N_, Problem, Refused
from app.schools.queries import get_teacher, list_teachers, teacher_labels, unit_names
from app.teams.actions import add_leave, end_leave, save_team, set_teacher_hours
from app.teams.forms import LeaveForm, TeamForm, WeekForm, week_lines
from app.teams.hooks import hooks
from app.teams.queries.teams import get_team, list_members, list_team_views, teacher_hours, teacher_leave
from app.teams.queries.who_may_plan import may_plan, planned_units
from app.teams.views.pages import pages
from app.web.filters import today
from app.web.reading import as_uuid, whole_number


@pages.get("/teams", needs=Permission.TIMETABLES_READ)
def list_teams() -> ResponseReturnValue:
    unit_id = request.args.get("unit", type=as_uuid)
    teams = list_team_views(g.actor, unit_id)
    return render_template(
        "teams/list_teams.html",
        teams=teams,
        unit_id=unit_id,
        units=planned_units(g.actor, today()),
        printable=_printable(one.id for one in teams),
    )


def _printable(team_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Teams with visits in this week: for others there is nothing to print."""
    monday = monday_of(today())
    return hooks.with_visits(g.actor, team_ids, monday, monday + timedelta(days=6))


@pages.form("/teams/new", needs=Permission.TIMETABLES_WRITE)
def new_team() -> ResponseReturnValue:
    units = planned_units(g.actor, today())
    unit_id = request.args.get("unit", type=as_uuid) or (units[0][0] if units else None)
    if unit_id is None or not may_plan(g.actor, unit_id):
        abort(404)
    form = TeamForm(**{name: request.args[name] for name in ("lead", "second", "apart") if name in request.args})
    _fill_teachers(form, unit_id)
    if form.validate_on_submit():
        try:
            team = save_team(
                g.actor,
                None,
                school_id=_school_of(form),
                name=form.name.data,
                member_ids=form.member_ids,
                apart=form.apart.data == "1",
                today=today(),
            )
            flash(_("The team was made. Now enter its teachers' hours."), "ok")
            return redirect(url_for(".edit_team", team_id=team.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template(
        "teams/new_team.html", form=form, units=units, unit_id=unit_id, unit_name=unit_names().get(unit_id, "")
    ), 422 if form.is_submitted() else 200


def _fill_teachers(form: TeamForm, unit_id: uuid.UUID) -> None:
    """The unit's teachers, each with the school, in the selects."""
    from app.schools.queries import school_choices

    schools = {row[0]: row[1] for row in school_choices(g.actor, today=today(), unit_id=unit_id)}
    people = list_teachers(unit_id=unit_id, active=True)
    labels = teacher_labels(t.id for t in people)
    choices = [
        (str(t.id), labels[t.id] if labels[t.id] != t.name else f"{t.name}（{schools.get(t.school_id, '')}）")
        for t in people
    ]
    form.lead.choices = [("", _("Choose a teacher")), *choices]
    form.second.choices = form.third.choices = [("", _("nobody")), *choices]


def _school_of(form: TeamForm) -> uuid.UUID:
    """The school of the leading teacher is the team's: there its days begin and end."""
    return get_teacher(form.lead.data).school_id if form.lead.data else _refuse_lead()


def _refuse_lead() -> NoReturn:
    raise Refused(Problem("lead_missing", N_("Choose the teacher who leads."), field="lead"))


@pages.form("/teams/<uuid:team_id>", needs=Permission.TIMETABLES_WRITE)
def edit_team(team_id: uuid.UUID) -> ResponseReturnValue:
    team = get_team(g.actor, team_id)
    if not may_plan(g.actor, team.unit_id):
        abort(404)
    members = list_members(team.id)
    ids = [one.id for one in members] + [None] * 3
    form = TeamForm(
        name=team.name,
        lead=ids[0],
        second=ids[1],
        third=ids[2],
        active="1" if team.active else "0",
        apart="1" if team.apart else "0",
        revision=str(team.revision),
    )
    _fill_teachers(form, team.unit_id)
    if form.validate_on_submit():
        try:
            save_team(
                g.actor,
                team,
                school_id=_school_of(form),
                name=form.name.data,
                member_ids=form.member_ids,
                active=form.active.data == "1",
                apart=form.apart.data == "1",
                revision=whole_number(form.revision.data, 0),
                today=today(),
            )
            flash(_("Saved."), "ok")
            return redirect(url_for(".edit_team", team_id=team.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return _show_team(team, members, form)


def _show_team(team: Any, members: Any, form: TeamForm) -> ResponseReturnValue:
    since = today() - timedelta(days=31)
    people = [(one, teacher_hours(one.id), teacher_leave(one.id, since)) for one in members]
    hit = hooks.in_leave(g.actor, [row for _one, _hours, leaves in people for row in leaves], today())
    return render_template(
        "teams/edit_team.html",
        team=team,
        form=form,
        people=people,
        hit=hit,
        printable=_printable([team.id]),
        leave=_leave_form(members),
    ), 422 if form.is_submitted() and form.errors else 200


def _leave_form(members: Any) -> LeaveForm:
    form = LeaveForm(formdata=None)
    form.teacher_id.choices = [(str(one), words) for one, words in teacher_labels(m.id for m in members).items()]
    return form


@pages.form("/teams/<uuid:team_id>/hours/<uuid:teacher_id>", needs=Permission.TIMETABLES_WRITE)
def edit_hours(team_id: uuid.UUID, teacher_id: uuid.UUID) -> ResponseReturnValue:
    team, teacher = get_team(g.actor, team_id), get_teacher(teacher_id)
    if teacher.id not in {one.id for one in list_members(team.id)} or not may_plan(g.actor, team.unit_id):
        abort(404)
    hours = teacher_hours(teacher.id)
    form = WeekForm.filled(hours)
    form.shows(hours, lambda: week_lines(hours))
    if form.validate_on_submit():
        try:
            set_teacher_hours(g.actor, teacher.id, form.stretches)
            flash(_("Saved."), "ok")
            return redirect(url_for(".edit_team", team_id=team.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template("teams/edit_hours.html", form=form, team=team, teacher=teacher), form.status


@pages.post("/teams/<uuid:team_id>/leave", needs=Permission.TIMETABLES_WRITE)
def new_leave(team_id: uuid.UUID) -> ResponseReturnValue:
    team = get_team(g.actor, team_id)
    members = list_members(team.id)
    form = LeaveForm()
    form.teacher_id.choices = [(str(one), words) for one, words in teacher_labels(m.id for m in members).items()]
    if form.validate_on_submit():
        try:
            add_leave(
                g.actor,
                form.teacher_id.data,
                first_on=form.first_on.day,
                last_on=form.last_on.day,
                reason=form.reason.data or "",
            )
            flash(_("Saved. Timetables made before this do not know of it."), "ok")
            return redirect(url_for(".edit_team", team_id=team.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template("teams/new_leave.html", team=team, form=form), 422


@pages.post("/teams/<uuid:team_id>/leave/<uuid:leave_id>/end", needs=Permission.TIMETABLES_WRITE)
def take_back_leave(team_id: uuid.UUID, leave_id: uuid.UUID) -> ResponseReturnValue:
    team = get_team(g.actor, team_id)
    end_leave(g.actor, leave_id)
    flash(_("The days of leave were taken back."), "ok")
    return redirect(url_for(".edit_team", team_id=team.id), 303)
