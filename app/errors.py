"""What a page shows when it cannot: one plain sentence and what to do. Outside one's scope is 404, like not existing."""

from __future__ import annotations

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from app.access import nobody
from app.access.policy import Forbidden
from app.db import db
from app.kernel.problems import Refused

CODES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 507)


class NotFound(Exception):
    """The thing does not exist, or is outside the actor's scope: the page says the same (404)."""


def init_app(app: Flask) -> None:
    app.register_error_handler(NotFound, lambda _e: show(404))
    app.register_error_handler(Forbidden, lambda e: show(403, e.problems))
    app.register_error_handler(Refused, lambda e: show(422, e.problems))
    app.register_error_handler(CSRFError, lambda _e: show(400, csrf=True))
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(HTTPException, lambda e: show(e.code or 500) if e.code not in (301, 302, 303, 308) else e)
    app.register_error_handler(Exception, _unexpected)


def show(code: int, problems=(), csrf: bool = False):
    """Render errors/<code>.html (the nearest there is) with the problems that led to it."""
    if "actor" not in g:
        g.actor = nobody()
    names = [f"errors/{code}.html", "errors/error.html"]
    return render_template(names, code=code, problems=problems, csrf=csrf, path=request.path), code


def _database(error: DBAPIError):
    """The database is full, locked or gone: nothing was written; say so and that it will be well again."""
    db.session.rollback()
    full = "full" in str(error.orig).lower() or "no space" in str(error.orig).lower()
    return show(507 if full else 503)


def _unexpected(error: Exception):
    from flask import current_app

    if current_app.config.get("PROPAGATE_ERRORS"):
        raise error
    current_app.logger.exception("unexpected error in %s", request.endpoint)
    db.session.rollback()
    return show(500)
