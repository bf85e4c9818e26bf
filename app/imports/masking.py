"""What of a row may be shown: numbers, telephones and addresses masked, values in the words of the sheet."""

from __future__ import annotations

from app.imports.columns import SHEETS, wording
from app.imports.types import CheckedRow, ImportKind
from app.kernel.masks import mask_address, mask_certificate, mask_id, mask_phone, mask_student_number

MASKS = {
    "document_number": mask_id,
    "member1_number": mask_id,
    "member2_number": mask_id,
    "certificate": mask_certificate,
    "student_number": mask_student_number,
    "phone": mask_phone,
    "member1_phone": mask_phone,
    "member2_phone": mask_phone,
    "address": mask_address,
    "member1_address": mask_address,
    "member2_address": mask_address,
}
OPEN = (ImportKind.SCHOOLS, "address")
"""A school's address stands on its door."""
MOST_TOLD = 600


def masked(kind: ImportKind, key: str, value: object) -> str:
    """The words of a value."""
    column = SHEETS[kind].by_key.get(key)
    words = wording(column, value) if column is not None else str(value or "")
    return MASKS[key](words) if key in MASKS and words and (kind, key) != OPEN else words


def told_changes(row: CheckedRow) -> str:
    """What a row changes in a child's file, old and new, in one line for the timeline."""
    columns = SHEETS[ImportKind.CHILDREN].by_key
    told = "；".join(
        f"{columns[key].heading}：{masked(ImportKind.CHILDREN, key, before) or '–'} → "
        f"{masked(ImportKind.CHILDREN, key, after)}"
        for key, (before, after) in row.differs.items()
    )
    return told if len(told) <= MOST_TOLD else told[:MOST_TOLD] + "…"
