"""Reading children. The actor comes first and the scope is part of every query."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from sqlalchemy import Integer, Select, Uuid, bindparam, func, or_, select

from app.access import Actor
from app.accounts.models import SavedFilter
from app.children.formerly import KnownChild, all_known_as
from app.children.models import (
    Child,
    Diagnosis,
    Disability,
    Guardian,
    Guardianship,
    HomePoint,
    SafetyCard,
    TimelineEvent,
)
from app.children.rules import identity, likeness
from app.children.sight import in_past_sight, in_sight, past_until, past_untils, read_only
from app.children.types import EventKind
from app.db import db, vault
from app.db.remember import remembered
from app.errors import NotFound
from app.kernel.identifiers import normalise_number
from app.kernel.ids import milliseconds_of
from app.kernel.lookalikes import skeleton
from app.schools.models import Unit
from app.web.filters import LOCAL, today


def find_child(actor: Actor, child_id: uuid.UUID) -> Child | None:
    """The child, or None when there is none in the actor's sight."""
    return db.session.scalar(_one(actor, today()), {"child": child_id})


@lru_cache(maxsize=512)
def _one(actor: Actor, _day: date) -> Select:
    """The statement of `find_child`, kept for who comes again on the same day."""
    return select(Child).where(Child.id == bindparam("child", type_=Uuid()), in_sight(actor))


def get_child(actor: Actor, child_id: uuid.UUID) -> Child:
    """The child in the actor's sight. Raises NotFound (a page answers 404), and ReadOnly (403) for a former holder."""
    child = find_child(actor, child_id)
    if child is None:
        until = past_until(actor, child_id)
        raise read_only(until) if until else NotFound
    return child


def read_child(actor: Actor, child_id: uuid.UUID) -> tuple[Child, date | None]:
    """The child for a page that a former holder may read too, and the day from which it shows nothing (None: all).

    Raises NotFound.
    """
    child = find_child(actor, child_id)
    if child is not None:
        return child, None
    until = past_until(actor, child_id)
    child = db.session.get(Child, child_id) if until else None
    if child is None:
        raise NotFound
    return child, until


def list_past(actor: Actor, *, limit: int, offset: int) -> list[tuple[KnownChild, date]]:
    """Children whose file the actor held once, by their number, as they were known on the day from which it is
    hidden, with that day. By number: where today's name stands in the alphabet is nothing for them."""
    children = db.session.scalars(select(Child).where(in_past_sight(actor)).order_by(Child.file_number)
                                  .limit(limit).offset(offset)).all()
    untils = past_untils(actor, [child.id for child in children])
    known = all_known_as([(child, untils[child.id]) for child in children])
    return [(one, untils[one.id]) for one in known]


def count_past(actor: Actor) -> int:
    """How many they are."""
    return remembered(("past", actor, today()), lambda: db.session.scalar(
        select(func.count()).select_from(Child).where(in_past_sight(actor))) or 0)


def read_past(child_id: uuid.UUID, until: date) -> tuple[list[TimelineEvent], list[Disability],
                                                              list[Diagnosis]]:
    """What a former holder's first page of a file shows: (day, sentence, values) of the timeline, newest first, the
    disabilities and the diagnoses, all as they were known before a day."""
    events = [row for row in db.session.scalars(select(TimelineEvent).where(
        TimelineEvent.child_id == child_id, TimelineEvent.happened_on < until).order_by(
        TimelineEvent.happened_on.desc(), TimelineEvent.recorded_at.desc(), TimelineEvent.id.desc()))
        if known_before(row.recorded_at, until)]
    disabilities = list(db.session.scalars(select(Disability).where(
        Disability.child_id == child_id, Disability.valid_from < until,
        or_(Disability.valid_to.is_(None), Disability.valid_to >= until)).order_by(Disability.position, Disability.id)))
    diagnoses = [row for row in db.session.scalars(select(Diagnosis).where(Diagnosis.child_id == child_id).order_by(
        Diagnosis.found_on.desc(), Diagnosis.id)) if _found_before(row, until)]
    return events, disabilities, diagnoses


def known_before(moment: datetime, until: date | None) -> bool:
    """True when something written at a moment is no later fact for a former holder (None: whoever sees all)."""
    return until is None or moment.astimezone(LOCAL).date() < until


def _found_before(row: Diagnosis, until: date) -> bool:
    """The same for a diagnosis, which keeps no moment but that of its id; an id that was not made here (demo rows,
    rows of another program) tells none, and then the day of the finding decides: without one it stays hidden."""
    if row.id.version == 7:
        return known_before(datetime.fromtimestamp(milliseconds_of(row.id) / 1000, UTC), until)
    return row.found_on is not None and row.found_on < until


def list_guardianships(child_id: uuid.UUID) -> list[tuple[Guardianship, Guardian]]:
    """Today's family members of a child that was loaded in sight, in their order."""
    return [(row[0], row[1]) for row in db.session.execute(_FAMILY, {"child": child_id})]


def list_disabilities(child_id: uuid.UUID) -> list[Disability]:
    """Today's disabilities, the main one first."""
    return list(db.session.scalars(_DISABILITIES, {"child": child_id}))


def read_overview(child_id: uuid.UUID) -> tuple[list, list, list, HomePoint | None]:
    """What the first page of a file shows of a child that was loaded in sight: today's family, today's disabilities, a
    doctor's words (newest first), and the home point or None.

    The lists hold rows of the same columns as their objects, numbers still sealed; making the objects would take
    longer than asking. The rows of the family have the columns of Guardianship and of Guardian (`guardian_id` says
    which).
    """
    asked = {"child": child_id}
    return (db.rows(_FAMILY, asked).all(), db.rows(_DISABILITIES, asked).all(), db.rows(_DIAGNOSES, asked).all(),
            find_home(child_id))


def find_home(child_id: uuid.UUID) -> HomePoint | None:
    """The home point of a child that was loaded in sight."""
    return db.session.scalar(_HOME, {"child": child_id})


def find_safety(child_id: uuid.UUID) -> SafetyCard | None:
    """The safety card of a child that was loaded in sight."""
    return db.session.scalar(_SAFETY, {"child": child_id})


def count_events(child_id: uuid.UUID) -> dict[EventKind, int]:
    """How many lines of the timeline there are of each kind."""
    return dict(db.rows(_KINDS, {"child": child_id}).all())


def list_events(child_id: uuid.UUID, kind: EventKind | None, *, limit: int, offset: int) -> list:
    """One page of the timeline, newest first: (happened_on, sentence, values)."""
    query = _EVENTS if kind is None else _EVENTS.where(TimelineEvent.kind == kind)
    return db.rows(query, {"child": child_id, "most": limit, "from": offset}).all()


# What every opening of a file asks, put together once: that takes longer than to run it.
_CHILD = bindparam("child", type_=Uuid())
_FAMILY = (select(Guardianship, Guardian).join(Guardian, Guardian.id == Guardianship.guardian_id)
           .where(Guardianship.child_id == _CHILD, Guardianship.valid_to.is_(None))
           .order_by(Guardianship.position, Guardianship.id))
_DISABILITIES = select(Disability).where(Disability.child_id == _CHILD, Disability.valid_to.is_(None)).order_by(
    Disability.position, Disability.id)
_DIAGNOSES = select(Diagnosis).where(Diagnosis.child_id == _CHILD).order_by(Diagnosis.found_on.desc(), Diagnosis.id)
_HOME = select(HomePoint).where(HomePoint.child_id == _CHILD)
_SAFETY = select(SafetyCard).where(SafetyCard.child_id == _CHILD)
_KINDS = select(TimelineEvent.kind, func.count()).where(TimelineEvent.child_id == _CHILD).group_by(TimelineEvent.kind)
_EVENTS = select(TimelineEvent.happened_on, TimelineEvent.sentence, TimelineEvent.values).where(
    TimelineEvent.child_id == _CHILD).order_by(
    TimelineEvent.happened_on.desc(), TimelineEvent.recorded_at.desc(), TimelineEvent.id.desc()
).limit(bindparam("most", type_=Integer())).offset(bindparam("from", type_=Integer()))


@dataclass(frozen=True)
class Match:
    """A file that may be the same child. Outside the actor's sight only the unit is told, to know whom to ask."""

    unit: str
    why: str
    child_id: uuid.UUID | None = None
    name: str = ""
    file_number: str = ""
    birth_on: date | None = None

    @property
    def certain(self) -> bool:
        """True when both carry the same number."""
        return self.why == "number"


def find_matches(actor: Actor, *, number: str | None, name: str, birth_on: date | None,
                 guardians: tuple[str, ...] = (), but: uuid.UUID | None = None) -> list[Match]:
    """Files with the same number, else with the same name (as it looks), birth date and, where both have one, guardian.

    Looks at every file of the city, because a double file is worst where its two halves lie in two districts; what
    lies outside the actor's sight comes back without name and number. The rule is `rules.likeness`.
    """
    text = normalise_number(number)
    blind = vault().blind("document", text) if text else None
    tests = [Child.document_number_blind == blind] if text else []
    if name and birth_on:
        tests.append(Child.birth_on == birth_on)
    if not tests:
        return []
    query = (select(Child, Unit.name, in_sight(actor).label("seen")).join(Unit, Unit.id == Child.unit_id)
             .where(or_(*tests)).order_by(Child.file_number))
    if but is not None:
        query = query.where(Child.id != but)
    said = identity(name, birth_on.isoformat() if birth_on else "", blind, guardians)
    found = []
    for child, unit, seen in db.session.execute(query).all():
        if child.document_number_blind != blind and skeleton(child.name) != skeleton(name):
            continue  # nearly all that were born on this day
        known = identity(child.name, child.birth_on.isoformat(), child.document_number_blind,
                         _guardian_names(child.id) if guardians else ())
        if likeness(said, known) is None:
            continue
        why = "number" if text and child.document_number_blind == blind else "person"
        found.append(Match(unit, why, child.id, child.name, child.file_number, child.birth_on) if seen
                     else Match(unit, why))
    return found[:5]


def _guardian_names(child_id: uuid.UUID) -> list[str]:
    return list(db.session.scalars(select(Guardian.name).join(Guardianship, Guardianship.guardian_id == Guardian.id)
                                   .where(Guardianship.child_id == child_id)))


def find_guardian(document_number: str) -> Guardian | None:
    """The guardian with this ID number: brothers and sisters share the row."""
    return db.session.scalar(select(Guardian).where(
        Guardian.document_number_blind == vault().blind("document", document_number)).order_by(Guardian.id).limit(1))


def list_saved_filters(actor: Actor) -> list:
    """The actor's own named filters of the list of children: (id, name, query)."""
    return db.rows(_SAVED, {"user": actor.user_id}).all()


_SAVED = select(SavedFilter.id, SavedFilter.name, SavedFilter.query).where(
    SavedFilter.user_id == bindparam("user", type_=Uuid()), SavedFilter.page == "children"
).order_by(SavedFilter.name, SavedFilter.id).limit(20)
