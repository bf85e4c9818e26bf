"""What a person may decide about a doubtful row. Pure.

A doubt about who the child is, and a rare fact that may be right, can be decided in the page. A row that contradicts
itself or our files in another way is put right in the sheet, or left out.
"""

from __future__ import annotations

from app.imports.types import CheckedRow, RowOutcome
from app.kernel.problems import N_, S_, Problem

TAKE, SAME, SKIP = "take", "same", "skip"
"""A child of its own, as the row stands; the child of a file; left out."""

WHO = {
    "number_differs",
    "looks_alike",
    "guardian_spelled",
    "guardian_differs",
    "birthday_differs",
    "several_alike",
    "certificate_taken",
    "person_twice_numbers",
    "twin_in_file",
    "guardian_spelled_in_file",
    "guardian_differs_in_file",
    "birthday_differs_in_file",
    "name_lookalike",
    "renamed",
    "number_other_child",
    "name_compatibility",
    "changed_since",
    "opened_since",
    "member_spelled",
}
RARE = {"age_unusual", "sex_differs", "regular_in_special", "special_in_regular"}
ONE_NUMBER = {"renamed", "number_other_child", "changed_since", "opened_since", "member_spelled"}
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


def is_of_who(row: CheckedRow) -> bool:
    """True when the doubt is which child it is; otherwise a rare fact of the row waits for a yes."""
    return bool(doubts_of(row) & WHO)


def said_of(answer: str, who: bool) -> str:
    """What was decided, in words to be translated."""
    return {
        TAKE: S_("answer.own_child", "A child of its own")
        if who
        else S_("answer.as_it_stands", "Taken over as it stands"),
        SAME: S_("answer.this_child", "It is this child"),
        SKIP: S_("answer.left_out", "Left out"),
    }[answer]


def shown_answer(row: CheckedRow) -> str:
    """The answer that a page shows at a row, whole: a form carries it, so that no later one is replaced unseen."""
    return ":".join((row.answer, row.subject or "", *row.ours)) if row.answer else ""


def decided_meanwhile(row: CheckedRow) -> Problem:
    """Why an answer is not taken: its page showed another one, or none."""
    if not row.answer:
        return Problem(
            "answered_meanwhile",
            S_(
                "answered_meanwhile.gone",
                "Line %(line)s: your page showed a decision that does not stand any more. Look at the row and decide "
                "again.",
            ),
            {"line": row.line},
        )
    return Problem(
        "answered_meanwhile",
        N_(
            'Line %(line)s was decided since your page was opened: "%(answer)s", by %(name)s. That decision stands and '
            "yours was not saved. If it is to be another one, look at the row and decide again."
        ),
        {
            "line": row.line,
            "answer": Problem("answer", said_of(row.answer, is_of_who(row))),
            "name": row.answered[0] if row.answered else "",
        },
    )


def settle(row: CheckedRow, answer: str, child: str | None) -> None:
    """Bring a row that was read again under its answer: what was decided is doubtful no more."""
    row.problems = [one for one in row.problems if not (one.doubtful and one.problem.code in WHO | RARE)]
    if row.outcome is RowOutcome.DOUBTFUL and not doubts_of(row):
        row.outcome = None
    row.answer, row.candidates = answer, (child,) if answer == SAME and child else ()
