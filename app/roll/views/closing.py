"""Closing a school, or merging it: where its pupils go."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Permission
from app.kernel.problems import Refused
from app.roll.actions.closing import Closing, close_school
from app.roll.forms import CloseForm
from app.roll.queries import unit_schools
from app.roll.queries.closing import at_school, first_day, list_waiting
from app.roll.views.pages import pages, school_of
from app.schools import queries as schools
from app.web.filters import today


@pages.form("/schools/<uuid:school_id>/close", needs=Permission.SCHOOLS_WRITE)
def close_with_pupils(school_id: uuid.UUID):
    school = schools.get_school(school_id)
    if not schools.may_edit(g.actor, school.unit_id):
        abort(404)
    form, problems = CloseForm(on=today()), ()
    form.on.bound(first_day(today(), school), today())
    if form.validate_on_submit():
        try:
            count = close_school(g.actor, school.id, Closing(school_of(form, "school"), form.on.data, form.merged.data),
                                 today=today())
            flash(ngettext("The school is closed; %(num)s pupil went over.",
                           "The school is closed; %(num)s pupils went over.", count), "ok")
            return redirect(url_for("schools.show_school", school_id=school.id), 303)
        except Refused as refused:
            form.refuse([p for p in refused.problems if p.field])
            problems = [p for p in refused.problems if not p.field]
    return render_template("roll/close_school.html", form=form, problems=problems, school=school,
                           here=at_school(school.id), waiting=list_waiting(g.actor, school.id, today()),
                           title=_("Close or merge %(name)s", name=school.name),
                           schools=[row for row in unit_schools(school.unit_id, today()) if row.code != school.code],
                           ), 422 if form.is_submitted() else 200
