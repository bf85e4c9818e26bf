"""Limits of a visiting day, set by the district: visits, minutes on the way, back before dark."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.roads.types import Spot
from app.schools.models import DistrictRule
from app.schools.types import RuleName
from app.timetables.models import Visit
from app.timetables.rules.gathering import back_by
from app.timetables.types import CalendarInput
from tests.factories import visits as make

PENGSHUI = Spot(latitude=29_300_000, longitude=108_200_000)


def test_teams_are_back_before_the_earliest_sunset_of_the_days():
    days = [CalendarInput(date(2026, 12, day), day % 7) for day in range(1, 12)]
    # the sun sets at about 17:50 on 5 December at 108.2 degrees east
    assert back_by(days, [PENGSHUI], 30) in {1035, 1040}
    assert back_by(days, [PENGSHUI], 0) == back_by(days, [PENGSHUI], 30) + 30
    assert back_by(days, [PENGSHUI], None) is None and back_by(days, [], 30) is None
    assert back_by([CalendarInput(date(2026, 12, 1), None)], [PENGSHUI], 30) is None


@pytest.fixture
def limits(app, coordinator, district):
    """limits(rule, value): set a rule of the district on its page."""

    def put(name: RuleName, value: int) -> None:
        answer = coordinator.submit(
            f"/settings/rules/{name.value}?unit={district.unit.id}",
            value=str(value),
            source="县教委会议",
            valid_from="2026-09-01",
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)

    return put


@pytest.mark.both_databases
def test_a_timetable_keeps_the_limits_of_the_day(app, coordinator, district, limits, make_timetable):
    with app.app_context():
        db.write()
        make.add_child(district, "龙·阿依", 2)
        db.session.commit()
    limits(RuleName.DAY_VISITS, 2)
    limits(RuleName.DAY_TRAVEL_MINUTES, 120)
    limits(RuleName.DARK_MARGIN_MINUTES, 120)
    made = make_timetable()
    with app.app_context():
        visits = list(db.session.scalars(select(Visit).where(Visit.timetable_id == made)))
    assert visits and max(Counter((v.team_id, v.day) for v in visits).values()) <= 2
    assert max(v.end for v in visits) < 16 * 60 + 20  # sunset is about 18:15 at the end of October
    settings = coordinator.get(f"/settings?unit={district.unit.id}").get_data(as_text=True)
    assert "Back so many minutes before sunset" in settings and "Visits of a team on a day, at most" in settings


def test_a_limit_may_be_left_empty_and_has_bounds(coordinator, district, limits):
    limits(RuleName.DAY_VISITS, 3)
    page = f"/settings/rules/day_visits?unit={district.unit.id}"
    assert coordinator.submit(page, value="13", source="x").status_code == 422
    assert coordinator.submit(page, value="", source="x").status_code == 200


@pytest.mark.both_databases
def test_the_database_still_refuses_a_rule_that_is_none(app):
    from sqlalchemy import text

    from app.kernel.ids import new_id

    with app.app_context(), pytest.raises(IntegrityError):
        db.write()
        db.session.execute(
            text(
                "INSERT INTO district_rules (id, name, value, source, valid_from) VALUES (:id, 'nonsense', 1, 'x', "
                "'2026-01-01')"
            ),
            {"id": new_id().hex if db.is_sqlite else new_id()},
        )


@pytest.mark.both_databases
def test_two_live_rows_of_one_rule_are_refused_as_before(app):
    with app.app_context(), pytest.raises(IntegrityError):
        db.write()
        db.session.add_all(
            DistrictRule(unit_id=None, name=RuleName.DAY_VISITS, value=n, source="x", valid_from=date(2026, 1, 1))
            for n in (1, 2)
        )
        db.session.flush()
