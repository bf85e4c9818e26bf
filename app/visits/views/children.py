"""The visits tab of a child's file."""

from __future__ import annotations

from datetime import date

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from app.access import Permission
from app.children.frame import file_frame, past_frame
from app.children.queries import find_home, get_child, read_child
from app.kernel.calendars import YearMissing
from app.kernel.problems import Refused
from app.visits.actions import set_family_times, set_family_wishes
from app.visits.documents import plan_words
from app.visits.forms import WEEKDAYS, WeekForm, WishesForm
from app.visits.queries import child_ledger, list_child_visits, list_family_times, next_visits, plan_of_visit
from app.visits.queries.children import get_seen_visit, list_past_visits, month_of_child, planned_months
from app.visits.queries.closed import closed_visits
from app.visits.queries.in_force import plans_changed, plans_of_records
from app.visits.queries.inputs import family_wishes, known_words
from app.visits.queries.own import is_own_visit, list_records, points_of
from app.visits.rules import month_name, month_of
from app.visits.rules.attendance import attendance_of
from app.visits.types import FamilyWishes
from app.visits.views.calendars import month_weeks, span, weekday_names
from app.visits.views.pages import pages
from app.web.days import asked_month
from app.web.filters import today
from app.web.requests import note_opening


def _asked_month() -> date:
    """A day in the middle of the asked month, else today."""
    return asked_month() or today()


@pages.get("/children/<uuid:child_id>/visits", needs=Permission.CHILDREN_READ)
def show_child_visits(child_id):
    child, until = read_child(g.actor, child_id)
    note_opening(child.id, "visits")
    first, last = month_of(_asked_month())
    month = month_name(first)
    if until is not None:
        return render_template(
            "visits/show_past_visits.html", **past_frame(g.actor, child, "visits", until), month=month, span=span,
            visits=list_past_visits(child.id, first, last, until), months=planned_months(child.id, until=until))
    visits = list_child_visits(child.id, first, last)
    days, known = month_of_child(child.id, first)
    try:
        balances = child_ledger(child.id, first)
    except YearMissing:
        balances = []
    closed = {one.day: _(one.reason) or _("closed") for one in days if one.acts_as is None and one.reason}
    weeks = month_weeks(month, visits, closed, lambda one: f"{span(one.start, one.end)} {one.team}",
                        lambda one: url_for(".show_visit", visit_id=one.id))
    return render_template(
        "visits/show_child_visits.html", **file_frame(g.actor, child, "visits"), visits=visits, weeks=weeks,
        weekdays=weekday_names(), month=month, first=first, last=last, months=planned_months(child.id),
        balances=balances, attendance=attendance_of(visits), year_known=known,
        coming=next_visits(child.id, today()), plans_since=plans_changed(visits), home=find_home(child.id),
        wishes=family_wishes({child.id}).get(child.id), times=list_family_times(child.id),
        weekday_words=WEEKDAYS, span=span)


@pages.form("/children/<uuid:child_id>/visits/times", needs=Permission.PLANS_WRITE)
def edit_family_times(child_id):
    child = get_child(g.actor, child_id)
    note_opening(child.id, "family times")
    form = WeekForm.filled(list_family_times(child.id))
    if form.validate_on_submit():
        try:
            set_family_times(g.actor, child, form.stretches, today=today())
            flash(_("Saved. Timetables made before this do not know of it."), "ok")
            return redirect(url_for(".show_child_visits", child_id=child.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template("visits/edit_family_times.html", **file_frame(g.actor, child, "visits"),
                           form=form), 422 if form.is_submitted() else 200


@pages.form("/children/<uuid:child_id>/visits/wishes", needs=Permission.PLANS_WRITE)
def edit_family_wishes(child_id):
    child = get_child(g.actor, child_id)
    note_opening(child.id, "family wishes")
    form = WishesForm.filled(family_wishes({child.id}).get(child.id, FamilyWishes()))
    if form.validate_on_submit():
        set_family_wishes(g.actor, child, form.wishes, today=today())
        flash(_("Saved. Timetables made before this do not know of it."), "ok")
        return redirect(url_for(".show_child_visits", child_id=child.id), 303)
    return render_template("visits/edit_family_wishes.html", **file_frame(g.actor, child, "visits"), form=form,
                           known=known_words()), 422 if form.is_submitted() else 200


@pages.get("/visits/<uuid:visit_id>", needs=Permission.CHILDREN_READ)
def show_visit(visit_id):
    """One visit: what was planned, and every record of it, none overwritten."""
    visit, team_name = get_seen_visit(g.actor, visit_id)
    child = get_child(g.actor, visit.child_id)
    note_opening(child.id, "visit")
    plan = plan_of_visit(visit)
    found = list_records(visit.id)
    plans = plans_of_records(visit, found, plan)
    records = [(record, points_of(record.id), plans[record.id]) for record in found]
    return render_template("visits/show_visit.html", **file_frame(g.actor, child, "visits"), visit=visit,
                           team_name=team_name, records=records, plan=plan, plan_words=plan_words(plan), span=span,
                           closed=None if found else closed_visits([visit]).get(visit.id),
                           mine=is_own_visit(g.actor, visit.id))
