"""The pupils of a school that is closed go over to another, all in the same few statements: a school of hundreds holds
the database for a moment and not for each child.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from app.access import Actor
from app.children.bulk import Ended, NewSight, end_sights, insert_sights
from app.children.models import Child, Sight
from app.children.responsible import answered_in, replace_unit
from app.children.sight import keep_pasts
from app.children.types import SightKind, SightRight
from app.db import db
from app.roll.actions.movements import lock_children, write_movements
from app.roll.actions.parting import part_all
from app.roll.models import Membership
from app.roll.queries import statuses_of
from app.roll.types import PAST_ROLL, MovementKind, SchoolLink, Signer
from app.schools.models import School

DETAILS = ("grade", "class_name", "class_number", "entered_month", "entry_kind", "pupil_source", "attendance", "lrc")
Links = dict[uuid.UUID, list[Membership]]


def move_pupils(actor: Actor, school: School, target: School, on: date, sentence: str) -> set[uuid.UUID]:
    """Links end and begin on the day; the files go over with them and the old school keeps its years to read. Returns
    who had a link. `sentence` tells it on the timeline."""
    links: Links = _by_child(
        db.session.scalars(
            select(Membership)
            .where(Membership.school_id == school.id, Membership.valid_to.is_(None))
            .order_by(Membership.child_id)
        )
    )
    sights = _by_child(
        db.session.scalars(
            select(Sight)
            .where(Sight.holder_id == school.id, Sight.facts_to.is_(None), Sight.valid_to.is_(None))
            .order_by(Sight.child_id)
        )
    )
    children = lock_children({*links, *sights})
    days = {child_id: max(on, *(row.valid_from for row in rows)) for child_id, rows in links.items()}
    begun = _move_links(links, target, on)
    _move_sights(sights, begun, target, on)
    keep_pasts([(child_id, school.id, PAST_ROLL, days[child_id], rows[0].id) for child_id, rows in links.items()])
    if target.unit_id != school.unit_id:
        on_roll = [one for one, rows in links.items() if any(row.link == SchoolLink.ROLL for row in rows)]
        _turn_units([(children[child_id], days[child_id]) for child_id in on_roll], actor, school, target)
    states = statuses_of(links)
    write_movements(
        Signer(actor.user_id, actor.name),
        MovementKind.LINK_CHANGE,
        actor=actor,
        school=school,
        other=target,
        sentence=sentence,
        rows=[(child.id, states[child.id], days[child.id]) for child in children.values() if child.id in links],
    )
    return set(links)


def _by_child(rows: Iterable) -> dict[uuid.UUID, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.child_id].append(row)
    return dict(found)


def _move_links(links: Links, target: School, on: date) -> Links:
    """End the links and begin the same at the other school; return the new ones. One of each kind lives at a time, so
    the old ones end first."""
    rows = [row for of_child in links.values() for row in of_child]
    for row in rows:
        row.valid_to = max(on, row.valid_from)
    db.session.flush()
    begun = [
        Membership(
            child_id=row.child_id,
            link=row.link,
            school_id=target.id,
            valid_from=row.valid_to,
            **{name: getattr(row, name) for name in DETAILS},
        )
        for row in rows
    ]
    db.session.add_all(begun)
    db.session.flush()
    return _by_child(begun)


def _move_sights(sights: dict[uuid.UUID, list[Sight]], begun: Links, target: School, on: date) -> None:
    """What opened the files to the old school ends and opens them to the other, once for each reason."""
    ids = list({*sights, *begun})
    given = {
        tuple(row)
        for at in range(0, len(ids), 500)
        for row in db.session.execute(
            select(Sight.child_id, Sight.because, Sight.right).where(
                Sight.child_id.in_(ids[at : at + 500]),
                Sight.holder_id == target.id,
                Sight.facts_to.is_(None),
                Sight.valid_to.is_(None),
            )
        )
    }

    opened: list[NewSight] = []
    ended: list[Ended] = []

    def give(
        child_id: uuid.UUID, kind: SightKind, because: str, right: SightRight, day: date, because_id: uuid.UUID | None
    ) -> None:
        if (child_id, because, right) not in given:
            given.add((child_id, because, right))
            opened.append(NewSight(child_id, str(kind), target.id, because, because_id, day, str(right)))

    for rows in begun.values():
        for row in rows:
            give(row.child_id, SightKind.SCHOOL, str(row.link), SightRight.WRITE, row.valid_from, row.id)
    for child_id, open_to in sights.items():
        days = {str(row.link): row.valid_from for row in begun.get(child_id, ())}
        for sight in open_to:
            ended.append(Ended(sight.id, max(sight.valid_from, days.get(sight.because, on))))
            give(child_id, sight.kind, sight.because, sight.right, max(sight.valid_from, on), sight.because_id)
    end_sights(db.session, ended)
    insert_sights(db.session, opened)
    for sight in (one for open_to in sights.values() for one in open_to):
        db.session.expire(sight)


def _turn_units(moving: list[tuple[Child, date]], actor: Actor, school: School, target: School) -> None:
    """Children for whom the school's district answers on their day go with it to the other's."""
    answers = answered_in([child.id for child, _day in moving])
    moving = [(child, day) for child, day in moving if answers(child.id, day) == school.unit_id]
    part_all(actor, moving, target)
    for child, day in moving:
        replace_unit(
            child, school.unit_id, target.unit_id, on=day, until=None, because="school closed", because_id=school.id
        )
