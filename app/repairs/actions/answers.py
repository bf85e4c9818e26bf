"""A family's link: made, revoked; the visit confirmed; a wish to move it, answered by the coordinator."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from app.access import Actor, Permission, require
from app.accounts.actions import new_token
from app.children.models import Child
from app.children.sight import require_write
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.db.sealed import digest
from app.kernel import clock
from app.kernel.pasted_signs import plain_signs
from app.kernel.problems import N_, S_, Problem, Refused
from app.repairs.actions.single import Slot, feasible_slots, move_published
from app.repairs.models import MoveRequest, VisitAnswer, VisitLink
from app.repairs.queries.answers import get_wish, of_another_length
from app.repairs.queries.link import count_asked, open_request, visit_of_link, visit_to_confirm, visit_to_move
from app.repairs.types import MoveState
from app.timetables.models import Timetable, Visit
from app.timetables.queries.standing import stands

LINK_DAYS = 60
MOST_WISHES = 5
"""Wishes that one link takes in a day."""
FAMILY = Actor(None, "family")
LONGEST_REASON = 500


def make_visit_link(
    actor: Actor, child: Child, token: str | None = None, now: datetime | None = None
) -> tuple[VisitLink, str]:
    """Make the secret address for the visits of a child in sight, ending the one before. Return row and token; the
    token is shown or printed once and kept only as a hash. `token` and `now` of a paper are those that were typeset."""
    require(actor, Permission.PLANS_WRITE)
    require_write(actor, child)
    revoke_visit_link(actor, child)
    token, now = token or new_token(), now or clock.now()
    row = VisitLink(
        token_hash=digest(token),
        child_id=child.id,
        created_at=now,
        created_by_name=actor.name,
        ends_at=now + timedelta(days=LINK_DAYS),
    )
    db.session.add(row)
    audit.record(actor, "make_visit_link", "visit_link", row.id, child_id=child.id)
    db.session.flush()
    return row, token


def note_opened(link_id: uuid.UUID) -> None:
    """A link was opened for the first time: from now on its family counts as one that sees its visits."""
    link = db.session.scalar(select(VisitLink).where(VisitLink.id == link_id).with_for_update())
    if link is not None and link.opened_at is None:
        link.opened_at = clock.now()
        audit.record(FAMILY, "open_visit_link", "visit_link", link.id, child_id=link.child_id)
        db.session.flush()


def revoke_visit_link(actor: Actor, child: Child) -> int:
    """End the child's link; it counts at once. Return how many ended."""
    require(actor, Permission.PLANS_WRITE)
    require_write(actor, child)
    ended = end_links(actor, child.id)
    db.session.flush()
    return ended


def end_links(actor: Actor, child_id: uuid.UUID) -> int:
    """The same at the end of a deed that has asked: a guardian lost the access, or the child another district's."""
    ended = db.touched(
        update(VisitLink)
        .where(VisitLink.child_id == child_id, VisitLink.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    if ended:
        audit.record(actor, "revoke_visit_link", "child", child_id, child_id=child_id, count=ended)
    return ended


def confirm_visit(link: VisitLink, visit_id: uuid.UUID | None, *, today: date) -> Visit:
    """The family says yes to one of the visits its link shows; saying it twice does no harm. Raises Refused for a day
    that was closed since the page was opened and for an hour that has come, NotFound."""
    visit = visit_to_confirm(link, visit_id, today)
    if _confirm(link.id, visit):
        audit.record(FAMILY, "confirm_visit", "visit", visit.id, child_id=visit.child_id)
    db.session.flush()
    return visit


def _refuse_twice(visit: Visit) -> None:
    if open_request(visit.id) is not None:
        raise Refused(
            Problem(
                "asked_already",
                N_("You have asked for another time already. Wait for the answer, or take your wish back first."),
            )
        )


def _confirm(link_id: uuid.UUID, visit: Visit) -> bool:
    """Note the yes to a day and hour; False when it is there already. One that was of another length is renewed."""
    there = db.session.execute(
        select(VisitAnswer, of_another_length().label("outdated")).where(
            VisitAnswer.child_id == visit.child_id,
            VisitAnswer.service_key == visit.service_key,
            VisitAnswer.day == visit.day,
            VisitAnswer.start == visit.start,
        )
    ).first()
    if there is not None:
        if there.outdated:
            there.VisitAnswer.at, there.VisitAnswer.link_id = clock.now(), link_id
        return bool(there.outdated)
    db.session.add(
        VisitAnswer(
            child_id=visit.child_id,
            service_key=visit.service_key,
            day=visit.day,
            start=visit.start,
            link_id=link_id,
            at=clock.now(),
        )
    )
    return True


def ask_to_move(link: VisitLink, visit_id: uuid.UUID | None, slot: Slot, *, today: date) -> MoveRequest:
    """The family asks for one of the free times. Raises Refused when it is free no longer or too much was asked,
    NotFound for a visit that the link does not show."""
    visit = visit_to_move(link, visit_id, today)
    _refuse_twice(visit)
    if count_asked(link) >= MOST_WISHES:
        raise Refused(
            Problem(
                "asked_often",
                N_("You have asked %(most)s times today. Please phone the school."),
                {"most": MOST_WISHES},
            )
        )
    if slot not in feasible_slots(visit, today):
        raise Refused(Problem("slot_taken", N_("This time is not free any more. Choose another one.")))
    row = MoveRequest(
        child_id=visit.child_id,
        visit_id=visit.id,
        link_id=link.id,
        day=slot.day,
        start=slot.start,
        state=MoveState.OPEN,
        asked_at=clock.now(),
    )
    db.session.add(row)
    audit.record(
        FAMILY, "ask_to_move", "visit", visit.id, child_id=visit.child_id, day=slot.day.isoformat(), start=slot.start
    )
    tell(
        FAMILY,
        visit.child_id,
        EventKind.VISIT,
        S_("told.move_asked", "The family asks to move the visit of %(was)s to %(to)s."),
        on=today,
        subject_id=visit.id,
        was=visit.day.isoformat(),
        to=slot.day.isoformat(),
    )
    db.session.flush()
    return row


def withdraw_wish(link: VisitLink, visit_id: uuid.UUID | None, *, today: date) -> None:
    """The family takes its wish back. Raises NotFound."""
    visit = visit_of_link(link, visit_id, today)
    row = open_request(visit.id)
    if row is not None:
        row.state, row.answered_at = MoveState.WITHDRAWN, clock.now()
        audit.record(FAMILY, "withdraw_wish", "visit", visit.id, child_id=visit.child_id)
        db.session.flush()


def accept_wish(actor: Actor, wish_id: uuid.UUID, *, today: date) -> Visit:
    """Move the visit as the family asked. Raises Refused (answered already, changed meanwhile, not possible any
    more), NotFound."""
    row, visit, _timetable = _open_wish(actor, wish_id)
    moved = move_published(actor, visit, day=row.day, start=row.start, today=today)
    _answer(actor, row, MoveState.ACCEPTED)
    _confirm(row.link_id, moved)
    audit.record(actor, "accept_wish", "move_request", row.id, child_id=row.child_id)
    db.session.flush()
    return moved


def refuse_wish(actor: Actor, wish_id: uuid.UUID, reason: str, *, today: date) -> MoveRequest:
    """Say no, with a reason that the family reads. Raises Refused without one, NotFound."""
    row, visit, _timetable = _open_wish(actor, wish_id)
    if not reason.strip():
        raise Refused(
            Problem(
                "reason_missing",
                S_("reason_missing.family", "Say why it is not possible; the family reads it."),
                field="reason",
            )
        )
    if len(reason) > LONGEST_REASON:
        raise Refused(
            Problem("reason_long", N_("Write at most %(count)s characters."), {"count": LONGEST_REASON}, field="reason")
        )
    row.reason = plain_signs(reason).strip()
    _answer(actor, row, MoveState.REFUSED)
    audit.record(actor, "refuse_wish", "move_request", row.id, child_id=row.child_id)
    tell(
        actor,
        row.child_id,
        EventKind.VISIT,
        S_("told.move_refused", "The visit of %(was)s stays; the family's wish to move it was refused."),
        on=today,
        subject_id=visit.id,
        was=visit.day.isoformat(),
    )
    db.session.flush()
    return row


def _open_wish(actor: Actor, wish_id: uuid.UUID) -> tuple[Any, Any, Any]:
    require(actor, Permission.TIMETABLES_WRITE)
    row, visit, timetable = get_wish(actor, wish_id)
    require_write(actor, row.child_id)
    if row.state != MoveState.OPEN:
        raise Refused(Problem("wish_answered", N_("This wish was answered or taken back already.")))
    return row, visit, timetable


def _answer(actor: Actor, row: MoveRequest, state: MoveState) -> None:
    row.state, row.answered_by_name, row.answered_at = state, actor.name, clock.now()


def carry_wishes(actor: Actor, row: Timetable) -> None:
    """Families' open wishes to move a visit go with the visit where it stands as before; where it changed they end."""
    twin = aliased(Visit)
    rows = db.session.execute(
        select(MoveRequest, twin.id)
        .join(Visit, Visit.id == MoveRequest.visit_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .outerjoin(
            twin,
            (twin.timetable_id == row.id)
            & (twin.child_id == Visit.child_id)
            & (twin.day == Visit.day)
            & (twin.service_key == Visit.service_key)
            & (twin.start == Visit.start),
        )
        .where(
            MoveRequest.state == MoveState.OPEN,
            Timetable.unit_id == row.unit_id,
            Timetable.month == row.month,
            ~stands(),
        )
    ).all()
    for wish, visit_id in rows:
        if visit_id is None:
            wish.state, wish.answered_at, wish.answered_by_name = MoveState.WITHDRAWN, clock.now(), actor.name
        else:
            wish.visit_id = visit_id
