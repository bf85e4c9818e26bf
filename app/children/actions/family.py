"""Changing who is in a child's family and who may see the file."""

from __future__ import annotations

import uuid
from datetime import date

from flask import current_app
from sqlalchemy import func, select, update

from app.access import Actor, Permission, require
from app.children.actions.files import Changed
from app.children.actions.handed_out import end_handed_out
from app.children.facts import GuardianFacts
from app.children.models import Child, Guardian, Guardianship, Sight
from app.children.queries import find_guardian, list_guardianships
from app.children.rules import check_guardians, check_row_ids
from app.children.sight import require_write
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel.identifiers import normalise_number
from app.kernel.names import check_name
from app.kernel.problems import N_, refuse_if
from app.kernel.telephones import check_telephone


def change_guardians(actor: Actor, child: Child, rows: tuple[GuardianFacts, ...], *, revision: int | None,
                     today: date) -> None:
    """Make the family of a child what `rows` say, in their order.

    A row left out ends on `today`, and with it (or with `may_see` taken away) that person's sight of the file and what
    opens it, at once.
    Brothers and sisters share a guardian of the same ID number. Empty phone and number keep what is there. Raises
    Refused, or Changed when the file was saved since `revision` (None: just opened).
    """
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, child)
    if revision is not None and child.revision != revision:
        raise Changed(child.revision)
    refuse_if(check_guardians(rows, today=today, allow_demo=bool(current_app.config["DEMO"])))
    live = {link.id: (link, guardian) for link, guardian in list_guardianships(child.id)}
    refuse_if(check_row_ids([row.guardianship_id for row in rows], live))
    kept = set()
    for position, row in enumerate(rows, 1):
        link, guardian = live.get(row.guardianship_id, (None, None))
        guardian = _guardian(row, guardian)
        if link is not None and link.guardian_id != guardian.id:
            _end(actor, child, link, today)
            link = None
        saw = link is not None and link.may_see
        if link is None:
            link = Guardianship(child_id=child.id, guardian_id=guardian.id, valid_from=today)
            db.session.add(link)
        link.position, link.relation, link.is_guardian, link.may_see = position, row.relation, row.is_guardian, \
            row.may_see
        kept.add(link.id)
        if not row.may_see:
            close_sight(child.id, guardian.id, today)
            if saw:
                end_handed_out(actor, child.id, guardian.id, today)
    for link, _guardian_row in live.values():
        if link.id not in kept and link.valid_to is None:
            _end(actor, child, link, today)
    child.revision += revision is not None
    audit.record(actor, "change_guardians", "child", child.id, child_id=child.id, count=len(rows))
    if revision is not None:
        tell(actor, child.id, EventKind.FAMILY, N_("The family's entries were changed."), on=today)
    db.session.flush()


def _guardian(row: GuardianFacts, present: Guardian | None) -> Guardian:
    """The person's row: the one shared by this ID number, the present one, or a new one."""
    number = normalise_number(row.document_number) or None
    guardian = (find_guardian(number) if number else None) or present
    name = check_name(row.name).value
    if guardian is None or guardian is present and present.name != name and _shared(present):
        guardian = Guardian(name=name)
        db.session.add(guardian)
    guardian.name = name
    if number:
        guardian.document_number = number
    if phone := check_telephone(row.phone).value:
        guardian.phone = phone
    db.session.flush()
    return guardian


def _shared(guardian: Guardian) -> bool:
    """True when another child has this guardian: another name then means another person."""
    count = db.session.scalar(select(func.count()).select_from(Guardianship).where(
        Guardianship.guardian_id == guardian.id, Guardianship.valid_to.is_(None)))
    return count > 1


def _end(actor: Actor, child: Child, link: Guardianship, today: date) -> None:
    link.valid_to = max(today, link.valid_from)
    close_sight(child.id, link.guardian_id, today)
    end_handed_out(actor, child.id, link.guardian_id, today)


def close_sight(child_id: uuid.UUID, guardian_id: uuid.UUID, today: date) -> None:
    """A person who is no guardian any more, or may not see the page, does not see the file."""
    db.session.execute(update(Sight).where(
        Sight.child_id == child_id, Sight.holder_id == guardian_id, Sight.valid_to.is_(None)).values(valid_to=today))
