"""A small roll for tests: two districts, their schools, a child at any point of its way. The caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.access import SYSTEM, Actor, Grant, Role
from app.children.bulk import UnitOf, begin_units
from app.children.models import Child, Disability
from app.children.types import DisabilityCategory, DocumentKind, Sex
from app.db import db
from app.kernel.ids import new_id
from app.kernel.pinyin import pinyin_of, sort_key
from app.roll import actions
from app.roll.models import RollState
from app.roll.types import MovementKind, RollStatus
from app.schools.models import School, Unit
from app.schools.types import SchoolKind, UnitKind
from tests.factories.numbers import next_number, resident_number

TODAY = date(2026, 4, 27)
BIRTH = date(2016, 3, 5)
PLACED_ON = date(2026, 3, 2)


@dataclass
class Town:
    """Two districts: `home` with schools `a` and `b`, `far` with school `c`."""

    home: Unit
    far: Unit
    a: School
    b: School
    c: School


def student_number(letter: str = "G") -> str:
    """A student number that nobody has yet."""
    return letter + resident_number(BIRTH, Sex.FEMALE)


def make_school(unit: Unit, name: str) -> School:
    number = next_number()
    reading = pinyin_of(name)
    row = School(
        code=f"2150{number:06d}",
        name=name,
        name_pinyin=reading.full,
        name_initials=reading.initials,
        kind=SchoolKind.PRIMARY,
        unit_id=unit.id,
        division_code="509999",
    )
    db.session.add(row)
    return row


def make_town() -> Town:
    units = [
        Unit(code=f"R{next_number():04d}", name=name, kind=UnitKind.COUNTY, valid_from=date(2020, 1, 1))
        for name in ("彭水县", "黔江区")
    ]
    db.session.add_all(units)
    db.session.flush()
    home, far = units
    schools = make_school(home, "郁山镇中心校"), make_school(home, "汉葭小学"), make_school(far, "濯水镇中心校")
    db.session.flush()
    return Town(home, far, *schools)


def make_child(unit: Unit, name: str = "冉䶮一", *, special: bool = True) -> Child:
    number = next_number()
    reading = pinyin_of(name)
    row = Child(
        file_number=f"YA25{number:06d}",
        unit_id=unit.id,
        name=name,
        name_pinyin=reading.full,
        name_initials=reading.initials,
        sort_key=sort_key(name),
        sex=Sex.FEMALE,
        birth_on=BIRTH,
        document_kind=DocumentKind.RESIDENT_ID,
        created_at=datetime.now(UTC),
    )
    row.document_number = resident_number(BIRTH, Sex.FEMALE)
    db.session.add(row)
    db.session.flush()
    begin_units(db.session, [UnitOf(row.id, row.unit_id, row.town_code)])
    if special:
        db.session.add(
            Disability(child_id=row.id, position=1, category=DisabilityCategory.INTELLECTUAL, grade=2, valid_from=BIRTH)
        )
    return row


def put(child: Child, status: RollStatus, on: date = PLACED_ON, due_on: date | None = None) -> None:
    """Set the state without a movement, to begin a test there."""
    db.session.add(RollState(child_id=child.id, status=status, valid_from=on, due_on=due_on))
    db.session.flush()


def make_placed(unit: Unit, **values) -> Child:
    child = make_child(unit, **values)
    actions.change_status(
        SYSTEM, child, RollStatus.PLACED, kind=MovementKind.PLACEMENT, on=PLACED_ON, reason="安置决定", today=TODAY
    )
    return child


def make_enrolled(
    town: Town, *, grade: int = 3, number: str = "", on: date = date(2026, 3, 9), today: date = TODAY, **places
) -> Child:
    """A child on the roll of school a, which has the grade."""
    if grade > 6:
        town.a.kind = SchoolKind.NINE_YEAR
    child = make_placed(town.home)
    actions.enrol_child(
        SYSTEM,
        child,
        actions.Place(school_id=town.a.id, grade=grade, class_name="三班", **places),
        number or student_number("L"),
        on=on,
        today=today,
    )
    return child


def actor(role: Role, *, unit: Unit | None = None, school: School | None = None, name: str = "") -> Actor:
    """Somebody who acts, without an account."""
    grant = Grant(role, unit.id if unit else None, school.id if school else None)
    return Actor(new_id(), name or role.value, (grant,))


def of_school(school: School) -> Actor:
    return actor(Role.SCHOOL_COORDINATOR, school=school, name=f"coordinator of {school.name}")


def of_unit(unit: Unit) -> Actor:
    return actor(Role.DISTRICT_COORDINATOR, unit=unit, name=f"coordinator of {unit.name}")


def of_city() -> Actor:
    return actor(Role.CITY_COORDINATOR)
