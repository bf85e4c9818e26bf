"""Accounts for tests: a user with a role in a scope, and a client that is signed in as that user."""

from __future__ import annotations

import uuid
from datetime import date

from app.access import SYSTEM, Role
from app.accounts import actions
from app.accounts.models import User
from app.db import db

SINCE = date(2020, 1, 1)


def make_user(
    role: Role | str,
    *,
    unit_id: uuid.UUID | None = None,
    school_id: uuid.UUID | None = None,
    guardian_id: uuid.UUID | None = None,
    username: str = "",
    name: str = "",
    language: str = "en",
    password: str | None = None,
) -> User:
    """Make a user with one role since 2020, inside an application context; the caller commits.

    Pages are English by default, so that tests read like the source. `password` costs the time of a real hash; without
    one the user can only be signed in by `sign_in`.
    """
    role = Role(role)
    user = actions.make_user(
        SYSTEM,
        username=username or f"{role}-{uuid.uuid4().hex[:6]}",
        name=name or role.title(),
        password=password,
        guardian_id=guardian_id,
        must_change=False,
        language=language,
    )
    actions.grant_role(SYSTEM, user, role, on=SINCE, unit_id=unit_id, school_id=school_id)
    return user


def sign_in(client, user: User) -> None:
    """Give the client a session of `user`, as the sign-in page would after the password."""
    with client.application.app_context():
        db.write()
        token = actions.open_session(user, hours=12, address="127.0.0.1", browser="test")
        db.session.commit()
    with client.session_transaction(base_url="https://localhost") as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
        if user.language:
            cookie["language"] = user.language
