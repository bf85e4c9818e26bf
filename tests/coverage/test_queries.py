"""Counting children by unit and standing, and the lists behind the numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from app.access import SYSTEM, Role
from app.children.bulk import UnitOf, begin_units, keep_towns
from app.children.models import Child
from app.children.responsible import move_unit
from app.children.types import DocumentKind, Sex
from app.coverage import queries
from app.coverage.documents import totals
from app.coverage.types import Standing
from app.db import db
from app.placements.models import Decision
from app.placements.types import PlacementKind
from app.roll.models import RollState
from app.roll.types import RollStatus
from app.schools.queries import units_on
from app.schools.reference import LIANGJIANG, unit_id
from app.schools.shapes import shape_of
from app.web.filters import today
from app.web.paging import Page
from tests.factories.numbers import next_number
from tests.factories.schools import BEIBEI, PENGSHUI, TODAY, actor_of, actor_of_unit

SINCE = date(2025, 3, 1)
BEFORE, AFTER = date(2025, 10, 1), date(2026, 3, 1)


def make_child(
    unit: str = PENGSHUI,
    status: RollStatus | None = RollStatus.ACTIVE,
    placement: PlacementKind | None = PlacementKind.HOME,
    *,
    birth: date = date(2016, 3, 5),
    town: str | None = None,
    name: str = "冉䶮一",
    since: date = SINCE,
    created: datetime = datetime(2025, 3, 1, tzinfo=UTC),
) -> Child:
    number = next_number()
    child = Child(
        file_number=f"YC25{number:06d}",
        unit_id=unit_id(unit),
        name=name,
        name_pinyin="ran yan yi",
        name_initials="ryy",
        sort_key=f"ran {number:05d}",
        sex=Sex.MALE,
        birth_on=birth,
        town_code=town,
        document_kind=DocumentKind.NONE,
        document_missing_reason="test",
        created_at=created,
    )
    db.session.add(child)
    db.session.flush()
    begin_units(db.session, [UnitOf(child.id, child.unit_id, child.town_code)])
    if status:
        db.session.add(RollState(child_id=child.id, status=status, valid_from=since))
    if placement:
        db.session.add(
            Decision(
                child_id=child.id,
                kind=placement,
                decided_on=since,
                valid_from=since,
                decided_by="x",
                recorded_at=datetime.now(UTC),
            )
        )
    db.session.flush()
    return child


def whole(total: int) -> Page:
    return Page(1, total, max(1, total))


def listed(actor, day, standing=None, unit: str | None = None) -> list[str]:
    rows, _page = queries.list_children(
        actor, day, standing, unit_id(unit) if unit else None, whole=unit is None, page=whole
    )
    return [row.id for row in rows]


def line(lines, name: str):
    return next(found for found in lines if found.name == name)


@pytest.fixture
def mixed(app_context):
    """One child of each kind in 彭水, three placed in 北碚."""
    db.write()
    for status in [None, *RollStatus]:
        make_child(status=status)
    make_child(placement=None)
    make_child(birth=date(2009, 1, 1))
    make_child(birth=date(2021, 1, 1))
    for _n in range(3):
        make_child(BEIBEI)


@pytest.mark.both_databases
def test_the_parts_add_up_to_the_list(mixed):
    lines = queries.count_lines(SYSTEM, TODAY)
    here = line(lines, "彭水苗族土家族自治县").counts
    assert {standing: here[standing] for standing in Standing} == {
        Standing.PLACED: 5,
        Standing.DEFERRED: 1,
        Standing.SUSPENDED: 1,
        Standing.OPEN: 5,
        Standing.DIED: 1,
        Standing.MOVED_OUT: 2,
        Standing.OVER_AGE: 1,
    }
    assert here.listed == 16 and here.base == 12 and here.rate == pytest.approx(5 / 12)
    assert totals(lines).listed == 19
    assert [found.name for found in lines] == [unit.name for unit in units_on(TODAY)]


@pytest.mark.both_databases
def test_every_number_opens_just_its_children(mixed):
    for found in queries.count_lines(SYSTEM, TODAY):
        for standing in Standing:
            assert len(listed(SYSTEM, TODAY, standing, found.code)) == found.counts[standing]
        assert len(listed(SYSTEM, TODAY, None, found.code)) == found.counts.listed
    assert len(listed(SYSTEM, TODAY)) == 19 and len(listed(SYSTEM, TODAY, Standing.PLACED)) == 8


def test_a_district_counts_its_own_children(mixed):
    lines = queries.count_lines(actor_of_unit(BEIBEI), TODAY)
    assert [(found.name, found.counts.listed) for found in lines] == [("北碚区", 3)]
    assert len(listed(actor_of_unit(BEIBEI), TODAY)) == 3
    assert listed(actor_of_unit(BEIBEI), TODAY, Standing.PLACED, PENGSHUI) == []


def test_an_auditor_counts_all_and_lists_nobody(mixed):
    auditor = actor_of(Role.AUDITOR)
    assert totals(queries.count_lines(auditor, TODAY)).listed == 19
    assert listed(auditor, TODAY) == []
    assert queries.count_lines(actor_of(Role.ADMINISTRATOR), TODAY) == []


@pytest.mark.both_databases
def test_a_day_in_the_past(app_context):
    db.write()
    child = make_child(status=None, placement=None, created=datetime(2026, 6, 1, tzinfo=UTC))
    day = timedelta(days=1)
    db.session.add_all(
        [
            RollState(child_id=child.id, status=RollStatus.REGISTERED, valid_from=SINCE, valid_to=AFTER),
            RollState(child_id=child.id, status=RollStatus.ACTIVE, valid_from=AFTER),
            Decision(
                child_id=child.id,
                kind=PlacementKind.HOME,
                decided_on=AFTER,
                valid_from=AFTER,
                decided_by="x",
                recorded_at=datetime.now(UTC),
            ),
        ]
    )
    db.session.flush()
    on = {moment: totals(queries.count_lines(SYSTEM, moment)) for moment in (SINCE - day, SINCE, AFTER - day, AFTER)}
    assert [counts.listed for counts in on.values()] == [0, 1, 1, 1]
    assert [counts[Standing.PLACED] for counts in on.values()] == [0, 0, 0, 1]


@pytest.mark.both_databases
def test_children_are_counted_where_their_town_belonged_on_the_day(app_context):
    db.write()
    make_child(LIANGJIANG, town="500112137")
    make_child(LIANGJIANG, town="500105001")
    moved = make_child(LIANGJIANG, town="500109008")
    back = make_child(BEIBEI, town="500112133")
    make_child(BEIBEI, town="500109001")
    lost = make_child(LIANGJIANG)
    before, after = queries.count_lines(SYSTEM, BEFORE), queries.count_lines(SYSTEM, AFTER)
    assert line(after, "两江新区").counts.listed == 4 and line(after, "北碚区").counts.listed == 2
    assert line(before, "渝北区").counts.listed == 2 and line(before, "江北区").counts.listed == 1
    assert line(before, "北碚区").counts.listed == 2
    assert before[-1].unit_id is None and before[-1].counts.listed == 1
    assert not [found for found in before if found.name == "两江新区"]
    assert moved.id in listed(SYSTEM, BEFORE, None, BEIBEI) and back.id in listed(SYSTEM, BEFORE, None, "500112")
    assert totals(before).listed == totals(after).listed == 6
    rows, _page = queries.list_children(SYSTEM, BEFORE, None, None, whole=False, page=whole)
    assert [row.id for row in rows] == [lost.id]


def test_the_count_is_one_statement_over_the_children(mixed):
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    queries.count_lines(SYSTEM, TODAY)
    assert len([text for text in statements if "children" in text]) == 1 and len(statements) <= 5


def test_every_district_has_a_shape(app_context):
    for day in (BEFORE, AFTER):
        assert all(shape_of(unit.code).startswith("M") for unit in units_on(day, zones=False))
    assert shape_of("gaoxin") == ""
    assert shape_of(LIANGJIANG) == f"{shape_of('500105')} {shape_of('500112')}"


@pytest.mark.both_databases
def test_a_figure_of_a_past_day_stays_when_a_child_moves(app_context):
    """Whenever it is asked, by whom ever: the unit, the town and the sight are those of the day."""
    db.write()
    child = make_child(PENGSHUI)
    make_child(BEIBEI)
    now = today()
    past = now - timedelta(days=300)
    old, new = actor_of_unit(PENGSHUI), actor_of_unit(BEIBEI)

    def figures():
        return {
            (who.name, str(who.unit_ids)): [(one.name, one.counts.listed) for one in queries.count_lines(who, past)]
            for who in (SYSTEM, old, new)
        }

    before = figures()
    move_unit(child, unit_id(BEIBEI), on=now, because="transfer")
    keep_towns(db.session, {child.id: "500109001"}, on=now)
    db.session.flush()
    db.session.commit()
    assert figures() == before
    assert listed(old, past) and child.id in listed(old, past) and child.id not in listed(old, now)
    assert child.id not in listed(new, past) and child.id in listed(new, now)
    assert queries.count_standing(old, past, Standing.PLACED) == len(listed(old, past, Standing.PLACED))
