"""What two files say, in words: for the page that merges them and for the record of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

from app.children.forms import BasicsForm, SafetyForm
from app.children.taking import MASKS, Offer
from app.children.types import (
    DisabilityCategory,
    DocumentKind,
    GuardianRelation,
    Health,
    HomeMode,
    HukouKind,
    LeftBehind,
    Sex,
    TravelMode,
)
from app.files.queries.amounts import COUNTED
from app.kernel.masks import mask_certificate
from app.kernel.text import canonical_json
from app.web.filters import label
from app.web.i18n import gettext as _

Said = list[tuple[str, str, str, bool]]
"""What two files say: words, the kept one, the second one, whether they differ (also where a mask hides it)."""
Counted = list[tuple[str, int, int]]
KINDS: dict[str, type[StrEnum]] = {
    "sex": Sex,
    "document_kind": DocumentKind,
    "hukou_kind": HukouKind,
    "health": Health,
    "left_behind": LeftBehind,
    "travel_mode": TravelMode,
}
ALWAYS = ("name", "sex", "birth_on", "document_number")


def field_words() -> dict[str, str]:
    """The labels of the fields of a file, as its own pages name them; those of the safety card behind "safety-"."""
    words = {name: one.label.text for name, one in BasicsForm(formdata=None)._fields.items()}
    return words | {f"safety-{name}": one.label.text for name, one in SafetyForm(formdata=None)._fields.items()}


def said_by(kept: Mapping[str, Any], second: Mapping[str, Any]) -> Said:
    """What two heads (queries.head_of, or those of a record) say; what neither says is left out."""
    one, other = (json.loads(canonical_json(head)) for head in (kept, second))
    rows = []
    for name, words in field_words().items():
        if name in one and name not in ("revision", "document_missing_reason"):
            mine, theirs = (_value(name, head.get(name)) for head in (one, other))
            if mine or theirs or name in ALWAYS:
                rows.append((words, mine, theirs, one.get(name) != other.get(name)))
    for name, words in (("family", _("Family")), ("disabilities", _("Disabilities"))):
        mine, theirs = ("、".join(map(_LISTS[name], head[name])) for head in (one, other))
        if mine or theirs:
            masked_alike = name == "disabilities" and one[name] != other[name]
            rows.append((words, mine, theirs, mine != theirs or masked_alike))
    return rows


def counted_of(kept: Mapping[str, int], second: Mapping[str, int]) -> Counted:
    """How much stands in each file, by kind."""
    return [(_(words), kept.get(name, 0), second.get(name, 0)) for name, words, _column in COUNTED]


def offered(offers: Sequence[Offer]) -> list[tuple[Offer, str, str]]:
    """What may be taken over, each with its name and what it says."""
    words = field_words()
    return [(one, _(one.words) if one.words else words[one.key], _value_of(one)) for one in offers]


def key_words(key: str) -> str:
    """The name of something that was taken over, by its key."""
    named = {
        "member": _("Family member"),
        "disability": _("Disability"),
        "home": _("Home and way"),
        "student_number": _("National student number"),
    }
    return named.get(key.split("-")[0]) or field_words().get(key, key)


def _value_of(offer: Offer) -> str:
    if offer.key.startswith("disability-"):
        return _disability(cast("tuple[str, int | None, str | None]", offer.value), masked=True)
    if offer.key == "home":
        return label(HomeMode(str(offer.value)))
    return _value(offer.key if offer.key in KINDS else "", offer.value)


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name in MASKS:
        return MASKS[name](str(value)) or ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return label(KINDS[name](value)) if name in KINDS else str(value)


def _member(row: Sequence) -> str:
    name, relation = row[:2]
    return f"{name} {label(GuardianRelation(relation))}"


def _disability(row: Sequence, masked: bool = False) -> str:
    category, grade, certificate = row
    words = [label(DisabilityCategory(category)), _("grade %(grade)s", grade=grade) if grade else ""]
    return " ".join(filter(None, [*words, certificate if masked else mask_certificate(certificate or "")]))


_LISTS = {"family": _member, "disabilities": _disability}
