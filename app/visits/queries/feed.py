"""A teacher's visits for a calendar on a phone: each keeps its identity over every move, and says when it vanished.

A published visit is never changed: a move makes a new row, a new version of a month makes all rows anew. What was
announced (visit_changes) tells which row went where; what stands in the same place in two versions is the same visit.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from app.access import Actor
from app.accounts.models import LinkPurpose, OneUseLink
from app.accounts.queries import find_actor, find_link
from app.children.models import Child
from app.children.sight import name_seen
from app.db import Rows, db
from app.kernel import clock
from app.teams.models import Team
from app.timetables.models import Timetable, Visit, VisitChange, VisitRecord
from app.timetables.queries import moving_away, standing
from app.timetables.queries.closed import calendar_changes, touches
from app.timetables.types import RecordOutcome, TimetableState
from app.visits.queries.own import mine

AROUND = timedelta(days=62)
"""How far beyond the asked days a visit may have come from, or gone to: the weeks of a month, and then some."""


@dataclass(frozen=True, kw_only=True)
class FeedVisit:
    """A visit as a calendar may know it: no diagnosis, the name to be masked. `id` is that of the row it began as,
    `sequence` grows with everything that happens to it, `modified` is when that was last."""

    id: uuid.UUID
    sequence: int
    modified: datetime
    cancelled: bool
    name: str
    day: date
    start: int
    end: int
    team: str
    file_number: str
    closed: str | None = None
    """Why nobody teaches on its day, "" where that is not known."""


def list_feed(actor: Actor, first: date, last: date) -> list[FeedVisit]:
    """The teacher's visits of these days, also those that were there once and are no more, and whether its day is
    closed. Five queries beside the calendar's."""
    if actor.teacher_id is None:
        return []
    rows = _rows(actor, first - AROUND, last + AROUND)
    ids = {row.id for row in rows}
    changes, records = _changes(ids), _records(ids)
    chains = _chains(rows, changes)
    calendar = calendar_changes(min((chain[0].published_at for chain in chains), default=clock.now()))
    closed = moving_away.nobody_comes(
        moving_away.Planned(row.unit_id, row.child_id, row.day) for row in rows if row.live and row.outcome is None
    )
    found = [_visit(chain, changes, records, calendar, closed) for chain in chains]
    return sorted((one for one in found if first <= one.day <= last), key=lambda one: (one.day, one.start, str(one.id)))


def _rows(actor: Actor, first: date, last: date) -> Rows:
    """Every published row, the oldest publication first."""
    live = standing.stands()
    return db.session.execute(
        select(
            Visit.id,
            Visit.child_id,
            Visit.service_key,
            Visit.team_id,
            Visit.day,
            Visit.start,
            Visit.end,
            name_seen(actor).label("name"),
            Child.file_number,
            Team.name.label("team"),
            Timetable.published_at,
            Timetable.superseded_at,
            Timetable.unit_id,
            live.label("live"),
            VisitRecord.outcome,
        )
        .join(Child, Child.id == Visit.child_id)
        .join(Team, Team.id == Visit.team_id)
        .join(Timetable, Timetable.id == Visit.timetable_id)
        .outerjoin(VisitRecord, (VisitRecord.visit_id == Visit.id) & standing.last_of_visit())
        .where(
            mine(actor, first, last),
            Visit.day.between(first, last),
            Timetable.published_at.is_not(None),
            or_(Timetable.state == TimetableState.PUBLISHED, live),
        )
        .order_by(Timetable.published_at, Visit.id)
    ).all()


def _changes(ids: set[uuid.UUID]) -> Rows:
    return db.session.execute(
        select(VisitChange.id, VisitChange.former_id, VisitChange.visit_id, VisitChange.at).where(
            or_(VisitChange.former_id.in_(ids), VisitChange.visit_id.in_(ids))
        )
    ).all()


def _records(ids: set[uuid.UUID]) -> dict[uuid.UUID, tuple[int, datetime]]:
    """Of a visit, how many records were written, and when the last one was."""
    rows = db.session.execute(
        select(VisitRecord.visit_id, func.count(), func.max(VisitRecord.recorded_at))
        .where(VisitRecord.visit_id.in_(ids))
        .group_by(VisitRecord.visit_id)
    )
    return {visit_id: (count, at) for visit_id, count, at in rows}


def _chains(rows: Iterable, changes: Iterable) -> list[list]:
    """The rows of each visit, the first one first."""
    formers = {change.visit_id: change.former_id for change in changes if change.visit_id and change.former_id}
    chain_of: dict[uuid.UUID, list] = {}
    standing: dict[tuple, uuid.UUID] = {}
    waiting, chains = list(rows), []
    while waiting:
        later, ids = [], {row.id for row in waiting}
        for row in waiting:
            former = formers.get(row.id)
            if former in ids and former not in chain_of:
                later.append(row)  # moved from a row that comes after it in the order of ids
                continue
            place = (row.child_id, row.service_key, row.team_id, row.day, row.start, row.end)
            before = former if former is not None else standing.get(place)
            chain = chain_of.get(before) if before is not None else None
            if chain is None:
                chain = []
                chains.append(chain)
            chain.append(row)
            chain_of[row.id], standing[place] = chain, row.id
        if len(later) == len(waiting):
            chains += [[row] for row in later]
            break
        waiting = later
    return chains


def _visit(chain: list, changes: Iterable, records: dict, calendar: Iterable, closed: dict) -> FeedVisit:
    """What a chain of rows is today: its standing row, else the last one, called off. What closed or opened its day
    again since it was published counts as a change of it: the number never falls."""
    ids = {row.id for row in chain}
    now = next((row for row in reversed(chain) if row.live), chain[-1])
    touching = [change for change in changes if change.former_id in ids or change.visit_id in ids]
    written = [records[one] for one in ids if one in records]
    days = [one.at for one in calendar if one.at > chain[0].published_at and touches(one, now.unit_id, now.day)]
    moments = [chain[0].published_at, *days, *(change.at for change in touching), *(at for _count, at in written)]
    silent = not now.live and not touching
    if silent and now.superseded_at:
        moments.append(now.superseded_at)
    return FeedVisit(
        id=chain[0].id,
        sequence=len(touching) + len(days) + sum(count for count, _at in written) + silent,
        modified=max(moments),
        cancelled=not now.live or now.outcome == RecordOutcome.NOT_GIVEN,
        name=now.name,
        day=now.day,
        start=now.start,
        end=now.end,
        team=now.team,
        file_number=now.file_number,
        closed=closed.get(moving_away.Planned(now.unit_id, now.child_id, now.day))
        if now.live and now.outcome is None
        else None,
    )


def has_feed(actor: Actor) -> OneUseLink | None:
    """The actor's live calendar address, if any; only its hash is kept."""
    return db.session.scalar(
        select(OneUseLink)
        .where(
            OneUseLink.user_id == actor.user_id,
            OneUseLink.purpose == LinkPurpose.CALENDAR_FEED,
            OneUseLink.revoked_at.is_(None),
            OneUseLink.ends_at > clock.now(),
        )
        .order_by(OneUseLink.created_at.desc())
    )


def find_feed(token: str) -> Actor | None:
    """The teacher to whom a calendar address belongs; None when it was revoked, the account is closed, or
    the teacher does not teach any more."""
    link = find_link(token, LinkPurpose.CALENDAR_FEED)
    actor = find_actor(link.user_id) if link is not None and link.user_id is not None else None
    return actor if actor is not None and actor.teacher_id is not None else None
