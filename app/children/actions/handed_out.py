"""What a family was handed and opens the child's pages: ended with the access of the person who may hold it.

Nobody knows in whose hands the paper with the visits is: it ends for the child, and those who stay get a new one. The
link lies above this slice: its table is named as text.
"""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import exists, or_, select, update

from app.access import SYSTEM, Actor
from app.accounts.actions import close_sessions
from app.accounts.models import OneUseLink, User
from app.accounts.types import LinkPurpose
from app.children.models import Guardianship
from app.db import Base, audit, db
from app.kernel import clock


def end_handed_out(actor: Actor, child_id: uuid.UUID, guardian_id: uuid.UUID, today: date) -> None:
    """End the child's link to its visits and this person's open letters, and the person's open sessions when there is
    no other child whose page it may see. It counts at once; to be called when the access has ended."""
    db.session.flush()
    end_visit_links(actor, child_id)
    db.session.execute(update(OneUseLink).where(
        OneUseLink.child_id == child_id, OneUseLink.guardian_id == guardian_id, OneUseLink.used_at.is_(None),
        OneUseLink.purpose == LinkPurpose.GUARDIAN_INVITATION, OneUseLink.revoked_at.is_(None)
    ).values(revoked_at=clock.now()))
    sees = exists().where(Guardianship.guardian_id == guardian_id, Guardianship.may_see,
                          or_(Guardianship.valid_to.is_(None), Guardianship.valid_to > today))
    for user_id in db.session.scalars(select(User.id).where(User.guardian_id == guardian_id, ~sees)).all():
        close_sessions(SYSTEM, user_id)


def with_visit_links(child_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """Of these children those with an address of their visits that is not ended, in the same order."""
    links, found = Base.metadata.tables["visit_links"], set()
    for at in range(0, len(child_ids), 500):
        found.update(db.session.scalars(select(links.c.child_id).where(
            links.c.child_id.in_(child_ids[at:at + 500]), links.c.revoked_at.is_(None))))
    return [child_id for child_id in child_ids if child_id in found]


def end_visit_links(actor: Actor, child_id: uuid.UUID) -> int:
    """End the addresses of the child's visits; return how many there were."""
    links = Base.metadata.tables["visit_links"]
    ended = db.session.execute(update(links).where(
        links.c.child_id == child_id, links.c.revoked_at.is_(None)).values(revoked_at=clock.now())).rowcount
    if ended:
        audit.record(actor, "revoke_visit_link", "child", child_id, child_id=child_id, count=ended)
    return ended
