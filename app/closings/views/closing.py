"""Closing a school, or merging it: where its pupils go."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Permission
from app.closings.actions.closing import Closing, close_school
from app.closings.forms import CloseForm
from app.closings.queries.present import at_school, first_day, is_over, list_waiting
from app.closings.views.pages import pages
from app.kernel.problems import N_, Problem, Refused
from app.roll.forms import needed_school
from app.roll.queries import unit_schools
from app.schools import queries as schools
from app.web.filters import problem_text, today


@pages.form("/schools/<uuid:school_id>/close", needs=Permission.SCHOOLS_WRITE)
def close_with_pupils(school_id: uuid.UUID) -> ResponseReturnValue:
    school = schools.get_school(school_id)
    if not schools.may_edit(g.actor, school.unit_id):
        abort(404)
    if is_over(school):
        return _closed_already(school.id)
    form = CloseForm(on=today())
    problems: list[Problem] = []
    form.on.bound(first_day(today(), school), today())
    if form.validate_on_submit():
        try:
            count = close_school(
                g.actor,
                school.id,
                Closing(needed_school(form, "school"), form.on.day, form.merged.data),
                today=today(),
            )
            flash(
                ngettext(
                    "The school is closed; %(num)s pupil went over.",
                    "The school is closed; %(num)s pupils went over.",
                    count,
                ),
                "ok",
            )
            return redirect(url_for("schools.show_school", school_id=school.id), 303)
        except Refused as refused:
            form.refuse([p for p in refused.problems if p.field])
            problems = [p for p in refused.problems if not p.field]
    return render_template(
        "closings/close_school.html",
        form=form,
        problems=problems,
        school=school,
        here=at_school(school.id),
        waiting=list_waiting(g.actor, school.id, today()),
        title=_("Close or merge %(name)s", name=school.name),
        schools=[row for row in unit_schools(school.unit_id, today()) if row.code != school.code],
    ), 422 if form.is_submitted() else 200


def _closed_already(school_id: uuid.UUID) -> ResponseReturnValue:
    """Back to the school's page, which says where its pupils went."""
    school = schools.get_school(school_id)
    told = {"school": school.name, "day": school.closed_on}
    flash(problem_text(Problem("closed_already", N_("%(school)s is closed since %(day)s."), told)), "wait")
    return redirect(url_for("schools.show_school", school_id=school.id), 303)
