"""Reading assessments of a child that was loaded in sight."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import or_, select

from app.access import Role
from app.accounts.models import RoleGrant, User
from app.assessments.models import Assessment
from app.children.aliases import of_child
from app.children.models import Sight
from app.children.queries import known_before
from app.children.types import SightKind
from app.db import db
from app.errors import NotFound
from app.kernel.pinyin import sort_key


def list_assessments_of(child_id: uuid.UUID, *, until: date | None = None) -> list[Assessment]:
    """All assessments of a child, newest first; for a former holder those that were in the file before `until`."""
    rows = db.session.scalars(
        select(Assessment)
        .where(of_child(Assessment.child_id, child_id))
        .order_by(Assessment.assessed_on.desc(), Assessment.recorded_at.desc(), Assessment.id)
    )
    return [row for row in rows if known_before(row.recorded_at, until)]


def get_assessment(child_id: uuid.UUID, assessment_id: uuid.UUID, *, until: date | None = None) -> Assessment:
    """One assessment of this child. Raises NotFound, also for another child's and one later than `until`."""
    row = db.session.scalar(
        select(Assessment).where(Assessment.id == assessment_id, of_child(Assessment.child_id, child_id))
    )
    if row is None or not known_before(row.recorded_at, until):
        raise NotFound
    return row


def list_experts(unit_id: uuid.UUID, today: date) -> list[tuple[uuid.UUID, str]]:
    """(user id, name) of the experts who can be asked in a unit: those of the unit and those of no unit, by name."""
    return sorted(
        (
            (row.id, row.name)
            for row in db.session.execute(
                select(User.id, User.name)
                .join(RoleGrant, RoleGrant.user_id == User.id)
                .where(
                    User.active,
                    RoleGrant.role == Role.EXPERT,
                    RoleGrant.valid_from <= today,
                    or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > today),
                    or_(RoleGrant.unit_id == unit_id, RoleGrant.unit_id.is_(None)),
                )
                .distinct()
            )
        ),
        key=lambda one: (sort_key(one[1]), str(one[0])),
    )


def list_asked(child_id: uuid.UUID) -> list[tuple[uuid.UUID, str, date]]:
    """(user id, name, since) of the experts who are asked about a child now."""
    return [
        (row.id, row.name, row.valid_from)
        for row in db.session.execute(
            select(User.id, User.name, Sight.valid_from)
            .join(Sight, Sight.holder_id == User.id)
            .where(Sight.child_id == child_id, Sight.kind == SightKind.EXPERT, Sight.valid_to.is_(None))
            .order_by(Sight.valid_from, User.id)
        )
    ]
