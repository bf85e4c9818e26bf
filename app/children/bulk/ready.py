"""Files made ready before the write lock is taken, to be inserted under it.

What other slices say of the same children is gathered beside them. File numbers are given out under the lock, and only
then is it known which family members have a row already.
"""

from __future__ import annotations

import marshal
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.children.bulk.families import Persons, SealedPerson, insert_sealed
from app.children.bulk.values import NewGuardian
from app.children.models import Child
from app.db.bulk import Bulk

Part = tuple[str, tuple[str, ...], Sequence[tuple]]
"""A table, columns of it, and rows of ready values."""


@dataclass(frozen=True, slots=True)
class ReadyFiles:
    """Files that nobody has written yet: keys of children by the number of their row in the sheet, what `Bulk.gathered`
    caught of them (the children first), and their family members."""

    children: dict[int, str]
    parts: Sequence[Part]
    people: Sequence[SealedPerson]

    def only(self, lines: Collection[int]) -> ReadyFiles:
        """The same for the rows of these numbers alone."""
        if len(lines) == len(self.children):
            return self
        children = {line: self.children[line] for line in lines}
        kept = set(children.values())
        return ReadyFiles(
            children,
            [(table, columns, _of(kept, table, columns, made)) for table, columns, made in self.parts],
            [one for one in self.people if one.child in kept],
        )

    def pack(self) -> bytes:
        """The plain values: half the time of pickling the objects."""
        people = [(one.child, one.position, tuple(one.said), one.row) for one in self.people]
        return marshal.dumps(
            (self.children, [(str(table), columns, rows) for table, columns, rows in self.parts], people)
        )

    @classmethod
    def unpack(cls, packed: bytes) -> ReadyFiles:
        """What was packed."""
        children, parts, people = marshal.loads(packed)  # noqa: S302  # never left this process
        return cls(
            children,
            parts,
            [SealedPerson(child, position, NewGuardian(*said), row) for child, position, said, row in people],
        )

    def load_persons(self, session: Session, persons: Persons) -> None:
        """Meet the persons of the database who may be family members of these files."""
        said = [one.row for one in self.people]
        persons.load(session, sorted({row[3] for row in said if row[3]}), sorted({row[5] for row in said if row[5]}))

    def insert(self, session: Session, numbers: Sequence[str], *, on: date, persons: Persons) -> None:
        """Write the files; `numbers` are their file numbers in order."""
        bulk = Bulk(session)
        for place, (table, columns, rows) in enumerate(self.parts):
            if table == Child.__tablename__:
                rows = _numbered(columns, rows, numbers)
            bulk.insert_into(table, columns, rows)
            if not place:  # the children are there
                insert_sealed(session, self.people, on=on, persons=persons)


def _of(children: Collection[str], table: str, columns: Sequence[str], rows: Sequence[tuple]) -> list[tuple]:
    at = columns.index("id" if table == Child.__tablename__ else "child_id")
    return [row for row in rows if row[at] in children]


def _numbered(columns: Sequence[str], rows: Sequence[tuple], numbers: Sequence[str]) -> list[tuple]:
    at = columns.index("file_number")
    return [(*row[:at], number, *row[at + 1 :]) for row, number in zip(rows, numbers, strict=True)]
