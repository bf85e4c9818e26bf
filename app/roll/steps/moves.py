"""The deadlines of transfers and breaks: an answer, the end of a suspension or a deferral."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import aliased

from app.children.models import Child
from app.kernel.dates import add_days
from app.kernel.problems import N_
from app.roll import rules
from app.roll.models import Membership, RollState, Transfer, TransferAnswer
from app.roll.queries.lists import WARN_DAYS
from app.roll.steps.holding import has_account, in_force, roll_school
from app.roll.types import RollStatus, TransferState, TransferStep
from app.schools.models import School
from app.steps.kinds import StepKind, asked
from app.steps.types import Clock, Ended

TRANSFER_ANSWER = "transfer_answer"
BREAK_END = "study_break_end"
_SCHOOLS = (TransferStep.RECEIVING_SCHOOL, TransferStep.SENDING_SCHOOL)
_RECEIVING = (TransferStep.RECEIVING_SCHOOL, TransferStep.RECEIVING_UNIT)


def transfer_answers(day: date) -> Select:
    """The answer that each open transfer waits for: of the school, or of its district where nobody has an account for
    it; the district's own too. The party's clock began with the answer before."""
    sender, receiver = aliased(School), aliased(School)
    receives = Transfer.next_step.in_(_RECEIVING)
    party = case((receives, Transfer.to_school_id), else_=Transfer.from_school_id)
    began = select(func.max(TransferAnswer.at)).where(TransferAnswer.transfer_id == Transfer.id).scalar_subquery()
    return (
        asked(
            subject_id=Transfer.id,
            part=Transfer.next_step,
            child_id=Transfer.child_id,
            unit_id=case((receives, receiver.unit_id), else_=sender.unit_id),
            school_id=case((and_(Transfer.next_step.in_(_SCHOOLS), has_account(party, day)), party)),
            from_on=func.coalesce(began, Transfer.opened_at),
            due_on=Transfer.next_due_on,
        )
        .select_from(Transfer)
        .join(sender, sender.id == Transfer.from_school_id)
        .join(receiver, receiver.id == Transfer.to_school_id)
        .where(Transfer.state == TransferState.OPEN, Transfer.next_step.is_not(None))
    )


def breaks_ending(day: date) -> Select:
    """Suspensions and deferrals that end within a month or have ended without the child's return."""
    return (
        asked(
            subject_id=RollState.id,
            child_id=RollState.child_id,
            unit_id=Child.unit_id,
            school_id=Membership.school_id,
            from_on=RollState.valid_from,
            due_on=RollState.due_on,
        )
        .select_from(RollState)
        .join(Child, Child.id == RollState.child_id)
        .outerjoin(Membership, roll_school(day))
        .where(
            RollState.status.in_((RollStatus.SUSPENDED, RollStatus.DEFERRED)),
            Child.merged_into.is_(None),
            in_force(RollState, day),
            RollState.due_on <= add_days(day, WARN_DAYS),
        )
    )


STEPS = (
    StepKind(
        code=TRANSFER_ANSWER,
        words=N_("Answer the transfer"),
        subject="transfer",
        endpoint="roll.answer_transfer",
        takes="transfer_id",
        clock=Clock.WORKING,
        days=rules.TRANSFER_DAYS,
        amber=rules.AMBER_DAYS,
        reminds=(rules.AMBER_DAYS, 0),
        escalates=(1, rules.TRANSFER_DAYS),
        unsettled=Ended.WITHDRAWN,
        ought=transfer_answers,
    ),
    StepKind(
        code=BREAK_END,
        words=N_("Bring the child back to school, or extend the break"),
        subject="roll_state",
        endpoint="roll.show_roll",
        takes="child_id",
        clock=Clock.CALENDAR,
        ahead=WARN_DAYS,
        amber=WARN_DAYS,
        reminds=(WARN_DAYS, 7, 0),
        escalates=(1, 30),
        ought=breaks_ending,
    ),
)
"""Source of the days: 教基〔2025〕1号 (each party of a transfer within 10 working days); the other warnings are habit
in the field."""
