"""Reading plans. The actor comes first where children are chosen; functions by id are for callers who hold it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import Select, and_, exists, func, or_, select, text

from app.access import Actor
from app.children.models import Child, Disability
from app.children.sight import in_sight
from app.children.standing import standing_of
from app.children.types import DisabilityCategory
from app.db import db
from app.db.remember import remembered
from app.errors import NotFound
from app.kernel.periods import Period
from app.placements.types import PlacementKind
from app.plans.content import Parts, find_open_decision, parts_of
from app.plans.models import PlanForce, PlanGoal, PlanObjective, PlanService, PlanVersion
from app.plans.summary import PlainSummary, plain_summary
from app.plans.types import (
    Frequency,
    GoalView,
    HomeRule,
    ObjectiveView,
    PlanList,
    PlanView,
    ServiceKind,
    ServicePlace,
    ServiceView,
    Standing,
    VersionState,
)
from app.roll.models import RollState
from app.roll.types import RollStatus
from app.schools.models import School, Unit
from app.schools.queries import rule_value
from app.schools.types import RuleName
from app.web.filters import LOCAL, today

__all__ = ["PlainSummary", "plain_summary"]

DUE_DAYS = 14
EXPIRING_DAYS = 30


# --- one plan -------------------------------------------------------------------------------------------------------


def get_version(actor: Actor, version_id: uuid.UUID, *, lock: bool = False) -> PlanVersion:
    """A version of a child in the actor's sight; with `lock` no other transaction changes it meanwhile.

    Raises NotFound.
    """
    query = select(PlanVersion).join(Child, Child.id == PlanVersion.child_id).where(
        PlanVersion.id == version_id, in_sight(actor))
    if lock:
        query = query.with_for_update(of=PlanVersion)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def list_versions(child_id: uuid.UUID) -> list[tuple[PlanVersion, PlanForce | None]]:
    """All versions of a child, the newest first, with their period in force."""
    rows = db.session.execute(
        select(PlanVersion, PlanForce).outerjoin(PlanForce, PlanForce.version_id == PlanVersion.id)
        .where(PlanVersion.child_id == child_id).order_by(PlanVersion.number.desc()))
    return [(version, force) for version, force in rows]


def find_last_version(child_id: uuid.UUID) -> PlanVersion | None:
    """The version with the highest number."""
    return db.session.scalar(select(PlanVersion).where(PlanVersion.child_id == child_id)
                             .order_by(PlanVersion.number.desc()).limit(1))


def plan_in_force(child_id: uuid.UUID, day: date) -> PlanVersion | None:
    """The version in force for a child on a day; by constraint there is at most one."""
    return db.session.scalar(
        select(PlanVersion).join(PlanForce, PlanForce.version_id == PlanVersion.id)
        .where(PlanForce.child_id == child_id, *_on(day)))


def _on(day: date):
    return PlanForce.valid_from <= day, or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > day)


def objectives_of(version_id: uuid.UUID) -> list[PlanObjective]:
    """The objectives of a version in the order of goals and objectives."""
    parts = parts_of(version_id)
    return [one for goal in parts.goals for one in parts.objectives.get(goal.id, ())]


def standing_on(version: PlanVersion, force: PlanForce | None, day: date) -> Standing:
    """How a version stands on a day."""
    if version.state != VersionState.APPROVED:
        return Standing(version.state.value)
    if force is None or (force.valid_to is not None and force.valid_to <= day):
        return Standing.SUPERSEDED
    return Standing.LATER if force.valid_from > day else Standing.VALID


def find_force(version_id: uuid.UUID) -> PlanForce | None:
    """The period in which a version is in force."""
    return db.session.scalar(select(PlanForce).where(PlanForce.version_id == version_id))


def view_of(version: PlanVersion, parts: Parts) -> PlanView:
    """The version as the rules see it."""
    decision = find_open_decision(version.child_id)
    return PlanView(
        curriculum=version.curriculum, starts_on=version.starts_on, ends_on=version.ends_on,
        review_on=version.review_on, taught_at_home=bool(decision and decision.kind == PlacementKind.HOME),
        sections={row.key: row.body for row in parts.sections},
        carried_sections=frozenset(row.key for row in parts.sections if row.carried),
        goals=tuple(_goal_view(row, parts) for row in parts.goals),
        services=tuple(ServiceView(f"service-{row.id}", row.kind, row.minutes, row.times, row.frequency, row.place,
                                   row.provider, row.starts_on, row.ends_on) for row in parts.services),
        guardian_answer=version.guardian_answer, no_words_reason=version.no_words_reason or "",
        below_rule_reason=version.below_rule_reason or "")


def _goal_view(row, parts: Parts) -> GoalView:
    objectives = tuple(
        ObjectiveView(f"objective-{one.id}", one.condition, one.behaviour, one.criterion, one.baseline,
                      one.plain_words, one.starts_on, one.due_on, one.person, one.carried)
        for one in parts.objectives.get(row.id, ()))
    return GoalView(f"goal-{row.id}", row.area, row.domain, row.words, row.baseline, row.target, row.measure,
                    row.due_on, row.carried, objectives)


def home_rule(unit_id: uuid.UUID, day: date) -> HomeRule:
    """The district's least number of visits at home on a day."""
    return HomeRule(rule_value(unit_id, RuleName.VISITS_PER_WEEK, day),
                    rule_value(unit_id, RuleName.VISITS_PER_MONTH, day))


def rule_for(child_id: uuid.UUID, day: date) -> HomeRule:
    """The rule of the child's own district."""
    return home_rule(db.session.scalar(select(Child.unit_id).where(Child.id == child_id)), day)


def fitting_curriculum(child_id: uuid.UUID) -> str:
    """The curriculum to begin with: by the main disability and the placement; people may choose another."""
    main = db.session.scalar(select(Disability.category).where(
        Disability.child_id == child_id, Disability.valid_to.is_(None)).order_by(Disability.position).limit(1))
    decision = find_open_decision(child_id)
    if decision and decision.kind == PlacementKind.REGULAR_CLASS:
        return "ordinary"
    return {DisabilityCategory.VISUAL: "blind", DisabilityCategory.HEARING: "deaf"}.get(main, "intellectual")


# --- a paper's code -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CheckedPaper:
    """What the check of a paper may say: nothing personal."""

    standing: Standing
    content_hash: str = ""
    number: int = 0
    approved_on: date | None = None


def check_paper(code: str, day: date) -> CheckedPaper:
    """How the version with this code stands; unknown for drafts and for content that no longer fits its hash."""
    version = db.session.scalar(select(PlanVersion).where(
        PlanVersion.check_code == code, PlanVersion.state == VersionState.APPROVED))
    if version is None or sha256(version.content).hexdigest() != version.content_hash:
        return CheckedPaper(Standing.UNKNOWN)
    return CheckedPaper(standing_on(version, find_force(version.id), day), version.content_hash, version.number,
                        version.approved_at.astimezone(LOCAL).date())


# --- for the timetable ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HomeService:
    """A home-delivered service of a plan in force, clipped to the days on which both plan and service hold.

    `minutes` each time, `times` per `frequency`; `first` and `last` are both inside.
    """

    child_id: uuid.UUID
    version_id: uuid.UUID
    service_key: uuid.UUID
    minutes: int
    times: int
    frequency: Frequency
    needs: str | None
    first: date
    last: date
    provider_school_id: uuid.UUID | None


def list_home_services(actor: Actor, unit_id: uuid.UUID, first: date, last: date) -> list[HomeService]:
    """Every service of teaching at home in plans in force between two days (both inside), children of one unit."""
    rows = db.session.execute(
        select(PlanService.version_id, PlanService.service_key, PlanService.minutes, PlanService.times,
               PlanService.frequency, PlanService.needs, PlanService.starts_on, PlanService.ends_on,
               PlanService.provider_school_id, PlanForce.child_id, PlanForce.valid_from, PlanForce.valid_to,
               PlanVersion.starts_on.label("plan_starts"), PlanVersion.ends_on.label("plan_ends"))
        .join(PlanVersion, PlanVersion.id == PlanService.version_id)
        .join(PlanForce, PlanForce.version_id == PlanVersion.id)
        .join(Child, Child.id == PlanForce.child_id)
        .where(Child.unit_id == unit_id, in_sight(actor), PlanService.kind == ServiceKind.HOME_TEACHING,
               PlanService.place == ServicePlace.HOME, PlanForce.valid_from <= last,
               or_(PlanForce.valid_to.is_(None), PlanForce.valid_to > first))
        .order_by(Child.sort_key, Child.id, PlanService.position, PlanService.id))
    found = []
    for row in rows:
        days = _days(row, first, last)
        if days is not None:
            found.append(HomeService(row.child_id, row.version_id, row.service_key, row.minutes, row.times,
                                     row.frequency, row.needs, days.start, days.last, row.provider_school_id))
    return found


def _days(row, first: date, last: date) -> Period | None:
    """The days on which the force, the plan's dates, the service's dates and the asked days all hold."""
    asked = Period.through(first, last)
    for period in (Period(row.valid_from, row.valid_to), Period.through(row.plan_starts, row.plan_ends),
                   _own_days(row)):
        asked = asked and period and asked.intersection(period)
    return asked or None


def _own_days(row) -> Period | None:
    first, last = row.starts_on or row.plan_starts, row.ends_on or row.plan_ends
    return Period.through(first, last) if first <= last else None


# --- lists ----------------------------------------------------------------------------------------------------------


def _in_force(day: date, *where):
    """A period in force on a day, as a condition on the row it is asked for."""
    return exists().where(*where, *_on(day))


def _listed(kind: PlanList, day: date):
    """Conditions on a version that make a list; the index on state and review day finds them.

    A review is never after the end (R02), so what ends soon is also found by its review day.
    """
    force = _in_force(day, PlanForce.version_id == PlanVersion.id)
    soon = day + timedelta(days=EXPIRING_DAYS)
    approved = PlanVersion.state == VersionState.APPROVED
    return {
        PlanList.REVIEW: PlanVersion.state == VersionState.SUBMITTED,
        PlanList.DRAFTS: PlanVersion.state == VersionState.DRAFT,
        PlanList.IN_FORCE: and_(approved, force),
        PlanList.DUE: and_(approved, PlanVersion.review_on <= day + timedelta(days=DUE_DAYS), force),
        PlanList.EXPIRING: and_(approved, PlanVersion.review_on <= soon, PlanVersion.ends_on <= soon, force),
    }[kind]


def _children(actor: Actor, unit_id: uuid.UUID | None, words: str) -> list:
    """Conditions on `Child`: sight and filters. Empty when there is nothing to narrow."""
    found = [] if actor.municipal else [in_sight(actor)]
    if unit_id:
        found.append(Child.unit_id == unit_id)
    if words:
        plain = words.strip().lower()
        found.append(or_(Child.name.startswith(words.strip(), autoescape=True),
                         Child.name_pinyin.startswith(plain, autoescape=True),
                         Child.name_initials.startswith(plain, autoescape=True),
                         Child.file_number == words.strip().upper()))
    return found


def _without_plan(day: date):
    """A child on the roll whose plan is neither in force nor being written."""
    on_roll = exists().where(RollState.child_id == Child.id, RollState.valid_to.is_(None),
                             RollState.status.in_((RollStatus.ACTIVE, RollStatus.PLACED)))
    return and_(on_roll, ~_in_force(day, PlanForce.child_id == Child.id), ~exists().where(
        PlanVersion.child_id == Child.id, text("plan_versions.state IN ('draft', 'submitted')")))


def count_plans(actor: Actor, day: date, *, unit_id: uuid.UUID | None = None, words: str = "",
                chosen: PlanList | None = None) -> dict[PlanList, int | None]:
    """How long each list is, with the same filters; one query, and none while nothing has changed.

    The children without a plan are counted over the whole municipality only when that list is `chosen` (else None).
    """
    narrow = _children(actor, unit_id, words)
    kinds = tuple(kind for kind in PlanList if kind != PlanList.MISSING or narrow or chosen == kind)

    def count() -> tuple[int, ...]:
        return tuple(db.session.execute(
            _counts(day, kinds) if not narrow else _put_together(day, kinds, narrow)).one())

    numbers = count() if words else remembered(("plans", actor, day, unit_id, kinds, today()), count)
    counted = dict(zip(kinds, numbers, strict=True))
    return {kind: counted.get(kind) for kind in PlanList}


@lru_cache(maxsize=8)
def _counts(day: date, kinds: tuple[PlanList, ...]) -> Select:
    return _put_together(day, kinds, [])


def _put_together(day: date, kinds, narrow: list) -> Select:
    soon = _soon(day, narrow)
    return select(*(_count(kind, day, narrow, soon).scalar_subquery() for kind in kinds))


def _soon(day: date, narrow: list):
    """Versions in force whose review is near or over: looked up once for two counts."""
    soon = day + timedelta(days=EXPIRING_DAYS)
    query = select(PlanVersion.review_on, PlanVersion.ends_on).where(
        PlanVersion.state == VersionState.APPROVED, PlanVersion.review_on <= soon,
        or_(PlanVersion.review_on <= day + timedelta(days=DUE_DAYS), PlanVersion.ends_on <= soon),
        _in_force(day, PlanForce.version_id == PlanVersion.id))
    return _narrowed(query, PlanVersion.child_id, narrow).cte("soon")


def _narrowed(query: Select, child_id, narrow: list) -> Select:
    return query.where(child_id.in_(select(Child.id).where(*narrow))) if narrow else query


def _count(kind: PlanList, day: date, narrow: list, soon) -> Select:
    if kind == PlanList.MISSING:
        return select(func.count()).select_from(Child).where(_without_plan(day), *narrow)
    if kind in {PlanList.DUE, PlanList.EXPIRING}:
        near = soon.c.review_on <= day + timedelta(days=DUE_DAYS) if kind == PlanList.DUE else \
            soon.c.ends_on <= day + timedelta(days=EXPIRING_DAYS)
        return select(func.count()).select_from(soon).where(near)
    if kind != PlanList.IN_FORCE:
        return _narrowed(select(func.count()).select_from(PlanVersion).where(_listed(kind, day)),
                         PlanVersion.child_id, narrow)
    forces = select(func.count()).select_from(PlanForce)
    if narrow:
        return _narrowed(forces.where(*_on(day)), PlanForce.child_id, narrow)
    # Over the whole municipality: all, less those that are over or not begun, which are few.
    over, later = (forces.where(test).scalar_subquery() for test in (PlanForce.valid_to <= day,
                                                                     PlanForce.valid_from > day))
    return select(forces.scalar_subquery() - over - later)


def list_plans(actor: Actor, kind: PlanList, day: date, *, unit_id: uuid.UUID | None = None, words: str = "",
               limit: int = 50, offset: int = 0) -> list:
    """A page of one list, the most pressing first, else by name: (child id, name, file number, unit, version id,
    number, starts on, ends on, review on, author); without a plan only the first four. One query.
    """
    make = _page.__wrapped__ if words else _page  # what was typed may be a number: it is not kept
    return db.rows(make(actor, kind, day, today(), unit_id, words, limit, offset)).all()


@lru_cache(maxsize=256)
def _page(actor: Actor, kind: PlanList, day: date, _today: date, unit_id: uuid.UUID | None, words: str, limit: int,
          offset: int) -> Select:
    """The statement, kept for who comes again on the same day."""
    narrow = _children(actor, unit_id, words)
    person = [Child.id, Child.name, Child.file_number, Unit.name]
    version = [PlanVersion.id, PlanVersion.number, PlanVersion.starts_on, PlanVersion.ends_on, PlanVersion.review_on,
               PlanVersion.author_name]
    if kind not in {PlanList.MISSING, PlanList.IN_FORCE}:
        order = PlanVersion.ends_on if kind == PlanList.EXPIRING else PlanVersion.review_on
        query = select(*person, *version).select_from(PlanVersion).join(Child, Child.id == PlanVersion.child_id)
        query = query.join(Unit, Unit.id == Child.unit_id).where(_listed(kind, day), *narrow)
        return query.order_by(order, PlanVersion.id).limit(limit).offset(offset)
    page = select(Child.id).where(_named(kind, day), *narrow).order_by(Child.sort_key, Child.id).limit(limit).offset(
        offset).subquery()
    query = select(*person, *([] if kind == PlanList.MISSING else version)).select_from(page)
    query = query.join(Child, Child.id == page.c.id).join(Unit, Unit.id == Child.unit_id)
    if kind != PlanList.MISSING:
        query = query.join(PlanVersion, PlanVersion.child_id == Child.id).where(_listed(kind, day))
    return query.order_by(Child.sort_key, Child.id)


def _named(kind: PlanList, day: date):
    """Conditions on `Child` of the lists in the order of names: so the index of names is walked, not every plan."""
    return {
        PlanList.MISSING: _without_plan(day),
        PlanList.IN_FORCE: _in_force(day, PlanForce.child_id == Child.id),
    }[kind]


def list_units(actor: Actor) -> list[tuple[uuid.UUID, str]]:
    """Units to filter by: all for the municipality, one's own for a district; nothing to choose for the others."""
    if not actor.municipal and not actor.unit_ids:
        return []
    own = None if actor.municipal else actor.unit_ids
    return remembered(("units of plans", own), lambda: _units(own))


def _units(own: frozenset[uuid.UUID] | None) -> list[tuple[uuid.UUID, str]]:
    query = select(Unit.id, Unit.name).where(Unit.valid_to.is_(None)).order_by(Unit.code)
    rows = db.rows(query if own is None else query.where(Unit.id.in_(own)))
    found = [(row.id, row.name) for row in rows]
    return found if len(found) > 1 else []


def list_provider_schools(child_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Schools that may give a service: those the child is linked to today."""
    ids = standing_of(child_id).school_ids
    rows = db.session.execute(select(School.id, School.name).where(School.id.in_(ids)).order_by(School.name)) if ids \
        else ()
    return [(row.id, row.name) for row in rows]


def get_part(version: PlanVersion, kind: str, part_id: uuid.UUID):
    """A goal, an objective or a service of a version. Raises NotFound."""
    model = {"goal": PlanGoal, "objective": PlanObjective, "service": PlanService}[kind]
    row = db.session.scalar(select(model).where(model.id == part_id, model.version_id == version.id))
    if row is None:
        raise NotFound
    return row
