"""The timetables of a term, month by month, and whether the children keep their teachers over it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from app.access import Actor
from app.db import db
from app.schools.models import Term
from app.schools.queries import list_terms
from app.timetables.models import Timetable
from app.timetables.queries.continuity import (
    Handed,
    counts_of,
    month_before,
    name_changes,
    other_teams,
    same_team,
    usual_of,
)
from app.timetables.queries.taught import is_left, month_kind
from app.timetables.rules.gathering import weeks_of
from app.timetables.rules.terms import main_share, term_months
from app.timetables.types import MonthKind, TimetableState

DRAFT = TimetableState.DRAFT
SHOWN = (TimetableState.PUBLISHED, DRAFT, TimetableState.QUEUED)


@dataclass
class TermMonth:
    """A month of a term: what is in force, and the newest draft or run that would take its place."""

    name: str
    published: Timetable | None = None
    draft: Timetable | None = None
    same: tuple[int, int] | None = None
    """Visits by the child's own team, and all (`own_share`)."""

    @property
    def shown(self) -> Timetable | None:
        """What stands, else what is proposed."""
        return self.published or self.draft


@dataclass
class TermView:
    """A term with its months; `own` of `visits` are given by the main team of their service over the whole term."""

    term: Term
    months: list[TermMonth]
    visits: int = 0
    own: int = 0
    handed: list[Handed] = field(default_factory=list)


def find_term(unit_id: uuid.UUID, month: str) -> Term | None:
    """The term of a unit in which weeks of a month ("2026-10") lie."""
    first, last = weeks_of(int(month[:4]), int(month[5:]))
    return next((term for term in list_terms(unit_id) if term.starts_on <= last and term.ends_on >= first), None)


def months_left(unit_id: uuid.UUID, month: str, today: date) -> list[str]:
    """A month and those after it to the end of its term, as far as a day of school is left in them; empty where no
    term is entered."""
    term = find_term(unit_id, month)
    return (
        [one for one in term_months(term.starts_on, term.ends_on) if one >= month and is_left(unit_id, one, today)]
        if term
        else []
    )


def term_view(actor: Actor, unit_id: uuid.UUID, month: str) -> TermView | None:
    """The term around a month, or None. Months of it without a day of school are left out. A fixed number of queries;
    the caller has checked the scope."""
    term = find_term(unit_id, month)
    if term is None:
        return None
    names = term_months(term.starts_on, term.ends_on)
    months = {name: TermMonth(name) for name in names}
    for row in db.session.scalars(
        select(Timetable)
        .where(
            Timetable.unit_id == unit_id,
            Timetable.month.in_(names),
            Timetable.state.in_(SHOWN),
            Timetable.superseded_at.is_(None),
        )
        .order_by(Timetable.created_at, Timetable.id)
    ):
        if row.state == TimetableState.PUBLISHED:
            months[row.month].published = row
        else:
            months[row.month].draft = row
    view = TermView(
        term, [months[name] for name in names if months[name].shown or month_kind(unit_id, name) == MonthKind.TAUGHT]
    )
    _count(actor, view)
    return view


def _count(actor: Actor, view: TermView) -> None:
    """Fill in whose visits come from whom, month after month."""
    made = [(month, row) for month in view.months if (row := month.shown) and row.state != TimetableState.QUEUED]
    befores = _befores(view, made)
    counts = counts_of([*(month.shown for month in view.months), *befores.values()])
    for month, row in made:
        now, before = counts[row.id], befores[month.name]
        former = counts[before.id] if before else {}
        month.same = same_team(now, usual_of(former))
        found = other_teams(now, former)
        view.handed += name_changes(actor, found, month.name) if found else []
    view.own, view.visits = main_share(
        [
            (f"{child}:{service}", str(team), count)
            for month in view.months
            if month.shown
            for (child, service), teams in counts[month.shown.id].items()
            for team, count in teams.items()
        ]
    )


def _befores(view: TermView, made: Sequence[tuple[TermMonth, Timetable]]) -> dict[str, Timetable | None]:
    """What months of a term go on from (`month_before`), by name: nearly always a month of the same term, which is
    known; one query for what lies before the term, one more where it begins with drafts."""
    found: dict[str, Timetable | None] = {}
    outside: dict[bool, Timetable | None] = {}
    for month, row in made:
        stands = month.published is not None
        inside = (
            one.published or (one.draft if not stands and one.draft and one.draft.state == DRAFT else None)
            for one in reversed(view.months)
            if one.name < month.name
        )
        found[month.name] = next((one for one in inside if one), None)
        if found[month.name] is None:
            if stands not in outside:
                outside[stands] = month_before(row)
            found[month.name] = outside[stands]
    return found
