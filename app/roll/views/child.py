"""A child's roll: state, schools, numbers, movements; enrolment, class and links, student number."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.children.frame import render_file
from app.children.queries import get_child, read_child
from app.kernel.masks import mask_student_number
from app.kernel.problems import Refused
from app.roll import actions, queries, rules
from app.roll.forms import ClassForm, EnrolForm, LinksForm, NumberForm, needed_school, school_of
from app.roll.grades import grade_words
from app.roll.types import MovementKind, RollStatus, SchoolLink
from app.roll.views.pages import pages, show_form, suggestions
from app.web.filters import today
from app.web.requests import note_opening


@dataclass(frozen=True, kw_only=True)
class Present:
    """Where the child stands on the roll today."""

    status: RollStatus
    state: queries.lists.RollState | None
    began: date | None
    links: Sequence
    intended: Any
    away: bool
    leavings: Sequence[MovementKind]


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """What is asked for or agreed, and whether the actor has a part in it."""

    roll_request: queries.lists.RollRequest | None
    transfer: queries.lists.Transfer | None
    waiting: queries.lists.Transfer | None
    party: bool
    answers: bool


@dataclass(frozen=True, kw_only=True)
class History:
    """The movements and the student numbers, these behind masks."""

    movements: Sequence
    void: Set[uuid.UUID]
    numbers: Sequence[queries.lists.StudentNumber]
    masked_numbers: Mapping[uuid.UUID, str]


@pages.get("/children/<uuid:child_id>/roll", needs=Permission.CHILDREN_READ)
def show_roll(child_id: uuid.UUID) -> ResponseReturnValue:
    child, until = read_child(g.actor, child_id)
    note_opening(child.id, "roll")
    if until is not None:
        return render_file(
            "roll/show_past_roll.html",
            child,
            "roll",
            until=until,
            links=queries.list_links(child.id, until=until),
            grade_words=grade_words,
            movements=queries.list_movements_of(child.id, until=until),
        )
    movements = queries.list_movements_of(child.id)
    return render_file(
        "roll/show_roll.html",
        child,
        "roll",
        writes=g.actor.may(Permission.ROLL_WRITE) and queries.keeps_roll(g.actor, child),
        grade_words=grade_words,
        present=_present(child.id),
        under_way=_under_way(child.id, movements),
        history=_history(child.id, movements),
    )


def _present(child_id: uuid.UUID) -> Present:
    state, began = queries.read_state(child_id)
    return Present(
        status=state.status if state else RollStatus.REGISTERED,
        state=state,
        began=began,
        links=queries.list_links(child_id),
        intended=queries.read_intended(child_id),
        away=state is not None and state.status in rules.AWAY,
        leavings=actions.leavings_from(state.status) if state and state.status in rules.ON_ROLL else (),
    )


def _under_way(child_id: uuid.UUID, movements: Sequence[Any]) -> UnderWay:
    request, transfer = queries.find_open_request(child_id), queries.find_open_transfer(child_id)
    ahead = transfer is None and any(row.Movement.effective_on > today() for row in movements)
    waiting = queries.find_waiting(child_id, today()) if ahead else None
    return UnderWay(
        roll_request=request,
        transfer=transfer,
        waiting=waiting,
        party=queries.party_on(g.actor, transfer or waiting),
        answers=request is not None and queries.waits_for(g.actor, request),
    )


def _history(child_id: uuid.UUID, movements: Sequence[Any]) -> History:
    numbers = queries.list_numbers(child_id)
    return History(
        movements=movements,
        void=queries.list_void(movements),
        numbers=numbers,
        masked_numbers={row.id: mask_student_number(row.number) for row in numbers},
    )


def _place(form: ClassForm, school_id: uuid.UUID | None) -> actions.Place:
    return actions.Place(
        school_id=school_id,
        grade=form.grade.data,
        class_name=form.class_name.data or None,
        attendance=form.attendance.data,
        lrc=form.lrc.data,
        attending_id=school_of(form, "attending"),
        delivering_id=school_of(form, "delivering"),
    )


@pages.form("/children/<uuid:child_id>/roll/enrol", needs=Permission.ROLL_WRITE)
def enrol_child(child_id: uuid.UUID) -> ResponseReturnValue:
    child, form = get_child(g.actor, child_id), EnrolForm()
    if not form.is_submitted():
        _offer(form, queries.read_intended(child_id))
    if form.validate_on_submit():
        try:
            warnings = actions.enrol_child(
                g.actor,
                child,
                _place(form, needed_school(form, "school")),
                form.number.data,
                on=form.on.day,
                today=today(),
            )
            for warning in warnings:
                flash(warning.text(_), "wait")
            flash(_("%(name)s is on the roll.", name=child.name), "ok")
            return _back(child_id)
        except Refused as refused:
            form.refuse(refused.problems)
    return show_form(
        "enrol_child",
        child_id,
        form,
        schools=suggestions(child),
        status=queries.status_of(child_id),
        may_enrol=rules.allowed(queries.status_of(child_id), rules.S.ACTIVE),
    )


def _offer(form: EnrolForm, meant: Any) -> None:
    """Fill in where the child is meant to be; a person looks at it before it counts."""
    form.on.data = today()
    if meant is None:
        return
    place = meant.IntendedPlace
    form.school.data, form.attending.data, form.delivering.data = meant.school, meant.attending, meant.delivering
    form.grade.data, form.class_name.data = place.grade, place.class_name
    form.attendance.data, form.lrc.data = place.attendance, place.lrc


@pages.form("/children/<uuid:child_id>/roll/links", needs=Permission.ROLL_WRITE)
def set_links(child_id: uuid.UUID) -> ResponseReturnValue:
    child, form = get_child(g.actor, child_id), LinksForm()
    links = queries.live_links(child_id)
    roll = links.get(SchoolLink.ROLL)
    if not form.is_submitted():
        _fill(form, links)
    if form.validate_on_submit():
        try:
            actions.set_links(
                g.actor,
                child,
                _place(form, roll.school_id if roll else None),
                reason=form.reason.data,
                on=form.on.day,
                today=today(),
            )
            flash(_("Class and schools are changed."), "ok")
            return _back(child_id)
        except Refused as refused:
            form.refuse(refused.problems)
    return show_form("set_links", child_id, form, schools=suggestions(child), roll=roll)


def _fill(form: LinksForm, links: Mapping[SchoolLink, Any]) -> None:
    form.on.data = today()
    names = queries.school_names(*(row.school_id for row in links.values()))
    for link, name in ((SchoolLink.ATTENDING, "attending"), (SchoolLink.DELIVERING, "delivering")):
        if link in links:
            form[name].data = names[links[link].school_id]
    if roll := links.get(SchoolLink.ROLL):
        form.grade.data, form.class_name.data = roll.grade, roll.class_name
        form.attendance.data, form.lrc.data = roll.attendance, roll.lrc


@pages.form("/children/<uuid:child_id>/roll/number", needs=Permission.ROLL_WRITE)
def change_number(child_id: uuid.UUID) -> ResponseReturnValue:
    child, form = get_child(g.actor, child_id), NumberForm()
    if not form.is_submitted():
        form.on.data = today()
    if form.validate_on_submit():
        try:
            actions.change_number(
                g.actor, child, form.number.data, reason=form.reason.data, on=form.on.day, today=today()
            )
            flash(_("The student number is changed; the old one stays in the history."), "ok")
            return _back(child_id)
        except Refused as refused:
            form.refuse(refused.problems)
    return show_form("change_number", child_id, form, live=queries.find_number(child_id))


def _back(child_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("roll.show_roll", child_id=child_id), 303)
