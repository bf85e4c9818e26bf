"""A user's named filters, and the trail of exports."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, func, select

from app.access import Actor, Permission, require
from app.accounts.models import SavedFilter
from app.db import audit, db
from app.kernel.problems import N_, Problem, Refused

MOST_FILTERS = 20


def save_filter(actor: Actor, name: str, query: dict[str, str]) -> SavedFilter:
    """Keep the filters of the list under a name of the user's own; the same name is replaced. Raises Refused."""
    name = name.strip()[:80]
    if not name:
        raise Refused(Problem("filter_name", N_("Give the filter a name.")))
    mine = (SavedFilter.user_id == actor.user_id, SavedFilter.page == "children")
    db.session.execute(delete(SavedFilter).where(*mine, SavedFilter.name == name))
    if db.session.scalar(select(func.count()).select_from(SavedFilter).where(*mine)) >= MOST_FILTERS:
        raise Refused(Problem("filters_full", N_("You have 20 saved filters. Remove one first.")))
    row = SavedFilter(user_id=actor.user_id, page="children", name=name, query=query)
    db.session.add(row)
    audit.record(actor, "save_filter", "saved_filter", row.id)
    db.session.flush()
    return row


def drop_filter(actor: Actor, filter_id: uuid.UUID) -> None:
    """Remove one of the user's own filters; another's is left alone."""
    done = db.session.execute(
        delete(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.user_id == actor.user_id))
    if done.rowcount:
        audit.record(actor, "drop_filter", "saved_filter", filter_id)


def note_export(actor: Actor, reason: str, *, rows: int, kind: str, filters: dict[str, str]) -> None:
    """Write to the trail who takes a list out, why, and how long it is. Raises Refused without a reason."""
    require(actor, Permission.CHILDREN_WRITE)
    if len(reason.strip()) < 4:
        raise Refused(Problem("reason", N_("Say what the list is needed for, in a few words. It is written down with "
                                           "your name."), field="reason"))
    told = {name: value for name, value in filters.items() if name != "q"}
    audit.record(actor, "export_list", "children", reason=reason.strip()[:300], rows=rows, kind=kind, filters=told,
                 searched="q" in filters)
