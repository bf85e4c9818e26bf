"""A row about a child whose file another school or district keeps: that is said first, whatever else the row has.

A district learns which unit answers; a school learns whether it is its own district, and asks its coordinator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor
from app.children.models import Child
from app.db import vault
from app.imports.existing import Known, load_known
from app.imports.identities import CHUNK, chunked
from app.imports.types import CheckedRow, RowOutcome, SchoolPlace
from app.kernel.problems import N_, S_, Problem
from app.schools.models import Unit


class Elsewhere:
    """Knows which files are another's, for one actor."""

    def __init__(self, session: Session, actor: Actor, schools: Mapping[str, SchoolPlace]) -> None:
        self.session, self.actor, self.schools = session, actor, schools
        self.units, self.own = {u.hex for u in actor.unit_ids}, {s.hex for s in actor.school_ids}
        self.own_units = {school.unit_id for school in schools.values() if school.id in self.own}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the units by key."""
        return {row.id.hex: row.name for row in self.session.execute(select(Unit.id, Unit.name))}

    def problem(self, row: CheckedRow, known: Known) -> Problem | None:
        """Why the row is not this actor's to bring, or None."""
        place = known.links.get("roll") or known.intended
        said = self.schools.get(row.values.get("school_code", ""))
        held = place["school_id"].hex in self.own if place is not None else said and known.unit_id == said.unit_id
        if self.actor.municipal or known.unit_id in self.units or self.own and held:
            return None
        if self.units:
            return Problem(
                "child_elsewhere",
                S_(
                    "child_elsewhere.unit",
                    "The file of the child with this ID number belongs to %(unit)s. Ask its coordinator, or open a "
                    "transfer.",
                ),
                {"unit": self.names.get(known.unit_id, "")},
            )
        if known.unit_id in self.own_units:
            return Problem(
                "child_elsewhere",
                S_(
                    "child_elsewhere.school",
                    "The file of the child with this ID number belongs to another school of your district. Ask your "
                    "district's coordinator, or open a transfer.",
                ),
            )
        return Problem(
            "child_elsewhere",
            N_(
                "The file of the child with this ID number belongs to another district. Ask your district's "
                "coordinator, or open a transfer."
            ),
        )

    def tell(self, rows: Sequence[CheckedRow]) -> None:
        """Say it of rows that are held back already: of a doubtful one nothing else matters any more."""
        if self.actor.municipal:
            return
        blind = vault().blind
        lines: dict[bytes, list[CheckedRow]] = {}
        for row in rows:
            if row.outcome in (RowOutcome.DOUBTFUL, RowOutcome.REFUSED) and "document_number" in row.values:
                lines.setdefault(blind("document", row.values["document_number"]), []).append(row)
        owners = {
            child.id.hex: lines[child.document_number_blind]
            for child in chunked(
                self.session,
                select(Child.id, Child.document_number_blind).where(
                    Child.unit_id.not_in([UUID(hex=one) for one in self.units])
                ),
                Child.document_number_blind,
                list(lines),
            )
        }
        keys = list(owners)
        for at in range(0, len(keys), CHUNK):
            for key, known in load_known(self.session, keys[at : at + CHUNK], self.actor).items():
                for row in owners[key]:
                    self._tell(row, known)

    def _tell(self, row: CheckedRow, known: Known) -> None:
        problem = self.problem(row, known)
        if problem is None or any(one.problem.code == problem.code for one in row.problems):
            return
        others = [] if row.outcome is RowOutcome.DOUBTFUL else row.problems
        row.problems, row.candidates = [], ()
        row.refuse("document_number", problem)
        row.problems += others
