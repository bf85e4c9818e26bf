"""Asking for a timetable: of a month or a term, of one district or of all."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.access import Permission
from app.kernel.problems import Refused
from app.teams.queries.who_may_plan import planned_units
from app.timetables.actions.opening import Order, open_term, open_timetable
from app.timetables.actions.timetables import inputs_of
from app.timetables.forms import ALL_UNITS, TimetableForm
from app.timetables.queries.continuity import last_before
from app.timetables.queries.taught import MonthKind, has_school, month_kind, month_to_plan, next_to_plan
from app.timetables.queries.unplanned import list_unplanned
from app.timetables.rules.gathering import is_month, left_out, period_of, team_lack
from app.timetables.views.lacks import child_lack, team_lack_line, unplanned_line
from app.timetables.views.pages import pages
from app.web.filters import today
from app.web.i18n import gettext as _
from app.web.reading import as_uuid


@pages.form("/timetables/new", needs=Permission.TIMETABLES_WRITE)
def new_timetable() -> ResponseReturnValue:
    units = planned_units(g.actor, today())
    asked = request.args.get("unit", type=as_uuid)
    usual = next_to_plan(asked or (units[0][0] if units else None), today())
    form = TimetableForm(
        month=request.args.get("month") or usual, unit_id=asked, span=request.args.get("span", "month")
    )
    every = [(ALL_UNITS, _("All districts, one after the other"))] if len(units) > 1 else []
    form.unit_id.choices = [*((str(unit_id), name) for unit_id, name in units), *every]
    if form.validate_on_submit():
        if form.unit_id.data == ALL_UNITS:
            return _open_all(form, units)
        try:
            return redirect(url_for(".show_timetable", timetable_id=_open(form, form.unit_id.data).id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    elif not form.is_submitted():
        form.keep.data = _usual_keep(form, units)
    lacks = _lacks_now(form, units)
    return render_template(
        "timetables/new_timetable.html", form=form, lacks=lacks, month=_month_asked(form, units), period=_period(form)
    ), 422 if form.is_submitted() else 200


@dataclass(frozen=True)
class MonthAsked:
    """What is said of the month that the form asks for: whether it has days of school, and which later one does."""

    kind: MonthKind | None
    later: str | None = None
    later_kind: MonthKind | None = None
    unit_id: uuid.UUID | None = None


def _month_asked(form: TimetableForm, units: Any) -> MonthAsked:
    unit_id, month = _unit_of(form, units), form.month.data or ""
    if not is_month(month):
        return MonthAsked(None)
    later = month_to_plan(unit_id, month)
    return MonthAsked(
        month_kind(unit_id, month), later if later != month else None, month_kind(unit_id, later), unit_id
    )


def _period(form: TimetableForm) -> Any:
    """The days that the form asks for, None where they cannot be planned."""
    period = period_of(form.month.data or "", today(), published=False)
    return period.value if period.ok else None


def _open(form: TimetableForm, unit_id: Any) -> Any:
    """Ask for one unit's timetables. Raises Refused."""
    ask = open_term if form.span.data == "term" else open_timetable
    return ask(
        g.actor,
        unit_id=unit_id,
        month=form.month.data,
        order=_order(form, unit_id),
        today=today(),
        page=lambda made: url_for(".show_timetable", timetable_id=made),
    )


def _open_all(form: TimetableForm, units: Any) -> ResponseReturnValue:
    """Ask for the timetables of every unit; those that cannot be planned are named with the reason."""
    refusals: dict[str, list[str]] = defaultdict(list)
    for unit_id, name in units:
        try:
            _open(form, unit_id)
        except Refused as refused:
            refusals[refused.problems[0].text(_)].append(name)
    asked = len(units) - sum(map(len, refusals.values()))
    if asked:
        flash(
            ngettext(
                "The timetable of %(num)s district is being made.",
                "The timetables of %(num)s districts are being made.",
                asked,
            ),
            "ok",
        )
    for text, names in refusals.items():
        flash(f"{'、'.join(names)}：{text}", "bad")
    return redirect(url_for(".list_timetables", month=form.month.data), 303)


def _order(form: TimetableForm, unit_id: Any) -> Order:
    """How the form asks for a timetable to be made."""
    former = None
    if form.keep.data == "former" and period_of(form.month.data, today(), published=False).ok:
        former = last_before(unit_id, form.month.data)
    return Order(seconds=form.seconds.data, seed=form.seed.data or 0, follows=former.id if former else None)


def _unit_of(form: TimetableForm, units: Any) -> Any:
    """The unit that the form is about, None for all of them."""
    if form.unit_id.data == ALL_UNITS:
        return None
    return form.unit_id.data or (units[0][0] if units else None)


def _usual_keep(form: TimetableForm, units: Any) -> str:
    """A new month goes on from the last published one unless somebody chooses otherwise: children keep teachers."""
    unit_id = _unit_of(form, units)
    if unit_id is None or not period_of(form.month.data or "", today(), published=False).ok:
        return "anew"
    return "former" if last_before(unit_id, form.month.data) else "anew"


def _lacks_now(form: TimetableForm, units: Any) -> list[dict]:
    """Children and teams that a timetable would leave out, as things stand."""
    unit_id = _unit_of(form, units)
    if unit_id is None:
        return []
    period = period_of(form.month.data or "", today(), published=False)
    if not period.ok or not has_school(unit_id, *period.needed()):
        return []
    found = [unplanned_line(one) for one in list_unplanned(g.actor, unit_id, *period.needed())]
    try:
        inputs = inputs_of(g.actor, unit_id, *period.needed())
    except Refused as refused:
        return [{"text": problem.text(_)} for problem in refused.problems] + found
    found += [child_lack(c.id, c.name, why) for c in inputs.children if (why := left_out(c))]
    return found + [team_lack_line(t.id, t.name, lack) for t in inputs.teams if (lack := team_lack(t))]
