"""Reading one plan. Functions by id are for callers who have seen the child."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import or_, select

from app.access import Actor
from app.children.models import Child, Disability
from app.children.queries import known_before
from app.children.sight import in_sight, kept_file, of_child, opens, past_until, read_only
from app.children.types import DisabilityCategory
from app.db import db
from app.errors import NotFound
from app.kernel.order import counted
from app.placements.types import PlacementKind
from app.plans.content import Parts, find_open_decision
from app.plans.models import KINDS, PlanForce, PlanGoal, PlanObjective, PlanPart, PlanVersion
from app.plans.types import (
    GoalView,
    ObjectiveView,
    PlanView,
    ServiceView,
    Standing,
    VersionState,
)
from app.roll.queries import places_on
from app.web.filters import LOCAL, today


def get_version(actor: Actor, version_id: uuid.UUID, *, lock: bool = False) -> PlanVersion:
    """A version of a child in the actor's sight; with `lock` no other transaction changes it meanwhile.

    Raises NotFound, and ReadOnly for a former holder.
    """
    query = select(PlanVersion).where(PlanVersion.id == version_id, opens(actor, PlanVersion.child_id))
    if lock:
        query = query.with_for_update(of=PlanVersion)
    found = db.session.scalar(query)
    if found is None:
        raise read_only(until) if (until := _past(actor, version_id)[1]) else NotFound
    return found


def read_version(actor: Actor, version_id: uuid.UUID) -> tuple[PlanVersion, date | None]:
    """A version to be read, and the day from which the child's file is hidden from the actor (None: not at all).

    A former holder reads what was approved before that day. Raises NotFound.
    """
    found, until = _past(actor, version_id)
    if found is None or until is None:
        return get_version(actor, version_id), None
    if found.approved_at is None or not known_before(found.approved_at, until):
        raise NotFound
    return found, until


def _past(actor: Actor, version_id: uuid.UUID) -> tuple[PlanVersion | None, date | None]:
    """A version of a child whose file the actor held once and does not today, with the day from which it is hidden."""
    if actor.municipal:
        return None, None
    found = db.session.execute(
        select(PlanVersion, Child.id, in_sight(actor).label("seen"))
        .join(Child, Child.id == kept_file(PlanVersion.child_id))
        .where(PlanVersion.id == version_id)
    ).first()
    if found is None or found.seen:
        return None, None
    return found[0], past_until(actor, found[1])


def list_versions(child_id: uuid.UUID) -> list[tuple[PlanVersion, PlanForce | KnownForce | None]]:
    """All versions of a child, the newest first and those of a second file behind, with their period in force."""
    rows = db.session.execute(
        select(PlanVersion, PlanForce)
        .outerjoin(PlanForce, PlanForce.version_id == PlanVersion.id)
        .where(of_child(PlanVersion.child_id, child_id))
        .order_by(PlanVersion.child_id != child_id, PlanVersion.number.desc(), PlanVersion.id)
    )
    return [(version, force_of(child_id, version, force)) for version, force in rows]


def force_of(child_id: uuid.UUID, version: PlanVersion, force: PlanForce | None) -> PlanForce | KnownForce | None:
    """The period in force as the kept file tells it: a version of a second file held until its own end and no longer,
    though nothing followed it there."""
    if force is None or force.valid_to is not None or version.child_id == child_id:
        return force
    return KnownForce(version.id, version.child_id, force.valid_from, version.ends_on + timedelta(days=1))


def find_last_version(child_id: uuid.UUID) -> PlanVersion | None:
    """The version with the highest number."""
    return db.session.scalar(
        select(PlanVersion).where(PlanVersion.child_id == child_id).order_by(PlanVersion.number.desc()).limit(1)
    )


def plan_in_force(child_id: uuid.UUID, day: date) -> PlanVersion | None:
    """The version in force for a child on a day; by constraint there is at most one."""
    return db.session.scalar(
        select(PlanVersion)
        .join(PlanForce, PlanForce.version_id == PlanVersion.id)
        .where(PlanForce.child_id == child_id, *holds_on(day))
    )


def days_planned(child_id: uuid.UUID, today: date) -> list[tuple[date, date]]:
    """First and last days of the plans of one file that hold today or later; one without a follower ends by itself."""
    rows = db.session.execute(
        select(PlanForce.valid_from, PlanForce.valid_to, PlanVersion.ends_on)
        .join(PlanVersion, PlanVersion.id == PlanForce.version_id)
        .where(
            PlanForce.child_id == child_id,
            PlanVersion.ends_on >= today,
            or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > today),
        )
        .order_by(PlanForce.valid_from)
    )
    return [(start, last if end is None else min(last, end - timedelta(days=1))) for start, end, last in rows]


def is_submitted(child_id: uuid.UUID) -> bool:
    """True while a version of one file waits to be approved."""
    work = select(PlanVersion.id).where(PlanVersion.child_id == child_id, PlanVersion.state == VersionState.SUBMITTED)
    return db.session.scalar(work.limit(1)) is not None


def holds_on(day: date) -> Any:
    return PlanForce.valid_from <= day, or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > day)


def objectives_of(version_id: uuid.UUID) -> list[PlanObjective]:
    """The objectives of a version in the order of goals and objectives. One query."""
    return list(
        db.session.scalars(
            select(PlanObjective)
            .join(PlanGoal, PlanGoal.id == PlanObjective.goal_id)
            .where(PlanObjective.version_id == version_id)
            .order_by(PlanGoal.position, PlanGoal.id, PlanObjective.position, PlanObjective.id)
        )
    )


@dataclass(frozen=True)
class KnownForce:
    """A period in force as a former holder knows it."""

    version_id: uuid.UUID
    child_id: uuid.UUID
    valid_from: date
    valid_to: date | None


def force_before(force: PlanForce | KnownForce | None, until: date | None) -> PlanForce | KnownForce | None:
    """The period as it was known before a day (None: whoever sees all): what began or was ended later is not told."""
    if force is None or until is None:
        return force
    if force.valid_from >= until:
        return None
    ended = force.valid_to if force.valid_to is not None and force.valid_to < until else None
    return KnownForce(force.version_id, force.child_id, force.valid_from, ended)


def as_of(until: date | None) -> date:
    """The day on which a page shows how things stand: today, or a former holder's last day."""
    return today() if until is None else until - timedelta(days=1)


def standing_on(version: PlanVersion, force: PlanForce | KnownForce | None, day: date) -> Standing:
    """How a version stands on a day."""
    if version.state != VersionState.APPROVED:
        return Standing(version.state.value)
    if force is None or (force.valid_to is not None and force.valid_to <= day):
        return Standing.SUPERSEDED
    return Standing.LATER if force.valid_from > day else Standing.VALID


def find_force(version_id: uuid.UUID) -> PlanForce | None:
    """The period in which a version is in force."""
    return db.session.scalar(select(PlanForce).where(PlanForce.version_id == version_id))


def never_held_after(child_id: uuid.UUID, start: date) -> list[tuple[PlanVersion, PlanForce]]:
    """The approved versions of a child that would begin on `start` or later, in order: when another one comes into
    force then, they hold on no day."""
    rows = db.session.execute(
        select(PlanVersion, PlanForce)
        .join(PlanForce, PlanForce.version_id == PlanVersion.id)
        .where(PlanForce.child_id == child_id, PlanForce.valid_from >= start)
        .order_by(PlanForce.valid_from)
    )
    return [(version, force) for version, force in rows]


def view_of(version: PlanVersion, parts: Parts) -> PlanView:
    """The version as the rules see it."""
    decision = find_open_decision(version.child_id)
    return PlanView(
        curriculum=version.curriculum,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        review_on=version.review_on,
        taught_at_home=bool(decision and decision.kind == PlacementKind.HOME),
        sections={row.key: row.body for row in parts.sections},
        carried_sections=frozenset(row.key for row in parts.sections if row.carried),
        goals=tuple(_goal_view(row, parts) for row in parts.goals),
        services=tuple(
            ServiceView(
                f"service-{row.id}",
                row.kind,
                row.minutes,
                row.times,
                row.frequency,
                row.place,
                row.provider,
                row.starts_on,
                row.ends_on,
            )
            for row in parts.services
        ),
        guardian_answer=version.guardian_answer,
        no_words_reason=version.no_words_reason or "",
        below_rule_reason=version.below_rule_reason or "",
    )


def _goal_view(row: Any, parts: Parts) -> GoalView:
    objectives = tuple(
        ObjectiveView(
            f"objective-{one.id}",
            one.condition,
            one.behaviour,
            one.criterion,
            one.baseline,
            one.plain_words,
            one.starts_on,
            one.due_on,
            one.person,
            one.carried,
        )
        for one in parts.objectives.get(row.id, ())
    )
    return GoalView(
        f"goal-{row.id}",
        row.area,
        row.domain,
        row.words,
        row.baseline,
        row.target,
        row.measure,
        row.due_on,
        row.carried,
        objectives,
    )


def fitting_curriculum(child_id: uuid.UUID) -> str:
    """The curriculum to begin with: by the main disability and the placement; people may choose another."""
    main = db.session.scalar(
        select(Disability.category)
        .where(Disability.child_id == child_id, Disability.valid_to.is_(None))
        .order_by(Disability.position)
        .limit(1)
    )
    decision = find_open_decision(child_id)
    if decision and decision.kind == PlacementKind.REGULAR_CLASS:
        return "ordinary"
    if main == DisabilityCategory.VISUAL:
        return "blind"
    return "deaf" if main == DisabilityCategory.HEARING else "intellectual"


@dataclass(frozen=True)
class CheckedPaper:
    """What the check of a paper may say: nothing personal."""

    standing: Standing
    content_hash: str = ""
    number: int = 0
    approved_on: date | None = None


def check_paper(code: str, day: date) -> CheckedPaper:
    """How the version with this code stands; unknown for drafts and for content that no longer fits its hash."""
    version = db.session.scalar(
        select(PlanVersion).where(PlanVersion.check_code == code, PlanVersion.state == VersionState.APPROVED)
    )
    if version is None or version.content is None or version.approved_at is None:
        return CheckedPaper(Standing.UNKNOWN)
    if sha256(version.content).hexdigest() != version.content_hash:
        return CheckedPaper(Standing.UNKNOWN)
    return CheckedPaper(
        standing_on(version, find_force(version.id), day),
        version.content_hash,
        version.number,
        version.approved_at.astimezone(LOCAL).date(),
    )


def list_provider_schools(child_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Schools that may give a service: those the child is linked to today."""
    found = {place.school_id: place.name for place in places_on(child_id, today()).values()}
    return sorted(found.items(), key=lambda school: (counted(school[1]), str(school[0])))


def get_part(version: PlanVersion, kind: str, part_id: uuid.UUID) -> PlanPart:
    """A goal, an objective or a service of a version. Raises NotFound."""
    model = KINDS[kind]
    row = db.session.scalar(select(model).where(model.id == part_id, model.version_id == version.id))
    if row is None:
        raise NotFound
    return row
