"""Tables of schools, units, divisions, teachers, calendars and rules."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, SealedField, choice
from app.db.types import Json
from app.schools.types import AreaKind, DayKind, DivisionLevel, RuleName, SchoolKind, TeacherSex, UnitKind


class Division(Base):
    """An area with a statistical code for a period (GB/T 2260; towns by the statistical codes)."""

    __tablename__ = "divisions"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    code: Mapped[str] = mapped_column(String(12), index=True)
    level: Mapped[DivisionLevel] = mapped_column(choice(DivisionLevel))
    name: Mapped[str] = mapped_column(String(80))
    parent_code: Mapped[str | None] = mapped_column(String(12), index=True)
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Unit(Base):
    """A managing education unit (管理单位) with the days of its life; `code` is ours and lasting."""

    __tablename__ = "units"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class UnitDivision(Base):
    """Which division belongs to which unit in a period."""

    __tablename__ = "unit_divisions"

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class School(Base):
    """A school; its code is never reused. `unit_id` is today's unit, `SchoolUnit` the history of it."""

    __tablename__ = "schools"
    __table_args__ = (Index("ix_schools_unit_id_name", "unit_id", "name"),)

    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    name_pinyin: Mapped[str] = mapped_column(String(240))
    name_initials: Mapped[str] = mapped_column(String(120))
    kind: Mapped[SchoolKind] = mapped_column(choice(SchoolKind))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    division_code: Mapped[str] = mapped_column(String(12))
    town_code: Mapped[str | None] = mapped_column(String(12))
    address: Mapped[str | None] = mapped_column(String(200))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    area: Mapped[AreaKind | None] = mapped_column(choice(AreaKind))
    principal: Mapped[str | None] = mapped_column(String(120))
    telephone: Mapped[str | None] = mapped_column(String(40))
    receives: Mapped[bool] = mapped_column(default=True)
    resource_room: Mapped[bool | None]
    special_teachers: Mapped[int | None]
    special_places: Mapped[int | None]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    successor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"))


class SchoolName(Base):
    """A former name of a school, still findable."""

    __tablename__ = "school_names"

    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"), index=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    valid_to: Mapped[date | None]


class SchoolUnit(Base):
    """The unit that managed a school in a period."""

    __tablename__ = "school_units"

    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"), index=True)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Teacher(Base):
    """A teacher who teaches at home or answers for objectives; may have an account."""

    __tablename__ = "teachers"
    __table_args__ = (UniqueConstraint("school_id", "number"),)

    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"), index=True)
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), unique=True)
    number: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(120))
    skills: Mapped[list] = mapped_column(Json)
    sex: Mapped[TeacherSex | None] = mapped_column(choice(TeacherSex))
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    active: Mapped[bool] = mapped_column(default=True)
    phone = SealedField()


class CalendarDay(Base):
    """A day that differs from its weekday: national (no unit) or of a district. `acts_as` 0–6 for a worked weekend."""

    __tablename__ = "calendar_days"
    __table_args__ = (
        Index("ix_calendar_days_day", "day"),
        UniqueConstraint("unit_id", "day"),
        Index(
            "uq_calendar_days_everywhere",
            "day",
            "kind",
            unique=True,
            sqlite_where=text("unit_id IS NULL"),
            postgresql_where=text("unit_id IS NULL"),
        ),
    )

    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(choice(DayKind))
    acts_as: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(120))


class CalendarYear(Base):
    """A calendar year whose national days are known, and from where."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(String(200))
    loaded_at: Mapped[datetime]


class Term(Base):
    """A school term, first and last teaching day, and from where; of the municipality, or of a unit that differs."""

    __tablename__ = "terms"
    __table_args__ = (
        UniqueConstraint("unit_id", "school_year", "number"),
        Index(
            "uq_terms_municipal",
            "school_year",
            "number",
            unique=True,
            sqlite_where=text("unit_id IS NULL"),
            postgresql_where=text("unit_id IS NULL"),
        ),
    )

    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"))
    school_year: Mapped[int]
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(200), default="")


class DistrictRule(Base):
    """The value of a rule from a day on; without a unit it is the municipality's default."""

    __tablename__ = "district_rules"

    unit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[RuleName] = mapped_column(choice(RuleName))
    value: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


Index(
    "uq_district_rules_live",
    DistrictRule.unit_id,
    DistrictRule.name,
    unique=True,
    sqlite_where=text("valid_to IS NULL"),
    postgresql_where=text("valid_to IS NULL"),
)
Index(
    "uq_district_rules_default",
    DistrictRule.name,
    unique=True,
    sqlite_where=text("unit_id IS NULL AND valid_to IS NULL"),
    postgresql_where=text("unit_id IS NULL AND valid_to IS NULL"),
)
