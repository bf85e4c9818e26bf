"""What the guardian sees of an own child and says about the plan. Every other child is answered like none: 404."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.errors import NotFound
from app.family import actions, queries
from app.family.forms import AnswerForm
from app.family.views.pages import pages
from app.kernel.problems import Refused
from app.placements.types import Agreement
from app.plans.queries import PlainSummary, plain_summary, standing_on
from app.plans.types import Standing
from app.timetables.queries.handing import new_teachers
from app.timetables.queries.told_by_plan import told_to_family
from app.visits.queries.children import ChildVisit, next_visits
from app.web.filters import today
from app.web.requests import note_opening

READ = Permission.FAMILY_READ
RECENT_DAYS = 30


@pages.get("/family", needs=READ)
def show_children() -> ResponseReturnValue:
    children = queries.own.list_own_children(g.actor, today())
    if len(children) == 1:
        return redirect(url_for("family.show_plan", child_id=children[0].id), 303)
    return render_template("family/show_children.html", children=children)


@pages.get("/family/<uuid:child_id>", needs=READ)
def show_plan(child_id: UUID) -> ResponseReturnValue:
    children = queries.own.list_own_children(g.actor, today())
    child = queries.own.one_of(children, child_id)
    note_opening(child.id, "family")
    return _show(child, children, AnswerForm())


@dataclass(frozen=True, kw_only=True)
class Plans:
    """The plan that holds in plain words, the family's answer to it, those to come and those before."""

    answer: queries.versions.FamilyAnswer | None
    summary: PlainSummary | None
    school: str | None
    coming: Sequence
    older: Sequence
    begins: date | None
    ended: date | None


@dataclass(frozen=True, kw_only=True)
class Teaching:
    """When teachers come next, what changed of it, and the minutes of the last months."""

    visits: Sequence[ChildVisit]
    told: Sequence
    handed: Sequence
    months: Sequence[queries.minutes.MonthMinutes]


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who opened the file of late, and what the reader's own account can do."""

    openings: int
    since: date
    siblings: bool
    has_password: bool


def _show(
    child: queries.own.Child, children: Sequence[queries.own.Child], form: AnswerForm, status: int = 200
) -> ResponseReturnValue:
    versions = queries.versions.list_own_versions(child.id)
    version = queries.versions.current_of(versions, today())
    coming = [one for one in queries.versions.coming_of(versions, today()) if one is not version]
    answer = queries.versions.find_answer(g.actor, version.id) if version else None
    _fill(form, version, answer)
    opened = [one for one in queries.openings.list_openings(child.id, today(), RECENT_DAYS) if one.role != "guardian"]
    return render_template(
        "family/show_plan.html",
        child=child,
        form=form,
        version=version,
        plans=Plans(
            answer=answer,
            summary=plain_summary(version, queries.versions.held_by(version)) if version else None,
            school=queries.versions.school_today(child.id),
            coming=[(one, queries.versions.find_answer(g.actor, one.id)) for one in coming],
            older=[(v, *queries.versions.held_by(v)) for v in versions if v is not version and v not in coming],
            begins=version.valid_from if version and version.valid_from and version.valid_from > today() else None,
            ended=queries.versions.ended_of(version, today()) if version else None,
        ),
        teaching=Teaching(
            visits=next_visits(child.id, today()),
            told=told_to_family(child.id, today()),
            handed=new_teachers(child.id, today()),
            months=queries.minutes.list_minutes(child.id, today()),
        ),
        access=Access(
            openings=sum(one.times for one in opened),
            since=today() - timedelta(days=RECENT_DAYS),
            siblings=len(children) > 1,
            has_password=queries.own.has_password(g.actor),
        ),
    ), status


def _fill(form: AnswerForm, version: Any, answer: Any) -> None:
    """Show what was said before, until something is sent."""
    if not form.is_submitted():
        form.version_id.data = version.id if version else None
        form.answer.data, form.comment.data = (answer.answer.value, answer.comment) if answer else (None, None)


@pages.post("/family/<uuid:child_id>/answer", needs=READ)
def answer_plan(child_id: UUID) -> ResponseReturnValue:
    children = queries.own.list_own_children(g.actor, today())
    child, form = queries.own.one_of(children, child_id), AnswerForm()
    version_id, versions = _uuid(form.version_id.data) or UUID(int=0), queries.versions.list_own_versions(child.id)
    coming = next((v for v in queries.versions.coming_of(versions, today()) if v.id == version_id), None)
    if coming is queries.versions.current_of(versions, today()):
        coming = None

    def show() -> ResponseReturnValue:
        return _show_version(child, coming, form, 422) if coming else _show(child, children, form, 422)

    if not form.validate_on_submit():
        return show()
    try:
        actions.answer_plan(
            g.actor, child.id, version_id, Agreement(form.answer.data), form.comment.data or "", today=today()
        )
    except Refused as refused:
        form.refuse(refused.problems)
        return show()
    flash(_("Thank you. We have written down what you said."), "ok")
    if coming:
        return redirect(url_for("family.show_version", child_id=child.id, version_id=coming.id), 303)
    return redirect(url_for("family.show_plan", child_id=child.id), 303)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


@pages.get("/family/<uuid:child_id>/versions/<uuid:version_id>", needs=READ)
def show_version(child_id: UUID, version_id: UUID) -> ResponseReturnValue:
    child = queries.own.get_own_child(g.actor, child_id, today())
    version = next((v for v in queries.versions.list_own_versions(child.id) if v.id == version_id), None)
    if version is None:
        raise NotFound
    note_opening(child.id, "family version")
    return _show_version(child, version, AnswerForm())


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version in plain words, and where it stands."""

    summary: PlainSummary
    standing: Standing
    school: str | None
    ended: date | None
    is_coming: bool


def _show_version(child: queries.own.Child, version: Any, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    standing = standing_on(version, version if version.valid_from else None, today())
    answer = queries.versions.find_answer(g.actor, version.id)
    _fill(form, version, answer)
    return render_template(
        "family/show_version.html",
        child=child,
        version=version,
        answer=answer,
        form=form,
        plan=Version(
            summary=plain_summary(version, queries.versions.held_by(version)),
            standing=standing,
            school=queries.versions.school_today(child.id),
            ended=queries.versions.ended_of(version, today()),
            is_coming=standing == Standing.LATER,
        ),
    ), status


@pages.get("/family/<uuid:child_id>/openings", needs=READ)
def show_openings(child_id: UUID) -> ResponseReturnValue:
    child = queries.own.get_own_child(g.actor, child_id, today())
    return render_template(
        "family/show_openings.html", child=child, openings=queries.openings.list_openings(child.id, today())
    )
