"""Tables of teams and of the times at which teachers and families can meet. Times of day are minutes after midnight."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import (
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.db.types import Json
from app.schools.types import TeacherSex
from app.teams.types import ClosureKind


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


class HomeClosure(Base):
    """Days (first and last) on which no visit can be at a home: the family cancelled, the road is closed, the child is
    gone."""

    __tablename__ = "home_closures"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    kind: Mapped[ClosureKind] = mapped_column(choice(ClosureKind))
    note: Mapped[str | None] = mapped_column(String(200))
