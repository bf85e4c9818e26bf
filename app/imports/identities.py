"""Which rows may be one child, inside the file and against our files; `children.rules.likeness` decides.

Set by set. Only what is surely the same is taken as the same; the rest is doubtful, with the files in question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.children.models import Child, Disability, Guardian, Guardianship
from app.children.rules import Identity, Likeness, identity, likeness
from app.db import vault
from app.imports.answers import SAME
from app.imports.types import CheckedRow, RowOutcome
from app.kernel.lookalikes import skeleton, slip_in
from app.kernel.problems import N_, Problem, Severity

CHUNK = 500
IN_FILE = {
    Likeness.NUMBER_DIFFERS: ("person_twice_numbers", N_(
        "Line %(line)s has the same name, birth date and guardian but another ID number. Decide which row is right.")),
    Likeness.LOOKS_ALIKE: ("twin_in_file", N_(
        'Line %(line)s has "%(name)s" with the same birth date: the names look alike. Decide whether it is one '
        "child.")),
    Likeness.GUARDIAN_SPELLED: ("guardian_spelled_in_file", N_(
        "Line %(line)s has the same name, birth date and telephone; the guardian is written differently. Decide "
        "whether it is one child.")),
    Likeness.GUARDIAN_DIFFERS: ("guardian_differs_in_file", N_(
        "Line %(line)s has the same name and birth date but other guardians. Decide whether it is one child.")),
}
ON_FILE = {
    Likeness.NUMBER_DIFFERS: ("number_differs", N_(
        "File %(numbers)s has this name, birth date and guardian but another ID number. Compare both with the card.")),
    Likeness.LOOKS_ALIKE: ("looks_alike", N_(
        "File %(numbers)s has this birth date and a name that looks the same. Decide whether it is the same child.")),
    Likeness.GUARDIAN_SPELLED: ("guardian_spelled", N_(
        "File %(numbers)s has this name, birth date and telephone; the guardian is written differently. Decide whether "
        "it is the same child.")),
    Likeness.GUARDIAN_DIFFERS: ("guardian_differs", N_(
        "File %(numbers)s has this name and birth date but other guardians. Decide whether it is the same child.")),
}


def said_by(row: CheckedRow, number: object = None, blind=None) -> Identity:
    """The identity of a row; `blind` makes of a telephone what the other side keeps."""
    values = row.values
    phones = [values[key] for key in ("member1_phone", "member2_phone") if key in values]
    return identity(values["name"], values["birth_on"], number,
                    [values.get("member1_name"), values.get("member2_name")],
                    [blind("phone", phone) for phone in phones] if blind else phones)


# --- inside the file ------------------------------------------------------------------------------------------------


TWICE = {
    "document_number": ("number_twice", N_("This number stands in line %(line)s already. Keep one of the two rows.")),
    "student_number": ("student_number_twice", N_(
        "This student number stands in line %(line)s already. A number belongs to one child.")),
    "certificate": ("certificate_twice", N_(
        "This certificate number stands in line %(line)s already. A certificate belongs to one child.")),
}
OTHER_NAME = N_(
    "Line %(line)s has the same number with another name. Nobody can tell from here which row is right: compare both "
    "with the papers and keep one.")


def refuse_twice(row: CheckedRow, first: CheckedRow, column: str, code: str, words: str) -> None:
    """Refuse the later of two rows with one number; with another name neither is known to be right, so both."""
    names = [one.values.get("name") for one in (first, row)]
    if None in names or skeleton(names[0]) == skeleton(names[1]):
        row.refuse(column, Problem(code, words, {"line": first.line}))
        return
    for one, other in ((row, first), (first, row)):
        one.refuse(column, Problem(f"{code}_other_name", OTHER_NAME, {"line": other.line}))


def check_inside(rows: Iterable[CheckedRow]) -> None:
    """The same number or person twice in one file: the later row waits and names the first, whether that is good or
    not, and under another name both; of two that look alike, the one with the foreign sign waits."""
    firsts: dict[str, dict[str, CheckedRow]] = {column: {} for column in TWICE}
    people: dict[tuple, list[CheckedRow]] = {}
    for row in rows:
        values = row.values
        column = next((one for one in TWICE if (said := values.get(one))
                       and firsts[one].setdefault(said, row) is not row), None)
        if column:
            refuse_twice(row, firsts[column][values[column]], column, *TWICE[column])
        elif row.outcome is not RowOutcome.REFUSED:
            people.setdefault((values["birth_on"], skeleton(values["name"])), []).append(row)
    for alike in people.values():
        if len(alike) > 1:
            _twins(sorted(alike, key=lambda row: (row.outcome is not None, row.line)))


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


def _person_twice(row: CheckedRow, other: CheckedRow) -> None:
    if "document_number" not in row.values:
        row.refuse("name", Problem("person_twice", N_(
            "The same child (name, birth date, guardian) stands in line %(line)s already. Keep one of the "
            "rows."), {"line": other.line}))
    else:
        code, words = IN_FILE[Likeness.NUMBER_DIFFERS]
        row.doubt("name", Problem(code, words, {"line": other.line}))


# --- against our files ----------------------------------------------------------------------------------------------


def chunked(session: Session, query, column, values: list) -> Iterator:
    """The rows of a query for many values of a column."""
    for at in range(0, len(values), CHUNK):
        yield from session.execute(query.where(column.in_(values[at:at + CHUNK])))


def find_owners(session: Session, rows: Sequence[CheckedRow]) -> None:
    """Set the file (`subject`) of every row that surely has one; doubt the others that may have one."""
    blind = vault().blind
    lines = {blind("document", row.values["document_number"]): row for row in rows if "document_number" in row.values}
    for child in chunked(session, select(Child.id, Child.document_number_blind), Child.document_number_blind,
                         list(lines)):
        lines[child.document_number_blind].subject = child.id.hex
    for row in rows:
        if row.answer == SAME and row.subject != row.candidates[0]:
            if row.subject is not None:
                row.doubt("document_number", Problem("number_of_another", N_(
                    "Another file has this ID number, so the row cannot be the child that was chosen.")))
            else:
                row.subject = row.candidates[0]
    _by_person(session, [row for row in rows if row.subject is None and row.answer is None])


def _by_person(session: Session, rows: Sequence[CheckedRow]) -> None:
    """Rows without a number on file: by name as it looks, birth date and guardians."""
    people: dict[tuple[str, str], list[CheckedRow]] = {}
    for row in rows:
        people.setdefault((row.values["birth_on"], skeleton(row.values["name"])), []).append(row)
    alike: dict[tuple[str, str], list] = {}
    days = sorted({date.fromisoformat(birth) for birth, _name in people})
    for child in chunked(session, select(Child.id, Child.name, Child.birth_on, Child.file_number,
                                         Child.document_number_blind), Child.birth_on, days):
        key = (child.birth_on.isoformat(), skeleton(child.name))
        if key in people:
            alike.setdefault(key, []).append(child)
    families = _families(session, [child.id for children in alike.values() for child in children])
    for key, children in alike.items():
        for row in people[key]:
            _same_person(row, children, families)


def _families(session: Session, children: list) -> dict[str, tuple[list, list]]:
    """Names and blind telephones of each child's guardians."""
    found: dict[str, tuple[list, list]] = {}
    query = select(Guardianship.child_id, Guardian.name, Guardian.phone_blind).join(
        Guardian, Guardian.id == Guardianship.guardian_id).where(Guardianship.valid_to.is_(None))
    for row in chunked(session, query, Guardianship.child_id, children):
        names, phones = found.setdefault(row.child_id.hex, ([], []))
        names.append(row.name)
        phones.append(row.phone_blind)
    return found


def _same_person(row: CheckedRow, children: list, families: Mapping[str, tuple[list, list]]) -> None:
    blind = vault().blind
    number = row.values.get("document_number")
    said = said_by(row, blind("document", number) if number else None, blind)
    likes: dict[Likeness, list] = {}
    for child in children:
        names, phones = families.get(child.id.hex, ((), ()))
        like = likeness(said, identity(child.name, child.birth_on.isoformat(), child.document_number_blind, names,
                                       phones))
        if like is not None:
            likes.setdefault(like, []).append(child)
    if not likes:
        return
    same = likes.get(Likeness.SAME, [])
    if len(same) == 1:
        row.subject = same[0].id.hex
        return
    like = next(one for one in Likeness if one in likes)
    found = likes[like]
    row.candidates = tuple(child.id.hex for child in found)
    numbers = ", ".join(child.file_number for child in found)
    if len(same) > 1:
        row.doubt("name", Problem("several_alike", N_(
            "Several files have this name, birth date and guardian: %(numbers)s. Decide which one it is."),
            {"numbers": numbers}))
        return
    code, words = ON_FILE[like]
    row.doubt("document_number" if like is Likeness.NUMBER_DIFFERS else "name", Problem(code, words,
                                                                                      {"numbers": numbers}))


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
    lines = {blind("certificate", row.values["certificate"]): row for row in rows
             if "certificate" in row.values and row.answer is None}
    query = select(Disability.certificate_blind, Disability.child_id, Child.file_number).join(
        Child, Child.id == Disability.child_id).where(Disability.valid_to.is_(None))
    for found in chunked(session, query, Disability.certificate_blind, list(lines)):
        row = lines[found.certificate_blind]
        if found.child_id.hex != row.subject:
            row.candidates = tuple(dict.fromkeys((*row.candidates, found.child_id.hex)))
            row.doubt("certificate", Problem("certificate_taken", N_(
                "File %(numbers)s has this certificate number. Decide whether it is the same child."),
                {"numbers": found.file_number}))


def check_name_on_file(row: CheckedRow, facts: Mapping[str, object], child: str) -> None:
    """A number on file with another name never takes the file over by itself; a mere look-alike keeps its spelling."""
    if "name" not in row.changes or row.answer == SAME:
        return
    before = str(facts["name"])
    known = identity(before, str(facts["birth_on"]), True, [facts.get("member1_name"), facts.get("member2_name")],
                     [facts.get("member1_phone"), facts.get("member2_phone")])
    told = {"name": before}
    match likeness(said_by(row, True), known):
        case Likeness.SAME if slip_in(before) is None:
            del row.changes["name"]
            row.warn("name", Problem("name_kept", N_(
                'The file has "%(name)s", which looks the same; that spelling stays.'), told,
                severity=Severity.WARNING))
            return
        case Likeness.SAME | Likeness.RENAMED:
            row.doubt("name", Problem("renamed", N_(
                'On file the child with this ID number is called "%(name)s". If the name was changed, decide for this '
                "child: the former name is kept."), told))
        case _:
            row.doubt("name", Problem("number_other_child", N_(
                'On file this ID number belongs to "%(name)s" with another guardian. Compare both with the card before '
                "you decide."), told))
    row.candidates = (child,)
