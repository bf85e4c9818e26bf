"""Keeps the unit that answers for a child what is true today: a move may be agreed for a later day."""

from __future__ import annotations

from flask import Flask, g

from app.children.responsible import needs_turn, turn_units
from app.db import db
from app.web.filters import today

SEEN = "yian.units_of"


def init_app(app: Flask) -> None:
    @app.before_request
    def keep_units() -> None:
        """The first page of a signed-in person on a new day looks; writing is needed only where a move begins."""
        day = today()
        if app.extensions.get(SEEN) == day or not g.actor.signed_in:
            return
        if needs_turn(day):
            db.session.rollback()
            db.write()
            turn_units(day)
            db.session.commit()
        app.extensions[SEEN] = day
