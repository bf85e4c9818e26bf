"""What the file that is kept may take over from a second file of the same child: where it says nothing itself."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields

from app.children.bulk import FACTS
from app.children.facts import SafetyFacts
from app.children.models import Child, SafetyCard
from app.children.queries import find_home, find_safety, list_disabilities, list_guardianships
from app.kernel.masks import mask_address, mask_certificate, mask_id, mask_phone
from app.kernel.problems import N_

BASICS = ("document_number", "phone", "address", *(name for name in FACTS if name != "document_missing_reason"))
MASKS = {"document_number": mask_id, "phone": mask_phone, "address": mask_address}


@dataclass(frozen=True)
class Offer:
    """One thing that the kept file may take over: its key, what it is (a msgid; "" for a field of a form, which names
    itself), what it says (numbers masked), and whether it is wanted unless somebody says otherwise."""

    key: str
    words: str
    value: object
    wanted: bool = True


def offers_of(kept: Child, second: Child) -> list[Offer]:
    """All of them, in the order of the file."""
    return [
        *(
            Offer(name, "", MASKS[name](value) if name in MASKS else value)
            for name in BASICS
            if getattr(kept, name) is None and (value := getattr(second, name)) is not None
        ),
        *_members(kept.id, second.id),
        *_disabilities(kept.id, second.id),
        *_home(kept.id, second.id),
        *(
            Offer(f"safety-{name}", "", said)
            for name, said in safety_after(find_safety(kept.id), find_safety(second.id)).items()
        ),
    ]


def _members(kept_id: uuid.UUID, second_id: uuid.UUID) -> list[Offer]:
    """Who is in the second file's family only. One of the same name is not asked for: it is most likely the same."""
    there = [person for _link, person in list_guardianships(kept_id)]
    ids, names = {person.id for person in there}, {person.name for person in there}
    return [
        Offer(f"member-{link.id}", N_("Family member"), person.name, person.name not in names)
        for link, person in list_guardianships(second_id)
        if person.id not in ids
    ]


def _disabilities(kept_id: uuid.UUID, second_id: uuid.UUID) -> list[Offer]:
    there = {row.category for row in list_disabilities(kept_id)}
    return [
        Offer(
            f"disability-{row.id}",
            N_("Disability"),
            (row.category, row.grade, mask_certificate(row.certificate) if row.certificate else None),
        )
        for row in list_disabilities(second_id)
        if row.category not in there
    ]


def _home(kept_id: uuid.UUID, second_id: uuid.UUID) -> list[Offer]:
    home = find_home(second_id) if find_home(kept_id) is None else None
    return [] if home is None else [Offer("home", N_("Home and way"), home.mode)]


def safety_after(kept: SafetyCard | None, second: SafetyCard | None) -> dict[str, str | bool]:
    """What the kept file's safety card would say where the second one knows more, by field. Nothing that a visitor must
    heed is dropped: where both say something else, both stand there."""
    found: dict[str, str | bool] = {}
    for name in (one.name for one in fields(SafetyFacts)) if second is not None else ():
        own, other = getattr(kept, name, None), getattr(second, name)
        if isinstance(other, str) and other and other not in (own or ""):
            found[name] = f"{own}；{other}"[:300] if own else other
        elif other is True and not own:
            found[name] = True
    return found
