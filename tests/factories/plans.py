"""A child taught at home with a file full enough for a plan, and a complete plan. The caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.access import Actor, Grant, Role
from app.assessments.models import Assessment
from app.children.bulk import UnitOf, begin_units
from app.children.models import Child, Diagnosis, Disability, Guardian, Guardianship
from app.children.types import DisabilityCategory, DocumentKind, GuardianRelation, Sex
from app.db import db
from app.kernel.pinyin import pinyin_of, sort_key
from app.placements.models import Decision
from app.placements.types import Agreement, PlacementKind
from app.plans import actions
from app.plans.models import PlanVersion
from app.plans.types import Frequency, PromptLevel, SectionKey, ServiceKind, ServicePlace
from app.roll.models import Membership, RollState
from app.roll.types import RollStatus, SchoolLink
from app.schools.models import DistrictRule, School, Unit
from app.schools.queries import forget_rules
from app.schools.types import RuleName, SchoolKind, UnitKind
from app.web.filters import today as local_today
from tests.factories.numbers import next_number, resident_number
from tests.support import people

BIRTH = date(2016, 3, 5)
SINCE = date(2025, 9, 1)


@dataclass
class Desk:
    """A district with its school, a child at home, and three people: author, approver, and one of another district."""

    unit: Unit
    school: School
    child: Child
    author: Actor
    approver: Actor
    stranger: Actor
    users: dict[str, object]


def make_desk(*, visits_per_week: int | None = 2, placement: PlacementKind = PlacementKind.HOME) -> Desk:
    """The district asks for two visits a week unless told otherwise."""
    unit, far = make_unit("彭水县"), make_unit("黔江区")
    school = make_school(unit, "郁山镇中心校")
    child = make_child(unit, school, placement=placement)
    for name, value in ((RuleName.VISITS_PER_WEEK, visits_per_week), (RuleName.VISITS_PER_MONTH, None)):
        db.session.add(
            DistrictRule(unit_id=unit.id, name=name, value=value, source="test", valid_from=date(2020, 1, 1))
        )
    db.session.flush()
    forget_rules()
    users = {
        "author": people.make_user(Role.SCHOOL_COORDINATOR, school_id=school.id, name="陈老师"),
        "approver": people.make_user(Role.DISTRICT_COORDINATOR, unit_id=unit.id, name="向主任"),
        "stranger": people.make_user(Role.DISTRICT_COORDINATOR, unit_id=far.id, name="外区老师"),
    }
    from app.children.sight import give_sight
    from app.children.types import SightKind

    give_sight(child.id, SightKind.SCHOOL, school.id, "delivering", on=SINCE)
    return Desk(
        unit,
        school,
        child,
        actor_of(users["author"], Grant(Role.SCHOOL_COORDINATOR, school_id=school.id)),
        actor_of(users["approver"], Grant(Role.DISTRICT_COORDINATOR, unit_id=unit.id)),
        actor_of(users["stranger"], Grant(Role.DISTRICT_COORDINATOR, unit_id=far.id)),
        users,
    )


def actor_of(user, grant: Grant) -> Actor:
    return Actor(user.id, user.name, (grant,), language="en")


def make_unit(name: str) -> Unit:
    unit = Unit(code=f"P{next_number():04d}", name=name, kind=UnitKind.COUNTY, valid_from=date(2020, 1, 1))
    db.session.add(unit)
    db.session.flush()
    return unit


def make_school(unit: Unit, name: str) -> School:
    reading = pinyin_of(name)
    school = School(
        code=f"2150{next_number():06d}",
        name=name,
        name_pinyin=reading.full,
        kind=SchoolKind.PRIMARY,
        name_initials=reading.initials,
        unit_id=unit.id,
        division_code="509999",
    )
    db.session.add(school)
    db.session.flush()
    return school


def make_child(
    unit: Unit, school: School | None = None, name: str = "冉䶮一", *, placement: PlacementKind = PlacementKind.HOME
) -> Child:
    """A child on the roll of the school and taught at home by it, with a guardian whose name is rare."""
    number, reading = next_number(), pinyin_of(name)
    child = Child(
        file_number=f"YA25{number:06d}",
        unit_id=unit.id,
        name=name,
        name_pinyin=reading.full,
        name_initials=reading.initials,
        sort_key=sort_key(name),
        sex=Sex.FEMALE,
        birth_on=BIRTH,
        document_kind=DocumentKind.RESIDENT_ID,
        ethnic_group="土家族",
        created_at=datetime.now(UTC),
    )
    child.document_number = resident_number(BIRTH, Sex.FEMALE)
    db.session.add(child)
    db.session.flush()
    begin_units(db.session, [UnitOf(child.id, child.unit_id, child.town_code)])
    guardian = Guardian(name="冉𬱖")
    guardian.phone = "13800001234"
    db.session.add(guardian)
    db.session.flush()
    db.session.add_all(
        [
            Guardianship(
                child_id=child.id,
                guardian_id=guardian.id,
                position=1,
                relation=GuardianRelation.FATHER,
                is_guardian=True,
                valid_from=BIRTH,
            ),
            Disability(
                child_id=child.id, position=1, category=DisabilityCategory.INTELLECTUAL, grade=1, valid_from=BIRTH
            ),
            Diagnosis(child_id=child.id, words="孤独症谱系障碍"),
            RollState(child_id=child.id, status=RollStatus.ACTIVE, valid_from=SINCE),
            Decision(
                child_id=child.id,
                kind=placement,
                decided_on=SINCE,
                valid_from=SINCE,
                decided_by="彭水县教委",
                home_reason="不能离床" if placement == PlacementKind.HOME else None,
                review_on=SINCE + timedelta(days=365),
                recorded_at=datetime.now(UTC),
            ),
            Assessment(
                child_id=child.id,
                instrument="shuangxi",
                assessed_on=SINCE,
                assessor="龚㛃",
                scores={"communication": 1, "cognition": "2"},
                strengths="爱听歌",
                needs="表达需要",
                recorded_at=datetime.now(UTC),
            ),
        ]
    )
    if school is not None:
        for link in (SchoolLink.ROLL, SchoolLink.DELIVERING):
            db.session.add(Membership(child_id=child.id, school_id=school.id, link=link, grade=4, valid_from=SINCE))
    db.session.flush()
    return child


SECTIONS = {
    SectionKey.STRENGTHS: "爱听歌，会对熟悉的人笑。\n能自己用勺子吃饭。",
    SectionKey.NEEDS: "需要学会用图片告诉别人自己要什么。",
    SectionKey.FAMILY_WORDS: "希望他会说“我要喝水”。",
    SectionKey.STRATEGIES: "实物配图片，由多到少给提示。",
    SectionKey.HOME_PRACTICE: "吃水果前，请他先指一指图片。\n每天听一首歌，一起拍手。",
    SectionKey.EVALUATION: "每月看一次记录，学期末开会。",
}
GOAL = {
    "area": "living_chinese",
    "domain": "listening_speaking",
    "words": "能用图片表达日常需要",
    "baseline": "能指认 3 种图片",
    "target": "能用 10 种图片",
    "measure": "送教记录，10 次中的次数",
}
OBJECTIVE = {
    "condition": "在一对一教学中，看两张图片",
    "behaviour": "指出想要的一张",
    "criterion": "连续 3 次送教，10 次中 8 次",
    "baseline": "10 次中 2 次",
    "plain_words": "看图片，指一指自己想要的",
    "prompt": PromptLevel.GESTURE,
    "person": "陈老师",
}
SERVICE = {
    "kind": ServiceKind.HOME_TEACHING,
    "minutes": 90,
    "times": 2,
    "frequency": Frequency.WEEK,
    "place": ServicePlace.HOME,
    "provider": "郁山镇中心校 陈老师",
    "needs": "图片卡",
}


def begin(
    desk: Desk, *, today: date | None = None, copy: bool = False, weeks: int = 20, starts_on: date | None = None
) -> PlanVersion:
    """An empty draft that starts today, or on `starts_on`."""
    day = today or local_today()
    first = starts_on or day
    return actions.open_plan(
        desk.author,
        desk.child.id,
        starts_on=first,
        ends_on=first + timedelta(weeks=weeks),
        review_on=first + timedelta(weeks=weeks - 2),
        curriculum="intellectual",
        copy=copy,
        today=day,
    )


def fill(desk: Desk, version: PlanVersion, *, service: dict | None = None) -> PlanVersion:
    """Write everything a plan needs."""
    for key, body in SECTIONS.items():
        actions.save_section(desk.author, version.id, key, body, 0)
    goal = actions.add_goal(desk.author, version.id)
    actions.save_goal(desk.author, version.id, goal.id, GOAL | {"due_on": version.ends_on}, 1)
    one = actions.add_objective(desk.author, version.id, goal.id)
    actions.save_objective(desk.author, version.id, one.id, OBJECTIVE, 1)
    given = actions.add_service(desk.author, version.id)
    actions.save_service(desk.author, version.id, given.id, SERVICE | (service or {}), 1)
    actions.record_guardian_answer(
        desk.author,
        version.id,
        answer=Agreement.AGREE,
        name="冉𬱖",
        words="同意",
        on=version.starts_on,
        today=version.starts_on,
    )
    return version


def complete_draft(desk: Desk, **how) -> PlanVersion:
    service = how.pop("service", None)
    return fill(desk, begin(desk, **how), service=service)


def submitted(desk: Desk, **how) -> PlanVersion:
    version = complete_draft(desk, **how)
    return actions.submit_plan(desk.author, version.id, today=how.get("today") or local_today())


def approved(desk: Desk, **how) -> PlanVersion:
    version = submitted(desk, **how)
    return actions.approve_plan(desk.approver, version.id, today=how.get("today") or local_today())
