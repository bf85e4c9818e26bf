"""Where a child that is not on a roll yet is meant to be: school, grade, class, attending and delivering school of its
row. Kept as fields, told on the timeline, offered by the form of enrolment; the first roll ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.children.bulk import Ended, NewEvent, insert_events
from app.children.sight import end_sight, give_sight
from app.children.types import SightKind
from app.imports.columns import CHILDREN, wording
from app.imports.comparing import PLACE
from app.imports.existing import LINK_CODES, LINK_FACTS, Known
from app.imports.types import CheckedRow, SchoolPlace
from app.kernel.problems import S_
from app.roll.bulk import REGISTERED_BY, NewIntended, end_intended, insert_intended

INTENDED = S_("told.meant_by_sheet", "Meant by the imported sheet: %(what)s.")
COLUMNS = {*PLACE, "school_code"}
_TOLD = ("school_code", "grade", "class_name", "attending_code", "delivering_code")


def keep_intended(
    session: Session, rows: Sequence[tuple[Mapping, str]], schools: Mapping[str, SchoolPlace], *, on: date, by_name: str
) -> None:
    """Keep the places of (values of a row, child) and tell them on the timeline."""
    insert_intended(session, [_place(values, child, schools, on) for values, child in rows])
    insert_events(
        session,
        [NewEvent(child, "roll", on, INTENDED, {"what": _words(values, schools)}) for values, child in rows],
        by_name=by_name,
    )


def change_intended(
    session: Session, pairs: Sequence[tuple[CheckedRow, Known]], schools: Mapping[str, SchoolPlace], *, on: date
) -> None:
    """What rows say anew of the places of children who wait for a roll; what they leave empty stays.

    A school that is named for the first time sees the file, one that is named no more does not.
    """
    moved = [(row, one) for row, one in pairs if set(row.differs) & COLUMNS and "roll" not in one.links]
    end_intended(session, _ended([one for _row, one in moved], on))
    for row, one in moved:
        before, after = _named(one.facts, schools), _named(_merged(row.values, one), schools)
        for school in sorted(before - after):
            end_sight(UUID(hex=one.id), UUID(hex=school), REGISTERED_BY, on=on)
        for school in sorted(after - before):
            give_sight(UUID(hex=one.id), SightKind.SCHOOL, UUID(hex=school), REGISTERED_BY, on=on)
    insert_intended(session, [_place(_merged(row.values, one), one.id, schools, on) for row, one in moved])


def finish_intended(session: Session, children: Sequence[Known], *, on: date) -> None:
    """The children are on a roll from `on`."""
    end_intended(session, _ended(children, on))


def enrolled(values: Mapping, one: Known, schools: Mapping[str, SchoolPlace], *, on: date) -> dict[str, object]:
    """The values of a row that puts a child on the roll; a school of an earlier sheet that has closed is left out."""
    said = _merged(values, one)
    for name in LINK_CODES.values():
        if (
            name not in values
            and (school := schools.get(str(said.get(name))))
            and school.closed_on
            and (school.closed_on <= on)
        ):
            del said[name]
    return said


def _merged(values: Mapping, one: Known) -> dict[str, object]:
    """The row's values; where it is silent about the place, what an earlier sheet said."""
    if one.intended is None:
        return dict(values)
    return {name: one.facts[name] for name in COLUMNS if one.facts.get(name) is not None} | dict(values)


def _ended(children: Sequence[Known], on: date) -> list[Ended]:
    meant = [one.intended for one in children if one.intended is not None]
    return [Ended(row["id"], max(on, row["valid_from"])) for row in meant]


def _named(facts: Mapping[str, object], schools: Mapping[str, SchoolPlace]) -> set[str]:
    codes = (str(facts.get(name)) for name in LINK_CODES.values())
    return {schools[code].id for code in codes if code in schools}


def _place(values: Mapping, child: str, schools: Mapping[str, SchoolPlace], on: date) -> NewIntended:
    def school(link: str) -> str | None:
        code = values.get(LINK_CODES[link])
        return schools[code].id if code else None

    return NewIntended(
        child,
        on,
        school("roll"),
        school("attending"),
        school("delivering"),
        {name: values[name] for name in LINK_FACTS if name in values},
    )


def _words(values: Mapping, schools: Mapping[str, SchoolPlace]) -> str:
    """School, grade and class, in one line."""
    columns = CHILDREN.by_key
    return "；".join(
        f"{columns[key].heading}：{values[key]} {schools[values[key]].name}"
        if key.endswith("_code")
        else f"{columns[key].heading}：{wording(columns[key], values[key])}"
        for key in _TOLD
        if key in values
    )
