"""New files, set by set: made ready before the write lock is taken, inserted under it.

Sealing, hashing and the readings of names take as long as the inserting itself, and whoever saves meanwhile would wait
for them. What is ready depends on the row, the day and the schools only: who is known already, the file numbers and the
trail are worked out under the lock. So are files for which nobody has to wait longer, because another thread inserts
meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from app.children.bulk import (
    FACTS,
    NewChild,
    NewDisability,
    NewFamily,
    NewHome,
    PersonFacts,
    Persons,
    ReadyFiles,
    insert_children,
    seal_families,
    update_persons,
)
from app.db import vault
from app.db.bulk import Bulk, new_keys
from app.imports.columns import NO_DISABILITY
from app.imports.intended import keep_intended
from app.imports.packing import unpack
from app.imports.types import CheckedRow, ImportKind, SchoolPlace
from app.imports.writing import Writing, decision_of, guardian_of, note, roll_of, status_of
from app.placements.bulk import insert_carried_decisions
from app.roll.actions.many import insert_rolls

CODES = ("school_code", "attending_code", "delivering_code")


def make_ready(writing: Writing, rows: Sequence[CheckedRow]) -> ReadyFiles:
    """Prepare a file for every row whose schools are known; nothing is written."""
    rows = [
        row
        for row in rows
        if all(row.values.get(code) is None or row.values[code] in writing.schools for code in CODES)
    ]
    pairs = list(zip(rows, new_keys(len(rows)), strict=True))
    with Bulk(writing.session).gathered() as basket:
        insert_children(
            writing.session,
            [_child(writing, row, child) for row, child in pairs],
            on=writing.today,
        )
        # The movement tells on the timeline how the file began; that it was opened as well would say nothing more.
        insert_rolls(
            writing.session,
            [roll_of(writing, row, child) for row, child in pairs],
            actor=writing.actor,
            school_names=writing.names,
        )
        insert_carried_decisions(
            writing.session,
            [decision_of(writing, row, child) for row, child in pairs if "placement" in row.values],
            decided_by=writing.actor.name,
        )
        keep_intended(
            writing.session,
            [(row.values, child) for row, child in pairs if status_of(row.values)[0] != "active"],
            writing.schools,
            on=writing.today,
            by_name=writing.actor.name,
        )
    people = seal_families(
        [NewFamily(child, [one for place in (1, 2) if (one := guardian_of(row.values, place))]) for row, child in pairs]
    )
    return ReadyFiles({row.line: child for row, child in pairs}, basket.parts, people)


def write_new(writing: Writing, rows: Sequence[CheckedRow], persons: Persons, ready: ReadyFiles | None = None) -> None:
    """Open a file for every row; `persons` are the family members met so far in this import.

    `ready` is what was made ready of these rows and perhaps of others; rows that it lacks are prepared now.
    """
    if not rows:
        return
    if ready is None or any(row.line not in ready.children for row in rows):
        ready = make_ready(writing, rows)
    ready = ready.only([row.line for row in rows])
    if not writing.empty:
        ready.load_persons(writing.session, persons)
    ready.insert(writing.session, writing.numbers.take(len(rows)), on=writing.today, persons=persons)
    for row in rows:
        row.subject = ready.children[row.line]
    note(writing, "import_child", [(row.child, {}) for row in rows])
    # What the sheet says of people who had a row before counts for them too, as it would for a changed child.
    update_persons(
        writing.session,
        {
            person: PersonFacts(document_number=one.document_number, phone=one.phone, address=one.address)
            for person, one in persons.met
        },
    )
    persons.met.clear()


def _child(writing: Writing, row: CheckedRow, child: str) -> NewChild:
    """The file without its number, which is given out under the lock, and without its family."""
    values = row.values
    disabilities = (
        []
        if values["disability"] == NO_DISABILITY
        else [NewDisability(values["disability"], values.get("disability_grade"), values.get("certificate"))]
    )
    return NewChild(
        child,
        "",
        writing.schools[values["school_code"]].unit_id,
        values["name"],
        values["sex"],
        values["birth_on"],
        values["document_kind"],
        values.get("document_number"),
        values.get("address"),
        values.get("phone"),
        {name: values[name] for name in FACTS if name in values},
        (),
        disabilities,
        [values["diagnosis"]] if "diagnosis" in values else (),
        NewHome(values["longitude"], values["latitude"]) if "longitude" in values else None,
    )


class Prepared:
    """Rows of a sheet in parts, each with what is ready of it; and under which schools and key that was made.

    Rows stay the text that was kept of them, and what is ready is packed: as objects they would take 300 MB.
    """

    def __init__(self, kind: ImportKind, schools: Mapping[str, SchoolPlace]) -> None:
        self.new = 0
        self._parts: deque[tuple[list[tuple[int, bytes]], bytes | None]] = deque()
        self._kind, self._schools, self._sealed_with = kind, schools, vault().active

    def rows(self, part: Sequence[tuple[int, bytes]]) -> list[CheckedRow]:
        """The rows of a part of (line, text that was kept)."""
        return [unpack(self._kind, line, None, None, text) for line, text in part]

    def add(self, part: list[tuple[int, bytes]], new: int, ready: ReadyFiles | None) -> None:
        """Keep the next part; `new` of its rows opened a file in the preview."""
        self.new += new
        self._parts.append((part, ready.pack() if ready else None))

    def take(self) -> Iterator[tuple[list[CheckedRow], ReadyFiles | None]]:
        """Every part in its order, once: what is written need not be kept."""
        while self._parts:
            part, ready = self._parts.popleft()
            yield self.rows(part), ReadyFiles.unpack(ready) if ready else None

    def holds(self, writing: Writing) -> bool:
        """Whether what is ready may be written: no school has changed meanwhile, and the same key seals."""
        return self._schools == writing.schools and vault().still_seals(self._sealed_with)
