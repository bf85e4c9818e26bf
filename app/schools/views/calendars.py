"""The two calendars of a year side by side, closures, make-up days, a year's import."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission, Role
from app.kernel.problems import N_, Problem, Refused
from app.schools import documents, queries, rules
from app.schools.actions import close_days, import_calendar_year, import_national_year, open_day, teach_on
from app.schools.forms import WEEKDAYS, CalendarYearForm, ClosureForm, MakeUpForm
from app.schools.queries.calendars import CalendarYear
from app.schools.types import DayKind
from app.schools.views.register import asked_unit, pages
from app.schools.views.settings import name_of, unit_to_choose, writable_unit
from app.web.filters import day as day_of
from app.web.filters import today

_MOST_BYTES = 200_000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The unit, year and month asked for, and those to choose from."""

    year: int
    month: int
    unit_id: uuid.UUID | None
    unit_name: str
    units: Sequence[tuple[uuid.UUID, str]]
    years_to_choose: Sequence[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What the actor may do here."""

    may_set: bool
    may_import: bool


@pages.get("/calendar", needs=Permission.SCHOOLS_READ)
def show_calendar() -> ResponseReturnValue:
    day = today()
    year = min(max(request.args.get("year", day.year, type=int), 2000), 2100)
    month = min(max(request.args.get("month", day.month if year == day.year else 1, type=int), 1), 12)
    unit_id = asked_unit()
    teaching = queries.teaching_calendar(unit_id, date(year, 1, 1), date(year, 12, 31), fallback=True)
    facts = queries.calendar_facts(year)
    special = queries.list_closures(unit_id, date(year, 1, 1), date(year, 12, 31))
    picture = documents.year_picture(year, month, teaching, facts, special, day)
    return render_template(
        "schools/show_calendar.html",
        picture=picture,
        facts=facts,
        special=special,
        weekdays=[_(word) for word in WEEKDAYS],
        asked=Asked(
            year=year,
            month=month,
            unit_id=unit_id,
            unit_name=name_of(unit_id),
            units=queries.unit_choices(day),
            years_to_choose=[(number, number) for number in _years(year, day)],
        ),
        rights=Rights(may_set=queries.may_set(g.actor, unit_id), may_import=_everywhere()),
    )


def _years(year: int, day: date) -> list[int]:
    """Years to choose from: those with data, next year (so that its absence is seen) and the one on the page."""
    return sorted({row.year for row in queries.list_calendar_years()} | {day.year, day.year + 1, year})


def _everywhere() -> bool:
    return g.actor.may(Permission.SETTINGS_WRITE) and (g.actor.municipal or Role.ADMINISTRATOR in g.actor.roles)


def _back(unit_id: uuid.UUID | None, day: date) -> ResponseReturnValue:
    return redirect(url_for("schools.show_calendar", year=day.year, month=day.month, unit=unit_id or ""), 303)


@pages.form("/calendar/closures/new", needs=Permission.SETTINGS_WRITE)
def new_closure() -> ResponseReturnValue:
    if asked := unit_to_choose(_("Close schools")):
        return asked
    unit_id, form = writable_unit(), ClosureForm()
    if form.validate_on_submit():
        try:
            before = _closed_for_else(unit_id, form)
            count = close_days(g.actor, unit_id, form.first.day, form.last.day, form.reason.data)
            if count or not before:
                flash(_("%(count)s days are closed. Look at the timetables of these days.", count=count), "ok")
            for row in before:
                flash(
                    _("%(day)s was closed already and keeps its reason: %(name)s", day=day_of(row.day), name=row.name),
                    "wait",
                )
            return _back(unit_id, form.first.day)
        except Refused as refused:
            form.refuse(refused.problems)
    return (
        render_template("schools/new_closure.html", form=form, unit_id=unit_id, unit_name=name_of(unit_id)),
        422 if form.is_submitted() else 200,
    )


def _closed_for_else(unit_id: uuid.UUID | None, form: ClosureForm) -> list:
    """Days of the form that are closed already, for another reason than the one that was typed."""
    if form.last.day < form.first.day:
        return []
    return [
        row
        for row in queries.list_closures(unit_id, form.first.day, form.last.day)
        if (row.unit_id, row.kind) == (unit_id, DayKind.CLOSED) and row.name != form.reason.data.strip()
    ]


@pages.form("/calendar/make-up-days/new", needs=Permission.SETTINGS_WRITE)
def new_make_up_day() -> ResponseReturnValue:
    if asked := unit_to_choose(_("Make-up teaching day")):
        return asked
    unit_id, form = writable_unit(), MakeUpForm()
    if form.validate_on_submit():
        try:
            teach_on(g.actor, unit_id, form.day.day, form.acts_as.data, form.reason.data)
            flash(_("This day is a teaching day now."), "ok")
            return _back(unit_id, form.day.day)
        except Refused as refused:
            form.refuse(refused.problems)
    return (
        render_template("schools/new_make_up_day.html", form=form, unit_id=unit_id, unit_name=name_of(unit_id)),
        422 if form.is_submitted() else 200,
    )


@pages.post("/calendar/days/<uuid:day_id>/take-back", needs=Permission.SETTINGS_WRITE)
def take_back_day(day_id: uuid.UUID) -> ResponseReturnValue:
    open_day(g.actor, day_id)
    flash(_("Taken back."), "ok")
    shown: dict[str, Any] = {key: request.args[key] for key in ("year", "month", "unit") if key in request.args}
    return redirect(url_for("schools.show_calendar", **shown), 303)


@pages.form("/calendar/years/import", needs=Permission.SETTINGS_WRITE)
def import_year() -> ResponseReturnValue:
    if not _everywhere():
        return render_template("errors/404.html"), 404
    form = CalendarYearForm()
    if form.validate_on_submit():
        try:
            year = _import(form)
            flash(_("The holidays of %(year)s are known now.", year=year.year), "ok")
            return _back(None, date(year.year, 1, 1))
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template("schools/import_year.html", form=form), 422 if form.is_submitted() else 200


def _import(form: CalendarYearForm) -> CalendarYear:
    if not form.days.data:
        return import_national_year(g.actor, form.year.data)
    if not form.source.data:
        raise Refused(Problem("notice_missing", N_("Name the notice that these days come from."), field="source"))
    text = _decoded(form.days.data.read(_MOST_BYTES))
    rows = csv.reader(io.StringIO(text))
    facts = rules.read_calendar_rows(form.year.data, rows, form.source.data).needed()
    return import_calendar_year(g.actor, facts)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(Problem("calendar_encoding", N_("This file is not text. Save it as CSV in UTF-8."), field="days"))
