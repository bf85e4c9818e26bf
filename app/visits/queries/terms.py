"""The timetables of a term, month by month, and whether the children keep their teachers over it."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.db import db
from app.schools.models import Term
from app.schools.queries import list_terms
from app.visits.models import Team, Timetable, Visit
from app.visits.queries.timetables import child_names
from app.visits.rules import weeks_of
from app.visits.rules.terms import main_share, term_months
from app.visits.types import TimetableState

SHOWN = (TimetableState.PUBLISHED, TimetableState.DRAFT, TimetableState.QUEUED)


@dataclass
class TermMonth:
    """A month of a term: what is in force, and the newest draft or run that would take its place."""

    name: str
    published: Timetable | None = None
    draft: Timetable | None = None

    @property
    def shown(self) -> Timetable | None:
        """What stands, else what is proposed."""
        return self.published or self.draft


@dataclass
class Handed:
    """A child whose team changes from one month to the next."""

    child_id: uuid.UUID
    name: str
    month: str
    before: str
    after: str


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


def months_left(unit_id: uuid.UUID, month: str) -> list[str]:
    """A month and those after it to the end of its term; empty where no term is entered."""
    term = find_term(unit_id, month)
    return [one for one in term_months(term.starts_on, term.ends_on) if one >= month] if term else []


def term_view(unit_id: uuid.UUID, month: str) -> TermView | None:
    """The term around a month, or None. A fixed number of queries; the caller has checked the scope."""
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
    view = TermView(term, [months[name] for name in names])
    _count(view)
    return view


def _count(view: TermView) -> None:
    """Fill in whose visits come from whom."""
    order = [one.shown.id for one in view.months if one.shown]
    month_of = {one.shown.id: one.name for one in view.months if one.shown}
    rows = db.session.execute(
        select(Visit.timetable_id, Visit.child_id, Visit.service_key, Visit.team_id, func.count())
        .where(Visit.timetable_id.in_(order))
        .group_by(Visit.timetable_id, Visit.child_id, Visit.service_key, Visit.team_id)).all()
    view.own, view.visits = main_share((f"{child}:{service}", str(team), count)
                                       for _id, child, service, team, count in rows)
    by_service: dict[tuple, dict[uuid.UUID, Counter]] = defaultdict(lambda: defaultdict(Counter))
    for timetable, child, service, team, count in rows:
        by_service[child, service][timetable][team] += count
    changes = []
    for (child, _service), tables in by_service.items():
        faces = [(month_of[one], _main(tables[one])) for one in order if one in tables]
        changes += [(child, name, before, after) for (_m, before), (name, after)
                    in zip(faces, faces[1:], strict=False) if before != after]
    children = child_names({row[0] for row in changes})
    teams = dict(db.session.execute(select(Team.id, Team.name).where(
        Team.id.in_({team for row in changes for team in row[2:]}))).all()) if changes else {}
    view.handed = sorted((Handed(child, children.get(child, ""), name, teams.get(before, ""), teams.get(after, ""))
                          for child, name, before, after in changes), key=lambda one: (one.month, one.name))


def _main(teams: Counter) -> uuid.UUID:
    """The team of most visits."""
    return min(teams, key=lambda team: (-teams[team], str(team)))
