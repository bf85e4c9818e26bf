"""Tables of the child's file."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.children.points import degrees_of, point_text
from app.children.types import (
    DisabilityCategory,
    DocumentKind,
    EventKind,
    GuardianRelation,
    Health,
    HomeMode,
    HukouKind,
    LeftBehind,
    Sex,
    SightKind,
    SightRight,
    TravelMode,
)
from app.db import Base, SealedField, choice
from app.db.types import Json


class Child(Base):
    """The file of one child. `file_number` (like YA26000123) is for life; `unit_id` is today's responsible unit."""

    __tablename__ = "children"
    __table_args__ = (
        Index("ix_children_unit_id_sort_key", "unit_id", "sort_key", "id"),
        Index("ix_children_unit_id", "unit_id", "id"),  # whose children: half as long to walk as the one above
        Index("ix_children_sort_key", "sort_key", "id"),
        Index("ix_children_name", "name", "id"),
        Index("ix_children_name_pinyin", "name_pinyin"),
        Index("ix_children_name_initials", "name_initials"),
        Index("ix_children_birth_on", "birth_on"),
    )

    file_number: Mapped[str] = mapped_column(String(12), unique=True)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(120))
    former_name: Mapped[str | None] = mapped_column(String(120))
    name_pinyin: Mapped[str] = mapped_column(String(240))
    name_initials: Mapped[str] = mapped_column(String(60))
    sort_key: Mapped[str] = mapped_column(String(240).with_variant(String(240, collation="C"), "postgresql"))
    sex: Mapped[Sex] = mapped_column(choice(Sex))
    birth_on: Mapped[date]
    document_kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind))
    document_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    document_number_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    document_missing_reason: Mapped[str | None] = mapped_column(String(200))
    ethnic_group: Mapped[str | None] = mapped_column(String(40))
    nationality: Mapped[str | None] = mapped_column(String(60))
    hukou_code: Mapped[str | None] = mapped_column(String(12))
    hukou_kind: Mapped[HukouKind | None] = mapped_column(choice(HukouKind))
    health: Mapped[Health | None] = mapped_column(choice(Health))
    town_code: Mapped[str | None] = mapped_column(String(12), index=True)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    preschool: Mapped[bool | None]
    left_behind: Mapped[LeftBehind | None] = mapped_column(choice(LeftBehind))
    migrant: Mapped[bool | None]
    orphan: Mapped[bool | None]
    martyr_family: Mapped[bool | None]
    needs_aid: Mapped[bool | None]
    boarding_aid: Mapped[bool | None]
    distance_km: Mapped[int | None]
    travel_mode: Mapped[TravelMode | None] = mapped_column(choice(TravelMode))
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    merged_into: Mapped[uuid.UUID | None]
    """The file that is kept, where this one was a second file of the same child: see aliases.py. The database refuses
    one that is not there, is itself merged, or is this one (a key to its own table could not be taken back)."""

    document_number = SealedField("document")
    address = SealedField()
    phone = SealedField("phone")


_MERGED = text("merged_into IS NOT NULL")
Index("ix_children_merged_into", Child.merged_into, Child.id, sqlite_where=_MERGED, postgresql_where=_MERGED)
Index(
    "uq_children_document_number_blind",
    Child.document_number_blind,
    unique=True,
    sqlite_where=text("document_number_blind IS NOT NULL"),
    postgresql_where=text("document_number_blind IS NOT NULL"),
)
_RENAMED = text("former_name IS NOT NULL")
Index(
    "ix_children_latin_name",
    Child.name,
    Child.id,
    sqlite_where=text("name GLOB '*[A-Za-z]*'"),
    postgresql_where=text("name ~ '[A-Za-z]'"),
)
Index("ix_children_former_name", Child.former_name, Child.id, sqlite_where=_RENAMED, postgresql_where=_RENAMED)


class FormerIdentity(Base):
    """What a child's file said of who it is until a correction on `changed_on`. The number is kept
    only masked, as pages show it."""

    __tablename__ = "former_identities"
    __table_args__ = (Index("ix_former_identities_child", "child_id", "changed_on"),)

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    changed_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(120))
    sex: Mapped[Sex] = mapped_column(choice(Sex))
    birth_on: Mapped[date]
    document_kind: Mapped[DocumentKind] = mapped_column(choice(DocumentKind))
    document_mask: Mapped[str | None] = mapped_column(String(40))


class FileMerge(Base):
    """Two files of one child: which is kept, who said so and why, what both said then, and how it was undone.

    `snapshot` is the canonical JSON of both files' head data and of what the kept one took over, sealed;
    `snapshot_hash` its SHA-256 in hex. Frozen but for its end.
    """

    __tablename__ = "file_merges"
    __table_args__ = (
        Index("ix_file_merges_kept", "kept_id", "made_at"),
        CheckConstraint("merged_id <> kept_id", name="two_files"),
    )

    merged_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    kept_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID | None]
    made_by_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(400))
    snapshot_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    snapshot_hash: Mapped[str] = mapped_column(String(64))
    undone_on: Mapped[date | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[uuid.UUID | None]
    undone_by_name: Mapped[str | None] = mapped_column(String(120))
    undone_reason: Mapped[str | None] = mapped_column(String(400))

    snapshot = SealedField()


_HOLDS = text("undone_at IS NULL")
Index("uq_file_merges_holds", FileMerge.merged_id, unique=True, sqlite_where=_HOLDS, postgresql_where=_HOLDS)


class NumberTail(Base):
    """Blind index of the last four and last six characters of a child's numbers, for search by them.

    A row has no number of its own: imports write hundreds of thousands, and nobody points at one.
    """

    __tablename__ = "number_tails"
    __table_args__ = {"sqlite_with_rowid": False}

    id = None  # type: ignore[assignment]  # the one table whose key is made of its columns
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(20), primary_key=True)
    tail: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True, index=True)


class Guardian(Base):
    """A family member or guardian; brothers and sisters share one row."""

    __tablename__ = "guardians"

    name: Mapped[str] = mapped_column(String(120), index=True)
    document_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    document_number_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    document_number = SealedField("document")
    phone = SealedField("phone")
    address = SealedField()


class Guardianship(Base):
    """Who is what to a child; `may_see` opens the family page to a guardian."""

    __tablename__ = "guardianships"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    guardian_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("guardians.id"), index=True)
    position: Mapped[int]
    relation: Mapped[GuardianRelation] = mapped_column(choice(GuardianRelation))
    is_guardian: Mapped[bool]
    may_see: Mapped[bool] = mapped_column(default=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Disability(Base):
    """A disability of a child, ordered (1 = main); category and grade as certified, or as the roll sheet says.

    An entry with `screening_due_on` is only suspected (疑似残疾，未评定): it has neither certificate nor grade, and by
    that day `screening_by` has the child screened.
    """

    __tablename__ = "disabilities"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    position: Mapped[int]
    category: Mapped[DisabilityCategory] = mapped_column(choice(DisabilityCategory))
    grade: Mapped[int | None]
    certificate_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    certificate_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    certificate_issuer: Mapped[str | None] = mapped_column(String(120))
    certificate_ends_on: Mapped[date | None]
    screening_due_on: Mapped[date | None]
    screening_by: Mapped[str | None] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    certificate = SealedField("certificate")

    @property
    def suspected(self) -> bool:
        """True while nobody has assessed what is noted here."""
        return self.screening_due_on is not None


_SUSPECTED = text("screening_due_on IS NOT NULL")
Index(
    "ix_disabilities_screening_due_on",
    Disability.screening_due_on,
    sqlite_where=_SUSPECTED,
    postgresql_where=_SUSPECTED,
)


class Diagnosis(Base):
    """A medical diagnosis in words, apart from the certificate's category (autism is not a category)."""

    __tablename__ = "diagnoses"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    words: Mapped[str] = mapped_column(String(300))
    source: Mapped[str | None] = mapped_column(String(200))
    found_on: Mapped[date | None]


class HomePoint(Base):
    """Where the child is taught at home and how to get there; the newest row counts.

    Where a disabled child lives is no less than its address: the point (see points.py) and the way are sealed like it.
    """

    __tablename__ = "home_points"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), unique=True)
    point_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    mode: Mapped[HomeMode] = mapped_column(choice(HomeMode))
    walk_minutes: Mapped[int] = mapped_column(default=0)
    way_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    closed_months: Mapped[list] = mapped_column(Json)
    revision: Mapped[int] = mapped_column(default=1)

    point = SealedField()
    way = SealedField()

    @property
    def degrees(self) -> tuple[float | None, float | None]:
        """Longitude and latitude, WGS 84: one opening for both."""
        return degrees_of(self.point)

    @property
    def longitude(self) -> float | None:
        return self.degrees[0]

    @longitude.setter
    def longitude(self, value: float) -> None:
        self.point = point_text(value, self.degrees[1])

    @property
    def latitude(self) -> float | None:
        return self.degrees[1]

    @latitude.setter
    def latitude(self, value: float) -> None:
        self.point = point_text(self.degrees[0], value)


class SafetyCard(Base):
    """What a visitor must know before the door opens."""

    __tablename__ = "safety_cards"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), unique=True)
    seizure: Mapped[str | None] = mapped_column(String(300))
    choking: Mapped[str | None] = mapped_column(String(300))
    allergy: Mapped[str | None] = mapped_column(String(300))
    medicine: Mapped[str | None] = mapped_column(String(300))
    dog: Mapped[bool] = mapped_column(default=False)
    two_adults: Mapped[bool] = mapped_column(default=False)
    other: Mapped[str | None] = mapped_column(String(300))
    revision: Mapped[int] = mapped_column(default=1)


class Sight(Base):
    """A holder (unit, school, teacher, expert's user, guardian) sees a child's file in a period because of something.

    `facts_to` bounds what is seen, not when: a former holder reads, for as long as it may look, only what was true
    before that day. None: everything.
    """

    __tablename__ = "sights"
    __table_args__ = (Index("ix_sights_holder", "holder_id", "child_id"),)

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    kind: Mapped[SightKind] = mapped_column(choice(SightKind))
    holder_id: Mapped[uuid.UUID]
    right: Mapped[SightRight] = mapped_column(choice(SightRight, "right"), default=SightRight.WRITE)
    because: Mapped[str] = mapped_column(String(80))
    because_id: Mapped[uuid.UUID | None]
    facts_to: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class ResponsibleUnit(Base):
    """The unit that answers for a child in a period, and the town or village it lives in: what figures of a day are
    counted by. Every child has rows for all days, one after the other. See responsible.py.
    """

    __tablename__ = "responsible_units"
    __table_args__ = (
        Index("ix_responsible_units_child", "child_id", "valid_from"),
        Index("ix_responsible_units_unit", "unit_id", "valid_to"),
        Index("ix_responsible_units_valid_from", "valid_from"),
    )

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    town_code: Mapped[str | None] = mapped_column(String(12))
    because: Mapped[str] = mapped_column(String(80))
    because_id: Mapped[uuid.UUID | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class TimelineEvent(Base):
    """One line of the child's timeline, written by the action that made it happen.

    `code` names the sentence that `values` fill; a line from before codes has its English words as `sentence`.
    """

    __tablename__ = "timeline_events"
    __table_args__ = (Index("ix_timeline_events_child", "child_id", "happened_on", "recorded_at"),)

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    kind: Mapped[EventKind] = mapped_column(choice(EventKind))
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    code: Mapped[str | None] = mapped_column(String(80))
    sentence: Mapped[str] = mapped_column(Text, default="")
    values: Mapped[dict] = mapped_column(Json)
    subject_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))


class FileNumber(Base):
    """The last file number given out in a year; one row a year, locked while counting."""

    __tablename__ = "file_numbers"

    year: Mapped[int] = mapped_column(unique=True)
    last: Mapped[int]
