"""Merging two files of one child, and undoing it: one transaction each, no row of either file moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.access import Actor, Permission, require
from app.children.actions import lock_files, name_kept, part_files, take_over, unchanged
from app.children.models import Child, FileMerge
from app.children.sight import holds_pen, require_write
from app.db import db, vault
from app.files.queries.merging import (
    KeptMerge,
    filed,
    find_holding,
    head_of,
    owner_of_number,
    snapshot_of,
)
from app.files.rules import merge_problems, reason_problems, undo_problems
from app.kernel.problems import N_, Problem, Refused, refuse_if
from app.roll.actions.second import give_number_back, take_number
from app.roll.queries import find_number
from app.roll.queries.second import has_moved
from app.steps.actions import settle_children

NUMBER = "student_number"
CHANGED = Problem(
    "merge_changed",
    N_(
        "Somebody has written in one of the files while you had this open. It shows what they say now: read it again, "
        "then confirm."
    ),
)


@dataclass(frozen=True)
class Merging:
    """What a person decided: which file is kept, what it takes over, why; `seen` is what the page showed."""

    kept: Child
    second: Child
    keys: frozenset[str]
    reason: str
    seen: str


def merge_files(actor: Actor, said: Merging, *, today: date) -> FileMerge:
    """Make the second file of a child one: from now on its kept file shows what both know.

    Doing it twice does nothing more. Raises Refused: with `merge_changed` when one of the files is not any more what
    the page showed.
    """
    require(actor, Permission.CHILDREN_WRITE)
    kept, second = said.kept, said.second
    lock_files(kept, second)
    if (there := find_holding(kept.id, second.id)) is not None:
        return there
    mine, theirs = filed(actor, kept, today), filed(actor, second, today)
    refuse_if((*merge_problems(mine.side, theirs.side), *reason_problems(said.reason)))
    require_write(actor, kept)
    require_write(actor, second)
    if said.seen != mine.seen + theirs.seen:
        raise Refused(CHANGED)
    heads = head_of(kept), head_of(second)
    taken = take_over(actor, kept, second, said.keys, today=today)
    if NUMBER in said.keys and (rows := take_number(actor, kept.id, second.id, today=today)):
        taken[NUMBER] = rows
    merge = name_kept(
        actor,
        kept,
        second,
        reason=said.reason.strip()[:400],
        snapshot=snapshot_of(mine, theirs, heads, taken),
        today=today,
    )
    settle_children(actor, {kept.id, second.id}, deed="merge_files", on=today)
    return merge


def undo_merge(actor: Actor, merge: KeptMerge, reason: str, *, today: date) -> None:
    """Make them two files again, both as before; what was written to the kept one since stays with it.

    Doing it twice does nothing more. Raises Refused.
    """
    require(actor, Permission.CHILDREN_WRITE)
    kept, second = (db.session.get_one(Child, one) for one in (merge.row.kept_id, merge.row.merged_id))
    lock_files(kept, second)
    db.session.refresh(merge.row)
    if merge.row.undone_at is not None:
        return
    refuse_if((*parting_problems(actor, merge, kept, second), *reason_problems(reason)))
    require_write(actor, kept)
    taken = dict(merge.snapshot.get("taken", {}))
    if rows := taken.pop(NUMBER, None):
        give_number_back(actor, kept.id, rows)
    part_files(actor, merge.row, kept, second, taken, reason=reason.strip()[:400], today=today)
    settle_children(actor, {kept.id, second.id}, deed="part_files", on=today)


def parting_problems(actor: Actor, merge: KeptMerge, kept: Child, second: Child) -> tuple[Problem, ...]:
    """Why this merging may not be undone."""
    taken, number = merge.snapshot.get("taken", {}), second.document_number
    owner = owner_of_number(second, vault().blind("document", number)) if number else None
    if owner == kept.file_number and "document_number" in unchanged(kept, taken):
        owner = None  # it goes back
    mine = find_number(kept.id)
    used = NUMBER in taken and (
        mine is None or mine.id.hex != taken[NUMBER]["row"] or has_moved(kept.id, merge.row.made_at)
    )
    return undo_problems(
        writes=holds_pen(actor, kept) and holds_pen(actor, second), number_taken=owner, number_used=used
    )
