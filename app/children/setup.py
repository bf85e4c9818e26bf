"""Keeps the unit that answers for a child what is true today: a move may be agreed for a later day."""

from __future__ import annotations

from flask import Flask, g

from app.children.responsible import begin_day
from app.web.filters import today

SEEN = "yian.units_of"


def init_app(app: Flask) -> None:
    app.extensions["yian.begin_day"] = begin_day

    @app.before_request
    def keep_units() -> None:
        """The first page of a signed-in person on a new day looks; writing is needed only where a move begins."""
        if app.extensions.get(SEEN) == today() or not g.actor.signed_in:
            return
        begin_day()
        app.extensions[SEEN] = today()
