"""Whom a change reaches by the product itself, and whom somebody has to phone: one rule for the page that publishes,
the list of telephone numbers and the list of a repair."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.access import Actor
from app.accounts.models import SignIn, User
from app.children.models import Child, Guardianship
from app.children.responsible import answered_in
from app.children.sight import has_left, name_seen
from app.db import db
from app.kernel import clock
from app.kernel.twins import ends, told_apart
from app.repairs.models import RepairCall, VisitLink
from app.repairs.queries.repairs import repair_of_draft
from app.schools.models import Teacher
from app.schools.queries import teacher_labels
from app.teams.models import TeamMember
from app.web.filters import today

_USED = exists().where(SignIn.user_id == User.id)
"""Somebody has signed in: an account or a link that was only made lies in a drawer."""


@dataclass(frozen=True)
class ToPhone:
    """Families (by child) and teachers whom nothing here reaches, each as (id, name), two of one name told apart."""

    families: list[tuple[uuid.UUID, str]]
    teachers: list[tuple[uuid.UUID, str]]


def whom_to_phone(actor: Actor, timetable_id: uuid.UUID, visits: Collection) -> ToPhone:
    """Those concerned by visits who do not see them by themselves and were not reached by telephone from the list of
    the repair that the timetable was made by. The caller has checked the scope."""
    repair = repair_of_draft(timetable_id)
    done = (
        list(
            db.session.execute(
                select(RepairCall.child_id, RepairCall.teacher_id).where(
                    RepairCall.repair_id == repair.id, RepairCall.done_at.is_not(None)
                )
            )
        )
        if repair
        else []
    )
    reached = {one for row in done for one in row if one is not None}
    families = families_to_phone(actor, {v.child_id for v in visits} - reached)
    return ToPhone(families, [one for one in teachers_to_phone({v.team_id for v in visits}) if one[0] not in reached])


def families_to_phone(actor: Actor, child_ids: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    """The children, by name, whose families have opened neither an account nor a link that still holds: they see
    nothing of a change. Families that have left are told by who visits them now. The caller has checked the scope."""
    account = exists().where(
        Guardianship.child_id == Child.id,
        Guardianship.may_see,
        Guardianship.valid_to.is_(None),
        User.guardian_id == Guardianship.guardian_id,
        User.active,
        _USED,
    )
    rows = db.session.execute(
        select(Child.id, name_seen(actor).label("name"), Child.file_number)
        .where(Child.id.in_(list(child_ids)), ~has_left(actor), ~account)
        .order_by(Child.sort_key, Child.id)
    ).all()
    reading = _reading_a_link([row.id for row in rows])
    names = told_apart(
        (row.id, row.name, (ends(row.file_number), row.file_number)) for row in rows if row.id not in reading
    )
    return list(names.items())


def _reading_a_link(child_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Children whose link was opened and works: not revoked, not over, made by the unit that still answers."""
    rows = db.session.execute(
        select(VisitLink.created_at, VisitLink.child_id).where(
            VisitLink.child_id.in_(child_ids),
            VisitLink.opened_at.is_not(None),
            VisitLink.revoked_at.is_(None),
            VisitLink.ends_at > clock.now(),
        )
    ).all()
    made = {child_id: at.astimezone(clock.LOCAL).date() for at, child_id in rows}
    units = answered_in(made)
    return {child_id for child_id, day in made.items() if units(child_id, day) == units(child_id, today())}


def teachers_to_phone(team_ids: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    """The teachers of teams, by name, who have no account that is open and was ever used."""
    return _unused(Teacher.id.in_(select(TeamMember.teacher_id).where(TeamMember.team_id.in_(list(team_ids)))))


def _unused(which: ColumnElement[bool]) -> list[tuple[uuid.UUID, str]]:
    ids = db.session.scalars(
        select(Teacher.id)
        .outerjoin(User, User.id == Teacher.user_id)
        .where(which, or_(User.id.is_(None), ~and_(User.active, _USED)))
    )
    return list(teacher_labels(ids).items())


def seeing_it(actor: Actor, calls: Collection[RepairCall]) -> set[uuid.UUID]:
    """Those on the list of a repair (ids of children and teachers) who see by themselves what changes."""
    children, teachers = (
        ({one for one in ids if one} for ids in zip(*((call.child_id, call.teacher_id) for call in calls), strict=True))
        if calls
        else (set(), set())
    )
    not_seeing = [*families_to_phone(actor, children), *_unused(Teacher.id.in_(teachers))]
    return (children | teachers) - {one for one, _name in not_seeing}
