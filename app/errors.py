"""What a page shows when it cannot: one plain sentence and what to do. Outside one's scope is 404, as if it
did not exist."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir

from flask import Flask, Response, current_app, g, make_response, render_template, request, session
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from jinja2 import Template
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.exceptions import HTTPException

from app.access import nobody
from app.access.policy import Forbidden
from app.db import db
from app.db.faults import Fault, is_full, is_passing, may_be_full
from app.db.room import free_at, fullest
from app.kernel.clean_log import number_of
from app.kernel.problems import N_, Problem, Refused

PROGRAMS = "yian.programs"
"""The endpoints that programs ask and not people; who has such a page adds it at setup."""


class NotFound(Exception):
    """The thing does not exist, or is outside the actor's scope: the page says the same (404)."""


def init_app(app: Flask) -> None:
    app.register_error_handler(NotFound, lambda _e: show(404))
    app.register_error_handler(Forbidden, lambda e: show(403, e.problems))
    app.register_error_handler(Refused, lambda e: show(422, e.problems))
    app.register_error_handler(CSRFError, lambda _e: show(400, csrf=True))
    for fault in Fault:
        app.register_error_handler(fault, _database)
    app.register_error_handler(IntegrityError, _clash)
    app.extensions[PROGRAMS] = set()
    app.register_error_handler(DataError, _unfit)
    app.register_error_handler(OSError, _system)
    app.before_request(_remember_messages)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def show(code: int, problems: Sequence[Problem] = (), csrf: bool = False, **told: object) -> ResponseReturnValue:
    """Render errors/<code>.html (the nearest there is) with the problems that led to it."""
    if "actor" not in g:
        g.actor = nobody()
    _take_back_messages()
    names: list[str | Template] = [f"errors/{code}.html", "errors/error.html"]
    return render_template(names, code=code, problems=problems, csrf=csrf, path=request.path, **told), code


def _http(error: HTTPException) -> ResponseReturnValue:
    # What fails outside the view (the commit behind it, the session before it) arrives as a 500 that names its cause.
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, Exception) and is_passing(cause):
        return _database(cause)
    if isinstance(cause, IntegrityError):
        return _clash(cause)
    if isinstance(cause, DataError):
        return _unfit(cause)
    if isinstance(cause, OSError):
        return _system(cause)
    return error if error.code in (301, 302, 303, 308) else show(error.code or 500)


def _clash(error: IntegrityError) -> ResponseReturnValue:
    """The database refused what somebody else's change, a moment earlier, made impossible: nothing was written."""
    current_app.logger.warning("the database refused a write in %s: %s", request.endpoint, error.orig)
    _undo()
    return show(409)


def _unfit(error: DataError) -> ResponseReturnValue:
    """A value that no column takes, which every check before has let through."""
    current_app.logger.warning("a value did not fit in %s: %s", request.endpoint, error.orig)
    _undo()
    return show(
        422, [Problem("value_unfit", N_("A value is too long or too large. Go back and check what you entered."))]
    )


def _remember_messages() -> None:
    """What earlier pages have still to tell; what this one adds counts only when its work was kept."""
    if request.endpoint != "static":
        g.messages_before = list(session.get("_flashes", ()))


def _take_back_messages() -> None:
    """Drop what a page told that failed after all, as late as at its commit."""
    before = g.get("messages_before")
    if before is None:
        return
    request_ctx.flashes = None
    session.pop("_flashes", None)
    if before:
        session["_flashes"] = before


def _database(error: Exception) -> ResponseReturnValue:
    """The database is full, locked or gone: nothing was written; say so and that it will be well again."""
    if not is_passing(error):
        return _unexpected(error)
    # Without the values of the statement: they may name a child.
    current_app.logger.error("the database failed in %s: %s", request.endpoint, getattr(error, "orig", error))
    _undo()
    room = db.room
    if is_full(error) or room and may_be_full(error) and room.is_short():
        return no_room()
    return _answer(503)


def _system(error: OSError) -> ResponseReturnValue:
    """A file could not be written: an upload on its way, a paper. The temporary folder is often a disk of its own:
    then the database has room, and what is kept back there stays."""
    if not is_full(error):
        return _unexpected(error)
    own, passing = Path(current_app.config["INSTANCE"]), Path(gettempdir())
    full = fullest(own, passing)
    current_app.logger.error(
        "no room for a file in %s: %s. Free room in %s: %d MB are left there, %d MB in the instance folder %s",
        request.endpoint,
        error,
        full,
        free_at(full) >> 20,
        free_at(own) >> 20,
        own,
    )
    _undo()
    if full == passing and not (db.room and db.room.is_short()):
        return _answer(507, passing=True)
    return no_room()


def no_room() -> Response:
    """Say what still works; from here on it does, in the room that was kept back."""
    room = db.room
    if room:
        room.give_up()
    return _answer(
        507, reading=request.method == "GET" and bool(g.get("openings")), goes_on=bool(room and room.goes_on())
    )


def _answer(code: int, reading: bool = False, goes_on: bool = False, passing: bool = False) -> Response:
    if request.endpoint in current_app.extensions[PROGRAMS]:  # a program asks, and reads the same form as ever
        response = make_response({"status": "down"}, code)
    else:
        response = make_response(show(code, reading=reading, goes_on=goes_on, passing=passing))
    response.headers["Retry-After"] = "30"
    return response


def _undo() -> None:
    with suppress(*Fault):  # a connection that is gone has undone everything itself
        db.session.rollback()


def _unexpected(error: Exception) -> ResponseReturnValue:
    if current_app.config.get("PROPAGATE_ERRORS"):
        raise error
    current_app.logger.exception("unexpected error in %s", request.endpoint)
    _undo()
    return show(500, reference=number_of(error))
