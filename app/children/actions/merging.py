"""Naming a second file's kept one and taking that back: no row of either file moves (see app/children/aliases.py).

What the kept file takes over is an ordinary change of it; how to take it back is part of the record. The caller has
locked both files, asked the rules, and knows what else stands in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import or_, select, update

from app.access import Actor, Permission, require
from app.children.actions.taking import give_back, plain
from app.children.models import Child, FileMerge, Sight
from app.children.sight import require_write
from app.children.timeline import tell
from app.children.types import EventKind, SightKind, SightRight
from app.db import audit, db, vault
from app.kernel import clock
from app.kernel.problems import S_


def lock_files(*children: Child) -> None:
    """Nobody else writes about these files, or merges them, until the transaction ends."""
    ids = sorted(child.id for child in children)
    for _row in db.session.scalars(
        select(Child)
        .where(Child.id.in_(ids))
        .order_by(Child.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        pass


def name_kept(actor: Actor, kept: Child, second: Child, *, reason: str, snapshot: bytes, today: date) -> FileMerge:
    """From now on `second` is a second file of the child: its record, who still sees the kept one, and the lines."""
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, kept)
    require_write(actor, second)
    row = FileMerge(
        merged_id=second.id,
        kept_id=kept.id,
        made_on=today,
        made_at=clock.now(),
        made_by_id=actor.user_id,
        made_by_name=actor.name,
        reason=reason,
        snapshot_hash=sha256(snapshot).hexdigest(),
    )
    row.snapshot = snapshot.decode()
    db.session.add(row)
    second.merged_into = kept.id
    db.session.flush()
    _carry_sights(row, today)
    for child in (kept, second):
        audit.record(actor, "merge_files", "file_merge", row.id, child_id=child.id, kept=kept.file_number)
    tell(
        actor,
        kept.id,
        EventKind.FILE,
        S_("told.files_merged", "The second file %(number)s of this child was merged into this one: %(reason)s"),
        on=today,
        subject_id=row.id,
        number=second.file_number,
        reason=reason,
    )
    db.session.flush()
    return row


def _carry_sights(merge: FileMerge, today: date) -> None:
    """Schools that had the second file read their years in the kept one, and experts who are asked go on. Guardians
    come with the family, teachers with visits to come: a second file has none."""
    open_ones = select(Sight).where(or_(Sight.valid_to.is_(None), Sight.valid_to > today), Sight.valid_from <= today)
    there = {
        (one.holder_id, one.facts_to is None): one
        for one in db.session.scalars(open_ones.where(Sight.child_id == merge.kept_id))
    }
    for one in db.session.scalars(
        open_ones.where(
            Sight.child_id == merge.merged_id, Sight.kind.in_((SightKind.SCHOOL, SightKind.EXPERT))
        ).order_by(Sight.valid_from, Sight.id)
    ).all():
        past = one.kind == SightKind.SCHOOL
        if (one.holder_id, True) in there or past and (one.holder_id, False) in there:
            continue
        carried = Sight(
            child_id=merge.kept_id,
            kind=one.kind,
            holder_id=one.holder_id,
            because=one.because,
            because_id=merge.id,
            right=SightRight.READ if past else one.right,
            facts_to=(one.facts_to or today) if past else None,
            valid_from=today,
        )
        db.session.add(carried)
        there[one.holder_id, not past] = carried
    db.session.flush()


def part_files(
    actor: Actor, merge: FileMerge, kept: Child, second: Child, taken: Mapping[str, Any], *, reason: str, today: date
) -> None:
    """Two children again. What was taken over goes back where nobody changed it since; both files are as before else,
    and what was written to the kept one since stays there."""
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, kept)
    back = give_back(actor, kept, taken, today)
    second.merged_into = None
    if second.document_number is not None:
        second.document_number_blind = vault().blind("document", second.document_number)
    merge.undone_on, merge.undone_at, merge.undone_reason = today, clock.now(), reason
    merge.undone_by_id, merge.undone_by_name = actor.user_id, actor.name
    db.session.execute(
        update(Sight)
        .where(Sight.child_id == kept.id, Sight.because_id == merge.id, Sight.valid_to.is_(None))
        .values(valid_to=today)
    )
    for child in (kept, second):
        audit.record(
            actor, "part_files", "file_merge", merge.id, child_id=child.id, fields=[plain(key) for key in back]
        )
    _tell_parted(actor, merge, kept, second, reason, today)
    db.session.flush()


def _tell_parted(actor: Actor, merge: FileMerge, kept: Child, second: Child, reason: str, today: date) -> None:
    """Each of two files says what became of the other; while they were one, only the kept one was read."""
    tell(
        actor,
        kept.id,
        EventKind.FILE,
        S_("told.files_parted", "The file %(number)s is a file of its own again: %(reason)s"),
        on=today,
        subject_id=merge.id,
        number=second.file_number,
        reason=reason,
    )
    tell(
        actor,
        second.id,
        EventKind.FILE,
        S_(
            "told.parted_from",
            "Since %(day)s this file was merged into the file %(number)s; it is a file of its own again: %(reason)s",
        ),
        on=today,
        subject_id=merge.id,
        number=kept.file_number,
        day=merge.made_on.isoformat(),
        reason=reason,
    )
