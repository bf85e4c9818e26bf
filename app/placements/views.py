"""Pages of placement, in their natural order: recommendation, opinion, decision."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Pages, Permission
from app.children import queries
from app.children.frame import render_file
from app.kernel.problems import Refused
from app.placements.actions import add_evidence, add_opinion, add_recommendation, answer_return, decide, grounds_shown
from app.placements.forms import DecisionForm, EvidenceForm, OpinionForm, RecommendationForm, ReturnForm
from app.placements.home import count_home_by_unit, list_home
from app.placements.queries import (
    count_lagging,
    count_overdue_reviews,
    grounds_of,
    list_overdue_reviews,
    list_returns,
    running_term,
)
from app.placements.queries import list_lagging as find_lagging
from app.placements.types import Agreement, HomeList, ReturnAnswer
from app.schools.queries import find_school, school_choices
from app.schools.types import SchoolKind
from app.web.filters import label, today
from app.web.paging import asked_page
from app.web.requests import note_opening

pages = Pages("placements", __name__)
Step = RecommendationForm | OpinionForm | DecisionForm | EvidenceForm | ReturnForm


def _back(child_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("assessments.list_assessments", child_id=child_id), 303)


def show_step(page: str, child: queries.Child, form: Step, **more: Any) -> ResponseReturnValue:
    note_opening(child.id, page)
    before, recommendation, opinion, present = grounds_of(child.id)
    if "about" in form:
        form.show_about(grounds_shown(recommendation, *([opinion] if page == "new_decision" else [])))
    return render_file(
        f"placements/{page}.html",
        child,
        "assessment",
        form=form,
        before=before,
        recommendation=recommendation,
        opinion=opinion,
        present=present,
        **more,
    ), 422 if form.is_submitted() else 200


@pages.form("/children/<uuid:child_id>/placement/recommendation", needs=Permission.ASSESSMENTS_WRITE)
def new_recommendation(child_id: uuid.UUID) -> ResponseReturnValue:
    child, form = queries.get_child(g.actor, child_id), RecommendationForm()
    if form.validate_on_submit():
        try:
            add_recommendation(g.actor, child, form.facts(), today=today())
            flash(_("The recommendation is in the file. Next: the guardian's opinion."), "ok")
            return _back(child.id)
        except Refused as refused:
            form.refuse(refused.problems)
    return show_step("new_recommendation", child, form)


@pages.form("/children/<uuid:child_id>/placement/opinion", needs=Permission.CHILDREN_WRITE)
def new_opinion(child_id: uuid.UUID) -> ResponseReturnValue:
    child, form = queries.get_child(g.actor, child_id), OpinionForm()
    if form.validate_on_submit():
        try:
            add_opinion(g.actor, child, form.facts(), today=today(), about=form.about.data or "")
            flash(_("The opinion is in the file. Next: the decision."), "ok")
            return _back(child.id)
        except Refused as refused:
            form.refuse(refused.problems)
    return show_step(
        "new_opinion", child, form, people=[guardian.name for _link, guardian in queries.list_guardianships(child.id)]
    )


@pages.form("/children/<uuid:child_id>/placement/decision", needs=Permission.PLACEMENTS_DECIDE)
def new_decision(child_id: uuid.UUID) -> ResponseReturnValue:
    child, day = queries.get_child(g.actor, child_id), today()
    before = grounds_of(child.id)[0]
    form = DecisionForm(kind=before.recommended, decided_on=day, valid_from=day)
    form.school.choices = [("", "")] + [
        (str(one[0]), f"{one[1]} {one[2]}") for one in school_choices(g.actor, today=day, unit_id=child.unit_id)
    ]
    if form.validate_on_submit():
        school = find_school(form.school.data) if form.school.data else None
        special = school.kind == SchoolKind.SPECIAL if school else None
        try:
            decide(
                g.actor,
                child,
                form.facts(special),
                school_id=school.id if school else None,
                today=day,
                about=form.about.data or "",
            )
            flash(_("The placement is decided."), "ok")
            return _back(child.id)
        except Refused as refused:
            form.refuse(refused.problems)
    return show_step("new_decision", child, form, Agreement=Agreement)


@pages.form("/children/<uuid:child_id>/placement/evidence", needs=Permission.PLACEMENTS_DECIDE)
def new_evidence(child_id: uuid.UUID) -> ResponseReturnValue:
    """For decisions on home-delivered teaching that were carried over from another register without their documents."""
    child, form = queries.get_child(g.actor, child_id), EvidenceForm()
    if form.validate_on_submit():
        try:
            add_evidence(g.actor, child, form.documents(), today=today())
            flash(_("The documents are in the file."), "ok")
            return _back(child.id)
        except Refused as refused:
            form.refuse(refused.problems)
    return show_step("new_evidence", child, form)


@pages.form("/children/<uuid:child_id>/placement/return", needs=Permission.CHILDREN_WRITE)
def new_return(child_id: uuid.UUID) -> ResponseReturnValue:
    """Can the child come to school now? The answer of the running term."""
    child, day = queries.get_child(g.actor, child_id), today()
    form = ReturnForm(answered_on=day, answered_by=g.actor.name)
    if form.validate_on_submit():
        try:
            row = answer_return(g.actor, child, form.facts(), today=day)
            flash(_("The answer is in the file."), "ok")
            if row.answer == ReturnAnswer.YES:
                flash(_("The child can come: next, the committee recommends a placement at school."), "wait")
            return _back(child.id)
        except Refused as refused:
            form.refuse(refused.problems)
    return show_step("new_return", child, form, term=running_term(day), returns=list_returns(child.id))


def _tabs(which: HomeList | str) -> list[dict]:
    """The lists about home-delivered teaching; the last two are those of the reviews and of moves to another kind of
    school."""
    found = [
        {"label": label(one), "url": url_for("placements.list_at_home", list=one.value), "current": one == which}
        for one in HomeList
    ]
    if g.actor.may(Permission.PLACEMENTS_DECIDE):
        found.append(
            {
                "label": _("Placements to look at again"),
                "url": url_for("placements.list_reviews"),
                "current": which == "reviews",
            }
        )
        found.append(
            {
                "label": _("Decisions to be made anew"),
                "url": url_for("placements.list_lagging"),
                "current": which == "lagging",
            }
        )
    return found


@pages.get("/placements/home", needs=Permission.CHILDREN_WRITE)
def list_at_home() -> ResponseReturnValue:
    """Children taught at home who need something. Query parameters: list (a HomeList), unit (id), page."""
    day, asked = today(), request.args.get("list", "")
    which = HomeList(asked) if asked in list(HomeList) else HomeList.UNASKED
    unit_id = request.args.get("unit", type=uuid.UUID)
    units = count_home_by_unit(g.actor, day, which)
    page = asked_page(sum(number for key, _name, number in units if unit_id in (None, key)))
    return render_template(
        "placements/list_at_home.html",
        which=which,
        units=units,
        entries=_tabs(which),
        unit_id=unit_id,
        page=page,
        term=running_term(day),
        rows=list_home(g.actor, day, which, unit_id=unit_id, limit=page.size, offset=page.offset),
    )


@pages.get("/placements/reviews", needs=Permission.PLACEMENTS_DECIDE)
def list_reviews() -> ResponseReturnValue:
    """Placements whose review day has passed. Query parameters: unit (id), page."""
    day = today()
    unit_id = request.args.get("unit", type=uuid.UUID)
    page = asked_page(count_overdue_reviews(g.actor, day, unit_id=unit_id))
    rows = list_overdue_reviews(g.actor, day, unit_id=unit_id, limit=page.size, offset=page.offset)
    return render_template("placements/list_reviews.html", page=page, entries=_tabs("reviews"), rows=rows)


@pages.get("/placements/lagging", needs=Permission.PLACEMENTS_DECIDE)
def list_lagging() -> ResponseReturnValue:
    """Children who went to another kind of school than their placement names. Query parameters: unit (id), page."""
    unit_id = request.args.get("unit", type=uuid.UUID)
    page = asked_page(count_lagging(g.actor, unit_id=unit_id))
    return render_template(
        "placements/list_lagging.html",
        page=page,
        entries=_tabs("lagging"),
        rows=find_lagging(g.actor, unit_id=unit_id, limit=page.size, offset=page.offset),
    )
