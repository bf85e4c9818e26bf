"""What a form, an import or a command says about a child, as plain values before anything is stored."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

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


@dataclass(frozen=True, kw_only=True)
class ChildFacts:
    """The basics of a file. `document_number`, `phone` and `address` None mean: not known, or on a change: keep."""

    name: str
    sex: Sex
    birth_on: date
    document_kind: DocumentKind
    document_number: str | None = None
    document_missing_reason: str | None = None
    former_name: str | None = None
    ethnic_group: str | None = None
    nationality: str | None = None
    hukou_code: str | None = None
    hukou_kind: HukouKind | None = None
    health: Health | None = None
    town_code: str | None = None
    address: str | None = None
    phone: str | None = None
    preschool: bool | None = None
    left_behind: LeftBehind | None = None
    migrant: bool | None = None
    orphan: bool | None = None
    martyr_family: bool | None = None
    needs_aid: bool | None = None
    boarding_aid: bool | None = None
    distance_km: int | None = None
    travel_mode: TravelMode | None = None


SEALED = ("document_number", "phone", "address")


@dataclass(frozen=True, kw_only=True)
class GuardianFacts:
    """One family member. `guardianship_id` names the row it changes; None makes a new one."""

    name: str
    relation: GuardianRelation
    is_guardian: bool = True
    may_see: bool = True
    phone: str | None = None
    document_number: str | None = None
    guardianship_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DisabilityFacts:
    """One disability in the order of weight; the first is the main one. `disability_id` names the row it changes.

    `suspected`: nobody has assessed it yet; then `screening_due_on` and `screening_by` say until when and who sees to
    it.
    """

    category: DisabilityCategory | None
    grade: int | None = None
    certificate: str | None = None
    certificate_ends_on: date | None = None
    disability_id: uuid.UUID | None = None
    certificate_issuer: str | None = None
    suspected: bool = False
    screening_due_on: date | None = None
    screening_by: str | None = None


@dataclass(frozen=True)
class DiagnosisFacts:
    """A doctor's words, apart from the certificate."""

    words: str
    source: str | None = None
    found_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class HomeFacts:
    """Where the home is (degrees), how one gets there, minutes on foot at the end, months without a way (1–12)."""

    longitude: float
    latitude: float
    mode: HomeMode
    walk_minutes: int = 0
    way: str | None = None
    closed_months: tuple[int, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class SafetyFacts:
    seizure: str | None = None
    choking: str | None = None
    allergy: str | None = None
    medicine: str | None = None
    dog: bool = False
    two_adults: bool = False
    other: str | None = None
