"""Published visits to come that will not take place as they were told: moved, made shorter or longer, called off or
recorded as not given. The family is shown each once, with the reason and what comes in its place."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import aliased

from app.children.aliases import of_child
from app.db import db
from app.repairs.models import MoveRequest, Repair
from app.repairs.queries.known import crews_of
from app.repairs.queries.repairs import happenings_of
from app.repairs.types import GoneReason, Happening, HappeningKind, MoveState
from app.timetables.models import Visit, VisitChange, VisitRecord
from app.timetables.queries.standing import last_of_visit, stands
from app.timetables.queries.unasked import unasked
from app.timetables.types import MissedReason, PlanNow, RecordOutcome

AROUND = timedelta(days=62)
"""A chain of moves is followed over visits so many days before and after the days that are shown."""
_REASONS = {
    HappeningKind.TEACHER_AWAY: GoneReason.TEACHER_AWAY,
    HappeningKind.FAMILY_CANCELS: GoneReason.FAMILY,
    HappeningKind.ROAD_CLOSED: GoneReason.ROAD,
    HappeningKind.CHILD_GONE: GoneReason.NOT_TAUGHT,
    HappeningKind.DAY_CLOSED: GoneReason.CLOSED,
    HappeningKind.PLAN_CHANGED: GoneReason.PLANNED_ANEW,
}
_RECORDED: dict[MissedReason | None, GoneReason] = {
    MissedReason.TEACHER_ILL: GoneReason.TEACHER_AWAY,
    MissedReason.TEACHER_DUTY: GoneReason.TEACHER_AWAY,
    MissedReason.FAMILY_CANCELLED: GoneReason.FAMILY,
    MissedReason.ROAD_CLOSED: GoneReason.ROAD,
}
"""What the family is told in words of its own; why a teacher is away is the school's."""


@dataclass(frozen=True, kw_only=True)
class GoneVisit:
    """A visit that will not take place. `why`: the reason; `note`: its own words, as a closure's; `now`: what comes in
    its place as (day, start, end), None for nothing; `plan`: what the plan asks for where it is the reason."""

    id: uuid.UUID
    service_key: uuid.UUID
    day: date
    start: int
    end: int
    why: GoneReason | MissedReason
    note: str = ""
    now: tuple[date, int, int] | None = None
    plan: PlanNow | None = None


Key = tuple[uuid.UUID, date, int, int]


def _key(visit: Any) -> Key:
    return visit.service_key, visit.day, visit.start, visit.end


def gone_visits(child_id: uuid.UUID, first: date, last: date) -> list[GoneVisit]:
    """Those of a child from `first` to `last`, by day and hour. At most seven queries."""
    missed = _missed(child_id, first, last)
    rows = _changes(child_id, first, last)
    if not rows:
        return missed
    standing = {
        _key(v): v
        for v in db.session.scalars(
            select(Visit).where(
                of_child(Visit.child_id, child_id), Visit.day.between(first - AROUND, last + AROUND), stands()
            )
        )
    }
    newest = {_key(row.Former): row for row in rows}
    shown = _last_of_each(
        [row for key, row in newest.items() if first <= key[1] <= last and key not in standing], newest, standing
    )
    reasons = _reasons(shown)
    unasked_now = unasked([row.Former for row in shown if row.Now is None])
    moved = [
        GoneVisit(
            id=row.Former.id,
            service_key=row.Former.service_key,
            day=row.Former.day,
            start=row.Former.start,
            end=row.Former.end,
            why=reasons[row.Former.id][0],
            note=reasons[row.Former.id][1],
            plan=unasked_now.get(row.Former.id),
            now=_in_its_place(row, newest, standing)[1],
        )
        for row in shown
    ]
    return sorted([*missed, *moved], key=lambda one: (one.day, one.start))


def _changes(child_id: uuid.UUID, first: date, last: date) -> Sequence[Row]:
    """What was changed about visits around these days, the oldest first, as (id, at, timetable_id, Former, Now)."""
    former, now = aliased(Visit, name="Former"), aliased(Visit, name="Now")
    return db.session.execute(
        select(VisitChange.id, VisitChange.at, VisitChange.timetable_id, former, now)
        .join(former, former.id == VisitChange.former_id)
        .outerjoin(now, now.id == VisitChange.visit_id)
        .where(
            of_child(VisitChange.child_id, child_id),
            former.day.between(first - AROUND, last + AROUND),
        )
        .order_by(VisitChange.at, VisitChange.id)
    ).all()


def _last_of_each(shown: Iterable[Row], newest: dict[Key, Row], standing: dict[Key, Visit]) -> list[Row]:
    """Of a visit that was moved more than once, the place that was told last."""
    latest: dict[Key, Row] = {}
    for row in shown:
        final = _in_its_place(row, newest, standing)[0]
        if final not in latest or (latest[final].at, latest[final].id) < (row.at, row.id):
            latest[final] = row
    return list(latest.values())


def _in_its_place(
    row: Row, newest: dict[Key, Row], standing: dict[Key, Visit]
) -> tuple[Key, tuple[date, int, int] | None]:
    """The place where a visit is now after all its moves, or was last; and (day, start, end) of it, None when it came
    to nothing."""
    key = _key(row.Former)
    seen = {key}
    while row.Now is not None:
        key = _key(row.Now)
        if key in standing:
            return key, (standing[key].day, standing[key].start, standing[key].end)
        if key in seen or key not in newest:
            break
        seen.add(key)
        row = newest[key]
    return key, None


def _missed(child_id: uuid.UUID, first: date, last: date) -> list[GoneVisit]:
    rows = db.session.execute(
        select(Visit, VisitRecord.reason)
        .join(VisitRecord, (VisitRecord.visit_id == Visit.id) & last_of_visit())
        .where(
            of_child(Visit.child_id, child_id),
            Visit.day.between(first, last),
            VisitRecord.outcome == RecordOutcome.NOT_GIVEN,
            stands(),
        )
        .order_by(Visit.day, Visit.start, Visit.id)
    )
    return [
        GoneVisit(
            id=v.id,
            service_key=v.service_key,
            day=v.day,
            start=v.start,
            end=v.end,
            why=_RECORDED.get(reason, reason or MissedReason.OTHER),
        )
        for v, reason in rows
    ]


# --- why ------------------------------------------------------------------------------------------------------------


def _reasons(rows: Sequence[Row]) -> dict[uuid.UUID, tuple[GoneReason, str]]:
    """The reason of every change and its words, by the id of the former visit."""
    repairs = {
        one.draft_id: happenings_of(one)
        for one in db.session.scalars(select(Repair).where(Repair.draft_id.in_({row.timetable_id for row in rows})))
    }
    crews = crews_of({row.Former.team_id for row in rows}) if repairs else {}
    asked = set(
        db.session.scalars(
            select(MoveRequest.visit_id).where(
                MoveRequest.visit_id.in_([row.Former.id for row in rows]), MoveRequest.state == MoveState.ACCEPTED
            )
        )
    )
    found = {}
    for row in rows:
        visit, whole = row.Former, row.timetable_id != row.Former.timetable_id
        if visit.id in asked:
            found[visit.id] = GoneReason.ASKED, ""
        elif not whole and row.Now is None:
            found[visit.id] = GoneReason.NOT_TAUGHT, ""
        else:
            hit = next((one for one in repairs.get(row.timetable_id, ()) if _touches(one, visit, crews)), None)
            found[visit.id] = (_REASONS[hit.kind], _words(hit)) if hit else (GoneReason.PLANNED_ANEW, "")
    return found


def _touches(one: Happening, visit: Visit, crews: dict[uuid.UUID, set[uuid.UUID]]) -> bool:
    if one.kind not in _REASONS or not one.first <= visit.day <= one.last:
        return False
    if one.kind == HappeningKind.TEACHER_AWAY:
        return one.teacher_id in crews.get(visit.team_id, ())
    return one.kind == HappeningKind.DAY_CLOSED or one.child_id == visit.child_id


def _words(one: Happening) -> str:
    """What everybody may read of it: why the schools are closed. Notes about a teacher or a home are the school's."""
    return one.note if one.kind == HappeningKind.DAY_CLOSED else ""


def was_shown(child_id: uuid.UUID, visit_id: uuid.UUID) -> bool:
    """True for a published visit of the child, whether or not it stands by now."""
    return bool(
        db.session.scalar(
            select(exists().where(Visit.id == visit_id, of_child(Visit.child_id, child_id), Visit.frozen))
        )
    )
