"""Who opened a child's file, as the family sees it: by day and role."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from app.access import Role
from app.accounts.models import RoleGrant
from app.children.aliases import of_child
from app.db import db
from app.db.audit import TABLE as AUDIT
from app.family.types import Opening
from app.web.filters import LOCAL

OPENINGS = ("open_file", "print", "reveal")
OPENING_DAYS = 365
MOST_OPENINGS = 2000


def list_openings(child_id: uuid.UUID, today: date, days: int = OPENING_DAYS) -> list[Opening]:
    """Who opened a child's file in the last `days` days, by day (newest first) and role; never by name.

    The role is the one held on that day. At most the newest 2,000 openings are counted.
    """
    start = datetime.combine(today - timedelta(days=days), time.min, LOCAL)
    offset = int((start.utcoffset() or timedelta()).total_seconds()) // 60 if db.is_sqlite else None
    grants: dict[tuple, list] = {}
    for row in db.rows(_openings(offset), {"child": child_id, "start": start}):
        grants.setdefault((date.fromisoformat(str(row.day)), row.actor_id, row.times), []).append(row)
    counted: Counter = Counter()
    for (day, _actor, times), held in grants.items():
        counted[day, _role_on([grant for grant in held if grant.role is not None], day)] += times
    return [
        Opening(day, role, times)
        for (day, role), times in sorted(counted.items(), key=lambda item: (-item[0][0].toordinal(), str(item[0][1])))
    ]


@lru_cache(maxsize=4)
def _openings(offset: int | None) -> Select:
    """How often each person opened a child's file on each day, a row for each role the person ever held. `offset` is
    local time in minutes before UTC, for SQLite (there is no summer time)."""
    newest = (
        select(AUDIT.c.at, AUDIT.c.actor_id)
        .where(
            of_child(AUDIT.c.child_id, bindparam("child")), AUDIT.c.verb.in_(OPENINGS), AUDIT.c.at >= bindparam("start")
        )
        .order_by(AUDIT.c.seq.desc())
        .limit(MOST_OPENINGS)
        .subquery()
    )
    day_of = (
        func.date(func.timezone(str(LOCAL), newest.c.at))
        if offset is None
        else func.date(newest.c.at, f"{offset:+d} minutes")
    )
    counted = (
        select(day_of.label("day"), newest.c.actor_id, func.count().label("times"))
        .group_by(day_of, newest.c.actor_id)
        .subquery()
    )
    return (
        select(
            counted.c.day, counted.c.actor_id, counted.c.times, RoleGrant.role, RoleGrant.valid_from, RoleGrant.valid_to
        )
        .outerjoin(RoleGrant, RoleGrant.user_id == counted.c.actor_id)
        .order_by(RoleGrant.valid_from, RoleGrant.id)
    )


def _role_on(grants: Iterable[Any], day: date) -> Role | None:
    held = [g.role for g in grants if g.valid_from <= day and (g.valid_to is None or g.valid_to > day)]
    return next(iter(held or [g.role for g in grants][-1:]), None)
