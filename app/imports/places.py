"""Where a row stands in its file: sheet and line in one number, so that rows of several sheets keep their order.

The first sheet that is read has the plain numbers of its lines; a further one begins at the next million. A page names
the sheet only when there are several.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.kernel.problems import N_, Problem

STEP = 1_000_000


def line_of(sheet: int, line: int) -> int:
    """The number of a line of the sheet at this place."""
    return sheet * STEP + line


def place_of(sheets: Sequence[str], number: int) -> tuple[str, int]:
    """(name of the sheet, or nothing when there is only one; line in it) of a number."""
    sheet, line = divmod(number, STEP)
    return (sheets[sheet] if len(sheets) > 1 and sheet < len(sheets) else ""), line


def told_place(sheets: Sequence[str], number: int) -> object:
    """The place as a value of a message: the line, with its sheet where there are several."""
    sheet, line = place_of(sheets, number)
    return Problem("place", N_('%(line)s (sheet "%(sheet)s")'), {"line": line, "sheet": sheet}) if sheet else line


def with_places(sheets: Sequence[str], problem: Problem) -> Problem:
    """A problem that names another row, with that row's place in words."""
    number = problem.values.get("line")
    if not isinstance(number, int) or len(sheets) < 2:
        return problem
    return replace(problem, values={**problem.values, "line": told_place(sheets, number)})
