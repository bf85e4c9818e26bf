"""Which rows may be one child, inside the file and against our files; `children.doubles.rules` decides.

Set by set. Only what is surely the same is taken as the same; the rest is doubtful, with the files in question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.children.doubles.rules import Identity, Likeness, identity, likeness
from app.children.doubles.search import Alike, Asked, find_alike
from app.children.models import Child, Disability
from app.db import vault
from app.imports.answers import SAME
from app.imports.family import spelling_kept
from app.imports.types import CheckedRow, RowOutcome
from app.kernel.lookalikes import skeleton, slip_in
from app.kernel.problems import N_, S_, Problem

CHUNK = 500
FILE = func.coalesce(Child.merged_into, Child.id).label("file")
"""The file of a child: the kept one where a second file has the number."""
IN_FILE = {
    Likeness.NUMBER_DIFFERS: (
        "person_twice_numbers",
        S_(
            "person_twice_numbers",
            "Line %(line)s has the same name, birth date and guardian but another ID number. Decide which row "
            "is right.",
        ),
    ),
    Likeness.LOOKS_ALIKE: (
        "twin_in_file",
        S_(
            "twin_in_file",
            'Line %(line)s has "%(name)s" with the same birth date: the names look alike. Decide whether it is one '
            "child.",
        ),
    ),
    Likeness.GUARDIAN_SPELLED: (
        "guardian_spelled_in_file",
        S_(
            "guardian_spelled_in_file",
            "Line %(line)s has the same name, birth date and telephone; the guardian is written differently. Decide "
            "whether it is one child.",
        ),
    ),
    Likeness.GUARDIAN_DIFFERS: (
        "guardian_differs_in_file",
        S_(
            "guardian_differs_in_file",
            "Line %(line)s has the same name and birth date but other guardians. Decide whether it is one child.",
        ),
    ),
    Likeness.BIRTHDAY_DIFFERS: (
        "birthday_differs_in_file",
        S_(
            "birthday_differs_in_file",
            "Line %(line)s has the same name and a guardian's telephone in common but another birth date. Decide "
            "whether it is one child.",
        ),
    ),
}
ON_FILE = {
    Likeness.NUMBER_DIFFERS: (
        "number_differs",
        S_(
            "number_differs",
            "File %(numbers)s has this name, birth date and guardian but another ID number. Compare both with "
            "the card.",
        ),
    ),
    Likeness.LOOKS_ALIKE: (
        "looks_alike",
        S_(
            "looks_alike",
            "File %(numbers)s has this birth date and a name that looks the same. Decide whether it is the same child.",
        ),
    ),
    Likeness.GUARDIAN_SPELLED: (
        "guardian_spelled",
        S_(
            "guardian_spelled",
            "File %(numbers)s has this name, birth date and telephone; the guardian is written differently. Decide "
            "whether it is the same child.",
        ),
    ),
    Likeness.GUARDIAN_DIFFERS: (
        "guardian_differs",
        S_(
            "guardian_differs",
            "File %(numbers)s has this name and birth date but other guardians. Decide whether it is the same child.",
        ),
    ),
    Likeness.BIRTHDAY_DIFFERS: (
        "birthday_differs",
        S_(
            "birthday_differs",
            "File %(numbers)s has this name and a guardian's telephone in common but another birth date. Decide "
            "whether it is the same child.",
        ),
    ),
}
COLUMNS = {Likeness.NUMBER_DIFFERS: "document_number", Likeness.BIRTHDAY_DIFFERS: "birth_on"}
"""Where a doubt stands; the others stand at the name."""


def said_by(row: CheckedRow, number: object = None) -> Identity:
    """The identity of a row, to compare it with another row."""
    values = row.values
    phones = [values[key] for key in ("member1_phone", "member2_phone") if key in values]
    return identity(
        values["name"],
        values["birth_on"],
        number,
        [values.get("member1_name"), values.get("member2_name")],
        phones,
    )


# --- inside the file ------------------------------------------------------------------------------------------------


TWICE = {
    "document_number": (
        "number_twice",
        S_("number_twice", "This number stands in line %(line)s already. Keep one of the two rows."),
    ),
    "student_number": (
        "student_number_twice",
        S_(
            "student_number_twice",
            "This student number stands in line %(line)s already. A number belongs to one child.",
        ),
    ),
    "certificate": (
        "certificate_twice",
        S_(
            "certificate_twice",
            "This certificate number stands in line %(line)s already. A certificate belongs to one child.",
        ),
    ),
}
OTHER_NAME = S_(
    "number_other_name",
    "Line %(line)s has the same number with another name. Nobody can tell from here which row is right: compare both "
    "with the papers and keep one.",
)


def refuse_twice(
    row: CheckedRow, first: CheckedRow, column: str, code: str, words: str, other_name: str = OTHER_NAME
) -> None:
    """Refuse the later of two rows with one number; with another name neither is known to be right, so both."""
    names = [one.values.get("name") for one in (first, row)]
    if None in names or skeleton(names[0]) == skeleton(names[1]):
        row.refuse(column, Problem(code, words, {"line": first.line}))
        return
    for one, other in ((row, first), (first, row)):
        one.refuse(column, Problem(f"{code}_other_name", other_name, {"line": other.line}))


def check_inside(rows: Iterable[CheckedRow]) -> None:
    """The same number or person twice in one file: the later row waits and names the first, whether that is good or
    not, and under another name both; of two that look alike, the one with the foreign sign waits."""
    firsts: dict[str, dict[str, CheckedRow]] = {column: {} for column in TWICE}
    people: dict[tuple, list[CheckedRow]] = {}
    telephones: dict[tuple, list[CheckedRow]] = {}
    for row in rows:
        values = row.values
        column = next(
            (one for one in TWICE if (said := values.get(one)) and firsts[one].setdefault(said, row) is not row), None
        )
        if column:
            refuse_twice(row, firsts[column][values[column]], column, *TWICE[column])
        elif row.outcome is not RowOutcome.REFUSED:
            name = skeleton(values["name"])
            people.setdefault((values["birth_on"], name), []).append(row)
            for phone in {values.get("member1_phone"), values.get("member2_phone")} - {None}:
                telephones.setdefault((phone, name), []).append(row)
    for alike in people.values():
        if len(alike) > 1:
            _twins(sorted(alike, key=lambda row: (row.outcome is not None, row.line)))
    for alike in telephones.values():
        if len(alike) > 1:
            _other_birthdays(alike)


def _twins(alike: list[CheckedRow]) -> None:
    for place, row in enumerate(alike[1:], 1):
        said = said_by(row, row.values.get("document_number"))
        for other in alike[:place]:
            like = likeness(said, said_by(other, other.values.get("document_number")))
            if like is Likeness.SAME:
                _person_twice(row, other)
            elif like is not None:
                code, words = IN_FILE[like]
                row.doubt("name", Problem(code, words, {"line": other.line, "name": other.values["name"]}))
            if like is not None:
                break


def _other_birthdays(alike: list[CheckedRow]) -> None:
    """Rows of one name and telephone: those with another birth date than the first wait for a person."""
    code, words = IN_FILE[Likeness.BIRTHDAY_DIFFERS]
    for place, row in enumerate(alike[1:], 1):
        other = next((one for one in alike[:place] if one.values["birth_on"] != row.values["birth_on"]), None)
        if other is not None and all(found.problem.code != code for found in row.problems):
            row.doubt("birth_on", Problem(code, words, {"line": other.line}))


def _person_twice(row: CheckedRow, other: CheckedRow) -> None:
    if "document_number" not in row.values:
        row.refuse(
            "name",
            Problem(
                "person_twice",
                N_(
                    "The same child (name, birth date, guardian) stands in line %(line)s already. Keep one of the rows."
                ),
                {"line": other.line},
            ),
        )
    else:
        code, words = IN_FILE[Likeness.NUMBER_DIFFERS]
        row.doubt("name", Problem(code, words, {"line": other.line}))


# --- against our files ----------------------------------------------------------------------------------------------


def chunked(session: Session, query: Any, column: Any, values: list) -> Iterator:
    """The rows of a query for many values of a column."""
    for at in range(0, len(values), CHUNK):
        yield from session.execute(query.where(column.in_(values[at : at + CHUNK])))


def find_owners(session: Session, rows: Sequence[CheckedRow]) -> None:
    """Set the file (`subject`) of every row that surely has one; doubt the others that may have one."""
    blind = vault().blind
    lines = {blind("document", row.values["document_number"]): row for row in rows if "document_number" in row.values}
    for child in chunked(session, select(FILE, Child.document_number_blind), Child.document_number_blind, list(lines)):
        lines[child.document_number_blind].subject = child.file.hex
    for row in rows:
        if row.answer == SAME and row.subject != row.candidates[0]:
            if row.subject is not None:
                row.doubt(
                    "document_number",
                    Problem(
                        "number_of_another",
                        N_("Another file has this ID number, so the row cannot be the child that was chosen."),
                    ),
                )
            else:
                row.subject = row.candidates[0]
    _by_person(session, [row for row in rows if row.subject is None and row.answer is None])


def _by_person(session: Session, rows: Sequence[CheckedRow]) -> None:
    """Rows without a number on file: by name as it looks, birth date and guardians."""
    asked = [_asked(row) for row in rows]
    for row, alike in zip(rows, find_alike(session, asked), strict=True):
        if alike:
            _same_person(row, alike)


def _asked(row: CheckedRow) -> Asked:
    values = row.values
    return Asked(
        values["name"],
        date.fromisoformat(values["birth_on"]),
        values.get("document_number"),
        tuple(values[name] for name in ("member1_name", "member2_name") if name in values),
        tuple(values[name] for name in ("member1_phone", "member2_phone") if name in values),
    )


def _same_person(row: CheckedRow, alike: Sequence[Alike]) -> None:
    same = [one for one in alike if one.likeness is Likeness.SAME]
    if len(same) == 1:
        row.subject = same[0].child_id.hex
        return
    like = next(kind for kind in Likeness if any(one.likeness is kind for one in alike))
    found = [one for one in alike if one.likeness is like]
    row.candidates = tuple(one.child_id.hex for one in found)
    numbers = ", ".join(one.file_number for one in found)
    if len(same) > 1:
        row.doubt(
            "name",
            Problem(
                "several_alike",
                N_("Several files have this name, birth date and guardian: %(numbers)s. Decide which one it is."),
                {"numbers": numbers},
            ),
        )
        return
    code, words = ON_FILE[like]
    row.doubt(COLUMNS.get(like, "name"), Problem(code, words, {"numbers": numbers}))


def ask_about_characters(rows: Iterable[CheckedRow]) -> None:
    """A name that opens a file with a character of two forms waits for a person: the file keeps it as it stands."""
    for row in rows:
        if row.problems and row.outcome is RowOutcome.NEW and row.answer is None:
            for found in [one for one in row.problems if one.problem.code == "name_compatibility"]:
                row.problems.remove(found)
                row.outcome = None
                row.doubt(found.column, found.problem)


def check_certificates(session: Session, rows: Sequence[CheckedRow]) -> None:
    """A certificate number that stands in the file of another child: one of the two is wrong, or they are one."""
    blind = vault().blind
    lines = {
        blind("certificate", row.values["certificate"]): row
        for row in rows
        if "certificate" in row.values and row.answer is None
    }
    query = (
        select(Disability.certificate_blind, FILE, Child.file_number)
        .join(Child, Child.id == Disability.child_id)
        .where(Disability.valid_to.is_(None))
    )
    for found in chunked(session, query, Disability.certificate_blind, list(lines)):
        row = lines[found.certificate_blind]
        if found.file.hex != row.subject:
            row.candidates = tuple(dict.fromkeys((*row.candidates, found.file.hex)))
            row.doubt(
                "certificate",
                Problem(
                    "certificate_taken",
                    N_("File %(numbers)s has this certificate number. Decide whether it is the same child."),
                    {"numbers": found.file_number},
                ),
            )


def check_name_on_file(row: CheckedRow, facts: Mapping[str, object], child: str) -> None:
    """A number on file with another name never takes the file over by itself; a mere look-alike keeps its spelling."""
    if "name" not in row.differs or row.answer == SAME:
        return
    before = str(facts["name"])
    known = identity(
        before,
        str(facts["birth_on"]),
        True,
        [facts.get("member1_name"), facts.get("member2_name")],
        [facts.get("member1_phone"), facts.get("member2_phone")],
    )
    told = {"name": before}
    match likeness(said_by(row, True), known):
        case Likeness.SAME if slip_in(before) is None:
            del row.differs["name"]
            row.warn("name", spelling_kept(before))
            return
        case Likeness.SAME | Likeness.RENAMED:
            row.doubt(
                "name",
                Problem(
                    "renamed",
                    N_(
                        'On file the child with this ID number is called "%(name)s". If the name was changed, decide '
                        "for this child: the former name is kept."
                    ),
                    told,
                ),
            )
        case _:
            row.doubt(
                "name",
                Problem(
                    "number_other_child",
                    N_(
                        'On file this ID number belongs to "%(name)s" with another guardian. Compare both with the '
                        "card before you decide."
                    ),
                    told,
                ),
            )
    row.candidates = (child,)
