"""Pages that publish or discard a draft: what publishing will do is told first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.access import Permission
from app.kernel.problems import Problem, Refused
from app.schools.queries import unit_names
from app.timetables.actions.publishing import OUTDATED
from app.timetables.actions.publishing import publish_timetable as publish
from app.timetables.actions.timetables import discard_timetable
from app.timetables.hooks import hooks
from app.timetables.queries import drafts, timetables
from app.timetables.types import TimetableState
from app.timetables.views.ahead import what_changes
from app.timetables.views.pages import pages
from app.timetables.views.since import since_words
from app.web.filters import today
from app.web.i18n import gettext as _
from app.web.reading import sent_id

OUTDATED_PAGE = 409
NO_VISITS = (TimetableState.QUEUED, TimetableState.FAILED, TimetableState.DISCARDED)


@dataclass(frozen=True)
class Asked:
    """What the form carries back: the draft and the trail as they were when the page was shown."""

    seen: str
    since: int


@pages.form("/timetables/<uuid:timetable_id>/publish", needs=Permission.TIMETABLES_WRITE)
def publish_timetable(timetable_id: uuid.UUID) -> ResponseReturnValue:
    """What publishing will do, and doing it."""
    row = timetables.get_timetable(g.actor, timetable_id)
    problems: tuple[Problem, ...] = ()
    asked = Asked(drafts.draft_state(row.id), drafts.trail_now())
    if request.method == "POST":
        try:
            publish(
                g.actor,
                row.id,
                former_id=sent_id(request.form.get("former")),
                today=today(),
                seen=request.form.get("seen", ""),
            )
            flash(
                _("The timetable was published. Teachers and families see it where they have an account or a link."),
                "ok",
            )
            return redirect(url_for(".show_timetable", timetable_id=row.id), 303)
        except Refused as refused:
            problems = refused.problems
    unit_name, status = unit_names().get(row.unit_id, ""), status_of(problems)
    since = since_words(row) if status == OUTDATED_PAGE else []
    if row.state in NO_VISITS:
        return render_template(
            "timetables/publish_nothing.html", timetable=row, problems=problems, since=since, unit_name=unit_name
        ), status
    ahead = what_changes(row)
    return render_template(
        "timetables/publish_timetable.html",
        timetable=row,
        problems=problems if status == OUTDATED_PAGE or not ahead.unfit else (),
        since=since,
        ahead=ahead,
        asked=asked,
        unit_name=unit_name,
    ), status


def status_of(problems: Sequence[Any]) -> int:
    """409 where something else happened since the page was shown, 422 where the draft itself cannot be published."""
    if not problems:
        return 200
    return OUTDATED_PAGE if any(one.code in OUTDATED for one in problems) else 422


@pages.post("/timetables/<uuid:timetable_id>/discard", needs=Permission.TIMETABLES_WRITE)
def discard(timetable_id: uuid.UUID) -> ResponseReturnValue:
    discard_timetable(g.actor, timetable_id)
    flash(_("The draft was discarded."), "ok")
    return redirect(hooks.after_discard_url(timetable_id) or url_for(".list_timetables"), 303)
