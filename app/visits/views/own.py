"""The visiting teacher's phone: my week, recording a visit, my calendar."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeGuard

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.access import Actor, Permission
from app.accounts import throttle
from app.children.safety import safety_lines
from app.kernel import clock
from app.kernel.dates import monday_of
from app.kernel.problems import Refused, refuse_if
from app.plans.queries import objectives_of
from app.plans.types import PromptLevel
from app.teams.forms import clock_of, minutes_of
from app.teams.queries.teams import people_of
from app.timetables.queries.told_by_plan import told_to_teacher
from app.timetables.types import RecordOutcome
from app.visits.actions.feeds import make_feed, revoke_feed
from app.visits.actions.records import OTHER_WORDS
from app.visits.actions.records import record_visit as store_record
from app.visits.documents import calendar_file
from app.visits.forms import MissForm, RecordForm
from app.visits.queries.feed import find_feed, has_feed, list_feed
from app.visits.queries.in_force import may_be_plan_of, plan_of_visit
from app.visits.queries.own import count_my_day, get_own_visit, list_my_visits, points_of, practice_words
from app.visits.queries.results import last_records
from app.visits.rules.records import CLOSED_NOT_MISSED, CLOSED_UNEXPLAINED, is_late, unsaid_times
from app.visits.types import RecordInput
from app.visits.views.pages import pages
from app.web.days import asked_day
from app.web.downloads import send
from app.web.filters import label, today
from app.web.reading import is_id, sent_id
from app.web.requests import note_opening
from app.web.urls import addresses

FEED_BACK, FEED_AHEAD = 60, 200
"""Days that a calendar shows, back and ahead."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """The week from Monday on: the visits of each day, who goes, and the minute of the day that it is."""

    monday: date
    by_day: Mapping[date, Sequence[Any]]
    teachers: Mapping[uuid.UUID, Sequence[Any]]
    minute: int
    week: timedelta


@pages.get("/my-week", needs=Permission.VISITS_RECORD)
def my_week() -> ResponseReturnValue:
    monday = monday_of(asked_day("week") or today())
    visits = list_my_visits(g.actor, monday, monday + timedelta(days=6))
    by_day: dict[date, list] = {}
    for own in visits:
        by_day.setdefault(own.day, []).append(own)
    team_ids = {own.team_id for own in visits}
    people = people_of(team_ids)
    return render_template(
        "visits/my_week.html",
        safety_lines=safety_lines,
        counts=count_my_day(g.actor, today()),
        told=told_to_teacher(g.actor, today()),
        teaches=g.actor.teacher_id is not None,
        record_url=addresses("visits.record_visit", "visit_id"),
        shown=Week(
            monday=monday,
            by_day=by_day,
            teachers={one: people.get(one, []) for one in sorted(team_ids, key=str)},
            minute=clock.minute(),
            week=timedelta(days=7),
        ),
    )


@pages.form("/visits/<uuid:visit_id>/record", needs=Permission.VISITS_RECORD)
def record_visit(visit_id: uuid.UUID) -> ResponseReturnValue:
    own = get_own_visit(g.actor, visit_id)
    note_opening(own.child.id, "visit record")
    plan = plan_of_visit(own.visit, own.record, left_on=own.left_on)
    form = RecordForm(**_prefilled(own, plan.version))
    objectives, status = _at_hand(own.visit, form, plan), 422 if form.is_submitted() else 200
    problems: list = []
    if form.validate_on_submit():
        try:
            refuse_if(_unsaid(own, form))
            store_record(g.actor, own.visit.id, _given(form, objectives), today=today(), now=clock.now())
            flash(_("The visit of %(name)s is recorded.", name=own.child.name), "ok")
            return redirect(url_for(".my_week", week=monday_of(own.visit.day)), 303)
        except Refused as refused:
            problems, status = _refuse(form, refused), _status(refused)
    _correct_by(form, own, problems)
    if not _is_plan(own.visit, form.version.data):
        form.version.data = str(plan.version.id)
    return _record_page("visits/record_visit.html", own, form, objectives, problems, plan), status


def _refuse(form: RecordForm | MissForm, refused: Refused) -> list:
    """Put each problem at its field; return those that have none."""
    form.refuse([p for p in refused.problems if p.field and p.field in form])
    return [p for p in refused.problems if not (p.field and p.field in form)]


def _status(refused: Refused) -> int:
    """409 where the day was closed since the page was shown: it did not ask yet how the visit took place all the
    same."""
    codes = {problem.code for problem in refused.problems}
    stale = CLOSED_NOT_MISSED in codes or (CLOSED_UNEXPLAINED in codes and "explanation" not in request.form)
    return 409 if stale else 422


def _asks_why(form: RecordForm | MissForm, own: Any) -> bool:
    """The page asks for an explanation only where one is needed: long after the visit, on a day that is closed, or
    once it was missed."""
    field = form.explanation
    return (
        bool(field.data or field.errors)
        or own.closed is not None
        or is_late(own.record.day if own.record else own.visit.day, today())
    )


def _correct_by(form: RecordForm | MissForm, own: Any, problems: Sequence[Any]) -> None:
    """Other words than those recorded from this page become a correction when they are sent again."""
    if own.record is not None and ("sent_before" in g or OTHER_WORDS in {problem.code for problem in problems}):
        for field, value in ((form.key, str(uuid.uuid4())), (form.corrects_id, str(own.record.id))):
            field.raw_data, field.data = None, value


def _at_hand(visit: Any, form: RecordForm, plan: Any) -> list:
    """The objectives of the version that the page was opened with."""
    asked = form.version.data if form.is_submitted() else None
    if _is_plan(visit, asked):
        return objectives_of(uuid.UUID(asked))
    form.version.data = asked or str(plan.version.id)  # an odd one is refused, and put right on the page that says so
    return plan.objectives


def _is_plan(visit: Any, version: str | None) -> TypeGuard[str]:
    return is_id(version) and may_be_plan_of(visit, uuid.UUID(version))


def _unsaid(own: Any, form: RecordForm) -> list:
    """A first record needs a word on the times that the page had filled in."""
    if own.record is not None and own.record.start is not None:
        return []
    visit = own.visit
    return unsaid_times(
        (form.day.data, minutes_of(form.start.data), minutes_of(form.end.data)),
        (visit.day, visit.start, visit.end),
        form.times.data,
    )


@dataclass(frozen=True, kw_only=True)
class Taps:
    """What is tapped for each objective: the levels of help, the number of trials, what stands there, what was last."""

    levels: Sequence[PromptLevel]
    points: Mapping[Any, Any]
    tap_levels: Callable[[Any], list[tuple[str, str]]]
    tap_numbers: Callable[[int], list[tuple[str, str]]]
    last: Mapping[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What the page asks or warns of besides."""

    safety: Sequence[Any]
    asks_why: bool
    later: bool
    posted: Mapping[str, str]


def _record_page(template: str, own: Any, form: Any, objectives: Any, problems: Sequence[Any], plan: Any) -> str:
    points = points_of(own.record.id) if own.record else {}
    return render_template(
        template,
        own=own,
        form=form,
        objectives=objectives,
        problems=problems,
        plan=plan,
        tap=Taps(
            levels=list(PromptLevel),
            points=points,
            tap_levels=lambda levels: [(level.value, label(level)) for level in levels],
            tap_numbers=lambda trials: [(str(n), str(n)) for n in range(trials + 1)],
            last=last_records(own.child.id, own.visit.day).of(objectives),
        ),
        circumstances=_circumstances(own, form),
    )


def _circumstances(own: Any, form: Any) -> Circumstances:
    return Circumstances(
        safety=safety_lines(own.safety),
        asks_why=_asks_why(form, own),
        later=own.visit.day > today(),
        posted=request.form,
    )


def _prefilled(own: Any, version: Any) -> dict:
    """The planned times and the plan's practice; for a correction what was recorded."""
    visit, record = own.visit, own.record
    if record is not None:
        return {
            "corrects_id": str(record.id),
            "version": str(version.id),
            "day": record.day,
            "start": clock_of(record.start or visit.start),
            "end": clock_of(record.end or visit.end),
            "practice": record.practice or practice_words(version.id),
            "note": record.note,
            "confirmation": record.confirmation,
            "confirmed_by": record.confirmed_by,
        }
    return {
        "version": str(version.id),
        "day": visit.day,
        "start": clock_of(visit.start),
        "end": clock_of(visit.end),
        "practice": practice_words(version.id),
    }


def _key(form: Any) -> uuid.UUID:
    try:
        return uuid.UUID(form.key.data)
    except (TypeError, ValueError):
        abort(400)


def _given(form: RecordForm, objectives: Any) -> RecordInput:
    return RecordInput(
        key=_key(form),
        outcome=RecordOutcome.GIVEN,
        day=form.day.day,
        start=minutes_of(form.start.data),
        end=minutes_of(form.end.data),
        note=form.note.data or "",
        practice=form.practice.data or "",
        confirmation=form.confirmation.data,
        confirmed_by=form.confirmed_by.data or "",
        points=form.points(objectives),
        corrects_id=sent_id(form.corrects_id.data),
        version_id=sent_id(form.version.data),
        explanation=form.explanation.data or "",
    )


@pages.form("/visits/<uuid:visit_id>/missed", needs=Permission.VISITS_RECORD)
def miss_visit(visit_id: uuid.UUID) -> ResponseReturnValue:
    own = get_own_visit(g.actor, visit_id)
    note_opening(own.child.id, "visit record")
    record = own.record
    form = MissForm(corrects_id=str(record.id) if record else "", reason=record.reason if record else None)
    status = 422 if form.is_submitted() else 200
    problems: list = []
    if form.validate_on_submit():
        missed = RecordInput(
            key=_key(form),
            outcome=RecordOutcome.NOT_GIVEN,
            day=min(own.visit.day, today()),
            reason=form.reason.data,
            note=form.note.data or "",
            corrects_id=sent_id(form.corrects_id.data),
            explanation=form.explanation.data or "",
        )
        try:
            store_record(g.actor, own.visit.id, missed, today=today(), now=clock.now())
            flash(_("It is noted why the visit of %(name)s did not happen.", name=own.child.name), "ok")
            return redirect(url_for(".my_week", week=monday_of(own.visit.day)), 303)
        except Refused as refused:
            problems, status = _refuse(form, refused), _status(refused)
    _correct_by(form, own, problems)
    return render_template(
        "visits/miss_visit.html",
        own=own,
        form=form,
        problems=problems,
        circumstances=_circumstances(own, form),
    ), status


# --- the calendar ---------------------------------------------------------------------------------------------------


@pages.get("/my-calendar", needs=Permission.VISITS_RECORD)
def my_calendar() -> ResponseReturnValue:
    return render_template("visits/my_calendar.html", feed=has_feed(g.actor), address=None)


@pages.post("/my-calendar/link", needs=Permission.VISITS_RECORD)
def make_calendar_link() -> ResponseReturnValue:
    """Answers with the address itself: it is shown this once."""
    token = make_feed(g.actor)
    base = (current_app.config["PUBLIC_URL"] or request.url_root).rstrip("/")
    address = base + url_for(".my_calendar_feed", token=token)
    return render_template("visits/my_calendar.html", feed=has_feed(g.actor), address=address)


@pages.post("/my-calendar/revoke", needs=Permission.VISITS_RECORD)
def revoke_calendar_link() -> ResponseReturnValue:
    revoke_feed(g.actor)
    flash(_("The calendar address is ended. Phones that read it show no new visits any more."), "ok")
    return redirect(url_for(".my_calendar"), 303)


def _file(actor: Actor) -> bytes:
    day = today()
    return calendar_file(list_feed(actor, day - timedelta(days=FEED_BACK), day + timedelta(days=FEED_AHEAD)))


@pages.get("/my-calendar.ics", needs=Permission.VISITS_RECORD)
def download_my_calendar() -> ResponseReturnValue:
    return send(_file(g.actor), _("My visits"), "ics", on=today())


@pages.get("/calendar/<token>.ics", needs=Permission.PUBLIC)
def my_calendar_feed(token: str) -> ResponseReturnValue:
    actor = find_feed(token)
    if actor is None or not actor.may(Permission.VISITS_RECORD):
        abort(429 if throttle.guessed("calendar") else 404)
    with force_locale(actor.language or "zh_Hans"):
        return send(_file(actor), _("My visits"), "ics", on=today(), inline=True)
