"""Reading children. The actor comes first and the scope is part of every query."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from functools import lru_cache

from sqlalchemy import Integer, Select, Uuid, bindparam, func, or_, select

from app.access import Actor
from app.children.former_identities import KnownChild, all_known_as
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
from app.children.sight import file_of, in_past_sight, in_sight, of_child, past_until, past_untils, read_only
from app.children.types import EventKind
from app.db import Rows, db, vault
from app.db.remember import remembered
from app.errors import NotFound
from app.kernel.ids import milliseconds_of
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
        _follow(actor, child_id)
        until = past_until(actor, child_id)
        raise read_only(until) if until else NotFound
    return child


def get_file(actor: Actor, child_id: uuid.UUID) -> Child:
    """The same for the child of a row that was found by its own key: the kept file, where it stands under a second."""
    return get_child(actor, file_of(child_id))


def read_child(actor: Actor, child_id: uuid.UUID) -> tuple[Child, date | None]:
    """The child for a page that a former holder may read too, and the day from which it shows nothing (None: all).

    Raises NotFound.
    """
    child = find_child(actor, child_id)
    if child is not None:
        return child, None
    _follow(actor, child_id)
    until = past_until(actor, child_id)
    child = db.session.get(Child, child_id) if until else None
    if child is None:
        raise NotFound
    return child, until


class Merged(Exception):
    """The file is a second one: what is known of the child stands in the file `kept_id`, which the actor may read. A
    page that is read leads there, one that writes says so (see setup.py)."""

    def __init__(self, child_id: uuid.UUID, kept_id: uuid.UUID):
        super().__init__(f"{child_id} was merged into {kept_id}")
        self.child_id, self.kept_id = child_id, kept_id


def _follow(actor: Actor, child_id: uuid.UUID) -> None:
    """Raises Merged for a second file of a child whose file the actor sees or once held."""
    kept_id = file_of(child_id)
    if kept_id != child_id and (find_child(actor, kept_id) or past_until(actor, kept_id)):
        raise Merged(child_id, kept_id)


def list_past(actor: Actor, *, limit: int, offset: int) -> list[tuple[KnownChild, date]]:
    """Children whose file the actor held once, by their number, as they were known on the day from which it is
    hidden, with that day. By number: where today's name stands in the alphabet is nothing for them."""
    children = db.session.scalars(
        select(Child).where(in_past_sight(actor)).order_by(Child.file_number).limit(limit).offset(offset)
    ).all()
    untils = past_untils(actor, [child.id for child in children])
    known = all_known_as([(child, untils[child.id]) for child in children])
    return [(one, untils[one.id]) for one in known]


def count_past(actor: Actor) -> int:
    """How many they are."""
    return remembered(
        ("past", actor, today()),
        lambda: db.session.scalar(select(func.count()).select_from(Child).where(in_past_sight(actor))) or 0,
    )


def read_past(child_id: uuid.UUID, until: date) -> tuple[list[TimelineEvent], list[Disability], list[Diagnosis]]:
    """What a former holder's first page of a file shows: (day, code, sentence, values) of the timeline, newest first,
    the disabilities and the diagnoses, all as they were known before a day."""
    events = [
        row
        for row in db.session.scalars(
            select(TimelineEvent)
            .where(of_child(TimelineEvent.child_id, child_id), TimelineEvent.happened_on < until)
            .order_by(TimelineEvent.happened_on.desc(), TimelineEvent.recorded_at.desc(), TimelineEvent.id.desc())
        )
        if known_before(row.recorded_at, until)
    ]
    disabilities = list(
        db.session.scalars(
            select(Disability)
            .where(
                of_child(Disability.child_id, child_id),
                Disability.valid_from < until,
                or_(Disability.valid_to.is_(None), Disability.valid_to >= until),
            )
            .order_by(Disability.position, Disability.id)
        )
    )
    diagnoses = [
        row
        for row in db.session.scalars(
            select(Diagnosis)
            .where(of_child(Diagnosis.child_id, child_id))
            .order_by(Diagnosis.found_on.desc(), Diagnosis.id)
        )
        if _found_before(row, until)
    ]
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


def read_overview(child_id: uuid.UUID) -> tuple[Rows, Rows, Rows, HomePoint | None]:
    """What the first page of a file shows of a child that was loaded in sight: today's family, today's disabilities, a
    doctor's words (newest first), and the home point or None.

    The lists hold rows of the same columns as their objects, numbers still sealed; making the objects would take
    longer than asking. The rows of the family have the columns of Guardianship and of Guardian (`guardian_id` says
    which).
    """
    asked = {"child": child_id}
    return (
        db.rows(_FAMILY, asked).all(),
        db.rows(_DISABILITIES, asked).all(),
        db.rows(_DIAGNOSES, asked).all(),
        find_home(child_id),
    )


def find_home(child_id: uuid.UUID) -> HomePoint | None:
    """The home point of a child that was loaded in sight."""
    return db.session.scalar(_HOME, {"child": child_id})


def find_safety(child_id: uuid.UUID) -> SafetyCard | None:
    """The safety card of a child that was loaded in sight."""
    return db.session.scalar(_SAFETY, {"child": child_id})


def count_events(child_id: uuid.UUID) -> dict[EventKind, int]:
    """How many lines of the timeline there are of each kind."""
    return dict(db.rows(_KINDS, {"child": child_id}).all())


def list_events(child_id: uuid.UUID, kind: EventKind | None, *, limit: int, offset: int) -> Rows:
    """One page of the timeline, newest first: (happened_on, code, sentence, values)."""
    query = _EVENTS if kind is None else _EVENTS.where(TimelineEvent.kind == kind)
    return db.rows(query, {"child": child_id, "most": limit, "from": offset}).all()


# What every opening of a file asks, put together once: that takes longer than to run it.
_CHILD = bindparam("child", type_=Uuid())
_FAMILY = (
    select(Guardianship, Guardian)
    .join(Guardian, Guardian.id == Guardianship.guardian_id)
    .where(Guardianship.child_id == _CHILD, Guardianship.valid_to.is_(None))
    .order_by(Guardianship.position, Guardianship.id)
)
_DISABILITIES = (
    select(Disability)
    .where(Disability.child_id == _CHILD, Disability.valid_to.is_(None))
    .order_by(Disability.position, Disability.id)
)
_DIAGNOSES = (
    select(Diagnosis).where(of_child(Diagnosis.child_id, _CHILD)).order_by(Diagnosis.found_on.desc(), Diagnosis.id)
)
_HOME = select(HomePoint).where(HomePoint.child_id == _CHILD)
_SAFETY = select(SafetyCard).where(SafetyCard.child_id == _CHILD)
_KINDS = (
    select(TimelineEvent.kind, func.count())
    .where(of_child(TimelineEvent.child_id, _CHILD))
    .group_by(TimelineEvent.kind)
)
_EVENTS = (
    select(TimelineEvent.happened_on, TimelineEvent.code, TimelineEvent.sentence, TimelineEvent.values)
    .where(of_child(TimelineEvent.child_id, _CHILD))
    .order_by(TimelineEvent.happened_on.desc(), TimelineEvent.recorded_at.desc(), TimelineEvent.id.desc())
    .limit(bindparam("most", type_=Integer()))
    .offset(bindparam("from", type_=Integer()))
)


def find_guardian(document_number: str) -> Guardian | None:
    """The guardian with this ID number: brothers and sisters share the row."""
    return db.session.scalar(
        select(Guardian)
        .where(Guardian.document_number_blind == vault().blind("document", document_number))
        .order_by(Guardian.id)
        .limit(1)
    )
