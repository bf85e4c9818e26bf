"""A step as a list shows it: its owner in words, its colour on the day, the page that settles it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import aliased

from app.access import Actor
from app.accounts.models import User
from app.children.models import Child
from app.children.sight import in_sight
from app.db import Rows
from app.kernel.names import mask_name
from app.schools.models import School, Unit
from app.schools.queries import legal_calendar, provisional_years
from app.steps.kinds import StepKind, kind_of
from app.steps.models import Step
from app.steps.rules import amber_until, colour_on
from app.steps.types import Clock, Colour, Ended, Level

SCHOOL = "school"
"""The subject of steps about a school: its name is what they are about."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A step in a list. `child` is masked for an owner who does not see the file; `guessed`: its day falls in a year
    whose holidays are not announced yet."""

    id: uuid.UUID
    kind: StepKind
    part: str
    words: str
    child_id: uuid.UUID | None
    child: str
    sees_child: bool
    unit: str
    owner: str
    opened_on: date
    due_on: date
    colour: Colour | None
    guessed: bool
    subject_id: uuid.UUID
    paused_on: date | None
    reminded_on: date | None
    escalated_to: Level | None
    escalated_on: date | None
    ended_on: date | None
    ended_as: Ended | None
    deed: str | None
    done_by: str

    @property
    def url(self) -> str:
        """The page that settles it."""
        return self.kind.url(self.subject_id, self.child_id, self.part)


def rows_of(actor: Actor) -> Select:
    """The statement that lists narrow: every step with what its line needs, in one query."""
    asked_school = aliased(School)
    return (
        select(
            Step.id,
            Step.kind,
            Step.subject_id,
            Step.part,
            Step.child_id,
            Step.opened_on,
            Step.due_on,
            Step.paused_on,
            Step.reminded_on,
            Step.escalated_to,
            Step.escalated_on,
            Step.ended_on,
            Step.ended_as,
            Step.deed,
            Step.done_by_name,
            Child.name.label("child"),
            in_sight(actor).label("sees_child"),
            Unit.name.label("unit"),
            School.name.label("school"),
            User.name.label("person"),
            asked_school.name.label("about"),
        )
        .select_from(Step)
        .join(Unit, Unit.id == Step.unit_id)
        .outerjoin(Child, Child.id == Step.child_id)
        .outerjoin(School, School.id == Step.school_id)
        .outerjoin(User, User.id == Step.user_id)
        .outerjoin(asked_school, and_(asked_school.id == Step.subject_id, Step.subject == SCHOOL))
    )


def amber_untils(kinds: Iterable[StepKind], day: date) -> dict[str, date]:
    """For each kind the last due day that is amber today."""
    kinds = list(kinds)
    calendar = legal_calendar(day) if any(kind.clock == Clock.WORKING for kind in kinds) else None
    return {kind.code: amber_until(kind.clock, day, kind.amber, calendar or legal_calendar(day)) for kind in kinds}


def lines_of(rows: Rows, day: date) -> list[Line]:
    """The lines of rows as they stand on a day."""
    known = {row.kind: kind for row in rows if (kind := kind_of(row.kind)) is not None}
    until = amber_untils(known.values(), day)
    years = {row.due_on.year for row in rows if row.kind in known and known[row.kind].clock == Clock.WORKING}
    guessed = {year for year in years if provisional_years(date(year, 1, 1), date(year, 1, 1))}
    return [_line(row, known[row.kind], day, until[row.kind], guessed) for row in rows if row.kind in known]


def _line(row: Row, kind: StepKind, day: date, until: date, guessed: set[int]) -> Line:
    runs = row.ended_on is None and row.paused_on is None
    return Line(
        id=row.id,
        kind=kind,
        part=row.part,
        words=row.about or kind.about(row.part),
        child_id=row.child_id,
        child=(row.child if row.sees_child else mask_name(row.child)) if row.child else "",
        sees_child=bool(row.sees_child),
        unit=row.unit,
        owner=row.person or row.school or row.unit,
        opened_on=row.opened_on,
        due_on=row.due_on,
        colour=colour_on(row.due_on, day, until) if runs else None,
        guessed=kind.clock == Clock.WORKING and row.due_on.year in guessed,
        subject_id=row.subject_id,
        paused_on=row.paused_on,
        reminded_on=row.reminded_on,
        escalated_to=row.escalated_to,
        escalated_on=row.escalated_on,
        ended_on=row.ended_on,
        ended_as=row.ended_as,
        deed=row.deed,
        done_by=row.done_by_name or "",
    )
