"""Taking back a draft that was begun by mistake, before anybody else has to do with it."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.access import Actor
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if
from app.plans.actions.approving import draft_state
from app.plans.actions.editing import open_draft
from app.plans.models import PlanGoal, PlanObjective, PlanSection, PlanService, PlanVersion

OTHERS = Problem(
    "draft_of_others", N_("Others have written in this draft or answered it: it stays. Go on writing in it.")
)


def withdrawal_problems(actor: Actor, version: PlanVersion) -> list[Problem]:
    """What keeps the actor from taking back a draft: another began it, it was submitted once, somebody else wrote in
    it, or the guardian's opinion stands in it."""
    if version.author_id is None or version.author_id != actor.user_id:
        return [
            Problem(
                "draft_not_own",
                N_("Only %(name)s, who began this draft, can withdraw it."),
                {"name": version.author_name},
            )
        ]
    if version.submitted_at is not None:
        return [
            Problem("draft_submitted_once", N_("This draft was submitted once and returned: it stays. Go on writing."))
        ]
    if set(version.editors) - {str(actor.user_id)} or version.guardian_answer:
        return [OTHERS]
    return []


def withdraw_draft(actor: Actor, version_id: uuid.UUID, *, today: date, seen: str | None = None) -> PlanVersion:
    """Remove a draft with its parts; the version before it stays as it is, and the next one takes its number. `seen` is
    the `draft_state` of the page that asked. Return the row as it was. Raises Refused (see `withdrawal_problems`;
    submitted or approved; other words than the page knew), NotFound."""
    version = open_draft(actor, version_id)
    refuse_if(withdrawal_problems(actor, version))
    if seen is not None and seen != draft_state(version):
        raise Refused(
            Problem(
                "draft_changed",
                S_(
                    "draft_changed.withdraw",
                    "The draft was changed since you opened this page. Read it again, then withdraw it.",
                ),
            )
        )
    removed = _remove(version)
    audit.record(
        actor,
        "withdraw_plan",
        "plan_version",
        version.id,
        child_id=version.child_id,
        number=version.number,
        parts=removed,
        starts_on=version.starts_on.isoformat(),
        ends_on=version.ends_on.isoformat(),
    )
    tell(
        actor,
        version.child_id,
        EventKind.PLAN,
        S_("told.plan_withdrawn", "The draft of version %(number)s of the plan was withdrawn by who began it."),
        on=today,
        number=version.number,
    )
    db.session.flush()
    return version


def _remove(version: PlanVersion) -> dict[str, int]:
    """Remove the rows of a version; return how many parts of each kind. Raises Refused where something leans on it."""
    removed = {}
    try:
        with db.session.begin_nested():
            for model in (PlanObjective, PlanGoal, PlanSection, PlanService):
                removed[model.__tablename__] = db.touched(delete(model).where(model.version_id == version.id))
            db.session.delete(version)
            db.session.flush()
    except IntegrityError as held:
        raise Refused(OTHERS) from held
    return removed
