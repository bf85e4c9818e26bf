"""Reading attachments. Whether the actor may see them, the thing that carries them says."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select

from app.access import Actor, Permission
from app.attachments.models import Attachment, StoredFile
from app.attachments.rules import was_there
from app.attachments.subjects import bearing_of
from app.attachments.types import Bearing, Listed
from app.db import db
from app.errors import NotFound


def attachments_of(
    kinds: str | Sequence[str], subject_ids: Collection[uuid.UUID], until: date | None = None
) -> dict[uuid.UUID, list[Listed]]:
    """The attachments of things of one kind or several that the caller has found in the actor's sight, oldest first;
    things without any are left out. One query, none where there are no things.

    A former holder (`until`) is told of those that were there then and still stand.
    """
    found: dict[uuid.UUID, list[Listed]] = {}
    if not subject_ids:
        return found
    of = [kinds] if isinstance(kinds, str) else kinds
    rows = db.session.execute(
        select(Attachment, StoredFile.type, StoredFile.size)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.kind.in_(of), Attachment.subject_id.in_(subject_ids))
        .order_by(Attachment.added_at, Attachment.id)
    )
    for row, type_, size in rows:
        if was_there(row.added_at, until) and (until is None or row.withdrawn_at is None):
            found.setdefault(row.subject_id, []).append(
                Listed(
                    id=row.id,
                    name="" if row.withdrawn_at else row.name or "",
                    type=type_,
                    size=size,
                    added_by=row.added_by_name,
                    added_at=row.added_at,
                    withdrawn_by=row.withdrawn_by_name,
                    withdrawn_at=row.withdrawn_at,
                    reason=row.withdrawal_reason,
                )
            )
    return found


def get_attachment(actor: Actor, attachment_id: uuid.UUID) -> tuple[Attachment, StoredFile, Bearing | None]:
    """An attachment that the actor may open, with its file and what carries it. Raises NotFound.

    One that is withdrawn is closed to everybody but those who read the audit trail; for them there is no bearing.
    """
    row = db.session.execute(
        select(Attachment, StoredFile)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.id == attachment_id)
    ).first()
    if row is None:
        raise NotFound
    attachment, file = row
    if attachment.withdrawn_at is not None:
        if not actor.may(Permission.AUDIT_READ):
            raise NotFound
        return attachment, file, None
    bearing = bearing_of(actor, attachment.kind, attachment.subject_id)
    if not was_there(attachment.added_at, bearing.until):
        raise NotFound
    return attachment, file, bearing


def files_alike(blind: bytes) -> list[StoredFile]:
    """Files of the same content, the oldest first."""
    return list(
        db.session.scalars(select(StoredFile).where(StoredFile.content_blind == blind).order_by(StoredFile.kept_at))
    )
