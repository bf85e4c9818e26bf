"""Who may see a child's file, and who may write in it: the predicates that every query and every action starts from.

City coordinators see all; district coordinators the children of their units; everybody else the children in their
sight (a school's by a roll link, a teacher's by a team, an expert's by a referral, a guardian's by guardianship).
Writing asks nothing but the sight (and whether it is the city): the unit that answers for a child has one too, written
with its period (see responsible.py).
Accounts without a role in children (administrator, auditor) see none.

A sight has a right. Who only reads may not write; who held the file once (a school after a transfer, a district after
a move) reads its own years: `facts_to` is the day from which the file is hidden. Such a former holder is not *in
sight*: every page refuses it but those that ask `past_until` and show no later fact.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute

from app.access import Actor
from app.children import aliases
from app.children.models import Child, FileMerge, FormerIdentity, ResponsibleUnit, Sight
from app.children.refusals import ReadOnly, read_only
from app.children.responsible import answered_by
from app.children.scoping import scoped
from app.children.types import SightKind, SightRight
from app.db import db
from app.db.remember import remembered
from app.web.filters import today

of_child, ids_of, is_file, file_of = aliases.of_child, aliases.ids_of, aliases.is_file, aliases.file_of
kept_file = aliases.kept_file


def in_sight(
    actor: Actor, child_id: InstrumentedAttribute | None = None, *, on: date | None = None
) -> ColumnElement[bool]:
    """Return the SQL condition that a child is in the actor's sight today, with all that its file says.

    Without `child_id` it is about `Child` in the query; with it (for example `Visit.child_id`) about that column. With
    `on` it is about that day: whose child it was then, so that figures of a past day stay what they were.
    """
    return _held(actor, child_id, on)


def told_in_sight(actor: Actor, child_id: InstrumentedAttribute | None = None) -> ColumnElement[bool]:
    """The same for what happened (movements, visits): a second file's stays with those who had that file."""
    return scoped(_held_by(actor, child_id, None))


def opens(actor: Actor, child_id: InstrumentedAttribute) -> ColumnElement[bool]:
    """The SQL condition that a row asked for by its own key belongs to a child in sight, under any of its ids."""
    return scoped(true()) if actor.municipal else in_sight(actor, cast("InstrumentedAttribute", kept_file(child_id)))


def writable(actor: Actor, child_id: InstrumentedAttribute | None = None) -> ColumnElement[bool]:
    """Return the SQL condition that the actor may write about a child today: `may_write` for many at once."""
    column = Child.id if child_id is None else child_id
    if actor.municipal:
        return scoped(is_file(column))
    holders = actor.holder_ids | actor.unit_ids
    written = select(Sight.child_id).where(_open(holders, today()), Sight.right == SightRight.WRITE)
    return scoped(and_(column.in_(written), is_file(column)) if holders else false())


def may_write(actor: Actor, child: Child) -> bool:
    """True when the actor may write about this child today: the city, and holders of a sight with the right to write,
    of whom the district that answers for it is one. What it may write is the matter of its permissions."""
    if child.merged_into is not None or actor.municipal:
        return child.merged_into is None
    holders = actor.holder_ids | actor.unit_ids
    return remembered(("may write", holders, child.id, today()), lambda: _writes(actor, child.id))


def holds_pen(actor: Actor, child: Child) -> bool:
    """The same whether the file is a second one or not: who may undo that."""
    return actor.municipal or _writes(actor, child.id)


def answers_for(actor: Actor, child: Child) -> bool:
    """True when the actor acts for the district that answers for the child today, by the sight of that unit; the city
    does. Who holds another role beside writes with that one, and decides nothing that is the district's."""
    return actor.municipal or _holds(actor.unit_ids, child.id)


def _writes(actor: Actor, child_id: uuid.UUID) -> bool:
    return _holds(actor.holder_ids | actor.unit_ids, child_id)


def _holds(holders: Collection[uuid.UUID], child_id: uuid.UUID) -> bool:
    return (
        bool(holders)
        and db.session.scalar(
            select(Sight.id)
            .where(Sight.child_id == child_id, _open(holders, today()), Sight.right == SightRight.WRITE)
            .limit(1)
        )
        is not None
    )


def require_write(actor: Actor, child: Child | uuid.UUID) -> None:
    """Every action about a child asks this first. Raises ReadOnly."""
    row = child if isinstance(child, Child) else db.session.get(Child, child)
    if row is not None and aliases.merged_into(row) is not None:
        raise second_file(actor, row)
    if not actor.municipal and (row is None or not _writes(actor, row.id)):  # never from what is remembered
        raise read_only(None if row is None else past_until(actor, row.id))


def second_file(actor: Actor, child: Child) -> ReadOnly:
    """The refusal to write in a file that was merged into another."""
    return ReadOnly(aliases.closed(child, in_sight(actor)))


def past_until(actor: Actor, child_id: uuid.UUID) -> date | None:
    """The day from which the file is hidden from a former holder; None for who never held it.

    Asked only when the child is not in the actor's sight today.
    """
    return past_untils(actor, [child_id]).get(child_id)


def past_untils(actor: Actor, child_ids: list[uuid.UUID]) -> dict[uuid.UUID, date]:
    """The same for many: id of the child → day."""
    found: dict[uuid.UUID, date] = {}
    for child_id, column, tests in (
        (ResponsibleUnit.child_id, ResponsibleUnit.valid_to, _past_unit(actor) if actor.unit_ids else None),
        (Sight.child_id, Sight.facts_to, _past_sight(actor) if actor.holder_ids else None),
    ):
        if tests is not None:
            for one, day in db.session.execute(
                select(child_id, func.max(column)).where(child_id.in_(child_ids), *tests).group_by(child_id)
            ):
                if day is not None:  # the tests leave none without one
                    found[one] = max(day, found.get(one, day))
    if actor.unit_ids:
        for one, day in db.session.execute(aliases.merged_away(actor.unit_ids).where(FileMerge.kept_id.in_(child_ids))):
            found[one] = max(day, found.get(one, day))
    return found


def in_past_sight(actor: Actor) -> ColumnElement[bool]:
    """The SQL condition that the actor held `Child`'s file once and does not today."""
    if actor.municipal:
        return false()
    tests = []
    if actor.unit_ids:
        tests.append(Child.id.in_(select(ResponsibleUnit.child_id).where(*_past_unit(actor))))
        tests.append(Child.id.in_(aliases.merged_away(actor.unit_ids).with_only_columns(FileMerge.kept_id)))
    if actor.holder_ids:
        tests.append(Child.id.in_(select(Sight.child_id).where(*_past_sight(actor))))
    return scoped(and_(or_(*tests), ~in_sight(actor), is_file(Child.id))) if tests else false()


def has_left(actor: Actor, child_id: InstrumentedAttribute | None = None) -> ColumnElement[bool]:
    """The SQL condition that the actor had the child in sight once and has not today, whether it still reads its own
    years or nothing (a teacher after the visits). Lists of the actor's own work still name such a child; what is true
    of it today is not theirs to tell."""
    tests = [] if actor.municipal else [exists().where(*ended) for ended in _ended(actor, child_id)]
    return and_(or_(*tests), ~told_in_sight(actor, child_id)) if tests else false()


def name_seen(actor: Actor) -> ColumnElement[str]:
    """The name of `Child` in a list of the actor's own work: one corrected after the child left stays as it was."""
    if actor.municipal or not (actor.unit_ids or actor.holder_ids):
        return cast("ColumnElement[str]", Child.name)  # an attribute stands where a column does
    since = (exists().where(*ended) for ended in _ended(actor, FormerIdentity.child_id, FormerIdentity.changed_on))
    former = (
        select(FormerIdentity.name)
        .where(FormerIdentity.child_id == Child.id, has_left(actor, FormerIdentity.child_id), ~or_(*since))
        .order_by(FormerIdentity.changed_on, FormerIdentity.id)
        .limit(1)
        .correlate(Child)
        .scalar_subquery()
    )
    return func.coalesce(former, Child.name)


def left_on(actor: Actor, child_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, date]:
    """Of those that have left, the day: from it on nothing is told of them."""
    found: dict[uuid.UUID, date] = {}
    asked = select(Child.id).where(Child.id.in_(child_ids), has_left(actor))
    if actor.municipal or not (gone := set(db.session.scalars(asked))):
        return found
    sights = Sight.holder_id.in_(actor.holder_ids), _SIGHT_END <= today()
    for column, day, ended in (
        (ResponsibleUnit.child_id, ResponsibleUnit.valid_to, actor.unit_ids and _past_unit(actor)),
        (Sight.child_id, _SIGHT_END, actor.holder_ids and sights),
    ):
        if ended:
            for one, last in db.session.execute(
                select(column, func.max(day)).where(column.in_(gone), *ended).group_by(column)
            ):
                found[one] = max(last, found.get(one, last))
    return found


_SIGHT_END = func.coalesce(Sight.facts_to, Sight.valid_to)


def _ended(
    actor: Actor, child_id: InstrumentedAttribute | None, after: InstrumentedAttribute | None = None
) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """For each way of holding a file, the conditions that it ended (later than `after`)."""
    column = Child.id if child_id is None else child_id
    if actor.unit_ids:
        yield (
            ResponsibleUnit.child_id == column,
            *_past_unit(actor),
            *(() if after is None else (ResponsibleUnit.valid_to > after,)),
        )
    if actor.holder_ids:
        yield (
            Sight.child_id == column,
            Sight.holder_id.in_(actor.holder_ids),
            _SIGHT_END <= today(),
            *(() if after is None else (_SIGHT_END > after,)),
        )


def _past_unit(actor: Actor) -> tuple:
    return (
        ResponsibleUnit.unit_id.in_(actor.unit_ids),
        ResponsibleUnit.valid_to <= today(),
        ResponsibleUnit.valid_to > ResponsibleUnit.valid_from,
    )


def _past_sight(actor: Actor) -> tuple:
    day = today()
    return (
        Sight.holder_id.in_(actor.holder_ids),
        Sight.facts_to.is_not(None),
        Sight.valid_from <= day,
        or_(Sight.valid_to.is_(None), Sight.valid_to > day),
    )


def _held(actor: Actor, child_id: InstrumentedAttribute | None, on: date | None) -> ColumnElement[bool]:
    """Those of whom there is a file: a second one is in no list."""
    file = is_file(Child.id if child_id is None else child_id)
    return scoped(file if actor.municipal else and_(_held_by(actor, child_id, on), file))


def _held_by(actor: Actor, child_id: InstrumentedAttribute | None, on: date | None) -> ColumnElement[bool]:
    if actor.municipal:
        return true()
    day, tests = today(), []
    column = Child.id if child_id is None else child_id
    if actor.unit_ids:
        answers = Child.unit_id.in_(actor.unit_ids) if on in (None, day) else answered_by(actor.unit_ids, on)
        tests.append(answers if child_id is None else child_id.in_(select(Child.id).where(answers)))
    if actor.holder_ids:
        tests.append(column.in_(select(Sight.child_id).where(_open(actor.holder_ids, on or day))))
    return or_(*tests) if tests else false()


def _open(holders: Collection[uuid.UUID], day: date) -> ColumnElement[bool]:
    """The condition that a sight of these holders opens the whole file on a day."""
    return and_(
        Sight.holder_id.in_(holders),
        Sight.facts_to.is_(None),
        Sight.valid_from <= day,
        or_(Sight.valid_to.is_(None), Sight.valid_to > day),
    )


def give_sight(
    child_id: uuid.UUID,
    kind: SightKind,
    holder_id: uuid.UUID,
    because: str,
    *,
    on: date,
    because_id: uuid.UUID | None = None,
    right: SightRight = SightRight.WRITE,
) -> None:
    """Open a file to a holder from a day on; giving it twice for the same reason does nothing."""
    there = db.session.scalar(
        select(Sight.id).where(
            Sight.child_id == child_id,
            Sight.holder_id == holder_id,
            Sight.because == because,
            Sight.right == right,
            Sight.facts_to.is_(None),
            Sight.valid_to.is_(None),
        )
    )
    if there is None:
        db.session.add(
            Sight(
                child_id=child_id,
                kind=kind,
                holder_id=holder_id,
                because=because,
                right=right,
                because_id=because_id,
                valid_from=on,
            )
        )
        db.session.flush()


def end_sight(child_id: uuid.UUID, holder_id: uuid.UUID, because: str, *, on: date) -> None:
    """Close it again; it counts at once."""
    db.session.execute(
        update(Sight)
        .where(
            Sight.child_id == child_id, Sight.holder_id == holder_id, Sight.because == because, Sight.valid_to.is_(None)
        )
        .values(valid_to=on)
    )


def reopen_sights(child_id: uuid.UUID, ended_on: date) -> None:
    """What was to end on a day that has not come goes on, and nobody is left with own years from then on: the move
    that would have ended it does not happen."""
    there = and_(Sight.child_id == child_id, Sight.kind != SightKind.UNIT)  # a unit's goes with its period
    db.session.execute(
        update(Sight)
        .where(there, Sight.facts_to.is_not(None), Sight.valid_to.is_(None), Sight.valid_from == ended_on)
        .values(valid_to=ended_on)
    )
    db.session.execute(
        update(Sight)
        .where(there, Sight.facts_to.is_(None), Sight.valid_to == ended_on, Sight.valid_from < ended_on)
        .values(valid_to=None)
    )


def keep_past(
    child_id: uuid.UUID,
    kind: SightKind,
    holder_id: uuid.UUID,
    because: str,
    *,
    on: date,
    facts_to: date | None = None,
    because_id: uuid.UUID | None = None,
) -> None:
    """Leave a holder its own years to read: whatever opened the file to it ends on `on`, and from then on it reads
    what was true before `facts_to` (default `on`)."""
    db.session.execute(
        update(Sight)
        .where(
            Sight.child_id == child_id, Sight.holder_id == holder_id, Sight.facts_to.is_(None), Sight.valid_to.is_(None)
        )
        .values(valid_to=func.max(Sight.valid_from, on) if db.is_sqlite else func.greatest(Sight.valid_from, on))
    )
    db.session.add(
        Sight(
            child_id=child_id,
            kind=kind,
            holder_id=holder_id,
            because=because,
            because_id=because_id,
            right=SightRight.READ,
            facts_to=facts_to or on,
            valid_from=on,
        )
    )
    db.session.flush()


def keep_pasts(rows: Collection[tuple[uuid.UUID, uuid.UUID, str, date, uuid.UUID | None]]) -> None:
    """The same for many files and schools: (child, school, because, day, because of which row)."""
    days = {(child_id, holder_id): day for child_id, holder_id, _because, day, _id in rows}
    ids, holders = list({child_id for child_id, _holder in days}), {holder_id for _child, holder_id in days}
    for at in range(0, len(ids), 500):
        for sight in db.session.scalars(
            select(Sight).where(
                Sight.child_id.in_(ids[at : at + 500]),
                Sight.holder_id.in_(holders),
                Sight.facts_to.is_(None),
                Sight.valid_to.is_(None),
            )
        ):
            if day := days.get((sight.child_id, sight.holder_id)):
                sight.valid_to = max(sight.valid_from, day)
    db.session.add_all(
        Sight(
            child_id=child_id,
            kind=SightKind.SCHOOL,
            holder_id=holder_id,
            because=because,
            because_id=because_id,
            right=SightRight.READ,
            facts_to=day,
            valid_from=day,
        )
        for child_id, holder_id, because, day, because_id in rows
    )
    db.session.flush()
