"""Two districts alike, each with a child and one thing of every kind that a URL can name, and a user of every role.

Pages of the one must not open a thing of the other. A new kind of id in a URL needs a line in `KINDS`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from app.access import SYSTEM, Role
from app.accounts.actions import make_link
from app.accounts.models import LinkPurpose, SavedFilter, User
from app.assessments.models import Assessment
from app.children.models import Child, Guardian, Guardianship
from app.children.sight import give_sight
from app.children.types import SightKind
from app.db import db, vault
from app.db.bulk import as_json
from app.imports.models import Import, ImportRow
from app.imports.types import ImportKind, ImportState, RowOutcome
from app.jobs.models import Job, JobState
from app.plans.content import parts_of
from app.plans.models import PlanVersion
from app.roll.models import RollRequest, Transfer
from app.roll.types import MovementKind, TransferState, TransferStep
from app.schools.models import CalendarDay, School, Teacher, Unit
from app.schools.types import DayKind
from app.visits.models import (
    Booking,
    Leave,
    MoveRequest,
    Repair,
    RepairCall,
    Team,
    TeamMember,
    Timetable,
    TravelLeg,
    Village,
    VillagePlace,
    Visit,
    VisitLink,
    VisitPin,
)
from app.visits.types import MoveState, RepairState, TimetableState, VisitOrigin
from app.web.filters import today
from tests.factories import plans as make
from tests.support import people

SINCE = make.SINCE
NAMES = ("冉䶮一", "谭㛃二")


@dataclass
class Side:
    """One district: its child (whose name is a canary on the pages of others), its people, its things by kind."""

    unit: Unit
    school: School
    child: Child
    version: PlanVersion
    guardian: Guardian
    teacher: Teacher
    users: dict[Role, User]
    ids: dict[str, uuid.UUID] = field(default_factory=dict)

    @property
    def canaries(self) -> tuple[str, ...]:
        """What tells that a page speaks of this side's child."""
        return self.child.name, self.child.file_number


def make_sides() -> tuple[Side, Side]:
    """Own and foreign side. The caller holds the write lock and commits."""
    return _make_side(NAMES[0], 1), _make_side(NAMES[1], 2)


def users_everywhere() -> dict[Role, User]:
    """People without a side: the city's coordinator sees all children; administrator and auditor see none."""
    return {role: people.make_user(role) for role in (Role.CITY_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)}


def _make_side(name: str, number: int) -> Side:
    desk = make.make_desk()
    child = make.make_child(desk.unit, desk.school, name)
    give_sight(child.id, SightKind.SCHOOL, desk.school.id, "delivering", on=SINCE)
    desk.child = child
    version = make.approved(desk)
    link = db.session.query(Guardianship).filter_by(child_id=child.id).one()
    guardian = db.session.get_one(Guardian, link.guardian_id)
    users = {
        Role.SCHOOL_COORDINATOR: desk.users["author"], Role.DISTRICT_COORDINATOR: desk.users["approver"],
        Role.VISITING_TEACHER: people.make_user(Role.VISITING_TEACHER), Role.EXPERT: people.make_user(Role.EXPERT),
        Role.GUARDIAN: people.make_user(Role.GUARDIAN, guardian_id=guardian.id),
    }
    teacher = Teacher(school_id=desk.school.id, user_id=users[Role.VISITING_TEACHER].id, number=f"T{number}",
                      name="何老师", skills=[])
    db.session.add(teacher)
    db.session.flush()
    for kind, holder in ((SightKind.TEACHER, teacher.id), (SightKind.EXPERT, users[Role.EXPERT].id),
                         (SightKind.GUARDIAN, guardian.id)):
        give_sight(child.id, kind, holder, "test", on=SINCE)
    side = Side(desk.unit, desk.school, child, version, guardian, teacher, users)
    for kind, produce in KINDS.items():
        row = produce(side)
        if getattr(row, "id", None) is None:
            raise AssertionError(f"the factory of {kind} made nothing")
        side.ids[kind] = row.id
    side.ids["unit_id"] = side.unit.id
    side.ids["draft"], side.ids["draft_goal"] = _draft(desk)
    side.ids["assessment"], side.ids["later_assessment"] = _assessments(side)
    return side


def _draft(desk) -> tuple[uuid.UUID, uuid.UUID]:
    """The next version, being written: what writing pages are tried on, because an approved one refuses everything."""
    draft = make.begin(desk, copy=True)
    return draft.id, parts_of(draft.id).goals[0].id


def _assessments(side: Side) -> list[uuid.UUID]:
    first = db.session.query(Assessment).filter_by(child_id=side.child.id).one()
    later = _kept(Assessment(child_id=side.child.id, instrument=first.instrument, assessed_on=today(), assessor="龚㛃",
                             scores=first.scores, strengths="", needs="", recorded_at=_now()))
    return [first.id, later.id]


def _kept(row):
    db.session.add(row)
    db.session.flush()
    return row


def _now() -> datetime:
    return datetime.now(UTC)


def _request(side: Side) -> RollRequest:
    return _kept(RollRequest(
        child_id=side.child.id, kind=MovementKind.SUSPENSION, school_id=side.school.id, effective_on=today(),
        due_on=today() + timedelta(days=365), grade=4, reason="重病", proof="医院证明", asked_by_name="陈老师",
        asked_by_id=side.users[Role.SCHOOL_COORDINATOR].id, asked_at=_now(), state=TransferState.OPEN))


def _transfer(side: Side) -> Transfer:
    other = make.make_school(side.unit, "汉葭小学")
    return _kept(Transfer(
        child_id=side.child.id, from_school_id=side.school.id, to_school_id=other.id, grade=4, reason="搬家",
        effective_on=today(), state=TransferState.OPEN, next_step=TransferStep.RECEIVING_UNIT,
        next_due_on=today() + timedelta(days=14), opened_at=_now(), opened_by_name="陈老师"))


def _team(side: Side) -> Team:
    team = _kept(Team(unit_id=side.unit.id, school_id=side.school.id, name="送教一组"))
    _kept(TeamMember(team_id=team.id, teacher_id=side.teacher.id, position=1))
    return team


def _timetable(side: Side) -> Timetable:
    first = today().replace(day=1)
    return _kept(Timetable(
        unit_id=side.unit.id, month=f"{first:%Y-%m}", first_on=first, last_on=first + timedelta(days=27),
        figures={"placed": 1, "asked": 1, "unserved": 0, "other_team": 0, "travel": 0, "team_days": 1, "spread": 100},
        state=TimetableState.PUBLISHED, created_by_name="向主任", created_at=_now(), published_by_name="向主任",
        published_at=_now()))


def _visit(side: Side) -> Visit:
    service = parts_of(side.version.id).services[0]
    visit = _kept(Visit(
        timetable_id=side.ids["timetable_id"], child_id=side.child.id, team_id=side.ids["team_id"], day=today(),
        plan_version_id=side.version.id, service_key=service.service_key, start=550, end=640,
        origin=VisitOrigin.TEMPLATE, frozen=True))
    start = datetime.combine(today(), datetime.min.time())
    for holder in (side.child.id, side.teacher.id):
        _kept(Booking(visit_id=visit.id, holder_id=holder, starts_at=start + timedelta(minutes=550),
                      ends_at=start + timedelta(minutes=640)))
    return visit


def _wish(side: Side) -> MoveRequest:
    link = _kept(VisitLink(token_hash=uuid.uuid4().hex * 2, child_id=side.child.id, created_at=_now(),
                           created_by_name="何老师", ends_at=_now() + timedelta(days=30)))
    return _kept(MoveRequest(child_id=side.child.id, visit_id=side.ids["visit_id"], link_id=link.id, day=today(),
                             start=600, state=MoveState.OPEN, asked_at=_now()))


def _village(side: Side) -> Village:
    village = _kept(Village(unit_id=side.unit.id, name=f"{side.child.name}家一带"))
    _kept(VillagePlace(village_id=village.id, child_id=side.child.id))
    return village


def _leg(side: Side) -> TravelLeg:
    return _kept(TravelLeg(
        unit_id=side.unit.id, start=f"home:{side.child.id}", end=f"village:{side.ids['village_id']}", minutes=25,
        closed_months=[], slow_months=[], entered_by_name="向主任", entered_at=_now()))


def _repair(side: Side) -> Repair:
    return _kept(Repair(unit_id=side.unit.id, timetable_id=side.ids["timetable_id"], first_on=today(), variants=[],
                        state=RepairState.READY, created_by_name="向主任", created_at=_now(),
                        events=[{"kind": "child_gone", "first": today().isoformat(), "last": today().isoformat(),
                                 "child_id": str(side.child.id), "teacher_id": None, "note": ""}]))


def _pin(side: Side) -> VisitPin:
    visit = db.session.get_one(Visit, side.ids["visit_id"])
    return _kept(VisitPin(unit_id=side.unit.id, month=f"{today():%Y-%m}", child_id=side.child.id, team_id=visit.team_id,
                          service_key=visit.service_key, day=visit.day, start=visit.start, by_name="向主任", at=_now()))


def _job(side: Side) -> Job:
    return _kept(Job(kind="test.nothing", args={}, state=JobState.DONE, result={}, problems=[], user_name="陈老师",
                     user_id=side.users[Role.SCHOOL_COORDINATOR].id, created_at=_now()))


def _import(side: Side) -> Import:
    user = side.users[Role.SCHOOL_COORDINATOR]
    return _kept(Import(kind=ImportKind.CHILDREN, state=ImportState.PREVIEW, file_name="名册.xlsx", file_hash="0" * 64,
                        file_sealed=b"", unit_id=side.unit.id, columns=[], ignored_columns=[], problems=[],
                        counts={outcome.value: 0 for outcome in RowOutcome},
                        created_by_id=user.id, created_by_name=user.name, created_at=_now()))


def _row(side: Side) -> ImportRow:
    row = ImportRow(import_id=side.ids["import_id"], line=2, outcome=RowOutcome.DOUBTFUL, label="第2行", problems=[])
    row.cells_sealed = vault().seal("import_rows", "cells", row.id, as_json({"v": None, "c": {"name": "向一"}}))
    return _kept(row)


def _calendar_day(side: Side) -> CalendarDay:
    return _kept(CalendarDay(unit_id=side.unit.id, day=date(2026, 6, 3), kind=DayKind.CLOSED, name="县运动会"))


KINDS: dict[str, Callable[[Side], object]] = {
    "child_id": lambda side: side.child,
    "version_id": lambda side: side.version,
    "part_id": lambda side: parts_of(side.version.id).goals[0],
    "goal_id": lambda side: parts_of(side.version.id).goals[0],
    "guardianship_id": lambda side: db.session.query(Guardianship).filter_by(child_id=side.child.id).one(),
    "link_id": lambda side: make_link(SYSTEM, LinkPurpose.GUARDIAN_INVITATION, days=14, child_id=side.child.id,
                                      guardian_id=side.guardian.id)[0],
    "request_id": _request,
    "transfer_id": _transfer,
    "team_id": _team,
    "timetable_id": _timetable,
    "visit_id": _visit,
    "pin_id": _pin,
    "wish_id": _wish,
    "repair_id": _repair,
    "call_id": lambda side: _kept(RepairCall(repair_id=side.ids["repair_id"], position=0, child_id=side.child.id,
                                             changes=[])),
    "leave_id": lambda side: _kept(Leave(teacher_id=side.teacher.id, first_on=today(), last_on=today())),
    "village_id": _village,
    "leg_id": _leg,
    "job_id": _job,
    "import_id": _import,
    "row_id": _row,
    "filter_id": lambda side: _kept(SavedFilter(user_id=side.users[Role.SCHOOL_COORDINATOR].id, page="children",
                                                name="甲", query={})),
    "day_id": _calendar_day,
    "school_id": lambda side: side.school,
    "teacher_id": lambda side: side.teacher,
    "user_id": lambda side: side.users[Role.EXPERT],
    "grant_id": lambda side: side.users[Role.EXPERT].roles[0],
}
"""How to make one thing of every kind that a URL can name, in an order in which each finds what it stands on."""
