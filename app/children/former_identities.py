"""Who a child was said to be: kept whenever name, sex, birth date or document are corrected.

A former holder reads a file as it was in its own years (must 145), and a name corrected later is a fact of later. A row
holds what was said until `changed_on`; a child that was never corrected has none, and its file itself says it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.children.models import Child, FormerIdentity
from app.children.types import DocumentKind, Sex
from app.db import db
from app.kernel.masks import mask_id

SAID = ("name", "sex", "birth_on", "document_kind", "document_number")
"""The facts that are kept, by the names that forms and sheets know them by."""
_A_PART = 500


@dataclass(frozen=True, kw_only=True)
class KnownChild:
    """A child as a page shows it to a former holder: nothing else of its row can get into such a page."""

    id: uuid.UUID
    file_number: str
    name: str
    sex: Sex
    birth_on: date
    document_kind: DocumentKind
    document: str | None


def known_as(child: Child, until: date) -> KnownChild:
    """The child as it was known before a day. The number is masked."""
    return all_known_as([(child, until)])[0]


def all_known_as(children: Sequence[tuple[Child, date]]) -> list[KnownChild]:
    """Each child as it was known before its day, in order; asked for all at once."""
    untils = {child.id: until for child, until in children}
    said: dict[uuid.UUID, FormerIdentity] = {}
    for row in db.session.scalars(
        select(FormerIdentity)
        .where(FormerIdentity.child_id.in_(untils), FormerIdentity.changed_on >= min(untils.values(), default=date.max))
        .order_by(FormerIdentity.changed_on, FormerIdentity.id)
    ):
        if row.changed_on >= untils[row.child_id]:
            said.setdefault(row.child_id, row)
    return [_known(child, said.get(child.id)) for child, _until in children]


def _known(child: Child, row: FormerIdentity | None) -> KnownChild:
    said = row or child
    return KnownChild(
        id=child.id,
        file_number=child.file_number,
        name=said.name,
        sex=said.sex,
        birth_on=said.birth_on,
        document_kind=said.document_kind,
        document=row.document_mask if row else _mask(child),
    )


def keep_identities(session: Session, child_ids: Collection[uuid.UUID], *, on: date) -> None:
    """Keep what the files say now, before they are corrected on a day; in parts."""
    wanted = sorted(child_ids, key=str)
    for start in range(0, len(wanted), _A_PART):
        for child in session.scalars(
            select(Child).where(Child.id.in_(wanted[start : start + _A_PART])).execution_options(populate_existing=True)
        ):
            session.add(_row(child, on))
        session.flush()


def _row(child: Child, on: date) -> FormerIdentity:
    return FormerIdentity(
        child_id=child.id,
        changed_on=on,
        name=child.name,
        sex=child.sex,
        birth_on=child.birth_on,
        document_kind=child.document_kind,
        document_mask=_mask(child),
    )


def _mask(child: Child) -> str | None:
    return mask_id(child.document_number) if child.document_number_sealed else None
