"""What a kept file takes over from a second file of the same child, and gives back: ordinary changes of it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from app.access import Actor, Permission, require
from app.children.actions.family import leave_families
from app.children.bulk import (
    ChildChange,
    DisabilityOf,
    Ended,
    HomeOf,
    NewDisability,
    NewFamily,
    NewGuardian,
    NewHome,
    change_children,
    end_disabilities,
    insert_disabilities,
    insert_families,
    insert_homes,
)
from app.children.facts import ChildFacts
from app.children.models import Child, Disability, Guardian, Guardianship, HomePoint, SafetyCard
from app.children.queries import find_home, find_safety, list_disabilities, list_guardianships
from app.children.rules import check_document
from app.children.sight import require_write
from app.children.tails import set_tails
from app.children.taking import BASICS, safety_after
from app.db import audit, db
from app.kernel.problems import refuse_if

Taken = dict[str, Any]
"""What was taken over, by its key: what the kept file said before and after, or the rows that were added."""


def take_over(actor: Actor, kept: Child, second: Child, keys: Collection[str], *, today: date) -> Taken:
    """Let the kept file say what only the second one says. Raises Refused for a number that does not fit it."""
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, kept)
    taken: Taken = _take_basics(kept, second, [name for name in BASICS if name in keys], today)
    for link, person in list_guardianships(second.id):
        if f"member-{link.id}" in keys:
            taken[f"member-{link.id}"] = _take_member(kept, link, person, today)
    for row in list_disabilities(second.id):
        if f"disability-{row.id}" in keys:
            taken[f"disability-{row.id}"] = _take_disability(kept, row, today)
    if "home" in keys and (home := find_home(second.id)) is not None:
        taken["home"] = _take_home(kept, home)
    taken |= _take_safety(kept, second, keys)
    if taken:
        audit.record(actor, "take_over", "child", kept.id, child_id=kept.id, fields=[plain(key) for key in taken])
    db.session.flush()
    return taken


def plain(key: str) -> str:
    """A key without the row that it names."""
    return key if key.startswith("safety-") else key.split("-")[0]


def _take_basics(kept: Child, second: Child, names: list[str], today: date) -> Taken:
    said = {name: getattr(second, name) for name in names}
    if "document_number" in said:
        said["document_kind"] = second.document_kind
        facts = ChildFacts(
            name=kept.name,
            sex=kept.sex,
            birth_on=kept.birth_on,
            document_kind=second.document_kind,
            document_number=said["document_number"],
        )
        refuse_if(check_document(facts, today=today, allow_demo=True))
        _hide_number(second)
    taken = {name: {"before": getattr(kept, name), "after": value} for name, value in said.items()}
    if "document_number" in said:
        taken["document_missing_reason"] = {"before": kept.document_missing_reason, "after": None}
    if said:
        change_children(db.session, [ChildChange(kept.id, kept.revision, said)], on=today)
        db.session.refresh(kept)
    return taken


def _hide_number(second: Child) -> None:
    """A number is found in one file only: what the second one keeps sealed stays."""
    second.document_number_blind = None
    db.session.flush()


def _take_member(kept: Child, link: Guardianship, person: Guardian, today: date) -> dict:
    place = len(list_guardianships(kept.id)) + 1
    member = NewGuardian(person.name, link.relation, link.is_guardian, may_see=link.may_see, guardian_id=person.id)
    insert_families(db.session, [NewFamily(kept.id, [member], place)], on=today)
    made = next(row for row, one in list_guardianships(kept.id) if one.id == person.id)
    return {"row": made.id.hex}


def _take_disability(kept: Child, row: Disability, today: date) -> dict:
    present = list_disabilities(kept.id)
    said = NewDisability(
        row.category,
        row.grade,
        row.certificate,
        row.certificate_issuer,
        row.certificate_ends_on,
        row.screening_due_on,
        row.screening_by,
    )
    insert_disabilities(db.session, [DisabilityOf(kept.id, len(present) + 1, said)], on=today)
    known = {one.id for one in present}
    made = next(one for one in list_disabilities(kept.id) if one.id not in known)
    _index(kept)
    return {"row": made.id.hex}


def _index(kept: Child) -> None:
    numbers = [one.certificate for one in list_disabilities(kept.id)]
    set_tails(kept.id, "certificate", next(filter(None, numbers), None))


def _take_home(kept: Child, home: HomePoint) -> dict:
    longitude, latitude = home.degrees
    assert longitude is not None and latitude is not None  # a home without its point is none
    said = NewHome(longitude, latitude, home.mode, home.walk_minutes, home.way, tuple(home.closed_months))
    insert_homes(db.session, [HomeOf(kept.id, said)])
    made = find_home(kept.id)
    return {"row": made.id.hex if made else None}


def _take_safety(kept: Child, second: Child, keys: Collection[str]) -> Taken:
    card = find_safety(kept.id)
    said = {
        name: value for name, value in safety_after(card, find_safety(second.id)).items() if f"safety-{name}" in keys
    }
    if not said:
        return {}
    if card is None:
        card = SafetyCard(child_id=kept.id, revision=0)
        db.session.add(card)
    taken = {f"safety-{name}": {"before": getattr(card, name), "after": value} for name, value in said.items()}
    for name, value in said.items():
        setattr(card, name, value)
    card.revision += 1
    db.session.flush()
    return taken


def unchanged(kept: Child, taken: Mapping[str, Any]) -> list[str]:
    """The keys of what was taken over and still stands as it was taken."""
    found = []
    homes, card = find_home(kept.id), find_safety(kept.id)
    members = {link.id.hex: link for link, _person in list_guardianships(kept.id)}
    disabilities = {row.id.hex for row in list_disabilities(kept.id)}
    for key, one in taken.items():
        kind = key.split("-")[0]
        if kind == "safety":
            stands = card is not None and getattr(card, key.split("-", 1)[1]) == one["after"]
        elif kind == "member":
            stands = one["row"] in members
        elif kind == "disability":
            stands = one["row"] in disabilities
        elif kind == "home":
            stands = homes is not None and homes.id.hex == one["row"] and homes.revision == 1
        else:
            stands = key in BASICS and getattr(kept, key) == one["after"]
        if stands:
            found.append(key)
    return found


def give_back(actor: Actor, kept: Child, taken: Mapping[str, Any], today: date) -> list[str]:
    back = unchanged(kept, taken)
    said = {key: taken[key]["before"] for key in back if key in BASICS}
    if "document_number" in said:
        said |= {name: taken[name]["before"] for name in ("document_kind", "document_missing_reason")}
    if said:
        change_children(db.session, [ChildChange(kept.id, kept.revision, said)], on=today)
        db.session.refresh(kept)
    if gone := [uuid.UUID(hex=taken[key]["row"]) for key in back if key.startswith("disability-")]:
        end_disabilities(db.session, [Ended(row, today) for row in gone])
        db.session.expire_all()
        _index(kept)
    for key in back:
        if key.startswith("member-"):
            link = db.session.get_one(Guardianship, uuid.UUID(hex=taken[key]["row"]))
            leave_families(actor, [(Ended(link.id, max(today, link.valid_from)), kept.id, link.guardian_id)], today)
            db.session.expire(link)
    if "home" in back and (home := find_home(kept.id)) is not None:
        db.session.delete(home)
    if fields := [key.split("-", 1)[1] for key in back if key.startswith("safety-")]:
        card = find_safety(kept.id)
        assert card is not None  # it says what was taken over
        for name in fields:
            setattr(card, name, taken[f"safety-{name}"]["before"])
        card.revision += 1
    db.session.flush()
    return back
