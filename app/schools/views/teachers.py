"""Teachers of a school."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.problems import Refused
from app.schools import queries
from app.schools.actions import save_teacher
from app.schools.actions.teachers import may_staff
from app.schools.forms import TeacherForm
from app.schools.queries.found import School
from app.schools.queries.teachers import Teacher
from app.schools.views.register import pages


def _school(school_id: uuid.UUID) -> School:
    school = queries.get_school(school_id)
    if not may_staff(g.actor, school.id):
        abort(404)
    return school


@pages.form("/schools/<uuid:school_id>/teachers/new", needs=Permission.SCHOOLS_READ)
def new_teacher(school_id: uuid.UUID) -> ResponseReturnValue:
    return _teacher_page("schools/new_teacher.html", _school(school_id), None)


@pages.form("/schools/<uuid:school_id>/teachers/<uuid:teacher_id>", needs=Permission.SCHOOLS_READ)
def edit_teacher(school_id: uuid.UUID, teacher_id: uuid.UUID) -> ResponseReturnValue:
    school, teacher = _school(school_id), queries.get_teacher(teacher_id)
    if teacher.school_id != school.id:
        abort(404)
    return _teacher_page("schools/edit_teacher.html", school, teacher)


def _teacher_page(template: str, school: School, teacher: Teacher | None) -> ResponseReturnValue:
    form = TeacherForm(obj=teacher)
    if not form.is_submitted() and teacher is not None:
        form.skills.data = "、".join(teacher.skills)
    if form.validate_on_submit():
        try:
            saved = save_teacher(g.actor, school.id, form.facts(), teacher_id=teacher.id if teacher else None)
            flash(_("%(name)s is saved.", name=saved.name), "ok")
            return redirect(url_for("schools.show_school", school_id=school.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template(template, form=form, school=school), 422 if form.is_submitted() else 200
