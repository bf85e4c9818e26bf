"""An approved version carries the pages that were signed: above all the family's consent."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _

from app.access import Actor, Permission
from app.attachments.types import Bearing
from app.children.former_identities import known_as
from app.children.queries import read_child
from app.children.sight import may_write
from app.errors import NotFound
from app.plans.queries import read_version
from app.plans.types import VersionState


def bearing_of_version(actor: Actor, version_id: uuid.UUID) -> Bearing | None:
    """Who reads an approved version opens what is attached to it; who writes plans of the child adds it. A former
    holder opens what was there in its own years."""
    if not actor.may(Permission.PLANS_READ):
        return None
    try:
        version, until = read_version(actor, version_id)
        child, _until = read_child(actor, version.child_id)
    except NotFound:
        return None
    if version.state != VersionState.APPROVED:
        return None
    return Bearing(
        child_id=child.id,
        title=_("Version %(number)s", number=version.number),
        about=child.name if until is None else known_as(child, until).name,
        page="plans.show_version",
        page_ids={"version_id": version.id},
        may_add=until is None and actor.may(Permission.PLANS_WRITE) and may_write(actor, child),
        until=until,
    )
