"""Writing accounts: signing in and out, users, roles, one-use links."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update

from app.access import Actor, Permission, Role, require
from app.accounts import passwords, throttle
from app.accounts.models import OneUseLink, RoleGrant, SavedFilter, SignIn, User
from app.accounts.types import LinkPurpose
from app.db import audit, db
from app.db.sealed import digest
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused
from app.schools.actions import bind_user
from app.schools.models import School, Teacher

MOST_FILTERS = 20


def open_session(user: User, *, hours: int, address: str, browser: str) -> str:
    """Start a session for a user who has shown a secret. Return its token (only its hash is kept)."""
    token, now = secrets.token_urlsafe(32), clock.now()
    row = SignIn(
        token_hash=digest(token),
        user_id=user.id,
        created_at=now,
        seen_at=now,
        ends_at=now + timedelta(hours=hours),
        address=address[:60],
        browser=browser[:300],
    )
    db.session.add(row)
    audit.record(Actor(user.id, user.name), "sign_in", "sign_in", row.id)
    db.session.flush()
    return token


def close_session(actor: Actor, token: str) -> None:
    """End one session."""
    db.session.execute(
        update(SignIn).where(SignIn.token_hash == digest(token), SignIn.ended_at.is_(None)).values(ended_at=clock.now())
    )
    audit.record(actor, "sign_out", "sign_in")


def close_sessions(actor: Actor, user_id: uuid.UUID, *, but: str | None = None) -> int:
    """End all sessions of a user, but the one of token `but`. Own sessions, or anybody's for an administrator."""
    if user_id != actor.user_id:
        require(actor, Permission.ACCOUNTS_MANAGE)
    query = update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
    if but:
        query = query.where(SignIn.token_hash != digest(but))
    count = db.touched(query.values(ended_at=clock.now()))
    audit.record(actor, "close_sessions", "user", user_id, count=count)
    return count


def make_user(
    actor: Actor,
    *,
    username: str,
    name: str,
    password: str | None,
    language: str | None = None,
    guardian_id: uuid.UUID | None = None,
    must_change: bool = True,
    check: bool = True,
) -> User:
    """Make an account without roles. Raises Refused for a taken name or a weak password."""
    username = username.strip().lower()
    if db.session.scalar(select(User.id).where(User.username == username)):
        raise Refused(
            Problem("username_taken", N_("This sign-in name is taken. Choose another one."), field="username")
        )
    if password is not None and check:
        passwords.check(password, (username, name))
    user = User(
        username=username,
        name=name,
        language=language,
        guardian_id=guardian_id,
        created_at=clock.now(),
        password_hash=passwords.make_hash(password) if password else None,
        must_change_password=must_change,
    )
    db.session.add(user)
    audit.record(actor, "make_user", "user", user.id, username=username)
    db.session.flush()
    return user


def grant_role(
    actor: Actor,
    user: User,
    role: Role,
    *,
    on: date,
    unit_id: uuid.UUID | None = None,
    school_id: uuid.UUID | None = None,
) -> RoleGrant:
    """Give a role in a scope from a day on. Raises Refused when the scope does not fit the role."""
    needs = {Role.DISTRICT_COORDINATOR: unit_id, Role.SCHOOL_COORDINATOR: school_id}
    if role in needs and needs[role] is None:
        raise Refused(
            Problem(
                "scope_missing",
                N_("Choose the district or school in which this role holds."),
                field="unit_id" if role == Role.DISTRICT_COORDINATOR else "school_id",
            )
        )
    row = RoleGrant(user_id=user.id, role=role, unit_id=unit_id, school_id=school_id, valid_from=on)
    db.session.add(row)
    audit.record(actor, "grant_role", "user", user.id, role=role.value)
    db.session.flush()
    return row


def new_token() -> str:
    """A secret for an address."""
    return secrets.token_urlsafe(24)


def make_link(
    actor: Actor,
    purpose: LinkPurpose,
    *,
    days: int,
    guardian_id: uuid.UUID | None = None,
    user_id: uuid.UUID | None = None,
    child_id: uuid.UUID | None = None,
    token: str | None = None,
    now: datetime | None = None,
) -> tuple[OneUseLink, str]:
    """Make a secret address. Return the row and its token; the token is shown once and kept only as a hash.

    `token` and `now` of a link that stands on a paper are those that were typeset.
    """
    token, now = token or new_token(), now or clock.now()
    row = OneUseLink(
        token_hash=digest(token),
        purpose=purpose,
        guardian_id=guardian_id,
        user_id=user_id,
        child_id=child_id,
        created_at=now,
        created_by=actor.user_id,
        ends_at=now + timedelta(days=days),
    )
    db.session.add(row)
    audit.record(actor, "make_link", "one_use_link", row.id, child_id=child_id, purpose=purpose.value)
    db.session.flush()
    return row, token


def revoke_links(
    purpose: LinkPurpose,
    *,
    user_id: uuid.UUID | None = None,
    guardian_id: uuid.UUID | None = None,
    child_id: uuid.UUID | None = None,
) -> int:
    """Take back the links of a purpose that were given to somebody and not used, at once. Return how many; the caller
    writes the trail."""
    said = {"user_id": user_id, "guardian_id": guardian_id, "child_id": child_id}
    given = {name: value for name, value in said.items() if value is not None}
    if not given:
        raise ValueError("whose links?")
    return db.touched(
        update(OneUseLink)
        .filter_by(**given)
        .where(OneUseLink.purpose == purpose, OneUseLink.used_at.is_(None), OneUseLink.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def revoke_link(row: OneUseLink) -> bool:
    """Take one link back. False when it was used or taken back before; the caller writes the trail."""
    if row.used_at is not None or row.revoked_at is not None:
        return False
    row.revoked_at = clock.now()
    return True


def use_link(row: OneUseLink) -> None:
    """Mark a link as used; of two who try at once only one succeeds. Raises Refused for the other."""
    done = db.touched(
        update(OneUseLink)
        .where(OneUseLink.id == row.id, OneUseLink.used_at.is_(None), OneUseLink.revoked_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if done != 1:
        raise Refused(Problem("link_used", N_("This link was used already. Ask for a new one.")))


def end_role(actor: Actor, grant_id: uuid.UUID, *, on: date) -> None:
    """Take a role away; it counts at the next request."""
    require(actor, Permission.ACCOUNTS_MANAGE)
    row = db.session.get(RoleGrant, grant_id)
    if row is not None and row.valid_to is None:
        row.valid_to = on
        audit.record(actor, "end_role", "user", row.user_id, role=row.role.value)
        db.session.flush()


def set_active(actor: Actor, user: User, active: bool) -> None:
    """Disable an account (its sessions end at once) or enable it again. One's own cannot be disabled."""
    require(actor, Permission.ACCOUNTS_MANAGE)
    if not active and user.id == actor.user_id:
        raise Refused(Problem("own_account", N_("You cannot disable your own account. Ask another administrator.")))
    user.active = active
    audit.record(actor, "enable_user" if active else "disable_user", "user", user.id)
    if not active:
        close_sessions(actor, user.id)
    db.session.flush()


def set_password(user: User, password_hash: str | None) -> None:
    """Keep the password that a person chose, or none: then only a letter lets it in. The caller writes the trail."""
    user.password_hash = password_hash
    if password_hash is not None:
        user.must_change_password = False


def reset_password(actor: Actor, user: User, password_hash: str) -> None:
    """Give a user a fresh password (of `passwords.fresh`) that must be changed at the first sign-in."""
    require(actor, Permission.ACCOUNTS_MANAGE)
    user.password_hash, user.must_change_password = password_hash, True
    close_sessions(actor, user.id)
    throttle.release(user.username)
    audit.record(actor, "reset_password", "user", user.id)
    db.session.flush()


def link_teacher(actor: Actor, user: User, *, school_code: str, number: str) -> None:
    """Bind an account to the teacher of that number at that school. Raises Refused when there is none."""
    require(actor, Permission.ACCOUNTS_MANAGE)
    teacher = db.session.scalar(
        select(Teacher)
        .join(School, School.id == Teacher.school_id)
        .where(School.code == school_code, Teacher.number == number)
    )
    if teacher is None:
        raise Refused(
            Problem(
                "no_teacher",
                N_("No teacher has this number at this school. Add the teacher on the school's page first."),
                field="teacher_number",
            )
        )
    if teacher.user_id not in (None, user.id):
        raise Refused(
            Problem("teacher_taken", N_("Another account belongs to this teacher already."), field="teacher_number")
        )
    bind_user(teacher, user.id)
    audit.record(actor, "link_teacher", "user", user.id, teacher=str(teacher.id))
    db.session.flush()


def set_language(actor: Actor, language: str) -> None:
    """Remember the language a user chose."""
    db.session.execute(update(User).where(User.id == actor.user_id).values(language=language))
    audit.record(actor, "set_language", "user", actor.user_id, language=language)


def save_filter(actor: Actor, page: str, name: str, query: dict[str, str]) -> SavedFilter:
    """Keep the filters of a list under a name of the user's own; the same name is replaced. Raises Refused."""
    name = name.strip()[:80]
    if not name:
        raise Refused(Problem("filter_name", N_("Give the filter a name.")))
    mine = (SavedFilter.user_id == actor.user_id, SavedFilter.page == page)
    db.session.execute(delete(SavedFilter).where(*mine, SavedFilter.name == name))
    if (db.session.scalar(select(func.count()).select_from(SavedFilter).where(*mine)) or 0) >= MOST_FILTERS:
        raise Refused(Problem("filters_full", N_("You have 20 saved filters. Remove one first.")))
    row = SavedFilter(user_id=actor.user_id, page=page, name=name, query=query)
    db.session.add(row)
    audit.record(actor, "save_filter", "saved_filter", row.id)
    db.session.flush()
    return row


def drop_filter(actor: Actor, filter_id: uuid.UUID) -> None:
    """Remove one of the user's own filters; another's is left alone."""
    if db.touched(delete(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.user_id == actor.user_id)):
        audit.record(actor, "drop_filter", "saved_filter", filter_id)
