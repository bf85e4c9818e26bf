"""One thing of every kind that a URL can name, for a side of the `scene`. A new kind of id needs a line in `KINDS`."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from app.access import SYSTEM, Role
from app.accounts.actions import make_link
from app.accounts.models import LinkPurpose, SavedFilter, User
from app.attachments import store
from app.attachments.actions import keep_taken
from app.attachments.models import Attachment
from app.attachments.types import FileType, Taken
from app.children.models import Child, FileMerge, Guardian, Guardianship
from app.children.sight import give_sight
from app.children.types import SightKind
from app.db import db, vault
from app.db.bulk import as_json
from app.imports.models import Import, ImportRow
from app.imports.types import ImportKind, ImportState, RowOutcome
from app.jobs.models import Job, JobState
from app.placements.models import Decision
from app.placements.queries import find_decision
from app.plans.content import parts_of
from app.plans.models import PlanVersion
from app.repairs.models import MoveRequest, Repair, RepairCall, VisitLink
from app.repairs.types import MoveState, RepairState
from app.roads.models import TravelLeg, Village, VillagePlace
from app.roll.models import RollRequest, Transfer
from app.roll.types import MovementKind, TransferState, TransferStep
from app.schools.models import CalendarDay, School, Teacher, Unit
from app.schools.types import DayKind
from app.steps.models import Step
from app.teams.models import HomeClosure, Leave, Team, TeamMember
from app.teams.types import ClosureKind
from app.timetables.figures import Figures
from app.timetables.models import Booking, Timetable, Visit, VisitPin
from app.timetables.types import TimetableState, VisitOrigin
from app.web.filters import today
from tests.children.factory import make_child
from tests.factories import plans as make


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


def kept(row):
    """The row, added and flushed."""
    db.session.add(row)
    db.session.flush()
    return row


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


def _request(side: Side) -> RollRequest:
    return kept(
        RollRequest(
            child_id=side.child.id,
            kind=MovementKind.SUSPENSION,
            school_id=side.school.id,
            effective_on=today(),
            due_on=today() + timedelta(days=365),
            grade=4,
            reason="重病",
            proof="医院证明",
            asked_by_name="陈老师",
            asked_by_id=side.users[Role.SCHOOL_COORDINATOR].id,
            asked_at=now(),
            state=TransferState.OPEN,
        )
    )


def _transfer(side: Side) -> Transfer:
    other = make.make_school(side.unit, "汉葭小学")
    return kept(
        Transfer(
            child_id=side.child.id,
            from_school_id=side.school.id,
            to_school_id=other.id,
            grade=4,
            reason="搬家",
            effective_on=today(),
            state=TransferState.OPEN,
            next_step=TransferStep.RECEIVING_UNIT,
            next_due_on=today() + timedelta(days=14),
            opened_at=now(),
            opened_by_name="陈老师",
        )
    )


def _step(side: Side) -> Step:
    return kept(
        Step(
            kind="certificate_end",
            subject="disability",
            subject_id=side.child.id,
            part="",
            child_id=side.child.id,
            unit_id=side.unit.id,
            school_id=side.school.id,
            opened_on=today(),
            due_on=today() + timedelta(days=90),
        )
    )


def _team(side: Side) -> Team:
    team = kept(Team(unit_id=side.unit.id, school_id=side.school.id, name="送教一组"))
    kept(TeamMember(team_id=team.id, teacher_id=side.teacher.id, position=1))
    return team


def _timetable(side: Side) -> Timetable:
    first = today().replace(day=1)
    return kept(
        Timetable(
            unit_id=side.unit.id,
            month=f"{first:%Y-%m}",
            first_on=first,
            last_on=first + timedelta(days=27),
            figures=Figures(placed=1, asked=1, unserved=0, travel=0, team_days=1, spread=100),
            state=TimetableState.PUBLISHED,
            created_by_name="向主任",
            created_at=now(),
            published_by_name="向主任",
            published_at=now(),
        )
    )


def _visit(side: Side) -> Visit:
    service = parts_of(side.version.id).services[0]
    visit = kept(
        Visit(
            timetable_id=side.ids["timetable_id"],
            child_id=side.child.id,
            team_id=side.ids["team_id"],
            day=today(),
            plan_version_id=side.version.id,
            service_key=service.service_key,
            start=550,
            end=640,
            origin=VisitOrigin.TEMPLATE,
            frozen=True,
        )
    )
    start = datetime.combine(today(), datetime.min.time())
    for holder in (side.child.id, side.teacher.id):
        kept(
            Booking(
                visit_id=visit.id,
                holder_id=holder,
                starts_at=start + timedelta(minutes=550),
                ends_at=start + timedelta(minutes=640),
            )
        )
    return visit


def _wish(side: Side) -> MoveRequest:
    link = kept(
        VisitLink(
            token_hash=uuid.uuid4().hex * 2,
            child_id=side.child.id,
            created_at=now(),
            created_by_name="何老师",
            ends_at=now() + timedelta(days=30),
        )
    )
    return kept(
        MoveRequest(
            child_id=side.child.id,
            visit_id=side.ids["visit_id"],
            link_id=link.id,
            day=today(),
            start=600,
            state=MoveState.OPEN,
            asked_at=now(),
        )
    )


def _village(side: Side) -> Village:
    village = kept(Village(unit_id=side.unit.id, name=f"{side.child.name}家一带"))
    kept(VillagePlace(village_id=village.id, child_id=side.child.id))
    return village


def _leg(side: Side) -> TravelLeg:
    return kept(
        TravelLeg(
            unit_id=side.unit.id,
            start=f"home:{side.child.id}",
            end=f"village:{side.ids['village_id']}",
            minutes=25,
            closed_months=[],
            slow_months=[],
            entered_by_name="向主任",
            entered_at=now(),
        )
    )


def _repair(side: Side) -> Repair:
    return kept(
        Repair(
            unit_id=side.unit.id,
            timetable_id=side.ids["timetable_id"],
            first_on=today(),
            variants=[],
            state=RepairState.READY,
            created_by_name="向主任",
            created_at=now(),
            events=[
                {
                    "kind": "child_gone",
                    "first": today().isoformat(),
                    "last": today().isoformat(),
                    "child_id": str(side.child.id),
                    "teacher_id": None,
                    "note": "",
                }
            ],
        )
    )


def _pin(side: Side) -> VisitPin:
    visit = db.session.get_one(Visit, side.ids["visit_id"])
    return kept(
        VisitPin(
            unit_id=side.unit.id,
            month=f"{today():%Y-%m}",
            child_id=side.child.id,
            team_id=visit.team_id,
            service_key=visit.service_key,
            day=visit.day,
            start=visit.start,
            by_name="向主任",
            at=now(),
        )
    )


def _job(side: Side) -> Job:
    return kept(
        Job(
            kind="test.nothing",
            args={},
            state=JobState.DONE,
            result={},
            problems=[],
            user_name="陈老师",
            user_id=side.users[Role.SCHOOL_COORDINATOR].id,
            created_at=now(),
        )
    )


def _import(side: Side) -> Import:
    user = side.users[Role.SCHOOL_COORDINATOR]
    return kept(
        Import(
            kind=ImportKind.CHILDREN,
            state=ImportState.PREVIEW,
            file_name="名册.xlsx",
            file_hash="0" * 64,
            file_sealed=b"",
            unit_id=side.unit.id,
            columns=[],
            ignored_columns=[],
            problems=[],
            counts={outcome.value: 0 for outcome in RowOutcome},
            created_by_id=user.id,
            created_by_name=user.name,
            created_at=now(),
        )
    )


def _row(side: Side) -> ImportRow:
    row = ImportRow(import_id=side.ids["import_id"], line=2, outcome=RowOutcome.DOUBTFUL, label="第2行", problems=[])
    row.cells_sealed = vault().seal("import_rows", "cells", row.id, as_json({"v": None, "c": {"name": "向一"}}))
    return kept(row)


def _decision(side: Side) -> Decision:
    """What attachments are tried on."""
    found = find_decision(side.child.id)
    assert found is not None
    return found


def _attachment(side: Side) -> Attachment:
    content = io.BytesIO(b"\x89PNG\r\n\x1a\n" + side.child.name.encode())
    taken = Taken(name="证明.png", type=FileType.PNG, sealed=store.keep(content, 20), blind=side.child.id.bytes)
    keep_taken(SYSTEM, "decision", side.ids["subject_id"], [taken])
    return db.session.query(Attachment).filter_by(subject_id=side.ids["subject_id"]).one()


def _calendar_day(side: Side) -> CalendarDay:
    return kept(CalendarDay(unit_id=side.unit.id, day=date(2026, 6, 3), kind=DayKind.CLOSED, name="县运动会"))


def _other(side: Side) -> Child:
    """Another file that the side's school may write in, like the child's own."""
    other = make_child(side.unit, side.child.name, birth=side.child.birth_on, sex=side.child.sex)
    give_sight(other.id, SightKind.SCHOOL, side.school.id, "opened", on=date(2020, 1, 1))
    return other


def _merge(side: Side) -> FileMerge:
    second = _other(side)
    merge = FileMerge(
        merged_id=second.id,
        kept_id=side.child.id,
        made_on=today(),
        made_at=now(),
        made_by_name="陈老师",
        reason="同一人",
        snapshot_hash="0" * 64,
    )
    merge.snapshot = "{}"
    second.merged_into = side.child.id
    return kept(merge)


KINDS: dict[str, Callable[[Side], object]] = {
    "child_id": lambda side: side.child,
    "version_id": lambda side: side.version,
    "part_id": lambda side: parts_of(side.version.id).goals[0],
    "goal_id": lambda side: parts_of(side.version.id).goals[0],
    "guardianship_id": lambda side: db.session.query(Guardianship).filter_by(child_id=side.child.id).one(),
    "link_id": lambda side: make_link(
        SYSTEM, LinkPurpose.GUARDIAN_INVITATION, days=14, child_id=side.child.id, guardian_id=side.guardian.id
    )[0],
    "request_id": _request,
    "transfer_id": _transfer,
    "step_id": _step,
    "team_id": _team,
    "timetable_id": _timetable,
    "visit_id": _visit,
    "pin_id": _pin,
    "wish_id": _wish,
    "repair_id": _repair,
    "call_id": lambda side: kept(
        RepairCall(repair_id=side.ids["repair_id"], position=0, child_id=side.child.id, changes=[])
    ),
    "leave_id": lambda side: kept(Leave(teacher_id=side.teacher.id, first_on=today(), last_on=today())),
    "closure_id": lambda side: kept(
        HomeClosure(child_id=side.child.id, first_on=today(), last_on=today(), kind=ClosureKind.ROAD)
    ),
    "village_id": _village,
    "leg_id": _leg,
    "job_id": _job,
    "import_id": _import,
    "row_id": _row,
    "filter_id": lambda side: kept(
        SavedFilter(user_id=side.users[Role.SCHOOL_COORDINATOR].id, page="children", name="甲", query={})
    ),
    "day_id": _calendar_day,
    "subject_id": _decision,
    "attachment_id": _attachment,
    "other_id": _other,
    "merge_id": _merge,
    "school_id": lambda side: side.school,
    "teacher_id": lambda side: side.teacher,
    "user_id": lambda side: side.users[Role.EXPERT],
    "grant_id": lambda side: side.users[Role.EXPERT].roles[0],
}
"""How to make one thing of every kind that a URL can name, in an order in which each finds what it stands on."""
