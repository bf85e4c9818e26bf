"""Changes of published visits as their family and teachers read them, with the plan where it is the reason."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from app.access import Actor
from app.db import db
from app.db.remember import remembered
from app.timetables.models import Visit
from app.timetables.queries import live
from app.timetables.queries.live import ToldChange
from app.timetables.queries.unasked import unasked
from app.timetables.types import ChangeKind


def told_to_teacher(actor: Actor, today: date) -> list[ToldChange]:
    """As `live.told_to_teacher`, with what the plan says of visits that it does not ask for any more."""
    return remembered(("told by plan", actor, today), lambda: _with_plans(live.told_to_teacher(actor, today)))


def told_to_family(child_id: uuid.UUID, today: date) -> list[ToldChange]:
    """As `live.told_to_family`, with the same."""
    return remembered(("told by plan", child_id, today), lambda: _with_plans(live.told_to_family(child_id, today)))


def _with_plans(told: Sequence[ToldChange]) -> list[ToldChange]:
    gone = {one.former_id for one in told if one.kind == ChangeKind.REMOVED}
    known = unasked(list(db.session.scalars(select(Visit).where(Visit.id.in_(gone))))) if gone else {}
    return [replace(one, plan=known.get(one.former_id)) if one.former_id in known else one for one in told]
