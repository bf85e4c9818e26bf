"""Every child has periods of the unit, town and village that answer for it, whoever wrote the file; readers that name a
day ask the one of that day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from app.access import SYSTEM, Role
from app.children.bulk import UnitOf, begin_units, keep_towns
from app.children.models import Child, ResponsibleUnit, Sight
from app.children.responsible import (
    BEGINNING,
    answering,
    move_unit,
    needs_turn,
    replace_unit,
    turn_units,
    unit_on,
    units_between,
    units_from,
)
from app.children.types import SightKind
from app.db import db
from app.imports.actions import keep_file, run_apply, run_preview
from app.imports.types import ImportKind
from app.plans.queries import home_services_of_units, list_home_services, rule_for
from app.schools.models import DistrictRule
from app.schools.types import RuleName
from app.visits.queries.periods import month_of_child
from app.web.filters import today
from tests.children.factory import make_child, make_unit
from tests.children.test_pages import NEW
from tests.factories import plans, visits
from tests.imports.samples import child as sheet_row
from tests.imports.samples import make_schools, xlsx
from tests.support.people import make_user, sign_in

DAY = timedelta(days=1)
VILLAGE, OTHER = "500243100201", "500243100202"


def periods(child_id) -> list[tuple]:
    """(unit, town, first day, day after the last) of the periods that have a day."""
    rows = db.session.execute(
        select(ResponsibleUnit.unit_id, ResponsibleUnit.town_code, ResponsibleUnit.valid_from, ResponsibleUnit.valid_to)
        .where(ResponsibleUnit.child_id == child_id)
        .order_by(ResponsibleUnit.valid_from)
    )
    return [tuple(row) for row in rows if row.valid_from != row.valid_to]


def untrue(day: date) -> list[str]:
    """What is wrong in the database: children without a period, with a gap, or whose columns of today are not those of
    their period."""
    rows: dict = {}
    for row in db.session.execute(select(ResponsibleUnit).order_by(ResponsibleUnit.valid_from)).scalars():
        if row.valid_from != row.valid_to:
            rows.setdefault(row.child_id, []).append(row)
    found = []
    for child in db.session.scalars(select(Child).execution_options(populate_existing=True)):
        mine = rows.get(child.id, [])
        ends = [BEGINNING, *(row.valid_to for row in mine)]
        if not mine or ends.pop() is not None or ends != [row.valid_from for row in mine]:
            found.append(f"{child.file_number}: {[(row.valid_from, row.valid_to) for row in mine]}")
            continue
        now = next(row for row in reversed(mine) if row.valid_from <= day)
        held = db.session.scalars(
            select(Sight.holder_id).where(
                Sight.child_id == child.id,
                Sight.kind == SightKind.UNIT,
                Sight.valid_from <= day,
                Sight.valid_to.is_(None) | (Sight.valid_to > day),
            )
        ).all()
        if held != [now.unit_id]:
            found.append(f"{child.file_number}: the right is {held}, the unit {now.unit_id}")
        if (child.unit_id, child.town_code) != (now.unit_id, now.town_code):
            found.append(f"{child.file_number} says {child.unit_id} {child.town_code}")
    return found


@pytest.mark.both_databases
def test_a_file_that_is_opened_in_the_page_has_a_period_of_its_village(app, client):
    with app.app_context():
        db.write()
        unit = make_unit()
        user = make_user(Role.DISTRICT_COORDINATOR, unit_id=unit.id)
        unit_id = unit.id
        db.session.commit()
    sign_in(client, user)
    said = client.submit("/children/new", "new-child", **NEW, town_code=VILLAGE, unit_id=unit_id)
    assert said.status_code == 200
    with app.app_context():
        child_id = db.session.scalars(select(Child.id)).one()
        assert periods(child_id) == [(unit_id, VILLAGE, BEGINNING, None)]
    said = client.submit(f"/children/{child_id}/edit", town_code=OTHER, confirmed="y")
    assert said.status_code == 200
    with app.app_context():
        assert periods(child_id) == [(unit_id, VILLAGE, BEGINNING, today()), (unit_id, OTHER, today(), None)]
        assert untrue(today()) == []


@pytest.mark.both_databases
def test_an_imported_sheet_writes_periods_and_another_town_begins_one(app_context):
    make_schools()
    db.session.commit()

    def bring(town: str) -> None:
        db.write()
        kept = keep_file(SYSTEM, ImportKind.CHILDREN, f"{town}.xlsx", xlsx([sheet_row(town_code=town)])).id
        db.session.commit()
        run_preview(kept, SYSTEM, today=today())
        db.session.commit()
        run_apply(kept, SYSTEM, today=today())
        db.session.commit()

    bring("500243100")
    child = db.session.scalars(select(Child)).one()
    assert periods(child.id) == [(child.unit_id, "500243100", BEGINNING, None)]
    bring("500243101")
    assert [row[1:] for row in periods(child.id)] == [
        ("500243100", BEGINNING, today()),
        ("500243101", today(), None),
    ]
    assert untrue(today()) == []


@pytest.mark.both_databases
def test_the_database_refuses_a_second_unit_on_one_day(app_context):
    child, other = make_child(make_unit()), make_unit("石柱县")
    db.session.commit()
    row = ResponsibleUnit(child_id=child.id, unit_id=other.id, because="x", valid_from=today())
    db.session.add(row)
    with pytest.raises(DBAPIError):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(DBAPIError):
        begin_units(db.session, [UnitOf(child.id, other.id)])
    db.session.rollback()


def test_a_move_that_would_leave_a_day_to_nobody_is_not_written(app_context):
    child, other = make_child(make_unit()), make_unit("石柱县")
    db.session.execute(update(ResponsibleUnit).values(valid_to=today()))
    with pytest.raises(RuntimeError, match="gap"):
        replace_unit(child, other.id, child.unit_id, on=today(), until=None, because="x")


@pytest.mark.both_databases
def test_another_town_from_a_day_keeps_what_is_agreed_for_later(app_context):
    here, there = make_unit(), make_unit("石柱县")
    moving, staying, same = (make_child(here, name, town_code=VILLAGE) for name in ("冉䶮一", "冉䶮二", "冉䶮三"))
    on = today() + 30 * DAY
    move_unit(moving, there.id, on=on, because="transfer")
    keep_towns(db.session, {moving.id: OTHER, staying.id: OTHER, same.id: VILLAGE}, on=today())
    assert periods(moving.id) == [
        (here.id, VILLAGE, BEGINNING, today()),
        (here.id, OTHER, today(), on),
        (there.id, OTHER, on, None),
    ]
    assert periods(staying.id) == [(here.id, VILLAGE, BEGINNING, today()), (here.id, OTHER, today(), None)]
    assert periods(same.id) == [(here.id, VILLAGE, BEGINNING, None)]
    assert units_from(moving.id, today()) == {here.id, there.id} and units_from(moving.id, on) == {there.id}
    assert units_between(moving.id, today() - DAY, on + DAY) == [
        (here.id, today() - DAY, on - DAY),
        (there.id, on, on + DAY),
    ]
    move_unit(moving, here.id, on=on, because="transfer taken back")
    assert {unit for unit, *_rest in periods(moving.id)} == {here.id}


@pytest.mark.both_databases
def test_a_town_agreed_with_a_later_move_is_shown_from_its_day(app_context):
    here, there = make_unit(), make_unit("石柱县")
    child, on = make_child(here, town_code=VILLAGE), today() + 30 * DAY
    move_unit(child, there.id, OTHER, on=on, because="transfer")
    assert child.town_code == VILLAGE and not needs_turn(on - DAY) and needs_turn(on)
    assert turn_units(on) == 1
    db.session.expire_all()
    assert (child.unit_id, child.town_code) == (there.id, OTHER) and untrue(on) == []


def test_what_stands_for_today_is_the_period_of_today_for_every_child_of_the_demo(demo_app):
    """Also after moves of all kinds, at once and agreed for later, and after the day has come."""
    with demo_app.app_context():
        day = today()
        assert untrue(day) == []
        db.write()
        first, second, third, fourth = db.session.scalars(select(Child).order_by(Child.file_number).limit(4))
        other = make_unit("石柱县").id
        move_unit(first, other, on=day, because="transfer")
        move_unit(second, other, "500240100", on=day + 7 * DAY, because="transfer")
        keep_towns(db.session, {third.id: "500240101"}, on=day)
        third.town_code = "500240101"
        here = fourth.unit_id
        replace_unit(fourth, here, other, on=day - DAY, until=day + 3 * DAY, because="school moved")
        db.session.flush()
        assert untrue(day) == [] and fourth.unit_id == other
        for later in (day + 3 * DAY, day + 7 * DAY):
            assert turn_units(later) == 1
            assert untrue(later) == []
        db.session.rollback()


# --- readers that name days -----------------------------------------------------------------------------------------


@pytest.fixture
def town(app_context):
    db.write()
    made = visits.make_district(("冉䶮一", "田小满"))
    db.session.commit()
    return made


FIRST, MIDDLE, LAST = date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 29)


def days_of(unit_id, child_id, actor=SYSTEM, first=FIRST, last=LAST) -> list[tuple[date, date]]:
    return [(s.first, s.last) for s in list_home_services(actor, unit_id, first, last) if s.child_id == child_id]


@pytest.mark.both_databases
def test_a_move_to_another_village_does_not_cut_a_month_of_visits(town):
    """It begins a period, but the same unit answers before and after."""
    child = town.children[0]
    keep_towns(db.session, {child.id: OTHER}, on=MIDDLE)
    assert days_of(town.unit.id, child.id) == [(FIRST, LAST)]


@pytest.mark.both_databases
def test_services_belong_to_the_unit_that_answers_on_their_days(town):
    child, far = town.children[0], plans.make_unit("黔江区")
    ahead, until = today() + 30 * DAY, today() + 40 * DAY
    before = home_services_of_units([town.unit.id, far.id], FIRST, until)
    assert set(before) == {town.unit.id}
    move_unit(child, far.id, on=ahead, because="transfer")
    assert child.unit_id == town.unit.id
    assert days_of(town.unit.id, child.id, last=until) == [(FIRST, ahead - DAY)]
    assert days_of(far.id, child.id, last=until) == [(ahead, until)]
    assert days_of(far.id, child.id, first=FIRST, last=ahead - DAY) == []
    assert {first for first, _last in home_services_of_units([far.id], FIRST, until)[far.id]} == {ahead}
    move_unit(child, town.unit.id, on=until, because="transfer")
    assert days_of(town.unit.id, child.id, last=until + DAY) == [(FIRST, ahead - DAY), (until, until + DAY)]


@pytest.mark.both_databases
def test_a_rule_and_the_days_of_school_are_those_of_the_unit_of_the_day(town):
    child, far = town.children[0], plans.make_unit("黔江区")
    db.session.add(
        DistrictRule(unit_id=far.id, name=RuleName.VISITS_PER_WEEK, value=3, source="x", valid_from=date(2026, 1, 1))
    )
    db.session.flush()
    own = rule_for(child.id, MIDDLE)
    here, _known = month_of_child(child.id, MIDDLE)
    move_unit(child, far.id, on=MIDDLE, because="transfer")
    assert rule_for(child.id, MIDDLE).visits_per_week == 3 and rule_for(child.id, MIDDLE - DAY) == own
    both, _known = month_of_child(child.id, MIDDLE)
    assert [one for one in both if one.day < MIDDLE] == [one for one in here if one.day < MIDDLE]
    assert unit_on(child, MIDDLE) == far.id


def test_a_town_change_keeps_one_answer_to_who_is_in_a_unit(app_context):
    unit = make_unit()
    child = make_child(unit, town_code=VILLAGE)
    keep_towns(db.session, {child.id: OTHER}, on=today())
    count = select(func.count(ResponsibleUnit.child_id.distinct())).where(answering(unit.id, today() - DAY, today()))
    assert db.session.scalar(count) == 1
