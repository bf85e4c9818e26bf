"""Whom a change reaches by the product itself, and whom somebody has to phone."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import exists, or_, select

from app.access import Actor
from app.accounts.models import User
from app.children.models import Child, Guardianship
from app.children.sight import has_left
from app.db import db
from app.kernel import clock
from app.schools.models import Teacher
from app.schools.queries import teacher_labels
from app.visits.models import TeamMember, VisitLink


def families_to_phone(actor: Actor, child_ids: Collection[uuid.UUID]) -> list[str]:
    """Names of the children whose families have neither an account that is open nor a link that holds: they see
    nothing of a change. Families that have left are told by who visits them now. The caller has checked the scope."""
    account = exists().where(Guardianship.child_id == Child.id, Guardianship.may_see, Guardianship.valid_to.is_(None),
                             User.guardian_id == Guardianship.guardian_id, User.active)
    link = exists().where(VisitLink.child_id == Child.id, VisitLink.revoked_at.is_(None),
                          VisitLink.ends_at > clock.now())
    return list(db.session.scalars(select(Child.name).where(
        Child.id.in_(child_ids), ~has_left(actor), ~account, ~link).order_by(Child.sort_key, Child.id)))


def teachers_to_phone(team_ids: Collection[uuid.UUID]) -> list[str]:
    """Names of the teachers of teams who have no account that is open."""
    ids = db.session.scalars(
        select(Teacher.id).join(TeamMember, TeamMember.teacher_id == Teacher.id)
        .outerjoin(User, User.id == Teacher.user_id)
        .where(TeamMember.team_id.in_(team_ids), or_(User.id.is_(None), ~User.active)).distinct())
    return sorted(teacher_labels(ids).values())
