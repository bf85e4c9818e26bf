"""The demo: the same from the same seed, whole, and shaped like the real thing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from sqlalchemy import func, select

from app.access import SYSTEM
from app.children.models import Child, HomePoint
from app.db import Base, db
from app.demo.build import Scale, build
from app.demo.geography import shapes
from app.kernel.identifiers import DEMO_AREA, check_resident_id
from app.kernel.sun import sunset_minutes
from app.plans.content import make_content, parts_of
from app.plans.models import PlanVersion
from app.plans.types import VersionState
from app.roll.models import Membership, Movement
from app.roll.types import MovementKind
from app.routing import Unserved, check
from app.schools.models import School, Term, Unit
from app.timetables.actions.fitness import look_through
from app.timetables.actions.runs import task_of
from app.timetables.actions.timetables import as_plan, inputs_for
from app.timetables.models import Booking, Timetable, UnservedNeed, Visit, VisitRecord
from app.timetables.queries.placed import visits_of_month
from app.timetables.rules.gathering import demand_id
from tests.support.databases import run_command

DAY = date(2026, 11, 23)
SMALL = Scale(120, 40, 1, 6, 1, whole=False)
CITY = Scale(700, 300, 40, 80, 5, whole=True)


def rows_of() -> dict[str, list]:
    """All rows without what is random by design: sealed values and the entries of the trail."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name in {"audit_entries", "users"}:
            continue
        columns = [c for c in table.columns if not c.name.endswith(("_sealed", "_blind")) and c.name != "tail"]
        found[table.name] = db.session.execute(select(*columns).order_by(*table.primary_key.columns)).all()
    return found


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(app, instance, tmp_path, migrated):
    from tests.conftest import close, make_app

    made = []
    for seed in (1, 1, 2):
        import shutil

        folder = tmp_path / f"copy{len(made)}"
        shutil.copytree(migrated, folder)
        other = make_app(folder)
        with other.app_context():
            build(SMALL, seed, DAY)
            made.append(rows_of())
        close(other)
    assert made[0] == made[1]
    assert made[0]["children"] != made[2]["children"]


@pytest.mark.both_databases
def test_a_filled_database_is_not_filled_again(app):
    with app.app_context():
        build(SMALL, 1, DAY)
        before = rows_of()
    said = run_command(app, "demo", "--scale", "district", fails=True)
    assert "empty" in said
    with app.app_context():
        assert rows_of() == before


@pytest.fixture
def city(app_context):
    return build(CITY, 5, DAY)


def test_every_unit_of_today_has_schools_children_and_a_special_school(city):
    schools = dict(
        db.session.execute(
            select(Unit.name, func.count()).join(School, School.unit_id == Unit.id).group_by(Unit.name)
        ).all()
    )
    assert len(schools) == 37 and "两江新区" in schools and "江北区" not in schools
    assert city["children"] == 700
    special = set(db.session.scalars(select(School.unit_id).where(School.kind == "special")))
    assert len(special) == 37


def test_homes_lie_inside_their_districts(city):
    found = db.session.execute(
        select(Unit.code, HomePoint)
        .select_from(HomePoint)
        .join(Child, Child.id == HomePoint.child_id)
        .join(Unit, Unit.id == Child.unit_id)
    ).all()
    parts = {"liangjiang": ("500105", "500112")}
    outside = [
        row
        for row in found
        if not any(
            shapes()[code].holds(np.array([row.HomePoint.degrees]))[0] for code in parts.get(row.code, (row.code,))
        )
    ]
    assert len(found) > 50 and not outside


def test_nobody_is_a_real_person_and_every_number_is_well_formed(city):
    children = db.session.scalars(select(Child)).all()
    numbers = [child.document_number for child in children if child.document_number]
    assert len(numbers) > 600 and all(number.startswith(DEMO_AREA) for number in numbers)
    for child in children:
        if child.document_number:
            checked = check_resident_id(child.document_number, allow_demo=True, today=DAY).value_or_refuse()
            assert (checked.birth, checked.sex.value) == (child.birth_on, child.sex.value)


def test_there_are_rare_characters_and_middle_dots(app_context):
    build(Scale(3_000, 80, 1, 10, 1, whole=False), 1, DAY)
    names = "".join(db.session.scalars(select(Child.name)))
    assert "·" in names and any(ord(character) > 0xFFFF for character in names)


def test_a_frozen_plan_says_what_approving_it_would_have_said(city):
    versions = db.session.scalars(
        select(PlanVersion)
        .where(PlanVersion.state == VersionState.APPROVED, PlanVersion.starts_on == date(2026, 9, 1))
        .limit(40)
    ).all()
    assert len(versions) == 40
    from app.kernel.text import canonical_json, content_hash

    for version in versions:
        assert canonical_json(make_content(version, parts_of(version.id))) == version.content
        assert content_hash(version.content) == version.content_hash
        assert json.loads(version.content)["plan"]["number"] == version.number


def test_visits_are_booked_and_past_ones_recorded(city):
    count = {model: db.session.scalar(select(func.count()).select_from(model)) for model in (Visit, Booking)}
    assert count[Visit] > 500 and count[Booking] == 3 * count[Visit]
    past = db.session.scalar(select(func.count()).select_from(Visit).where(Visit.day < date(2026, 11, 20)))
    recorded = db.session.scalar(
        select(func.count()).select_from(VisitRecord).where(VisitRecord.day < date(2026, 11, 20))
    )
    assert recorded == past


def test_the_accounts_are_printed(demo_app):
    said = run_command(demo_app, "demo", "accounts")
    assert "district" in said and "yian-demo-2026" in said and "区县" in said


def test_no_visit_of_the_demo_ends_after_dark(city):
    rows = db.session.execute(select(Visit.day, Visit.end, Visit.child_id)).all()
    homes = {row.child_id: row.degrees[::-1] for row in db.session.scalars(select(HomePoint))}
    late = [row for row in rows if row.end > sunset_minutes(row.day, *homes[row.child_id])]
    assert len(rows) > 500 and not late, late[:3]


def test_every_child_of_the_demo_was_enrolled_at_a_school_that_has_its_first_grade(city):
    rows = db.session.execute(
        select(School.kind, Movement.effective_on, Child.birth_on)
        .join(Movement, Movement.school_id == School.id)
        .join(Child, Child.id == Movement.child_id)
        .where(Movement.kind == MovementKind.ENROLMENT)
    ).all()
    assert len(rows) > 400 and not [row for row in rows if row.kind == "junior"]
    links = db.session.execute(
        select(School.kind, Membership.entered_month, Membership.valid_from)
        .join(Membership, Membership.school_id == School.id)
        .where(School.kind == "junior")
    ).all()
    assert all(row.entered_month == f"{row.valid_from:%Y-%m}" for row in links)


@pytest.mark.parametrize("day", [date(2026, 8, 31), date(2026, 8, 12), date(2026, 9, 4)])
def test_before_a_term_its_months_are_planned_and_nothing_of_them_has_happened(app_context, day):
    build(SMALL, 3, day)
    ahead = db.session.scalar(select(func.count()).select_from(Visit).where(Visit.day >= day))
    assert ahead > 10 and not db.session.scalars(select(VisitRecord.id).where(VisitRecord.day >= day)).all()
    late = {}
    for table in Base.metadata.sorted_tables:
        for name in ("recorded_at", "created_at", "submitted_at", "approved_at", "published_at", "answered_on"):
            if name in table.columns and table.name != "users":
                newest = db.session.scalar(select(func.max(table.columns[name])))
                if newest is not None and (newest.date() if hasattr(newest, "date") else newest) > day:
                    late[table.name, name] = newest
    assert not late


@pytest.mark.parametrize(
    ("day", "starts_on", "ends_on"),
    [
        (date(2028, 2, 29), date(2028, 2, 14), date(2028, 7, 7)),
        (date(2028, 12, 6), date(2028, 9, 1), date(2029, 1, 26)),
        (date(2033, 1, 17), date(2032, 9, 1), date(2033, 1, 21)),
    ],
)
def test_years_ahead_there_is_a_term_with_visits_behind_and_before(app_context, day, starts_on, ends_on):
    build(SMALL, 3, day)
    assert (
        db.session.scalar(
            select(func.count()).select_from(Term).where(Term.starts_on == starts_on, Term.ends_on == ends_on)
        )
        == 1
    )
    visits = select(func.count()).select_from(Visit)
    assert db.session.scalar(visits.where(Visit.day < day)) > 10 < db.session.scalar(visits.where(Visit.day > day))
    assert db.session.scalar(select(func.count()).select_from(VisitRecord)) > 10


def test_on_known_days_the_demo_assumes_no_term(app_context):
    before = db.session.scalar(select(func.count()).select_from(Term))
    build(SMALL, 3, date(2027, 7, 7))
    assert db.session.scalar(select(func.count()).select_from(Term)) == before


def test_no_visit_stands_on_a_holiday_of_a_year_that_is_not_announced(app_context):
    build(SMALL, 3, date(2026, 12, 1))
    assert date(2026, 12, 31) in set(db.session.scalars(select(Visit.day).where(Visit.day > date(2026, 12, 28))))
    assert not db.session.scalars(select(Visit.id).where(Visit.day == date(2027, 1, 1))).all()


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2027, 1, 4), date(2027, 8, 31), date(2028, 2, 29)], ids=str)
def test_the_published_months_keep_their_own_rules(app_context, day):
    build(SMALL, 1, day)
    months = db.session.scalars(select(Timetable).order_by(Timetable.unit_id, Timetable.month)).all()
    broken = {}
    for row in months:
        visits = visits_of_month(row.id)
        inputs = inputs_for(SYSTEM, row)
        task = task_of(row, inputs)
        missing = db.session.scalars(select(UnservedNeed).where(UnservedNeed.timetable_id == row.id)).all()
        told = tuple(
            Unserved(demand_id(one.child_id, one.service_key), str(one.child_id), one.missing, ()) for one in missing
        )
        assert len(visits) > 10 and len(missing) < len({one.child_id for one in visits})
        plan = replace(as_plan(task, visits), unserved=told)
        if found := [one.text() for one in check(task, plan)]:
            broken[row.month] = found
        assert not look_through(SYSTEM, row, visits, [], inputs), row.month
    assert months and not broken
