"""What is watched during every request of the tests of the house: no query reaches for children at large, and nothing
changes about a child without an entry in the trail that names it and who acted.

Faults are collected while pages run and told when the test ends, so that nothing of a page can swallow them.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from flask import g, has_request_context, request
from sqlalchemy import CompoundSelect, Engine, Select, Table, event, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression

from app.children.scoping import SCOPE
from app.db import Base
from app.db.audit import TABLE as TRAIL

FAULTS: list[str] = []
ARMED: list[bool] = []

PARTS = {"plan_sections", "plan_goals", "plan_objectives", "plan_services"}
"""Parts of a plan: they belong to the child of their version."""

WORK = {"visits", "bookings", "unserved_needs", "visit_pins", "village_places", "repair_calls", "visit_changes"}
"""A district's planning of many children at once: one entry tells of the timetable, the repair or the village."""

KEYS = {
    "id",
    "step_id",
    "child_id",
    "version_id",
    "goal_id",
    "kept_id",
    "source_id",
    "subject_id",
    "visit_id",
    "record_id",
    "timetable_id",
    "team_id",
    "holder_id",
    "repair_id",
    "transfer_id",
    "village_id",
    "link_id",
    "guardian_id",
    "user_id",
    "teacher_id",
    "token_hash",
    "key",
    "code",
}
"""Columns that say which one is asked for: whoever has the value was given it by a page that had asked."""

PLANNED_BY = {"timetables", "villages", "visit_pins", "repairs", "travel_legs", "teams"}
"""What a district plans is asked for by its unit, and a page asks first whether the actor plans for it."""

ALLOWED = {
    "find_alike": "whether a child has a file already is asked of the whole city, of form and sheet alike",
    "find_matches": "of such a file outside the sight only the unit is told",
    "search_child": "a transfer is opened by the exact number; the page masks the name",
    "begin_day": "on a new day the units of children whose move begins are turned, whoever comes first",
    "at_school": "how many pupils a school has that is to be closed; the page asks whose school it is",
    "_count_lines": "an auditor reads the figures of all districts, and of children nothing but their number",
    "check_paper": "a paper's code is its own key; the page says no more than the paper",
}
"""Functions that ask about all children, each with its reason."""


def owned_tables() -> set[str]:
    """Tables that hold what is known of one child."""
    return (
        PARTS
        | {"children"}
        | {
            table.name
            for table in Base.metadata.tables.values()
            if "child_id" in table.columns and table.name not in {"audit_entries", "one_use_links"}
        }
    )


def unscoped(statement: object) -> set[str]:
    """The children's tables that a SELECT reads with neither a scope nor a key; empty when it is bounded."""
    if isinstance(statement, CompoundSelect):  # each of its parts for itself
        return set().union(*(unscoped(one) for one in statement.selects))
    if not isinstance(statement, Select):
        return set()
    tables, bounded = set(), False
    for node in visitors.iterate(statement):
        if node._annotations.get(SCOPE):
            bounded = True
        elif isinstance(node, Table):
            tables.add(node.name)
        elif isinstance(node, BinaryExpression) and node.operator in (
            operators.eq,
            operators.in_op,
            operators.is_not_distinct_from,
        ):
            column = getattr(node.left, "name", None)
            table = getattr(node.left, "table", None)
            bounded = bounded or (
                table is not None
                and not _is_column(node.right)
                and (column in KEYS or column == "unit_id" and getattr(table, "name", "") in PLANNED_BY)
            )
    return set() if bounded else tables & owned_tables()


def _is_column(node) -> bool:
    return getattr(node, "table", None) is not None


def _executed(_connection, statement, *_rest) -> None:
    if not ARMED or not has_request_context() or "actor" not in g or not g.actor.signed_in or g.actor.municipal:
        return
    found = unscoped(statement)
    if found and not {frame.name for frame in traceback.extract_stack(limit=40)} & set(ALLOWED):
        FAULTS.append(f"{request.endpoint} reads {', '.join(sorted(found))} of all: {str(statement)[:300]}")


def _children_of(session: Session) -> Iterator[tuple[str, object]]:
    """(table, child) of every row that the session writes."""
    owned = owned_tables() - WORK
    for row in (*session.new, *session.dirty, *session.deleted):
        name = row.__tablename__
        if name not in owned or row in session.dirty and not session.is_modified(row):
            continue
        if name == "children":
            yield name, row.id
        elif name in PARTS:
            from app.plans.models import PlanVersion

            with session.no_autoflush:
                yield name, session.get_one(PlanVersion, row.version_id).child_id
        else:
            yield name, row.child_id


def _flushing(session: Session, *_rest) -> None:
    if ARMED and has_request_context():
        if "watched" not in session.info:
            session.info["watched_from"] = session.connection().scalar(select(func.max(TRAIL.c.seq))) or 0
        session.info.setdefault("watched", set()).update(_children_of(session))


def _committing(session: Session) -> None:
    if not ARMED or not has_request_context() or session.in_nested_transaction():  # the end of a savepoint is none
        return
    session.flush()
    changed = session.info.pop("watched", set())
    if not changed:
        return
    told = {(entry["child_id"], entry["actor_id"]) for entry in session.info.get("audit", ())}
    actor_id = g.actor.user_id if "actor" in g else None
    lacking = {(table, child) for table, child in changed if (child, actor_id) not in told}
    if lacking:  # bulk work writes its entries before the commit
        with session.no_autoflush:
            told = {
                tuple(row)
                for row in session.execute(
                    select(TRAIL.c.child_id, TRAIL.c.actor_id).where(
                        TRAIL.c.seq > session.info["watched_from"],
                        TRAIL.c.child_id.in_({child for _table, child in lacking}),
                    )
                )
            }
        lacking = {(table, child) for table, child in lacking if (child, actor_id) not in told}
    FAULTS.extend(f"{request.endpoint} changes {table} of a child and leaves no entry" for table, _child in lacking)
    double = [_said(entry) for entry in session.info.get("audit", ())]
    FAULTS.extend(
        f"{request.endpoint} leaves the same entry twice: {key}" for key in set(double) if double.count(key) > 1
    )


def _said(entry: dict) -> str:
    return " ".join(str(entry[name]) for name in ("verb", "subject", "subject_id", "child_id", "detail"))


def _undone(session: Session) -> None:
    session.info.pop("watched", None)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Watch what runs inside; the list holds what was found, once each."""
    _listen(Engine)
    ARMED.append(True)
    found: list[str] = []
    FAULTS.clear()
    try:
        yield found
    finally:
        ARMED.clear()
        found.extend(sorted(set(FAULTS)))
        FAULTS.clear()


@cache
def _listen(engine_class) -> None:
    """Once for a process."""
    event.listen(engine_class, "before_execute", _executed)
    event.listen(Session, "after_flush", _flushing)  # a row that was refused is none
    event.listen(Session, "before_commit", _committing, insert=True)
    event.listen(Session, "after_rollback", _undone)
