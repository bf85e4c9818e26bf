"""A grade as people say it: 四年级, grade 4."""

from __future__ import annotations

from app.kernel.problems import N_
from app.web.i18n import words

GRADES = (
    N_("grade 1"),
    N_("grade 2"),
    N_("grade 3"),
    N_("grade 4"),
    N_("grade 5"),
    N_("grade 6"),
    N_("grade 7"),
    N_("grade 8"),
    N_("grade 9"),
)


def grade_words(grade: int | None) -> str:
    """The words of a grade of nine; empty for another."""
    return words.gettext(GRADES[grade - 1]) if grade and 1 <= grade <= 9 else ""
