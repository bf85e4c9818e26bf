"""Repairs of one month beside each other: whose draft stands, and what became of one that was put away."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from app.db import db
from app.kernel.problems import N_, Problem, Refused
from app.repairs.models import Repair, RepairCall
from app.repairs.types import RepairState
from app.timetables.models import Timetable
from app.timetables.queries.drafts import discarded
from app.timetables.queries.timetables import find_published
from app.timetables.types import TimetableState


class EndedBy(StrEnum):
    """What put the draft of a repair away."""

    DISCARDED = "discarded"
    REPLACED = "replaced"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True)
class Ended:
    """How, by whom and when the draft of a repair came to nothing; `repair_id`: the repair whose draft took its
    place."""

    how: EndedBy
    by: str
    at: datetime | None
    repair_id: uuid.UUID | None = None


def rivals_of(timetable: Timetable, repair: Repair | None = None) -> list[Repair]:
    """The other repairs of a timetable whose drafts wait to be published, in order. The caller has checked the
    scope."""
    query = (
        select(Repair)
        .join(Timetable, Timetable.id == Repair.draft_id)
        .where(Repair.timetable_id == timetable.id, Timetable.state == TimetableState.DRAFT)
        .order_by(Repair.created_at, Repair.id)
    )
    return [one for one in db.session.scalars(query) if repair is None or one.id != repair.id]


def how_it_ended(repair: Repair) -> Ended | None:
    """What became of the draft of a repair that nobody can publish any more; None while it can be, or once it was
    published."""
    draft = db.session.get(Timetable, repair.draft_id) if repair.draft_id else None
    if draft is None or repair.state != RepairState.CHOSEN:
        return None
    if draft.state == TimetableState.DISCARDED:
        gone = discarded(draft)
        instead = gone.instead if gone else None
        return Ended(
            EndedBy.REPLACED if instead else EndedBy.DISCARDED,
            gone.by if gone else "",
            gone.at if gone else None,
            instead,
        )
    base = db.session.get_one(Timetable, repair.timetable_id)
    if draft.state != TimetableState.DRAFT or base.in_force:
        return None
    force = find_published(base.unit_id, base.month)
    if force is None:
        return Ended(EndedBy.OVERTAKEN, "", base.superseded_at)
    made = db.session.scalar(select(Repair.id).where(Repair.draft_id == force.id))
    return Ended(EndedBy.OVERTAKEN, force.published_by_name or "", force.published_at, made)


CALLS_OVER = Problem(
    "calls_over",
    N_(
        "The draft of this repair came to nothing: nobody is to be told of its changes any more. Call back those who "
        "were told already."
    ),
)


def refuse_ended(repair: Repair) -> None:
    """Raise Refused where the list of calls holds no longer."""
    if how_it_ended(repair) is not None:
        raise Refused(CALLS_OVER)


def to_call_back(repair: Repair) -> list[RepairCall]:
    """Those who were told of changes that came to nothing and have not been called back."""
    if how_it_ended(repair) is None:
        return []
    return list(
        db.session.scalars(
            select(RepairCall)
            .where(RepairCall.repair_id == repair.id, RepairCall.done_at.is_not(None), RepairCall.back_at.is_(None))
            .order_by(RepairCall.position)
        )
    )
