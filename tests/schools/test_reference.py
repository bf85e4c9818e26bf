"""The reference rows that `flask db upgrade` brings: units with dates, divisions, calendars, terms."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from app.db import db, migrations
from app.schools import queries
from app.schools.models import CalendarDay, Division, School, Term, Unit, UnitDivision
from app.schools.reference import LIANGJIANG, unit_id
from app.schools.types import DivisionLevel, UnitKind
from tests.factories.schools import make_school

BEFORE, AFTER = date(2025, 10, 1), date(2026, 3, 1)
TO_LIANGJIANG = ("500109006", "500109008", "500109009", "500109104", "500109108")
TO_BEIBEI = ("500112133", "500112135", "500112138", "500112140", "500112143")


def names(day: date) -> list[str]:
    return [unit.name for unit in queries.units_on(day, zones=False)]


@pytest.mark.both_databases
def test_the_units_of_a_day(app_context):
    assert {"江北区", "渝北区"} <= set(names(BEFORE)) and "两江新区" not in names(BEFORE)
    assert "两江新区" in names(AFTER) and not {"江北区", "渝北区"} & set(names(AFTER))
    assert queries.count_county_units(AFTER) == 37 and queries.count_county_units(BEFORE) == 38
    assert len(names(AFTER)) == len(set(names(AFTER))) == 37


def test_the_reform_counts_from_its_very_day(app_context):
    assert "渝北区" in names(date(2025, 11, 5)) and "两江新区" not in names(date(2025, 11, 5))
    assert "渝北区" not in names(date(2025, 11, 6)) and "两江新区" in names(date(2025, 11, 6))


def test_kinds_of_units_today(app_context):
    kinds = [unit.kind for unit in queries.units_on(AFTER)]
    assert [kinds.count(kind) for kind in UnitKind] == [25, 8, 4, 2]
    assert [unit.name for unit in queries.units_on(AFTER)][-2:] == ["西部科学城重庆高新区", "万盛经开区"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("towns", "before", "after"), [(TO_LIANGJIANG, "500109", LIANGJIANG), (TO_BEIBEI, "500112", "500109")]
)
def test_the_towns_that_changed_their_unit(app_context, towns, before, after):
    then, now = queries.division_units(BEFORE), queries.division_units(AFTER)
    for town in towns:
        assert queries.unit_of_division(town[:6], then, town) == unit_id(before)
        assert queries.unit_of_division(town[:6], now, town) == unit_id(after)


@pytest.mark.parametrize(
    ("code", "unit"),
    [("500234", "500154"), ("500228", "500155"), ("500222", "500110"), ("500112", LIANGJIANG), ("500105", LIANGJIANG)],
)
def test_dead_codes_lead_to_the_unit_of_today(app_context, code, unit):
    assert queries.unit_of_division(code, queries.division_units(AFTER)) == unit_id(unit)


def test_a_place_nobody_knows_has_no_unit(app_context):
    assert queries.unit_of_division("509999", queries.division_units(AFTER)) is None
    assert queries.unit_of_division(None, queries.division_units(AFTER)) is None


def test_every_district_and_town_of_a_day_has_a_unit(app_context):
    for day in (BEFORE, AFTER):
        units = queries.division_units(day)
        living = {unit.id for unit in queries.units_on(day)}
        for level in (DivisionLevel.DISTRICT, DivisionLevel.TOWN):
            rows = queries.list_divisions(day, level)
            assert len(rows) > 30
            for row in rows:
                assert queries.unit_of_division(row.parent_code, units, row.code) in living, row.name


def test_towns_are_there(app_context):
    assert len(queries.list_divisions(BEFORE, DivisionLevel.TOWN)) == 1031
    assert len(queries.list_divisions(AFTER, DivisionLevel.TOWN)) == 1031
    assert queries.division_names(["500234", "500243100"], AFTER)["500234"] == "开县"


def test_periods_of_one_code_never_overlap(app_context):
    for table, key in ((Division, "code"), (UnitDivision, "division_code")):
        last: dict[str, object] = {}
        for row in db.session.scalars(select(table).order_by(key, table.valid_from)):
            before = last.get(getattr(row, key))
            assert before is None or (before.valid_to and before.valid_to <= row.valid_from), getattr(row, key)
            last[getattr(row, key)] = row


def test_units_are_found_by_code_and_by_name(app_context):
    assert queries.find_unit_by_code("500243").name == "彭水苗族土家族自治县"
    assert queries.find_unit_by_name("高新区", AFTER).code == "gaoxin"
    assert queries.find_unit_by_name("彭水", AFTER).code == "500243"
    assert queries.find_unit_by_name("江北区", AFTER) is None
    assert queries.find_unit_by_name("区", AFTER) is None
    assert queries.find_unit_by_name(" ", AFTER) is None


@pytest.mark.both_databases
def test_down_and_up_again_with_rows_in(app_context, session):
    """A school keeps its unit; everything else goes and comes back the same."""
    counted = (Unit, Division, UnitDivision, CalendarDay, Term)
    db.write()
    make_school()
    session.commit()
    before = {table: session.scalar(select(func.count()).select_from(table)) for table in counted}
    session.rollback()
    migrations.downgrade(app_context, "0001")
    session.rollback()
    assert [unit.code for unit in session.scalars(select(Unit))] == ["500243"]
    assert session.scalar(select(func.count()).select_from(School)) == 1
    assert session.scalar(select(func.count()).select_from(Division)) == 0
    session.rollback()
    migrations.upgrade(app_context)
    session.rollback()
    assert {table: session.scalar(select(func.count()).select_from(table)) for table in counted} == before


def test_no_page_of_schools_or_coverage_writes_the_old_number():
    """The number of units is asked of the data, for a day: no text says 38."""
    from app.config import ROOT

    for folder in ("templates/schools", "templates/coverage"):
        for file in (ROOT / folder).glob("*.html"):
            assert "38" not in file.read_text(encoding="utf-8"), file.name
    words = json.loads((ROOT / "app/translations/parts/schools.json").read_text(encoding="utf-8"))
    assert not [pair for pair in words.items() if "38" in "".join(pair)]
