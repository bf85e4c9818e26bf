"""Changing who is in a child's family and who may see the file."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from flask import current_app
from sqlalchemy import func, select, update

from app.access import Actor, Permission, require
from app.children.actions.files import Changed
from app.children.actions.handed_out import end_handed_out
from app.children.bulk import (
    ChangedDuty,
    Ended,
    NewFamily,
    NewGuardian,
    PersonFacts,
    change_duties,
    end_duties,
    insert_families,
    update_persons,
)
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
from app.kernel.problems import S_, refuse_if
from app.kernel.telephones import check_telephone


def change_guardians(
    actor: Actor, child: Child, rows: tuple[GuardianFacts, ...], *, revision: int | None, today: date
) -> None:
    """Make the family of a child what `rows` say, in their order.

    A row left out ends on `today`, and with it (or with `may_see` taken away) that person's sight of the file and what
    opens it, at once.
    Brothers and sisters share a guardian of the same ID number. Empty phone and number keep what is there; saying what
    stands there changes nothing. Raises Refused, or Changed when the file was saved since `revision` (None: just
    opened).
    """
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, child)
    live = {link.id: (link, guardian) for link, guardian in list_guardianships(child.id)}
    if revision is not None and _unchanged(live, rows):
        return
    if revision is not None and child.revision != revision:
        raise Changed(child.revision)
    refuse_if(check_guardians(rows, today=today, allow_demo=bool(current_app.config["DEMO"])))
    refuse_if(check_row_ids([row.guardianship_id for row in rows], live))
    _write(actor, child, live, rows, today)
    child.revision += revision is not None
    audit.record(actor, "change_guardians", "child", child.id, child_id=child.id, count=len(rows))
    if revision is not None:
        tell(
            actor, child.id, EventKind.FAMILY, S_("told.family_changed", "The family's entries were changed."), on=today
        )
    db.session.flush()


def _write(
    actor: Actor,
    child: Child,
    live: Mapping[uuid.UUID, tuple[Guardianship, Guardian]],
    rows: Sequence[GuardianFacts],
    today: date,
) -> None:
    kept, ended = set(), set()
    for position, row in enumerate(rows, 1):
        link, guardian = live.get(row.guardianship_id, (None, None)) if row.guardianship_id else (None, None)
        person = _person(row, guardian)
        if link is not None and (person is None or link.guardian_id != person.id):
            _end(actor, child, link, today)
            ended.add(link.id)
            link = None
        holder = _keep_member(child.id, row, position, link, person, today)
        if link is not None:
            kept.add(link.id)
        if not row.may_see:
            close_sight(child.id, holder, today)
            if link is not None and link.may_see:
                end_handed_out(actor, child.id, holder, today)
    for link, _guardian_row in live.values():
        if link.id not in kept | ended:
            _end(actor, child, link, today)
    for held in (one for pair in live.values() for one in pair):
        db.session.expire(held)


def _unchanged(live: Mapping[uuid.UUID, tuple[Guardianship, Guardian]], rows: Sequence[GuardianFacts]) -> bool:
    """True when the rows say just what stands in the file, in the same order."""
    if list(live) != [row.guardianship_id for row in rows]:
        return False
    for (link, guardian), row in zip(live.values(), rows, strict=True):
        said = check_name(row.name).value, row.relation, row.is_guardian, row.may_see
        if said != (guardian.name, link.relation, link.is_guardian, link.may_see):
            return False
        number, phone = normalise_number(row.document_number), check_telephone(row.phone).value
        if row.phone and phone != guardian.phone or number and number != guardian.document_number:
            return False
    return True


def _person(row: GuardianFacts, present: Guardian | None) -> Guardian | None:
    """Who this is: the one who has this ID number, the present one, or somebody who has no row yet."""
    number = normalise_number(row.document_number) or None
    found = (find_guardian(number) if number else None) or present
    if found is not None and found is present and present.name != check_name(row.name).value and _shared(present):
        return None
    return found


def _keep_member(
    child_id: uuid.UUID,
    row: GuardianFacts,
    position: int,
    link: Guardianship | None,
    person: Guardian | None,
    today: date,
) -> uuid.UUID:
    """Write what the row says of the person and of its place in the family; return the person's key."""
    facts = PersonFacts(
        check_name(row.name).needed(),
        normalise_number(row.document_number) or None,
        check_telephone(row.phone).value,
    )
    if person is not None:
        update_persons(db.session, {person.id: facts})
    if link is not None:
        change_duties(db.session, [ChangedDuty(link.id, row.relation, row.is_guardian, position, row.may_see)])
        return link.guardian_id
    member = NewGuardian(
        facts.name or "",
        row.relation,
        row.is_guardian,
        phone=facts.phone,
        document_number=facts.document_number,
        may_see=row.may_see,
        guardian_id=person.id if person else None,
    )
    return insert_families(db.session, [NewFamily(child_id, [member], position)], on=today)[0]


def _shared(guardian: Guardian) -> bool:
    """True when another child has this guardian: another name then means another person."""
    links = (
        select(func.count())
        .select_from(Guardianship)
        .where(Guardianship.guardian_id == guardian.id, Guardianship.valid_to.is_(None))
    )
    return db.count(links) > 1


def _end(actor: Actor, child: Child, link: Guardianship, today: date) -> None:
    leave_families(actor, [(Ended(link.id, max(today, link.valid_from)), child.id, link.guardian_id)], today)


def open_to_member(link: Guardianship, may_see: bool) -> None:
    """Let a family member see the child's page, or not; sights, sessions and the trail are the caller's."""
    link.may_see = may_see


def leave_families(actor: Actor, rows: Sequence[tuple[Ended, uuid.UUID, uuid.UUID]], today: date) -> None:
    """Persons who are nobody to a child any more (duty, child, person): they do not see its file, and what they were
    handed ends."""
    end_duties(db.session, [duty for duty, _child, _person in rows])
    for _duty, child, person in rows:
        close_sight(child, person, today)
        end_handed_out(actor, child, person, today)


def close_sight(child_id: uuid.UUID, guardian_id: uuid.UUID, today: date) -> None:
    """A person who is no guardian any more, or may not see the page, does not see the file."""
    db.session.execute(
        update(Sight)
        .where(Sight.child_id == child_id, Sight.holder_id == guardian_id, Sight.valid_to.is_(None))
        .values(valid_to=today)
    )
