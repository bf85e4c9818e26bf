"""Column types: enumerations as checked text, moments in UTC, days, JSON that is the same on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Date, DateTime, Dialect, Enum
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

Json = JSON().with_variant(JSONB(), "postgresql")


class UtcTime(TypeDecorator):
    """A moment. Python side: aware, UTC. A naive value is a mistake and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Day(TypeDecorator):
    """A calendar day; a datetime is a mistake and refused."""

    impl = Date()
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | None:
        if isinstance(value, datetime):
            raise ValueError("a day, not a moment, is expected")
        return value


def choice(kind: type[StrEnum], name: str = "") -> Enum:
    """Text that the database checks against the members of `kind`.

    `name` tells the checks of two columns of one kind in one table apart; by default it is that of the kind.
    """
    name = name or "".join(("_" + c.lower()) if c.isupper() else c for c in kind.__name__).lstrip("_")
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
    )
