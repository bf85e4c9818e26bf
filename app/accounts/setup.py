"""Joining accounts to the application: who acts in a request."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Flask, g, request, session
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user
from sqlalchemy import update

from app.access import Actor, Permission, nobody
from app.accounts.models import SignIn
from app.accounts.queries import find_actor, find_session
from app.db import db
from app.db.faults import Fault, is_passing
from app.extensions import login
from app.kernel import clock
from app.kernel.problems import N_
from app.web.navigation import enters, stands_under
from app.web.requests import begin_write
from app.web.upward import endpoint_of, opens

SEEN_EVERY = timedelta(minutes=1)


class SignedIn(UserMixin):
    """What Flask-Login holds: the session's token stands for the user."""

    def __init__(self, token: str, actor: Actor | None = None, must_change: bool = False):
        self.token, self.actor, self.must_change = token, actor, must_change

    def get_id(self) -> str:
        return self.token


def _note_seen(sign_in_id: uuid.UUID) -> None:
    """Write down that the session is in use; a full disk or a long write of somebody else must not stop reading."""
    try:
        begin_write()
        db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=clock.now()))
        db.session.commit()
    except Fault as error:
        db.session.rollback()
        if not is_passing(error):
            raise


def _enter_pages() -> None:
    enters("people", N_("People and access"), "accounts.list_users", Permission.ACCOUNTS_MANAGE, place=100)
    stands_under("people", "accounts.list", "accounts.edit")
    enters("audit", N_("Audit trail"), "accounts.show_audit", Permission.AUDIT_READ, place=120)
    opens("account", "accounts.my_account")
    opens("sign_in", "accounts.sign_in")
    opens("sign_out", "accounts.sign_out")


def init_app(app: Flask) -> None:
    _enter_pages()
    app.extensions["yian.find_actor"] = find_actor
    idle = timedelta(minutes=int(app.config["IDLE_MINUTES"]))
    phone_idle = timedelta(hours=int(app.config["PHONE_IDLE_HOURS"]))

    @login.user_loader
    def load(token: str) -> SignedIn | None:
        found = find_session(token, idle, phone_idle)
        if found is None:
            return None
        actor, row = found
        if row.seen_at < clock.now() - SEEN_EVERY:
            _note_seen(row.sign_in_id)
        return SignedIn(token, actor, row.must_change_password)

    @app.before_request
    def know_the_actor() -> ResponseReturnValue | None:
        if request.endpoint == "static":
            g.actor = nobody()
            return None
        user = current_user
        g.actor = user.actor if user.is_authenticated else nobody()
        if (
            user.is_authenticated
            and user.must_change
            and request.endpoint not in {"accounts.change_password", "accounts.sign_out", endpoint_of("language")}
        ):
            from flask import redirect, url_for

            return redirect(url_for("accounts.change_password"), 303)
        return None

    app.jinja_env.globals.setdefault("session", session)
