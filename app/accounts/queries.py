"""Reading accounts: the actor of a session, users, sign-ins, links."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from app.access import Actor, Grant, Permission, Role, require
from app.accounts.models import OneUseLink, RoleGrant, SignIn, User
from app.accounts.types import LinkPurpose
from app.db import Day, UtcTime, db
from app.db.audit import TABLE as AUDIT
from app.db.sealed import digest
from app.errors import NotFound
from app.kernel import clock
from app.kernel.clock import LOCAL
from app.schools.models import School, Teacher, Unit
from app.web.paging import Page


def _select_actor() -> Select[*tuple[Any, ...]]:
    """A statement that asks for the parameter `day`. Who teaches no more is no teacher: visits, children, papers and
    the calendar end with it, though the account stays enabled."""
    day = bindparam("day", type_=Day())
    grant_live = and_(
        RoleGrant.user_id == User.id,
        RoleGrant.valid_from <= day,
        or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > day),
    )
    return (
        select(
            User.id,
            User.name,
            User.language,
            User.guardian_id,
            Teacher.id.label("teacher_id"),
            RoleGrant.role,
            RoleGrant.unit_id,
            RoleGrant.school_id,
        )
        .select_from(User)
        .outerjoin(RoleGrant, grant_live)
        .outerjoin(Teacher, and_(Teacher.user_id == User.id, Teacher.active))
        .where(User.active)
    )


def _actor(rows: Sequence[Row[Any]]) -> Actor | None:
    if not rows:
        return None
    first = rows[0]
    grants = tuple(Grant(row.role, row.unit_id, row.school_id) for row in rows if row.role is not None)
    return Actor(first.id, first.name, grants, first.teacher_id, first.guardian_id, first.language or "")


def _today() -> date:
    from app.web.filters import today

    return today()


def find_actor(user_id: uuid.UUID) -> Actor | None:
    """The actor of an active user with the roles held today, or None."""
    return _actor(db.session.execute(_select_actor().where(User.id == user_id), {"day": _today()}).all())


@lru_cache(maxsize=1)
def _select_session() -> Select[*tuple[Any, ...]]:
    """Every request begins with this statement: it is put together once. Parameters: day, token_hash, now."""
    return (
        _select_actor()
        .add_columns(SignIn.id.label("sign_in_id"), SignIn.seen_at, User.must_change_password)
        .join(SignIn, SignIn.user_id == User.id)
        .where(
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.ended_at.is_(None),
            SignIn.ends_at > bindparam("now", type_=UtcTime()),
        )
    )


class Session(NamedTuple):
    """A live session as a request needs it."""

    sign_in_id: uuid.UUID
    seen_at: datetime
    must_change_password: bool


def find_session(token: str, idle: timedelta, phone_idle: timedelta) -> tuple[Actor, Session] | None:
    """The actor of a live session and the session, or None when it ended, idled out or the user is disabled.

    `idle` bounds the time between two requests; visiting teachers and guardians get `phone_idle`.
    """
    now = clock.now()
    rows = db.rows(_select_session(), {"day": _today(), "token_hash": digest(token), "now": now}).all()
    actor = _actor(rows)
    if actor is None:
        return None
    on_phone = bool(actor.roles) and actor.roles <= {Role.VISITING_TEACHER, Role.GUARDIAN}
    row = rows[0]
    if row.seen_at < now - (phone_idle if on_phone else idle):
        return None
    return actor, Session(row.sign_in_id, row.seen_at, row.must_change_password)


def find_user(username: str) -> User | None:
    return db.session.scalar(select(User).where(User.username == username.strip().lower()))


def list_sign_ins(actor: Actor) -> list[SignIn]:
    """The actor's own live sessions, newest first."""
    return list(
        db.session.scalars(
            select(SignIn)
            .where(SignIn.user_id == actor.user_id, SignIn.ended_at.is_(None), SignIn.ends_at > clock.now())
            .order_by(SignIn.seen_at.desc(), SignIn.id)
        )
    )


def find_link(token: str, purpose: LinkPurpose) -> OneUseLink | None:
    """A link that may still be used: not used, revoked or past its end."""
    return db.session.scalar(
        select(OneUseLink).where(
            OneUseLink.token_hash == digest(token),
            OneUseLink.purpose == purpose,
            OneUseLink.used_at.is_(None),
            OneUseLink.revoked_at.is_(None),
            OneUseLink.ends_at > clock.now(),
        )
    )


def list_users(actor: Actor, words: str, page_of: Callable[[int], Page]) -> tuple[list[User], Page]:
    """Users whose sign-in name or name holds `words`, by name; `page_of(total)` says which page."""
    require(actor, Permission.ACCOUNTS_MANAGE)
    query = select(User)
    if words:
        like = f"%{words.replace('%', '').replace('_', '')}%"
        query = query.where(or_(User.username.like(like.lower()), User.name.like(like)))
    page = page_of(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    rows = db.session.scalars(
        query.options(selectinload(User.roles)).order_by(User.username, User.id).offset(page.offset).limit(page.size)
    ).all()
    return list(rows), page


def get_user(actor: Actor, user_id: uuid.UUID) -> User:
    """A user, for administrators. Raises NotFound."""
    require(actor, Permission.ACCOUNTS_MANAGE)
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def scope_names(users: list[User]) -> dict[uuid.UUID, str]:
    """Names of the units and schools in these users' roles, by id."""
    grants = [grant for user in users for grant in user.roles]
    units, schools = {g.unit_id for g in grants if g.unit_id}, {g.school_id for g in grants if g.school_id}
    found = dict(db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(units))).all()) if units else {}
    if schools:
        found.update(db.session.execute(select(School.id, School.name).where(School.id.in_(schools))).all())
    return found


def list_entries(
    actor: Actor, *, verb: str, day: date | None, page_of: Callable[[int], Page]
) -> tuple[list[Row[Any]], Page]:
    """Rows of the audit trail, newest first. No names of children: the auditor sees deeds, not children."""
    require(actor, Permission.AUDIT_READ)
    query = select(AUDIT)
    if verb:
        query = query.where(AUDIT.c.verb == verb)
    if day:
        start = datetime.combine(day, time.min, LOCAL)
        query = query.where(AUDIT.c.at >= start, AUDIT.c.at < start + timedelta(days=1))
    page = page_of(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
    rows = db.session.execute(query.order_by(AUDIT.c.seq.desc()).offset(page.offset).limit(page.size)).all()
    return list(rows), page


def own_user(actor: Actor) -> User:
    """The actor's own account."""
    return db.session.get_one(User, actor.user_id)


def unit_choices(day: date) -> list[tuple[str, str]]:
    """(id, name) of the units of a day, for a select."""
    rows = db.session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.valid_from <= day, or_(Unit.valid_to.is_(None), Unit.valid_to > day))
        .order_by(Unit.code)
    )
    return [(str(row.id), row.name) for row in rows]


def find_school_id(code: str) -> uuid.UUID | None:
    """The id of the school with a code."""
    return db.session.scalar(select(School.id).where(School.code == code.strip()))
