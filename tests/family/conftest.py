"""A child with an approved plan, its guardian, and the coordinator of its school."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.children.models import Guardian, Guardianship
from app.db import db
from tests.factories import plans as make


@pytest.fixture
def family(app):
    """Ids and names only, so that tests may open pages and contexts of their own."""
    with app.app_context():
        db.write()
        desk = make.make_desk()
        version = make.approved(desk)
        link = db.session.query(Guardianship).filter_by(child_id=desk.child.id).one()
        guardian = db.session.get_one(Guardian, link.guardian_id)
        other = make.make_child(desk.unit, desk.school, "谭㛃二")
        db.session.commit()
        return SimpleNamespace(
            desk=desk,
            child_id=desk.child.id,
            version_id=version.id,
            guardianship_id=link.id,
            guardian_id=guardian.id,
            guardian_name=guardian.name,
            other_id=other.id,
            coordinator=desk.users["author"],
            district=desk.users["approver"],
            stranger=desk.users["stranger"],
            school_id=desk.school.id,
            tab=f"/children/{desk.child.id}/family",
            page=f"/family/{desk.child.id}",
        )
