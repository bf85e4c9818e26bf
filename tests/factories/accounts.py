"""Users with a password, for what happens at the sign-in page (tests/support/people.py signs in without one)."""

from __future__ import annotations

from app.access import SYSTEM, Role
from app.accounts import passwords
from app.accounts.actions import make_user
from app.db import db
from tests.support import people

PASSWORD = "kettle orange bridge"
_hash: list[str] = []


def make_account(app, username: str, role: Role | None = None, *, name: str | None = None):
    """Make a user with PASSWORD, and a role if one is given; return the user's id. Commits."""
    if not _hash:
        _hash.append(passwords.make_hash(PASSWORD))
    with app.app_context():
        db.write()
        if role:
            user = people.make_user(role, username=username, name=name or username)
        else:
            user = make_user(SYSTEM, username=username, name=name or username, password=None, must_change=False)
        user.password_hash, user_id = _hash[0], user.id
        db.session.commit()
    return user_id


def sign_in(client, username: str, password: str = PASSWORD):
    """Sign in through the page; return the answer."""
    return client.submit("/sign-in", username=username, password=password)
