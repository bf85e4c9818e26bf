"""A district that can be planned: a team of two teachers with hours, children with plans, homes and family times.

Plans are written as rows, not through the plans' actions: what is planned here is only read. The caller holds a
context, has the write lock and commits.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from app.access import Role
from app.children.models import Child, HomePoint, SafetyCard
from app.children.types import HomeMode
from app.db import db
from app.plans.models import PlanForce, PlanGoal, PlanObjective, PlanSection, PlanService, PlanVersion
from app.plans.types import Frequency, SectionKey, ServiceKind, ServicePlace, VersionState
from app.roll.actions import Opening, answer_transfer, open_transfer
from app.roll.models import Transfer
from app.schools.models import DistrictRule, School, Teacher, Unit
from app.schools.queries import forget_rules
from app.schools.types import RuleName
from app.teams.models import FamilyTime, TeacherHours, Team, TeamMember
from tests.factories import plans, roll
from tests.support import people

FIRST, LAST = date(2026, 9, 1), date(2027, 1, 29)
SCHOOL_POINT = (29.30, 108.20)


@dataclass
class District:
    """A unit with its school, one team (何晓燕, 李静), its children and the people at work."""

    unit: Unit
    school: School
    team: Team
    teachers: list[Teacher]
    coordinator: object
    teacher_user: object
    children: list[Child] = field(default_factory=list)
    versions: dict[uuid.UUID, PlanVersion] = field(default_factory=dict)


def make_district(names: tuple[str, ...] = ("冉䶮一", "田小满"), *, two_adults: bool = True, **service) -> District:
    """A district in which every child of `names` has a plan of 2 × 90 minutes a week unless told otherwise."""
    unit = plans.make_unit("彭水县")
    school = plans.make_school(unit, "郁山镇中心校")
    school.latitude, school.longitude = SCHOOL_POINT
    db.session.add(
        DistrictRule(
            unit_id=unit.id, name=RuleName.TWO_ADULTS, value=int(two_adults), source="test", valid_from=date(2020, 1, 1)
        )
    )
    forget_rules()
    coordinator = people.make_user(Role.DISTRICT_COORDINATOR, unit_id=unit.id, name="向主任")
    teacher_user = people.make_user(Role.VISITING_TEACHER, name="何晓燕")
    teachers = [make_teacher(school, "何晓燕", user_id=teacher_user.id), make_teacher(school, "李静")]
    made = District(unit, school, make_team(unit, school, "第一组", teachers), teachers, coordinator, teacher_user)
    for place, name in enumerate(names):
        add_child(made, name, place, **service)
    return made


def make_teacher(school: School, name: str, *, user_id=None, hours: bool = True) -> Teacher:
    row = Teacher(school_id=school.id, user_id=user_id, number=uuid.uuid4().hex[:8], name=name, skills=["沟通", "自理"])
    db.session.add(row)
    db.session.flush()
    if hours:
        db.session.add_all(TeacherHours(teacher_id=row.id, weekday=day, start=480, end=1050) for day in range(5))
    return row


def make_team(unit: Unit, school: School, name: str, teachers: list[Teacher]) -> Team:
    team = Team(unit_id=unit.id, school_id=school.id, name=name)
    db.session.add(team)
    db.session.flush()
    db.session.add_all(TeamMember(team_id=team.id, teacher_id=one.id, position=n) for n, one in enumerate(teachers))
    db.session.flush()
    return team


def make_second_team(district: District, names: tuple[str, ...] = ("石老师", "罗老师")) -> Team:
    """Another team of the same school, with teachers of its own."""
    return make_team(district.unit, district.school, "第二组", [make_teacher(district.school, name) for name in names])


def add_child(
    district: District, name: str, place: int = 0, *, home: bool = True, times: bool = True, often: int = 2, **service
) -> Child:
    """A child some kilometres further than the one before, with a plan in force for the autumn of 2026: `often` visits
    in a week or in the `frequency` of its service."""
    child = plans.make_child(district.unit, district.school, name)
    if home:
        db.session.add(
            HomePoint(
                child_id=child.id,
                latitude=SCHOOL_POINT[0] + 0.02 * (place + 1),
                longitude=SCHOOL_POINT[1],
                mode=HomeMode.MOTORBIKE,
                walk_minutes=5,
                way="过了大桥右转，第三户，门口有黄桷树",
                closed_months=[],
            )
        )
        db.session.add(SafetyCard(child_id=child.id, seizure="发作超过 5 分钟打 120", dog=True))
    if times:
        for day in range(5):
            db.session.add(FamilyTime(child_id=child.id, weekday=day, start=510, end=720))
            db.session.add(FamilyTime(child_id=child.id, weekday=day, start=840, end=1020))
    district.children.append(child)
    district.versions[child.id] = add_plan(child, times=often, **service)
    return child


def add_draft(
    child: Child,
    *,
    number: int = 1,
    first: date = FIRST,
    last: date = LAST,
    minutes: int = 90,
    times: int = 2,
    frequency: Frequency = Frequency.WEEK,
    needs: str | None = None,
    service_key: uuid.UUID | None = None,
) -> PlanVersion:
    """A version that is being written, with one goal, one objective and one service at home."""
    version = PlanVersion(
        child_id=child.id,
        number=number,
        state=VersionState.DRAFT,
        starts_on=first,
        ends_on=last,
        review_on=last - timedelta(days=14),
        curriculum="intellectual",
        author_name="陈老师",
        created_at=datetime.now(UTC),
        check_code=uuid.uuid4().hex,
    )
    db.session.add(version)
    db.session.flush()
    goal = PlanGoal(
        version_id=version.id,
        goal_key=uuid.uuid4(),
        position=1,
        area="living_adaptation",
        domain="personal",
        words="能自己吃饭",
        baseline="需全辅助",
        target="独立",
        measure="送教记录",
    )
    db.session.add(goal)
    db.session.flush()
    db.session.add_all(
        [
            PlanObjective(
                version_id=version.id,
                goal_id=goal.id,
                objective_key=uuid.uuid4(),
                position=1,
                condition="坐在桌边",
                behaviour="用勺子吃饭",
                criterion="10 次中 8 次",
                baseline="2 次",
                plain_words="自己用勺子吃饭",
                person="何晓燕",
                trials=10,
            ),
            PlanService(
                version_id=version.id,
                service_key=service_key or uuid.uuid4(),
                position=1,
                kind=ServiceKind.HOME_TEACHING,
                minutes=minutes,
                times=times,
                frequency=frequency,
                place=ServicePlace.HOME,
                provider="郁山镇中心校",
                needs=needs,
            ),
            PlanSection(
                version_id=version.id, key=SectionKey.HOME_PRACTICE, body="叫她的名字，看她三秒再给玩具，每天五次。"
            ),
        ]
    )
    db.session.flush()
    return version


def add_plan(child: Child, *, first: date = FIRST, **how) -> PlanVersion:
    """An approved version in force from `first`, as `add_draft` makes it."""
    version = add_draft(child, first=first, **how)
    version.state, version.approved_by_name, version.approved_at = VersionState.APPROVED, "向主任", datetime.now(UTC)
    db.session.add(PlanForce(child_id=child.id, version_id=version.id, valid_from=first))
    db.session.flush()
    return version


def make_far() -> School:
    """A school of another district, to which a child may move."""
    return plans.make_school(plans.make_unit("黔江区"), "濯水镇中心校")


def transfer(child: Child, to: School, *, on: date, today: date) -> Transfer:
    """All four parties agree that the child goes to another school on a day."""
    row = open_transfer(roll.of_city(), child, Opening(to.id, 4, "搬家", on), today=today)
    for _party in range(4):
        answer_transfer(roll.of_city(), row.id, True, None, today=today)
    return row
