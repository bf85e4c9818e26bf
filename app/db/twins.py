"""The same thing said a second time: a form sent again from a new page writes no second row."""

from __future__ import annotations

from sqlalchemy import select

from app.db.base import Base, db
from app.kernel.problems import Problem, Refused


def refuse_twin(kind: type[Base], problem: Problem, /, **values: object) -> None:
    """Raise Refused with `problem` when a row with all these values is there already; None is a value."""
    same = [getattr(kind, name).is_not_distinct_from(value) for name, value in values.items()]
    if db.session.scalar(select(kind.id).where(*same).limit(1)):
        raise Refused(problem)
