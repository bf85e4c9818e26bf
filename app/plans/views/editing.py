"""The editor: every part saved by itself, with what somebody else wrote meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.children.queries import get_file
from app.kernel.labels import label_of
from app.kernel.problems import Problem, Refused
from app.placements.types import Agreement
from app.plans import actions, editor
from app.plans.curriculum import find_area, find_domain
from app.plans.locks import GROUPS
from app.plans.queries import get_part, get_version
from app.plans.types import EditConflict, SectionKey, VersionState
from app.plans.views.pages import pages
from app.web.filters import today
from app.web.i18n import select_locale
from app.web.reading import whole_number
from app.web.requests import note_opening


@pages.get("/plans/<uuid:version_id>/edit", needs=Permission.PLANS_WRITE)
def edit_plan(version_id: uuid.UUID) -> ResponseReturnValue:
    version = get_version(g.actor, version_id)
    if version.state != VersionState.DRAFT:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    note_opening(version.child_id, "edit_plan")
    return _editor(version)


def _editor(version: Any, posted: Any = None) -> ResponseReturnValue:
    child = get_file(g.actor, version.child_id)
    return render_template(
        "plans/edit_plan.html",
        child=child,
        version=version,
        posted=posted,
        editor=editor.editor_of(version, today(), posted),
    ), 422 if posted else 200


@pages.get("/plans/<uuid:version_id>/progress", needs=Permission.PLANS_WRITE)
def show_progress(version_id: uuid.UUID) -> ResponseReturnValue:
    version = get_version(g.actor, version_id)
    if "HX-Request" not in request.headers or version.state != VersionState.DRAFT:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    return render_template("plans/_progress.html", version=version, progress=editor.progress_of(version, today()))


def _saved(version: Any, form: Any, save: Callable[..., Any]) -> ResponseReturnValue:
    """Validate and save a part; answer the autosave with JSON and a browser without scripts with a page."""
    quiet = request.headers.get("X-Requested-With") == "autosave"
    if version.state != VersionState.DRAFT:
        return _too_late(version, form, quiet)
    try:
        if form.validate():
            lock = save(form)
            if quiet:
                return {"version": lock}
            flash(_("Saved"), "ok")
            return redirect(url_for("plans.edit_plan", version_id=version.id, _anchor=form.anchor), 303)
    except EditConflict as conflict:
        return _conflict(version, form, conflict, quiet), 409
    except Refused as refused:
        form.refuse(refused.problems)
    if quiet:
        return {"refused": [error for errors in form.errors.values() for error in errors]}, 422
    return _editor(version, form)


def _too_late(version: Any, form: Any, quiet: bool) -> ResponseReturnValue:
    """The version was submitted or approved since the page was opened: why not, and what was typed, to copy."""
    try:
        actions.open_draft(g.actor, version.id)
    except Refused as refused:
        problems = [problem.text(_) for problem in refused.problems]
    else:
        abort(409)
    if quiet:
        return {"refused": problems}, 422
    return render_template(
        "plans/too_late.html",
        version=version,
        child=get_file(g.actor, version.child_id),
        problems=problems,
        typed=_typed(form),
    ), 422


def _typed(form: Any) -> list[tuple[str, str]]:
    """(label, what was typed or chosen) of the fields of a part that were sent with something in them."""
    found = []
    for field in form:
        sent = request.form.get(field.name, "").strip()
        if sent and field.short_name not in {"csrf_token", "version"}:
            offered = {str(value): str(words) for value, words, *_rest in getattr(field, "iter_choices", tuple)()}
            found.append((str(field.label.text), offered.get(sent, sent)))
    return found


@dataclass(frozen=True, kw_only=True)
class Clash:
    """What two people wrote in one place: (label, words) of both, whose the other words are, and the lock to keep
    one's own."""

    mine: Sequence[tuple[str, str]]
    theirs: Sequence[tuple[str, str]]
    their_name: str
    lock: str


def _conflict(version: Any, form: Any, conflict: EditConflict, quiet: bool) -> str:
    clash = Clash(
        mine=_told(version, form, conflict.mine),
        theirs=_told(version, form, conflict.theirs),
        their_name=conflict.their_name or _("somebody else"),
        lock=conflict.version,
    )
    if quiet:
        return render_template("plans/_conflict.html", clash=clash)
    return render_template(
        "plans/conflict.html",
        version=version,
        child=get_file(g.actor, version.child_id),
        form=form,
        action=request.path,
        fields=request.form.to_dict(),
        clash=clash,
    )


def _told(version: Any, form: Any, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Labels for names, words for codes."""
    labels = form.labels() | {"area": _("Subject"), "domain": _("Domain")}
    area = dict(pairs).get("area") or request.form.get("subject", "").partition("|")[0]
    return [(labels.get(name, name), _shown(version.curriculum, area, name, text)) for name, text in pairs]


def _shown(curriculum: str, area: str, name: str, text: str) -> str:
    known = (
        find_area(curriculum, text)
        if name == "area"
        else find_domain(curriculum, area, text)
        if name == "domain"
        else None
    )
    if known:
        return known.text(select_locale())
    if name == "guardian_answer" and text:
        return _(label_of(Agreement(text)))
    return text


def _number(form: Any) -> int:
    return whole_number(form.version.data, -1)


@pages.post("/plans/<uuid:version_id>/frame/<group>", needs=Permission.PLANS_WRITE)
def save_frame(version_id: uuid.UUID, group: str) -> ResponseReturnValue:
    version = get_version(g.actor, version_id, lock=True)
    if group not in GROUPS:
        abort(404)
    form = editor.frame_form(version, group)
    return _saved(
        version,
        form,
        lambda f: actions.save_frame(g.actor, version.id, group, f.values(), f.version.data or "", today=today()),
    )


@pages.post("/plans/<uuid:version_id>/sections/<key>", needs=Permission.PLANS_WRITE)
def save_section(version_id: uuid.UUID, key: str) -> ResponseReturnValue:
    version = get_version(g.actor, version_id, lock=True)
    if key not in set(SectionKey):
        abort(404)
    form = editor.section_form(SectionKey(key))
    return _saved(
        version,
        form,
        lambda f: actions.save_section(g.actor, version.id, SectionKey(key), f.body.data or "", _number(f)),
    )


@pages.post("/plans/<uuid:version_id>/goals/<uuid:part_id>", needs=Permission.PLANS_WRITE)
def save_goal(version_id: uuid.UUID, part_id: uuid.UUID) -> ResponseReturnValue:
    version = get_version(g.actor, version_id, lock=True)
    form = editor.goal_form(version, get_part(version, "goal", part_id))
    return _saved(version, form, lambda f: actions.save_goal(g.actor, version.id, part_id, f.values(), _number(f)))


@pages.post("/plans/<uuid:version_id>/objectives/<uuid:part_id>", needs=Permission.PLANS_WRITE)
def save_objective(version_id: uuid.UUID, part_id: uuid.UUID) -> ResponseReturnValue:
    version = get_version(g.actor, version_id, lock=True)
    form = editor.objective_form(get_part(version, "objective", part_id))
    return _saved(version, form, lambda f: actions.save_objective(g.actor, version.id, part_id, f.values(), _number(f)))


@pages.post("/plans/<uuid:version_id>/services/<uuid:part_id>", needs=Permission.PLANS_WRITE)
def save_service(version_id: uuid.UUID, part_id: uuid.UUID) -> ResponseReturnValue:
    version = get_version(g.actor, version_id, lock=True)
    form = editor.service_form(version, get_part(version, "service", part_id))
    return _saved(version, form, lambda f: actions.save_service(g.actor, version.id, part_id, f.values(), _number(f)))


def _back(version_id: uuid.UUID, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("plans.edit_plan", version_id=version_id, _anchor=anchor), 303)


@pages.post("/plans/<uuid:version_id>/goals", needs=Permission.PLANS_WRITE)
def add_goal(version_id: uuid.UUID) -> ResponseReturnValue:
    return _back(version_id, f"goal-{actions.add_goal(g.actor, version_id).id}")


@pages.post("/plans/<uuid:version_id>/goals/<uuid:goal_id>/objectives", needs=Permission.PLANS_WRITE)
def add_objective(version_id: uuid.UUID, goal_id: uuid.UUID) -> ResponseReturnValue:
    return _back(version_id, f"objective-{actions.add_objective(g.actor, version_id, goal_id).id}")


@pages.post("/plans/<uuid:version_id>/services", needs=Permission.PLANS_WRITE)
def add_service(version_id: uuid.UUID) -> ResponseReturnValue:
    return _back(version_id, f"service-{actions.add_service(g.actor, version_id).id}")


@pages.post("/plans/<uuid:version_id>/parts/<kind>/<uuid:part_id>/<change>", needs=Permission.PLANS_WRITE)
def change_part(version_id: uuid.UUID, kind: str, part_id: uuid.UUID, change: str) -> ResponseReturnValue:
    """Move a goal, objective or service up or down, or remove it."""
    if kind not in actions.KINDS or change not in {"up", "down", "remove"}:
        abort(404)
    if change == "remove":
        actions.remove_part(g.actor, version_id, kind, part_id)
        flash(_("Removed. Earlier versions of the plan keep it."), "ok")
        return _back(version_id, "services" if kind == "service" else "goals")
    actions.move_part(g.actor, version_id, kind, part_id, up=change == "up")
    return _back(version_id, f"{kind}-{part_id}")


@pages.post("/plans/<uuid:version_id>/reviewed/<kind>/<part>", needs=Permission.PLANS_WRITE)
def mark_reviewed(version_id: uuid.UUID, kind: str, part: str) -> ResponseReturnValue:
    if kind not in {"section", "goal", "objective"} or kind == "section" and part not in set(SectionKey):
        abort(404)
    actions.mark_reviewed(g.actor, version_id, kind, part)
    return _back(version_id, part if kind == "section" else f"{kind}-{part}")


@pages.form("/plans/<uuid:version_id>/withdraw", needs=Permission.PLANS_WRITE)
def withdraw_draft(version_id: uuid.UUID) -> ResponseReturnValue:
    """Take back a draft that was begun by mistake."""
    version = get_version(g.actor, version_id, lock=request.method == "POST")
    if version.state != VersionState.DRAFT:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    child, status = get_file(g.actor, version.child_id), 200
    problems: Sequence[Problem] = actions.withdrawal_problems(g.actor, version)
    if request.method == "POST":
        try:
            actions.withdraw_draft(g.actor, version.id, today=today(), seen=request.form.get("seen", ""))
            flash(_("The draft was withdrawn."), "ok")
            return redirect(url_for("plans.show_plans", child_id=child.id), 303)
        except Refused as refused:
            problems, status = refused.problems, 409 if refused.problems[0].code == "draft_changed" else 422
    note_opening(child.id, "withdraw_draft")
    return render_template(
        "plans/withdraw_draft.html",
        version=version,
        child=child,
        problems=problems,
        seen=actions.draft_state(version),
    ), status
