"""How writing is refused to who may only read a child's file, or reads its own years of it."""

from __future__ import annotations

from datetime import date

from app.access.policy import Forbidden
from app.kernel.problems import N_, S_, Problem

READ_ONLY = S_(
    "read_only",
    "Your account may read this child's file, but not write in it. Ask the school or the district that "
    "answers for the child today.",
)


class ReadOnly(Forbidden):
    """The actor may read the file, or a part of it, but not write in it (a page answers 403)."""


def read_only(until: date | None = None) -> ReadOnly:
    """The refusal, with the day up to which the actor reads the file."""
    if until is None:
        return ReadOnly(Problem("read_only", READ_ONLY))
    return ReadOnly(
        Problem(
            "read_only_past",
            N_(
                "The child has left: you read its file as it was before %(day)s and change nothing in it. Ask the "
                "school or the district that answers for the child today."
            ),
            {"day": until.isoformat()},
        )
    )
