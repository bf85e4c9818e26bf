"""Opening files: the only place where rows of `children` are made, for one child and for thirty thousand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import cast

from sqlalchemy.orm import Session

from app.children.bulk.families import Persons, insert_families
from app.children.bulk.rows import insert_diagnoses, insert_disabilities, insert_homes
from app.children.bulk.units import UnitOf, begin_units
from app.children.bulk.values import FACTS, DisabilityOf, HomeOf, NewChild, NewDiagnosis, NewFamily
from app.children.models import Child, Guardian, NumberTail, ResponsibleUnit, Sight
from app.children.tails import Tail, insert_tails
from app.db import vault
from app.db.bulk import Bulk, dashed, key, ready
from app.kernel import clock
from app.kernel.pinyin import main_reading

FILLED = (
    Child.__table__,
    Guardian.__table__,
    NumberTail.__table__,
    ResponsibleUnit.__table__,
    Sight.__table__,
)
"""Tables whose indexes take longer than their rows, when many files are opened."""
_CHILD = (
    "id",
    "file_number",
    "unit_id",
    "name",
    "name_pinyin",
    "name_initials",
    "sort_key",
    "sex",
    "birth_on",
    "document_kind",
    "document_number_sealed",
    "document_number_blind",
    "address_sealed",
    "phone_sealed",
    "phone_blind",
    "revision",
    "created_at",
    *FACTS,
)


def name_columns(name: str) -> tuple[str, str, str]:
    """Pinyin, initials and sort key of a name, cut to their columns."""
    full, initials, order = main_reading(name)
    return full[:240], initials[:60], order[:240]


def insert_children(session: Session, rows: Sequence[NewChild], *, on: date, persons: Persons | None = None) -> None:
    """Open the files of `rows`: children, units, endings of numbers, family, disabilities, diagnoses, homes.

    `on` is the day from which everything holds. `persons` are the guardians met before (see `Persons.load`); brothers
    and sisters in `rows` share theirs in any case. The caller has checked the facts, looked for doubles, asked for
    permission and tells the timeline and the trail. Nothing is committed; the database's own refusals pass through.
    """
    bulk = Bulk(session)
    child_of = _child_maker(len(rows), bulk.moment(clock.now()))
    children, tails = [], []
    for row in rows:
        child = key(row.id)
        children.append(child_of(row, child))
        if row.document_number:
            tails.append(Tail(child, "document", row.document_number))
        tails += [Tail(child, "certificate", one.certificate) for one in row.disabilities if one.certificate][:1]
    bulk.insert(Child.__table__, _CHILD, children)
    begin_units(session, [UnitOf(row.id, row.unit_id, cast("str | None", row.facts.get("town_code"))) for row in rows])
    insert_tails(session, tails)
    insert_families(session, [NewFamily(row.id, row.guardians) for row in rows], on=on, persons=persons)
    insert_disabilities(
        session,
        [DisabilityOf(row.id, place, one) for row in rows for place, one in enumerate(row.disabilities, 1)],
        on=on,
    )
    insert_diagnoses(session, [NewDiagnosis(row.id, words) for row in rows for words in row.diagnoses])
    insert_homes(session, [HomeOf(row.id, row.home) for row in rows if row.home is not None])


def _child_maker(most: int, now: str) -> Callable[[NewChild, str], tuple]:
    """Return what makes the row of a child in the order of _CHILD, for at most `most` of them."""
    box = vault()
    blind_number, blind_phone = box.blinder("document"), box.blinder("phone")
    number, address, phone = (box.sealer("children", name, most) for name in ("document_number", "address", "phone"))

    def make(row: NewChild, child: str) -> tuple:
        at, fact = dashed(child), row.facts.get
        return (
            child,
            row.file_number,
            key(row.unit_id),
            row.name,
            *name_columns(row.name),
            ready(row.sex),
            ready(row.birth_on),
            ready(row.document_kind),
            number(at, row.document_number),
            blind_number(row.document_number) if row.document_number else None,
            address(at, row.address),
            phone(at, row.phone),
            blind_phone(row.phone) if row.phone else None,
            1,
            now,
            *map(fact, FACTS),
        )

    return make
