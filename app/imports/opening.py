"""New files, set by set: made ready before the write lock is taken, inserted under it.

Sealing, hashing and the readings of names take as long as the inserting itself, and whoever saves meanwhile would wait
for them. What is ready depends on the row, the day and the schools only: who is known already, the file numbers and the
trail are worked out under the lock. So are files for which nobody has to wait longer, because another thread inserts
meanwhile.
"""

from __future__ import annotations

import marshal
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter

from app.children.bulk import (
    FACTS,
    NewChild,
    NewDisability,
    NewGuardian,
    NewHome,
    Persons,
    SealedPerson,
    insert_children,
    insert_sealed,
    seal_families,
    update_persons,
)
from app.children.models import Child, Guardian, NumberTail, Sight
from app.db import vault
from app.db.base import Base
from app.db.bulk import Bulk, new_keys
from app.imports.columns import NO_DISABILITY
from app.imports.intended import keep_intended
from app.imports.packing import unpack
from app.imports.types import CheckedRow, ImportKind, SchoolPlace
from app.imports.writing import Writing, decision_of, guardian_of, note, roll_of, status_of
from app.placements.bulk import insert_carried_decisions
from app.roll.bulk import insert_rolls
from app.roll.models import Membership

FILLED = (Child.__table__, Guardian.__table__, NumberTail.__table__, Membership.__table__, Sight.__table__)
"""Tables whose indexes take longer than their rows, when many files are opened."""
CODES = ("school_code", "attending_code", "delivering_code")


@dataclass(slots=True)
class Ready:
    """The files of some rows: keys of the children by the line of their row, rows of tables, and family members."""

    children: dict[int, str]
    parts: list[tuple[str, tuple[str, ...], Sequence[tuple]]]
    people: list[SealedPerson]

    def only(self, rows: Sequence[CheckedRow]) -> Ready:
        """The same for these rows alone."""
        if len(rows) == len(self.children):
            return self
        children = {row.line: self.children[row.line] for row in rows}
        kept = set(children.values())
        return Ready(children, [(table, columns, _of(kept, table, columns, made))
                                for table, columns, made in self.parts],
                     [one for one in self.people if one.child in kept])


def _of(children: Collection[str], table: str, columns: Sequence[str], rows: Sequence[tuple]) -> list[tuple]:
    at = columns.index("id" if table == Child.__tablename__ else "child_id")
    return [row for row in rows if row[at] in children]


def make_ready(writing: Writing, rows: Sequence[CheckedRow]) -> Ready:
    """Prepare a file for every row whose schools are known; nothing is written."""
    rows = [row for row in rows if all(row.values.get(code) is None or row.values[code] in writing.schools
                                       for code in CODES)]
    pairs = list(zip(rows, new_keys(len(rows)), strict=True))
    with Bulk(writing.session).gathered() as basket:
        insert_children(writing.session, [_child(writing, row, child) for row, child in pairs],
                        on=writing.today, by_name=writing.actor.name, told=False)
        # The movement tells on the timeline how the file began; that it was opened as well would say nothing more.
        insert_rolls(writing.session, [roll_of(writing, row, child) for row, child in pairs], actor=writing.actor,
                     school_names=writing.names)
        insert_carried_decisions(writing.session, [decision_of(writing, row, child) for row, child in pairs
                                                   if "placement" in row.values], decided_by=writing.actor.name)
        keep_intended(writing.session, [(row.values, child) for row, child in pairs
                                        if status_of(row.values)[0] != "active"], writing.schools,
                      on=writing.today, by_name=writing.actor.name)
    people = seal_families([(child, [one for place in (1, 2) if (one := guardian_of(row.values, place))])
                            for row, child in pairs])
    return Ready({row.line: child for row, child in pairs}, basket.parts, people)


def write_new(writing: Writing, rows: Sequence[CheckedRow], persons: Persons, ready: Ready | None = None) -> None:
    """Open a file for every row; `persons` are the family members met so far in this import.

    `ready` is what was made ready of these rows and perhaps of others; rows that it lacks are prepared now.
    """
    if not rows:
        return
    if ready is None or any(row.line not in ready.children for row in rows):
        ready = make_ready(writing, rows)
    ready = ready.only(rows)
    if not writing.empty:
        said = [one.row for one in ready.people]
        persons.load(writing.session, sorted({row[3] for row in said if row[3]}),
                     sorted({row[5] for row in said if row[5]}))
    _insert(writing, ready, persons)
    for row in rows:
        row.subject = ready.children[row.line]
    note(writing, "import_child", [(row.subject, {}) for row in rows])
    # What the sheet says of people who had a row before counts for them too, as it would for a changed child.
    update_persons(writing.session, {person: {
        "document_number": one.document_number, "phone": one.phone, "address": one.address}
        for person, one in persons.met})
    persons.met.clear()


def _insert(writing: Writing, ready: Ready, persons: Persons) -> None:
    bulk, tables = Bulk(writing.session), Base.metadata.tables
    for place, (table, columns, rows) in enumerate(ready.parts):
        if table == Child.__tablename__:
            rows = _numbered(columns, rows, writing.numbers.take(len(rows)))
        bulk.insert(tables[table], columns, rows)
        if not place:  # the children are there
            insert_sealed(writing.session, ready.people, on=writing.today, persons=persons)


def _numbered(columns: Sequence[str], rows: Sequence[tuple], numbers: Sequence[str]) -> list[tuple]:
    at = columns.index("file_number")
    return [(*row[:at], number, *row[at + 1:]) for row, number in zip(rows, numbers, strict=True)]


def _child(writing: Writing, row: CheckedRow, child: str) -> NewChild:
    """The file without its number, which is given out under the lock, and without its family."""
    values = row.values
    disabilities = [] if values["disability"] == NO_DISABILITY else [
        NewDisability(values["disability"], values.get("disability_grade"), values.get("certificate"))]
    return NewChild(
        child, "", writing.schools[values["school_code"]].unit_id, values["name"], values["sex"],
        values["birth_on"], values["document_kind"], values.get("document_number"), values.get("address"),
        values.get("phone"), {name: values[name] for name in FACTS if name in values}, (), disabilities,
        [values["diagnosis"]] if "diagnosis" in values else (),
        NewHome(values["longitude"], values["latitude"]) if "longitude" in values else None)


def _packed(ready: Ready) -> bytes:
    """The plain values of what is ready: half the time of pickling the objects."""
    people = [(one.child, one.position, _SAID(one.said), one.row) for one in ready.people]
    return marshal.dumps((ready.children, [(str(table), columns, rows) for table, columns, rows in ready.parts],
                          people))


def _unpacked(packed: bytes) -> Ready:
    children, parts, people = marshal.loads(packed)  # noqa: S302  # never left this process
    return Ready(children, parts, [SealedPerson(child, position, NewGuardian(*said), row)
                                   for child, position, said, row in people])


_SAID = attrgetter(*(one.name for one in fields(NewGuardian)))


class Prepared:
    """Rows of a sheet in parts, each with what is ready of it; and under which schools and key that was made.

    Rows stay the text that was kept of them, and what is ready is packed: as objects they would take 300 MB.
    """

    def __init__(self, kind: ImportKind, schools: Mapping[str, SchoolPlace]):
        self.new = 0
        self._parts: deque[tuple[list[tuple[int, bytes]], bytes | None]] = deque()
        self._kind, self._schools, self._sealed_with = kind, schools, vault().active

    def rows(self, part: Sequence[tuple[int, bytes]]) -> list[CheckedRow]:
        """The rows of a part of (line, text that was kept)."""
        return [unpack(self._kind, line, None, None, text) for line, text in part]

    def add(self, part: list[tuple[int, bytes]], new: int, ready: Ready | None) -> None:
        """Keep the next part; `new` of its rows opened a file in the preview."""
        self.new += new
        self._parts.append((part, ready and _packed(ready)))

    def take(self) -> Iterator[tuple[list[CheckedRow], Ready | None]]:
        """Every part in its order, once: what is written need not be kept."""
        while self._parts:
            part, ready = self._parts.popleft()
            yield self.rows(part), ready and _unpacked(ready)

    def holds(self, writing: Writing) -> bool:
        """Whether what is ready may be written: no school has changed meanwhile, and the same key seals."""
        return self._schools == writing.schools and vault().still_seals(self._sealed_with)
