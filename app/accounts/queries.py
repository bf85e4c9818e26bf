"""Reading accounts: the actor of a session, users, sign-ins, links."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import and_, or_, select

from app.access import Actor, Grant, Role
from app.accounts.models import LinkPurpose, OneUseLink, RoleGrant, SignIn, User
from app.db import db
from app.db.sealed import digest
from app.schools.models import Teacher

_IN_FORCE = "role grants in force"


def _select_actor(day: date):
    grant_live = and_(RoleGrant.user_id == User.id, RoleGrant.valid_from <= day,
                      or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > day))
    return (
        select(User.id, User.name, User.language, User.guardian_id, Teacher.id.label("teacher_id"),
               RoleGrant.role, RoleGrant.unit_id, RoleGrant.school_id)
        .select_from(User).outerjoin(RoleGrant, grant_live).outerjoin(Teacher, Teacher.user_id == User.id)
        .where(User.active)
    )


def _actor(rows) -> Actor | None:
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
    return _actor(db.session.execute(_select_actor(_today()).where(User.id == user_id)).all())


def find_session(token: str, idle: timedelta, phone_idle: timedelta) -> tuple[Actor, SignIn] | None:
    """The actor of a live session and the session, or None when it ended, idled out or the user is disabled.

    `idle` bounds the time between two requests; visiting teachers and guardians get `phone_idle`.
    """
    now = datetime.now(UTC)
    rows = db.session.execute(
        _select_actor(_today()).add_columns(SignIn.id.label("sign_in_id"), SignIn.seen_at, User.must_change_password)
        .join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.token_hash == digest(token), SignIn.ended_at.is_(None), SignIn.ends_at > now)
    ).all()
    actor = _actor(rows)
    if actor is None:
        return None
    on_phone = bool(actor.roles) and actor.roles <= {Role.VISITING_TEACHER, Role.GUARDIAN}
    if rows[0].seen_at < now - (phone_idle if on_phone else idle):
        return None
    return actor, rows[0]


def find_user(username: str) -> User | None:
    return db.session.scalar(select(User).where(User.username == username.strip().lower()))


def list_sign_ins(actor: Actor) -> list[SignIn]:
    """The actor's own live sessions, newest first."""
    return list(db.session.scalars(
        select(SignIn).where(SignIn.user_id == actor.user_id, SignIn.ended_at.is_(None),
                             SignIn.ends_at > datetime.now(UTC)).order_by(SignIn.seen_at.desc(), SignIn.id)))


def find_link(token: str, purpose: LinkPurpose) -> OneUseLink | None:
    """A link that may still be used: not used, revoked or past its end."""
    return db.session.scalar(select(OneUseLink).where(
        OneUseLink.token_hash == digest(token), OneUseLink.purpose == purpose, OneUseLink.used_at.is_(None),
        OneUseLink.revoked_at.is_(None), OneUseLink.ends_at > datetime.now(UTC)))
