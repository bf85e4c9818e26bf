"""The numbers of a row: the child's document, its student number and certificate, the family's numbers. Pure."""

from __future__ import annotations

import re
from datetime import date

from app.imports.types import CheckedRow
from app.kernel.identifiers import (
    check_certificate,
    check_resident_id,
    check_student_number,
    normalise_number,
    right_certificate,
    right_number,
    right_student_number,
)
from app.kernel.problems import N_, S_, Checked, Problem, errors, refused

ID_SHAPED = {"resident_id", "residence_permit", "foreign_card"}
_OTHER_DOCUMENT = re.compile(r"[A-Z0-9()（）/-]{4,30}")


def check_own_document(row: CheckedRow, today: date, allow_demo: bool) -> None:
    """The child's own document: an ID passes GB 11643, a missing one needs its reason."""
    kind, text = row.values.get("document_kind"), row.cells.get("document_number", "")
    if kind is None:
        return
    if kind == "none":
        if text:
            row.refuse(
                "document_number",
                Problem(
                    "document_kind_none",
                    N_("A number is given although the kind of document is 无. Choose the kind of the document."),
                ),
            )
        elif "document_missing_reason" not in row.values:
            row.refuse(
                "document_missing_reason",
                Problem(
                    "document_reason_missing", N_("A child without a document needs a reason, for example 无户籍.")
                ),
            )
        return
    row.values.pop("document_missing_reason", None)
    if not text:
        row.refuse(
            "document_number",
            Problem(
                "document_number_missing",
                N_("The number is missing. Enter it, or choose the kind 无 and give a reason."),
            ),
        )
        return
    found = _document_number(kind, text, today, allow_demo)
    if found.value is None:
        row.refuse("document_number", found.problems[0])
        return
    row.values["document_number"] = found.value


def _document_number(kind: str, text: str, today: date, allow_demo: bool) -> Checked[str]:
    if kind not in ID_SHAPED:
        return _other_document(text)
    found = check_resident_id(text, allow_demo=allow_demo, today=today)
    if found.value is None:
        return Checked(None, found.problems)
    is_resident = found.value.kind.value == "resident" or found.value.is_demo
    if (kind == "resident_id") != is_resident:
        return refused(
            "document_other_kind",
            N_("This number does not belong to the kind of document in the row. Compare both with the card."),
        )
    return Checked(found.value.number)


def _other_document(text: str) -> Checked[str]:
    number = normalise_number(text)
    if re.fullmatch(r"[0-9.,]+E\+?[0-9]+", number):
        return Checked(None, check_resident_id(text).problems)
    if not _OTHER_DOCUMENT.fullmatch(number):
        return refused(
            "document_shape",
            S_("document_shape.row", "A document number has 4 to 30 letters and digits. Compare it with the document."),
        )
    return Checked(number)


def check_other_numbers(row: CheckedRow, today: date, allow_demo: bool) -> None:
    """Student number, certificate and the family's numbers: whole and right, or the row is refused."""
    _student_number(row)
    _certificate(row, today, allow_demo)
    for key in ("member1_number", "member2_number"):
        if text := row.cells.get(key):
            found = _member_number(text, allow_demo)
            if found.value is None:
                row.refuse(key, found.problems[0])
            else:
                row.values[key] = found.value


def _student_number(row: CheckedRow) -> None:
    if text := row.cells.get("student_number"):
        if right := right_student_number(text):
            row.values["student_number"] = right
        elif (found := check_student_number(text)).value is None:
            row.refuse("student_number", found.problems[0])
        else:
            row.values["student_number"] = found.value.number


def _certificate(row: CheckedRow, today: date, allow_demo: bool) -> None:
    if text := row.cells.get("certificate"):
        own = row.values.get("document_number") if row.values.get("document_kind") == "resident_id" else None
        if right := right_certificate(text, own):
            row.values["certificate"] = right
            return
        found = check_certificate(text, own, allow_demo=allow_demo, today=today)
        if found.value is None:
            row.refuse("certificate", errors(found.problems)[0])
            return
        row.values["certificate"] = found.value.number
        for warning in found.warnings:
            row.warn("certificate", warning)


def _member_number(text: str, allow_demo: bool) -> Checked[str]:
    """A family member's number has no kind beside it: what looks like an ID is checked as one (old areas pass)."""
    if right := right_number(text, allow_demo=allow_demo):
        return Checked(right)
    number = normalise_number(text)
    if re.fullmatch(r"[0-9]{14,}X?|[0-9.,]+E\+?[0-9]+", number):
        found = check_resident_id(text, allow_demo=allow_demo)
        return Checked(found.value.number) if found.value else Checked(None, found.problems)
    return _other_document(text)
