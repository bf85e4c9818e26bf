"""Two files of one child: the one that is kept, and the ids under which all that is known of the child stands.

About forty tables point at a child and a dozen of them refuse to be rewritten, so merging moves no row. The second
file names the kept one (`Child.merged_into`), and whoever reads what is known of ONE child asks for the rows of all
its ids, here. What holds today (place, plan in force, visits to come) and the head data stand in the kept file alone:
a second file has nothing live when it is merged, and nothing is written to it afterwards.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, Select, Uuid, func, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from app.children.models import Child, FileMerge
from app.children.scoping import scoped
from app.db import db
from app.kernel.problems import N_, Problem

OneChild = uuid.UUID | BindParameter[Any]


@cache
def _second(use: str) -> type[Child]:
    """The second files in one kind of condition. Made once: every alias spells out the whole table again."""
    return aliased(Child, name=f"second_{use}")


def ids_of(child_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """The id of a file and those of the files that were merged into it."""
    return (
        child_id,
        *db.session.scalars(select(Child.id).where(scoped(Child.merged_into == child_id)).order_by(Child.id)),
    )


def of_child(column: Any, child_id: OneChild) -> ColumnElement[bool]:
    """The SQL condition that a row belongs to a child, under any of its ids: `of_child(Movement.child_id, child_id)`.

    For what happened, not for what holds today. The caller has seen the child; `child_id` may be a parameter of a
    statement that is kept.
    """
    one, second = type_coerce(child_id, Uuid()), _second("ids")
    return scoped(column.in_(union_all(select(one), select(second.id).where(second.merged_into == one))))


def file_of(child_id: uuid.UUID) -> uuid.UUID:
    """The id of the file that is kept: where to write and what to show."""
    return db.session.scalar(select(Child.merged_into).where(Child.id == child_id)) or child_id


def kept_file(column: Any) -> ColumnElement[uuid.UUID]:
    """The same for a column, to join `Child` by a row that is asked for by its own key."""
    second = _second("into")
    into = select(second.merged_into).where(second.id == column, second.merged_into.is_not(None))
    return cast("ColumnElement[uuid.UUID]", func.coalesce(into.scalar_subquery(), column))


def is_file(column: Any) -> ColumnElement[bool]:
    """The SQL condition that a child's file is no second one: second files are in no list and no figure."""
    second = _second("file")
    return cast("ColumnElement[bool]", column.not_in(select(second.id).where(second.merged_into.is_not(None))))


def merged_into(child: Child) -> uuid.UUID | None:
    """What the file names now: on PostgreSQL nobody merges it before this transaction has ended."""
    if db.is_sqlite:
        return child.merged_into
    return db.session.scalar(
        select(Child.merged_into).where(Child.id == child.id).with_for_update(read=True, key_share=True)
    )


def closed(child: Child, seen: ColumnElement[bool]) -> Problem:
    """Why nothing is written in a second file. The kept one is named where it is `seen` (a condition on `Child`)."""
    kept = db.session.scalar(select(Child).where(Child.id == child.merged_into, seen))
    if kept is None:
        return Problem(
            "file_merged_elsewhere",
            N_(
                "The file %(number)s was a second file of a child and is closed. Ask the district that answers for "
                "the child today."
            ),
            {"number": child.file_number},
        )
    return Problem(
        "file_merged",
        N_(
            "The file %(number)s was merged into the file %(kept)s of %(name)s, and nothing is written to it any "
            "more. Open %(kept)s and make your change there."
        ),
        {"number": child.file_number, "kept": kept.file_number, "name": kept.name},
    )


def merged_away(unit_ids: Iterable[uuid.UUID]) -> Select:
    """(kept file, day) of the second files for which one of the units answered: it reads its years until then, as it
    does of a child that moved."""
    second = aliased(Child)
    return (
        select(FileMerge.kept_id, FileMerge.made_on)
        .join(second, second.id == FileMerge.merged_id)
        .where(FileMerge.undone_at.is_(None), scoped(second.unit_id.in_(unit_ids)))
    )
