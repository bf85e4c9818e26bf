"""What a person types to find a child, turned into a condition: a name, its sound, a number or its end, a school.

A number is never searched by its plain text: whole numbers and their last four or six characters are compared by blind
index. A school's code or name, former ones and those of schools merged into others too, finds everybody who ever had a
link to it.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, TextClause, and_, false, func, or_, select, union
from sqlalchemy import text as sql
from sqlalchemy.orm import InstrumentedAttribute

from app.children.models import Child, Disability, Guardian, Guardianship, NumberTail
from app.children.tails import LENGTHS, tail_of
from app.db import db, vault
from app.kernel.identifiers import normalise_number
from app.kernel.names import normalise_name
from app.kernel.telephones import check_telephone
from app.roll.models import Membership, StudentNumber
from app.schools.models import School, SchoolName

LAST_CHARACTER = "\U0010ffff"
LONGEST_WORD = 24
"""Letters; the longest syllable has 6, the first word of a Latin name may have more."""


def matches(text: str) -> ColumnElement[bool]:
    """The condition on `Child` for what was typed; several words must all fit."""
    if (number := normalise_number(text)) and re.fullmatch(r"(?=.*[0-9]{3})[0-9A-Z()+\-/]+", number):
        return _number(number)
    name = normalise_name(text)
    if not name:
        return false()
    if re.fullmatch(r"[A-Za-z' ]+", name):
        return _any([*_sound(name), *_name(name)])
    return _any([*_name(name), Child.id.in_(_of_schools(_schools_named(name)))])


def _any(tests: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """One of the tests, each found by its own index: an OR of them would read every child."""
    if not tests:
        return false()
    second = select(Child.merged_into).where(Child.merged_into.is_not(None), or_(*tests))  # leads to the kept file
    return Child.id.in_(union(second, *(select(Child.id).where(test) for test in tests)))


def _begins(column: ColumnElement[Any] | InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """A beginning in the letters' own case, as a range that SQLite finds in an index."""
    if db.is_sqlite:
        return and_(column >= text, column < text + LAST_CHARACTER)
    return column.startswith(text, autoescape=True)


def _name(name: str) -> list[ColumnElement[bool]]:
    escape = bool(set(name) & set("%_/"))  # SQLite compares several times faster when nothing can be escaped
    now = Child.name.contains(name, autoescape=escape)
    return [
        and_(_latin(), now) if re.search("[A-Za-z]", name) else now,
        and_(Child.former_name.is_not(None), Child.former_name.contains(name, autoescape=escape)),
    ]


def _latin() -> TextClause:
    """Names with a Latin letter, in the words of their index: letters stand inside few names, not inside every one."""
    return sql("children.name GLOB '*[A-Za-z]*'" if db.is_sqlite else "children.name ~ '[A-Za-z]'")


def _sound(text: str) -> list[ColumnElement[bool]]:
    """Full pinyin with or without blanks, or initials, from their beginning."""
    letters = re.sub(r"[^a-z]", "", text.lower())
    if not letters:
        return []
    # Kept with blanks: the first word ends behind one of the letters. The index narrows by that, then all is read.
    starts = [letters, *(f"{letters[:end]} {letters[end]}" for end in range(1, min(len(letters), LONGEST_WORD)))]
    return [
        and_(
            or_(*(_begins(Child.name_pinyin, start) for start in starts)),
            func.replace(Child.name_pinyin, " ", "").startswith(letters),
        ),
        _begins(Child.name_initials, letters),
    ]


def _number(number: str) -> ColumnElement[bool]:
    tests: list[ColumnElement[bool]] = []
    if number.startswith("YA"):
        tests.append(_begins(Child.file_number, number))
    if len(number) in LENGTHS:
        tests.append(Child.id.in_(select(NumberTail.child_id).where(NumberTail.tail == tail_of(number))))
    if re.fullmatch(r"[0-9]{10}", number):
        tests.append(Child.id.in_(_of_schools(select(School.id).where(School.code == number))))
    for phone in {number if re.fullmatch(r"[0-9]{7,13}", number) else None, check_telephone(number).value}:
        tests += _phone(phone) if phone else []
    if len(number) >= 5:
        blind = vault().blind
        tests += [
            Child.document_number_blind == blind("document", number),
            Child.id.in_(
                select(Disability.child_id).where(Disability.certificate_blind == blind("certificate", number))
            ),
            Child.id.in_(
                select(StudentNumber.child_id).where(StudentNumber.number_blind == blind("student_number", number))
            ),
        ]
    return _any(tests)


def _phone(number: str) -> list[ColumnElement[bool]]:
    blind = vault().blind("phone", number)
    return [
        Child.phone_blind == blind,
        Child.id.in_(
            select(Guardianship.child_id)
            .join(Guardian, Guardian.id == Guardianship.guardian_id)
            .where(Guardian.phone_blind == blind, Guardianship.valid_to.is_(None))
        ),
    ]


def _schools_named(name: str) -> CompoundSelect[uuid.UUID]:
    """Schools whose name, or a former name, begins with the text."""
    return union(
        select(School.id).where(School.name.startswith(name, autoescape=True)),
        select(SchoolName.school_id).where(SchoolName.name.startswith(name, autoescape=True)),
    )


def _of_schools(schools: CompoundSelect[uuid.UUID] | Select[uuid.UUID]) -> Select[uuid.UUID]:
    """Children with any link, today or earlier, to one of the schools or to one that it was merged into."""
    heirs = select(School.successor_id).where(School.id.in_(schools), School.successor_id.is_not(None))
    return select(Membership.child_id).where(or_(Membership.school_id.in_(schools), Membership.school_id.in_(heirs)))
