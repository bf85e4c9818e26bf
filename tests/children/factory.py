"""Children and their surroundings for tests: never-issued numbers, rare names. The caller commits."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.children.bulk import UnitOf, begin_units
from app.children.models import Child, SafetyCard, Sight
from app.children.types import DocumentKind, Sex, SightKind
from app.db import Base, db
from app.kernel.ids import new_id
from app.kernel.pinyin import pinyin_of, sort_key
from app.schools.models import School, Unit
from app.schools.types import SchoolKind, UnitKind
from tests.factories.numbers import next_number, resident_number, shaped

SINCE = date(2020, 1, 1)


def resident_id(birth: date, sequence: int) -> str:
    """A number of the never-issued area with a right last character."""
    return shaped(sequence, birth)


def make_unit(name: str = "彭水县") -> Unit:
    number = next_number()
    row = Unit(code=f"U{number:04d}", name=name, kind=UnitKind.COUNTY, valid_from=SINCE)
    db.session.add(row)
    db.session.flush()
    return row


def make_school(unit: Unit, name: str = "郁山镇中心校", kind: SchoolKind = SchoolKind.PRIMARY, **values) -> School:
    number = next_number()
    reading = pinyin_of(name)
    prefix = {SchoolKind.SPECIAL: "51", SchoolKind.JUNIOR: "31"}.get(kind, "21")
    row = School(
        code=f"{prefix}50{number:06d}",
        name=name,
        name_pinyin=reading.full,
        name_initials=reading.initials,
        kind=kind,
        unit_id=unit.id,
        division_code="500243",
        **values,
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_child(
    unit: Unit,
    name: str = "冉䶮一",
    *,
    birth: date = date(2016, 3, 5),
    sex: Sex = Sex.FEMALE,
    number: str | None = None,
    school: School | None = None,
    **values,
) -> Child:
    """A child row as the actions write it; with `school` in the sight of that school."""
    place = next_number()
    reading = pinyin_of(name)
    row = Child(
        file_number=f"YA20{place:06d}",
        unit_id=unit.id,
        name=name,
        name_pinyin=reading.full,
        name_initials=reading.initials,
        sort_key=sort_key(name),
        sex=sex,
        birth_on=birth,
        document_kind=DocumentKind.RESIDENT_ID,
        created_at=datetime.now(UTC),
        **values,
    )
    row.document_number = number or resident_number(birth, sex)
    db.session.add(row)
    db.session.flush()
    begin_units(db.session, [UnitOf(row.id, row.unit_id, row.town_code)])
    if school is not None:
        db.session.add(
            Sight(child_id=row.id, kind=SightKind.SCHOOL, holder_id=school.id, because="roll", valid_from=SINCE)
        )
        place_on_roll(row, school)
    return row


def place_on_roll(
    child: Child, school: School, link: str = "roll", grade: int = 4, status: str | None = "active"
) -> None:
    """The rows of the slices above, written as they write them."""
    tables = Base.metadata.tables
    db.session.flush()
    db.session.execute(
        tables["memberships"]
        .insert()
        .values(id=new_id(), child_id=child.id, school_id=school.id, link=link, grade=grade, valid_from=SINCE)
    )
    if status:
        db.session.execute(
            tables["roll_states"].insert().values(id=new_id(), child_id=child.id, status=status, valid_from=SINCE)
        )


def make_safety(child: Child, **values) -> SafetyCard:
    row = SafetyCard(child_id=child.id, **values)
    db.session.add(row)
    db.session.flush()
    return row
