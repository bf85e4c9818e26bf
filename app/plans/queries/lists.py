"""Lists of plans and their counts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, exists, func, not_, or_, select, text
from sqlalchemy.orm import aliased

from app.access import Actor
from app.children.models import Child
from app.children.sight import in_sight, is_file
from app.db import db
from app.db.remember import remembered
from app.plans.models import PlanForce, PlanVersion
from app.plans.queries.versions import holds_on
from app.plans.rules.periods import days_held
from app.plans.types import (
    PlanList,
    VersionState,
)
from app.roll.models import RollState
from app.roll.types import RollStatus
from app.schools.models import Unit
from app.web.filters import today

DUE_DAYS = 14
EXPIRING_DAYS = 30
_HELD = aliased(PlanForce)


def _in_force(day: date, *where: Any) -> Any:
    """A period in force on a day, as a condition on the row it is asked for."""
    return exists().where(*where, *holds_on(day))


def _followed(day: date) -> Any:
    """The next version is approved and waits for its day: what ends then is no gap."""
    later = aliased(PlanForce)
    return exists().where(later.child_id == PlanVersion.child_id, later.valid_from > day)


def _listed(kind: PlanList, day: date) -> Any:
    """Conditions on a version that make a list; the index on state and review day finds them.

    A review is never after the end (R02), so what ends soon is also found by its review day.
    """
    force = and_(_in_force(day, PlanForce.version_id == PlanVersion.id), is_file(PlanVersion.child_id))
    soon = day + timedelta(days=EXPIRING_DAYS)
    approved = PlanVersion.state == VersionState.APPROVED
    return {
        PlanList.REVIEW: PlanVersion.state == VersionState.SUBMITTED,
        PlanList.DRAFTS: PlanVersion.state == VersionState.DRAFT,
        PlanList.IN_FORCE: and_(approved, force),
        PlanList.DUE: and_(approved, PlanVersion.review_on <= day + timedelta(days=DUE_DAYS), force),
        PlanList.EXPIRING: and_(
            approved, PlanVersion.review_on <= soon, PlanVersion.ends_on <= soon, force, ~_followed(day)
        ),
    }[kind]


def _children(actor: Actor, unit_id: uuid.UUID | None, words: str) -> list:
    """Conditions on `Child`: sight and filters. Empty when there is nothing to narrow."""
    found = [] if actor.municipal else [in_sight(actor)]
    if unit_id:
        found.append(Child.unit_id == unit_id)
    if words:
        plain = words.strip().lower()
        found.append(
            or_(
                Child.name.startswith(words.strip(), autoescape=True),
                Child.name_pinyin.startswith(plain, autoescape=True),
                Child.name_initials.startswith(plain, autoescape=True),
                Child.file_number == words.strip().upper(),
            )
        )
    return found


def _without_plan(day: date) -> Any:
    """A child on the roll whose plan is neither in force nor being written."""
    on_roll = exists().where(
        RollState.child_id == Child.id,
        RollState.valid_to.is_(None),
        RollState.status.in_((RollStatus.ACTIVE, RollStatus.PLACED)),
    )
    return and_(
        on_roll,
        is_file(Child.id),
        ~_in_force(day, PlanForce.child_id == Child.id),
        ~exists().where(PlanVersion.child_id == Child.id, text("plan_versions.state IN ('draft', 'submitted')")),
    )


def count_plans(
    actor: Actor, day: date, *, unit_id: uuid.UUID | None = None, words: str = "", chosen: PlanList | None = None
) -> dict[PlanList, int | None]:
    """How long each list is, with the same filters; one query, and none while nothing has changed.

    The children without a plan are counted over the whole municipality only when that list is `chosen` (else None).
    """
    narrow = _children(actor, unit_id, words)
    kinds = tuple(kind for kind in PlanList if kind != PlanList.MISSING or narrow or chosen == kind)

    def count() -> tuple[int, ...]:
        return tuple(db.session.execute(_counts(day, kinds) if not narrow else _put_together(day, kinds, narrow)).one())

    numbers = count() if words else remembered(("plans", actor, day, unit_id, kinds, today()), count)
    counted = dict(zip(kinds, numbers, strict=True))
    return {kind: counted.get(kind) for kind in PlanList}


@lru_cache(maxsize=8)
def _counts(day: date, kinds: tuple[PlanList, ...]) -> Select:
    return _put_together(day, kinds, [])


def _put_together(day: date, kinds: Iterable[PlanList], narrow: list) -> Select:
    soon = _soon(day, narrow)
    return select(*(_count(kind, day, narrow, soon).scalar_subquery() for kind in kinds))


def _soon(day: date, narrow: list) -> Any:
    """Versions in force whose review is near or over: looked up once for two counts."""
    soon = day + timedelta(days=EXPIRING_DAYS)
    query = select(PlanVersion.review_on, PlanVersion.ends_on, _followed(day).label("followed")).where(
        PlanVersion.state == VersionState.APPROVED,
        PlanVersion.review_on <= soon,
        or_(PlanVersion.review_on <= day + timedelta(days=DUE_DAYS), PlanVersion.ends_on <= soon),
        _in_force(day, PlanForce.version_id == PlanVersion.id),
        is_file(PlanVersion.child_id),
    )
    return _narrowed(query, PlanVersion.child_id, narrow).cte("soon")


def _narrowed(query: Select, child_id: Any, narrow: list) -> Select:
    return query.where(child_id.in_(select(Child.id).where(*narrow))) if narrow else query


def _count(kind: PlanList, day: date, narrow: list, soon: Any) -> Select:
    if kind == PlanList.MISSING:
        return select(func.count()).select_from(Child).where(_without_plan(day), *narrow)
    if kind in {PlanList.DUE, PlanList.EXPIRING}:
        near = (
            soon.c.review_on <= day + timedelta(days=DUE_DAYS)
            if kind == PlanList.DUE
            else and_(soon.c.ends_on <= day + timedelta(days=EXPIRING_DAYS), not_(soon.c.followed))
        )
        return select(func.count()).select_from(soon).where(near)
    if kind != PlanList.IN_FORCE:
        return _narrowed(
            select(func.count()).select_from(PlanVersion).where(_listed(kind, day)), PlanVersion.child_id, narrow
        )
    forces = select(func.count()).select_from(PlanForce)
    if narrow:
        return _narrowed(forces.where(*holds_on(day)), PlanForce.child_id, narrow)
    # Over the whole municipality: all, less those that are over or not begun, which are few.
    second = and_(~is_file(PlanForce.child_id), *holds_on(day))
    over, later, double = (
        forces.where(test).scalar_subquery() for test in (PlanForce.valid_to <= day, PlanForce.valid_from > day, second)
    )
    return select(forces.scalar_subquery() - over - later - double)


def list_plans(
    actor: Actor,
    kind: PlanList,
    day: date,
    *,
    unit_id: uuid.UUID | None = None,
    words: str = "",
    limit: int = 50,
    offset: int = 0,
) -> Sequence[tuple]:
    """A page of one list, the most pressing first, else by name: (child id, name, file number, unit, version id,
    number, first day, last day, review on, author); without a plan only the first four. The days are those on which a
    version holds, of a draft the planned. One query.
    """
    make = _page.__wrapped__ if words else _page  # what was typed may be a number: it is not kept
    rows = db.rows(make(actor, kind, day, today(), unit_id, words, limit, offset)).all()
    return rows if kind == PlanList.MISSING else [_as_held(*row) for row in rows]


def _as_held(*row: Any) -> tuple[Any, ...]:
    """A row of `_page` with the days on which its version holds in place of those that were planned."""
    child, name, file_number, unit, version, number, starts_on, ends_on, review_on, author, *force = row
    return child, name, file_number, unit, version, number, *days_held(starts_on, ends_on, *force), review_on, author


@lru_cache(maxsize=256)
def _page(
    actor: Actor,
    kind: PlanList,
    day: date,
    _today: date,
    unit_id: uuid.UUID | None,
    words: str,
    limit: int,
    offset: int,
) -> Select:
    """The statement, kept for who comes again on the same day."""
    narrow = _children(actor, unit_id, words)
    person = [Child.id, Child.name, Child.file_number, Unit.name]
    version = [
        PlanVersion.id,
        PlanVersion.number,
        PlanVersion.starts_on,
        PlanVersion.ends_on,
        PlanVersion.review_on,
        PlanVersion.author_name,
        _HELD.valid_from,
        _HELD.valid_to,
    ]
    if kind not in {PlanList.MISSING, PlanList.IN_FORCE}:
        order = PlanVersion.ends_on if kind == PlanList.EXPIRING else PlanVersion.review_on
        query = select(*person, *version).select_from(PlanVersion).join(Child, Child.id == PlanVersion.child_id)
        query = query.join(Unit, Unit.id == Child.unit_id).outerjoin(_HELD, _HELD.version_id == PlanVersion.id)
        query = query.where(_listed(kind, day), *narrow)
        return query.order_by(order, PlanVersion.id).limit(limit).offset(offset)
    page = (
        select(Child.id)
        .where(_named(kind, day), *narrow)
        .order_by(Child.sort_key, Child.id)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    query = select(*person, *([] if kind == PlanList.MISSING else version)).select_from(page)
    query = query.join(Child, Child.id == page.c.id).join(Unit, Unit.id == Child.unit_id)
    if kind != PlanList.MISSING:
        query = query.join(PlanVersion, PlanVersion.child_id == Child.id).where(_listed(kind, day))
        query = query.outerjoin(_HELD, _HELD.version_id == PlanVersion.id)
    return query.order_by(Child.sort_key, Child.id)


def _named(kind: PlanList, day: date) -> Any:
    """Conditions on `Child` of the lists in the order of names: so the index of names is walked, not every plan."""
    return {
        PlanList.MISSING: _without_plan(day),
        PlanList.IN_FORCE: and_(_in_force(day, PlanForce.child_id == Child.id), is_file(Child.id)),
    }[kind]


def list_units(actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """Units to filter by: all for the municipality, one's own for a district; nothing to choose for the others."""
    if not actor.municipal and not actor.unit_ids:
        return []
    own = None if actor.municipal else actor.unit_ids
    return remembered(("units of plans", own), lambda: _units(own))


def _units(own: frozenset[uuid.UUID] | None) -> list[tuple[uuid.UUID, str]]:
    query = select(Unit.id, Unit.name).where(Unit.valid_to.is_(None)).order_by(Unit.code)
    rows = db.rows(query if own is None else query.where(Unit.id.in_(own)))
    found = [(row.id, row.name) for row in rows]
    return found if len(found) > 1 else []
