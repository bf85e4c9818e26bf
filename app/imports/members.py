"""Family members of the rows of a sheet: one person over several rows, and against the persons on file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.children.models import Guardian
from app.db import vault
from app.imports.family import is_same_name, spelling_kept
from app.imports.identities import chunked
from app.imports.types import CheckedRow, RowOutcome
from app.kernel.lookalikes import skeleton
from app.kernel.problems import N_, S_, Problem, Severity

OTHER_DETAILS = S_(
    "member_differs", "Line %(line)s says something else about this family member; that line's words are kept."
)


def unify_members(rows: Iterable[CheckedRow]) -> None:
    """Brothers and sisters share a guardian: where rows differ about one person, the first row's words count."""
    first: dict[tuple, tuple[int, dict]] = {}
    for row in rows:
        if row.outcome is RowOutcome.REFUSED:
            continue
        for place in ("member1_", "member2_"):
            name = row.values.get(f"{place}name")
            number, phone = row.values.get(f"{place}number"), row.values.get(f"{place}phone")
            if name is None or not (number or phone):
                continue
            said = (first.get((number,)) if number else None) or (first.get((skeleton(name), phone)) if phone else None)
            if said and number and said[1].get("number") not in (None, number):
                said = None
            if said is None:
                said = (
                    row.line,
                    {"name": name, "number": number, "phone": phone, "address": row.values.get(f"{place}address")},
                )
            elif number and not is_same_name(said[1]["name"], name):
                row.doubt(
                    f"{place}number",
                    Problem(
                        "member_other_name",
                        N_("Line %(line)s gives this ID number to a person of another name. One of them is wrong."),
                        {"line": said[0]},
                    ),
                )
                continue
            else:
                _agree(row, place, *said)
            for key in ((number,) if number else None, (skeleton(name), phone) if phone else None):
                if key:
                    first.setdefault(key, said)


def _agree(row: CheckedRow, place: str, line: int, person: dict) -> None:
    for part in ("name", "number", "phone", "address"):
        own = row.values.get(place + part)
        if person[part] is None:
            person[part] = own
        elif own is not None and own != person[part]:
            row.values[place + part] = person[part]
            row.warn(place + part, Problem("member_differs", OTHER_DETAILS, {"line": line}, severity=Severity.WARNING))


def check_members(session: Session, rows: Sequence[CheckedRow]) -> None:
    """A family member's ID number that stands in our files with another name: one of the two is wrong."""
    blind = vault().blind
    said: dict[bytes, list[tuple[CheckedRow, str]]] = {}
    for row in rows:
        for place in ("member1_", "member2_"):
            if row.outcome is None and f"{place}number" in row.values:
                said.setdefault(blind("document", row.values[f"{place}number"]), []).append((row, place))
    for person in chunked(
        session, select(Guardian.name, Guardian.document_number_blind), Guardian.document_number_blind, list(said)
    ):
        for row, place in said[person.document_number_blind]:
            said_name = row.values[f"{place}name"]
            if said_name == person.name or row.outcome is not None:
                continue
            if is_same_name(said_name, person.name):
                row.values[f"{place}name"] = person.name
                row.warn(f"{place}name", spelling_kept(person.name))
            else:
                row.doubt(
                    f"{place}number",
                    Problem(
                        "member_other_name_on_file",
                        N_("On file this ID number belongs to %(name)s. Correct the row, or the name in the file."),
                        {"name": person.name},
                    ),
                )
