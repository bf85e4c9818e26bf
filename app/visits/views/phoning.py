"""Whom somebody has to phone about a timetable, whole and with the numbers: no repair has a list of them."""

from __future__ import annotations

from flask import abort, g, redirect, render_template, request, url_for

from app.access import Permission
from app.kernel.problems import Refused
from app.schools.queries import unit_names
from app.visits.forms import PurposeForm
from app.visits.queries import find_published, get_timetable, may_plan
from app.visits.queries.repairs import repair_of_draft
from app.visits.views.pages import pages
from app.visits.views.publishing import to_phone
from app.visits.views.repairs import phones_of
from app.visits.views.review import made_timetable


@pages.form("/timetables/<uuid:timetable_id>/phones", needs=Permission.TIMETABLES_WRITE)
def list_phones(timetable_id):
    """Everybody whom nothing here reaches; the numbers for a purpose that is written down with each child."""
    row = made_timetable(timetable_id)
    if not may_plan(g.actor, row.unit_id):
        abort(404)
    repair, form, phones = repair_of_draft(row.id), PurposeForm(), {}
    if repair is not None and request.method == "GET":
        return redirect(url_for(".show_repair", repair_id=repair.id))
    found = to_phone(get_timetable(g.actor, row.id), find_published(row.unit_id, row.month))
    if form.is_submitted():
        try:
            phones = {one: phones_of(form.purpose.data or "", one, None) for one, _name in found.families}
            phones |= {one: phones_of(form.purpose.data or "", None, one) for one, _name in found.teachers}
        except Refused as refused:
            form.refuse(refused.problems)
            phones = {}
    return render_template("visits/list_phones.html", timetable=row, phone=found, phones=phones, form=form,
                           unit_name=unit_names().get(row.unit_id, "")), 422 if form.errors else 200
