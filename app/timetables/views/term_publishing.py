"""Putting all drafts of a term in force at once: what it will do is told first."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.access import Permission
from app.kernel.problems import Problem, Refused
from app.schools.queries import unit_names
from app.timetables.actions.publishing import publish_term
from app.timetables.queries.drafts import trail_now
from app.timetables.views.ahead import draft_ahead
from app.timetables.views.pages import pages
from app.timetables.views.publishing import OUTDATED_PAGE, since_words, status_of
from app.timetables.views.terms import asked_term, drafts_of, no_term
from app.web.filters import today
from app.web.reading import known_id


@pages.form("/timetables/term/publish", needs=Permission.TIMETABLES_WRITE)
def publish_months() -> ResponseReturnValue:
    """What publishing the term's drafts will do, and doing it."""
    unit_id, month, view = asked_term()
    if view is None:
        return no_term(unit_id, month)
    problems: tuple[Problem, ...] = ()
    trail = trail_now()
    ahead = [draft_ahead(row, [one for one in view.handed if one.month == row.month]) for row in drafts_of(view)]
    if request.method == "POST":
        try:
            rows = _publish_sent()
            flash(
                ngettext(
                    "%(num)s month was published. Who has an account or a link sees it.",
                    "%(num)s months were published. Who has an account or a link sees them.",
                    len(rows),
                ),
                "ok",
            )
            return redirect(url_for(".show_term", unit=unit_id, month=month), 303)
        except Refused as refused:
            problems = refused.problems
    status = status_of(problems)
    return render_template(
        "timetables/publish_months.html",
        month=month,
        unit_id=unit_id,
        unit_name=unit_names().get(unit_id, "") if unit_id else "",
        problems=problems,
        since=[words for one in ahead for words in since_words(one.row)] if status == OUTDATED_PAGE else [],
        ahead=ahead,
        trail=trail,
    ), status


def _publish_sent() -> list:
    """Publish the drafts that the form names, as they were seen. Raises Refused."""
    drafts = _drafts_sent()
    seen = {one: request.form.get(f"seen-{one}", "") for one in drafts}
    return publish_term(g.actor, drafts, today=today(), seen=seen)


def _drafts_sent() -> list[uuid.UUID]:
    """The drafts that the page showed; what is no id was sent by no page of ours."""
    sent = request.form.getlist("draft")
    ids = [draft for one in sent if (draft := known_id(one))]
    return ids if len(ids) == len(sent) else abort(404)
