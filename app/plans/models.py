"""Tables of plans. Parts of an approved version cannot be added, changed or deleted: the database refuses it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.db.types import Json
from app.plans.types import Frequency, PromptLevel, SectionKey, ServiceKind, ServicePlace, VersionState


class PlanVersion(Base):
    """One version of a child's plan. `content` is the frozen canonical JSON, `content_hash` its SHA-256 in hex."""

    __tablename__ = "plan_versions"
    __table_args__ = (
        UniqueConstraint("child_id", "number"),
        Index("ix_plan_versions_state", "state", "review_on", "id", "ends_on", "child_id"),
    )

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(choice(VersionState))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    review_on: Mapped[date]
    curriculum: Mapped[str] = mapped_column(String(40))
    copied_from_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("plan_versions.id"))
    decision_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("decisions.id"))
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    author_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    editors: Mapped[list] = mapped_column(Json, default=list)
    submitted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    submitted_at: Mapped[datetime | None]
    returned_reason: Mapped[str | None] = mapped_column(String(400))
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    approved_by_name: Mapped[str | None] = mapped_column(String(120))
    approved_at: Mapped[datetime | None]
    guardian_answer: Mapped[str | None] = mapped_column(String(20))
    guardian_name: Mapped[str | None] = mapped_column(String(120))
    guardian_words: Mapped[str | None] = mapped_column(Text)
    guardian_on: Mapped[date | None]
    below_rule_reason: Mapped[str | None] = mapped_column(String(400))
    no_words_reason: Mapped[str | None] = mapped_column(String(400))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    content_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    check_code: Mapped[str] = mapped_column(String(32), unique=True)
    revision: Mapped[int] = mapped_column(default=1)
    edited_by_name: Mapped[str | None] = mapped_column(String(120))


_WORK = text("state IN ('draft', 'submitted')")  # its words are asked for in queries, so that the index is found
Index("uq_plan_versions_work", PlanVersion.child_id, unique=True, sqlite_where=_WORK, postgresql_where=_WORK)


class PlanForce(Base):
    """The period in which an approved version is in force; periods of one child never overlap."""

    __tablename__ = "plan_forces"
    __table_args__ = (
        Index("ix_plan_forces_child_id", "child_id", "valid_from", "valid_to", "version_id"),
        Index("ix_plan_forces_valid_from", "valid_from"),
        Index("ix_plan_forces_valid_to", "valid_to"),
    )

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"), unique=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class PlanSection(Base):
    """The words of one section; `revision` rises with each save so that nobody's words are overwritten silently."""

    __tablename__ = "plan_sections"
    __table_args__ = (UniqueConstraint("version_id", "key"),)

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"))
    key: Mapped[SectionKey] = mapped_column(choice(SectionKey))
    body: Mapped[str] = mapped_column(Text)
    carried: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    edited_by_name: Mapped[str | None] = mapped_column(String(120))
    edited_at: Mapped[datetime | None]


class PlanPart(Base):
    """What the parts of a version that stand in an order have in common."""

    __abstract__ = True
    if TYPE_CHECKING:  # each table says its own columns, in the order that it has
        version_id: Mapped[uuid.UUID]
        position: Mapped[int]
        revision: Mapped[int]
        edited_by_name: Mapped[str | None]


class PlanGoal(PlanPart):
    """A long-term goal. `goal_key` stays the same in all versions."""

    __tablename__ = "plan_goals"
    __table_args__ = (UniqueConstraint("version_id", "goal_key"),)

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"))
    goal_key: Mapped[uuid.UUID] = mapped_column(index=True)
    position: Mapped[int]
    area: Mapped[str] = mapped_column(String(60))
    domain: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text)
    baseline: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    carried: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    edited_by_name: Mapped[str | None] = mapped_column(String(120))


class PlanObjective(PlanPart):
    """A short-term objective under a goal: condition, behaviour, criterion, baseline, dates, person; in plain words
    for the family too. `trials` is how many tries a visit counts (for "8 of 10")."""

    __tablename__ = "plan_objectives"
    __table_args__ = (UniqueConstraint("version_id", "objective_key"),)

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"))
    goal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_goals.id"), index=True)
    objective_key: Mapped[uuid.UUID] = mapped_column(index=True)
    position: Mapped[int]
    condition: Mapped[str] = mapped_column(Text)
    behaviour: Mapped[str] = mapped_column(Text)
    criterion: Mapped[str] = mapped_column(Text)
    baseline: Mapped[str] = mapped_column(Text)
    plain_words: Mapped[str] = mapped_column(Text)
    prompt: Mapped[PromptLevel | None] = mapped_column(choice(PromptLevel))
    trials: Mapped[int] = mapped_column(default=10)
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    person: Mapped[str] = mapped_column(String(120))
    carried: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    edited_by_name: Mapped[str | None] = mapped_column(String(120))


class PlanService(PlanPart):
    """A service of the plan: kind, minutes a time, how often, where, by whom, from when to when."""

    __tablename__ = "plan_services"
    __table_args__ = (UniqueConstraint("version_id", "service_key"),)

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"))
    service_key: Mapped[uuid.UUID] = mapped_column(index=True)
    position: Mapped[int]
    kind: Mapped[ServiceKind] = mapped_column(choice(ServiceKind))
    minutes: Mapped[int]
    times: Mapped[int]
    frequency: Mapped[Frequency] = mapped_column(choice(Frequency))
    place: Mapped[ServicePlace] = mapped_column(choice(ServicePlace))
    provider_school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"))
    provider: Mapped[str] = mapped_column(String(200))
    needs: Mapped[str | None] = mapped_column(String(200))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=1)
    edited_by_name: Mapped[str | None] = mapped_column(String(120))


KINDS: dict[str, type[PlanPart]] = {"goal": PlanGoal, "objective": PlanObjective, "service": PlanService}
