"""What one row of a sheet of schools says, and what is wrong with it (facts of the school identification code)."""

from __future__ import annotations

from datetime import date

from app.imports import cells as reading
from app.imports.amounts import LATITUDE, LONGITUDE, read_persons
from app.imports.columns import SCHOOLS
from app.imports.rules import EMPTY
from app.imports.types import CheckedRow
from app.kernel.problems import N_, Problem
from app.kernel.school_codes import SchoolKind as CodeKind
from app.kernel.school_codes import check_school_code

CODE_OF = {
    "primary": CodeKind.PRIMARY,
    "teaching_point": CodeKind.PRIMARY,
    "junior": CodeKind.JUNIOR,
    "complete_secondary": CodeKind.SENIOR,
    "special": CodeKind.SPECIAL,
}
"""Nine-year schools keep whichever code they were given (21 or 31)."""

READERS = reading.readers_of(
    SCHOOLS,
    {
        "code": reading.read_school_code,
        "successor_code": reading.read_school_code,
        "division_code": reading.read_area,
        "town_code": reading.read_area,
        "longitude": LONGITUDE,
        "latitude": LATITUDE,
        "telephone": reading.read_phone,
        "special_teachers": read_persons,
        "special_places": read_persons,
        "opened_on": reading.read_day,
        "closed_on": reading.read_day,
        "name": reading.read_title,
        "former_name": reading.read_title,
        "principal": reading.read_name,
    },
)
NEEDED = tuple(column.key for column in SCHOOLS.columns if column.required)


def check_school_row(line: int, cells: dict[str, str], *, today: date) -> CheckedRow:
    """Read one row of a sheet of schools; `cells` are its texts by column key."""
    row = CheckedRow(line=line, cells=cells, values={})
    reading.read_cells(row, READERS)
    for key in NEEDED:
        if key not in row.values and not cells.get(key):
            row.refuse(key, EMPTY)
    if row.outcome is None:
        _check_whole(row)
    return row


def _check_whole(row: CheckedRow) -> None:
    values = row.values
    if kind := CODE_OF.get(values["kind"]):
        found = check_school_code(values["code"], kind)
        if found.problem:
            row.refuse("code", found.problem)
    if len(values["division_code"]) != 6:
        row.refuse("division_code", Problem("district_code_shape", N_("The code of a district has 6 digits.")))
    if values.get("opened_on", "") > values.get("closed_on", "9999"):
        row.refuse(
            "closed_on", Problem("closed_before_opened", N_("The last day lies before the first day. Check both."))
        )
    if values.get("successor_code") == values["code"]:
        row.refuse("successor_code", Problem("own_successor", N_("A school cannot be merged into itself.")))
    if ("longitude" in values) != ("latitude" in values):
        row.refuse("latitude" if "longitude" in values else "longitude", EMPTY)
