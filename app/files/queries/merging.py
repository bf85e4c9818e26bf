"""Two files of one child side by side: what each has, what decides whether they may be merged, and the records."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select

from app.access import Actor
from app.children.models import Child, FileMerge, TimelineEvent
from app.children.queries import list_disabilities, list_guardianships
from app.children.sight import ids_of, may_write, scoped
from app.db import db
from app.files.queries.amounts import amounts_of
from app.files.standing import KeptMerge, list_merges, standing_of
from app.files.types import FileSide
from app.kernel.text import canonical_json
from app.plans.queries import days_planned, is_submitted
from app.roll.queries.second import on_roll
from app.timetables.queries.standing import count_coming_of


@dataclass(frozen=True)
class Filed:
    """One of two files: the child's row, what the rules ask, how many rows of each kind it has."""

    child: Child
    side: FileSide
    counts: dict[str, int]

    @cached_property
    def seen(self) -> str:
        """What a page shows of the file, in short: it is another one as soon as somebody writes."""
        told = [self.child.revision, asdict(self.side), self.counts]
        return sha256(repr(told).encode()).hexdigest()[:32]


def filed(actor: Actor, child: Child, today: date) -> Filed:
    """What the file has; the child was loaded in the actor's sight."""
    standing, roll = standing_of(child.id), on_roll(child.id, today)
    side = FileSide(
        number_of_file=child.file_number,
        unit=standing.unit,
        writes=may_write(actor, child) or child.merged_into is not None,
        merged=child.merged_into is not None,
        seconds=len(ids_of(child.id)) > 1,
        number=(child.document_kind.value, child.document_number_blind) if child.document_number_blind else None,
        student_number=roll.numbered,
        places=roll.places,
        plans=tuple(days_planned(child.id, today)),
        visits=count_coming_of(child.id, today),
        decided=standing.placement is not None or standing.placement_coming,
        submitted=is_submitted(child.id),
        transfer=roll.transfer,
        request=roll.request,
    )
    return Filed(child, side, amounts_of(child.id))


def find_merge(child_id: uuid.UUID, merge_id: uuid.UUID) -> KeptMerge | None:
    """One of them."""
    return next((one for one in list_merges(child_id) if one.row.id == merge_id), None)


def find_holding(kept_id: uuid.UUID, second_id: uuid.UUID) -> FileMerge | None:
    """The merging of these two that holds."""
    return db.session.scalar(
        select(FileMerge).where(
            FileMerge.kept_id == kept_id, FileMerge.merged_id == second_id, FileMerge.undone_at.is_(None)
        )
    )


def written_since(merge: FileMerge) -> int:
    """How many lines the kept file's timeline has gained since: what stays with it when the merging is undone."""
    return db.count(
        select(func.count())
        .select_from(TimelineEvent)
        .where(TimelineEvent.child_id == merge.kept_id, TimelineEvent.recorded_at > merge.made_at)
    )


def head_of(child: Child) -> dict[str, Any]:
    """What the file itself says of the child, as the record keeps it."""
    plain = {
        column.key: getattr(child, column.key)
        for column in Child.__table__.columns
        if not column.key.endswith(("_sealed", "_blind")) and column.key not in ("merged_into", "sort_key")
    }
    sealed = {name: getattr(child, name) for name in ("document_number", "address", "phone")}
    return {
        **plain,
        **sealed,
        "family": [
            [person.name, link.relation, link.is_guardian, link.may_see, person.phone]
            for link, person in list_guardianships(child.id)
        ],
        "disabilities": [[row.category, row.grade, row.certificate] for row in list_disabilities(child.id)],
    }


def snapshot_of(
    kept: Filed, second: Filed, heads: tuple[dict[str, Any], dict[str, Any]], taken: dict[str, Any]
) -> bytes:
    """The canonical JSON of the record."""
    return canonical_json(
        {
            "kept": heads[0] | {"counts": kept.counts},
            "second": heads[1] | {"counts": second.counts},
            "taken": taken,
        }
    )


def owner_of_number(child: Child, blind: bytes) -> str | None:
    """The number of another file that has this ID number."""
    return db.session.scalar(
        select(Child.file_number).where(scoped(Child.document_number_blind == blind), Child.id != child.id)
    )
