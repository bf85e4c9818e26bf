"""Minutes of ways that hold in one half of the day: entered on the page, kept, and taken by timetables."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.db.audit import AuditEntry
from app.roads.models import TravelLeg
from app.roads.rules import clashes, travel_between
from app.roads.types import LegFacts, LegHalf, LegInput, RoadInput, Spot
from app.routing import NO_WAY
from app.teams.models import FamilyTime, TeacherHours
from app.timetables.models import Visit
from app.timetables.rules.gathering import inputs_hash
from app.timetables.types import Inputs
from tests.factories import visits as make

SPOTS = {
    "s": Spot(latitude=29_300_000, longitude=108_200_000),
    "h": Spot(latitude=29_320_000, longitude=108_200_000, groups=("village:v",)),
}
USUAL = LegInput(start="home:h", end="school:s", minutes=31)
MARKET = LegInput(start="home:h", end="school:s", minutes=72, half=LegHalf.MORNING)
FOG = LegInput(start="home:h", end="school:s", closed=(1, 2), half=LegHalf.AFTERNOON)


# --- rules ----------------------------------------------------------------------------------------------------------


def test_an_afternoon_is_made_only_where_an_entry_makes_it_another():
    assert travel_between(SPOTS, 5, (USUAL,)).afternoon is None
    told = travel_between(SPOTS, 5, (MARKET, USUAL))
    assert (told.minutes[0, 1], told.afternoon[0, 1]) == (75, 35)
    assert travel_between(SPOTS, 5, (USUAL, FOG)).afternoon is None
    shut = travel_between(SPOTS, 1, (USUAL, FOG))
    assert (shut.minutes[0, 1], shut.afternoon[1, 0]) == (35, NO_WAY)


def test_the_half_without_an_entry_keeps_the_roads_and_estimates():
    roads = RoadInput(("s", "h"), ((0, 11), (12, 0)), (0, 0))
    told = travel_between(SPOTS, 5, (MARKET,), roads)
    assert told.afternoon.tolist() == [[0, 15], [15, 0]] and not told.afternoon_estimated[0, 1]
    guessed = travel_between(SPOTS, 5, (MARKET,))
    assert guessed.afternoon_estimated[0, 1] and not guessed.estimated[0, 1]


def test_a_home_without_a_way_in_a_month_has_none_in_either_half():
    spots = SPOTS | {"h": Spot(latitude=29_320_000, longitude=108_200_000, closed_months=(7,))}
    told = travel_between(spots, 7, (MARKET,))
    assert told.minutes[0, 1] == told.afternoon[0, 1] == NO_WAY and told.afternoon[0, 0] == 0


def test_entries_for_other_halves_of_the_day_stand_side_by_side():
    facts = LegFacts(start="home:h", end="school:s", minutes=40, half=LegHalf.MORNING)
    assert clashes(facts, MARKET)
    assert not clashes(facts, USUAL) and not clashes(facts, FOG)


def test_the_hash_of_inputs_tells_the_halves_apart_and_keeps_what_it_was_without_them():
    plain = Inputs(days=(), month=5, teams=(), children=(), needs=(), day_cap=480, two_adults=False)
    assert inputs_hash(plain) == "e0f71d268a40d397abce847fb898ff19e0c470ae787dd66dd633b4fb309d309d"
    before = inputs_hash(
        Inputs(days=(), month=5, teams=(), children=(), needs=(), day_cap=480, two_adults=False, legs=(USUAL,))
    )
    assert before == "ff2a51393cf231f4ffcc78137e7b1741ccf05b3418175ab4ae3b8b9d1cd80405"
    found = {
        inputs_hash(
            Inputs(
                days=(),
                month=5,
                teams=(),
                children=(),
                needs=(),
                day_cap=480,
                two_adults=False,
                legs=(LegInput(start="home:h", end="school:s", minutes=31, half=half),),
            )
        )
        for half in LegHalf
    }
    assert len(found) == 3 and before in found


# --- pages ----------------------------------------------------------------------------------------------------------

MORNING, AFTERNOON = (480, 750), (780, 1050)


@pytest.fixture
def district(app):
    """A committed district whose teachers go out in the morning and again in the afternoon, with one child."""
    with app.app_context():
        db.write()
        made = make.make_district(("冉䶮一",))
        db.session.execute(delete(TeacherHours))
        db.session.add_all(
            TeacherHours(teacher_id=one.id, weekday=day, start=a, end=b)
            for one in made.teachers
            for day in range(5)
            for a, b in (MORNING, AFTERNOON)
        )
        db.session.commit()
        db.session.expunge_all()
    return made


@pytest.fixture
def ends(district):
    return {"start": f"school:{district.school.id}", "end": f"home:{district.children[0].id}"}


@pytest.fixture
def read(app):
    """read(statement) -> its rows as they stand now."""

    def run(statement):
        with app.app_context():
            return list(db.session.scalars(statement))

    return run


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


@pytest.mark.both_databases
def test_minutes_of_one_half_are_entered_changed_and_shown(coordinator, district, ends, read):
    coordinator.submit("/legs/new", **ends, minutes="30")
    page = text_of(coordinator.submit("/legs/new", **ends, minutes="80", half="afternoon"))
    assert re.search(r"both ways 80 .* in the afternoon only", page)
    twice = coordinator.submit("/legs/new", **ends, minutes="70", half="afternoon")
    assert twice.status_code == 422 and "There is an entry for this way already" in text_of(twice)
    ways = text_of(coordinator.get("/legs", query_string={"from": ends["start"], "month": 5}))
    assert "in the morning only 30 min entered 30 min entered" in ways
    assert "in the afternoon only 80 min entered 80 min entered" in ways
    late = next(leg for leg in read(select(TravelLeg)) if leg.half == LegHalf.AFTERNOON)
    form = coordinator.get(f"/legs/{late.id}").get_data(as_text=True)
    assert re.search(r'<option selected[^>]* value="afternoon"', form)
    coordinator.submit(f"/legs/{late.id}", "leg", half="morning", minutes="55")
    ways = text_of(coordinator.get("/legs", query_string={"from": ends["start"], "month": 5}))
    assert "in the morning only 55 min" in ways and "in the afternoon only 30 min" in ways
    assert [
        entry.detail["half"]
        for entry in read(select(AuditEntry).where(AuditEntry.verb == "save_leg").order_by(AuditEntry.seq))
    ] == ["day", "afternoon", "morning"]
    coordinator.submit(f"/legs/{late.id}", form=f"/legs/{late.id}/remove")
    ways = text_of(coordinator.get("/legs", query_string={"from": ends["start"], "month": 5}))
    assert "30 min entered" in ways and "only" not in ways.split("And back")[1].split("Minutes that were entered")[0]


def test_the_form_begins_with_the_whole_day_or_with_the_half_that_was_asked_for(coordinator, ends):
    plain = coordinator.get("/legs/new").get_data(as_text=True)
    assert re.search(r'<option selected[^>]* value="day">', plain)
    asked = coordinator.get("/legs/new", query_string={"half": "morning"}).get_data(as_text=True)
    assert re.search(r'<option selected[^>]* value="morning">', asked)
    assert coordinator.get("/legs/new", query_string={"half": "midnight"}).status_code == 200
    refused = coordinator.submit("/legs/new", **ends, minutes="20", half="midnight")
    assert refused.status_code == 422


@pytest.mark.both_databases
def test_the_database_refuses_two_entries_for_one_half_and_an_unknown_half(app, district, ends):
    told = {
        "unit_id": district.unit.id,
        **ends,
        "closed_months": [],
        "slow_months": [],
        "minutes": 5,
        "entered_by_name": "x",
        "entered_at": datetime(2026, 11, 1, tzinfo=UTC),
    }
    with app.app_context():
        db.write()
        db.session.add_all([TravelLeg(**told, half=half) for half in LegHalf])
        db.session.flush()
        with pytest.raises(IntegrityError):
            db.session.add(TravelLeg(**told, half=LegHalf.MORNING))
            db.session.flush()


# --- timetables -----------------------------------------------------------------------------------------------------


def visits_of(made):
    return select(Visit).where(Visit.timetable_id == made).order_by(Visit.day, Visit.start)


def test_a_timetable_goes_in_the_half_that_the_entry_makes_short(make_timetable, coordinator, ends, read):
    coordinator.submit("/legs/new", **ends, minutes="50")
    coordinator.submit("/legs/new", **ends, minutes="10", half="afternoon")
    first = read(visits_of(make_timetable()))
    assert first and {(v.start >= 720, v.travel_in, v.travel_estimated) for v in first} == {(True, 10, False)}
    late = next(leg for leg in read(select(TravelLeg)) if leg.half == LegHalf.AFTERNOON)
    coordinator.submit(f"/legs/{late.id}", "leg", minutes="95")
    second = read(visits_of(make_timetable()))
    assert len(second) == len(first) and {(v.start >= 720, v.travel_in) for v in second} == {(False, 50)}


def test_published_visits_of_the_afternoon_start_when_the_longer_way_lets_them(
    app, make_timetable, coordinator, ends, read
):
    with app.app_context():
        db.write()
        db.session.execute(delete(FamilyTime).where(FamilyTime.start < 720))
        db.session.commit()
    coordinator.submit("/legs/new", **ends, minutes="10")
    soon = read(visits_of(make_timetable()))
    assert min(v.start for v in soon) == 840  # the family's own time
    coordinator.submit("/legs/new", **ends, minutes="85", half="afternoon")
    made = make_timetable()
    page = coordinator.get(f"/timetables/{made}").get_data(as_text=True)
    assert "Something has changed since" not in page
    assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
    late = read(visits_of(made))
    assert len(late) == len(soon) and all(v.frozen and v.travel_in == 85 for v in late)
    assert min(v.start for v in late) == AFTERNOON[0] + 85


def test_a_visit_moved_into_the_other_half_learns_its_way_there(make_timetable, coordinator, ends, read):
    coordinator.submit("/legs/new", **ends, minutes="20")
    coordinator.submit("/legs/new", **ends, minutes="65", half="afternoon")
    made = make_timetable()
    visit = read(visits_of(made))[0]
    assert (visit.start < 720, visit.travel_in) == (True, 20)
    early = coordinator.submit(f"/visits/{visit.id}/move", "move", start="14:00")
    assert early.status_code == 422 and "outside its hours" in text_of(early)  # out at 12:55
    assert coordinator.submit(f"/visits/{visit.id}/move", "move", start="14:10").status_code == 200
    moved = next(v for v in read(visits_of(made)) if v.id == visit.id)
    assert (moved.start, moved.travel_in, moved.travel_estimated) == (850, 65, False)
