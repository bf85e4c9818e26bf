"""What the writing of new and of changed files shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access import Actor
from app.children.actions import FileNumbers
from app.children.bulk import NewGuardian, Persons
from app.db import audit, vault
from app.imports.existing import LINK_FACTS
from app.imports.types import CheckedRow, SchoolPlace
from app.kernel.dates import a_year_after
from app.kernel.problems import N_
from app.placements.bulk import CarriedDecision
from app.roll.bulk import NewLink, NewRoll

HOME_REASON = N_("Carried over from the roll sheet; the reasons stand in the paper file.")


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What every part of the writing needs: the session, who, when, the import's id, the schools by code.

    `empty`: no child had a file when it began, so that nobody need be looked for. `touched`: whose files were written.
    """

    session: Session
    actor: Actor
    today: date
    import_id: UUID
    schools: Mapping[str, SchoolPlace]
    empty: bool = False
    touched: set[UUID] = field(default_factory=set)

    @cached_property
    def home_reason(self) -> str:
        """Why children of the sheet are taught at home, in the language of the one who imports."""
        return gettext(HOME_REASON)

    @cached_property
    def numbers(self) -> FileNumbers:
        """The numbers of the files that are opened."""
        return FileNumbers(self.today.year)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of schools by key."""
        return {school.id: school.name for school in self.schools.values()}


def note(writing: Writing, verb: str, children: Iterable[tuple[str, dict[str, object]]]) -> None:
    """One line of the trail for every (child, details) written by this import."""
    source: dict[str, object] = {"import": writing.import_id.hex}
    audit.note_children(
        writing.session,
        writing.actor,
        verb,
        [(UUID(hex=child), source | detail if detail else source) for child, detail in children],
    )


def meet(session: Session, persons: Persons, rows: Sequence[CheckedRow]) -> None:
    """Load the family members of the rows whom we know from earlier."""
    blind = vault().blind
    numbers = {
        blind("document", row.values[key])
        for row in rows
        for key in ("member1_number", "member2_number")
        if key in row.values
    }
    phones = {
        blind("phone", row.values[key])
        for row in rows
        for key in ("member1_phone", "member2_phone")
        if key in row.values
    }
    persons.load(session, sorted(numbers), sorted(phones))


def guardian_of(values: Mapping, place: int) -> NewGuardian | None:
    """The family member of a row at place 1 or 2."""
    at = f"member{place}_"
    name = values.get(f"{at}name")
    if name is None:
        return None
    return NewGuardian(
        name,
        values[f"{at}relation"],
        values[f"{at}is_guardian"],
        values.get(f"{at}phone"),
        values.get(f"{at}number"),
        values.get(f"{at}address"),
    )


def status_of(values: Mapping) -> tuple[str, str]:
    """State and movement that a row brings a new child to (a number and a place make it active)."""
    placement = values.get("placement")
    if placement == "deferred":
        return "deferred", "deferral"
    if placement and "student_number" in values:
        return "active", "enrolment"
    return ("placed", "placement") if placement else ("registered", "registration")


def since_of(values: Mapping, today: date) -> str:
    """The day from which the place holds: the month of entry, if it lies before today, else today."""
    month = values.get("entered_month")
    return min(f"{month}-01", today.isoformat()) if month else today.isoformat()


def links_of(writing: Writing, values: Mapping) -> list[NewLink]:
    """The school links of a child on the roll: roll school, and attending and delivering school where named."""
    roll = writing.schools[values["school_code"]].id
    links = [NewLink("roll", roll, **{name: values.get(name) for name in LINK_FACTS})]
    for link in ("attending", "delivering"):
        if code := values.get(f"{link}_code"):
            links.append(NewLink(link, writing.schools[code].id, values.get("grade")))
    return links


def roll_of(writing: Writing, row: CheckedRow, child: str, before: str | None = None) -> NewRoll:
    """The state that the row brings a child to, with links when it is on the roll, else with sights only."""
    values, today = row.values, writing.today
    status, movement = status_of(values)
    school = writing.schools[values["school_code"]].id
    on_roll = status == "active"
    since = since_of(values, today) if on_roll and before is None else today.isoformat()
    named = (
        ()
        if on_roll
        else {
            school,
            *(writing.schools[values[key]].id for key in ("attending_code", "delivering_code") if key in values),
        }
    )
    return NewRoll(
        child,
        status,
        movement,
        since,
        school,
        values.get("student_number") if on_roll else None,
        links_of(writing, values) if on_roll else (),
        sorted(named),
        _next_summer(today) if status == "deferred" else None,
        "",
        before,
        today,
    )


def _next_summer(today: date) -> date:
    """The next 31 August: a deferral is for one school year at most."""
    this = date(today.year, 8, 31)
    return this if today < this else date(today.year + 1, 8, 31)


def decision_of(writing: Writing, row: CheckedRow, child: str) -> CarriedDecision:
    """The placement of the row, carried over; home-delivered teaching is tested again within twelve months."""
    values, today = row.values, writing.today
    kind, on_roll = values["placement"], status_of(values)[0] == "active"
    code = values.get("delivering_code") if kind == "home" else values.get("attending_code")
    return CarriedDecision(
        child_id=child,
        kind=kind,
        school_id=None if kind == "deferred" else writing.schools[code or values["school_code"]].id,
        decided_on=today,
        valid_from=since_of(values, today) if on_roll else today,
        home_reason=writing.home_reason if kind == "home" else None,
        review_on=a_year_after(today) if kind == "home" else None,
    )
