"""Rows for the pages of the roll."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, bindparam, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from app.access import Actor, Permission
from app.children.models import Child
from app.children.queries import known_before, read_child
from app.children.sight import file_of, in_sight, name_seen, of_child, told_in_sight
from app.db import Rows, db
from app.db.remember import remembered
from app.errors import NotFound
from app.roll.models import Membership, Movement, RollRequest, RollState, StudentNumber, Transfer, TransferAnswer
from app.roll.queries.scope import party_to
from app.roll.types import UNDOES, MovementKind, RollStatus, SchoolLink, TransferState
from app.schools.models import School
from app.web.filters import today

WARN_DAYS = 30
"""Days before the end of a suspension or deferral from which it is listed."""
MOST = 100
TOLD_FOR = timedelta(days=7)
"""How long a side is told that the other moved or took back an agreed transfer."""
MOVES = (MovementKind.TRANSFER_OUT, MovementKind.TRANSFER_IN)


@dataclass(frozen=True)
class MovementFilters:
    """What the list of movements is narrowed to."""

    kind: MovementKind | None = None
    since: date | None = None
    words: str = ""


def list_links(child_id: uuid.UUID, *, until: date | None = None) -> list:
    """All links of a child (loaded in sight), today's first, then the newest: rows (Membership, school name).

    With `until` those that began before it, for a former holder.
    """
    return list(db.session.execute(_links(), {"child": child_id, "until": until or date.max}))


@cache
def _links() -> Select:
    """This statement and those below are put together once: that takes longer than running them."""
    return (
        select(Membership, School.name.label("school"))
        .join(School, School.id == Membership.school_id)
        .where(
            of_child(Membership.child_id, bindparam("child")),
            Membership.valid_from < bindparam("until"),
            or_(Membership.valid_to.is_(None), Membership.valid_to > Membership.valid_from),
        )
        .order_by(
            Membership.valid_to.is_not(None),
            Membership.link != SchoolLink.ROLL,
            Membership.valid_from.desc(),
            Membership.id.desc(),
        )
    )


def list_numbers(child_id: uuid.UUID) -> list[StudentNumber]:
    """All student numbers of a child (loaded in sight), newest first."""
    return list(db.session.scalars(_numbers(), {"child": child_id}))


@cache
def _numbers() -> Select:
    return (
        select(StudentNumber)
        .where(of_child(StudentNumber.child_id, bindparam("child")))
        .order_by(
            StudentNumber.child_id != bindparam("child"), StudentNumber.valid_from.desc(), StudentNumber.id.desc()
        )
    )


def list_movements_of(child_id: uuid.UUID, *, until: date | None = None) -> list:
    """All movements of a child (loaded in sight), newest first: rows (Movement, school, other).

    With `until` those of before that day, for a former holder.
    """
    rows = db.session.execute(_movements_of(), {"child": child_id}).all()
    if until is None:
        return list(rows)
    void = list_void(rows)
    return [
        row
        for row in rows
        if row.Movement.id not in void
        and row.Movement.effective_on < until
        and known_before(row.Movement.recorded_at, until)
    ]


def read_movement(actor: Actor, movement_id: uuid.UUID) -> tuple[Movement, Child, date | None]:
    """A movement that the actor reads, its child, and for a former holder the day from which the file is hidden. Raises
    NotFound."""
    child_id = db.session.scalar(select(Movement.child_id).where(Movement.id == movement_id))
    if child_id is None:
        raise NotFound
    child, until = read_child(actor, file_of(child_id))
    rows = (row.Movement for row in list_movements_of(child.id, until=until))
    found = next((row for row in rows if row.id == movement_id), None)
    if found is None:
        raise NotFound
    return found, child, until


@cache
def _movements_of() -> Select:
    school, other = _schools()
    return (
        select(Movement, school.name.label("school"), other.name.label("other"))
        .outerjoin(school, school.id == Movement.school_id)
        .outerjoin(other, other.id == Movement.other_school_id)
        .where(of_child(Movement.child_id, bindparam("child")))
        .order_by(Movement.recorded_at.desc(), Movement.id.desc())
    )


def list_void(rows: Rows) -> set[uuid.UUID]:
    """Which of a child's movements (rows of `list_movements_of`) hold no more: the leaving and the coming that stood
    there for a later day when the transfer was moved or taken back. Movements are frozen, a later one tells it."""
    undoing = [row.Movement for row in rows if row.Movement.kind in UNDOES]
    return {
        row.Movement.id
        for row in rows
        if row.Movement.kind in MOVES
        and any(
            one.child_id == row.Movement.child_id
            and one.recorded_at > row.Movement.recorded_at
            and one.effective_on < row.Movement.effective_on
            for one in undoing
        )
    }


def _holds() -> ColumnElement[bool]:
    """The same for the list of all movements."""
    undoing = aliased(Movement)
    return Movement.kind.not_in(MOVES) | ~exists(
        select(undoing.id)
        .where(
            undoing.child_id == Movement.child_id,
            undoing.kind.in_(UNDOES),
            undoing.recorded_at > Movement.recorded_at,
            undoing.effective_on < Movement.effective_on,
        )
        .correlate(Movement)
    )


@lru_cache(maxsize=1)
def _schools() -> tuple:
    """The table of schools under two names, made once: making them takes longer than the query."""
    return aliased(School), aliased(School)


def _narrowed(query: Select, actor: Actor, filters: MovementFilters) -> Select:
    if not actor.municipal:  # a join: found from the children's side, and in one walk
        query = query.join(Child, Child.id == Movement.child_id).where(told_in_sight(actor))
    query = query.where(_holds())
    if filters.kind is not None:
        query = query.where(Movement.kind == filters.kind)
    if filters.since is not None:
        query = query.where(Movement.effective_on >= filters.since)
    if filters.words:
        names = select(Child.id).where(Child.name.startswith(filters.words, autoescape=True))
        query = query.where(Movement.child_id.in_(names))
    return query


def list_movements(actor: Actor, filters: MovementFilters, page_of: Callable[[int], Any]) -> tuple[Rows, Any]:
    """Recent movements of children in sight, a page of them: (rows (child_id, kind, effective_on, reason, by_name,
    school, name), page). How many there are and the page are kept until something changes: both cost a look at every
    child of the district."""
    day = today()
    page = page_of(
        remembered(
            ("movements", actor, filters, day),
            lambda: db.session.scalar(_narrowed(select(func.count(Movement.id)), actor, filters)),
        )
    )
    asked = actor, filters, day, page.offset, page.size
    return remembered(("page of movements", *asked), lambda: db.rows(_page_of_movements(*asked)).all()), page


@lru_cache(maxsize=256)
def _page_of_movements(actor: Actor, filters: MovementFilters, _day: date, offset: int, limit: int) -> Select:
    """The statement of a page, kept for who comes again on the same day: making it takes longer than running it."""
    order = Movement.effective_on.desc(), Movement.id.desc()
    chosen = _narrowed(select(Movement.id), actor, filters).order_by(*order).offset(offset).limit(limit).correlate(None)
    return (
        select(
            Movement.child_id,
            Movement.kind,
            Movement.effective_on,
            Movement.reason,
            Movement.by_name,
            School.name.label("school"),
            Child.name.label("name"),
        )
        .join(Child, Child.id == Movement.child_id)
        .outerjoin(School, School.id == Movement.school_id)
        .where(Movement.id.in_(chosen))
        .order_by(*order)
        .limit(limit)
    )


def list_requests(actor: Actor) -> Rows:
    """Open requests about children in sight, oldest first: rows (id, child_id, name, kind, effective_on, asked_by_id,
    asked_by_name, school)."""
    return db.rows(_open_requests(actor, today())).all()


@lru_cache(maxsize=256)
def _open_requests(actor: Actor, _day: date) -> Select:
    # Asked of each open one, which are few: joined, SQLite would look for requests of every child in sight.
    seen = exists(select(Child.id).where(Child.id == RollRequest.child_id, in_sight(actor)).correlate(RollRequest))
    return (
        select(
            RollRequest.id,
            RollRequest.child_id,
            Child.name,
            RollRequest.kind,
            RollRequest.effective_on,
            RollRequest.asked_by_id,
            RollRequest.asked_by_name,
            School.name.label("school"),
        )
        .join(Child, Child.id == RollRequest.child_id)
        .join(School, School.id == RollRequest.school_id)
        .where(_is_open(RollRequest), seen)
        .order_by(RollRequest.asked_at)
        .limit(MOST)
    )


def _is_open(table: type[RollRequest | Transfer]) -> ColumnElement[bool]:
    """Said in the words of the index of open ones: a parameter in their place has SQLite plan at every run anew."""
    return table.state == literal_column(f"'{TransferState.OPEN}'")


def find_open_request(child_id: uuid.UUID) -> RollRequest | None:
    """The request of a child (loaded in sight) that waits for its answer."""
    return db.session.scalar(_open_one(RollRequest), {"child": child_id})


def find_open_transfer(child_id: uuid.UUID) -> Transfer | None:
    """The open transfer of a child (loaded in sight)."""
    return db.session.scalar(_open_one(Transfer), {"child": child_id})


@cache
def _open_one(table: type[RollRequest | Transfer]) -> Select:
    return select(table).where(table.child_id == bindparam("child"), table.state == TransferState.OPEN)


def find_taking_back(transfer: Transfer) -> Movement | None:
    """The movement that took back this transfer (loaded for a party); None when it stands or was refused."""
    if transfer.state != TransferState.REFUSED:
        return None
    end = db.session.scalar(
        select(Movement)
        .where(
            Movement.child_id == transfer.child_id,
            Movement.school_id == transfer.from_school_id,
            Movement.other_school_id == transfer.to_school_id,
            Movement.recorded_at >= transfer.opened_at,
            Movement.kind.in_([MovementKind.TRANSFER_REFUSED, MovementKind.TRANSFER_WITHDRAWN]),
        )
        .where(_undone_by() == transfer.id)
        .order_by(Movement.recorded_at, Movement.id)
        .limit(1)
    )
    return end if end is not None and end.kind == MovementKind.TRANSFER_WITHDRAWN else None


def list_undone(actor: Actor, on: date) -> Rows:
    """Transfers of the actor's schools that another person moved or took back in the last days, newest first:
    rows (id of the transfer, name, kind, effective_on, reason, by_name, seen). None for the city, which is no side."""
    return [] if actor.municipal else db.rows(_undone(actor, on, today())).all()


@lru_cache(maxsize=256)
def _undone(actor: Actor, on: date, _day: date) -> Select:
    return (
        select(
            Transfer.id,
            name_seen(actor).label("name"),
            Movement.kind,
            Movement.effective_on,
            Movement.reason,
            Movement.by_name,
            in_sight(actor).label("seen"),
        )
        .select_from(Movement)
        .join(Child, Child.id == Movement.child_id)
        .join(Transfer, Transfer.id == _undone_by())
        .where(
            Movement.kind.in_(UNDOES),
            Movement.effective_on > on - TOLD_FOR,
            func.coalesce(Movement.approved_by_id, Movement.by_id).is_distinct_from(actor.user_id),
            party_to(actor),
        )
        .order_by(Movement.recorded_at.desc())
        .limit(MOST)
    )


def _undone_by() -> ScalarSelect[uuid.UUID]:
    """The transfer that a movement undoes: the last that was opened before it between its two schools. An older one of
    the same child and schools was closed before."""
    one = aliased(Transfer)
    return (
        select(one.id)
        .where(
            one.child_id == Movement.child_id,
            one.from_school_id == Movement.school_id,
            one.to_school_id == Movement.other_school_id,
            one.opened_at <= Movement.recorded_at,
        )
        .order_by(one.opened_at.desc(), one.id.desc())
        .limit(1)
        .correlate(Movement)
        .scalar_subquery()
    )


def list_answers(transfer_id: uuid.UUID) -> list[TransferAnswer]:
    """What the parties of a transfer (loaded in scope) have said, in order."""
    return list(
        db.session.scalars(
            select(TransferAnswer).where(TransferAnswer.transfer_id == transfer_id).order_by(TransferAnswer.at)
        )
    )


def list_ending(actor: Actor, on: date) -> Rows:
    """Suspensions and deferrals that end soon or have run out, the oldest first: rows (id, name, status, due_on).

    Kept until something changes: every state of a district is looked at.
    """
    return remembered(("ending", actor, on, today()), lambda: db.session.execute(_ending(actor, on)).all())


def _ending(actor: Actor, on: date) -> Select:
    return (
        select(Child.id, Child.name, RollState.status, RollState.due_on)
        .join(RollState, (RollState.child_id == Child.id) & RollState.valid_to.is_(None))
        .where(
            RollState.status.in_([RollStatus.SUSPENDED, RollStatus.DEFERRED]),
            RollState.due_on <= on + timedelta(days=WARN_DAYS),
            in_sight(actor),
        )
        .order_by(RollState.due_on, Child.id)
        .limit(MOST)
    )


def waits_for(actor: Actor, request: RollRequest | Row[Any]) -> bool:
    """True when this request (RollRequest, or its row of `list_requests`) can be answered by the actor: the right to
    approve, and not asked by the actor itself."""
    return actor.may(Permission.ROLL_APPROVE) and request.asked_by_id != actor.user_id
