"""Who belongs to whom: persons, what they are to children, and that brothers and sisters share them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.children.bulk.values import ChangedDuty, Ended, Key, NewFamily, NewGuardian, PersonFacts
from app.children.models import Guardian, Guardianship
from app.db import vault
from app.db.bulk import Bulk, dashed, key, new_keys, ready
from app.kernel.lookalikes import skeleton

_GUARDIAN = (
    "id",
    "name",
    "document_number_sealed",
    "document_number_blind",
    "phone_sealed",
    "phone_blind",
    "address_sealed",
)
_DUTY = ("id", "child_id", "guardian_id", "position", "relation", "is_guardian", "may_see", "valid_from")


class SealedPerson(NamedTuple):
    """A family member of a child whose row stands ready, under a key that counts when the person has none yet."""

    child: str
    position: int
    said: NewGuardian
    row: tuple


class Persons:
    """The guardians met so far: brothers and sisters share one by ID number, or by telephone and name, however the dots
    and blanks of the name are written."""

    def __init__(self) -> None:
        self.by_number: dict[bytes, str] = {}
        self.by_phone: dict[bytes, list[tuple[str, str]]] = {}
        self.numbered: set[str] = set()
        self.earlier: set[str] = set()
        self.made: set[str] = set()
        self.met: list[tuple[str, NewGuardian]] = []

    def find(self, name: str, number: bytes | None, phone: bytes | None) -> str | None:
        """The key of the person with this number, else with this name and telephone."""
        if number is not None and (found := self.by_number.get(number)):
            return found
        found = self._known_as(name, self.by_phone.get(phone, ())) if phone is not None else None
        # Two people of one name and telephone with two ID numbers are two people.
        return None if number is not None and found in self.numbered else found

    @staticmethod
    def _known_as(name: str, people: Iterable[tuple[str, str]]) -> str | None:
        """Who of some people has this name, else who has it in another spelling."""
        for one, person in people:
            if one == name:
                return person
        return next((person for one, person in people if skeleton(one) == skeleton(name)), None)

    def learn(self, identifier: str, name: str, number: bytes | None, phone: bytes | None) -> None:
        """Remember a person."""
        if number is not None:
            self.by_number.setdefault(number, identifier)
            self.numbered.add(identifier)
        if phone is not None:
            known = self.by_phone.setdefault(phone, [])
            if not any(one == name for one, _person in known):
                known.append((name, identifier))

    def load(self, session: Session, numbers: Sequence[bytes], phones: Sequence[bytes]) -> None:
        """Meet the persons of the database who have one of these numbers or telephones (blind indexes)."""
        columns = (Guardian.id, Guardian.name, Guardian.document_number_blind, Guardian.phone_blind)
        for column, blinds in ((Guardian.document_number_blind, numbers), (Guardian.phone_blind, phones)):
            for at in range(0, len(blinds), 500):
                for row in session.execute(
                    select(*columns).where(column.in_(blinds[at : at + 500])).order_by(Guardian.id)
                ):
                    if row.id.hex not in self.made:
                        self.earlier.add(row.id.hex)
                    self.learn(row.id.hex, row.name, row.document_number_blind, row.phone_blind)


def seal_families(rows: Sequence[NewFamily]) -> list[SealedPerson]:
    """Hash and seal what is said of families, each person in a row of its own; nothing is looked up."""
    box = vault()
    blind_number, blind_phone = box.blinder("document"), box.blinder("phone")
    wanted = sum(len(row.members) for row in rows)
    seal_number, seal_phone, seal_address = (
        box.sealer("guardians", name, wanted) for name in ("document_number", "phone", "address")
    )
    spare, sealed = iter(new_keys(wanted)), []
    for row in rows:
        child = key(row.child_id)
        for position, one in enumerate(row.members, row.first):
            number = blind_number(one.document_number) if one.document_number else None
            phone = blind_phone(one.phone) if one.phone else None
            person = next(spare)
            at = dashed(person)
            sealed.append(
                SealedPerson(
                    child,
                    position,
                    one,
                    (
                        person,
                        one.name,
                        seal_number(at, one.document_number),
                        number,
                        seal_phone(at, one.phone),
                        phone,
                        seal_address(at, one.address),
                    ),
                )
            )
    return sealed


def insert_sealed(session: Session, rows: Sequence[SealedPerson], *, on: date, persons: Persons) -> list[tuple]:
    """Add guardians that were sealed before, one row for each person whom `persons` has not met. Return the rows of
    their duties."""
    day_on, people, duties = on.isoformat(), [], []
    for new, (child, position, one, row) in zip(new_keys(len(rows)), rows, strict=True):
        made, name, _sealed_number, number, _sealed_phone, phone, _address = row
        person = key(one.guardian_id) or persons.find(name, number, phone)
        if person is None:
            person = made
            persons.made.add(person)
            people.append(row)
        elif person in persons.earlier:
            persons.met.append((person, one))
        persons.learn(person, name, number, phone)
        duties.append((new, child, person, position, ready(one.relation), one.is_guardian, one.may_see, day_on))
    bulk = Bulk(session)
    bulk.insert(Guardian.__table__, _GUARDIAN, people)
    bulk.insert(Guardianship.__table__, _DUTY, duties)
    return duties


def insert_families(
    session: Session, rows: Sequence[NewFamily], *, on: date, persons: Persons | None = None
) -> list[uuid.UUID]:
    """Add family members, one row for each person. Return the keys of their persons in order.

    Persons who have a row already are left as they are; `persons.met` tells what was said about them now.
    """
    duties = insert_sealed(session, seal_families(rows), on=on, persons=persons or Persons())
    return [uuid.UUID(hex=row[_DUTY.index("guardian_id")]) for row in duties]


def update_persons(session: Session, people: Mapping[Key, PersonFacts]) -> None:
    """Set what is said of persons by their keys."""
    box, bulk = vault(), Bulk(session)
    bulk.update(Guardian.__table__, ("name",), [(said.name, key(one)) for one, said in people.items() if said.name])
    for name, kind in (("document_number", "document"), ("phone", "phone"), ("address", None)):
        rows = []
        for person, said in people.items():
            if text := getattr(said, name):
                at = key(person)
                sealed = box.seal("guardians", name, dashed(at), text)
                rows.append((sealed, box.blind(kind, text), at) if kind else (sealed, at))
        bulk.update(Guardian.__table__, (f"{name}_sealed", f"{name}_blind") if kind else (f"{name}_sealed",), rows)


def end_duties(session: Session, rows: Sequence[Ended]) -> None:
    """Persons who are nobody to a child any more; what they may see is ended by actions.family."""
    Bulk(session).end(Guardianship.__table__, rows)


def change_duties(session: Session, rows: Sequence[ChangedDuty]) -> None:
    """What persons are to children from now on."""
    bulk, table = Bulk(session), Guardianship.__table__
    bulk.update(
        table, ("relation", "is_guardian"), [(ready(row.relation), row.is_guardian, key(row.duty_id)) for row in rows]
    )
    for name in ("position", "may_see"):
        bulk.update(
            table, (name,), [(getattr(row, name), key(row.duty_id)) for row in rows if getattr(row, name) is not None]
        )
