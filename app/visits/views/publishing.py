"""Pages that publish or discard a draft: what publishing will do is told first."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for

from app.access import Permission
from app.kernel.problems import Problem, Refused
from app.schools.queries import unit_names
from app.visits.actions import discard_timetable
from app.visits.actions import publish_timetable as publish
from app.visits.actions.publishing import OUTDATED
from app.visits.queries import compare_draft, find_published, get_timetable, visits_of_month
from app.visits.queries.continuity import last_before, team_changes, team_changes_of
from app.visits.queries.drafts import draft_state
from app.visits.queries.known import all_that_happened, who_loses
from app.visits.queries.live import name_changes, teachers_of_changes
from app.visits.queries.reached import ToPhone, whom_to_phone
from app.visits.queries.remedies import what_a_remedy_brought
from app.visits.queries.repairs import repair_of_draft
from app.visits.types import TimetableState
from app.visits.views.pages import pages
from app.web.filters import today
from app.web.i18n import gettext as _
from app.web.reading import sent_id

NO_VISITS = (TimetableState.QUEUED, TimetableState.FAILED, TimetableState.DISCARDED)


@pages.form("/timetables/<uuid:timetable_id>/publish", needs=Permission.TIMETABLES_WRITE)
def publish_timetable(timetable_id):
    """What publishing will do, and doing it."""
    row = get_timetable(g.actor, timetable_id)
    former = find_published(row.unit_id, row.month)
    problems: tuple[Problem, ...] = ()
    seen = draft_state(row.id)
    if request.method == "POST":
        try:
            publish(g.actor, row.id, former_id=sent_id(request.form.get("former")), today=today(),
                    seen=request.form.get("seen", ""))
            flash(_("The timetable was published. Teachers and families see it where they have an account or a link."),
                  "ok")
            return redirect(url_for(".show_timetable", timetable_id=row.id), 303)
        except Refused as refused:
            problems = refused.problems
    if row.state in NO_VISITS:
        return render_template("visits/publish_nothing.html", timetable=row, problems=problems,
                               unit_name=unit_names().get(row.unit_id, "")), status_of(problems)
    return render_template("visits/publish_timetable.html", timetable=row, former=former, problems=problems,
                           **what_changes(row, former), brought=what_a_remedy_brought(g.actor, row),
                           phone=to_phone(row, former), repair=repair_of_draft(row.id),
                           seen=seen, unit_name=unit_names().get(row.unit_id, "")), status_of(problems)


def status_of(problems) -> int:
    """409 where something else happened since the page was shown, 422 where the draft itself cannot be published."""
    if not problems:
        return 200
    return 409 if any(one.code in OUTDATED for one in problems) else 422


def what_changes(row, former) -> dict:
    """What publishing a draft would change, for the page that asks: against the timetable in force of the same month,
    as a repair replaces it; only a month's first one is held against the month before."""
    if former is None or row.state != TimetableState.DRAFT:
        before = last_before(row.unit_id, row.month)
        return {"changes": [], "losing": [], "unchanged": 0, "told_teachers": [], "before": before,
                "handed": team_changes(g.actor, row, before)}
    standing = compare_draft(row, visits_of_month(row.id), today())
    unchanged = len(standing.movable) - sum(one.former is not None for one in standing.changes)
    made = repair_of_draft(row.id)
    return {"changes": name_changes(g.actor, standing.changes),
            "losing": who_loses(g.actor, all_that_happened(made), standing.changes) if made else [],
            "unchanged": unchanged, "told_teachers": teachers_of_changes(standing.changes), "before": former,
            "handed": team_changes_of(g.actor, standing.changes, row.month)}


def to_phone(row, former) -> ToPhone:
    """Whom nothing here reaches of those whom publishing concerns: of a draft beside a timetable in force those of
    changed visits, else all."""
    visits = visits_of_month(row.id)
    if former is not None and row.state == TimetableState.DRAFT:
        changes = compare_draft(row, visits, today()).changes
        visits = [v for one in changes for v in (one.former, one.now) if v is not None]
    return whom_to_phone(g.actor, row.id, visits)


@pages.post("/timetables/<uuid:timetable_id>/discard", needs=Permission.TIMETABLES_WRITE)
def discard(timetable_id):
    discard_timetable(g.actor, timetable_id)
    flash(_("The draft was discarded."), "ok")
    return redirect(url_for(".list_timetables"), 303)
