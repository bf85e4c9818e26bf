"""Passwords: argon2id (t=3, 64 MiB, p=1), at most two hashes at once in a process, equal time for unknown names."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.kernel.problems import N_, Problem, Refused

SHORTEST, LONGEST = 10, 128
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)
_room = BoundedSemaphore(2)


def make_hash(password: str) -> str:
    with _room:
        return _hasher.hash(password)


@cache
def _nobody() -> str:
    return make_hash("nobody has this password")


def verify(hash_: str | None, password: str) -> bool:
    """True when the password is right. An unknown user (None) costs the same time and is False."""
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
    from app.accounts.common_passwords import COMMON

    low = password.lower()
    if len(password) < SHORTEST:
        raise Refused(Problem("password_short", N_("Choose a password of at least %(count)s characters."),
                              {"count": SHORTEST}, field="password"))
    if len(password) > LONGEST:
        raise Refused(Problem("password_long", N_("Choose a password of at most %(count)s characters."),
                              {"count": LONGEST}, field="password"))
    if low in COMMON or len(set(low)) < 4 or any(len(word) > 3 and word.lower() in low for word in words):
        raise Refused(Problem("password_common", N_("This password is easy to guess. Take several words that only "
                                                    "you would put together."), field="password"))
