"""Only months with days of school ask for a timetable; of the others it is said in words that they need none."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from app.access import SYSTEM
from app.db import db
from app.schools.actions import close_days, save_term
from app.timetables.figures import Figures
from app.timetables.models import Timetable
from app.timetables.queries.taught import days_of, month_kind, next_to_plan
from app.timetables.queries.terms import months_left, term_view
from app.timetables.rules.gathering import weeks_of
from app.timetables.types import MonthKind, TimetableState

RUNNING = "district has no timetable for the running month"
LACKING, AWAITED = "district has no timetable for next month", "district has not entered the days of the next term"
FREE = "has no day of school here, or they are all holidays: it needs no timetable."


def at(client, sign_in, district, day: date):
    sign_in(user=district.coordinator)
    return client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("day", "asked", "usual"),
    [
        (date(2026, 11, 25), LACKING, "2026-11"),  # two days of November are left, and children to be taught
        (date(2026, 11, 27), LACKING, "2026-12"),  # Friday: nothing of it is left from tomorrow on
        (date(2027, 1, 31), None, "2027-03"),  # February lies in the holidays
        (date(2027, 6, 30), LACKING, "2027-07"),  # three days of July; nobody has a plan for what is left of June
        (date(2027, 7, 1), None, "2027-09"),
        (date(2027, 7, 31), None, "2027-09"),
        (date(2027, 8, 31), AWAITED, "2027-09"),
        (date(2028, 2, 29), AWAITED, "2028-03"),
        (date(2039, 10, 5), AWAITED, "2039-11"),  # a year whose holidays nobody can guess
    ],
)
def test_today_asks_only_for_months_with_days_of_school(client, sign_in, district, day, asked, usual):
    with time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC)):
        page = at(client, sign_in, district, day)
        for words in (LACKING, AWAITED):
            assert (words in page) == (words == asked), words
        assert (RUNNING in page) == (usual == f"{day:%Y-%m}")
        form = client.get("/timetables/new").get_data(as_text=True)
        assert re.search(rf'name="month"[^>]*value="{usual}"|value="{usual}"[^>]*name="month"', form)
        assert ("No term is entered for" in form) == (usual > "2027-07")
        link = client.get("/timetables").get_data(as_text=True)
        assert f"month={usual}" in link


@pytest.mark.parametrize("month", ["2027-02", "2027-08", "2028-07"])
def test_a_month_of_the_holidays_says_so_when_somebody_opens_it(client, sign_in, district, month):
    with time_machine.travel(datetime(2027, 1, 31, 4, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        for path in (f"/timetables?month={month}", f"/timetables/new?month={month}", f"/timetables/term?month={month}"):
            page = client.get(path).get_data(as_text=True)
            assert f"{month} {FREE}" in page, path
            assert "These would be left out" not in page and "No timetable yet" not in page
        answer = client.submit("/timetables/new", month=month, seconds="1", unit_id=str(district.unit.id))
        assert answer.status_code == 422 and "There is no teaching day left in this month." in answer.get_data(
            as_text=True
        )


def test_a_month_cut_by_the_end_of_its_term_has_its_own_days_only(app, district):
    with app.app_context():
        unit = district.unit.id
        july = weeks_of(2027, 7)
        assert days_of([unit], *july)[unit].between(*july) == [date(2027, 7, day) for day in (5, 6, 7)]
        assert months_left(unit, "2027-06", date(2027, 7, 2)) == ["2027-07"]  # nothing of June is left to plan
        assert months_left(unit, "2027-06", date(2027, 6, 20)) == ["2027-06", "2027-07"]


def test_a_month_whose_days_are_all_closed_is_in_no_list(app, client, sign_in, district):
    with app.test_request_context():
        db.write()
        unit = district.unit.id
        save_term(SYSTEM, unit, 2026, 2, date(2027, 2, 25), date(2027, 7, 7), "")
        assert month_kind(unit, "2027-02") == MonthKind.TAUGHT and next_to_plan(unit, date(2027, 1, 31)) == "2027-02"
        days = [date(2027, 2, 25) + timedelta(days=n) for n in range(4)]
        close_days(SYSTEM, unit, days[0], days[-1], "雪灾")
        db.session.commit()
    with app.app_context():
        assert month_kind(unit, "2027-02") == MonthKind.FREE and next_to_plan(unit, date(2027, 1, 31)) == "2027-03"
        assert [one.name for one in term_view(SYSTEM, unit, "2027-02").months][0] == "2027-03"
    with time_machine.travel(datetime(2027, 1, 31, 4, tzinfo=UTC)):
        assert LACKING not in at(client, sign_in, district, date(2027, 1, 31))
        page = client.get("/timetables/term?month=2027-02").get_data(as_text=True)
        assert f"2027-02 {FREE}" in page and "month=2027-03" in page


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("day", "running"),
    [
        (date(2026, 12, 1), "2026-12"),
        (date(2026, 11, 30), "2026-12"),
        (date(2026, 11, 1), "2026-11"),
        (date(2026, 10, 1), "2026-10"),
        (date(2027, 1, 1), "2027-01"),
    ],
)
def test_the_running_month_is_asked_for_first_until_it_is_published(app, client, sign_in, district, day, running):
    with time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC)):
        page = at(client, sign_in, district, day)
        assert RUNNING in page and f"/timetables/new?month={running}" in page
        form = client.get("/timetables/new").get_data(as_text=True)
        assert re.search(rf'name="month"[^>]*value="{running}"|value="{running}"[^>]*name="month"', form)
        first, last = weeks_of(int(running[:4]), int(running[5:]))
        with app.app_context():
            db.write()
            db.session.add(
                Timetable(
                    unit_id=district.unit.id,
                    month=running,
                    first_on=first,
                    last_on=last,
                    figures=Figures(),
                    created_by_name="x",
                    state=TimetableState.PUBLISHED,
                    created_at=datetime.now(UTC),
                    published_at=datetime.now(UTC),
                )
            )
            db.session.commit()
        with app.app_context():
            assert next_to_plan(district.unit.id, day) > running
        assert RUNNING not in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("day", "month"), [(date(2031, 6, 30), "2031-09"), (date(2026, 11, 25), "2027-09"), (date(2026, 11, 25), "2040-03")]
)
@pytest.mark.parametrize("span", ["month", "term"])
def test_a_month_whose_term_is_not_entered_is_refused_for_that_reason(client, sign_in, district, day, month, span):
    with time_machine.travel(datetime(day.year, day.month, day.day, 4, tzinfo=UTC)):
        sign_in(user=district.coordinator)
        answer = client.submit("/timetables/new", month=month, seconds="1", unit_id=str(district.unit.id), span=span)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422 and page.count(f"No term is entered for {month} yet") >= 2
        assert "no teaching day left" not in page and "No child here" not in page
        assert f"/timetables/term?unit={district.unit.id}&amp;month={month}" in page


@pytest.mark.parametrize("month", ["9999-12", "1999-12", "2100-01", "2026-13", "x"])
def test_which_months_can_be_asked_for_is_said(client, sign_in, district, month):
    sign_in(user=district.coordinator)
    answer = client.submit("/timetables/new", month=month, seconds="1", unit_id=str(district.unit.id))
    assert answer.status_code == 422 and "from 2000-01 to 2099-12" in answer.get_data(as_text=True)
