"""The family as the coordinator sees it: its members, their accounts and letters."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from app.accounts.models import LinkPurpose, OneUseLink, SignIn, User
from app.children.models import Guardian, Guardianship
from app.children.queries import list_guardianships
from app.db import db
from app.errors import NotFound
from app.family.types import Letter, LetterState, Member
from app.kernel import clock


def list_members(child_id: uuid.UUID) -> list[Member]:
    """The family of a child that was loaded in sight, in its order. Four queries, whatever its size."""
    rows = list_guardianships(child_id)
    ids = [guardian.id for _link, guardian in rows]
    users, letters, sessions = _users(ids), _letters(child_id), _sessions(ids)
    return [
        Member(
            guardianship_id=link.id,
            guardian_id=guardian.id,
            name=guardian.name,
            relation=link.relation,
            is_guardian=link.is_guardian,
            may_see=link.may_see,
            username=users[guardian.id].username if guardian.id in users else None,
            has_password=guardian.id in users and users[guardian.id].password_hash is not None,
            sessions=sessions.get(guardian.id, 0),
            letters=tuple(letters.get(guardian.id, ())),
        )
        for link, guardian in rows
    ]


def _users(guardian_ids: list[uuid.UUID]) -> dict[uuid.UUID, User]:
    return {
        user.guardian_id: user
        for user in db.session.scalars(select(User).where(User.guardian_id.in_(guardian_ids)).order_by(User.id.desc()))
        if user.guardian_id
    }


def find_user_of(guardian_id: uuid.UUID) -> User | None:
    """The account of a guardian."""
    return db.session.scalar(select(User).where(User.guardian_id == guardian_id).order_by(User.id).limit(1))


def _sessions(guardian_ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = db.session.execute(
        select(User.guardian_id, func.count())
        .join(SignIn, SignIn.user_id == User.id)
        .where(User.guardian_id.in_(guardian_ids), SignIn.ended_at.is_(None), SignIn.ends_at > clock.now())
        .group_by(User.guardian_id)
    )
    return {guardian_id: number for guardian_id, number in rows if guardian_id}


def _letters(child_id: uuid.UUID) -> dict[uuid.UUID, list[Letter]]:
    found: dict[uuid.UUID, list[Letter]] = {}
    for row in db.session.scalars(
        select(OneUseLink)
        .where(OneUseLink.child_id == child_id, OneUseLink.purpose == LinkPurpose.GUARDIAN_INVITATION)
        .order_by(OneUseLink.created_at.desc(), OneUseLink.id.desc())
        .limit(50)
    ):
        if row.guardian_id:
            found.setdefault(row.guardian_id, []).append(
                Letter(row.id, row.created_at, row.ends_at, row.used_at, letter_state(row))
            )
    return found


def letter_state(row: OneUseLink) -> LetterState:
    """What became of an invitation."""
    if row.revoked_at:
        return LetterState.REVOKED
    if row.used_at:
        return LetterState.USED
    return LetterState.OPEN if row.ends_at > clock.now() else LetterState.OVER


def get_member(child_id: uuid.UUID, guardianship_id: uuid.UUID) -> tuple[Guardianship, Guardian]:
    """A living guardianship of a child that was loaded in sight, and its person. Raises NotFound."""
    row = db.session.execute(
        select(Guardianship, Guardian)
        .join(Guardian, Guardian.id == Guardianship.guardian_id)
        .where(Guardianship.id == guardianship_id, Guardianship.child_id == child_id, Guardianship.valid_to.is_(None))
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def get_letter(child_id: uuid.UUID, link_id: uuid.UUID) -> OneUseLink:
    """An invitation to a child that was loaded in sight. Raises NotFound."""
    row = db.session.scalar(
        select(OneUseLink).where(
            OneUseLink.id == link_id,
            OneUseLink.child_id == child_id,
            OneUseLink.purpose == LinkPurpose.GUARDIAN_INVITATION,
        )
    )
    if row is None:
        raise NotFound
    return row
