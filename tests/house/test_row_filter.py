"""The row filter at the data layer: the children that a role may see, counted by plain SQL, are those that the queries
give it, today and for writing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from app.access import Role
from app.accounts.queries import find_actor
from app.children.models import Child
from app.children.sight import in_sight, writable
from app.db import db
from app.web.filters import today
from tests.factories import scene

HOLDERS = {
    Role.SCHOOL_COORDINATOR: "SELECT school_id FROM role_grants WHERE user_id = :user AND school_id IS NOT NULL",
    Role.VISITING_TEACHER: "SELECT id FROM teachers WHERE user_id = :user",
    Role.EXPERT: "SELECT id FROM users WHERE id = :user",
    Role.GUARDIAN: "SELECT guardian_id FROM users WHERE id = :user AND guardian_id IS NOT NULL",
}
SIGHTS = (
    "SELECT count(DISTINCT child_id) FROM sights WHERE facts_to IS NULL AND valid_from <= :day AND "
    "(valid_to IS NULL OR valid_to > :day) AND holder_id IN ({holders}) AND child_id IN ("
    "SELECT id FROM children WHERE merged_into IS NULL)"
)
BY_HAND = {role: SIGHTS.format(holders=holders) for role, holders in HOLDERS.items()} | {
    Role.CITY_COORDINATOR: "SELECT count(*) FROM children WHERE merged_into IS NULL",
    Role.DISTRICT_COORDINATOR: "SELECT count(*) FROM children WHERE merged_into IS NULL AND unit_id IN ("
    "SELECT unit_id FROM role_grants WHERE user_id = :user)",
    Role.ADMINISTRATOR: "SELECT 0",
    Role.AUDITOR: "SELECT 0",
}


@pytest.mark.both_databases
def test_what_a_role_sees_by_sql_is_what_the_queries_give_it(app_context):
    db.write()
    own, _foreign = scene.make_sides()
    users = own.users | scene.users_everywhere()
    db.session.flush()
    seen = {}
    for role, user in users.items():
        asked = {"user": user.id if not db.is_sqlite else user.id.hex, "day": today()}
        by_hand = db.session.scalar(text(BY_HAND[role]), asked)
        actor = find_actor(user.id)
        counted = select(func.count()).select_from(Child)
        assert db.session.scalar(counted.where(in_sight(actor))) == by_hand, role
        assert db.session.scalar(counted.where(writable(actor))) == by_hand, role  # no sight of the scene only reads
        seen[role] = by_hand
    every = db.session.scalar(select(func.count()).where(Child.merged_into.is_(None)))
    assert seen[Role.CITY_COORDINATOR] == every >= 2 and 0 < seen[Role.DISTRICT_COORDINATOR] < every
    assert all(0 < seen[role] < every for role in HOLDERS)
