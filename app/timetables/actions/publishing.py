"""Publishing a timetable: visits are frozen, times are booked, teachers get sight of their children's files."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.access import Actor
from app.children.models import Sight
from app.children.sight import end_sight, give_sight
from app.children.timeline import tell
from app.children.types import EventKind, SightKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.ids import new_id
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if
from app.schools.models import Unit
from app.schools.queries import teacher_labels
from app.teams.models import TeamMember
from app.timetables.actions.fitness import NOTHING, TOO_OLD, base_problems, look_through
from app.timetables.actions.timetables import _own, inputs_of
from app.timetables.actions.whole_month import whole_month
from app.timetables.hooks import hooks
from app.timetables.models import Booking, Timetable, Visit, VisitChange, VisitRecord
from app.timetables.queries import drafts, live, naming, placed, timetables
from app.timetables.rules.changes import Changed
from app.timetables.types import TimetableState

BECAUSE = "visits"
OUTDATED = {"draft_changed", "published_meanwhile", "not_a_draft_any_more", "still_being_made"}
"""What is refused because something else happened since the page was shown."""
SHOWN = 10


def publish_timetable(
    actor: Actor, timetable_id: uuid.UUID, *, former_id: uuid.UUID | None, today: date, seen: str | None = None
) -> Timetable:
    """Put a draft in force. `former_id` is the published timetable that the person saw it would replace, `seen` the
    `draft_state` of the page that asked.

    The former one of the same unit and month is superseded from the draft's first day on: the bookings of its visits
    that are not yet recorded go, the others stay. Only families and teachers of changed visits are told. Raises
    Refused: not a draft, somebody else published meanwhile, the checker's findings, days that have passed, times that
    are taken; NotFound.
    """
    row = _own(actor, timetable_id)
    db.session.execute(select(Unit.id).where(Unit.id == row.unit_id).with_for_update())
    if row.state == TimetableState.QUEUED:
        raise Refused(
            Problem("still_being_made", N_("This timetable is still being made. Publish it when its visits are there."))
        )
    if row.state != TimetableState.DRAFT:
        raise Refused(Problem("not_a_draft_any_more", N_("This timetable is not a draft any more. Look at it again.")))
    former = timetables.find_published(row.unit_id, row.month)
    if (former.id if former else None) != former_id:
        raise Refused(
            Problem(
                "published_meanwhile",
                N_("Another timetable of this month was published meanwhile. Look at it before you replace it."),
            )
        )
    if seen is not None and seen != drafts.draft_state(row.id):
        raise Refused(
            Problem(
                "draft_changed",
                S_(
                    "draft_changed.month",
                    "The draft of %(month)s was changed since you opened this page. Look at it again, then publish it.",
                ),
                {"month": row.month},
            )
        )
    refuse_if(base_problems(row, former))
    visits, standing = placed.visits_of_month(row.id), list[Visit]()
    if not visits:
        raise Refused(NOTHING)
    changes: list[Changed] = []
    if former:
        visits, changes, standing = _settle(row, visits, today)
    for step in hooks.before_publishing:
        step(actor, row)
    _check(actor, row, visits, standing)
    old = _supersede(actor, former, row) if former else set()
    _give_sights(actor, row, _freeze(actor, row, visits), old, today)
    for step in hooks.after_publishing:
        step(actor, row)
    row.figures = whole_month(actor, row) if former else row.figures
    row.state, row.published_by_name, row.published_at = TimetableState.PUBLISHED, actor.name, clock.now()
    audit.record(
        actor,
        "publish_timetable",
        "timetable",
        row.id,
        month=row.month,
        visits=len(visits),
        superseded=str(former.id) if former else None,
        changes=len(changes) if former else None,
    )
    if former:
        tell_changes(actor, row, changes, today)
    else:
        _tell(actor, row, visits, today)
    db.session.flush()
    return row


def publish_term(
    actor: Actor, drafts: Sequence[uuid.UUID], *, today: date, seen: Mapping[uuid.UUID, str] | None = None
) -> list[Timetable]:
    """Put drafts of several months in force, the first month first: all of them or none. None of these months has a
    published timetable yet. Raises Refused: nothing to publish, what `publish_timetable` refuses of a month; NotFound.
    """
    rows = sorted((_own(actor, one) for one in dict.fromkeys(drafts)), key=lambda row: row.month)
    if not rows:
        raise Refused(Problem("no_draft_chosen", N_("There is no draft to publish. Make the timetables first.")))
    for row in rows:
        try:
            shown = None if seen is None else seen.get(row.id, "")
            publish_timetable(actor, row.id, former_id=None, today=today, seen=shown)
        except Refused as refused:
            raise Refused(
                [
                    Problem(
                        "month_stays", N_("Nothing was published. This keeps %(month)s from it:"), {"month": row.month}
                    ),
                    *refused.problems,
                ]
            ) from refused
    return rows


def _settle(row: Timetable, visits: list[Visit], today: date) -> tuple[list[Visit], list[Changed], list[Visit]]:
    """Leave out what stands already and is past or recorded; return the visits to publish, what changes, and the
    standing visits whose place they take."""
    standing = live.compare_draft(row, visits, today)
    if standing.late:
        raise Refused(TOO_OLD)
    if standing.kept:
        kept = {v.id for v in standing.kept}
        db.session.execute(delete(Visit).where(Visit.id.in_(kept)))
        visits = [v for v in visits if v.id not in kept]
    if row.first_on <= today:
        row.first_on = today + timedelta(days=1)
    if not visits:
        raise Refused(NOTHING)
    return visits, standing.changes, standing.movable


def _check(actor: Actor, row: Timetable, visits: list[Visit], standing: list[Visit]) -> None:
    """The independent checker over the whole month, against what is true now."""
    inputs = inputs_of(actor, row.unit_id, row.first_on, row.last_on)
    refuse_if(look_through(actor, row, [one for one in visits if not one.frozen], standing, inputs).causes)


def _supersede(actor: Actor, former: Timetable, row: Timetable) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """End the former timetable; return its (child, teacher) pairs."""
    gone = select(Visit.id).where(
        Visit.timetable_id == former.id, Visit.day >= row.first_on, ~exists().where(VisitRecord.visit_id == Visit.id)
    )
    db.session.execute(delete(Booking).where(Booking.visit_id.in_(gone)).execution_options(synchronize_session=False))
    former.superseded_at = clock.now()
    audit.record(actor, "supersede_timetable", "timetable", former.id, by=str(row.id))
    db.session.flush()
    return set(
        db.session.execute(
            select(Visit.child_id, TeamMember.teacher_id)
            .join(TeamMember, TeamMember.team_id == Visit.team_id)
            .where(Visit.timetable_id == former.id)
            .distinct()
        ).all()
    )


def _freeze(actor: Actor, row: Timetable, visits: list[Visit]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Freeze the visits and book the times of child and teachers; return the (child, teacher) pairs."""
    members = defaultdict(list)
    for team_id, teacher_id in db.session.execute(
        select(TeamMember.team_id, TeamMember.teacher_id).where(TeamMember.team_id.in_({v.team_id for v in visits}))
    ):
        members[team_id].append(teacher_id)
    rows = [booking for v in visits for booking in _bookings(v, members[v.team_id])]
    book(actor, rows)
    db.session.execute(update(Visit).where(Visit.timetable_id == row.id).values(frozen=True))
    return {(v.child_id, teacher) for v in visits for teacher in members[v.team_id]}


def book_visit(actor: Actor, visit: Visit, teachers: list[uuid.UUID]) -> None:
    """Take the time of one visit for its child and teachers. Raises Refused naming who is taken."""
    book(actor, _bookings(visit, [one for one in teachers if one != visit.child_id]))


def _bookings(visit: Visit, teachers: list[uuid.UUID]) -> list[dict]:
    midnight = datetime.combine(visit.day, time.min)
    starts, ends = midnight + timedelta(minutes=visit.start), midnight + timedelta(minutes=visit.end)
    return [
        {"id": new_id(), "visit_id": visit.id, "holder_id": holder, "starts_at": starts, "ends_at": ends}
        for holder in (visit.child_id, *teachers)
    ]


def book(actor: Actor, rows: list[dict]) -> None:
    """Take times; the database refuses an overlap. Raises Refused naming who is taken and when."""
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Booking), rows)
    except IntegrityError as taken:
        raise Refused(_clashes(actor, rows)) from taken


def _clashes(actor: Actor, rows: list[dict]) -> list[Problem]:
    """Which times are taken already, in words."""
    starts, ends = min(r["starts_at"] for r in rows), max(r["ends_at"] for r in rows)
    ids = {r["holder_id"] for r in rows}
    there = db.session.scalars(
        select(Booking).where(Booking.holder_id.in_(ids), Booking.starts_at < ends, Booking.ends_at > starts)
    ).all()
    names = teacher_labels(ids) | naming.child_names(actor, ids)
    by_holder = defaultdict(list)
    for one in there:
        by_holder[one.holder_id].append((one.starts_at, one.ends_at))
    pairs = {
        (names.get(r["holder_id"], ""), a)
        for r in rows
        for a, b in by_holder[r["holder_id"]]
        if a < r["ends_at"] and r["starts_at"] < b
    }
    found = [
        Problem(
            "time_taken",
            N_("%(name)s has another published visit on %(day)s at %(time)s."),
            {"name": name, "day": at.date(), "time": f"{at:%H:%M}"},
        )
        for name, at in sorted(pairs)
    ]
    return found[:SHOWN] or [
        Problem(
            "times_overlap",
            N_("Two visits of this timetable take the same time of a teacher or a child. Move one of them."),
        )
    ]


def _give_sights(actor: Actor, row: Timetable, pairs: set, old: set, today: date) -> None:
    """Teachers see the files of their children; those whose visits have all gone see them no longer."""
    children = {child for child, _teacher in pairs}
    known = set(
        db.session.execute(
            select(Sight.child_id, Sight.holder_id).where(
                Sight.because == BECAUSE, Sight.valid_to.is_(None), Sight.child_id.in_(children)
            )
        ).all()
    )
    for child, teacher in sorted(pairs - known, key=str):
        give_sight(child, SightKind.TEACHER, teacher, BECAUSE, on=today, because_id=row.id)
    gone = old - pairs
    if gone:
        left = set(
            db.session.execute(
                select(Visit.child_id, Booking.holder_id)
                .join(Booking, Booking.visit_id == Visit.id)
                .where(Visit.child_id.in_({child for child, _ in gone}), Visit.day >= today)
                .distinct()
            ).all()
        )
        for child, teacher in sorted(gone - left, key=str):
            end_sight(child, teacher, BECAUSE, on=today)


def _tell(actor: Actor, row: Timetable, visits: list[Visit], today: date) -> None:
    counts: dict[uuid.UUID, int] = defaultdict(int)
    for visit in visits:
        counts[visit.child_id] += 1
    for child_id, count in counts.items():
        tell(
            actor,
            child_id,
            EventKind.VISIT,
            S_("told.timetable_published", "The timetable of %(month)s was published: %(count)s visits."),
            on=today,
            subject_id=row.id,
            month=row.month,
            count=count,
        )


def tell_changes(actor: Actor, row: Timetable, changes: list[Changed], today: date) -> None:
    """Announce the visits that a publication changed, to their families and teachers only; nothing is said of the
    others."""
    now = clock.now()
    counts: dict[uuid.UUID, int] = defaultdict(int)
    for one in changes:
        counts[one.child_id] += 1
        db.session.add(
            VisitChange(
                timetable_id=row.id,
                child_id=one.child_id,
                kind=one.kind,
                former_id=one.former.id if one.former else None,
                visit_id=one.now.id if one.now else None,
                at=now,
            )
        )
    for child_id, count in counts.items():
        tell(
            actor,
            child_id,
            EventKind.VISIT,
            S_("told.timetable_changed", "The timetable of %(month)s was changed: %(count)s visits of this child."),
            on=today,
            subject_id=row.id,
            month=row.month,
            count=count,
        )
