"""The accounts to try it with: one of each role, all in the district of the demo."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

from sqlalchemy import select

from app.access import Role
from app.accounts import passwords
from app.accounts.models import User
from app.db import db
from app.demo.dice import Dice, Rows
from app.demo.people import DemoChild
from app.demo.places import DemoSchool, DemoTeacher, DemoUnit

PASSWORD = "yian-demo-2026"  # noqa: S105  the demo's, shown to everybody
SINCE = date(2024, 9, 1)
ACCOUNTS = (
    ("city", "何晓燕", Role.CITY_COORDINATOR),
    ("district", "谭雨欣", Role.DISTRICT_COORDINATOR),
    ("district2", "向思远", Role.DISTRICT_COORDINATOR),
    ("school", "冉云舒", Role.SCHOOL_COORDINATOR),
    ("special", "田若溪", Role.SCHOOL_COORDINATOR),
    ("teacher", "", Role.VISITING_TEACHER),
    ("expert", "石承恩", Role.EXPERT),
    ("parent", "", Role.GUARDIAN),
    ("admin", "罗天佑", Role.ADMINISTRATOR),
    ("auditor", "秦书瑶", Role.AUDITOR),
)


def make_accounts(
    dice: Dice,
    rows: Rows,
    unit: DemoUnit,
    school: DemoSchool,
    special: DemoSchool,
    teacher: DemoTeacher,
    child: DemoChild,
) -> dict[str, tuple]:
    """Make the accounts; return (id, name) by sign-in name. `child` is the one whose first guardian gets `parent`."""
    hash_, made = passwords.make_hash(PASSWORD), {}
    scopes: dict[str, tuple[uuid.UUID | None, uuid.UUID | None]] = {
        **dict.fromkeys(("district", "district2", "expert"), (unit.id, None)),
        "school": (None, school.id),
        "special": (None, special.id),
    }
    for username, name, role in ACCOUNTS:
        guardian = child.guardians[0] if username == "parent" else None
        name = teacher.name if username == "teacher" else guardian[0] if guardian else name
        user = rows.add(
            "users",
            id=dice.id(),
            username=username,
            name=name,
            password_hash=hash_,
            language=None,
            must_change_password=False,
            active=True,
            guardian_id=guardian[3] if guardian else None,
            phone_sealed=None,
            created_at=datetime(2024, 9, 1, 1, 0, tzinfo=UTC),
        )
        _grant(dice, rows, user, role, scopes.get(username, (None, None)))
        made[username] = (user, name)
    return made


def _grant(
    dice: Dice, rows: Rows, user: uuid.UUID | None, role: Role, scope: tuple[uuid.UUID | None, uuid.UUID | None]
) -> None:
    """A role from the beginning on; `scope`: (unit, school)."""
    unit_id, school_id = scope
    rows.add(
        "role_grants",
        id=dice.id(),
        user_id=user,
        role=role,
        unit_id=unit_id,
        school_id=school_id,
        valid_from=SINCE,
        valid_to=None,
    )


def list_accounts() -> list[tuple[str, str, Role]]:
    """(sign-in name, name, role) of the demo accounts that are in the database."""
    names = dict(
        db.session.execute(
            select(User.username, User.name).where(User.username.in_([account[0] for account in ACCOUNTS]))
        ).all()
    )
    return [(username, names[username], role) for username, _name, role in ACCOUNTS if username in names]
