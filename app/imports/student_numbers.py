"""Student numbers of a sheet against those on file."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.children.models import Child
from app.db import vault
from app.imports.identities import FILE, chunked
from app.imports.types import CheckedRow
from app.kernel.problems import N_, Problem
from app.roll.models import StudentNumber


def check_student_numbers(session: Session, rows: Sequence[CheckedRow]) -> None:
    """A student number that another child has, or that this child had before, is never given again."""
    blind = vault().blind
    lines = {
        blind("student_number", row.values["student_number"]): row for row in rows if "student_number" in row.values
    }
    for number in chunked(
        session,
        select(StudentNumber.number_blind, FILE, StudentNumber.valid_to, Child.merged_into.label("second")).join(
            Child, Child.id == StudentNumber.child_id
        ),
        StudentNumber.number_blind,
        list(lines),
    ):
        row = lines[number.number_blind]
        if number.file.hex != row.subject:
            row.candidates = (*row.candidates, number.file.hex)
            row.doubt(
                "student_number",
                Problem(
                    "student_number_taken",
                    N_("Another child has this student number. Compare both with the national system."),
                ),
            )
        elif number.valid_to is not None or number.second:
            row.doubt(
                "student_number",
                Problem(
                    "student_number_old",
                    N_("The child had this student number before; today it has another one. Enter the present number."),
                ),
            )
