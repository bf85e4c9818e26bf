"""Pages of plans: lists, the child's versions, the editor, review, papers."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.access import Pages, Permission
from app.children.formerly import known_as
from app.children.frame import file_frame, past_frame
from app.children.queries import get_child, known_before, read_child
from app.children.sight import may_write
from app.kernel import clock
from app.kernel.labels import label_of
from app.kernel.problems import N_, Problem, Refused
from app.placements.types import Agreement
from app.plans import actions, editor
from app.plans.curriculum import find_area, find_domain
from app.plans.documents import paper_title, plan_pdf, plan_text, summary_pdf
from app.plans.forms import NewPlanForm, PlanFilterForm, ReturnForm
from app.plans.locks import GROUPS
from app.plans.queries import (
    as_of,
    count_plans,
    find_force,
    find_last_version,
    fitting_curriculum,
    force_before,
    get_part,
    get_version,
    list_units,
    list_versions,
    read_version,
    standing_on,
)
from app.plans.queries import list_plans as list_rows
from app.plans.rules import next_period
from app.plans.types import EditConflict, PlanList, SectionKey, Standing, VersionState
from app.printing.ahead import typeset
from app.web.downloads import send
from app.web.filters import today
from app.web.i18n import select_locale
from app.web.paging import asked_page
from app.web.reading import whole_number
from app.web.requests import note_opening
from app.web.urls import addresses

pages = Pages("plans", __name__)

AGAIN = Problem("submitted_again", N_("The plan was submitted again since you read it. Read it again, then decide."))
TAGS = {Standing.VALID: "ok", Standing.LATER: "note", Standing.SUBMITTED: "wait", Standing.DRAFT: "",
        Standing.SUPERSEDED: "", Standing.UNKNOWN: "bad"}


# --- lists ----------------------------------------------------------------------------------------------------------


@pages.get("/plans", needs=Permission.PLANS_READ)
def list_plans():
    units = list_units(g.actor)
    form = PlanFilterForm(request.args, units=units)
    unit_id = UUID(form.unit.data) if form.validate() and form.unit.data else None
    words = form.q.data or ""
    asked = request.args.get("list")
    chosen = PlanList(asked) if asked in set(PlanList) else None
    counts = count_plans(g.actor, today(), unit_id=unit_id, words=words, chosen=chosen)
    kind = chosen or next((kind for kind in PlanList if counts[kind]), PlanList.IN_FORCE)
    page = asked_page(counts[kind])
    rows = list_rows(g.actor, kind, today(), unit_id=unit_id, words=words, limit=page.size, offset=page.offset)
    return render_template("plans/list_plans.html", form=form, counts=counts, kind=kind, rows=rows, page=page,
                           child_url=addresses("plans.show_plans", "child_id"),
                           version_url=addresses("plans.show_version", "version_id"),
                           units=units, units_pairs=[(str(number), name) for number, name in units],
                           filtered=bool(words or unit_id))


@pages.get("/children/<uuid:child_id>/plans", needs=Permission.PLANS_READ)
def show_plans(child_id):
    child, until = read_child(g.actor, child_id)
    note_opening(child.id, "plans")
    rows = [(version, known, standing_on(version, known, as_of(until))) for version, force in list_versions(child.id)
            if until is None or version.approved_at and known_before(version.approved_at, until)
            for known in [force_before(force, until)]]
    return render_template("plans/show_plans.html", rows=rows, tags=TAGS,
                           work=next((v for v, _f, _s in rows if v.state != VersionState.APPROVED), None),
                           valid=next(((v, f) for v, f, s in rows if s == Standing.VALID), None),
                           **(past_frame(g.actor, child, "plan", until) if until else
                              file_frame(g.actor, child, "plan")))


@pages.form("/children/<uuid:child_id>/plans/new", needs=Permission.PLANS_WRITE)
def new_plan(child_id):
    child = get_child(g.actor, child_id)
    last = find_last_version(child.id)
    if last is not None and last.state != VersionState.APPROVED:
        return redirect(url_for("plans.show_version", version_id=last.id), 303)
    start, end, review = next_period(today(), last.ends_on if last else None)
    form = NewPlanForm(has_last=last is not None, data={
        "starts_on": start, "ends_on": end, "review_on": review, "copy": "copy",
        "curriculum": last.curriculum if last else fitting_curriculum(child.id)})
    if form.validate_on_submit():
        try:
            version = actions.open_plan(
                g.actor, child.id, starts_on=form.starts_on.data, ends_on=form.ends_on.data,
                review_on=form.review_on.data, curriculum=form.curriculum.data,
                copy=last is not None and form.copy.data == "copy", today=today())
            return redirect(url_for("plans.edit_plan", version_id=version.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template("plans/new_plan.html", form=form, **file_frame(g.actor, child, "plan")), \
        422 if form.is_submitted() else 200


# --- the editor -----------------------------------------------------------------------------------------------------


@pages.get("/plans/<uuid:version_id>/edit", needs=Permission.PLANS_WRITE)
def edit_plan(version_id):
    version = get_version(g.actor, version_id)
    if version.state != VersionState.DRAFT:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    note_opening(version.child_id, "edit_plan")
    return _editor(version)


def _editor(version, posted=None):
    child = get_child(g.actor, version.child_id)
    return render_template("plans/edit_plan.html", child=child, version=version, posted=posted,
                           editor=editor.editor_of(version, today(), posted)), 422 if posted else 200


@pages.get("/plans/<uuid:version_id>/progress", needs=Permission.PLANS_WRITE)
def show_progress(version_id):
    version = get_version(g.actor, version_id)
    if "HX-Request" not in request.headers or version.state != VersionState.DRAFT:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    return render_template("plans/_progress.html", version=version, progress=editor.progress_of(version, today()))


def _saved(version, form, save):
    """Validate and save a part; answer the autosave with JSON and a browser without scripts with a page."""
    quiet = request.headers.get("X-Requested-With") == "autosave"
    if version.state != VersionState.DRAFT:
        actions.open_draft(g.actor, version.id)  # says why not
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


def _conflict(version, form, conflict: EditConflict, quiet: bool):
    told = {"mine": _told(version, form, conflict.mine), "theirs": _told(version, form, conflict.theirs),
            "their_name": conflict.their_name or _("somebody else"), "lock": conflict.version}
    if quiet:
        return render_template("plans/_conflict.html", **told)
    return render_template("plans/conflict.html", version=version, child=get_child(g.actor, version.child_id),
                           form=form, action=request.path, fields=request.form.to_dict(), **told)


def _told(version, form, pairs):
    """Labels for names, words for codes."""
    labels = form.labels() | {"area": _("Subject"), "domain": _("Domain")}
    area = dict(pairs).get("area") or request.form.get("subject", "").partition("|")[0]
    return [(labels.get(name, name), _shown(version.curriculum, area, name, text)) for name, text in pairs]


def _shown(curriculum: str, area: str, name: str, text: str) -> str:
    known = find_area(curriculum, text) if name == "area" else find_domain(curriculum, area, text) \
        if name == "domain" else None
    if known:
        return known.text(select_locale())
    if name == "guardian_answer" and text:
        return _(label_of(Agreement(text)))
    return text


def _number(form) -> int:
    return whole_number(form.version.data, -1)


@pages.post("/plans/<uuid:version_id>/frame/<group>", needs=Permission.PLANS_WRITE)
def save_frame(version_id, group):
    version = get_version(g.actor, version_id, lock=True)
    if group not in GROUPS:
        abort(404)
    form = editor.frame_form(version, group)
    return _saved(version, form, lambda f: actions.save_frame(
        g.actor, version.id, group, f.values(), f.version.data or "", today=today()))


@pages.post("/plans/<uuid:version_id>/sections/<key>", needs=Permission.PLANS_WRITE)
def save_section(version_id, key):
    version = get_version(g.actor, version_id, lock=True)
    if key not in set(SectionKey):
        abort(404)
    form = editor.section_form(SectionKey(key))
    return _saved(version, form, lambda f: actions.save_section(
        g.actor, version.id, SectionKey(key), f.body.data or "", _number(f)))


@pages.post("/plans/<uuid:version_id>/goals/<uuid:part_id>", needs=Permission.PLANS_WRITE)
def save_goal(version_id, part_id):
    version = get_version(g.actor, version_id, lock=True)
    form = editor.goal_form(version, get_part(version, "goal", part_id))
    return _saved(version, form, lambda f: actions.save_goal(g.actor, version.id, part_id, f.values(), _number(f)))


@pages.post("/plans/<uuid:version_id>/objectives/<uuid:part_id>", needs=Permission.PLANS_WRITE)
def save_objective(version_id, part_id):
    version = get_version(g.actor, version_id, lock=True)
    form = editor.objective_form(get_part(version, "objective", part_id))
    return _saved(version, form, lambda f: actions.save_objective(g.actor, version.id, part_id, f.values(), _number(f)))


@pages.post("/plans/<uuid:version_id>/services/<uuid:part_id>", needs=Permission.PLANS_WRITE)
def save_service(version_id, part_id):
    version = get_version(g.actor, version_id, lock=True)
    form = editor.service_form(version, get_part(version, "service", part_id))
    return _saved(version, form, lambda f: actions.save_service(g.actor, version.id, part_id, f.values(), _number(f)))


def _back(version_id, anchor: str):
    return redirect(url_for("plans.edit_plan", version_id=version_id, _anchor=anchor), 303)


@pages.post("/plans/<uuid:version_id>/goals", needs=Permission.PLANS_WRITE)
def add_goal(version_id):
    return _back(version_id, f"goal-{actions.add_goal(g.actor, version_id).id}")


@pages.post("/plans/<uuid:version_id>/goals/<uuid:goal_id>/objectives", needs=Permission.PLANS_WRITE)
def add_objective(version_id, goal_id):
    return _back(version_id, f"objective-{actions.add_objective(g.actor, version_id, goal_id).id}")


@pages.post("/plans/<uuid:version_id>/services", needs=Permission.PLANS_WRITE)
def add_service(version_id):
    return _back(version_id, f"service-{actions.add_service(g.actor, version_id).id}")


@pages.post("/plans/<uuid:version_id>/parts/<kind>/<uuid:part_id>/<change>", needs=Permission.PLANS_WRITE)
def change_part(version_id, kind, part_id, change):
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
def mark_reviewed(version_id, kind, part):
    if kind not in {"section", "goal", "objective"} or kind == "section" and part not in set(SectionKey):
        abort(404)
    actions.mark_reviewed(g.actor, version_id, kind, part)
    return _back(version_id, part if kind == "section" else f"{kind}-{part}")


# --- reading, review, approval --------------------------------------------------------------------------------------


@pages.get("/plans/<uuid:version_id>", needs=Permission.PLANS_READ)
def show_version(version_id):
    version, until = read_version(g.actor, version_id)
    return _version_page(version)


def _version_page(version, status: int = 200, problems=()):
    child, until = read_child(g.actor, version.child_id)
    note_opening(child.id, "plan")
    force = force_before(find_force(version.id), until)
    standing = standing_on(version, force, as_of(until))
    return render_template(
        "plans/show_version.html", version=version, child=known_as(child, until) if until else child,
        plan=plan_text(version), force=force,
        standing=standing, tag_kind=TAGS[standing], until=until,
        may_write=until is None and may_write(g.actor, child),
        may_approve=until is None and actions.may_approve(g.actor, version),
        submitted=actions.submission_of(version), problems=problems), status


@pages.form("/plans/<uuid:version_id>/submit", needs=Permission.PLANS_WRITE)
def submit_plan(version_id):
    version = get_version(g.actor, version_id, lock=request.method == "POST")
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            actions.submit_plan(g.actor, version.id, today=today(), seen=request.form.get("seen", ""))
            flash(_("Submitted. Another person now reads and approves it."), "ok")
            return redirect(url_for("plans.show_version", version_id=version.id), 303)
        except Refused as refused:
            problems = refused.problems
            if version.state != VersionState.DRAFT:
                return _version_page(version, _status(problems), problems=problems)
    elif version.state != VersionState.DRAFT:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    note_opening(version.child_id, "submit_plan")
    return render_template("plans/submit_plan.html", version=version, child=get_child(g.actor, version.child_id),
                           progress=editor.progress_of(version, today()), seen=actions.draft_state(version),
                           refusals=[one for one in problems if one.code in actions.OUTDATED]), _status(problems)


def _status(problems) -> int:
    """409 where something else happened since the page was shown, 422 where the answer itself is wrong."""
    if not problems:
        return 200
    return 409 if any(one.code in actions.OUTDATED for one in problems) else 422


@pages.form("/plans/<uuid:version_id>/approve", needs=Permission.PLANS_APPROVE)
def approve_plan(version_id):
    version = get_version(g.actor, version_id, lock=request.method == "POST")
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            actions.approve_plan(g.actor, version.id, today=today(), submitted=request.form.get("submitted", ""))
            flash(_("Approved. The version is sealed and cannot be changed any more."), "ok")
            return redirect(url_for("plans.show_version", version_id=version.id), 303)
        except Refused as refused:
            problems = refused.problems
    elif version.state != VersionState.SUBMITTED:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    elif (read := request.args.get("read")) and read != actions.submission_of(version):
        problems = (AGAIN,)
    note_opening(version.child_id, "approve_plan")
    return render_template("plans/approve_plan.html", version=version, child=get_child(g.actor, version.child_id),
                           may_approve=actions.may_approve(g.actor, version), refusals=problems,
                           submitted=actions.submission_of(version),
                           start=max(version.starts_on, today())), _status(problems)


@pages.form("/plans/<uuid:version_id>/return", needs=Permission.PLANS_APPROVE)
def return_plan(version_id):
    version = get_version(g.actor, version_id, lock=request.method == "POST")
    form, status = ReturnForm(), 200
    if request.method == "GET" and version.state != VersionState.SUBMITTED:
        return redirect(url_for("plans.show_version", version_id=version.id), 302)
    if form.validate_on_submit():
        try:
            actions.return_plan(g.actor, version.id, form.reason.data, today=today(),
                                submitted=request.form.get("submitted", ""))
            flash(_("Returned to %(name)s.", name=version.author_name), "ok")
            return redirect(url_for("plans.show_version", version_id=version.id), 303)
        except Refused as refused:
            form.refuse(refused.problems)
            status = _status(refused.problems)
    elif form.is_submitted():
        status = 422
    note_opening(version.child_id, "return_plan")
    return render_template("plans/return_plan.html", version=version, child=get_child(g.actor, version.child_id),
                           form=form, submitted=actions.submission_of(version)), status


# --- papers ---------------------------------------------------------------------------------------------------------


@pages.get("/plans/<uuid:version_id>/paper", needs=Permission.PLANS_READ)
def print_plan(version_id):
    now = clock.now()

    def make():
        version, _until = read_version(g.actor, version_id)
        return version, plan_pdf(g.actor, version, now)

    version, pdf = typeset(make)
    return send(pdf, paper_title(version, _("Individual education plan")), "pdf", on=today(), inline=True)


@pages.get("/plans/<uuid:version_id>/summary", needs=Permission.PLANS_READ)
def print_summary(version_id):
    now, large = clock.now(), request.args.get("size") == "18"

    def make():
        version, _until = read_version(g.actor, version_id)
        return version, summary_pdf(g.actor, version, now, large=large)

    version, pdf = typeset(make)
    return send(pdf, paper_title(version, _("Summary for the family")), "pdf", on=today(), inline=True)
