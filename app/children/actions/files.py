"""Opening a file and changing its basics."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date

from flask import current_app
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from app.access import Actor, Permission, require
from app.children.facts import SEALED, ChildFacts
from app.children.formerly import SAID, keep_identity
from app.children.models import Child, FileNumber
from app.children.queries import find_matches
from app.children.responsible import keep_town
from app.children.rules import check_basics
from app.children.sight import give_sight, require_write
from app.children.tails import set_tails
from app.children.timeline import tell
from app.children.types import DocumentKind, EventKind, SightKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.identifiers import normalise_number
from app.kernel.ids import new_id
from app.kernel.names import check_name, pinyin_of, sort_key
from app.kernel.problems import N_, Problem, Refused, Severity, errors
from app.kernel.telephones import check_telephone
from app.schools.models import School, Unit


class Changed(Refused):
    """Somebody else saved in between. The row holds their words; `revision` is the number to save over them with."""

    def __init__(self, revision: int):
        super().__init__(Problem("changed", N_("Somebody else has changed this while you had it open. Both texts stand "
                                               "below: choose what stays, then save again.")))
        self.revision = revision


def give_file_numbers(year: int, count: int = 1) -> list[str]:
    """Give out `count` file numbers of a year, like YA26000123; two who ask at once never get the same.

    The row of the year stays locked until the transaction ends.
    """
    insert = (sqlite if db.is_sqlite else postgresql).insert
    db.session.execute(insert(FileNumber).values(id=new_id(), year=year, last=0).on_conflict_do_nothing(
        index_elements=["year"]))
    last = db.session.execute(
        update(FileNumber).where(FileNumber.year == year).values(last=FileNumber.last + count)
        .returning(FileNumber.last).execution_options(synchronize_session=False)).scalar_one()
    return [f"YA{year % 100:02d}{number:06d}" for number in range(last - count + 1, last + 1)]


class FileNumbers:
    """File numbers for many files that are opened in parts, taken in one step: with SQLite every statement of its own
    would wait until all is in that another thread is inserting. What is not needed goes back, so no number is lost.
    """

    def __init__(self, year: int):
        self._year = year
        self._left: list[str] = []

    @contextmanager
    def at_once(self, count: int) -> Iterator[None]:
        """Have `count` numbers ready inside. They are the last ones given out, as their row is locked since then."""
        self._left += give_file_numbers(self._year, count) if count else []
        yield
        if self._left:
            db.session.execute(update(FileNumber).where(FileNumber.year == self._year).values(
                last=FileNumber.last - len(self._left)).execution_options(synchronize_session=False))
            self._left.clear()

    def take(self, count: int) -> list[str]:
        """The next `count` numbers, whether they are ready or not."""
        lacking = count - len(self._left)
        if lacking > 0:
            self._left += give_file_numbers(self._year, lacking)
        taken, self._left = self._left[:count], self._left[count:]
        return taken


def open_file(actor: Actor, facts: ChildFacts, *, unit_id: uuid.UUID, school_id: uuid.UUID | None = None,
              guardians: tuple[str, ...] = (), confirmed: bool = False, today: date) -> Child:
    """Open the file of a child and give it its number for life.

    `guardians` are names, to tell two children of one name apart; `school_id` is the school that opens the file and
    sees it from now on. A file with the same number is refused; one with the same name, birth date and guardian, like
    every other warning, passes only when `confirmed`. Raises Refused.
    """
    require(actor, Permission.CHILDREN_WRITE)
    unit_id, school_id = _place(actor, unit_id, school_id)
    _refuse(actor, facts, guardians, confirmed, today, but=None)
    child = Child(file_number=give_file_numbers(today.year)[0], unit_id=unit_id, created_at=clock.now(),
                  **_columns(facts))
    _set_sealed(child, facts, keep=False)
    db.session.add(child)
    db.session.flush()
    set_tails(child.id, "document", normalise_number(facts.document_number))
    if school_id:
        give_sight(child.id, SightKind.SCHOOL, school_id, "opened", on=today)
    audit.record(actor, "open_file_new", "child", child.id, child_id=child.id, file_number=child.file_number)
    tell(actor, child.id, EventKind.FILE, N_("File %(number)s opened."), on=today, number=child.file_number)
    db.session.flush()
    return child


def change_basics(actor: Actor, child: Child, facts: ChildFacts, *, revision: int, confirmed: bool = False,
                  today: date) -> list[str]:
    """Change the basics of a child loaded in sight. Return the names of the fields that are different now.

    Sealed fields that are None stay as they are. Raises Changed when the file was saved since `revision`.
    """
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, child)
    if child.revision != revision:
        raise Changed(child.revision)
    has_number = child.document_number_sealed is not None and facts.document_kind != DocumentKind.NONE
    if has_number and not facts.document_number:
        # The number stays, so birth date and sex are still compared with it.
        compared = replace(facts, document_number=child.document_number) if facts.document_kind == child.document_kind \
            else facts
    else:
        compared = facts
    _refuse(actor, compared, (), confirmed, today, but=child.id, number_kept=has_number)
    before = {name: getattr(child, name) for name in _columns(facts)}
    if _says_otherwise(child, facts):
        keep_identity(child, on=today)
    keep_town(child.id, child.unit_id, child.town_code, facts.town_code, on=today)
    for name, value in _columns(facts).items():
        setattr(child, name, value)
    changed = [name for name, value in before.items() if getattr(child, name) != value]
    changed += _set_sealed(child, facts, keep=True)
    if "document_number" in changed:
        set_tails(child.id, "document", child.document_number)
    if changed:
        child.revision += 1
        audit.record(actor, "change_basics", "child", child.id, child_id=child.id, fields=changed)
        tell(actor, child.id, EventKind.FILE, N_("The file's basic facts were changed."), on=today)
    db.session.flush()
    return changed


def _says_otherwise(child: Child, facts: ChildFacts) -> bool:
    """Whether the facts correct who the child is; a number that is not said stays."""
    said = _columns(facts) | {"document_number": normalise_number(facts.document_number) or child.document_number}
    return any(said[name] != getattr(child, name) for name in SAID)


def _place(actor: Actor, unit_id: uuid.UUID, school_id: uuid.UUID | None) -> tuple[uuid.UUID, uuid.UUID | None]:
    """The unit and school a file is opened in; both must be the actor's. A school decides its unit."""
    if school_id is None and not actor.municipal and unit_id not in actor.unit_ids:
        school_id = next(iter(sorted(actor.school_ids)), None)
    if school_id is not None:
        school = db.session.get(School, school_id)
        allowed = school is not None and (actor.municipal or school.unit_id in actor.unit_ids
                                          or school.id in actor.school_ids)
        if not allowed:
            raise Refused(Problem("school_foreign", N_("Choose a school of your own."), field="school_id"))
        return school.unit_id, school.id
    if unit_id is None or db.session.get(Unit, unit_id) is None or not (actor.municipal or unit_id in actor.unit_ids):
        raise Refused(Problem("unit_foreign", N_("Choose a district of your own."), field="unit_id"))
    return unit_id, None


def _refuse(actor, facts: ChildFacts, guardians, confirmed: bool, today: date, *, but, number_kept=False) -> None:
    """Raise Refused with everything wrong; warnings and likely doubles count until they are confirmed."""
    found = list(check_basics(facts, today=today, allow_demo=bool(current_app.config["DEMO"]),
                              number_kept=number_kept))
    for match in find_matches(actor, number=facts.document_number, name=facts.name, birth_on=facts.birth_on,
                              guardians=guardians, but=but):
        found.append(_double(match))
    if errors(found) or found and not confirmed:
        raise Refused(found)


def _double(match) -> Problem:
    at = {"unit": match.unit, "number": match.file_number, "name": match.name}
    if match.certain:
        if match.child_id:
            return Problem("double_number", N_("%(name)s already has the file %(number)s with this number. Open that "
                                               "file instead."), at, "document_number")
        return Problem("double_elsewhere", N_("A file with this number exists in %(unit)s. Ask the coordinator there "
                                              "to hand the child over."), at, "document_number")
    if match.child_id:
        return Problem("double_person", N_("%(name)s with the same birth date has the file %(number)s. Compare them "
                                           "before you save."), at, "name", Severity.WARNING)
    return Problem("double_person_elsewhere", N_("A child with this name and birth date has a file in %(unit)s. Ask "
                                                 "the coordinator there whether it is the same child."), at, "name",
                   Severity.WARNING)


def _columns(facts: ChildFacts) -> dict:
    """The plain columns of a child, with the name's readings."""
    values = {item.name: getattr(facts, item.name) for item in fields(facts) if item.name not in SEALED}
    values["name"] = check_name(facts.name).value
    values["former_name"] = check_name(facts.former_name).value
    reading = pinyin_of(values["name"])
    return values | {"name_pinyin": reading.full[:240], "name_initials": reading.initials[:60],
                     "sort_key": sort_key(values["name"])[:240]}


def _set_sealed(child: Child, facts: ChildFacts, *, keep: bool) -> list[str]:
    """Set the sealed fields; on a change None keeps what is there, but no document has no number."""
    values = {"document_number": normalise_number(facts.document_number) or None, "address": facts.address,
              "phone": check_telephone(facts.phone).value}
    changed = []
    for name, value in values.items():
        if value is None and keep and not (name == "document_number" and facts.document_kind == DocumentKind.NONE):
            continue
        if getattr(child, name) != value:
            setattr(child, name, value)
            changed.append(name)
    return changed
