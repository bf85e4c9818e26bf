"""Opening a file and changing its basics."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from app.access import Actor, Permission, require
from app.children.bulk import FACTS, ChildChange, NewChild, change_children, insert_children
from app.children.doubles.matches import Match, asked_of, find_matches
from app.children.doubles.search import Asked
from app.children.facts import SEALED, ChildFacts, GuardianFacts
from app.children.models import Child, FileNumber
from app.children.opening import list_units, open_schools, require_place
from app.children.rules import check_basics
from app.children.sight import give_sight, require_write
from app.children.timeline import tell
from app.children.types import DocumentKind, EventKind, SightKind
from app.db import audit, db
from app.db.bulk import ready
from app.kernel.identifiers import normalise_number
from app.kernel.ids import new_id
from app.kernel.names import check_name
from app.kernel.problems import N_, S_, Problem, Refused, Severity, errors
from app.kernel.telephones import check_telephone
from app.schools.models import School


class Changed(Refused):
    """Somebody else saved in between. The row holds their words; `revision` is the number to save over them with."""

    def __init__(self, revision: int):
        super().__init__(
            Problem(
                "changed",
                N_(
                    "Somebody else has changed this while you had it open. Both texts stand "
                    "below: choose what stays, then save again."
                ),
            )
        )
        self.revision = revision


def give_file_numbers(year: int, count: int = 1) -> list[str]:
    """Give out `count` file numbers of a year, like YA26000123; two who ask at once never get the same.

    The row of the year stays locked until the transaction ends.
    """
    insert = (sqlite if db.is_sqlite else postgresql).insert
    db.session.execute(
        insert(FileNumber).values(id=new_id(), year=year, last=0).on_conflict_do_nothing(index_elements=["year"])
    )
    last = db.session.execute(
        update(FileNumber)
        .where(FileNumber.year == year)
        .values(last=FileNumber.last + count)
        .returning(FileNumber.last)
        .execution_options(synchronize_session=False)
    ).scalar_one()
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
            db.session.execute(
                update(FileNumber)
                .where(FileNumber.year == self._year)
                .values(last=FileNumber.last - len(self._left))
                .execution_options(synchronize_session=False)
            )
            self._left.clear()

    def take(self, count: int) -> list[str]:
        """The next `count` numbers, whether they are ready or not."""
        lacking = count - len(self._left)
        if lacking > 0:
            self._left += give_file_numbers(self._year, lacking)
        taken, self._left = self._left[:count], self._left[count:]
        return taken


def open_file(
    actor: Actor,
    facts: ChildFacts,
    *,
    unit_id: uuid.UUID | None,
    school_id: uuid.UUID | None = None,
    guardians: Sequence[GuardianFacts] = (),
    confirmed: bool = False,
    today: date,
) -> Child:
    """Open the file of a child and give it its number for life.

    `guardians` tell two children of one name apart; `school_id` is the school that opens the file and
    sees it from now on. A file with the same number is refused; one with the same name, birth date and guardian, like
    every other warning, passes only when `confirmed`. Raises Refused.
    """
    require(actor, Permission.CHILDREN_WRITE)
    unit_id, school_id = _place(actor, unit_id, school_id, today)
    _refuse(actor, facts, _family(guardians), confirmed, today, but=None)
    said, identifier = _said(facts), new_id()
    basics = {name: said[name] for name in NewChild._fields if name in said}
    insert_children(
        db.session,
        [
            NewChild(
                identifier,
                give_file_numbers(today.year)[0],
                unit_id,
                **basics,
                facts={name: ready(said[name]) for name in FACTS},
            )
        ],
        on=today,
    )
    child = db.session.get_one(Child, identifier)
    if school_id:
        give_sight(child.id, SightKind.SCHOOL, school_id, "opened", on=today)
    audit.record(actor, "open_file_new", "child", child.id, child_id=child.id, file_number=child.file_number)
    tell(
        actor,
        child.id,
        EventKind.FILE,
        S_("told.file_opened", "File %(number)s opened."),
        on=today,
        number=child.file_number,
    )
    db.session.flush()
    return child


def change_basics(
    actor: Actor, child: Child, facts: ChildFacts, *, revision: int, confirmed: bool = False, today: date
) -> list[str]:
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
        compared = (
            replace(facts, document_number=child.document_number)
            if facts.document_kind == child.document_kind
            else facts
        )
    else:
        compared = facts
    _refuse(actor, compared, asked_of(child), confirmed, today, but=child.id, number_kept=has_number)
    said = {name: value for name, value in _said(facts).items() if not _kept(child, facts, name, value)}
    changed = list(said)
    if changed:
        change_children(db.session, [ChildChange(child.id, child.revision, said)], on=today)
        db.session.refresh(child)
        audit.record(actor, "change_basics", "child", child.id, child_id=child.id, fields=changed)
        tell(
            actor, child.id, EventKind.FILE, S_("told.facts_changed", "The file's basic facts were changed."), on=today
        )
    db.session.flush()
    return changed


def _place(
    actor: Actor, unit_id: uuid.UUID | None, school_id: uuid.UUID | None, today: date
) -> tuple[uuid.UUID, uuid.UUID | None]:
    """The unit and school a file is opened in; both must be the actor's and go on. A school decides its unit."""
    require_place(actor, today)
    foreign = Refused(Problem("unit_foreign", N_("Choose a district of your own."), field="unit_id"))
    if own := school_id is None and not actor.municipal and unit_id not in actor.unit_ids:
        school_id = next(iter(open_schools(actor, today)), None)
    if school_id is not None:
        school = db.session.get(School, school_id, with_for_update={"read": True})  # not closed before we are done
        allowed = school is not None and (
            actor.municipal or school.unit_id in actor.unit_ids or school.id in actor.school_ids
        )
        if school is None or not allowed or school.closed_on and school.closed_on <= today:
            raise Refused(Problem("school_foreign", N_("Choose a school of your own."), field="school_id"))
        if own and unit_id not in (None, school.unit_id):
            raise foreign
        return school.unit_id, school.id
    if unit_id is None or unit_id not in {unit.id for unit in list_units(actor, today)}:
        raise foreign
    return unit_id, None


def _family(guardians: Sequence[GuardianFacts]) -> Asked:
    phones = tuple(phone for row in guardians if (phone := check_telephone(row.phone).value))
    return Asked("", None, None, tuple(row.name for row in guardians), phones)


def _refuse(
    actor: Actor,
    facts: ChildFacts,
    family: Asked,
    confirmed: bool,
    today: date,
    *,
    but: uuid.UUID | None,
    number_kept: bool = False,
) -> None:
    """Raise Refused with everything wrong; warnings and likely doubles count until they are confirmed. `family` says
    the guardians."""
    found = list(check_basics(facts, today=today, allow_demo=bool(current_app.config["DEMO"]), number_kept=number_kept))
    number = normalise_number(facts.document_number) or None
    asked = family._replace(name=check_name(facts.name).value or facts.name, birth_on=facts.birth_on, number=number)
    for match in find_matches(actor, asked, but=but):
        found.append(_double(match))
    if errors(found) or found and not confirmed:
        raise Refused(found)


def _double(match: Match) -> Problem:
    at = {"unit": match.unit, "number": match.file_number, "name": match.name}
    if match.certain:
        if match.child_id:
            return Problem(
                "double_number",
                N_("%(name)s already has the file %(number)s with this number. Open that file instead."),
                at,
                "document_number",
            )
        return Problem(
            "double_elsewhere",
            N_("A file with this number exists in %(unit)s. Ask the coordinator there to hand the child over."),
            at,
            "document_number",
        )
    if match.why == "birthday":
        return _other_birthday(match, at)
    if match.child_id:
        return Problem(
            "double_person",
            N_("%(name)s with the same birth date has the file %(number)s. Compare them before you save."),
            at,
            "name",
            Severity.WARNING,
        )
    return Problem(
        "double_person_elsewhere",
        N_(
            "A child with this name and birth date has a file in %(unit)s. Ask "
            "the coordinator there whether it is the same child."
        ),
        at,
        "name",
        Severity.WARNING,
    )


def _other_birthday(match: Match, at: dict[str, str]) -> Problem:
    if match.child_id:
        return Problem(
            "double_birthday",
            N_(
                "%(name)s with another birth date has the file %(number)s, with a guardian of the same telephone. "
                "Compare them before you save."
            ),
            at,
            "birth_on",
            Severity.WARNING,
        )
    return Problem(
        "double_birthday_elsewhere",
        N_(
            "A child with this name and a guardian of the same telephone has a file in %(unit)s, with another birth "
            "date. Ask the coordinator there whether it is the same child."
        ),
        at,
        "birth_on",
        Severity.WARNING,
    )


def _said(facts: ChildFacts) -> dict[str, Any]:
    """The facts as they are kept, by the names of NewChild and FACTS; sealed ones may be None."""
    said = {item.name: getattr(facts, item.name) for item in fields(facts)}
    return said | {
        "name": check_name(facts.name).value,
        "former_name": check_name(facts.former_name).value,
        "document_number": normalise_number(facts.document_number) or None,
        "phone": check_telephone(facts.phone).value,
    }


def _kept(child: Child, facts: ChildFacts, name: str, value: object) -> bool:
    """Whether a fact stays: what is the same, and a sealed one that is not said, but no document has no number."""
    if name in SEALED and value is None:
        return not (name == "document_number" and facts.document_kind == DocumentKind.NONE and child.document_number)
    return getattr(child, name) == value
