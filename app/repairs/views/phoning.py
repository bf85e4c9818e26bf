"""Whom somebody has to phone about a timetable, whole and with the numbers: no repair has a list of them."""

from __future__ import annotations

import uuid

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.kernel.problems import Refused
from app.repairs.forms import PurposeForm
from app.repairs.queries.concerned import to_phone
from app.repairs.queries.repairs import repair_of_draft
from app.repairs.views.numbers import phones_of
from app.repairs.views.pages import pages
from app.schools.queries import unit_names
from app.teams.queries.who_may_plan import may_plan
from app.timetables.queries.timetables import find_published, get_timetable
from app.timetables.views.fitness import unfit
from app.timetables.views.review import made_timetable


@pages.form("/timetables/<uuid:timetable_id>/phones", needs=Permission.TIMETABLES_WRITE)
def list_phones(timetable_id: uuid.UUID) -> ResponseReturnValue:
    """Everybody whom nothing here reaches; the numbers for a purpose that is written down with each child."""
    row = made_timetable(timetable_id)
    if not may_plan(g.actor, row.unit_id):
        abort(404)
    repair, form, phones = repair_of_draft(row.id), PurposeForm(), {}
    if repair is not None and request.method == "GET":
        return redirect(url_for(".show_repair", repair_id=repair.id))
    found = to_phone(g.actor, get_timetable(g.actor, row.id), find_published(row.unit_id, row.month))
    if form.is_submitted():
        try:
            phones = {one: phones_of(form.purpose.data or "", one, None) for one, _name in found.families}
            phones |= {one: phones_of(form.purpose.data or "", None, one) for one, _name in found.teachers}
        except Refused as refused:
            form.refuse(refused.problems)
            phones = {}
    return render_template(
        "repairs/list_phones.html",
        timetable=row,
        phone=found,
        phones=phones,
        form=form,
        unfit=unfit(row),
        unit_name=unit_names().get(row.unit_id, ""),
    ), 422 if form.errors else 200
