"""Plans of the demo: most in force, some waiting for approval, some being written, some earlier ones."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import cast

from app.demo import words
from app.demo.dice import Dice, Rows
from app.demo.people import DemoChild
from app.demo.places import DemoSchool
from app.kernel.masks import mask_id, mask_phone
from app.kernel.text import canonical_json, content_hash
from app.plans.content import Parts, assemble
from app.plans.models import PlanVersion
from app.plans.types import SectionKey

STATES = (("approved", 0.90), ("submitted", 0.04), ("draft", 0.04), (None, 0.02))
SERVICES = {
    "regular_class": ("resource_room", 40, 2, "week", "resource_room"),
    "special_class": ("rehabilitation", 35, 2, "week", "classroom"),
    "special_school": ("rehabilitation", 35, 3, "week", "centre"),
    "welfare": ("rehabilitation", 35, 2, "week", "centre"),
    "home": ("home_teaching", 70, 1, "week", "home"),
}


@dataclass
class DemoPlan:
    """A version in force, as the visits need it."""

    version_id: uuid.UUID
    service_key: uuid.UUID
    objectives: list[uuid.UUID] = field(default_factory=list)
    practice: str = ""


def make_earlier(
    dice: Dice,
    rows: Rows,
    child: DemoChild,
    term: tuple[date, date],
    before: tuple[date, date],
    writers: tuple[tuple, tuple],
) -> None:
    """Give three in twenty children a plan of the term before, in force until this term's.

    To be flushed before `make_plan`: the database knows one version in work per child.
    """
    if child.status == "active" and dice.often(0.15):
        child.versions = 1
        _version(dice, rows, child, "approved", before, writers, force_to=term[0])


def make_plan(
    dice: Dice, rows: Rows, child: DemoChild, term: tuple[date, date], writers: tuple[tuple, tuple]
) -> DemoPlan | None:
    """Make a child's version of this term; return it when in force. `writers`: author and approver, (id, name)."""
    if child.status != "active":
        return None
    state = "approved" if child.placement == "home" and dice.often(0.97) else dice.weighted(STATES)
    if state is None:
        return None
    child.versions += 1
    plan = _version(dice, rows, child, state, term, writers, force_to=None)
    return plan if state == "approved" else None


def _version(
    dice: Dice,
    rows: Rows,
    child: DemoChild,
    state: str,
    period: tuple[date, date],
    writers: tuple[tuple, tuple],
    force_to: date | None,
) -> DemoPlan:
    (author_id, author), (approver_id, approver) = writers
    starts_on, ends_on = period
    written = min(starts_on, rows.today) - timedelta(days=dice.randrange(8, 20))
    approved_at = rows.by_now(datetime.combine(starts_on - timedelta(days=dice.randrange(1, 4)), time(2, 30), UTC))
    approved = state == "approved"
    version = SimpleNamespace(
        id=dice.id(),
        child_id=child.id,
        number=child.versions,
        starts_on=starts_on,
        ends_on=ends_on,
        review_on=ends_on - timedelta(days=14),
        curriculum="ordinary" if child.placement == "regular_class" else "intellectual",
        copied_from_id=None,
        decision_id=child.decision_id,
        author_id=author_id,
        author_name=author,
        created_at=dice.moment(written),
        submitted_by_id=author_id if state != "draft" else None,
        submitted_at=dice.moment(written + timedelta(days=3)) if state != "draft" else None,
        returned_reason=None,
        approved_by_id=None,
        approved_by_name=None,
        approved_at=None,
        guardian_answer="agree" if state != "draft" else None,
        guardian_name=child.guardians[0][0] if state != "draft" else None,
        guardian_words=None,
        guardian_on=written + timedelta(days=2) if state != "draft" else None,
        below_rule_reason=None,
        no_words_reason=None,
        check_code=f"{dice.getrandbits(96):024x}",
        revision=1,
    )
    parts, plan = _parts(dice, child, version, author)
    columns = dict(vars(version))
    if approved:
        version.approved_by_id, version.approved_by_name, version.approved_at = approver_id, approver, approved_at
        kept = cast(PlanVersion, version)  # its columns, without the bookkeeping for an object
        content = canonical_json(assemble(kept, child_facts(child), _assessment(child), parts))
        rows.add(
            "plan_forces",
            id=dice.id(),
            child_id=child.id,
            version_id=version.id,
            valid_from=starts_on,
            valid_to=force_to or ends_on + timedelta(days=1),
        )
        rows.freeze(
            version.id,
            approved_by_id=approver_id,
            approved_by_name=approver,
            approved_at=approved_at,
            content=content,
            content_hash=content_hash(content),
        )
    rows.add("plan_versions", **columns, state="draft" if approved else state, content=None, content_hash=None)
    tables: dict[str, Sequence[object]] = {
        "plan_sections": parts.sections,
        "plan_goals": parts.goals,
        "plan_objectives": [o for some in parts.objectives.values() for o in some],
        "plan_services": parts.services,
    }
    for name, found in tables.items():
        for row in found:
            rows.add(name, **vars(row))
    if approved:
        rows.add(
            "timeline_events",
            id=dice.id(),
            child_id=child.id,
            kind="plan",
            happened_on=approved_at.date(),
            recorded_at=approved_at,
            values={"number": str(child.versions), "day": starts_on.isoformat()},
            code="told.plan_approved",
            sentence="",
            subject_id=version.id,
            by_name=approver,
        )
    return plan


def _parts(dice: Dice, child: DemoChild, version: SimpleNamespace, author: str) -> tuple[Parts, DemoPlan]:
    practice = dice.choice(words.PRACTICE)
    texts = {
        SectionKey.STRENGTHS: child.assessment["strengths"],
        SectionKey.NEEDS: child.assessment["needs"],
        SectionKey.CHILD_WORDS: dice.choice(words.CHILD_WORDS),
        SectionKey.FAMILY_WORDS: dice.choice(words.FAMILY_WORDS),
        SectionKey.STRATEGIES: words.STRATEGIES,
        SectionKey.ENVIRONMENT: words.ENVIRONMENT,
        SectionKey.HOME_PRACTICE: practice,
        SectionKey.EVALUATION: words.EVALUATION,
        SectionKey.PARTICIPANTS: f"{author}、{child.guardians[0][0]}（家长）",
    }
    saved = {"version_id": version.id, "revision": 1, "edited_by_name": author}
    sections = tuple(
        SimpleNamespace(id=dice.id(), key=key, body=body, carried=False, edited_at=version.created_at, **saved)
        for key, body in texts.items()
    )
    plan = DemoPlan(version.id, child.key(dice, "service"), practice=practice)
    goals: list[SimpleNamespace] = []
    objectives: dict[uuid.UUID, tuple[SimpleNamespace, ...]] = {}
    pool = words.ORDINARY_GOALS if version.curriculum == "ordinary" else words.GOALS
    for position, index in enumerate(sorted(dice.sample(range(len(pool)), 2)), 1):
        area, domain, goal, baseline, target, measure, steps = pool[index]
        row = SimpleNamespace(
            id=dice.id(),
            goal_key=child.key(dice, "goal", index),
            position=position,
            area=area,
            domain=domain,
            words=goal,
            baseline=baseline,
            target=target,
            measure=measure,
            due_on=version.ends_on,
            carried=False,
            **saved,
        )
        goals.append(row)
        objectives[row.id] = tuple(
            SimpleNamespace(
                id=dice.id(),
                goal_id=row.id,
                objective_key=child.key(dice, "objective", index, n),
                position=n + 1,
                condition=c,
                behaviour=b,
                criterion=k,
                baseline=base,
                plain_words=plain,
                prompt="physical",
                trials=10,
                starts_on=version.starts_on,
                due_on=version.ends_on,
                person=author,
                carried=False,
                **saved,
            )
            for n, (c, b, k, base, plain) in enumerate(steps)
        )
        plan.objectives += [o.objective_key for o in objectives[row.id]]
    kind, minutes, times, frequency, place = SERVICES[child.placement or ""]
    school = child.team.school if child.team else child.school
    assert school
    service = SimpleNamespace(
        id=dice.id(),
        service_key=plan.service_key,
        position=1,
        kind=kind,
        minutes=minutes,
        times=max(times, len(child.slots)),
        frequency=frequency,
        place=place,
        provider_school_id=school.id,
        provider=school.name,
        needs=None,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        **saved,
    )
    # Plain rows with the columns of the tables: the content is put together from those.
    parts = SimpleNamespace(sections=sections, goals=tuple(goals), objectives=objectives, services=(service,))
    return cast(Parts, parts), plan


def child_facts(child: DemoChild) -> dict:
    """What of the child's file stands on the plan, as app/plans/content.py reads it from the tables."""

    def place(school: DemoSchool | None) -> dict[str, object] | None:
        return {"name": school.name, "grade": child.grade} if school else None

    return {
        "file_number": child.file_number,
        "name": child.name,
        "sex": child.sex,
        "birth_on": child.birth,
        "document_kind": "resident_id" if child.number else "none",
        "document_number": mask_id(child.number) if child.number else None,
        "ethnic_group": child.ethnic,
        "unit": child.unit.name,
        "roll": place(child.school),
        "attending": place(child.attending),
        "delivering": place(child.team.school if child.team else None),
        "disabilities": [
            {"category": child.category, "grade": None, "suspected": True}
            if child.suspected
            else {"category": child.category, "grade": child.severity}
        ],
        "diagnoses": child.diagnoses,
        "guardians": [
            {"name": name, "relation": relation, "phone": mask_phone(phone)}
            for name, relation, phone, _id in child.guardians
        ],
        "placement": child.decision or None,
    }


def _assessment(child: DemoChild) -> dict:
    return {**child.assessment, "scores": [[name, str(value)] for name, value in child.assessment["scores"].items()]}
