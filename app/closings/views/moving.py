"""A school goes to another unit, with its pupils and teams."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Permission
from app.closings.actions.moving import move_school
from app.closings.queries.present import DAYS_BACK, at_school
from app.closings.views.pages import pages
from app.kernel.dates import add_days
from app.kernel.problems import Refused
from app.schools import queries as schools
from app.schools.forms import SET, MoveForm
from app.web.filters import today


@pages.form("/schools/<uuid:school_id>/move", needs=Permission.SCHOOLS_WRITE)
def move_to_unit(school_id: uuid.UUID) -> ResponseReturnValue:
    school, form, day = schools.get_school(school_id), MoveForm(), today()
    if not schools.may_edit(g.actor, school.unit_id):
        abort(404)
    here = at_school(school.id)
    form.on.bound(add_days(day, -DAYS_BACK) if here.pupils or here.teams else SET.first(day), day)
    form.unit_id.offer(
        [unit for unit in schools.units_on(day) if unit.id != school.unit_id and schools.may_edit(g.actor, unit.id)]
    )
    if form.validate_on_submit():
        try:
            count = move_school(g.actor, school.id, form.unit_id.data, on=form.on.day, today=day)
            flash(
                _("%(name)s has moved.", name=school.name)
                + (
                    " "
                    + ngettext(
                        "The new unit answers for %(num)s child.", "The new unit answers for %(num)s children.", count
                    )
                    if count
                    else ""
                ),
                "ok",
            )
            return redirect(url_for("schools.show_school", school_id=school.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return (
        render_template(
            "closings/move_to_unit.html", form=form, school=school, here=here, unit=schools.get_unit(school.unit_id)
        ),
        422 if form.is_submitted() else 200,
    )
