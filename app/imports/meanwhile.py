"""What somebody else did to a file or a school between the preview and the taking over: said exactly, never undone."""

from __future__ import annotations

from collections.abc import Mapping

from app.imports.columns import SHEETS
from app.imports.masking import masked
from app.imports.types import CheckedRow, ImportKind, RowOutcome
from app.kernel.problems import N_, Problem

Shown = Mapping[str, tuple[object, object]] | None
"""What the preview showed of a row: column → (before, after); None for a child or school that it showed as new."""


def hold_unseen(row: CheckedRow, shown: Shown) -> None:
    """What the preview did not show is not written over: a person decides about the child's file.

    A file that was opened meanwhile and contradicts the row in nothing is completed by it.
    """
    if not (unseen := _unseen(row, shown)):
        return
    told = {"columns": _told(ImportKind.CHILDREN, row, shown, unseen)}
    row.doubt(
        "name",
        Problem(
            "opened_since",
            N_(
                "Since the preview somebody else opened this child's file, and it says otherwise: %(columns)s. Choose "
                "what is right."
            ),
            told,
        )
        if shown is None
        else Problem(
            "changed_since",
            N_("Since the preview somebody else changed this child's file: %(columns)s. Choose what is right."),
            told,
        ),
    )
    row.candidates = (row.child,)


def refuse_unseen(row: CheckedRow, shown: Shown) -> None:
    """The same for a school: the row waits as a whole, because a new preview of the file shows both sides."""
    if not (unseen := _unseen(row, shown)):
        return
    told = {"columns": _told(ImportKind.SCHOOLS, row, shown, unseen)}
    row.refuse(
        "name",
        Problem(
            "school_entered_since",
            N_(
                "Since the preview somebody else entered this school, and it differs: %(columns)s. Upload the file "
                "again; its preview shows both sides."
            ),
            told,
        )
        if shown is None
        else Problem(
            "school_changed_since",
            N_(
                "Since the preview somebody else changed this school: %(columns)s. Upload the file again; its "
                "preview shows both sides."
            ),
            told,
        ),
    )


def _unseen(row: CheckedRow, shown: Shown) -> list[str]:
    """The columns that the preview did not show, or showed with other words of ours."""
    if row.outcome is not RowOutcome.CHANGED:
        return []
    if shown is None:
        return [key for key, (before, _after) in row.differs.items() if before not in (None, "")]
    return [key for key, (before, _after) in row.differs.items() if key not in shown or shown[key][0] != before]


def _told(kind: ImportKind, row: CheckedRow, shown: Shown, unseen: list[str]) -> str:
    """Each column with what stood there (of a new file: what the row says) and what stands there now."""
    columns, told = SHEETS[kind].by_key, []
    for key in unseen:
        now, said = row.differs[key]
        was = said if shown is None or key not in shown else shown[key][0]
        heading = columns[key].heading if key in columns else key
        told.append(f"{heading}：{masked(kind, key, was) or '–'} → {masked(kind, key, now) or '–'}")
    return "；".join(told)
