"""Changing the basics of files, with what is derived from them and the history of who a child was said to be and where
it lived."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.children.bulk.opening import name_columns
from app.children.bulk.units import keep_towns
from app.children.bulk.values import ChildChange
from app.children.former_identities import SAID, keep_identities
from app.children.models import Child
from app.children.tails import Tail, replace_tails
from app.db import vault
from app.db.bulk import Bulk, dashed, key, ready

_SEALED = {"document_number": "document", "phone": "phone", "address": None}
_A_PART = 500
TOWN = "town_code"
"""Of the facts the one that has periods: figures of past days keep the town of that day."""


def change_children(session: Session, changes: Sequence[ChildChange], *, on: date) -> None:
    """Write what files say anew from a day on; the caller has checked it, and refreshes what it holds of the children.

    A name that is changed becomes the former one unless that is said too; a number that is there now needs no reason
    why it was missing. Nothing is committed.
    """
    keep_identities(session, [_uuid(one.child_id) for one in changes if set(one.said) & set(SAID)], on=on)
    keep_towns(session, {_uuid(one.child_id): one.said[TOWN] for one in changes if TOWN in one.said}, on=on)
    names = _names(session, [one for one in changes if "name" in one.said and "former_name" not in one.said])
    groups: dict[tuple[str, ...], list[tuple]] = defaultdict(list)
    for one in changes:
        child = key(one.child_id)
        columns = _columns(child, one)
        if child in names:
            columns["former_name"] = names[child]
        groups[tuple(columns)].append((*columns.values(), child))
    bulk = Bulk(session)
    for names_of, rows in groups.items():
        bulk.update(Child.__table__, names_of, rows)
    replace_tails(
        session,
        [
            Tail(key(one.child_id), "document", one.said["document_number"])
            for one in changes
            if "document_number" in one.said
        ],
    )


def _columns(child: str, change: ChildChange) -> dict[str, object]:
    """The columns that a change sets, ready."""
    box, columns = vault(), dict[str, object](revision=change.revision + 1)
    for name, value in change.said.items():
        if name == "name":
            columns |= zip(
                ("name", "name_pinyin", "name_initials", "sort_key"), (value, *name_columns(value)), strict=True
            )
        elif name in _SEALED:
            columns[f"{name}_sealed"] = box.seal("children", name, dashed(child), value) if value else None
            if kind := _SEALED[name]:
                columns[f"{name}_blind"] = box.blind(kind, value) if value else None
        else:
            columns[name] = ready(value)
    if change.said.get("document_number"):
        columns.setdefault("document_missing_reason", None)
    return columns


def _names(session: Session, changes: Sequence[ChildChange]) -> dict[str, str]:
    """The names that the files of these children have now, by 32-character key."""
    wanted = [_uuid(one.child_id) for one in changes]
    found: dict[str, str] = {}
    for at in range(0, len(wanted), _A_PART):
        for row in session.execute(select(Child.id, Child.name).where(Child.id.in_(wanted[at : at + _A_PART]))):
            found[row.id.hex] = row.name
    return found


def _uuid(child: uuid.UUID | str) -> uuid.UUID:
    return child if isinstance(child, uuid.UUID) else uuid.UUID(hex=child)
