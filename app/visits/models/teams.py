"""Tables of teams, families and the ways between them. Times of day are minutes after midnight."""

from __future__ import annotations

import uuid
from datetime import date, datetime

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
from app.schools.types import TeacherSex
from app.visits.types import (
    ClosureKind,
    LegHalf,
    RoadServiceKind,
)


class Team(Base):
    """Teachers who visit together. `apart`: each sets out from the own school, and they meet at the home; else all set
    out from the team's school, that of the teacher who leads."""

    __tablename__ = "teams"

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    active: Mapped[bool] = mapped_column(default=True)
    apart: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)


class TeamMember(Base):
    """A teacher in a team; the first position leads (主教)."""

    __tablename__ = "team_members"
    __table_args__ = (UniqueConstraint("team_id", "teacher_id"),)

    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teachers.id"), index=True)
    position: Mapped[int]


class TeacherHours(Base):
    """When a teacher can be out: weekday 0–6, minutes of the day [start, end)."""

    __tablename__ = "teacher_hours"

    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teachers.id"), index=True)
    weekday: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]


class Leave(Base):
    """Days on which a teacher is away, first and last day."""

    __tablename__ = "leaves"

    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teachers.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(200))


class FamilyTime(Base):
    """When the family can receive a visit: weekday 0–6, minutes of the day [start, end)."""

    __tablename__ = "family_times"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    weekday: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]


class FamilyWish(Base):
    """What a family wishes of the teachers who come; `types.FamilyWishes` says what it means."""

    __tablename__ = "family_wishes"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), unique=True)
    sex: Mapped[TeacherSex | None] = mapped_column(choice(TeacherSex))
    sex_must: Mapped[bool] = mapped_column(default=False)
    words: Mapped[list] = mapped_column(Json)
    words_must: Mapped[bool] = mapped_column(default=False)


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
    __table_args__ = (UniqueConstraint("village_id", "child_id"), UniqueConstraint("village_id", "school_id"),
                      CheckConstraint("(child_id IS NULL) <> (school_id IS NULL)", name="one_place"))

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("villages.id"), index=True)
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("children.id"), index=True)
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"), index=True)


class TravelLeg(Base):
    """Minutes between two ends that somebody entered, and when the way is closed or slower; `types.LegInput` says what
    an end is. `both` ways: the ends stand in the order of their names. `half` of the day in which it holds."""

    __tablename__ = "travel_legs"
    __table_args__ = (UniqueConstraint("unit_id", "start", "end", "half"),
                      CheckConstraint("minutes > 0 AND minutes <= 600", name="minutes"),
                      CheckConstraint("percent >= 100 AND percent <= 500", name="percent"))

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


class HomeClosure(Base):
    """Days (first and last) on which no visit can be at a home: the family cancelled, the road is closed, the child is
    gone."""

    __tablename__ = "home_closures"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    kind: Mapped[ClosureKind] = mapped_column(choice(ClosureKind))
    note: Mapped[str | None] = mapped_column(String(200))
