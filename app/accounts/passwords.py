"""Passwords: argon2id (t=3, 64 MiB, p=1), at most two hashes at once in a process, equal time for unknown names.

A hash takes a fifth of a second. In a page it is worked out ahead, before the write lock is taken (`ahead`,
`verify_ahead`): with it inside, ninety people who sign in at once would keep everybody from saving for half a minute.
"""

from __future__ import annotations

import hmac
import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app, g, has_request_context

from app.db import db
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused

SHORTEST, LONGEST = 10, 128
SHOWN_FOR = 300  # seconds in which a first password can be looked at
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)
_room = BoundedSemaphore(2)


def make_hash(password: str) -> str:
    """The hash of a new password; the one made ahead, in a page."""
    made = _kept().pop(password, None)
    if made is None:
        made = _make(password)
    return made


def ahead(password: str | None) -> None:
    """Make the hash of a new password now, for `make_hash` later in the same request."""
    if password and SHORTEST <= len(password) <= LONGEST:
        _kept()[password] = _make(password)


def verify_ahead(hash_: str | None, password: str) -> None:
    """Compare now, for `verify` later in the same request."""
    _kept()[hash_, password] = _compare(hash_, password)


def verify(hash_: str | None, password: str) -> bool:
    """True when the password is right. An unknown user (None) costs the same time and is False."""
    found = _kept().get((hash_, password))
    if found is None:
        found = _compare(hash_, password)
    return found


def fresh() -> tuple[str, str, str]:
    """A password to give to somebody; its hash; and the ticket with which it can be shown for some minutes."""
    ticket = f"{int(clock.now().timestamp())}.{secrets.token_urlsafe(12)}"
    password = _of_ticket(ticket)
    return password, _make(password), ticket


def _of_ticket(ticket: str) -> str:
    """The password follows from the ticket and a key of this server: it is kept nowhere to be shown."""
    key = current_app.extensions["yian.vault"].cookie_key
    text = hmac.new(key, f"first password|{ticket}".encode(), "sha256").hexdigest()
    return "-".join(text[at : at + 4] for at in (0, 4, 8))


def shown_by(ticket: str, hash_: str | None) -> str | None:
    """The password of a fresh ticket while it is still the one behind the hash; None later."""
    moment = ticket.partition(".")[0]
    if not (moment.isascii() and moment.isdigit()) or not 0 <= clock.now().timestamp() - int(moment[:12]) < SHOWN_FOR:
        return None
    password = _of_ticket(ticket)
    return password if verify(hash_, password) else None


def _kept() -> dict:
    return g.setdefault("hashes", {}) if has_request_context() else {}


def _make(password: str) -> str:
    db.must_be_free("a hash")
    with _room:
        return _hasher.hash(password)


@cache
def _nobody() -> str:
    return _make("nobody has this password")


def _compare(hash_: str | None, password: str) -> bool:
    db.must_be_free("a hash")
    with _room:
        try:
            return _hasher.verify(hash_ or _nobody(), password) and hash_ is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(hash_: str) -> bool:
    """True when the hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(hash_)


def check(password: str, words: tuple[str, ...] = ()) -> None:
    """Refuse passwords that are too short, too long, common, or made of the user's own words."""
    from app.accounts.common_passwords import is_common

    if len(password) < SHORTEST:
        raise Refused(
            Problem(
                "password_short",
                N_("Choose a password of at least %(count)s characters."),
                {"count": SHORTEST},
                field="password",
            )
        )
    if len(password) > LONGEST:
        raise Refused(
            Problem(
                "password_long",
                N_("Choose a password of at most %(count)s characters."),
                {"count": LONGEST},
                field="password",
            )
        )
    if is_common(password, words):
        raise Refused(
            Problem(
                "password_common",
                N_("This password is easy to guess. Take several words that only you would put together."),
                field="password",
            )
        )
