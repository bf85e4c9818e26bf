"""Writing plans: open, edit part by part, submit, return, approve."""

from app.plans.actions.approving import approve_plan, may_approve, return_plan, submission_of, submit_plan
from app.plans.actions.editing import (
    KINDS,
    add_goal,
    add_objective,
    add_service,
    mark_reviewed,
    move_part,
    open_draft,
    record_guardian_answer,
    remove_part,
    save_frame,
    save_goal,
    save_objective,
    save_part,
    save_section,
    save_service,
)
from app.plans.actions.opening import open_plan

__all__ = [
    "KINDS",
    "add_goal",
    "add_objective",
    "add_service",
    "approve_plan",
    "mark_reviewed",
    "may_approve",
    "move_part",
    "open_draft",
    "open_plan",
    "record_guardian_answer",
    "remove_part",
    "return_plan",
    "save_frame",
    "save_goal",
    "save_objective",
    "save_part",
    "save_section",
    "save_service",
    "submission_of",
    "submit_plan",
]
