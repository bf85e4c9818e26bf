"""Chance from a seed, and the rows that it makes."""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from app.children.bulk import UnitOf, begin_units
from app.db import Base, db
from app.db.sealed import seal_values
from app.kernel.identifiers import DEMO_AREA, resident_check
from app.plans.models import PlanVersion

_CHUNK = 2_000


class Dice(random.Random):
    """A seeded source of everything that is drawn."""

    def id(self) -> uuid.UUID:
        """A row's id (version 4 in form, drawn from the seed)."""
        return uuid.UUID(int=self.getrandbits(128), version=4)

    def often(self, share: float) -> bool:
        """True in `share` (0–1) of the draws."""
        return self.random() < share

    def day(self, first: date, last: date) -> date:
        """A day from first to last, both possible."""
        return first + timedelta(days=self.randrange((last - first).days + 1))

    def moment(self, day: date) -> datetime:
        """A moment in office hours of that day (Chongqing time), UTC."""
        return datetime.combine(day, time(1, 0), UTC) + timedelta(minutes=self.randrange(8 * 60))

    def weighted(self, pairs: Sequence[tuple[Any, float]]) -> Any:
        """One of the values, by their weights."""
        values, weights = zip(*pairs, strict=True)
        return self.choices(values, weights)[0]


class Numbers:
    """Identity numbers of the never-issued area, each given once."""

    def __init__(self) -> None:
        self._next: dict[tuple[date, bool], int] = defaultdict(int)

    def give(self, birth: date, male: bool) -> str:
        count = self._next[birth, male]
        self._next[birth, male] += 1
        if count > 498:
            raise RuntimeError(f"no identity number is left for {birth}")
        first = f"{DEMO_AREA}{birth:%Y%m%d}{2 * count + (1 if male else 2):03d}"
        return first + resident_check(first)


_USUAL: dict[str, dict[str, object]] = {"sights": {"right": "write", "facts_to": None}}
"""What a row of a table has when nothing else is said; all rows of one insert have the same columns."""


_WRITTEN_DOWN = {"recorded_at", "created_at", "edited_at", "submitted_at", "approved_at", "published_at", "at"}
"""Columns that say when something was written down."""


class Rows:
    """Rows by table, inserted in chunks in the order of the tables' dependencies.

    `today` is the day on which the demo is looked at. The term it shows may begin later: what lies ahead is planned and
    agreed, but nothing of it has been written down after that day.
    """

    def __init__(self, connection: Connection, today: date):
        self._connection = connection
        self.today = today
        self._latest = datetime.combine(today, time(), UTC) - timedelta(hours=8)
        self._rows: dict[str, list[dict]] = defaultdict(list)
        self._frozen: list[dict] = []
        self.counts: dict[str, int] = defaultdict(int)

    def add(self, table: str, /, **values: Any) -> uuid.UUID | None:
        """Keep a row until `flush`; return its id if it has one."""
        moments = {name: self.by_now(value) for name, value in values.items() if name in _WRITTEN_DOWN}
        self._rows[table].append(_USUAL.get(table, {}) | values | moments)
        return values.get("id")

    def by_now(self, moment: Any) -> Any:
        """The moment of something that was written down: none after the beginning of today. Others as they are."""
        return min(moment, self._latest) if isinstance(moment, datetime) and moment.tzinfo else moment

    def add_sealed(
        self, table: str, /, *, sealed: dict[str, str | None], kinds: dict[str, str], **values: Any
    ) -> uuid.UUID:
        """The same with sealed columns (`kinds`: blind index by field)."""
        self.add(table, **values, **seal_values(table, values["id"], sealed, kinds))
        own: uuid.UUID = values["id"]
        return own

    def flush(self) -> None:
        """Insert what was kept."""
        for table in Base.metadata.sorted_tables:
            rows = self._rows.pop(table.name, [])
            self.counts[table.name] += len(rows)
            for start in range(0, len(rows), _CHUNK):
                self._connection.execute(insert(table), rows[start : start + _CHUNK])
            if table.name == "children":
                begin_units(db.session, [UnitOf(row["id"], row["unit_id"], row["town_code"]) for row in rows])
                self.counts["responsible_units"] += len(rows)
            if table.name == "plan_objectives" and self._frozen:  # the last of the parts
                self._approve()

    def _approve(self) -> None:
        versions = PlanVersion.__table__
        names = [name for name in self._frozen[0] if name != "version"]
        self._connection.execute(
            update(versions)
            .where(versions.c.id == bindparam("version"))
            .values(state="approved", **{name: bindparam(f"new_{name}") for name in names}),
            [{"version": row["version"], **{f"new_{name}": row[name] for name in names}} for row in self._frozen],
        )
        self._frozen.clear()

    def change(self, table: str, row: uuid.UUID, **values: Any) -> None:
        """Change a row that is not inserted yet."""
        next(kept for kept in self._rows[table] if kept["id"] == row).update(values)

    def find(self, table: str, **values: Any) -> uuid.UUID:
        """The id of a row that is not inserted yet."""
        return next(row["id"] for row in self._rows[table] if values.items() <= row.items())

    def freeze(self, version: uuid.UUID, **values: Any) -> None:
        """Approve a plan version once its parts are in (the database refuses parts of an approved one)."""
        self._frozen.append({"version": version, **values})
