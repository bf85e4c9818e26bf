"""Repairing a published month: what happened, the ways out side by side, whom to phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.problems import Problem, Refused
from app.repairs.actions.repairs import add_to, choose_way, open_repair, set_call_done, set_called_back
from app.repairs.actions.ways import newly_planned
from app.repairs.forms import HappeningForm, PurposeForm
from app.repairs.queries import idle, kept, reached
from app.repairs.queries.known import known_besides, who_loses
from app.repairs.queries.repairs import (
    children_to_choose,
    get_repair,
    happenings_of,
    list_calls,
    names_of_happenings,
    teachers_to_choose,
    ways_out,
)
from app.repairs.types import Happening, HappeningKind, RepairState
from app.repairs.views import numbers, rivals
from app.repairs.views.pages import pages
from app.routing import say_stored
from app.schools.queries import unit_names
from app.teams.queries.teams import team_names
from app.teams.queries.who_may_plan import may_plan
from app.timetables.queries import naming, plan_gaps, timetables
from app.timetables.queries.live import name_changes
from app.timetables.views.fitness import unfit
from app.web.days import asked_day
from app.web.filters import today
from app.web.reading import as_uuid, whole_number
from app.web.requests import sent_switch

WRITE = Permission.TIMETABLES_WRITE
ELSEWHERE = {"repair_rival", "calls_over", "way_chosen", "repair_outdated"}
"""What is refused because something else happened since the page was shown."""
FIELDS = {
    HappeningKind.TEACHER_AWAY: ("teacher_id", "first_on", "last_on", "note"),
    HappeningKind.FAMILY_CANCELS: ("child_id", "first_on", "last_on", "note"),
    HappeningKind.ROAD_CLOSED: ("child_id", "first_on", "last_on", "note"),
    HappeningKind.DAY_CLOSED: ("first_on", "last_on", "note"),
    HappeningKind.CHILD_ADDED: ("child_id",),
    HappeningKind.CHILD_GONE: ("child_id", "first_on", "note"),
    HappeningKind.PLAN_CHANGED: ("child_id",),
}
ALL_FIELDS = {name for names in FIELDS.values() for name in names}


@dataclass(frozen=True)
class Onto:
    """What stands already: the repair to which something is added, what was entered in it, others' drafts in words."""

    earlier: UUID | None
    so_far: list
    rivals: Sequence


def _published(timetable_id: UUID) -> Any:
    row = timetables.get_timetable(g.actor, timetable_id)
    if not may_plan(g.actor, row.unit_id):
        abort(404)
    return row


def _kind() -> HappeningKind | None:
    asked = request.args.get("kind", "")
    return HappeningKind(asked) if asked in set(HappeningKind) else None


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The kinds of events to choose from, and the fields of the one that was chosen."""

    kinds: Sequence[HappeningKind]
    fields: Sequence[Any]


@pages.form("/timetables/<uuid:timetable_id>/repair", needs=WRITE)
def new_repair(timetable_id: UUID) -> ResponseReturnValue:
    """Choose what happened, then say whom it concerns and when. `with` names a repair to which it is added."""
    row, kind = _published(timetable_id), _kind()
    earlier = request.args.get("with", type=as_uuid)
    former, so_far = add_to(g.actor, earlier) if earlier else (None, [])
    if former is not None and former.timetable_id != row.id:
        abort(404)
    form = _form(row, kind)
    problems: list[Problem] = []
    if kind and form.validate_on_submit():
        try:
            made = open_repair(
                g.actor,
                row.id,
                [*so_far, _happening(kind, form, row)],
                today=today(),
                page=lambda made: url_for(".show_repair", repair_id=made),
            )
            return redirect(url_for(".show_repair", repair_id=made.id), 303)
        except Refused as refused:
            form.refuse([p for p in refused.problems if p.field and p.field in form])
            problems = [p for p in refused.problems if not (p.field and p.field in form)]
    wrong = problems or (form.is_submitted() and form.errors)
    return render_template(
        "repairs/new_repair.html",
        timetable=row,
        kind=kind,
        form=form,
        problems=problems,
        onto=Onto(earlier, names_of_happenings(g.actor, so_far), rivals.rival_words(row, former)),
        unit_name=unit_names().get(row.unit_id, ""),
        asking=Asking(
            kinds=list(HappeningKind), fields=[form[name] for name in (FIELDS.get(kind, ()) if kind else ())]
        ),
    ), 422 if wrong else 200


def _form(row: Any, kind: Any) -> HappeningForm:
    form = HappeningForm(
        first_on=asked_day("first"),
        last_on=asked_day("last"),
        teacher_id=request.args.get("teacher", type=as_uuid),
        child_id=request.args.get("child", type=as_uuid),
    )
    form.offer_days_of(row, today())
    for name in ALL_FIELDS - set(FIELDS.get(kind, ())):
        del form[name]
    if kind is None:
        return form
    children = _children(row, kind)
    if kind == HappeningKind.DAY_CLOSED:
        form.note.flags.required = True  # families and teachers read it
    if "child_id" in form:
        form.child_id.choices = [("", ""), *((str(one), name) for one, name in children)]
    if "teacher_id" in form:
        form.teacher_id.choices = [("", ""), *((str(one), name) for one, name in teachers_to_choose(row))]
    return form


def _children(row: Any, kind: HappeningKind) -> list[tuple[UUID, str]]:
    """Whom something of this kind can have happened to."""
    if kind == HappeningKind.CHILD_ADDED:
        return newly_planned(g.actor, row)
    if kind == HappeningKind.PLAN_CHANGED:
        return [(gap.child_id, name) for gap, name in plan_gaps.plan_gaps(g.actor, row, today())]
    return children_to_choose(g.actor, row, today())


def _happening(kind: HappeningKind, form: HappeningForm, row: Any) -> Happening:
    told = {name: form[name].data for name in FIELDS[kind]}
    begins = today() + timedelta(days=1) if kind == HappeningKind.PLAN_CHANGED else today()
    first = told.get("first_on") or begins
    last = told.get("last_on") or first if "last_on" in told else row.last_on
    return Happening(kind, first, last, told.get("teacher_id"), told.get("child_id"), told.get("note") or "")


@pages.get("/repairs/<uuid:repair_id>", needs=WRITE)
def show_repair(repair_id: UUID) -> ResponseReturnValue:
    row = get_repair(g.actor, repair_id)
    return _show(row)


@dataclass(frozen=True, kw_only=True)
class About:
    """What happened, where, how the search for a way out stands, and what ended the repair since."""

    run: Any
    happened: Any
    unit_name: str
    ended: Any


@dataclass(frozen=True, kw_only=True)
class Calling:
    """Whom to phone, with the numbers once they were asked for, who sees the change, and the lines of each call."""

    unfit: Any
    calls: Sequence[Any]
    phones: Mapping[Any, Any]
    seeing: Any
    lines: Mapping[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Found:
    """The ways out, whether they are still searched for, rival repairs, what else is known, teams that do not visit
    any more."""

    ways: Sequence[Any]
    waits: bool
    rivals: Any
    known: Any
    idle: Sequence[Any]


def _show(row: Any, problems: Sequence[Any] = (), phones: Any = None, form: Any = None) -> ResponseReturnValue:
    timetable = timetables.get_timetable(g.actor, row.timetable_id)
    draft = timetables.get_timetable(g.actor, row.draft_id) if row.draft_id else None
    about = About(
        run=timetables.run_of(row),
        happened=names_of_happenings(g.actor, happenings_of(row)),
        unit_name=unit_names().get(row.unit_id, ""),
        ended=rivals.ended_words(row),
    )
    other = any(problem.code in ELSEWHERE for problem in problems)
    status = 409 if other else 422 if problems or (form and form.errors) else 200
    if row.state == RepairState.CHOSEN:
        return render_template(
            "repairs/show_calls.html",
            repair=row,
            timetable=timetable,
            draft=draft,
            problems=problems,
            about=about,
            listed=_calling(row, draft, phones),
            form=form or PurposeForm(),
        ), status
    return render_template(
        "repairs/show_repair.html",
        repair=row,
        timetable=timetable,
        draft=draft,
        problems=problems,
        about=about,
        found=_found(row, timetable),
    ), status


def _calling(row: Any, draft: Any, phones: Any) -> Calling:
    calls = list_calls(g.actor, row)
    return Calling(
        unfit=unfit(draft) if draft else None,
        calls=calls,
        phones=phones or {},
        seeing=reached.seeing_it(g.actor, [call.row for call in calls]),
        lines=_lines(calls),
    )


def _found(row: Any, timetable: Any) -> Found:
    ways = ways_out(row) if row.state == RepairState.READY else []
    known = [] if timetable.superseded_at else known_besides(row)
    happened = [*happenings_of(row), *known]
    return Found(
        ways=[_way(way, happened) for way in ways],
        rivals=rivals.rival_words(timetable, row),
        known=names_of_happenings(g.actor, known),
        idle=[] if timetable.superseded_at else idle.idle_teams(row),
        waits=row.state == RepairState.ASKED,
    )


def _way(way: Any, happened: Any) -> tuple:
    """A way out with its changes by name, the rules it bends in words, and who loses visits by it."""
    bent = [say_stored(one, _) for one in way.bent]
    return way, name_changes(g.actor, way.changes), bent, who_loses(g.actor, happened, way.changes)


def _lines(calls: Any) -> dict:
    """For each call, its changes as (kind, child, before, after), each side (day, start, team, end); rows of
    older versions know no end."""
    every = [one for call in calls for one in call.row.changes]
    children = naming.child_names(g.actor, {UUID(one["child"]) for one in every})
    teams = team_names({UUID(end[2]) for one in every for end in (one["before"], one["after"]) if end})

    def end(side: Any) -> tuple[Any, ...] | None:
        if side is None:
            return None
        return date.fromisoformat(side[0]), side[1], teams.get(UUID(side[2]), ""), *side[3:]

    return {
        call.row.id: [
            (
                kept.kind_of(one),
                children.get(UUID(one["child"]), ""),
                end(one["before"]),
                kept.plan_of(one) or end(one["after"]),
            )
            for one in call.row.changes
        ]
        for call in calls
    }


@pages.post("/repairs/<uuid:repair_id>/drop/<int:number>", needs=WRITE)
def drop_happening(repair_id: UUID, number: int) -> ResponseReturnValue:
    """Compute anew without one of the things that happened."""
    row, left = add_to(g.actor, repair_id, drop=number)
    if not left:
        return redirect(url_for(".new_repair", timetable_id=row.timetable_id), 303)
    made = open_repair(
        g.actor, row.timetable_id, left, today=today(), page=lambda made: url_for(".show_repair", repair_id=made)
    )
    return redirect(url_for(".show_repair", repair_id=made.id), 303)


@pages.post("/repairs/<uuid:repair_id>/again", needs=WRITE)
def repeat_repair(repair_id: UUID) -> ResponseReturnValue:
    """Compute anew, on the days that are left, what cannot be published as it was chosen."""
    row = get_repair(g.actor, repair_id)
    base = timetables.get_timetable(g.actor, row.timetable_id)
    force = timetables.find_published(base.unit_id, base.month)
    left = [one for one in happenings_of(row) if one.last >= today()]
    if force is None or not left:
        flash(_("Nothing of what was entered lies in the days to come: enter what happened."), "wait")
        return redirect(url_for(".new_repair", timetable_id=force.id if force else row.timetable_id), 303)
    try:
        made = open_repair(
            g.actor, force.id, left, today=today(), page=lambda made: url_for(".show_repair", repair_id=made)
        )
    except Refused as refused:
        return _show(row, refused.problems)
    return redirect(url_for(".show_repair", repair_id=made.id), 303)


@pages.post("/repairs/<uuid:repair_id>/choose", needs=WRITE)
def choose_repair(repair_id: UUID) -> ResponseReturnValue:
    try:
        choose_way(
            g.actor,
            repair_id,
            whole_number(request.form.get("way")) or 0,
            today=today(),
            instead_of=rivals.named_rivals(request.form.get("over", "")),
        )
    except Refused as refused:
        return _show(get_repair(g.actor, repair_id), refused.problems)
    flash(_("The draft is made. Phone those concerned, then publish it."), "ok")
    return redirect(url_for(".show_repair", repair_id=repair_id), 303)


@pages.post("/repairs/<uuid:repair_id>/calls/<uuid:call_id>", needs=WRITE)
def tick_call(repair_id: UUID, call_id: UUID) -> ResponseReturnValue:
    try:
        set_call_done(g.actor, repair_id, call_id, request.form.get("done") == "1")
    except Refused as refused:
        return _show(get_repair(g.actor, repair_id), refused.problems)
    sent_switch("done")  # last, so that what is not there stays unknown; a refusal undoes it
    return redirect(url_for(".show_repair", repair_id=repair_id, _anchor=f"call-{call_id}"), 303)


@pages.post("/repairs/<uuid:repair_id>/calls/<uuid:call_id>/back", needs=WRITE)
def tick_call_back(repair_id: UUID, call_id: UUID) -> ResponseReturnValue:
    """Who was told of a change that came to nothing was called back."""
    set_called_back(g.actor, repair_id, call_id, request.form.get("done") == "1")
    sent_switch("done")  # as above
    return redirect(url_for(".show_repair", repair_id=repair_id, _anchor=f"call-{call_id}"), 303)


@pages.post("/repairs/<uuid:repair_id>/phones", needs=WRITE)
def show_phones(repair_id: UUID) -> ResponseReturnValue:
    """The list with the telephone numbers, for a purpose that is written down with each child."""
    row, form = get_repair(g.actor, repair_id), PurposeForm()
    if row.state != RepairState.CHOSEN:
        abort(404)
    phones = {}
    try:
        for call in list_calls(g.actor, row):
            phones[call.row.id] = numbers.phones_of(form.purpose.data or "", call.row.child_id, call.row.teacher_id)
    except Refused as refused:
        form.refuse(refused.problems)
        phones = {}
    return _show(row, phones=phones, form=form)
