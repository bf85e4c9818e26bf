"""The deadline of minutes that are owed to a child taught at home: to be made up or excused."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import Select, select

from app.access import Actor
from app.children.models import Child
from app.children.sight import file_of, of_child
from app.db import db
from app.kernel.problems import N_
from app.steps.actions import settle
from app.steps.kinds import StepKind, asked
from app.steps.models import Step
from app.steps.types import Clock, Ended
from app.visits.actions.reckoning import reckon_due
from app.visits.models import MinutesDue
from app.visits.queries.owed import owed_on, school_of_last_visit

MINUTES_OWED = "minutes_owed"
DAYS = 27
"""Days from the Monday after a month (of whole weeks) to the Sunday by which its minutes are made up: four weeks."""


def settle_minutes(actor: Actor, child_id: uuid.UUID, deed: str, today: date) -> None:
    """A visit was recorded or corrected, or minutes were excused: what is owed no more is done."""
    for due_id in db.session.scalars(
        select(MinutesDue.id)
        .join(Step, Step.subject_id == MinutesDue.id)
        .where(of_child(MinutesDue.child_id, file_of(child_id)), Step.kind == MINUTES_OWED, Step.ended_on.is_(None))
    ).all():
        settle(actor, MINUTES_OWED, due_id, deed=deed, on=today)


def owed(day: date) -> Select:
    """Services and months that are over of which minutes are still owed to a child: the business of the school whose
    team went there last in the month, else of the district."""
    return (
        asked(
            subject_id=MinutesDue.id,
            part=MinutesDue.month,
            child_id=MinutesDue.child_id,
            unit_id=Child.unit_id,
            school_id=school_of_last_visit(),
            from_on=MinutesDue.last_on,
        )
        .select_from(MinutesDue)
        .join(Child, Child.id == MinutesDue.child_id)
        .where(*owed_on(day), Child.merged_into.is_(None))
    )


STEPS = (
    StepKind(
        code=MINUTES_OWED,
        words=N_("Make up for the minutes owed, or excuse them"),
        subject="minutes_due",
        endpoint="visits.show_child_visits",
        takes="child_id",
        part_as="month",
        clock=Clock.CALENDAR,
        days=DAYS,
        after=1,
        amber=10,
        reminds=(10, 0),
        escalates=(1, 28),
        unsettled=Ended.LAPSED,
        reckons=reckon_due,
        ought=owed,
        about=str,
    ),
)
"""The days are a rule of this house (送教 that falls out is made up in the next month), no law names any."""
