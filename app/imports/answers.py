"""What a person may decide about a doubtful row. Pure.

A doubt about who the child is, and a rare fact that may be right, can be decided in the page. A row that contradicts
itself or our files in another way is put right in the sheet, or left out.
"""

from __future__ import annotations

from app.imports.types import CheckedRow, RowOutcome

TAKE, SAME, SKIP = "take", "same", "skip"
"""A child of its own, as the row stands; the child of a file; left out."""

WHO = {"number_differs", "looks_alike", "guardian_spelled", "guardian_differs", "several_alike", "certificate_taken",
       "person_twice_numbers", "twin_in_file", "guardian_spelled_in_file", "guardian_differs_in_file", "name_lookalike",
       "renamed", "number_other_child", "name_compatibility",
       "changed_since"}
RARE = {"age_unusual", "sex_differs", "regular_in_special", "special_in_regular"}
ONE_NUMBER = {"renamed", "number_other_child", "changed_since"}
"""The child is known: the row cannot be a child of its own."""


def doubts_of(row: CheckedRow) -> set[str]:
    """The codes of what is doubtful."""
    return {found.problem.code for found in row.problems if found.doubtful}


def choices_of(row: CheckedRow) -> tuple[str, ...]:
    """What can be decided about the row, in the order of the page."""
    doubts = doubts_of(row)
    if doubts - WHO - RARE:
        return (SKIP,)
    found = [SAME] if row.candidates else []
    return (*found, SKIP) if doubts & ONE_NUMBER else (*found, TAKE, SKIP)


def settle(row: CheckedRow, answer: str, child: str | None) -> None:
    """Bring a row that was read again under its answer: what was decided is doubtful no more."""
    row.problems = [one for one in row.problems if not (one.doubtful and one.problem.code in WHO | RARE)]
    if row.outcome is RowOutcome.DOUBTFUL and not doubts_of(row):
        row.outcome = None
    row.answer, row.candidates = answer, (child,) if answer == SAME and child else ()
