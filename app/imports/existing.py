"""What our files say of children, in the words of the sheet: loaded set by set, to compare a row with."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.orm import Session, aliased

from app.access import Actor
from app.children.bulk import FACTS
from app.children.models import Child, Diagnosis, Disability, Guardian, Guardianship, HomePoint
from app.children.points import degrees_of
from app.children.sight import writable
from app.db import vault
from app.kernel.clock import today
from app.placements.models import Decision
from app.roll.models import IntendedPlace, Membership, RollState, StudentNumber
from app.roll.queries import holds
from app.schools.models import School

CHUNK = 500
_KEYS = bindparam("keys", expanding=True, type_=Uuid())
LINK_FACTS = ("grade", "class_name", "class_number", "entered_month", "entry_kind", "pupil_source", "attendance", "lrc")
LINK_CODES = {"roll": "school_code", "attending": "attending_code", "delivering": "delivering_code"}


Stored = Mapping[str, Any]
"""A row of a table by column."""


@dataclass(slots=True, kw_only=True)
class Known:
    """A child's file: `facts` by column key like a row's values, and the rows that a change would touch.

    `rows` holds the raw columns of the child; `persons`, by position in the family, (duty, person); `links`, by kind,
    the membership's row; `intended` where a child without a roll is meant to be; `words` are all diagnoses.
    """

    id: str
    file_number: str
    unit_id: str
    facts: dict[str, object]
    revision: int = 1
    persons: dict[int, tuple[str, str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    links: dict[str, Stored] = field(default_factory=dict)
    disability: Stored | None = None
    home: Stored | None = None
    intended: Stored | None = None
    number: Stored | None = None
    state: Stored | None = None
    decision: Stored | None = None
    held: bool = False


def load_known(session: Session, children: Iterable[str], actor: Actor) -> dict[str, Known]:
    """Return the files of the children (32-character keys) by key; `held` says that the actor may write in them."""
    known: dict[str, Known] = {}
    box = vault()
    wanted = [uuid.UUID(hex=key) for key in children]
    session.flush()
    for row in _rows(session, _FILES, wanted):
        facts = {name: row[name] for name in (*FACTS, "name", "sex", "document_kind")}
        facts["birth_on"] = row["birth_on"].isoformat()
        for name in ("document_number", "address", "phone"):
            facts[name] = _open(box, "children", name, row)
        one = Known(
            id=row["id"].hex,
            file_number=row["file_number"],
            unit_id=row["unit_id"].hex,
            facts=facts,
            revision=row["revision"],
            held=actor.municipal,
        )
        known[one.id] = one
    own = select(Child.id).where(writable(actor), Child.id.in_(_KEYS))
    for row in () if actor.municipal else _rows(session, own, wanted):
        known[row["id"].hex].held = True
    _families(session, box, wanted, known)
    _disabilities(session, box, wanted, known)
    _roll(session, box, wanted, known)
    return known


def _rows(session: Session, query: Select, wanted: list[uuid.UUID]) -> Iterator:
    """The rows of a statement for the children `wanted`, part by part. Statements are kept: making one takes longer
    than running it for the few rows of a page."""
    for at in range(0, len(wanted), CHUNK):
        yield from session.connection().execute(query, {"keys": wanted[at : at + CHUNK]}).mappings()


def _open(box: Any, table: str, name: str, row: Any, identifier: str = "id") -> str | None:
    sealed = row[f"{name}_sealed"]
    return None if sealed is None else box.open(table, name, row[identifier], sealed)


def _families(session: Session, box: Any, wanted: list[uuid.UUID], known: dict[str, Known]) -> None:
    for row in _rows(session, _FAMILIES, wanted):
        one, place = known[row["child_id"].hex], row["position"]
        one.persons[place] = (row["duty_id"].hex, row["id"].hex)
        at = f"member{place}_"
        one.facts |= {
            f"{at}name": row["name"],
            f"{at}relation": row["relation"],
            f"{at}is_guardian": row["is_guardian"],
            f"{at}phone": _open(box, "guardians", "phone", row),
            f"{at}number": _open(box, "guardians", "document_number", row),
            f"{at}address": _open(box, "guardians", "address", row),
        }


def _disabilities(session: Session, box: Any, wanted: list[uuid.UUID], known: dict[str, Known]) -> None:
    for row in _rows(session, _DISABILITIES, wanted):  # the main one comes last and stays
        one = known[row["child_id"].hex]
        one.disability = row
        one.facts |= {
            "disability": row["category"],
            "disability_grade": row["grade"],
            "certificate": _open(box, "disabilities", "certificate", row),
        }
    for row in _rows(session, _WORDS, wanted):
        one = known[row["child_id"].hex]
        one.words.add(row["words"])
        one.facts["diagnosis"] = row["words"]
    for row in _rows(session, _HOMES, wanted):
        one = known[row["child_id"].hex]
        one.home = row
        longitude, latitude = degrees_of(_open(box, "home_points", "point", row))
        if longitude is not None and latitude is not None:
            one.facts |= {"longitude": round(longitude, 6), "latitude": round(latitude, 6)}


def _roll(session: Session, box: Any, wanted: list[uuid.UUID], known: dict[str, Known]) -> None:
    for row in _rows(session, _NUMBERS, wanted):
        one = known[row["child_id"].hex]
        one.number = row
        one.facts["student_number"] = _open(box, "student_numbers", "number", row)
    for row in _rows(session, _memberships(today()), wanted):
        one = known[row["child_id"].hex]
        one.links[str(row["link"])] = row
        one.facts[LINK_CODES[str(row["link"])]] = row["school_code"]
        if row["link"] == "roll":
            one.facts |= {name: row[name] for name in LINK_FACTS}
    _intended(session, wanted, known)
    for row in _rows(session, _STATES, wanted):
        known[row["child_id"].hex].state = row
    for row in _rows(session, _DECISIONS, wanted):
        one = known[row["child_id"].hex]
        one.decision = row
        one.facts["placement"] = row["kind"]


def _intended(session: Session, wanted: list[uuid.UUID], known: dict[str, Known]) -> None:
    """Before the first roll, the place that an earlier sheet named is what a row is compared with."""
    for row in _rows(session, _places(), wanted):
        one = known[row["child_id"].hex]
        one.intended = row
        one.facts |= {name: row[name] for name in (*LINK_FACTS, *LINK_CODES.values())}


# --- the statements -------------------------------------------------------------------------------------------------

_FILES = select(Child.__table__).where(Child.id.in_(_KEYS))
_FAMILIES = (
    select(
        Guardianship.id.label("duty_id"),
        Guardianship.child_id,
        Guardianship.position,
        Guardianship.relation,
        Guardianship.is_guardian,
        *Guardian.__table__.c,
    )
    .join(Guardian, Guardian.id == Guardianship.guardian_id)
    .where(Guardianship.child_id.in_(_KEYS), Guardianship.valid_to.is_(None))
    .order_by(Guardianship.id)
)
_DISABILITIES = (
    select(Disability.__table__)
    .where(Disability.child_id.in_(_KEYS), Disability.valid_to.is_(None))
    .order_by(Disability.position.desc(), Disability.id)
)
_WORDS = select(Diagnosis.child_id, Diagnosis.words).where(Diagnosis.child_id.in_(_KEYS)).order_by(Diagnosis.id)
_HOMES = select(HomePoint.__table__).where(HomePoint.child_id.in_(_KEYS))
_NUMBERS = select(StudentNumber.__table__).where(StudentNumber.child_id.in_(_KEYS), StudentNumber.valid_to.is_(None))
_STATES = select(RollState.__table__).where(RollState.child_id.in_(_KEYS), RollState.valid_to.is_(None))
_DECISIONS = select(Decision.id, Decision.child_id, Decision.kind, Decision.school_id).where(
    Decision.child_id.in_(_KEYS), Decision.ended_on.is_(None)
)


@lru_cache(maxsize=8)
def _memberships(day: date) -> Select:
    return (
        select(*Membership.__table__.c, School.code.label("school_code"))
        .join(School, School.id == Membership.school_id)
        .where(Membership.child_id.in_(_KEYS), holds(Membership.__table__, day))
    )


@cache
def _places() -> Select:
    schools = {link: aliased(School) for link in LINK_CODES}
    query = select(*IntendedPlace.__table__.c, *(schools[link].code.label(code) for link, code in LINK_CODES.items()))
    for link, column in (
        ("roll", IntendedPlace.school_id),
        ("attending", IntendedPlace.attending_id),
        ("delivering", IntendedPlace.delivering_id),
    ):
        query = query.outerjoin(schools[link], schools[link].id == column)
    return query.where(IntendedPlace.child_id.in_(_KEYS), IntendedPlace.valid_to.is_(None))
