"""Submitting a plan, returning it, approving it and putting it in force."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.children.sight import require_write
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel import clock, text
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if
from app.plans.actions.deadlines import settle_plans
from app.plans.actions.editing import open_draft
from app.plans.content import Parts, make_content, parts_of
from app.plans.models import PlanForce, PlanGoal, PlanObjective, PlanSection, PlanService, PlanVersion
from app.plans.queries import get_version, never_held_after, rule_for, view_of
from app.plans.rules import completeness, periods, who_may_approve
from app.plans.types import VersionState

OUTDATED = {"draft_changed", "ends_others", "submitted_again", "not_in_review", "in_review", "frozen"}
"""What is refused because something else happened since the page was shown: the page is right again, its words stay."""


def draft_state(version: PlanVersion, parts: Parts | None = None) -> str:
    """Which words a version holds, as a form carries it: what is saved, moved, removed or returned makes another."""
    found = parts or parts_of(version.id)
    rows: list[PlanSection | PlanGoal | PlanObjective | PlanService] = [
        *found.sections,
        *found.goals,
        *(one for some in found.objectives.values() for one in some),
        *found.services,
    ]
    return text.content_hash(
        text.canonical_json(
            [
                version.state,
                version.revision,
                submission_of(version),
                sorted([str(row.id), row.revision, getattr(row, "position", 0)] for row in rows),
            ]
        )
    )[:16]


def submit_plan(actor: Actor, version_id: uuid.UUID, *, today: date, seen: str | None = None) -> PlanVersion:
    """Hand a complete draft over for review. `seen` is the `draft_state` of the page that asked.

    Raises Refused with everything that is missing, or when the draft holds other words than the page knew.
    """
    version = open_draft(actor, version_id)
    parts = parts_of(version.id)
    refuse_if(completeness.missing_parts(view_of(version, parts), rule_for(version.child_id, today)))
    if seen is not None and seen != draft_state(version, parts):
        raise Refused(
            Problem(
                "draft_changed", N_("The draft was changed since you opened this page. Read it again, then submit it.")
            )
        )
    version.state, version.returned_reason = VersionState.SUBMITTED, None
    version.submitted_by_id, version.submitted_at = actor.user_id, clock.now()
    audit.record(actor, "submit_plan", "plan_version", version.id, child_id=version.child_id, number=version.number)
    tell(
        actor,
        version.child_id,
        EventKind.PLAN,
        S_("told.plan_submitted", "Version %(number)s of the plan was submitted."),
        on=today,
        subject_id=version.id,
        number=version.number,
    )
    db.session.flush()
    return version


def _in_review(actor: Actor, version_id: uuid.UUID) -> PlanVersion:
    require(actor, Permission.PLANS_APPROVE)
    version = get_version(actor, version_id, lock=True)
    require_write(actor, version.child_id)
    if version.state != VersionState.SUBMITTED:
        raise Refused(Problem("not_in_review", N_("This version is not in review.")))
    return version


def _refuse_other_submission(version: PlanVersion, submitted: str | None) -> None:
    if submitted is not None and submitted != submission_of(version):
        raise Refused(
            Problem(
                "submitted_again",
                N_("The plan was submitted again since you opened this page. Read it again, then decide."),
            )
        )


def return_plan(
    actor: Actor, version_id: uuid.UUID, reason: str, *, today: date, submitted: str | None = None
) -> PlanVersion:
    """Give a submitted version back to its author with a reason. `submitted` as in `approve_plan`."""
    version = _in_review(actor, version_id)
    _refuse_other_submission(version, submitted)
    if not reason.strip():
        raise Refused(
            Problem("reason_missing", S_("reason_missing.plan", "Say what has to be changed."), field="reason")
        )
    version.state, version.returned_reason = VersionState.DRAFT, reason.strip()[:400]
    audit.record(actor, "return_plan", "plan_version", version.id, child_id=version.child_id, number=version.number)
    tell(
        actor,
        version.child_id,
        EventKind.PLAN,
        S_("told.plan_returned", "Version %(number)s of the plan was returned: %(reason)s"),
        on=today,
        subject_id=version.id,
        number=version.number,
        reason=version.returned_reason,
    )
    db.session.flush()
    return version


def may_approve(actor: Actor, version: PlanVersion) -> bool:
    """True when the actor neither began, edited nor submitted the version (must 45)."""
    return actor.may(Permission.PLANS_APPROVE) and who_may_approve.may_be_approved_by(
        actor.user_id, {version.author_id, version.submitted_by_id, *map(UUID, version.editors)}
    )


def submission_of(version: PlanVersion) -> str:
    """Which submission of a version this is, as a form carries it."""
    return version.submitted_at.isoformat() if version.submitted_at else ""


def ended_by(version: PlanVersion, today: date) -> list[tuple[PlanVersion, PlanForce]]:
    """The approved versions that hold on no day once this one is approved: they would begin with it or later."""
    return never_held_after(version.child_id, periods.force_start(version.starts_on, today))


def _refuse_other_ends(ended: Sequence[tuple[PlanVersion, PlanForce]], seen: str | None) -> None:
    if seen is not None and seen != " ".join(str(one.number) for one, _force in ended):
        raise Refused(
            Problem(
                "ends_others",
                N_(
                    "Another version of this plan was approved since you opened this page. Read what becomes of it, "
                    "then decide."
                ),
            )
        )


def approve_plan(
    actor: Actor, version_id: uuid.UUID, *, today: date, submitted: str | None = None, ends: str | None = None
) -> PlanVersion:
    """Freeze a submitted version with the hash of its content and put it in force; the last one ends that day, and
    those that would begin then or later hold on no day.

    `submitted` is the moment of the submission that was read: returned, changed and submitted again it is another text.
    `ends`: the numbers of the versions that the page named as those that end by it.

    Raises Refused for the author, everybody who edited a part, the one who submitted, and for a plan that has become
    incomplete (the district's rule or the placement may have changed since). From here on the database refuses any
    change.
    """
    version = _in_review(actor, version_id)
    if not may_approve(actor, version):
        raise Refused(Problem("own_plan", N_("You wrote in this version: a person who did not must approve it.")))
    _refuse_other_submission(version, submitted)
    ended = ended_by(version, today)
    _refuse_other_ends(ended, ends)
    parts = parts_of(version.id)
    refuse_if(completeness.missing_parts(view_of(version, parts), rule_for(version.child_id, today)))
    version.approved_by_id, version.approved_by_name = actor.user_id, actor.name
    version.approved_at = clock.now().replace(microsecond=0)
    content = text.canonical_json(make_content(version, parts))
    version.content, version.content_hash = content, text.content_hash(content)
    version.state = VersionState.APPROVED
    start = periods.force_start(version.starts_on, today)
    _put_in_force(actor, version, start, today)
    _tell_approved(actor, version, start, ended, today)
    db.session.flush()
    return version


def _tell_approved(
    actor: Actor, version: PlanVersion, start: date, ended: Sequence[tuple[PlanVersion, PlanForce]], today: date
) -> None:
    audit.record(
        actor,
        "approve_plan",
        "plan_version",
        version.id,
        child_id=version.child_id,
        number=version.number,
        content_hash=version.content_hash,
        valid_from=start.isoformat(),
        **({"ends": [one.number for one, _force in ended]} if ended else {}),
    )
    tell(
        actor,
        version.child_id,
        EventKind.PLAN,
        S_("told.plan_approved", "Version %(number)s of the plan was approved; it is in force from %(day)s."),
        on=today,
        subject_id=version.id,
        number=version.number,
        day=start,
    )
    for other, force in ended:
        _tell_ended(actor, other, force, version, today)


def _tell_ended(actor: Actor, other: PlanVersion, force: PlanForce, by: PlanVersion, today: date) -> None:
    audit.record(
        actor,
        "end_plan_unheld",
        "plan_version",
        other.id,
        child_id=other.child_id,
        number=other.number,
        valid_from=force.valid_from.isoformat(),
        by=by.number,
    )
    tell(
        actor,
        other.child_id,
        EventKind.PLAN,
        S_(
            "told.plan_unheld",
            "Version %(other)s of the plan, approved to hold from %(day)s, does not hold: version %(number)s takes its "
            "place.",
        ),
        on=today,
        subject_id=other.id,
        other=other.number,
        number=by.number,
        day=force.valid_from,
    )


def _put_in_force(actor: Actor, version: PlanVersion, start: date, today: date) -> None:
    """End the period that holds on `start`; periods that would begin then or later never come."""
    forces = db.session.scalars(select(PlanForce).where(PlanForce.child_id == version.child_id)).all()
    for force in forces:
        if force.valid_from >= start:
            db.session.delete(force)
        elif force.valid_to is None or force.valid_to > start:
            force.valid_to = start
    db.session.flush()
    db.session.add(PlanForce(child_id=version.child_id, version_id=version.id, valid_from=start))
    settle_plans(actor, [*(force.version_id for force in forces), version.id], today)
