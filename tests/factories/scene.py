"""Two districts alike, each with a child and one thing of every kind that a URL can name, and a user of every role.

Pages of the one must not open a thing of the other. A new kind of id in a URL needs a line in `kinds.KINDS`.
"""

from __future__ import annotations

import uuid

from app.access import Role
from app.accounts.models import User
from app.assessments.models import Assessment
from app.children.models import Guardian, Guardianship
from app.children.sight import give_sight
from app.children.types import SightKind
from app.db import db
from app.plans.content import parts_of
from app.schools.models import Teacher
from app.web.filters import today
from tests.factories import plans as make
from tests.factories.kinds import KINDS, Side, kept, now
from tests.support import people

SINCE = make.SINCE
NAMES = ("冉䶮一", "谭㛃二")


def make_sides() -> tuple[Side, Side]:
    """Own and foreign side. The caller holds the write lock and commits."""
    return _make_side(NAMES[0], 1), _make_side(NAMES[1], 2)


def users_everywhere() -> dict[Role, User]:
    """People without a side: the city's coordinator sees all children; administrator and auditor see none."""
    return {role: people.make_user(role) for role in (Role.CITY_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)}


def _make_side(name: str, number: int) -> Side:
    desk = make.make_desk()
    child = make.make_child(desk.unit, desk.school, name)
    give_sight(child.id, SightKind.SCHOOL, desk.school.id, "delivering", on=SINCE)
    desk.child = child
    version = make.approved(desk)
    link = db.session.query(Guardianship).filter_by(child_id=child.id).one()
    guardian = db.session.get_one(Guardian, link.guardian_id)
    users = {
        Role.SCHOOL_COORDINATOR: desk.users["author"],
        Role.DISTRICT_COORDINATOR: desk.users["approver"],
        Role.VISITING_TEACHER: people.make_user(Role.VISITING_TEACHER),
        Role.EXPERT: people.make_user(Role.EXPERT),
        Role.GUARDIAN: people.make_user(Role.GUARDIAN, guardian_id=guardian.id),
    }
    teacher = Teacher(
        school_id=desk.school.id, user_id=users[Role.VISITING_TEACHER].id, number=f"T{number}", name="何老师", skills=[]
    )
    db.session.add(teacher)
    db.session.flush()
    for kind, holder in (
        (SightKind.TEACHER, teacher.id),
        (SightKind.EXPERT, users[Role.EXPERT].id),
        (SightKind.GUARDIAN, guardian.id),
    ):
        give_sight(child.id, kind, holder, "test", on=SINCE)
    side = Side(desk.unit, desk.school, child, version, guardian, teacher, users)
    for kind, produce in KINDS.items():
        row = produce(side)
        if getattr(row, "id", None) is None:
            raise AssertionError(f"the factory of {kind} made nothing")
        side.ids[kind] = row.id
    side.ids["unit_id"] = side.unit.id
    side.ids["draft"], side.ids["draft_goal"] = _draft(desk)
    side.ids["assessment"], side.ids["later_assessment"] = _assessments(side)
    return side


def _draft(desk) -> tuple[uuid.UUID, uuid.UUID]:
    """The next version, being written: what writing pages are tried on, because an approved one refuses everything."""
    draft = make.begin(desk, copy=True)
    return draft.id, parts_of(draft.id).goals[0].id


def _assessments(side: Side) -> list[uuid.UUID]:
    first = db.session.query(Assessment).filter_by(child_id=side.child.id).one()
    later = kept(
        Assessment(
            child_id=side.child.id,
            instrument=first.instrument,
            assessed_on=today(),
            assessor="龚㛃",
            scores=first.scores,
            strengths="",
            needs="",
            recorded_at=now(),
        )
    )
    return [first.id, later.id]
