"""Where the child is taught at home, and what a visitor must know. Coordinators and the visiting teachers keep both."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.actions.files import Changed
from app.children.bulk import ChangedHome, HomeOf, NewHome, change_homes, insert_homes
from app.children.facts import HomeFacts, SafetyFacts
from app.children.models import Child, HomePoint, SafetyCard
from app.children.queries import find_home, find_safety
from app.children.rules import check_home
from app.children.sight import require_write
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel.problems import S_, refuse_if


def change_home(actor: Actor, child: Child, facts: HomeFacts, *, revision: int, today: date) -> HomePoint:
    """Set the home point of a child loaded in sight; `revision` 0 when there was none. Saying what stands there changes
    nothing. Raises Refused or Changed."""
    require(actor, Permission.PLANS_WRITE)
    require_write(actor, child)
    row = find_home(child.id)
    if row is not None and _says(row, facts):
        return row
    if (row.revision if row else 0) != revision:
        raise Changed(row.revision if row else 0)
    refuse_if(check_home(facts))
    if row is None:
        insert_homes(db.session, [HomeOf(child.id, NewHome(**asdict(facts)))])
        row = db.session.scalars(select(HomePoint).where(HomePoint.child_id == child.id)).one()
    else:
        change_homes(db.session, [ChangedHome(row.id, row.revision, asdict(facts))])
        db.session.refresh(row)
    audit.record(actor, "change_home", "home_point", row.id, child_id=child.id)
    tell(actor, child.id, EventKind.FILE, S_("told.home_point_set", "The home point was set."), on=today)
    db.session.flush()
    return row


def change_safety(actor: Actor, child: Child, facts: SafetyFacts, *, revision: int, today: date) -> SafetyCard:
    """Set the safety card of a child loaded in sight; `revision` 0 when there was none. Saying what stands there
    changes nothing. Raises Changed."""
    require(actor, Permission.PLANS_WRITE)
    require_write(actor, child)
    row = find_safety(child.id)
    if row is not None and _says(row, facts):
        return row
    if (row.revision if row else 0) != revision:
        raise Changed(row.revision if row else 0)
    if row is None:
        row = SafetyCard(child_id=child.id, revision=0)
        db.session.add(row)
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    row.revision += 1
    audit.record(actor, "change_safety", "safety_card", row.id, child_id=child.id)
    tell(actor, child.id, EventKind.FILE, S_("told.safety_card_changed", "The safety card was changed."), on=today)
    db.session.flush()
    return row


def _says(row: HomePoint | SafetyCard, facts: HomeFacts | SafetyFacts) -> bool:
    """True when a row says these facts already; nothing and empty words are the same."""
    return all(_plain(getattr(row, name)) == _plain(value) for name, value in asdict(facts).items())


def _plain(value: object) -> object:
    if isinstance(value, list | tuple | set):
        return sorted(set(value))
    return value if value is False or value == 0 else value or None
