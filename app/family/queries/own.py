"""The guardian's own children, and how the guardian comes in."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import bindparam, or_, select

from app.access import Actor, Role
from app.accounts.models import LinkPurpose, OneUseLink, User
from app.accounts.queries import find_link
from app.children.aliases import file_of, is_file
from app.children.models import Child, Guardian, Guardianship
from app.children.queries import Merged
from app.db import Day, db
from app.errors import NotFound

# What a family's page asks at every visit, put together once: that takes longer than to run it.
_DAY = bindparam("day", type_=Day())
_OWN = (
    select(Child)
    .where(
        is_file(Child.id),
        Child.id.in_(
            select(Guardianship.child_id).where(
                Guardianship.guardian_id == bindparam("guardian"),
                Guardianship.may_see,
                Guardianship.valid_from <= _DAY,
                or_(Guardianship.valid_to.is_(None), Guardianship.valid_to > _DAY),
            )
        ),
    )
    .order_by(Child.birth_on, Child.id)
)
_HAS_PASSWORD = select(User.password_hash.is_not(None)).where(User.id == bindparam("user"))


def list_own_children(actor: Actor, today: date) -> list[Child]:
    """The children whose living guardianship says that the guardian may see them, the oldest first; for nobody else
    there is any."""
    if Role.GUARDIAN not in actor.roles or actor.guardian_id is None:
        return []
    return list(db.session.scalars(_OWN, {"guardian": actor.guardian_id, "day": today}))


def get_own_child(actor: Actor, child_id: uuid.UUID, today: date) -> Child:
    """One of them. Raises NotFound for every other child, the same as for none."""
    return one_of(list_own_children(actor, today), child_id)


def one_of(children: list[Child], child_id: uuid.UUID) -> Child:
    """The child with this id among the guardian's own. Raises NotFound."""
    child = next((one for one in children if one.id == child_id), None)
    if child is not None:
        return child
    kept_id = file_of(child_id)
    if kept_id != child_id and any(one.id == kept_id for one in children):
        raise Merged(child_id, kept_id)
    raise NotFound


def has_password(actor: Actor) -> bool:
    """True when the guardian can come again by name and password."""
    return bool(db.rows(_HAS_PASSWORD, {"user": actor.user_id}).scalar())


def username_of(actor: Actor) -> str:
    """The name with which the guardian signs in."""
    return db.session.scalar(select(User.username).where(User.id == actor.user_id)) or ""


def find_invitation(token: str) -> tuple[OneUseLink, str] | None:
    """The letter of a token that may still be used, and its guardian's name."""
    link = find_link(token, LinkPurpose.GUARDIAN_INVITATION)
    return None if link is None else (link, db.session.get_one(Guardian, link.guardian_id).name)
