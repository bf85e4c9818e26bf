"""The timetables of a term, month by month, and whether the children keep their teachers over it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from app.access import Actor
from app.db import db
from app.schools.models import Term
from app.schools.queries import list_terms
from app.visits.models import Timetable
from app.visits.queries.continuity import Handed, counts_of, last_before, main_team, name_changes, usual_of
from app.visits.queries.taught import is_left, month_kind
from app.visits.rules import weeks_of
from app.visits.rules.terms import main_share, term_months
from app.visits.types import MonthKind, TimetableState

SHOWN = (TimetableState.PUBLISHED, TimetableState.DRAFT, TimetableState.QUEUED)


@dataclass
class TermMonth:
    """A month of a term: what is in force, and the newest draft or run that would take its place."""

    name: str
    published: Timetable | None = None
    draft: Timetable | None = None
    same: tuple[int, int] | None = None
    """Visits by the team that came in the month before, and all."""

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
    return [one for one in term_months(term.starts_on, term.ends_on) if one >= month
            and is_left(unit_id, one, today)] if term else []


def term_view(actor: Actor, unit_id: uuid.UUID, month: str) -> TermView | None:
    """The term around a month, or None. Months of it without a day of school are left out. A fixed number of queries;
    the caller has checked the scope."""
    term = find_term(unit_id, month)
    if term is None:
        return None
    names = term_months(term.starts_on, term.ends_on)
    months = {name: TermMonth(name) for name in names}
    for row in db.session.scalars(select(Timetable).where(
            Timetable.unit_id == unit_id, Timetable.month.in_(names), Timetable.state.in_(SHOWN),
            Timetable.superseded_at.is_(None)).order_by(Timetable.created_at, Timetable.id)):
        if row.state == TimetableState.PUBLISHED:
            months[row.month].published = row
        else:
            months[row.month].draft = row
    view = TermView(term, [months[name] for name in names
                           if months[name].shown or month_kind(unit_id, name) == MonthKind.TAUGHT])
    _count(actor, view, unit_id)
    return view


def _count(actor: Actor, view: TermView, unit_id: uuid.UUID) -> None:
    """Fill in whose visits come from whom, month after month, beginning at the last one published before the term."""
    usual = usual_of(last_before(unit_id, view.months[0].name)) if view.months else {}
    counts: list[tuple[str, str, int]] = []
    for month in view.months:
        if month.shown is None:
            continue
        teams = counts_of(month.shown)
        counts += [(f"{child}:{service}", str(team), count) for (child, service), row in teams.items()
                   for team, count in row.items()]
        month.same = (sum(row[usual.get(key) or main_team(row)] for key, row in teams.items()),
                      sum(sum(row.values()) for row in teams.values()))
        changed = {(child, usual[child, service], main_team(row)) for (child, service), row in teams.items()
                   if usual.get((child, service), main_team(row)) != main_team(row)}
        if changed:
            view.handed += name_changes(actor, sorted(changed, key=str), month.name)
        usual |= {key: main_team(row) for key, row in teams.items()}
    view.own, view.visits = main_share(counts)
