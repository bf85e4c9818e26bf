"""What one row of a sheet of children says, and what is wrong with it. Pure: no database, no clock.

A row becomes plain values by column key (text, whole numbers, booleans; days as ISO text). Empty cells say nothing.
Sources: GB 11643-1999 (ID), rules on the disability certificate (2017), roll rules 教基〔2025〕1号, 国办发〔2021〕60号.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from app.children.rules import birth_problems
from app.imports.amounts import LATITUDE, LONGITUDE, read_kilometres
from app.imports.cells import (
    read_area,
    read_cells,
    read_day,
    read_month,
    read_name,
    read_phone,
    read_school_code,
    readers_of,
    short_text,
)
from app.imports.columns import CHILDREN, NO_DISABILITY, wording
from app.imports.numbers import ID_SHAPED, check_other_numbers, check_own_document
from app.imports.types import CheckedRow, RowOutcome
from app.kernel.dates import check_within
from app.kernel.problems import N_, S_, Problem, Severity
from app.roll.rules import PAST

CATEGORIES = ("visual", "hearing", "speech", "physical", "intellectual", "psychiatric", "multiple")
"""In the order of the digit in the certificate's number."""
LRC_OF = {"visual": "visual", "hearing": "hearing", "intellectual": "intellectual"}
OLDEST, YOUNGEST = 21, 3

READERS = readers_of(
    CHILDREN,
    {
        "school_code": read_school_code,
        "attending_code": read_school_code,
        "delivering_code": read_school_code,
        "name": read_name,
        "former_name": read_name,
        "member1_name": read_name,
        "member2_name": read_name,
        "birth_on": read_day,
        "hukou_code": read_area,
        "town_code": read_area,
        "entered_month": read_month,
        "longitude": LONGITUDE,
        "latitude": LATITUDE,
        "distance_km": read_kilometres,
        "phone": read_phone,
        "member1_phone": read_phone,
        "member2_phone": read_phone,
        "class_name": short_text(60),
        "class_number": short_text(20),
        "nationality": short_text(60),
        "diagnosis": short_text(300),
    },
)
_NUMBERS = ("document_number", "student_number", "certificate", "member1_number", "member2_number")
for _key in _NUMBERS:
    del READERS[_key]
NEEDED = (
    "school_code",
    "name",
    "sex",
    "birth_on",
    "document_kind",
    "disability",
    "member1_name",
    "member1_relation",
    "member1_is_guardian",
)
"""Cells that may not be empty (the ID number and the grade have rules of their own)."""

EMPTY = Problem("cell_empty", N_("This cell may not be empty. Fill it in."))


def check_child_row(line: int, cells: dict[str, str], *, today: date, allow_demo: bool = False) -> CheckedRow:
    """Read one row of a sheet of children; `cells` are its texts by column key.

    The result carries `outcome` REFUSED or DOUBTFUL when a rule says so, otherwise none yet.
    """
    row = CheckedRow(line=line, cells=cells, values={})
    read_cells(row, READERS)
    for key in NEEDED:
        if key not in row.values and not cells.get(key):
            row.refuse(key, EMPTY)
    check_own_document(row, today, allow_demo)
    check_other_numbers(row, today, allow_demo)
    if row.outcome is not RowOutcome.REFUSED:
        _check_birth(row, today)
        _check_disability(row)
        _check_placement(row)
        _check_members(row)
    return row


def _check_birth(row: CheckedRow, today: date) -> None:
    """Birth date and sex against the ID, and against the age of compulsory schooling."""
    values = row.values
    birth = values["birth_on"]
    number = values.get("document_number")
    if number and values["document_kind"] in ID_SHAPED:
        inside = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        if inside != birth:
            row.refuse(
                "birth_on",
                Problem(
                    "birth_differs",
                    S_(
                        "birth_differs.row",
                        "The birth date is %(day)s here, %(inside)s in the ID number. Look at the card, then correct "
                        "the date or the number.",
                    ),
                    {"day": birth, "inside": inside},
                ),
            )
        if values["sex"] != (said := "male" if int(number[16]) % 2 else "female"):
            row.doubt(
                "sex",
                Problem(
                    "sex_differs",
                    S_(
                        "sex_differs.row",
                        "The sex is %(sex)s here; the ID number is one of %(said)s (its last digit but one is "
                        "%(digit)s). Look at the card, then correct the sex or the number.",
                    ),
                    {"sex": _sex(values["sex"]), "said": _sex(said), "digit": number[16]},
                ),
            )
    if problem := _birth_problem(birth, today):
        row.refuse("birth_on", problem)
    elif not today.year - OLDEST <= int(birth[:4]) <= today.year - YOUNGEST:
        row.doubt(
            "birth_on",
            Problem(
                "age_unusual", N_("Born on %(day)s, the child is not of school age. Check the year."), {"day": birth}
            ),
        )
    _check_entry(row, today)


def _sex(value: str) -> str:
    return _words("sex", value)


def _words(key: str, value: object) -> str:
    """A value of a closed list as the sheet words it."""
    return wording(CHILDREN.column(key), value)


@lru_cache(maxsize=8192)
def _birth_problem(birth: str, today: date) -> Problem | None:
    return next(iter(birth_problems(date.fromisoformat(birth), today)), None)


@lru_cache(maxsize=512)
def _entry_problem(month: str, today: date) -> Problem | None:
    return next(iter(check_within(date.fromisoformat(f"{month}-01"), PAST, today)), None)


def _check_entry(row: CheckedRow, today: date) -> None:
    """The month of entry lies where a form of the roll lets a day lie, and not before the birth."""
    month = row.values.get("entered_month")
    if month is None:
        return
    if problem := _entry_problem(month, today):
        row.refuse("entered_month", problem)
    elif month < row.values["birth_on"][:7]:
        row.refuse(
            "entered_month",
            Problem("entered_before_birth", N_("The month of entry lies before the birth. Check both years.")),
        )


def _check_disability(row: CheckedRow) -> None:
    values = row.values
    category = values["disability"]
    if number := values.get("certificate"):
        certified, grade = CATEGORIES[int(number[18]) - 1], int(number[19])
        if category == NO_DISABILITY:
            row.doubt(
                "disability",
                Problem(
                    "disability_certified",
                    N_("The row says 无残疾 but gives a certificate number. One of them is wrong."),
                ),
            )
        elif category != certified:
            row.warn(
                "disability",
                Problem(
                    "category_differs",
                    N_(
                        "The certificate number says %(said)s; %(kept)s of the row is kept. Correct one of them if it "
                        "is wrong."
                    ),
                    {"said": _words("disability", certified), "kept": _words("disability", category)},
                    severity=Severity.WARNING,
                ),
            )
        if values.get("disability_grade", grade) != grade:
            row.warn(
                "disability_grade",
                Problem(
                    "grade_differs",
                    N_(
                        "The certificate number says %(said)s; %(kept)s of the row is kept. Correct one of them if it "
                        "is wrong."
                    ),
                    {
                        "said": _words("disability_grade", grade),
                        "kept": _words("disability_grade", values["disability_grade"]),
                    },
                    severity=Severity.WARNING,
                ),
            )
        values.setdefault("disability_grade", grade)
    if category == NO_DISABILITY:
        values.pop("disability_grade", None)
    lrc = values.get("lrc", "not_lrc")
    if lrc != "not_lrc" and category != NO_DISABILITY and lrc != LRC_OF.get(category, "other"):
        row.warn(
            "lrc",
            Problem(
                "lrc_differs",
                N_("随班就读 and 残疾类型 name different categories. Check both."),
                severity=Severity.WARNING,
            ),
        )
    if lrc != "not_lrc" and category == NO_DISABILITY:
        row.doubt(
            "lrc",
            Problem(
                "lrc_without_disability",
                N_("The child learns in a regular class as disabled, but the row says 无残疾."),
            ),
        )


def _check_placement(row: CheckedRow) -> None:
    """Placement against mode of attendance, school and grade (国办发〔2021〕60号: who is taught at home has a roll)."""
    values = row.values
    placement = values.get("placement")
    if placement is None and values.get("attendance") == "home":
        row.refuse(
            "placement",
            Problem(
                "home_without_placement",
                N_("The mode of attendance is 送教上门, so the placement must be filled in as 送教上门."),
            ),
        )
    if placement == "home" and values.get("attendance", "home") not in ("home", "other"):
        row.refuse(
            "attendance",
            Problem(
                "home_attendance_differs",
                N_("The placement is 送教上门 but the mode of attendance says that the child comes to school."),
            ),
        )
    if placement not in (None, "home", "remote", "welfare") and values.get("attendance") == "home":
        row.refuse(
            "attendance",
            Problem(
                "attendance_home_differs", N_("The mode of attendance is 送教上门 but the placement is another one.")
            ),
        )
    if placement == "home" and "delivering_code" not in values:
        row.refuse(
            "delivering_code",
            Problem(
                "delivering_missing",
                N_("A child taught at home needs the code of the school that delivers the teaching."),
            ),
        )
    if placement == "regular_class" and values["school_code"][:2] == "51" and "attending_code" not in values:
        row.doubt(
            "placement",
            Problem(
                "regular_in_special",
                N_("The placement is 随班就读 but the school is a special school. Give the attending school."),
            ),
        )
    if placement == "special_school" and "51" not in (values["school_code"][:2], values.get("attending_code", "")[:2]):
        row.doubt(
            "placement",
            Problem("special_in_regular", N_("The placement is 特殊教育学校 but no special school is named.")),
        )
    if placement not in (None, "deferred") and "grade" not in values:
        row.refuse("grade", EMPTY)
    if placement == "deferred" and "student_number" in values:
        row.doubt(
            "placement",
            Problem(
                "deferred_on_roll", N_("A deferred child is not on the roll yet, but the row gives a student number.")
            ),
        )
    if placement is None and "student_number" in values:
        row.doubt(
            "placement",
            Problem(
                "number_without_placement",
                N_("The row gives a student number but no placement. Fill in the placement."),
            ),
        )


def _check_members(row: CheckedRow) -> None:
    values = row.values
    for number in (1, 2):
        key = f"member{number}"
        if f"{key}_name" not in values:
            for part in ("relation", "is_guardian", "phone", "number", "address"):
                values.pop(f"{key}_{part}", None)
            continue
        if number == 2:
            values.setdefault(f"{key}_relation", "other")
            values.setdefault(f"{key}_is_guardian", False)
    if not values["member1_is_guardian"] and not values.get("member2_is_guardian"):
        row.doubt(
            "member1_is_guardian",
            Problem("no_guardian", N_("None of the family members is the guardian. Name the guardian.")),
        )
    own = values.get("document_number")
    if own and own in (values.get("member1_number"), values.get("member2_number")):
        row.refuse(
            "member1_number",
            Problem(
                "member_has_own_number",
                N_("A family member has the child's own ID number. Compare both with the cards."),
            ),
        )
    if ("longitude" in values) != ("latitude" in values):
        row.refuse("latitude" if "longitude" in values else "longitude", EMPTY)
