"""The visits that a family's link shows: those to come, and those that will not take place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, exists, func, select

from app.db import db
from app.errors import NotFound
from app.kernel import clock
from app.kernel.problems import N_, S_, Problem, Refused
from app.repairs.models import MoveRequest, VisitAnswer, VisitLink
from app.repairs.queries.answers import of_another_length
from app.repairs.queries.gone import GoneVisit, gone_visits, was_shown
from app.repairs.types import MoveState
from app.timetables.models import Visit, VisitRecord
from app.timetables.queries.moving_away import MOVES, void_visits
from app.timetables.queries.standing import is_over, stands
from app.visits.queries.children import teacher_names

AHEAD = 21
"""Days ahead that a family's link shows."""


def open_request(visit_id: uuid.UUID) -> MoveRequest | None:
    """The wish to move a visit that is not answered yet."""
    return db.session.scalar(
        select(MoveRequest).where(MoveRequest.visit_id == visit_id, MoveRequest.state == MoveState.OPEN)
    )


def count_asked(link: VisitLink) -> int:
    """How often the family has asked by this link in the last day."""
    since = clock.now() - timedelta(days=1)
    return (
        db.session.scalar(
            select(func.count())
            .select_from(MoveRequest)
            .where(MoveRequest.link_id == link.id, MoveRequest.asked_at >= since)
        )
        or 0
    )


@dataclass(frozen=True, kw_only=True)
class LinkVisit:
    """A visit as the family's link shows it, with what the family said of it.

    `gone`: why it will not take place and what comes in its place; None for one that stands."""

    id: uuid.UUID
    day: date
    start: int
    end: int
    teachers: str
    confirmed: bool
    request: MoveRequest | None
    closed: str | None = None
    """Why nobody comes on its day, "" where that is not known."""
    gone: GoneVisit | None = None
    begun: bool = False

    @property
    def minutes(self) -> int:
        return self.end - self.start

    @property
    def ahead(self) -> bool:
        """True for one that stands and is still to come."""
        return self.gone is None and self.closed is None and not self.begun


def _coming(child_id: uuid.UUID, today: date) -> Select:
    return (
        select(Visit)
        .where(
            Visit.child_id == child_id,
            Visit.day.between(today, today + timedelta(days=AHEAD)),
            stands(),
            ~exists().where(VisitRecord.visit_id == Visit.id),
        )
        .order_by(Visit.day, Visit.start, Visit.id)
    )


def link_visits(child_id: uuid.UUID, today: date) -> list[LinkVisit]:
    """The child's visits of the next weeks that are not over, and those that were called off or moved, by day and
    hour. Some ten queries beside the calendar's."""
    answers = [
        ((answer.service_key, answer.day, answer.start), outdated)
        for answer, outdated in db.session.execute(
            select(VisitAnswer, of_another_length()).where(VisitAnswer.child_id == child_id, VisitAnswer.day >= today)
        )
    ]
    said = {key for key, outdated in answers if not outdated}
    gone = [
        LinkVisit(
            id=one.id,
            day=one.day,
            start=one.start,
            end=one.end,
            teachers="",
            confirmed=(one.service_key, one.day, one.start) in {key for key, _outdated in answers},
            request=None,
            gone=one,
        )
        for one in gone_visits(child_id, today, today + timedelta(days=AHEAD))
    ]
    standing = _standing(child_id, today, said)
    return sorted([*standing, *gone], key=lambda one: (one.day, one.start, one.gone is None))


def _standing(child_id: uuid.UUID, today: date, said: set[tuple]) -> list[LinkVisit]:
    visits = [v for v in db.session.scalars(_coming(child_id, today)) if not is_over(v.day, v.end)]
    closed = void_visits(visits)
    teachers = teacher_names({v.team_id for v in visits})
    asked = {
        r.visit_id: r
        for r in db.session.scalars(
            select(MoveRequest)
            .where(
                MoveRequest.visit_id.in_([v.id for v in visits]),
                MoveRequest.state.in_((MoveState.OPEN, MoveState.REFUSED)),
            )
            .order_by(MoveRequest.asked_at)
        )
    }
    return [
        LinkVisit(
            id=v.id,
            day=v.day,
            start=v.start,
            end=v.end,
            teachers=teachers[v.team_id],
            confirmed=(v.service_key, v.day, v.start) in said,
            request=asked.get(v.id),
            closed=closed.get(v.id),
            begun=has_begun(v, today),
        )
        for v in visits
    ]


def has_begun(visit: Visit, today: date) -> bool:
    """True when a visit's hour has come, or is over."""
    return (visit.day, visit.start) <= (today, clock.minute())


def visit_of_link(link: VisitLink, visit_id: uuid.UUID | None, today: date) -> Visit:
    """One of the standing visits that a link shows. Raises Refused for one of the child's that was changed since the
    page was opened, NotFound for every other, the same as for none."""
    row = db.session.scalar(_coming(link.child_id, today).where(Visit.id == visit_id)) if visit_id else None
    if row is not None:
        return row
    if visit_id and was_shown(link.child_id, visit_id):
        raise Refused(
            Problem(
                "visit_gone",
                S_(
                    "visit_gone.link",
                    "This visit was called off, moved or is over since you opened the page. "
                    "What holds now stands here.",
                ),
            )
        )
    raise NotFound


def visit_to_confirm(link: VisitLink, visit_id: uuid.UUID | None, today: date) -> Visit:
    """One of the visits that a link shows, if the family may say yes to it. Raises what `visit_of_link` raises, and
    Refused for an hour that has come and for a day that was closed since the page was opened."""
    visit = visit_of_link(link, visit_id, today)
    if has_begun(visit, today):
        raise Refused(Problem("visit_begun", N_("This visit has begun already: there is nothing to confirm any more.")))
    _refuse_moved(visit)
    if void_visits([visit]):
        raise Refused(
            Problem(
                "closed_since",
                N_(
                    "Schools are closed on this day since you opened the page: the teachers do not come. If they come "
                    "at another time, it will stand here."
                ),
            )
        )
    return visit


def visit_to_move(link: VisitLink, visit_id: uuid.UUID | None, today: date) -> Visit:
    """One of the visits that a link shows, if the family may ask for another time. Raises as `visit_of_link`, and
    Refused for one after the day on which the child moves."""
    visit = visit_of_link(link, visit_id, today)
    _refuse_moved(visit)
    return visit


def _refuse_moved(visit: Visit) -> None:
    if void_visits([visit]).get(visit.id) == MOVES:
        raise Refused(
            Problem(
                "moves_before",
                N_(
                    "The child moves to another district before this day: these teachers do not come any more. The new "
                    "school tells you who comes then."
                ),
            )
        )
