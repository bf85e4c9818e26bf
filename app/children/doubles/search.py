"""Which files may be the same child as somebody that is spoken of: the one search behind the form and the sheet.

`likeness` decides; here stands what it is asked about. Of a file its number, name and birth date count, and
everybody who is or was its guardian: who writes from last year's papers names last year's guardian. Every file of the
city is looked at (by number, by birth date, by a guardian's telephone), because a double file is worst where its two
halves lie in two districts; the caller sees to it that nobody is told more than that.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.children.doubles.rules import Likeness, identity, likeness
from app.children.models import Child, Guardian, Guardianship
from app.db import vault
from app.kernel.lookalikes import skeleton

CHUNK = 500


class Asked(NamedTuple):
    """Who is spoken of: a number in its normal form, names and telephones of guardians, each as far as it is said."""

    name: str
    birth_on: date | None
    number: str | None = None
    guardians: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


class Alike(NamedTuple):
    """A file that may be the same child, and how; where a second file is alike, the kept one. `numbered`: by number."""

    child_id: uuid.UUID
    file_number: str
    likeness: Likeness
    numbered: bool = False


class _File(NamedTuple):
    id: uuid.UUID
    file_number: str
    name: str
    birth_on: date
    number: bytes | None
    kept_id: uuid.UUID
    kept_number: str


_KEPT = aliased(Child)
_FILE = (
    Child.id,
    Child.file_number,
    Child.name,
    Child.birth_on,
    Child.document_number_blind,
    func.coalesce(_KEPT.id, Child.id),
    func.coalesce(_KEPT.file_number, Child.file_number),
)


def find_alike(session: Session, asked: Sequence[Asked], *, but: uuid.UUID | None = None) -> list[list[Alike]]:
    """For each who is asked about the files that may be the same child, by file number; `but` is left out. Set by set:
    four queries for every 500."""
    blind = vault().blind
    phones = [[blind("phone", phone) for phone in one.phones] for one in asked]
    numbers = [blind("document", one.number) if one.number else None for one in asked]
    by_number: dict[bytes, _File] = {}
    by_person: dict[tuple[date, str], list[_File]] = {}
    wanted = {(one.birth_on, skeleton(one.name)) for one in asked if one.birth_on and one.name}
    for file in _files(session, Child.document_number_blind, sorted({one for one in numbers if one})):
        by_number[file.number or b""] = file
    for file in _files(session, Child.birth_on, sorted({birth for birth, _name in wanted if birth})):
        if (key := (file.birth_on, skeleton(file.name))) in wanted:  # few of all that were born on this day
            by_person.setdefault(key, []).append(file)
    by_phone = _of_phones(session, asked, phones)
    known = {
        file.id: file
        for files in (by_number.values(), *by_person.values(), *by_phone.values())
        for file in files
        if file.kept_id != but
    }
    families = _families(session, list(known))
    found = []
    for one, number, own_phones in zip(asked, numbers, phones, strict=True):
        birth = one.birth_on.isoformat() if one.birth_on else ""
        said = identity(one.name, birth, number, one.guardians, own_phones)
        near = [*by_person.get((one.birth_on, skeleton(one.name)), [])] if one.birth_on else []
        near += [file for phone in own_phones for file in by_phone.get((phone, skeleton(one.name)), [])]
        same = [by_number[number]] if number in by_number else []
        alike: dict[uuid.UUID, Alike] = {}
        for file in {file.id: file for file in (*same, *near) if file.id in known}.values():
            own = identity(file.name, file.birth_on.isoformat(), file.number, *families.get(file.id, ((), ())))
            if (like := likeness(said, own)) is not None:
                with_number = number is not None and file.number == number
                alike.setdefault(file.kept_id, Alike(file.kept_id, file.kept_number, like, with_number))
        found.append(sorted(alike.values(), key=lambda one: one.file_number))
    return found


def _files(session: Session, column: InstrumentedAttribute, values: Sequence[object]) -> Iterator[_File]:
    query = select(*_FILE).outerjoin(_KEPT, _KEPT.id == Child.merged_into)
    for at in range(0, len(values), CHUNK):
        for row in session.execute(query.where(column.in_(values[at : at + CHUNK])).order_by(Child.id)):
            yield _File(*row)


def _of_phones(
    session: Session, asked: Sequence[Asked], phones: Sequence[Sequence[bytes]]
) -> dict[tuple[bytes, str], list[_File]]:
    """By (telephone, name as it looks) the files with a guardian, of now or before, who has it; `phones` of each."""
    wanted = {(phone, skeleton(one.name)) for one, own in zip(asked, phones, strict=True) for phone in own}
    found: dict[tuple[bytes, str], list[_File]] = {}
    query = (
        select(Guardian.phone_blind, *_FILE)
        .join(Guardianship, Guardianship.guardian_id == Guardian.id)
        .join(Child, Child.id == Guardianship.child_id)
        .outerjoin(_KEPT, _KEPT.id == Child.merged_into)
        .order_by(Child.id)
    )
    numbers = sorted({phone for phone, _name in wanted})
    for at in range(0, len(numbers), CHUNK):
        for row in session.execute(query.where(Guardian.phone_blind.in_(numbers[at : at + CHUNK]))):
            if (key := (row.phone_blind or b"", skeleton(row.name))) in wanted:
                found.setdefault(key, []).append(_File(*row[1:]))
    return found


def _families(session: Session, children: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[list, list]]:
    """Names and blind telephones of everybody who is or was a guardian of these children."""
    found: dict[uuid.UUID, tuple[list, list]] = {}
    query = select(Guardianship.child_id, Guardian.name, Guardian.phone_blind).join(
        Guardian, Guardian.id == Guardianship.guardian_id
    )
    for at in range(0, len(children), CHUNK):
        for row in session.execute(query.where(Guardianship.child_id.in_(children[at : at + CHUNK]))):
            names, phones = found.setdefault(row.child_id, ([], []))
            names.append(row.name)
            phones.append(row.phone_blind)
    return found
