"""Decisions carry attachments: the notice itself, and the documents that it rests on."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy import select

from app.access import Actor, Permission
from app.attachments.types import Bearing
from app.children.models import Child
from app.children.sight import in_sight, kept_file, may_write
from app.db import db
from app.placements.models import Decision
from app.web.filters import day


def bearing_of_decision(actor: Actor, decision_id: uuid.UUID) -> Bearing | None:
    """Who reads the tab of placement reads a decision's papers; who decides placements of the child adds them. A former
    holder does not read the placement, so it opens none of its papers."""
    if not actor.may(Permission.CHILDREN_READ):
        return None
    found = db.session.execute(
        select(Decision, Child)
        .join(Child, Child.id == kept_file(Decision.child_id))
        .where(Decision.id == decision_id, in_sight(actor))
    ).first()
    if found is None:
        return None
    row, child = found
    return Bearing(
        child_id=child.id,
        title=_("Decision of %(day)s", day=day(row.decided_on, "iso")),
        about=child.name,
        page="assessments.list_assessments",
        page_ids={"child_id": child.id},
        may_add=actor.may(Permission.PLACEMENTS_DECIDE) and may_write(actor, child) and child.id == row.child_id,
    )
