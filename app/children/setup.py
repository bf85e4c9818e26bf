"""Keeps the unit that answers for a child what is true today: a move may be agreed for a later day."""

from __future__ import annotations

from flask import Flask, g, redirect, request
from flask.typing import ResponseReturnValue

from app.children.models import Child
from app.children.queries import Merged
from app.children.responsible import begin_day
from app.children.sight import second_file
from app.db import db
from app.errors import show
from app.web.filters import today
from app.web.navigation import stands_under
from app.web.upward import address_of
from app.web.urls import url_for

SEEN = "yian.units_of"


def init_app(app: Flask) -> None:
    stands_under("children", "children.")
    app.extensions["yian.begin_day"] = begin_day
    app.register_error_handler(Merged, _lead_on)

    @app.before_request
    def keep_units() -> None:
        """The first page of a signed-in person on a new day looks; writing is needed only where a move begins."""
        if app.extensions.get(SEEN) == today() or not g.actor.signed_in:
            return
        begin_day()
        app.extensions[SEEN] = today()


def _lead_on(merged: Merged) -> ResponseReturnValue:
    """The address of a second file leads to the same page of the kept one; what was to be written is not."""
    values = dict(request.view_args or {})
    refusal = second_file(g.actor, db.session.get_one(Child, merged.child_id))
    if request.method != "GET" or request.endpoint is None or values.get("child_id") != merged.child_id:
        return show(409, refusal.problems, back=address_of("child", merged.kept_id))
    asked = {name: request.args.getlist(name) for name in request.args if name not in values}
    return redirect(url_for(request.endpoint, **(asked | values | {"child_id": merged.kept_id})), 302)
