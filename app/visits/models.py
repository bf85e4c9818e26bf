"""Tables of visits. Times of day are minutes after midnight; local times (Asia/Shanghai) carry no zone."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, choice
from app.db.types import Json
from app.plans.types import PromptLevel
from app.schools.types import TeacherSex
from app.visits.types import (
    ChangeKind,
    ClosureKind,
    Confirmation,
    LegHalf,
    MissedReason,
    MoveState,
    RecordOutcome,
    RepairState,
    RoadServiceKind,
    TimetableState,
    VisitOrigin,
)


class Team(Base):
    """Teachers who visit together. `apart`: each sets out from the own school, and they meet at the home; else all set
    out from the team's school, that of the teacher who leads."""

    __tablename__ = "teams"

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("schools.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    active: Mapped[bool] = mapped_column(default=True)
    apart: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)


class TeamMember(Base):
    """A teacher in a team; the first position leads (主教)."""

    __tablename__ = "team_members"
    __table_args__ = (UniqueConstraint("team_id", "teacher_id"),)

    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teachers.id"), index=True)
    position: Mapped[int]


class TeacherHours(Base):
    """When a teacher can be out: weekday 0–6, minutes of the day [start, end)."""

    __tablename__ = "teacher_hours"

    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teachers.id"), index=True)
    weekday: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]


class Leave(Base):
    """Days on which a teacher is away, first and last day."""

    __tablename__ = "leaves"

    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teachers.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(200))


class FamilyTime(Base):
    """When the family can receive a visit: weekday 0–6, minutes of the day [start, end)."""

    __tablename__ = "family_times"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    weekday: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]


class FamilyWish(Base):
    """What a family wishes of the teachers who come; `types.FamilyWishes` says what it means."""

    __tablename__ = "family_wishes"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), unique=True)
    sex: Mapped[TeacherSex | None] = mapped_column(choice(TeacherSex))
    sex_must: Mapped[bool] = mapped_column(default=False)
    words: Mapped[list] = mapped_column(Json)
    words_must: Mapped[bool] = mapped_column(default=False)


class Village(Base):
    """Homes and schools that lie together, named by the district: minutes can be entered for all of them at once."""

    __tablename__ = "villages"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int] = mapped_column(default=1)


class VillagePlace(Base):
    """A home or a school of a village."""

    __tablename__ = "village_places"
    __table_args__ = (UniqueConstraint("village_id", "child_id"), UniqueConstraint("village_id", "school_id"),
                      CheckConstraint("(child_id IS NULL) <> (school_id IS NULL)", name="one_place"))

    village_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("villages.id"), index=True)
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("children.id"), index=True)
    school_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("schools.id"), index=True)


class TravelLeg(Base):
    """Minutes between two ends that somebody entered, and when the way is closed or slower; `types.LegInput` says what
    an end is. `both` ways: the ends stand in the order of their names. `half` of the day in which it holds."""

    __tablename__ = "travel_legs"
    __table_args__ = (UniqueConstraint("unit_id", "start", "end", "half"),
                      CheckConstraint("minutes > 0 AND minutes <= 600", name="minutes"),
                      CheckConstraint("percent >= 100 AND percent <= 500", name="percent"))

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    start: Mapped[str] = mapped_column(String(48))
    end: Mapped[str] = mapped_column(String(48))
    half: Mapped[LegHalf] = mapped_column(choice(LegHalf), default=LegHalf.DAY)
    minutes: Mapped[int | None]
    both: Mapped[bool] = mapped_column(default=True)
    closed_months: Mapped[list] = mapped_column(Json)
    slow_months: Mapped[list] = mapped_column(Json)
    percent: Mapped[int] = mapped_column(default=100)
    note: Mapped[str | None] = mapped_column(String(200))
    entered_by_name: Mapped[str] = mapped_column(String(120))
    entered_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)


class RoadService(Base):
    """The program that is asked for minutes by road; the newest row counts, one without address takes it away."""

    __tablename__ = "road_services"

    kind: Mapped[RoadServiceKind] = mapped_column(choice(RoadServiceKind))
    address: Mapped[str | None] = mapped_column(String(300))
    set_by_name: Mapped[str] = mapped_column(String(120))
    set_at: Mapped[datetime] = mapped_column(index=True)


class RoadTable(Base):
    """A unit's minutes by road as last measured. `places`: [id, latitude, longitude (millionths), mode]; `minutes`:
    rows of 16-bit numbers, deflated, -1 = not known; `walk`: minutes on foot to the road; `notes`: problems to tell.

    `source_name` is the extract's or the service's, `source_day` and `source_hash` the extract's.
    """

    __tablename__ = "road_tables"

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), unique=True)
    source_name: Mapped[str] = mapped_column(String(300))
    source_day: Mapped[str | None] = mapped_column(String(10))
    source_hash: Mapped[str | None] = mapped_column(String(64))
    places: Mapped[list] = mapped_column(Json)
    minutes: Mapped[bytes] = mapped_column(LargeBinary)
    walk: Mapped[list] = mapped_column(Json)
    notes: Mapped[list] = mapped_column(Json)
    measured_by_name: Mapped[str] = mapped_column(String(120))
    measured_at: Mapped[datetime]


class Timetable(Base):
    """One unit's visits of one month. Inputs' hash, seed and figures are kept with it."""

    __tablename__ = "timetables"
    __table_args__ = (Index("ix_timetables_unit_id_month", "unit_id", "month"),)

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    month: Mapped[str] = mapped_column(String(7))
    first_on: Mapped[date]
    last_on: Mapped[date]
    state: Mapped[TimetableState] = mapped_column(choice(TimetableState))
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("jobs.id"))
    input_hash: Mapped[str | None] = mapped_column(String(64))
    seed: Mapped[int] = mapped_column(default=0)
    figures: Mapped[dict] = mapped_column(Json)
    created_by_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    published_by_name: Mapped[str | None] = mapped_column(String(120))
    published_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]


_PUBLISHED = text("state = 'published' AND superseded_at IS NULL")
Index("uq_timetables_published", Timetable.unit_id, Timetable.month, unique=True, sqlite_where=_PUBLISHED,
      postgresql_where=_PUBLISHED)


class Visit(Base):
    """A planned visit. `frozen` once its timetable is published. `travel_in` minutes of travel before it."""

    __tablename__ = "visits"
    __table_args__ = (Index("ix_visits_child_id_day", "child_id", "day"),
                      Index("ix_visits_team_id_day", "team_id", "day"))

    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"))
    plan_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan_versions.id"))
    service_key: Mapped[uuid.UUID]
    day: Mapped[date] = mapped_column(index=True)
    start: Mapped[int]
    end: Mapped[int]
    travel_in: Mapped[int] = mapped_column(default=0)
    travel_estimated: Mapped[bool] = mapped_column(default=True)
    origin: Mapped[VisitOrigin] = mapped_column(choice(VisitOrigin))
    frozen: Mapped[bool] = mapped_column(default=False)


class Booking(Base):
    """A teacher's or a child's time taken by a published visit; the database refuses an overlap."""

    __tablename__ = "bookings"
    __table_args__ = (Index("ix_bookings_holder_id_starts_at", "holder_id", "starts_at"),)

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    holder_id: Mapped[uuid.UUID]
    starts_at: Mapped[datetime] = mapped_column(DateTime())
    ends_at: Mapped[datetime] = mapped_column(DateTime())


class UnservedNeed(Base):
    """Visits of a service that the timetable could not place, and why (reasons as the engine gave them)."""

    __tablename__ = "unserved_needs"

    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    service_key: Mapped[uuid.UUID]
    missing: Mapped[int]
    reasons: Mapped[list] = mapped_column(Json)
    remedies: Mapped[list | None] = mapped_column(Json)


class VisitRecord(Base):
    """What happened at a visit, written once. A correction is a new row naming the one it corrects.

    `key` is made by the phone, so that a record sent twice is stored once.
    """

    __tablename__ = "visit_records"

    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visit_records.id"), unique=True)
    key: Mapped[uuid.UUID] = mapped_column(unique=True)
    outcome: Mapped[RecordOutcome] = mapped_column(choice(RecordOutcome))
    day: Mapped[date]
    start: Mapped[int | None]
    end: Mapped[int | None]
    minutes: Mapped[int] = mapped_column(default=0)
    reason: Mapped[MissedReason | None] = mapped_column(choice(MissedReason))
    note: Mapped[str | None] = mapped_column(Text)
    practice: Mapped[str | None] = mapped_column(Text)
    confirmation: Mapped[Confirmation] = mapped_column(choice(Confirmation))
    confirmed_by: Mapped[str | None] = mapped_column(String(120))
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    recorded_by_name: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


Index("uq_visit_records_first", VisitRecord.visit_id, unique=True, sqlite_where=text("corrects_id IS NULL"),
      postgresql_where=text("corrects_id IS NULL"))


class VisitPoint(Base):
    """One objective worked at a visit: help needed, and how many of how many tries."""

    __tablename__ = "visit_points"

    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit_records.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    objective_key: Mapped[uuid.UUID] = mapped_column(index=True)
    prompt: Mapped[PromptLevel] = mapped_column(choice(PromptLevel))
    done: Mapped[int]
    trials: Mapped[int]


class HomeClosure(Base):
    """Days (first and last) on which no visit can be at a home: the family cancelled, the road is closed, the child is
    gone."""

    __tablename__ = "home_closures"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    kind: Mapped[ClosureKind] = mapped_column(choice(ClosureKind))
    note: Mapped[str | None] = mapped_column(String(200))


class VisitChange(Base):
    """A published visit that a later publication changed: told to its family and its teachers, to nobody else."""

    __tablename__ = "visit_changes"

    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), index=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(choice(ChangeKind))
    former_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visits.id"))
    visit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("visits.id"))
    at: Mapped[datetime] = mapped_column(index=True)


class Repair(Base):
    """What happened to a published month, the ways out that the engine found, and the one that was chosen.

    `events` and `variants` are as app/visits/actions/repairs.py writes them; nothing changes before `first_on`.
    """

    __tablename__ = "repairs"

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"), index=True)
    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), index=True)
    first_on: Mapped[date]
    state: Mapped[RepairState] = mapped_column(choice(RepairState))
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("jobs.id"))
    events: Mapped[list] = mapped_column(Json)
    variants: Mapped[list] = mapped_column(Json)
    chosen: Mapped[str | None] = mapped_column(String(40))
    draft_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("timetables.id"), index=True)
    created_by_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]


class RepairCall(Base):
    """Somebody to phone after a repair was chosen: a family or a teacher, and whether it was done."""

    __tablename__ = "repair_calls"
    __table_args__ = (UniqueConstraint("repair_id", "position"),)

    repair_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("repairs.id"), index=True)
    position: Mapped[int]
    child_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("children.id"))
    teacher_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("teachers.id"))
    changes: Mapped[list] = mapped_column(Json)
    done_at: Mapped[datetime | None]
    done_by_name: Mapped[str | None] = mapped_column(String(120))


class VisitLink(Base):
    """A secret address for one child's next visits: confirm, or ask to move. Only the hash of its token is kept."""

    __tablename__ = "visit_links"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    created_at: Mapped[datetime]
    created_by_name: Mapped[str] = mapped_column(String(120))
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class VisitAnswer(Base):
    """A family's yes to a visit. It is of the day and hour, so that a new publication of the same visit keeps it."""

    __tablename__ = "visit_answers"
    __table_args__ = (UniqueConstraint("child_id", "service_key", "day", "start"),)

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"))
    service_key: Mapped[uuid.UUID]
    day: Mapped[date]
    start: Mapped[int]
    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit_links.id"))
    at: Mapped[datetime]


class MoveRequest(Base):
    """A family asks to move a visit to a time that was feasible when it was asked."""

    __tablename__ = "move_requests"

    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visits.id"), index=True)
    link_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit_links.id"))
    day: Mapped[date]
    start: Mapped[int]
    state: Mapped[MoveState] = mapped_column(choice(MoveState))
    reason: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_by_name: Mapped[str | None] = mapped_column(String(120))
    answered_at: Mapped[datetime | None]


Index("uq_move_requests_open", MoveRequest.visit_id, unique=True, sqlite_where=text("state = 'open'"),
      postgresql_where=text("state = 'open'"))


class TimetableRun(Base):
    """How a timetable was made: the seconds allowed, the settings eased for it (remedies as the engine gave them), its
    way (rows of seconds, missing visits, cost) and what the district lacks as a whole."""

    __tablename__ = "timetable_runs"

    timetable_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("timetables.id"), unique=True)
    seconds: Mapped[int]
    relaxations: Mapped[list] = mapped_column(Json)
    progress: Mapped[list] = mapped_column(Json)
    shortages: Mapped[list] = mapped_column(Json)


class VisitPin(Base):
    """A visit that stays where it is in every further run of its unit's month."""

    __tablename__ = "visit_pins"
    __table_args__ = (UniqueConstraint("unit_id", "month", "child_id", "service_key", "day"),)

    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("units.id"))
    month: Mapped[str] = mapped_column(String(7))
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("children.id"), index=True)
    service_key: Mapped[uuid.UUID]
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"))
    day: Mapped[date]
    start: Mapped[int]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
