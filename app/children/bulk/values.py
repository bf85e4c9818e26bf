"""What is said of many children at once, each value by its name. Keys are UUIDs or 32 hexadecimal characters, days are
dates or ISO text, enumerations may be their values."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

Key = uuid.UUID | str


class NewGuardian(NamedTuple):
    """A family member; `guardian_id` names a person who has a row already."""

    name: str
    relation: str
    is_guardian: bool = True
    phone: str | None = None
    document_number: str | None = None
    address: str | None = None
    may_see: bool = True
    guardian_id: Key | None = None


class NewFamily(NamedTuple):
    """Members that a child's family gains, in their order, the first at place `first`."""

    child_id: Key
    members: Sequence[NewGuardian]
    first: int = 1


class ChangedDuty(NamedTuple):
    """What a person is to a child from now on; `position` and `may_see` None stay."""

    duty_id: Key
    relation: str
    is_guardian: bool
    position: int | None = None
    may_see: bool | None = None


class PersonFacts(NamedTuple):
    """What is said of a person who has a row; None says nothing."""

    name: str | None = None
    document_number: str | None = None
    phone: str | None = None
    address: str | None = None


class Ended(NamedTuple):
    """A row that holds no more from a day on."""

    id: Key
    on: date | str


class NewDisability(NamedTuple):
    category: str
    grade: int | None = None
    certificate: str | None = None
    certificate_issuer: str | None = None
    certificate_ends_on: date | None = None
    screening_due_on: date | None = None
    screening_by: str | None = None


class DisabilityOf(NamedTuple):
    """A disability of a child; position 1 is the main one."""

    child_id: Key
    position: int
    said: NewDisability


class KeptDisability(NamedTuple):
    """What may change of a disability without being another one."""

    id: Key
    position: int
    certificate_issuer: str | None
    certificate_ends_on: date | None
    screening_due_on: date | None
    screening_by: str | None


class NewDiagnosis(NamedTuple):
    child_id: Key
    words: str
    source: str | None = None
    found_on: date | None = None


class NewHome(NamedTuple):
    """Degrees WGS 84; `mode` is a value of HomeMode."""

    longitude: float
    latitude: float
    mode: str = "car"
    walk_minutes: int = 0
    way: str | None = None
    closed_months: tuple[int, ...] = ()


class HomeOf(NamedTuple):
    child_id: Key
    said: NewHome


class ChangedHome(NamedTuple):
    """A home point that is set anew. `revision` is the one that was read; `said` are fields of NewHome, longitude and
    latitude always together."""

    id: Key
    revision: int
    said: Mapping[str, Any]


class NewChild(NamedTuple):
    """The facts of a file to open. `facts` holds the columns of FACTS that are known, as `db.bulk.ready` gives them."""

    id: Key
    file_number: str
    unit_id: Key
    name: str
    sex: str
    birth_on: date | str
    document_kind: str
    document_number: str | None = None
    address: str | None = None
    phone: str | None = None
    facts: Mapping[str, object] = {}
    guardians: Sequence[NewGuardian] = ()
    disabilities: Sequence[NewDisability] = ()
    diagnoses: Sequence[str] = ()
    home: NewHome | None = None


class ChildChange(NamedTuple):
    """What a file says anew. `revision` is the one that was read; `said` holds fields of NewChild and of FACTS by name,
    those that are different now and no others."""

    child_id: Key
    revision: int
    said: Mapping[str, Any]


class NewEvent(NamedTuple):
    """A line of the timeline. `values` fill the sentence; text is JSON already, for those who tell many the same."""

    child_id: Key
    kind: str
    on: date | str
    sentence: str
    values: Mapping[str, object] | str
    subject_id: Key | None = None


class NewSight(NamedTuple):
    """A holder sees a file from a day on because of something, whose row may be named."""

    child_id: Key
    kind: str
    holder_id: Key
    because: str
    because_id: Key | None
    since: date | str
    right: str = "write"


FACTS = (
    "document_missing_reason",
    "former_name",
    "ethnic_group",
    "nationality",
    "hukou_code",
    "hukou_kind",
    "health",
    "town_code",
    "preschool",
    "left_behind",
    "migrant",
    "orphan",
    "martyr_family",
    "needs_aid",
    "boarding_aid",
    "distance_km",
    "travel_mode",
)
