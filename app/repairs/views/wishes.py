"""Families' wishes to move a visit: the coordinator's list, yes with one tap, no with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.kernel.problems import Refused
from app.repairs.actions.answers import accept_wish, refuse_wish
from app.repairs.queries.answers import list_wishes
from app.repairs.queries.reached import teachers_to_phone
from app.repairs.views.pages import pages
from app.web.filters import today

WRITE = Permission.TIMETABLES_WRITE


def _page(problems: Sequence[Any] = (), status: int = 200) -> ResponseReturnValue:
    return render_template("repairs/list_wishes.html", wishes=list_wishes(g.actor), problems=problems), status


@pages.get("/wishes", needs=WRITE)
def list_move_wishes() -> ResponseReturnValue:
    return _page()


@pages.post("/wishes/<uuid:wish_id>/accept", needs=WRITE)
def accept_move_wish(wish_id: uuid.UUID) -> ResponseReturnValue:
    try:
        moved = accept_wish(g.actor, wish_id, today=today())
    except Refused as refused:
        return _page(refused.problems, 422)
    flash(_("The visit was moved to %(day)s. The family reads it on its link.", day=moved.day.isoformat()), "ok")
    unreached = teachers_to_phone({moved.team_id})
    if unreached:
        flash(
            _("Please tell these teachers: they have never signed in to an account that is open.")
            + " "
            + "、".join(name for _id, name in unreached),
            "wait",
        )
    return redirect(url_for(".list_move_wishes"), 303)


@pages.post("/wishes/<uuid:wish_id>/refuse", needs=WRITE)
def refuse_move_wish(wish_id: uuid.UUID) -> ResponseReturnValue:
    try:
        refuse_wish(g.actor, wish_id, request.form.get("reason", ""), today=today())
    except Refused as refused:
        return _page(refused.problems, 422)
    flash(_("The visit stays as it is. The family reads your reason."), "ok")
    return redirect(url_for(".list_move_wishes"), 303)
