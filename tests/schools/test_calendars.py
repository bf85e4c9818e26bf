"""The product's two calendars, from its own data: the vectors of legal clocks, teaching days, years without data."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from app.access import SYSTEM, Role
from app.db import db
from app.errors import NotFound
from app.kernel.calendars import YearMissing
from app.kernel.periods import Period
from app.kernel.problems import Refused
from app.schools import actions, queries
from app.schools.models import CalendarDay, Term
from app.schools.reference import unit_id
from app.schools.rules import read_calendar_rows
from app.schools.types import CalendarFacts, DayKind
from tests.factories.schools import BEIBEI, PENGSHUI, actor_of, actor_of_unit

SOURCE = "国办发明电〔2026〕1号"


@pytest.fixture
def unit(app_context):
    db.write()
    return unit_id(PENGSHUI)


def test_ten_working_days(app_context):
    calendar = queries.working_calendar()
    for start, end in (
        (date(2026, 2, 9), date(2026, 2, 28)),
        (date(2026, 4, 27), date(2026, 5, 13)),
        (date(2026, 9, 17), date(2026, 10, 8)),
        (date(2025, 9, 25), date(2025, 10, 15)),
    ):
        assert calendar.add_working_days(start, 10) == end


def test_working_days_of_the_school_year_2025(app_context, unit):
    calendar = queries.teaching_calendar(unit, date(2025, 9, 1), date(2026, 7, 1))
    assert len(calendar.teaching_days(Period.through(date(2025, 9, 1), date(2026, 1, 30)))) == 105
    assert len(calendar.teaching_days(Period.through(date(2026, 3, 5), date(2026, 7, 1)))) == 81


def test_a_working_day_in_the_winter_break_is_no_teaching_day(app_context, unit):
    calendar = queries.teaching_calendar(unit, date(2026, 1, 1), date(2026, 12, 31))
    shifted, both = date(2026, 2, 28), date(2026, 5, 9)
    assert calendar.working.is_working_day(shifted) and not calendar.is_teaching_day(shifted)
    assert calendar.working.is_working_day(both) and calendar.is_teaching_day(both)


def test_a_year_without_data_is_loud(app_context, unit):
    with pytest.raises(YearMissing):
        queries.working_calendar().is_working_day(date(2027, 1, 4))
    with pytest.raises(YearMissing):
        queries.teaching_calendar(unit, date(2026, 12, 1), date(2027, 1, 10))
    guessed = queries.working_calendar(fallback=True).deadline(date(2026, 12, 28), 10)
    assert guessed.guessed_years == (2027,)


def test_the_terms_of_a_day(app_context, unit):
    assert (
        queries.term_on(unit, date(2026, 11, 23)).school_year,
        queries.term_on(unit, date(2026, 11, 23)).number,
    ) == (2026, 1)
    assert queries.term_on(unit, date(2026, 2, 20)) is None
    assert queries.term_on(unit, date(2027, 3, 1)).number == 2


def test_a_unit_may_have_a_term_of_its_own(unit):
    actions.save_term(actor_of_unit(), unit, 2026, 1, date(2026, 8, 31), date(2027, 1, 22), "县教委通知")
    assert queries.term_on(unit, date(2026, 8, 31)).number == 1
    assert queries.term_on(unit_id(BEIBEI), date(2026, 8, 31)) is None
    assert queries.term_on(unit, date(2027, 1, 25)) is None


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (date(2027, 1, 5), date(2027, 6, 30), "terms_overlap"),
        (date(2027, 7, 1), date(2027, 3, 1), "term_days_wrong"),
        (date(2027, 3, 1), date(2027, 12, 1), "term_days_wrong"),
    ],
)
def test_terms_that_make_no_sense(unit, starts, ends, code):
    with pytest.raises(Refused) as refused:
        actions.save_term(SYSTEM, unit, 2026, 2, starts, ends, "x")
    assert refused.value.problems[0].code == code


def test_a_closure_stops_visits_but_not_legal_clocks(unit):
    day = date(2026, 9, 3)
    assert actions.close_days(actor_of_unit(), unit, date(2026, 9, 2), date(2026, 9, 4), "高温") == 3
    calendar = queries.teaching_calendar(unit, date(2026, 9, 1), date(2026, 9, 30))
    assert not calendar.is_teaching_day(day) and calendar.closure_on(day).reason == "高温"
    assert calendar.working.is_working_day(day)
    assert queries.teaching_calendar(unit_id(BEIBEI), day, day).is_teaching_day(day)
    assert actions.close_days(actor_of_unit(), unit, day, day, "高温") == 0


def test_a_closure_everywhere_and_a_make_up_day(unit):
    actions.close_days(SYSTEM, None, date(2026, 9, 7), date(2026, 9, 7), "洪水")
    actions.teach_on(actor_of_unit(), unit, date(2026, 9, 12), 0, "补9月7日的课")
    calendar = queries.teaching_calendar(unit, date(2026, 9, 1), date(2026, 9, 30))
    assert not calendar.is_teaching_day(date(2026, 9, 7))
    assert calendar.is_teaching_day(date(2026, 9, 12)) and calendar.acts_as(date(2026, 9, 12)) == 0


def test_a_closure_can_be_taken_back_by_its_own_district_only(unit):
    actions.close_days(SYSTEM, unit, date(2026, 9, 7), date(2026, 9, 7), "洪水")
    row = queries.list_closures(unit, date(2026, 9, 1), date(2026, 9, 30))[0]
    with pytest.raises(NotFound):
        actions.open_day(actor_of_unit(BEIBEI), row.id)
    actions.open_day(actor_of_unit(), row.id)
    assert queries.list_closures(unit, date(2026, 9, 1), date(2026, 9, 30)) == []


@pytest.mark.parametrize(
    ("first", "last", "reason", "code"),
    [
        (date(2026, 9, 4), date(2026, 9, 2), "高温", "closure_days_wrong"),
        (date(2026, 1, 1), date(2026, 12, 31), "高温", "closure_days_wrong"),
        (date(2026, 9, 4), date(2026, 9, 4), " ", "closure_reason_missing"),
    ],
)
def test_closures_that_are_refused(unit, first, last, reason, code):
    with pytest.raises(Refused) as refused:
        actions.close_days(SYSTEM, unit, first, last, reason)
    assert refused.value.problems[0].code == code


def test_an_imported_year_is_known_from_then_on(unit):
    rows = [
        ["日期", "类型", "名称"],
        ["2027-01-01", "放假", "元旦"],
        ["2027/2/6", "放假", "春节"],
        ["2027年2月20日", "上班", "春节"],
    ]
    facts = read_calendar_rows(2027, rows, SOURCE)
    actions.import_calendar_year(actor_of(Role.ADMINISTRATOR), facts.value)
    calendar = queries.working_calendar()
    assert calendar.is_working_day(date(2027, 2, 20)) and not calendar.is_working_day(date(2027, 1, 1))
    assert queries.calendar_facts(2027).source == SOURCE
    actions.import_calendar_year(SYSTEM, CalendarFacts(2027, {date(2027, 1, 4): "x"}, {}, "again"))
    assert queries.working_calendar().is_working_day(date(2027, 1, 1))
    assert queries.list_calendar_years()[-1].source == "again"


def test_a_district_cannot_import_a_year(unit):
    with pytest.raises(NotFound):
        actions.import_calendar_year(actor_of_unit(), CalendarFacts(2027, {}, {}, "x"))


def test_the_library_does_not_know_next_year(unit):
    with pytest.raises(Refused) as refused:
        actions.import_national_year(SYSTEM, 2030)
    assert refused.value.problems[0].field == "year"
    actions.import_national_year(SYSTEM, 2026)
    assert queries.working_calendar().add_working_days(date(2026, 9, 17), 10) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["2026-01-01", "放假", ""], "calendar_day_outside_year"),
        (["2027-13-01", "放假", ""], "calendar_line"),
        (["2027-01-01", "maybe", ""], "calendar_word"),
        ([], "calendar_empty"),
    ],
)
def test_calendar_files_that_are_refused(row, code):
    checked = read_calendar_rows(2027, [["day", "kind", "name"], row], SOURCE)
    assert checked.value is None and code in {problem.code for problem in checked.problems}


@pytest.mark.both_databases
@pytest.mark.parametrize("unit_code", [None, PENGSHUI])
def test_the_database_refuses_a_day_or_a_term_twice(app_context, session, unit_code):
    unit = unit_id(unit_code) if unit_code else None
    for make in (
        lambda: CalendarDay(unit_id=unit, day=date(2026, 9, 3), kind=DayKind.CLOSED, name="x"),
        lambda: Term(
            unit_id=unit, school_year=2030, number=1, starts_on=date(2030, 9, 1), ends_on=date(2031, 1, 20), source="x"
        ),
    ):
        session.add(make())
        session.flush()
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(make())
            session.flush()
