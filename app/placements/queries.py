"""Reading placements. Callers have loaded the child in sight; lists take the actor."""

from __future__ import annotations

import uuid
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.access import Actor
from app.children.models import Child
from app.children.sight import in_sight, of_child
from app.db import Rows, db
from app.db.remember import remembered
from app.placements.lagging import lagging_children
from app.placements.models import Decision, Evidence, Opinion, Recommendation, ReturnTest
from app.placements.rules import Before
from app.roll.models import Membership
from app.roll.types import SchoolLink
from app.schools.models import School, Term, Unit
from app.schools.queries import list_terms
from app.web.filters import today


def find_decision(child_id: uuid.UUID) -> Decision | None:
    """The newest decision: it may begin later, no day is set on which it ends."""
    return db.session.scalar(select(Decision).where(Decision.child_id == child_id, Decision.ended_on.is_(None)))


def decision_in_force(child_id: uuid.UUID, day: date) -> Decision | None:
    """The decision that holds on a day: one decided for later is not yet it."""
    return db.session.scalar(select(Decision).where(Decision.child_id == child_id, decision_holds(day)))


def decision_holds(day: date | ColumnElement) -> ColumnElement[bool]:
    """The condition that a decision is in force on a day: one decided for later is not yet true, and the one that it
    will end is true until then."""
    return and_(Decision.valid_from <= day, or_(Decision.ended_on.is_(None), Decision.ended_on > day))


def find_recommendation(child_id: uuid.UUID) -> Recommendation | None:
    """The newest recommendation that no decision rests on yet."""
    return db.session.scalar(
        select(Recommendation)
        .where(
            Recommendation.child_id == child_id,
            ~exists().where(Decision.recommendation_id == Recommendation.id),
            # What an earlier decision passed over does not carry a later one.
            ~exists().where(Decision.child_id == child_id, Decision.recorded_at > Recommendation.recorded_at),
        )
        .order_by(Recommendation.made_on.desc(), Recommendation.recorded_at.desc())
        .limit(1)
    )


def find_opinion(child_id: uuid.UUID, recommendation: Recommendation | None) -> Opinion | None:
    """The newest opinion on the open recommendation that no decision rests on yet."""
    if recommendation is None:
        return None
    return db.session.scalar(
        select(Opinion)
        .where(
            Opinion.child_id == child_id,
            Opinion.given_on >= recommendation.made_on,
            Opinion.recorded_at >= recommendation.recorded_at,
            ~exists().where(Decision.opinion_id == Opinion.id),
        )
        .order_by(Opinion.given_on.desc(), Opinion.recorded_at.desc())
        .limit(1)
    )


def grounds_of(child_id: uuid.UUID) -> tuple[Before, Recommendation | None, Opinion | None, Decision | None]:
    """What the next decision would rest on."""
    recommendation = find_recommendation(child_id)
    opinion, present = find_opinion(child_id, recommendation), find_decision(child_id)
    return (
        Before(
            recommendation.kind if recommendation else None,
            recommendation.made_on if recommendation else None,
            opinion.given_on if opinion else None,
            present.valid_from if present else None,
        ),
        recommendation,
        opinion,
        present,
    )


def list_decisions(child_id: uuid.UUID) -> list[tuple[Decision, str | None]]:
    """All decisions of a child with the school's name, newest first."""
    rows = db.session.execute(
        select(Decision, School.name)
        .outerjoin(School, School.id == Decision.school_id)
        .where(of_child(Decision.child_id, child_id))
        .order_by(Decision.valid_from.desc(), Decision.recorded_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


def list_recommendations(child_id: uuid.UUID) -> list[Recommendation]:
    return list(
        db.session.scalars(
            select(Recommendation)
            .where(of_child(Recommendation.child_id, child_id))
            .order_by(Recommendation.made_on.desc(), Recommendation.recorded_at.desc())
        )
    )


def list_opinions(child_id: uuid.UUID) -> list[Opinion]:
    return list(
        db.session.scalars(
            select(Opinion)
            .where(of_child(Opinion.child_id, child_id))
            .order_by(Opinion.given_on.desc(), Opinion.recorded_at.desc())
        )
    )


def list_evidence(decision_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Evidence]]:
    """The documents of decisions, in their order; decisions without any are left out."""
    found: dict[uuid.UUID, list[Evidence]] = {}
    for row in db.session.scalars(
        select(Evidence).where(Evidence.decision_id.in_(decision_ids)).order_by(Evidence.position)
    ):
        found.setdefault(row.decision_id, []).append(row)
    return found


def list_returns(child_id: uuid.UUID) -> list[ReturnTest]:
    """The answers to "can the child come to school now?", newest first."""
    return list(
        db.session.scalars(
            select(ReturnTest)
            .where(of_child(ReturnTest.child_id, child_id))
            .order_by(ReturnTest.school_year.desc(), ReturnTest.term.desc(), ReturnTest.recorded_at.desc())
        )
    )


def running_term(today: date) -> Term | None:
    """The municipality's term that began last: in the holidays the one just over. None before the first known term."""
    return max(
        (term for term in list_terms(None) if term.starts_on <= today), key=lambda term: term.starts_on, default=None
    )


def _overdue(actor: Actor, today: date) -> tuple:
    return in_sight(actor), decision_holds(today), Decision.review_on < today


def list_overdue_reviews(
    actor: Actor, today: date, *, unit_id: uuid.UUID | None = None, limit: int = 50, offset: int = 0
) -> Rows:
    """Placements whose review day has passed: (child_id, name, file_number, unit_id, unit, kind, review_on,
    home_reason), the latest ones first by their review day."""
    return db.rows(_page_of_reviews(actor, today, unit_id, limit, offset)).all()


@lru_cache(maxsize=256)
def _page_of_reviews(actor: Actor, today: date, unit_id: uuid.UUID | None, limit: int, offset: int) -> Select:
    """The statement, kept for who comes again on the same day: making it takes longer than running it."""
    query = (
        select(
            Child.id.label("child_id"),
            Child.name,
            Child.file_number,
            Child.unit_id,
            Unit.name.label("unit"),
            Decision.kind,
            Decision.review_on,
            Decision.home_reason,
        )
        .select_from(Decision)
        .join(Child, Child.id == Decision.child_id)
        .join(Unit, Unit.id == Child.unit_id)
        .where(*_overdue(actor, today))
        .order_by(Decision.review_on, Decision.child_id)
        .limit(limit)
        .offset(offset)
    )
    return query.where(Child.unit_id == unit_id) if unit_id else query


def count_overdue_reviews(actor: Actor, today: date, *, unit_id: uuid.UUID | None = None) -> int:
    """How many placements wait for their review."""
    return remembered(
        ("overdue reviews", actor, unit_id, today), lambda: db.count(_overdue_number(actor, today, unit_id))
    )


def _overdue_number(actor: Actor, today: date, unit_id: uuid.UUID | None = None) -> Select:
    query = (
        select(func.count())
        .select_from(Decision)
        .join(Child, Child.id == Decision.child_id)
        .where(*_overdue(actor, today))
    )
    return query.where(Child.unit_id == unit_id) if unit_id else query


def count_to_decide(actor: Actor, today: date) -> tuple[int, int]:
    """Both counts of placements that ask for a decision: (overdue reviews, lagging after a move). One query."""
    query = select(_overdue_number(actor, today).scalar_subquery(), _lagging_number(actor).scalar_subquery())
    return tuple(db.session.execute(query).one())


def list_lagging(actor: Actor, *, unit_id: uuid.UUID | None = None, limit: int = 50, offset: int = 0) -> Rows:
    """Children whose placement decision does not fit the kind of school that their roll went to: (child_id, name,
    file_number, unit, kind, school, since), by the day of the move. Kept until something changes."""

    def find() -> Rows:
        query = (
            select(
                Child.id.label("child_id"),
                Child.name,
                Child.file_number,
                Unit.name.label("unit"),
                Decision.kind,
                School.name.label("school"),
                Membership.valid_from.label("since"),
            )
            .select_from(Child)
            .join(Unit, Unit.id == Child.unit_id)
            .join(
                Membership,
                (Membership.child_id == Child.id)
                & (Membership.link == SchoolLink.ROLL)
                & Membership.valid_to.is_(None),
            )
            .join(School, School.id == Membership.school_id)
            .outerjoin(Decision, (Decision.child_id == Child.id) & Decision.ended_on.is_(None))
            .where(in_sight(actor), Child.id.in_(lagging_children()))
            .order_by(Membership.valid_from, Child.id)
            .limit(limit)
            .offset(offset)
        )
        return db.rows(query.where(Child.unit_id == unit_id) if unit_id else query).all()

    return remembered(("lagging", actor, unit_id, today(), limit, offset), find)


def count_lagging(actor: Actor, *, unit_id: uuid.UUID | None = None) -> int:
    """How many placements are to be decided anew after a move to another kind of school."""
    return remembered(("lagging", actor, unit_id, today()), lambda: db.count(_lagging_number(actor, unit_id)))


def _lagging_number(actor: Actor, unit_id: uuid.UUID | None = None) -> Select:
    query = select(func.count()).select_from(Child).where(in_sight(actor), Child.id.in_(lagging_children()))
    return query.where(Child.unit_id == unit_id) if unit_id else query
