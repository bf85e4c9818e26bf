"""The guess throttle: every endpoint that takes a secret counts failures by account and by address.

5 failures in 15 minutes an account, 20 an address (IPv6 by /64). The wait ends by itself: no coordinator is locked out
for good. Keys are keyed hashes, so a password typed into the name field is not kept.
"""

from __future__ import annotations

import hmac
import ipaddress
from datetime import timedelta

from flask import current_app, request
from sqlalchemy import delete, func, select

from app.accounts.models import Attempt
from app.db import db
from app.kernel import clock
from app.web.requests import keep_now

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 5, 20


def _hash(text: str) -> str:
    return hmac.new(current_app.extensions["yian.vault"].cookie_key, text.encode(), "sha256").hexdigest()


def _network() -> str:
    try:
        address = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104
    except ValueError:
        return request.remote_addr or ""
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


def _keys(kind: str, account: str | None) -> list[tuple[str, int]]:
    keys = [(_hash(f"{kind}|address|{_network()}"), PER_ADDRESS)]
    if account:
        keys.append((_hash(f"{kind}|account|{account.strip().lower()}"), PER_ACCOUNT))
    return keys


def wait(kind: str, account: str | None = None) -> int:
    """Seconds until the next guess is taken; 0 when it may be tried now."""
    now, longest = clock.now(), 0
    for key, limit in _keys(kind, account):
        times = db.session.scalars(select(Attempt.at).where(Attempt.key == key, Attempt.at > now - WINDOW)
                                   .order_by(Attempt.at.desc()).limit(limit)).all()
        if len(times) >= limit:
            longest = max(longest, int((times[-1] + WINDOW - now).total_seconds()) + 1)
    return longest


def failed(kind: str, account: str | None = None) -> None:
    """Note a failed guess now, although the answer is a refusal."""
    now = clock.now()
    db.session.execute(delete(Attempt).where(Attempt.at < now - 4 * WINDOW))
    for key, _limit in _keys(kind, account):
        db.session.add(Attempt(key=key, at=now))
    keep_now()


def forget(kind: str, account: str) -> None:
    """A right answer clears the account's failures (not the address's)."""
    key = _keys(kind, account)[1][0]
    db.session.execute(delete(Attempt).where(Attempt.key == key))


def count(kind: str, account: str | None) -> int:
    """Failures that count now (tests and the administrator's page)."""
    key = _keys(kind, account)[-1][0]
    return db.session.scalar(select(func.count()).select_from(Attempt)
                             .where(Attempt.key == key, Attempt.at > clock.now() - WINDOW)) or 0
