"""Names of the schools of a sheet against those on file: a code or a name that is known is never taken over as if it
were another school's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.imports.types import CheckedRow, RowOutcome
from app.kernel.lookalikes import skeleton
from app.kernel.problems import N_, Problem
from app.schools.models import School
from app.schools.types import SchoolFacts


def check_own_name(row: CheckedRow, school: School | None) -> None:
    """Hold back a row whose code is on file under another name. Another spelling is no other name, and a new name is
    taken where the sheet gives the one on file as the former name."""
    if school is None or skeleton(school.name) in {
        skeleton(row.values.get(key) or "") for key in ("name", "former_name")
    }:
        return
    row.refuse(
        "name",
        Problem(
            "school_other_name",
            N_(
                'The school of this code on file is "%(name)s". If the code is wrong, correct it. If the school was '
                "renamed, change its name on its page first, or enter the name on file as its former name."
            ),
            {"name": school.name},
        ),
    )


def check_same_names(session: Session, taken: Sequence[CheckedRow], facts: Mapping[int, SchoolFacts]) -> None:
    """Hold back a new or renamed school whose name another open school of the same unit has, on file or in the sheet;
    `taken` are the rows that would be written, `facts` what each says by its line."""
    codes = {facts[row.line].code: facts[row.line] for row in taken}
    holders: dict[tuple[UUID, str], str] = {}
    for code, name, unit_id in session.execute(
        select(School.code, School.name, School.unit_id)
        .where(School.unit_id.in_({one.unit_id for one in codes.values()}), School.closed_on.is_(None))
        .order_by(School.code)
    ):
        if code not in codes:
            holders.setdefault((unit_id, skeleton(name)), code)
    for row in sorted(taken, key=_is_named_anew):
        one = facts[row.line]
        if one.closed_on:
            continue
        other = holders.setdefault((one.unit_id, skeleton(one.name)), one.code)
        if other != one.code and _is_named_anew(row):
            row.refuse(
                "name",
                Problem(
                    "school_same_name",
                    N_(
                        'This unit has a school "%(name)s" already, on file or in this sheet; its code is %(code)s. '
                        "If it is the same school, correct the code. If it is another one, add it on the page of "
                        "schools."
                    ),
                    {"name": one.name, "code": other},
                ),
            )


def _is_named_anew(row: CheckedRow) -> bool:
    """Whether the row brings a name: a new school, or one renamed by more than its spelling."""
    if row.outcome is RowOutcome.NEW:
        return True
    before, after = (row.changes or {}).get("name", ("", ""))
    return skeleton(str(before)) != skeleton(str(after))
