"""Opening many files at once, for imports and demonstration data: set by set, not child by child.

The caller has checked the facts, looked for doubles, asked for permission and writes the audit trail. Values are plain:
enumerations or their values, days or ISO text; keys are UUIDs or 32 hexadecimal characters.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.children.models import (
    Child,
    Diagnosis,
    Disability,
    Guardian,
    Guardianship,
    HomePoint,
    NumberTail,
    Sight,
    TimelineEvent,
)
from app.children.points import point_text
from app.children.tails import LENGTHS
from app.db import vault
from app.db.bulk import Bulk, as_json, dashed, day, key, new_keys
from app.kernel import clock
from app.kernel.names import main_reading
from app.kernel.problems import N_

MOST_TAILS = 20_000
"""Endings whose blind index is remembered while many numbers are inserted."""
OPENED = N_("File %(number)s opened.")
Key = uuid.UUID | str


@dataclass(slots=True)
class NewGuardian:
    """A family member; `guardian_id` names a person who has a row already."""

    name: str
    relation: str
    is_guardian: bool = True
    phone: str | None = None
    document_number: str | None = None
    address: str | None = None
    may_see: bool = True
    guardian_id: Key | None = None


@dataclass(slots=True)
class NewDisability:
    category: str
    grade: int | None = None
    certificate: str | None = None
    certificate_issuer: str | None = None
    certificate_ends_on: date | None = None
    screening_due_on: date | None = None
    screening_by: str | None = None


@dataclass(slots=True)
class NewHome:
    """Degrees WGS 84; `mode` is a value of HomeMode."""

    longitude: float
    latitude: float
    mode: str = "car"
    walk_minutes: int = 0
    way: str | None = None
    closed_months: tuple[int, ...] = ()


@dataclass(slots=True)
class NewChild:
    """The facts of a file to open. `facts` holds the columns of FACTS that are known."""

    id: Key
    file_number: str
    unit_id: Key
    name: str
    sex: str
    birth_on: date | str
    document_kind: str
    document_number: str | None = None
    address: str | None = None
    phone: str | None = None
    facts: dict[str, object] = field(default_factory=dict)
    guardians: Sequence[NewGuardian] = ()
    disabilities: Sequence[NewDisability] = ()
    diagnoses: Sequence[str] = ()
    home: NewHome | None = None


class SealedPerson(NamedTuple):
    """A family member of a child whose row stands ready, under a key that counts when the person has none yet."""

    child: str
    position: int
    said: NewGuardian
    row: tuple


FACTS = ("document_missing_reason", "former_name", "ethnic_group", "nationality", "hukou_code", "hukou_kind", "health",
         "town_code", "preschool", "left_behind", "migrant", "orphan", "martyr_family", "needs_aid", "boarding_aid",
         "distance_km", "travel_mode")
_CHILD = ("id", "file_number", "unit_id", "name", "name_pinyin", "name_initials", "sort_key", "sex", "birth_on",
          "document_kind", "document_number_sealed", "document_number_blind", "address_sealed", "phone_sealed",
          "phone_blind", "revision", "created_at", *FACTS)
_GUARDIAN = ("id", "name", "document_number_sealed", "document_number_blind", "phone_sealed", "phone_blind",
             "address_sealed")
_DUTY = ("id", "child_id", "guardian_id", "position", "relation", "is_guardian", "may_see", "valid_from")
_DISABILITY = ("id", "child_id", "position", "category", "grade", "certificate_sealed", "certificate_blind",
               "certificate_issuer", "certificate_ends_on", "screening_due_on", "screening_by", "valid_from")
_HOME = ("id", "child_id", "point_sealed", "mode", "walk_minutes", "way_sealed", "closed_months", "revision")
_EVENT = ("id", "child_id", "kind", "happened_on", "recorded_at", "sentence", "values", "subject_id", "by_name")
_SIGHT = ("id", "child_id", "kind", "holder_id", "because", "because_id", "valid_from")


def name_columns(name: str) -> tuple[str, str, str]:
    """Pinyin, initials and sort key of a name, cut to their columns."""
    full, initials, order = main_reading(name)
    return full[:240], initials[:60], order[:240]


class Persons:
    """The guardians met so far: brothers and sisters share one by ID number, or by name and telephone."""

    def __init__(self) -> None:
        self.by_number: dict[bytes, str] = {}
        self.by_phone: dict[tuple[str, bytes], str] = {}
        self.numbered: set[str] = set()
        self.earlier: set[str] = set()
        self.made: set[str] = set()
        self.met: list[tuple[str, NewGuardian]] = []

    def find(self, name: str, number: bytes | None, phone: bytes | None) -> str | None:
        """The key of the person with this number, else with this name and telephone."""
        if number is not None and (found := self.by_number.get(number)):
            return found
        found = self.by_phone.get((name, phone)) if phone is not None else None
        # Two people of one name and telephone with two ID numbers are two people.
        return None if number is not None and found in self.numbered else found

    def learn(self, identifier: str, name: str, number: bytes | None, phone: bytes | None) -> None:
        """Remember a person."""
        if number is not None:
            self.by_number.setdefault(number, identifier)
            self.numbered.add(identifier)
        if phone is not None:
            self.by_phone.setdefault((name, phone), identifier)

    def load(self, session: Session, numbers: Sequence[bytes], phones: Sequence[bytes]) -> None:
        """Meet the persons of the database who have one of these numbers or telephones (blind indexes)."""
        columns = (Guardian.id, Guardian.name, Guardian.document_number_blind, Guardian.phone_blind)
        for column, blinds in ((Guardian.document_number_blind, numbers), (Guardian.phone_blind, phones)):
            for at in range(0, len(blinds), 500):
                for row in session.execute(select(*columns).where(column.in_(blinds[at:at + 500])).order_by(
                        Guardian.id)):
                    if row.id.hex not in self.made:
                        self.earlier.add(row.id.hex)
                    self.learn(row.id.hex, row.name, row.document_number_blind, row.phone_blind)


def insert_children(session: Session, rows: Sequence[NewChild], *, on: date, by_name: str,
                    persons: Persons | None = None, told: bool = True) -> None:
    """Open the files of `rows`: children, endings of their numbers, family, disabilities, diagnoses, homes, timeline.

    `on` is the day from which everything holds. `persons` are the guardians met before (see `Persons.load`); brothers
    and sisters in `rows` share theirs in any case. `told=False` leaves the timeline to the caller. File numbers come
    from `children.actions.give_file_numbers`. Nothing is committed; the database's own refusals pass through.
    """
    bulk = Bulk(session)
    now = bulk.moment(clock.now())
    child_of = _child_maker(len(rows), now)
    children, events, diagnoses, homes, tails = [], [], [], [], []
    for row in rows:
        child = key(row.id)
        children.append(child_of(row, child))
        if row.document_number:
            tails.append((child, "document", row.document_number))
        tails += [(child, "certificate", d.certificate) for d in row.disabilities if d.certificate][:1]
        diagnoses += [(child, words) for words in row.diagnoses]
        if row.home is not None:
            homes.append((child, row.home))
        if told:
            events.append((child, "file", on, OPENED, {"number": row.file_number}, child))
    bulk.insert(Child.__table__, _CHILD, children)
    insert_tails(session, tails)
    insert_families(session, [(row.id, row.guardians) for row in rows], on=on, persons=persons)
    insert_disabilities(session, [(row.id, place, one) for row in rows
                                  for place, one in enumerate(row.disabilities, 1)], on=on)
    bulk.insert(Diagnosis.__table__, ("id", "child_id", "words"),
                [(new, *values) for new, values in zip(new_keys(len(diagnoses)), diagnoses, strict=True)])
    insert_homes(session, homes)
    insert_events(session, events, by_name=by_name)


def _child_maker(most: int, now: str) -> Callable[[NewChild, str], tuple]:
    """Return what makes the row of a child in the order of _CHILD, for at most `most` of them."""
    box = vault()
    blind_number, blind_phone = box.blinder("document"), box.blinder("phone")
    number, address, phone = (box.sealer("children", name, most) for name in ("document_number", "address", "phone"))

    def make(row: NewChild, child: str) -> tuple:
        at, fact = dashed(child), row.facts.get
        return (
            child, row.file_number, key(row.unit_id), row.name, *name_columns(row.name), row.sex, day(row.birth_on),
            row.document_kind, number(at, row.document_number),
            blind_number(row.document_number) if row.document_number else None, address(at, row.address),
            phone(at, row.phone), blind_phone(row.phone) if row.phone else None, 1, now, *map(fact, FACTS),
        )

    return make


def _sealed(box, table: str, column: str, at: str, text: str | None, kind: str | None = None) -> tuple:
    """The sealed value, and with a kind its blind index."""
    if not text:
        return (None, None) if kind else (None,)
    sealed = box.seal(table, column, at, text)
    return (sealed, box.blind(kind, text)) if kind else (sealed,)


def insert_tails(session: Session, rows: Sequence[tuple[Key, str, str]]) -> None:
    """Keep the endings of (child, source, number) for search, as children.tails does; the numbers are normalised."""
    blind, made = vault().blinder("tail"), []
    known: dict[str, bytes] = session.info.setdefault("tails", {})  # the student number ends as the ID does
    if len(known) > MOST_TAILS:
        known.clear()
    for child, source, number in rows:
        child = key(child)
        for length in LENGTHS:
            if len(number) > length:
                ending = number[-length:]
                if (tail := known.get(ending)) is None:
                    tail = known[ending] = blind(ending)
                made.append((child, source, tail))
    Bulk(session).insert(NumberTail.__table__, ("child_id", "source", "tail"), made)


def seal_families(rows: Sequence[tuple[Key, Sequence[NewGuardian]]], first: int = 1) -> list[SealedPerson]:
    """Hash and seal what is said of (child, family), each person in a row of its own; nothing is looked up."""
    box = vault()
    blind_number, blind_phone = box.blinder("document"), box.blinder("phone")
    wanted = sum(len(family) for _child, family in rows)
    seal_number, seal_phone, seal_address = (
        box.sealer("guardians", name, wanted) for name in ("document_number", "phone", "address"))
    spare, sealed = iter(new_keys(wanted)), []
    for child, family in rows:
        child = key(child)
        for position, one in enumerate(family, first):
            number = blind_number(one.document_number) if one.document_number else None
            phone = blind_phone(one.phone) if one.phone else None
            person = next(spare)
            at = dashed(person)
            sealed.append(SealedPerson(child, position, one, (
                person, one.name, seal_number(at, one.document_number), number, seal_phone(at, one.phone), phone,
                seal_address(at, one.address))))
    return sealed


def insert_sealed(session: Session, rows: Sequence[SealedPerson], *, on: date, persons: Persons) -> None:
    """Add guardians that were sealed before, one row for each person whom `persons` has not met."""
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
        duties.append((new, child, person, position, one.relation, one.is_guardian, one.may_see, day_on))
    bulk = Bulk(session)
    bulk.insert(Guardian.__table__, _GUARDIAN, people)
    bulk.insert(Guardianship.__table__, _DUTY, duties)


def insert_families(session: Session, rows: Sequence[tuple[Key, Sequence[NewGuardian]]], *, on: date,
                    persons: Persons | None = None, first: int = 1) -> None:
    """Add guardians of (child, family) in their order from place `first`, one row for each person.

    Persons who have a row already are left as they are; `persons.met` tells what was said about them now.
    """
    insert_sealed(session, seal_families(rows, first), on=on, persons=persons or Persons())


def update_persons(session: Session, people: Mapping[str, Mapping[str, object]]) -> None:
    """Set document_number, phone and address of guardians, as far as given, by their 32-character keys."""
    box, bulk = vault(), Bulk(session)
    for name, kind in (("document_number", "document"), ("phone", "phone"), ("address", None)):
        columns = (f"{name}_sealed", f"{name}_blind") if kind else (f"{name}_sealed",)
        bulk.update(Guardian.__table__, columns, [
            (*_sealed(box, "guardians", name, dashed(person), said[name], kind), person)
            for person, said in people.items() if said.get(name)])


def insert_disabilities(session: Session, rows: Sequence[tuple[Key, int, NewDisability]], *, on: date) -> None:
    """Add (child, position, disability); position 1 is the main one."""
    box, day_on, made = vault(), on.isoformat(), []
    seal, blind = box.sealer("disabilities", "certificate", len(rows)), box.blinder("certificate")
    for new, (child, position, one) in zip(new_keys(len(rows)), rows, strict=True):
        made.append((new, key(child), position, one.category, one.grade,
                     seal(dashed(new), one.certificate),
                     blind(one.certificate) if one.certificate else None,
                     one.certificate_issuer, day(one.certificate_ends_on), day(one.screening_due_on),
                     one.screening_by, day_on))
    Bulk(session).insert(Disability.__table__, _DISABILITY, made)


def insert_homes(session: Session, rows: Sequence[tuple[Key, NewHome]]) -> None:
    """Add the home points of children who have none."""
    seal_point, seal_way = (vault().sealer("home_points", name, len(rows)) for name in ("point", "way"))
    Bulk(session).insert(HomePoint.__table__, _HOME, [
        (new, key(child), seal_point(dashed(new), point_text(home.longitude, home.latitude)), home.mode,
         home.walk_minutes, seal_way(dashed(new), home.way),
         as_json(list(home.closed_months)) if home.closed_months else "[]", 1)
        for new, (child, home) in zip(new_keys(len(rows)), rows, strict=True)])


def insert_events(session: Session, rows: Sequence[tuple[Key, str, date | str, str, dict | str, Key | None]], *,
                  by_name: str) -> None:
    """Tell on the timeline: (child, kind, day, sentence, values of the sentence, subject).

    Values that are text already are JSON (for those who tell the same of many children).
    """
    bulk = Bulk(session)
    now = bulk.moment(clock.now())
    bulk.insert(TimelineEvent.__table__, _EVENT, [
        (new, key(child), kind, day(on), now, sentence, values if isinstance(values, str) else as_json(values),
         key(subject), by_name)
        for new, (child, kind, on, sentence, values, subject) in zip(new_keys(len(rows)), rows, strict=True)])


def insert_sights(session: Session, rows: Sequence[tuple[Key, str, Key, str, Key | None, date | str]]) -> None:
    """Open files to holders: (child, kind, holder, because of what, its row, from which day)."""
    Bulk(session).insert(Sight.__table__, _SIGHT, [
        (new, key(child), kind, key(holder), because, key(because_id), day(since))
        for new, (child, kind, holder, because, because_id, since) in zip(new_keys(len(rows)), rows, strict=True)])
