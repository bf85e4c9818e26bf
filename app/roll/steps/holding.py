"""What holds on a day, for the statements of the deadlines."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.access import Role
from app.accounts.models import RoleGrant, User
from app.children.models import Child
from app.roll.models import Membership, Transfer
from app.roll.types import SchoolLink


def in_force(table: Any, day: date) -> ColumnElement[bool]:
    """The condition that a row with a period holds on a day."""
    return and_(table.valid_from <= day, or_(table.valid_to.is_(None), table.valid_to > day))


def roll_school(day: date) -> ColumnElement[bool]:
    """The condition that joins `Membership` as the child's roll school on a day."""
    return and_(Membership.child_id == Child.id, Membership.link == SchoolLink.ROLL, in_force(Membership, day))


def has_account(school_id: ColumnElement, day: date) -> ColumnElement[bool]:
    """The condition that somebody signs in for a school of a transfer on a day."""
    return exists(
        select(RoleGrant.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.school_id == school_id,
            RoleGrant.role == Role.SCHOOL_COORDINATOR,
            User.active,
            in_force(RoleGrant, day),
        )
        .correlate(Transfer)
    )
