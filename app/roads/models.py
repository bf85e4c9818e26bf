"""Tables of the ways between homes and schools."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.db.types import Json
from app.roads.types import LegHalf, RoadServiceKind


class Village(Base):
    """Homes and schools that lie together, named by the district: minutes can be entered for all of them at once."""

    __tablename__ = "villages"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int] = mapped_column(default=1)


class VillagePlace(Base):
    """A home or a school of a village."""

    __tablename__ = "village_places"
    __table_args__ = (
        UniqueConstraint("village_id", "child_id"),
        UniqueConstraint("village_id", "school_id"),
        CheckConstraint("(child_id IS NULL) <> (school_id IS NULL)", name="one_place"),
    )

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("villages.id"), index=True)
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("children.id"), index=True)
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"), index=True)


class TravelLeg(Base):
    """Minutes between two ends that somebody entered, and when the way is closed or slower; `types.LegInput` says what
    an end is. `both` ways: the ends stand in the order of their names. `half` of the day in which it holds."""

    __tablename__ = "travel_legs"
    __table_args__ = (
        UniqueConstraint("unit_id", "start", "end", "half"),
        CheckConstraint("minutes > 0 AND minutes <= 600", name="minutes"),
        CheckConstraint("percent >= 100 AND percent <= 500", name="percent"),
    )

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    start: Mapped[str] = mapped_column(String(48))
    end: Mapped[str] = mapped_column(String(48))
    half: Mapped[LegHalf] = mapped_column(choice(LegHalf), default=LegHalf.DAY)
    minutes: Mapped[int | None]
    both: Mapped[bool] = mapped_column(default=True)
    closed_months: Mapped[list] = mapped_column(Json)
    slow_months: Mapped[list] = mapped_column(Json)
    percent: Mapped[int] = mapped_column(default=100)
    note: Mapped[str | None] = mapped_column(String(200))
    entered_by_name: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)


class RoadService(Base):
    """The program that is asked for minutes by road; the newest row counts, one without address takes it away."""

    __tablename__ = "road_services"

    kind: Mapped[RoadServiceKind] = mapped_column(choice(RoadServiceKind))
    address: Mapped[str | None] = mapped_column(String(300))
    set_by_name: Mapped[str] = mapped_column(String(120))
    set_at: Mapped[datetime] = mapped_column(index=True)


class RoadTable(Base):
    """A unit's minutes by road as last measured. `places`: [id, keyed hash of point and mode]; `minutes`: rows of
    16-bit numbers, deflated, -1 = not known; `walk`: minutes on foot to the road; `notes`: problems to tell.

    `source_name` is the extract's or the service's, `source_day` and `source_hash` the extract's.
    """

    __tablename__ = "road_tables"

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), unique=True)
    source_name: Mapped[str] = mapped_column(String(300))
    source_day: Mapped[str | None] = mapped_column(String(10))
    source_hash: Mapped[str | None] = mapped_column(String(64))
    places: Mapped[list] = mapped_column(Json)
    minutes: Mapped[bytes] = mapped_column(LargeBinary)
    walk: Mapped[list] = mapped_column(Json)
    notes: Mapped[list] = mapped_column(Json)
    measured_by_name: Mapped[str] = mapped_column(String(120))
    measured_at: Mapped[datetime]
