"""The audit trail: append-only, hash-chained, written in the transaction of the change it tells of.

`record` collects; just before the commit the entries are numbered and chained, so the chain's lock is held shortly.
hash = HMAC-SHA-256(audit key, previous hash || canonical JSON of the entry). Since its second form the chain holds the
row's id too; rows written before it keep theirs, and none of them may follow a row of the second form.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, String, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db.base import Base, db
from app.db.bulk import Bulk, dashed, new_keys
from app.db.bulk import key as ready
from app.db.faults import is_passing
from app.db.sealed import keyed_hash, vault
from app.db.types import Json
from app.kernel import clock
from app.kernel.text import canonical_json

START = b"\0" * 32
ADVISORY_LOCK = 74_001
END = "audit_end"


class AuditEntry(Base):
    """One write, or one opening of a child's file."""

    __tablename__ = "audit_entries"

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), unique=True)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(200))
    verb: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    child_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    detail: Mapped[dict] = mapped_column(Json)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


TABLE = AuditEntry.__table__


@dataclass(frozen=True)
class Broken:
    """The first row that does not hold: its number, what is wrong with it; `kept` when it differs from a head that was
    kept, although the chain holds there."""

    seq: int
    why: str
    kept: bool = False


class Acting(Protocol):
    """Who does something: an actor, or what stands for one."""

    @property
    def user_id(self) -> uuid.UUID | None: ...
    @property
    def name(self) -> str: ...


def record(
    actor: Acting,
    verb: str,
    subject: str,
    subject_id: uuid.UUID | None = None,
    *,
    child_id: uuid.UUID | None = None,
    **detail: object,
) -> None:
    """Note one write or opening in the running transaction.

    `verb` is the action's name; `subject` the table's noun. `detail` holds plain values only and never a number that
    identifies a person: it is stored in clear.
    """
    note(db.session, actor, verb, subject, subject_id, child_id, detail)


def note(
    session: Session,
    actor: Acting,
    verb: str,
    subject: str,
    subject_id: uuid.UUID | None = None,
    child_id: uuid.UUID | None = None,
    detail: dict[str, object] | None = None,
) -> None:
    """The same for a given session (bulk work)."""
    _pending(session).append(_entry(actor, verb, subject, subject_id, child_id, detail or {}))


def note_children(
    session: Session, actor: Acting, verb: str, children: Iterable[tuple[uuid.UUID, dict[str, object]]]
) -> None:
    """The same of many children, each with its details."""
    now = clock.now()  # one for all: they are written in one step
    _pending(session).extend(
        [_entry(actor, verb, "child", child, child, detail) | {"at": now} for child, detail in children]
    )


def _pending(session: Session) -> list[dict]:
    session.connection()  # a transaction is there, so that its rollback takes the entry with it
    return session.info.setdefault("audit", [])


def _entry(
    actor: Acting,
    verb: str,
    subject: str,
    subject_id: uuid.UUID | None,
    child_id: uuid.UUID | None,
    detail: dict[str, object],
) -> dict[str, object]:
    return {
        "at": clock.now(),
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "verb": verb,
        "subject": subject,
        "subject_id": subject_id,
        "child_id": child_id,
        "detail": detail,
    }


def _chained(key: bytes, previous: bytes, entry: Mapping, form: int = 2) -> bytes:
    told = {
        name: entry[name]
        for name in ("seq", "actor_id", "actor_name", "verb", "subject", "subject_id", "child_id", "detail")
    }
    told["at"] = _moment(entry["at"])
    if form == 2:
        told["id"] = str(entry["id"])
    return keyed_hash(key, previous + _canonical(told))


@lru_cache(maxsize=64)
def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(told: dict) -> bytes:
    """`canonical_json` of an entry, by a short cut when its details are plain (an import writes 30,000)."""
    if any(type(value) not in (str, int, bool, type(None)) for value in told["detail"].values()):
        return canonical_json(told)
    subject, child = told["subject_id"], told["child_id"]
    told["actor_id"] = None if told["actor_id"] is None else str(told["actor_id"])
    told["subject_id"] = None if subject is None else str(subject)
    told["child_id"] = told["subject_id"] if child is subject else None if child is None else str(child)
    return _encode(told).encode("utf-8")


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def write(session: Session) -> None:
    """Number, chain and insert what was noted so far; the commit does it for the rest. The chain is locked from here.

    After `take_chain` it may be called again and again without asking the database where the chain ends.
    """
    session.flush()
    pending = session.info.pop("audit", None)
    if not pending:
        return
    session.info["trailed"] = True  # what is worked out from here on may be undone: see app.db.remember
    seq, previous = session.info.get(END) or _find_end(session)
    key, made = vault().audit_key, new_keys(len(pending))
    for entry, new in zip(pending, made, strict=True):
        seq += 1
        entry["seq"], entry["id"] = seq, dashed(new)
        entry["hash"] = previous = _chained(key, previous, entry)
    if END in session.info:
        session.info[END] = seq, previous
    bulk, as_text = Bulk(session), _texts()
    bulk.insert(
        TABLE,
        _COLUMNS,
        [
            (
                new,
                e["seq"],
                bulk.moment(e["at"]),
                ready(e["actor_id"]),
                e["actor_name"],
                e["verb"],
                e["subject"],
                ready(e["subject_id"]),
                ready(e["child_id"]),
                as_text(e["detail"]),
                e["hash"],
            )
            for new, e in zip(made, pending, strict=True)
        ],
    )


def _texts() -> Callable[[dict], str]:
    """Return what writes details as text, the same details in a row only once (an import gives all entries one)."""
    last, text = None, ""

    def write(detail: dict) -> str:
        nonlocal last, text
        if detail is not last:
            last, text = detail, json.dumps(detail)
        return text

    return write


def take_chain(session: Session) -> None:
    """Lock the chain until the transaction ends, and remember where it ends: for bulk work that writes in parts."""
    session.info[END] = _find_end(session)


def _find_end(session: Session) -> tuple[int, bytes]:
    """Number and hash of the last entry; nobody else adds one before this transaction ends."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    last = connection.execute(_LAST).first()
    return (last.seq, last.hash) if last else (0, START)


_LAST = select(TABLE.c.seq, TABLE.c.hash).order_by(TABLE.c.seq.desc()).limit(1)
_COLUMNS = ("id", "seq", "at", "actor_id", "actor_name", "verb", "subject", "subject_id", "child_id", "detail", "hash")


event.listen(Session, "before_commit", write)
event.listen(Session, "after_rollback", lambda session: session.info.pop("audit", None))
# A savepoint given up takes entries with it: the end is looked up again.
event.listen(Session, "after_soft_rollback", lambda session, _previous: session.info.pop(END, None))
event.listen(Session, "after_commit", lambda session: session.info.pop(END, None))


def begins_with(connection: Connection, key: bytes) -> bool:
    """Whether the first row was chained with this key (or there is none yet): is it the key file of this database?"""
    row = connection.execute(select(TABLE).where(TABLE.c.seq == 1)).mappings().first()
    return row is None or row["hash"] in (_chained(key, START, row), _chained(key, START, row, form=1))


def end_of(connection: Connection) -> tuple[int, str]:
    """Number and hash (hex) of the newest row."""
    last = connection.execute(_LAST).first()
    return (last.seq, _hex(last.hash)) if last else (0, START.hex())


def hash_at(connection: Connection, seq: int) -> str | None:
    """The hash (hex) of a row, None when there is none of this number."""
    found = connection.scalar(select(TABLE.c.hash).where(TABLE.c.seq == seq))
    return None if found is None else _hex(found)


def _hex(value: object) -> str:
    """Of what should be a hash: somebody may have written anything there."""
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else ""


def verify(
    connection: Connection, key: bytes, heads: Mapping[int, str] | None = None
) -> tuple[int, str, Broken | None]:
    """Walk the chain. Return (rows that hold, head hash as hex, first broken row or None).

    `heads` (row → hash) were written down earlier outside the database: with them a cut tail is found too.
    """
    known, previous, expected, form = dict(heads or {}), START, 0, 1

    def stop(why: str, kept: bool = False) -> tuple[int, str, Broken]:
        return expected, previous.hex(), Broken(expected + 1, why, kept)

    rows = iter(_rows(connection))
    while True:
        try:
            row = next(rows, None)
            if row is None:
                break
            if row["seq"] != expected + 1:
                return stop("missing")
            made = _chained(key, previous, row, form)
            if form == 1 and made != row["hash"]:
                form, made = 2, _chained(key, previous, row)  # from here on
        except Exception as error:
            if is_passing(error) and "decode" not in str(error).lower():
                raise  # the database is away: nothing is wrong with the row
            return stop("unreadable")
        if made != row["hash"]:
            return stop("changed")
        if known.get(expected + 1, made.hex()) != made.hex():
            return stop("changed", kept=True)
        previous, expected = made, expected + 1
    later = [seq for seq in known if seq > expected]
    return expected, previous.hex(), Broken(min(later), "cut off") if later else None


def _rows(connection: Connection) -> Iterator[Mapping]:
    """Every row in order, read in parts. A part that cannot be read is read again row by row, up to the one."""
    last, size = 0, _PART
    while True:
        part = select(TABLE).where(TABLE.c.seq > last).order_by(TABLE.c.seq)
        try:
            found = connection.execute(part.limit(size)).mappings().all()
        except Exception as error:
            if size == 1 or isinstance(error, DBAPIError) and connection.dialect.name != "sqlite":
                raise
            size = 1
            continue
        if not found:
            return
        yield from found
        if not isinstance(found[-1]["seq"], int):
            return
        last = found[-1]["seq"]


_PART = 5000
