"""What a family was handed and opens the child's pages: ended with the access of the person who may hold it.

Nobody knows in whose hands the paper with the visits is: it ends for the child, and those who stay get a new one. The
link lies above this slice, which is told at setup how to find and to end it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from datetime import date

from sqlalchemy import exists, or_, select

from app.access import SYSTEM, Actor
from app.accounts.actions import close_sessions, revoke_links
from app.accounts.models import User
from app.accounts.types import LinkPurpose
from app.children.models import Guardianship
from app.db import db

Find = Callable[[list[uuid.UUID]], Collection[uuid.UUID]]
End = Callable[[Actor, uuid.UUID], int]
_handed: list[tuple[Find, End]] = []


def hands_out(find: Find, end: End) -> None:
    """Let `find(child_ids)` say which of these children have what a slice above handed out, and `end(actor, child_id)`
    end it and return how many there were."""
    if (find, end) not in _handed:
        _handed.append((find, end))


def end_handed_out(actor: Actor, child_id: uuid.UUID, guardian_id: uuid.UUID, today: date) -> None:
    """End the child's link to its visits and this person's open letters, and the person's open sessions when there is
    no other child whose page it may see. It counts at once; to be called when the access has ended."""
    db.session.flush()
    end_visit_links(actor, child_id)
    revoke_links(LinkPurpose.GUARDIAN_INVITATION, child_id=child_id, guardian_id=guardian_id)
    sees = exists().where(
        Guardianship.guardian_id == guardian_id,
        Guardianship.may_see,
        or_(Guardianship.valid_to.is_(None), Guardianship.valid_to > today),
    )
    for user_id in db.session.scalars(select(User.id).where(User.guardian_id == guardian_id, ~sees)).all():
        close_sessions(SYSTEM, user_id)


def with_visit_links(child_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """Of these children those with an address of their visits that is not ended, in the same order."""
    found = {child_id for find, _end in _handed for child_id in find(child_ids)}
    return [child_id for child_id in child_ids if child_id in found]


def end_visit_links(actor: Actor, child_id: uuid.UUID) -> int:
    """End the addresses of the child's visits; return how many there were."""
    return sum(end(actor, child_id) for _find, end in _handed)
