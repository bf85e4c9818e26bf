"""Figures that cost a look at every child, kept until something changes.

Every write leaves an entry in the audit trail within its transaction, so the number of the newest entry that tells of
a change is a mark that rises with every change by anybody, in any process. What was worked out under a mark is right
while the mark stands; nothing has to be told to forget. Writes of this process that leave no entry (a session's last
use) raise a counter of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import bindparam, event, func, select
from sqlalchemy.orm import ORMExecuteState, Session

from app.db.audit import TABLE
from app.db.base import db

T = TypeVar("T")
_MOST = 500
NO_CHANGE = ("open_file", "sign_in", "sign_out", "print")
"""Verbs of the trail that change nothing that is shown."""
_writes = {"count": 0}
_SINCE = select(
    func.max(TABLE.c.seq).label("last"), func.max(TABLE.c.seq).filter(TABLE.c.verb.not_in(NO_CHANGE)).label("newest")
).where(TABLE.c.seq > bindparam("last"))


def mark() -> tuple[int, int]:
    """The newest change: (row of the trail, unaudited writes of this process)."""
    known = db.session.info
    if "newest" not in known:  # asked once in a transaction: a page has several figures
        known["newest"] = _newest()
    return known["newest"], _writes["count"]


def _newest() -> int:
    """The newest change, looked for only behind the entry that was last at the look before: the trail only grows."""
    kept = current_app.extensions
    last, newest = kept.get("yian.newest", (0, 0))
    since = db.rows(_SINCE, {"last": last}).one()
    newest = since.newest or newest
    kept["yian.newest"] = since.last or last, newest
    return newest


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """Return `make()`, or what it returned for this key while nothing has changed since.

    `key` names everything the value depends on beside the database: what it is, for whom, for which day, in which
    language. The value is plain and never changed by its readers. A transaction that has written itself always makes
    it anew.
    """
    if db.session.info.get("wrote") or db.session.info.get("trailed"):
        return make()
    kept: dict[Hashable, tuple[object, Any]] = current_app.extensions.setdefault("yian.remembered", {})
    now = mark()
    if key in kept and kept[key][0] == now:
        known: T = kept[key][1]
        return known
    value = make()
    if len(kept) >= _MOST:
        kept.clear()
    kept[key] = (now, value)
    return value


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, _context: object) -> None:
    session.info["wrote"] = True


@event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info["wrote"] = True


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    session.info.pop("newest", None)
    session.info.pop("trailed", None)
    if session.info.pop("wrote", False):
        _writes["count"] += 1


@event.listens_for(Session, "after_rollback")
def _undone(session: Session) -> None:
    session.info.pop("newest", None)
    session.info.pop("trailed", None)
    session.info.pop("wrote", None)
