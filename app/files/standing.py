"""How the child stands today: roll, schools, placement and plan in one query.

Other slices own these facts; they are only read here, together, to show the heading of a file, the rows of the list and
the first page without a query for each slice.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Uuid, and_, bindparam, exists, func, select
from sqlalchemy.sql import FromClause

from app.children.models import Child, Disability, FileMerge, SafetyCard
from app.db import Day, db
from app.kernel.dates import add_days
from app.placements.lagging import placement_lags
from app.placements.models import Decision
from app.placements.queries import decision_holds
from app.placements.types import PlacementKind
from app.plans.models import PlanForce, PlanVersion
from app.roll.models import IntendedPlace, Membership, RollState
from app.roll.queries import holds
from app.roll.types import Place, RollStatus, SchoolLink
from app.schools.models import School, Unit
from app.web.filters import today


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Today's facts about a child that other slices own.

    `screening_due_on` is the first day until which a suspected disability is to be screened; `safety` has the columns
    of the safety card, if there is one. `plan_until` is the last day of the plan in force; `plan_ends_on` the last day
    of the last approved one, which may follow it: nothing runs out before. `placement_lags`: see the function;
    `placement_coming`: one is decided that begins later.
    `intended` is the school that a sheet named for a child that is not on a roll yet.
    """

    unit: str
    status: RollStatus | None = None
    due_on: date | None = None
    placement: PlacementKind | None = None
    review_on: date | None = None
    roll: Place | None = None
    attending: Place | None = None
    delivering: Place | None = None
    plan_version_id: uuid.UUID | None = None
    plan_until: date | None = None
    plan_ends_on: date | None = None
    screening_due_on: date | None = None
    safety: object | None = None
    placement_lags: bool = False
    intended: Place | None = None
    placement_coming: bool = False
    seconds: bool = False
    """True when other files were merged into this one, though it may be undone since."""

    @property
    def taught_at(self) -> Place | None:
        """The school that answers to the family: the one that teaches at home, else where it sits, else its roll."""
        return self.delivering or self.attending or self.roll

    @property
    def school_ids(self) -> frozenset[uuid.UUID]:
        """Schools the child is linked to today."""
        return frozenset(place.school_id for place in (self.roll, self.attending, self.delivering) if place)


@dataclass(frozen=True)
class KeptMerge:
    """A record of merging with the numbers of both files."""

    row: FileMerge
    second_number: str
    second_name: str

    @cached_property
    def snapshot(self) -> dict[str, Any]:
        """What both files said when they were merged, and what the kept one took over; empty when it does not fit its
        hash any more."""
        text = self.row.snapshot or ""
        fits = sha256(text.encode()).hexdigest() == self.row.snapshot_hash
        return json.loads(text) if fits else {}


def list_merges(child_id: uuid.UUID) -> list[KeptMerge]:
    """Mergings of a kept file (its child was loaded in sight), the newest first, undone ones too."""
    rows = db.session.execute(
        select(FileMerge, Child.file_number, Child.name)
        .join(Child, Child.id == FileMerge.merged_id)
        .where(FileMerge.kept_id == child_id)
        .order_by(FileMerge.made_at.desc(), FileMerge.id)
    )
    return [KeptMerge(*row) for row in rows]


def live_state() -> tuple[FromClause, ColumnElement[bool]]:
    """The roll states and the condition that joins today's to `Child`."""
    states = RollState.__table__
    return states, and_(states.c.child_id == Child.id, states.c.valid_to.is_(None))


def decision_on(day: date | ColumnElement) -> tuple[FromClause, ColumnElement[bool]]:
    """The placement decisions and the condition that joins the one in force on a day to `Child`: one decided for later
    is not yet true, and the one that it will end is true until then."""
    return Decision.__table__, and_(Decision.child_id == Child.id, decision_holds(day))


def live_link(link: SchoolLink, day: date | ColumnElement) -> tuple[FromClause, ColumnElement[bool]]:
    """The memberships of one link (roll, attending, delivering), and the condition that joins a day's to `Child`."""
    places = Membership.__table__.alias(f"{link}_place")
    return places, and_(places.c.child_id == Child.id, places.c.link == link, holds(places, day))


def standing_of(child_id: uuid.UUID) -> Standing:
    """How one child stands today; one query. The caller has checked that the child is in sight."""
    row = db.rows(_standing(), {"child": child_id, "day": today()}).one()
    return Standing(
        unit=row.unit,
        status=row.status,
        due_on=row.due_on,
        placement=row.placement,
        review_on=row.review_on,
        roll=_place(row, SchoolLink.ROLL),
        attending=_place(row, SchoolLink.ATTENDING),
        delivering=_place(row, SchoolLink.DELIVERING),
        plan_version_id=row.version_id,
        plan_until=_last_day(row),
        plan_ends_on=row.plan_ends_on,
        screening_due_on=row.screening_due_on,
        safety=row if row.card_id else None,
        placement_lags=bool(row.lags),
        intended=_place(row, "intended"),
        placement_coming=bool(row.decided),
        seconds=bool(row.seconds),
    )


def _flags(day: ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    """Whether a decision begins later, and whether files were merged into this one."""
    coming = Decision.__table__.alias("coming")
    decided = exists().where(coming.c.child_id == Child.id, coming.c.valid_from > day, coming.c.ended_on.is_(None))
    return decided.label("decided"), exists().where(FileMerge.kept_id == Child.id).label("seconds")


@cache
def _standing() -> Select:
    """The statement of `standing_of`, put together once: that costs more than running it."""
    states, state_fits = live_state()
    day = bindparam("day", type_=Day())
    decisions, decision_fits = decision_on(day)
    forces = PlanForce.__table__
    screening = (
        select(func.min(Disability.screening_due_on))
        .where(Disability.child_id == Child.id, Disability.valid_to.is_(None))
        .scalar_subquery()
    )
    versions, approved = PlanVersion.__table__, forces.alias("approved_force")
    present = versions.alias("present_version")
    last = (
        select(versions.c.ends_on)
        .join(approved, approved.c.version_id == versions.c.id)
        .where(approved.c.child_id == Child.id, (approved.c.valid_to.is_(None)) | (approved.c.valid_to > day))
        .order_by(approved.c.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    source = (
        select(
            Unit.name.label("unit"),
            states.c.status,
            states.c.due_on,
            decisions.c.kind.label("placement"),
            decisions.c.review_on,
            forces.c.version_id,
            forces.c.valid_to.label("force_to"),
            present.c.ends_on.label("own_end"),
            last.label("plan_ends_on"),
            screening.label("screening_due_on"),
            placement_lags(day).correlate(Child).label("lags"),
            *_flags(day),
            SafetyCard.id.label("card_id"),
            SafetyCard.seizure,
            SafetyCard.choking,
            SafetyCard.allergy,
            SafetyCard.medicine,
            SafetyCard.dog,
            SafetyCard.two_adults,
            SafetyCard.other,
        )
        .select_from(Child)
        .join(Unit, Unit.id == Child.unit_id)
        .outerjoin(states, state_fits)
        .outerjoin(decisions, decision_fits)
        .outerjoin(SafetyCard, SafetyCard.child_id == Child.id)
        .outerjoin(
            forces,
            and_(
                forces.c.child_id == Child.id,
                forces.c.valid_from <= day,
                (forces.c.valid_to.is_(None)) | (forces.c.valid_to > day),
            ),
        )
        .outerjoin(present, present.c.id == forces.c.version_id)
    )
    meant = IntendedPlace.__table__
    joins: list[tuple[str, FromClause, ColumnElement[bool]]] = [(link, *live_link(link, day)) for link in SchoolLink]
    joins.append(("intended", meant, and_(meant.c.child_id == Child.id, meant.c.valid_to.is_(None))))
    for link, places, fits in joins:
        schools = School.__table__.alias(f"{link}_school")
        source = (
            source.outerjoin(places, fits)
            .outerjoin(schools, schools.c.id == places.c.school_id)
            .add_columns(
                places.c.school_id.label(f"{link}_id"),
                schools.c.name.label(f"{link}_name"),
                places.c.grade.label(f"{link}_grade"),
                places.c.class_name.label(f"{link}_class"),
            )
        )
    return source.where(Child.id == bindparam("child", type_=Uuid()))


def _last_day(row: Row[Any]) -> date | None:
    """The last day of the plan in force: its own end, or the day before the next one begins."""
    if row.version_id is None:
        return None
    return row.own_end if row.force_to is None else min(row.own_end, add_days(row.force_to, -1))


def _place(row: Row[Any], link: str) -> Place | None:
    values = row._mapping
    if values[f"{link}_id"] is None:
        return None
    return Place(values[f"{link}_id"], values[f"{link}_name"], values[f"{link}_grade"], values[f"{link}_class"])
