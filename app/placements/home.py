"""Lists about children who are taught at home: not asked this term, could come to school, evidence missing."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from app.access import Actor
from app.children.models import Child
from app.children.sight import in_sight
from app.db import Rows, db
from app.db.remember import remembered
from app.placements.models import Decision, Evidence, Recommendation, ReturnTest
from app.placements.queries import running_term
from app.placements.rules import DOCUMENTS
from app.placements.types import HomeList, PlacementKind, ReturnAnswer
from app.schools.models import Unit


def count_home(actor: Actor, today: date) -> dict[HomeList, int]:
    """How many children stand on each list; two queries."""
    term = _term(today)
    row = remembered(
        ("at home", actor, today),
        lambda: tuple(
            db.session.execute(
                select(*(func.count(case((_test(which, term), 1))) for which in HomeList))
                .select_from(Decision)
                .join(Child, Child.id == Decision.child_id)
                .where(*_at_home(actor, today))
            ).one()
        ),
    )
    return dict(zip(HomeList, row, strict=True))


def count_home_by_unit(actor: Actor, today: date, which: HomeList) -> list[tuple[uuid.UUID, str, int]]:
    """The units with children on a list: (id, name, how many), in the order of their codes."""
    return remembered(
        ("units at home", actor, today, which),
        lambda: [
            (unit_id, name, number)
            for unit_id, name, number in db.session.execute(
                select(Unit.id, Unit.name, func.count())
                .select_from(Decision)
                .join(Child, Child.id == Decision.child_id)
                .join(Unit, Unit.id == Child.unit_id)
                .where(*_at_home(actor, today), _test(which, _term(today)))
                .group_by(Unit.id, Unit.name, Unit.code)
                .order_by(Unit.code)
            )
        ],
    )


def list_home(
    actor: Actor, today: date, which: HomeList, *, unit_id: uuid.UUID | None = None, limit: int, offset: int = 0
) -> Rows:
    """One page of a list by name: (child_id, name, file_number, unit, valid_from, review_on, home_reason,
    carried_over). Kept until something changes: the names are walked through until so many are found."""
    return remembered(
        ("at home", actor, today, which, unit_id, limit, offset),
        lambda: db.rows(_page(actor, today, which, _term(today), unit_id, limit, offset)).all(),
    )


def _page(
    actor: Actor,
    today: date,
    which: HomeList,
    term: tuple[int, int] | None,
    unit_id: uuid.UUID | None,
    limit: int,
    offset: int,
) -> Select:
    return (
        select(
            Child.id.label("child_id"),
            Child.name,
            Child.file_number,
            Unit.name.label("unit"),
            Decision.valid_from,
            Decision.review_on,
            Decision.home_reason,
            Decision.carried_over,
        )
        .select_from(Decision)
        .join(Child, Child.id == Decision.child_id)
        .join(Unit, Unit.id == Child.unit_id)
        .where(*_at_home(actor, today), _test(which, term), Child.unit_id == unit_id if unit_id else true())
        .order_by(Child.sort_key, Child.id)
        .limit(limit)
        .offset(offset)
    )


def _term(today: date) -> tuple[int, int] | None:
    """School year and number of the running term."""

    def find() -> tuple[int, int] | None:
        term = running_term(today)
        return (term.school_year, term.number) if term else None

    return remembered(("running term", today), find)


def _at_home(actor: Actor, today: date) -> tuple:
    return (
        in_sight(actor),
        Decision.kind == PlacementKind.HOME,
        Decision.valid_from <= today,
        or_(Decision.ended_on.is_(None), Decision.ended_on > today),
    )


def _test(which: HomeList, term: tuple[int, int] | None) -> ColumnElement[bool]:
    """The condition on `Decision` of a list."""
    if which == HomeList.EVIDENCE:
        return ~exists().where(Evidence.decision_id == Decision.id, Evidence.position == DOCUMENTS)
    if which == HomeList.UNASKED:
        if term is None:
            return ~true()
        return ~exists().where(
            ReturnTest.child_id == Decision.child_id, ReturnTest.school_year == term[0], ReturnTest.term == term[1]
        )
    later = aliased(ReturnTest)
    return exists().where(
        ReturnTest.decision_id == Decision.id,
        ReturnTest.answer == ReturnAnswer.YES,
        ~exists().where(later.decision_id == ReturnTest.decision_id, later.recorded_at > ReturnTest.recorded_at),
        # Once the committee recommends anew, the answer has done its work.
        ~exists().where(
            and_(Recommendation.child_id == ReturnTest.child_id, Recommendation.recorded_at > ReturnTest.recorded_at)
        ),
    )
