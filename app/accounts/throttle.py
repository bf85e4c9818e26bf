"""The guess throttle: every endpoint that takes a secret counts failures by account and by address.

5 failures in 15 minutes an account, 20 an address (IPv6 by /64) for each kind of secret. The wait ends by itself: no
coordinator is locked out for good. Keys are keyed hashes, so a password typed into the name field is not kept.

A whole school has one address. One phone that guesses there must not keep the others out: a secret that nobody can
guess (a link, a calendar's address, a paper's code) is looked up first, so that only wrong ones wait; and an account
that has signed in from an address before is not held up by what others did there.

A device on which somebody has signed in before has an allowance of its own for that account: wrong guesses from
elsewhere, which anybody can send, do not keep its owner out. It is known by a signed cookie, and 5 of its own failures
in 15 minutes close it too.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from datetime import datetime, timedelta

from flask import Response, after_this_request, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, func, or_, select

from app.accounts.models import Attempt, SignIn, User
from app.db import db
from app.kernel import clock
from app.web.requests import begin_write, keep_now

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 5, 20
SKEW = timedelta(minutes=1)  # a failure that lies further ahead was noted by a clock that was wrong: it counts no more
KNOWN_FOR = timedelta(days=180)
MOST_HOMES = 200  # addresses of one account that are compared
MOST_KNOWN = 8  # accounts of one device: a desk that several people use


def _hash(text: str) -> str:
    return hmac.new(current_app.extensions["yian.vault"].cookie_key, text.encode(), "sha256").hexdigest()


def _network() -> str:
    return _network_of(request.remote_addr or "0.0.0.0")  # noqa: S104


def _network_of(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.extensions["yian.vault"].cookie_key, salt="device")


def _cookie_name() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"


def _name_of(account: str) -> str:
    return _hash(f"device|{account.strip().lower()}")[:32]


def _known() -> dict[str, str]:
    """Accounts that were signed in on this device (hashed) → the mark of the device for each."""
    try:
        return dict(_signer().loads(request.cookies.get(_cookie_name(), "")))
    except (BadSignature, TypeError, ValueError):
        return {}


def remember_device(account: str) -> None:
    """Somebody has signed in here with the right password: send the device its mark."""
    known, name = _known(), _name_of(account)
    mark = known.pop(name, None) or secrets.token_urlsafe(12)
    marks = dict([*known.items(), (name, mark)][-MOST_KNOWN:])

    @after_this_request
    def send(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(),
            _signer().dumps(marks),
            max_age=KNOWN_FOR,
            httponly=True,
            path="/",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            samesite="Lax",
        )
        return response


def _keys(kind: str, account: str | None) -> list[tuple[str, int]]:
    if kind == "password" and account and (mark := _known().get(_name_of(account))):
        return [(_stem(kind, account) + _hash(f"{kind}|device|{mark}")[:32], PER_ACCOUNT)]
    keys = []
    if not (kind == "password" and account and _at_home(account)):
        keys.append((_hash(f"{kind}|address|{_network()}"), PER_ADDRESS))
    if account:
        keys.append((_stem(kind, account) + _hash(f"{kind}|account")[:32], PER_ACCOUNT))
    return keys


def _at_home(account: str) -> bool:
    """Whether the account has signed in from this address lately; its own five failures count all the same."""
    known = g.setdefault("at_home", {})  # asked several times in one request
    if account not in known:
        addresses = db.session.scalars(
            select(SignIn.address)
            .join(User, User.id == SignIn.user_id)
            .distinct()
            .limit(MOST_HOMES)
            .where(User.username == account.strip().lower(), SignIn.created_at > clock.now() - KNOWN_FOR)
        )
        known[account] = _network() in {_network_of(address) for address in addresses}
    return known[account]


def _stem(kind: str, account: str) -> str:
    """What the keys of an account begin with, that of each of its devices too."""
    return _hash(f"{kind}|account|{account.strip().lower()}")[:32]


def wait(kind: str, account: str | None = None) -> int:
    """Seconds until the next guess is taken; 0 when it may be tried now."""
    now, longest = clock.now(), 0
    for key, limit in _keys(kind, account):
        times = db.session.scalars(
            select(Attempt.at).where(Attempt.key == key, *_counted(now)).order_by(Attempt.at.desc()).limit(limit)
        ).all()
        if len(times) >= limit:
            longest = max(longest, int((times[-1] + WINDOW - now).total_seconds()) + 1)
    g.wait_seconds = longest = min(longest, int(WINDOW.total_seconds()))  # what a 429 says in Retry-After
    return longest


def _counted(now: datetime) -> tuple:
    return Attempt.at > now - WINDOW, Attempt.at < now + SKEW


def failed(kind: str, account: str | None = None) -> None:
    """Note a failed guess now, although the answer is a refusal."""
    now = clock.now()
    db.session.execute(delete(Attempt).where(or_(Attempt.at < now - 4 * WINDOW, Attempt.at > now + SKEW)))
    for key, _limit in _keys(kind, account):
        db.session.add(Attempt(key=key, at=now))
    keep_now()


def guessed(kind: str) -> int:
    """A secret that opens nothing was shown: note it, or say how many seconds this address has to wait before the next
    is looked at. What is turned away is not counted again: a calendar that polls comes in when the time is over."""
    if seconds := wait(kind):
        return seconds
    begin_write()
    failed(kind)
    return 0


def forget(kind: str, account: str) -> None:
    """A right answer clears the account's failures, on a known device those of the device (not the address's)."""
    key = _keys(kind, account)[-1][0]
    db.session.execute(delete(Attempt).where(Attempt.key == key))


def release(account: str) -> None:
    """Its password was reset: no earlier guess keeps anybody waiting, neither from elsewhere nor on a known device.

    What an address has used up stays: that is nobody's account.
    """
    db.session.execute(delete(Attempt).where(Attempt.key.startswith(_stem("password", account))))


def count(kind: str, account: str | None) -> int:
    """Failures that count now (tests and the administrator's page)."""
    key = _keys(kind, account)[-1][0]
    return (
        db.session.scalar(select(func.count()).select_from(Attempt).where(Attempt.key == key, *_counted(clock.now())))
        or 0
    )
