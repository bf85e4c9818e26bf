"""The family's link: the next visits on a phone without signing in; confirm one, or ask for another free time.

Whoever holds the link sees one child's masked name and its next visits, and nothing else.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.accounts import throttle
from app.family.views.pages import pages
from app.kernel.problems import Problem, Refused
from app.repairs.actions.answers import ask_to_move, confirm_visit, note_opened, withdraw_wish
from app.repairs.actions.single import Slot, feasible_slots
from app.repairs.queries.answers import find_visit_link, name_of_child
from app.repairs.queries.link import AHEAD, link_visits, open_request, visit_of_link
from app.timetables.queries.handing import new_teachers
from app.web.days import day_of
from app.web.filters import today
from app.web.requests import begin_write


def _link(token: str) -> tuple[Any, Any]:
    """The link of a token, or None and the page that says so."""
    found = find_visit_link(token)
    if found is None:
        if throttle.guessed("visits"):
            return None, (render_template("family/link_over.html", waits=True), 429)
        return None, (render_template("family/link_over.html", waits=False), 404)
    return found, None


def _visit_id() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.values.get("visit", ""))
    except ValueError:
        return None


def _back(token: str) -> ResponseReturnValue:
    return redirect(url_for(".answer_visits", token=token), 303)


@pages.get("/v/<token>", needs=Permission.PUBLIC)
def answer_visits(token: str) -> ResponseReturnValue:
    link, over = _link(token)
    if link is None:
        return over
    page = _visits_page(token, link)
    if link.opened_at is None and request.method == "GET":
        link_id = link.id
        begin_write()
        note_opened(link_id)
    return page


def _visits_page(token: str, link: Any, problems: Sequence[Problem] = ()) -> str:
    visits = link_visits(link.child_id, today())
    return render_template(
        "family/answer_visits.html",
        token=token,
        name=name_of_child(link.child_id),
        handed=new_teachers(link.child_id, today()),
        visits=visits,
        ahead=sum(one.ahead for one in visits),
        weeks=AHEAD // 7,
        problems=problems,
    )


@pages.post("/v/<token>/confirm", needs=Permission.PUBLIC)
def confirm_link_visit(token: str) -> ResponseReturnValue:
    link, over = _link(token)
    if link is None:
        return over
    try:
        confirm_visit(link, _visit_id(), today=today())
    except Refused as refused:
        return _visits_page(token, link, refused.problems), 409
    flash(_("Thank you. The teachers know that you are at home."), "ok")
    return _back(token)


@pages.form("/v/<token>/move", needs=Permission.PUBLIC)
def move_link_visit(token: str) -> ResponseReturnValue:
    """Free times for one visit; choosing one sends the wish to the coordinator."""
    link, over = _link(token)
    if link is None:
        return over
    try:
        visit = visit_of_link(link, _visit_id(), today())
    except Refused as refused:
        return _visits_page(token, link, refused.problems), 409
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            ask_to_move(link, visit.id, _chosen(), today=today())
            flash(_("Thank you. The coordinator answers soon; until then the visit stays as it is."), "ok")
            return _back(token)
        except Refused as refused:
            problems = refused.problems
    asked = open_request(visit.id)
    slots = [] if asked else feasible_slots(visit, today())
    return render_template(
        "family/move_visit.html",
        token=token,
        visit=visit,
        problems=problems,
        slots=slots,
        asked=asked,
        name=name_of_child(link.child_id),
    ), 422 if problems else 200


def _chosen() -> Slot:
    """The slot that was chosen; what cannot be read is a slot that is not free."""
    day, _at, start = request.form.get("slot", "").partition("/")
    return Slot(day_of(day) or date.min, int(start) if start.isdecimal() and len(start) < 5 else 0)


@pages.post("/v/<token>/withdraw", needs=Permission.PUBLIC)
def withdraw_link_wish(token: str) -> ResponseReturnValue:
    link, over = _link(token)
    if link is None:
        return over
    try:
        withdraw_wish(link, _visit_id(), today=today())
    except Refused as refused:
        return _visits_page(token, link, refused.problems), 409
    flash(_("Your wish is taken back; the visit stays as it is."), "ok")
    return _back(token)
