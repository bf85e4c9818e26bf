"""What a column cannot hold is refused in words where it is set, on SQLite too, which would keep it.

Forms say more kindly what they take; this is behind them, for every table and for whoever writes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, String, event
from sqlalchemy.orm import InstrumentedAttribute

from app.db.base import Base
from app.kernel.problems import N_, Problem, Refused

MOST = 2**31 - 1


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _watch(_table: object, name: str, attribute: InstrumentedAttribute[Any]) -> None:
    """Watch the columns of words with a length, and those of whole numbers."""
    columns = getattr(attribute.property, "columns", None)
    kind = columns[0].type if columns else None
    if isinstance(kind, String) and (length := kind.length):
        event.listen(attribute, "set", lambda _row, value, _old, _how: _fits(value, length, name))
    elif isinstance(kind, Integer) and not isinstance(kind, BigInteger):
        event.listen(attribute, "set", lambda _row, value, _old, _how: _counts(value, name))


def _fits(value: object, length: int, name: str) -> None:
    if isinstance(value, str) and len(value) > length:
        raise Refused(
            Problem(
                "text_too_long", N_("This text is too long: at most %(most)s characters."), {"most": length}, field=name
            )
        )


def _counts(value: object, name: str) -> None:
    if isinstance(value, int) and abs(value) > MOST:
        raise Refused(Problem("number_too_large", N_("This number is too large. Check it."), field=name))
