"""Minutes of ways: entered for homes, villages and towns, and what a timetable makes of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.access import Role
from app.db import db
from app.db.audit import AuditEntry
from app.roads.models import TravelLeg, Village, VillagePlace
from app.roads.rules import clashes, leg_ends, leg_problems, travel_between
from app.roads.types import LegFacts, LegInput, RoadInput, Spot
from app.routing import NO_WAY
from app.timetables.models import Timetable, Visit
from tests.factories import visits as make

TOWN = "500243100"


# --- rules ----------------------------------------------------------------------------------------------------------

SCHOOL = Spot(latitude=29_300_000, longitude=108_200_000, groups=(f"town:{TOWN}",))
NEAR = Spot(
    latitude=29_320_000, longitude=108_200_000, mode="motorbike", walk_minutes=5, groups=(f"town:{TOWN}", "village:v")
)
FAR = Spot(
    latitude=29_400_000, longitude=108_300_000, mode="car", walk_minutes=0, closed_months=(7,), groups=("village:v",)
)
SPOTS = {"s": SCHOOL, "n": NEAR, "f": FAR}


def test_entered_before_roads_before_estimates_in_steps_of_five():
    plain = travel_between(SPOTS, 5)
    assert plain.minutes[0, 1] == 20 and plain.estimated[0, 1]  # 2.2 km: 8 + 2 min by motorbike or car, 5 on foot, up
    roads = RoadInput(("n", "s"), ((0, 21), (12, 0)), (9, 0))
    measured = travel_between(SPOTS, 5, (), roads)
    assert measured.minutes[0, 1] == 25 and measured.minutes[1, 0] == 30  # 12 + 9 and 21 + 9 on foot to the road
    assert not measured.estimated[0, 1] and measured.estimated[0, 2]
    legs = (
        LegInput(start="home:n", end="school:s", minutes=33),
        LegInput(start="home:elsewhere", end="school:s", minutes=1),
    )
    entered = travel_between(SPOTS, 5, legs, roads)
    assert entered.minutes[0, 1] == entered.minutes[1, 0] == 35  # from door to door
    village = (LegInput(start="village:v", end="school:s", minutes=41),)
    assert travel_between(SPOTS, 5, village, roads).minutes[0].tolist() == [0, 50, 45]


def test_a_home_without_a_way_in_a_month_has_none_whatever_was_entered():
    legs = (LegInput(start="home:f", end="school:s", minutes=33),)
    assert travel_between(SPOTS, 7, legs).minutes[0, 2] == NO_WAY
    assert travel_between(SPOTS, 8, legs).minutes[0, 2] == 35


ENDS = st.sampled_from(["home:a", "home:b", "school:a", "town:1", "village:x"])


@given(ENDS, ENDS, st.booleans(), st.booleans())
def test_two_entries_clash_when_they_speak_of_one_way(start, end, both, other_both):
    facts = LegFacts(start=start, end=end, minutes=5, both=both)
    assert clashes(facts, LegInput(start=start, end=end, minutes=9, both=other_both))
    turned = LegInput(start=end, end=start, minutes=9, both=other_both)
    assert clashes(facts, turned) == (both or other_both or start == end)
    assert leg_ends(facts) == (tuple(sorted((start, end))) if both else (start, end))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"start": "home:z"}, "leg_end_unknown"),
        ({"end": "home:a"}, "leg_nowhere"),
        ({"minutes": 0}, "leg_minutes"),
        ({"minutes": 601}, "leg_minutes"),
        ({"closed": (13,)}, "leg_months"),
        ({"slow": (1,), "percent": 100}, "leg_percent"),
        ({"slow": (1,), "closed": (1,), "percent": 150}, "leg_closed_and_slow"),
        ({"minutes": None}, "leg_says_nothing"),
    ],
)
def test_what_a_leg_must_say(changes, code):
    facts = LegFacts(**({"start": "home:a", "end": "home:b", "minutes": 20} | changes))
    assert [problem.code for problem in leg_problems(facts, {"home:a", "home:b"})] == [code]


def test_a_village_may_be_both_ends():
    assert not leg_problems(LegFacts(start="village:x", end="village:x", minutes=10), {"village:x"})


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def ends(district):
    """Names of the school and of the two homes as ends of legs."""
    return [f"school:{district.school.id}", *(f"home:{child.id}" for child in district.children)]


@pytest.fixture
def rows(app):
    """rows(table) -> all rows as they stand now."""

    def read(table):
        with app.app_context():
            return list(db.session.scalars(select(table)))

    return read


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


@pytest.mark.both_databases
def test_minutes_are_entered_changed_and_taken_back(app, coordinator, district, ends, rows):
    answer = coordinator.submit("/legs/new", start=ends[1], end=ends[0], minutes="47", note="老王开车实测")
    assert answer.status_code == 200
    page = text_of(answer)
    assert "Timetables made before this do not know of it." in page
    assert "冉䶮一 ↔ 郁山镇中心校 both ways 47" in page and "老王开车实测" in page and "向主任" in page
    (leg,) = rows(TravelLeg)
    assert (leg.minutes, leg.both, leg.start) == (47, True, min(ends[:2]))
    changed = coordinator.submit(
        f"/legs/{leg.id}", "leg", minutes="55", both=None, closed=["1", "2"], slow=["7"], percent="150"
    )
    assert "closed: 1、2" in text_of(changed) and "150 % in: 7" in text_of(changed)
    (leg,) = rows(TravelLeg)
    assert (leg.minutes, leg.both, leg.closed_months, leg.slow_months, leg.percent) == (55, False, [1, 2], [7], 150)
    ways = text_of(coordinator.get("/legs", query_string={"from": ends[1], "month": 7}))
    assert "郁山镇中心校 85 min entered 20 min estimate" in ways  # 55 x 1.5, rounded up to five
    assert "no way" in text_of(coordinator.get("/legs", query_string={"from": ends[1], "month": 1}))
    coordinator.submit(f"/legs/{leg.id}", form=f"/legs/{leg.id}/remove")
    assert not rows(TravelLeg)
    told = [(entry.verb, entry.child_id) for entry in rows(AuditEntry) if "leg" in entry.verb]
    assert told == [(verb, district.children[0].id) for verb in ("save_leg", "save_leg", "remove_leg")]


def test_one_way_has_one_entry_and_a_change_made_meanwhile_is_refused(coordinator, ends, rows):
    coordinator.submit("/legs/new", start=ends[0], end=ends[1], minutes="47")
    twice = coordinator.submit("/legs/new", start=ends[1], end=ends[0], minutes="50", both=None)
    assert twice.status_code == 422 and "There is an entry for this way already" in text_of(twice)
    (leg,) = rows(TravelLeg)
    late = coordinator.submit(f"/legs/{leg.id}", "leg", minutes="60", revision="0")
    assert late.status_code == 422 and "Somebody else has changed this meanwhile" in text_of(late)
    assert rows(TravelLeg)[0].minutes == 47


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"minutes": "0"}, "from 1 to 600"),
        ({"minutes": ""}, "Enter the minutes, or the months"),
        ({"minutes": "x"}, "Enter a whole number."),
        ({"end": "home:00000000-0000-0000-0000-000000000000"}, "choice"),
        ({"slow": ["3"], "percent": "90"}, "from 101 to 500"),
    ],
)
def test_bad_entries_say_what_to_do(coordinator, ends, rows, values, words):
    answer = coordinator.submit("/legs/new", **({"start": ends[0], "end": ends[1], "minutes": "20"} | values))
    assert answer.status_code == 422 and words in text_of(answer)
    assert not rows(TravelLeg)


@pytest.mark.both_databases
def test_a_village_and_the_town_around_it(app, coordinator, district, ends, rows):
    with app.app_context():
        db.write()
        for child in district.children:
            db.session.merge(child).town_code = TOWN
        db.session.commit()
    made = coordinator.submit("/villages/new", name="云顶村", members=ends[1:])
    assert "云顶村" in text_of(made) and "冉䶮一、田小满" in text_of(made)
    (village,) = rows(Village)
    assert coordinator.submit("/villages/new", name="云顶村", members=ends[1:]).status_code == 422
    assert coordinator.submit("/villages/new", name="空村").status_code == 422
    coordinator.submit("/legs/new", start=f"town:{TOWN}", end=ends[0], minutes="70")
    ways = text_of(coordinator.get("/legs", query_string={"from": ends[0], "month": 5}))
    assert "冉䶮一 75 min entered" in ways and "田小满 75 min entered" in ways  # and five on foot to each home
    coordinator.submit("/legs/new", start=f"village:{village.id}", end=ends[0], minutes="40")
    assert "冉䶮一 45 min entered" in text_of(coordinator.get("/legs", query_string={"from": ends[0], "month": 5}))
    coordinator.submit(f"/villages/{village.id}", form="village", name="云顶村", members=[ends[2]])
    ways = text_of(coordinator.get("/legs", query_string={"from": ends[0], "month": 5}))
    assert "冉䶮一 75 min entered" in ways and "田小满 45 min entered" in ways
    coordinator.submit(f"/villages/{village.id}", form=f"/villages/{village.id}/remove")
    assert not rows(Village) and not rows(VillagePlace) and [leg.minutes for leg in rows(TravelLeg)] == [70]


def test_a_timetable_takes_the_entered_minutes_and_says_which_legs_are_estimates(
    app, make_timetable, coordinator, district, ends
):
    coordinator.submit("/legs/new", start=ends[0], end=ends[1], minutes="58")
    made = make_timetable()
    with app.app_context():
        rows = list(
            db.session.scalars(
                select(Visit).where(Visit.timetable_id == made).order_by(Visit.team_id, Visit.day, Visit.start)
            )
        )
        fresh = db.session.get(Timetable, made)
    first = [
        visit for visit, before in zip(rows, [None, *rows], strict=False) if before is None or before.day != visit.day
    ]
    own = district.children[0].id
    assert {(v.travel_in, v.travel_estimated) for v in first if v.child_id == own} <= {(60, False)}
    assert {v.travel_estimated for v in first if v.child_id != own} <= {True}
    assert {v.travel_estimated for v in rows} == {True, False}
    page = coordinator.get(f"/timetables/{made}").get_data(as_text=True)
    words = "Something has changed since this draft was made"
    assert words not in page and fresh.input_hash
    coordinator.submit("/legs/new", start=ends[1], end=ends[2], minutes="12")
    assert words in coordinator.get(f"/timetables/{made}").get_data(as_text=True)


def test_an_entry_of_ways_that_no_visit_takes_changes_nothing(app, make_timetable, coordinator, district, ends):
    with app.app_context():
        db.write()
        idle = make.plans.make_child(district.unit, district.school, "龙·阿依")
        db.session.add(make.HomePoint(child_id=idle.id, latitude=29.31, longitude=108.21, mode="car", closed_months=[]))
        db.session.commit()
        other = f"home:{idle.id}"
    made = make_timetable()
    coordinator.submit("/legs/new", start=ends[0], end=other, minutes="12")
    assert "Something has changed since" not in coordinator.get(f"/timetables/{made}").get_data(as_text=True)


def test_people_without_the_right_and_other_districts_find_nothing(app, coordinator, sign_in, district, ends, rows):
    coordinator.submit("/legs/new", start=ends[0], end=ends[1], minutes="47")
    (leg,) = rows(TravelLeg)
    with app.app_context():
        db.write()
        elsewhere = make.plans.make_unit("黔江区").id
        db.session.commit()
    other, school = app.test_client(), app.test_client()
    sign_in(Role.DISTRICT_COORDINATOR.value, unit_id=elsewhere, client=other)
    sign_in(Role.SCHOOL_COORDINATOR.value, school_id=district.school.id, client=school)
    for address in (f"/legs?unit={district.unit.id}", f"/legs/{leg.id}", f"/legs/new?unit={district.unit.id}"):
        assert other.get(address).status_code == 404
        assert school.get(address).status_code == 403
    assert "冉䶮一" not in other.get("/legs").get_data(as_text=True)


def test_the_database_refuses_a_second_row_and_impossible_minutes(app, district, ends):
    from datetime import UTC, datetime

    told = {
        "unit_id": district.unit.id,
        "start": ends[0],
        "end": ends[1],
        "closed_months": [],
        "slow_months": [],
        "entered_by_name": "x",
        "entered_at": datetime(2026, 11, 1, tzinfo=UTC),
    }
    for changes in ({"minutes": 0}, {"minutes": 601}, {"minutes": 5, "percent": 99}):
        with app.app_context(), pytest.raises(IntegrityError):
            db.write()
            db.session.add(TravelLeg(**(told | changes)))
            db.session.flush()
    with app.app_context(), pytest.raises(IntegrityError):
        db.write()
        db.session.add_all([TravelLeg(**told, minutes=5), TravelLeg(**told, minutes=6)])
        db.session.flush()


def test_a_moved_visit_learns_whether_its_leg_is_an_estimate(app, make_timetable, coordinator, district, ends):
    made = make_timetable()
    for start, end in ((ends[0], ends[1]), (ends[0], ends[2]), (ends[1], ends[2])):
        coordinator.submit("/legs/new", start=start, end=end, minutes="20")
    with app.app_context():
        visits = list(db.session.scalars(select(Visit).where(Visit.timetable_id == made).order_by(Visit.day)))
    assert all(visit.travel_estimated for visit in visits)
    tries = ((visit, visit.start + minutes) for visit in visits for minutes in (5, -5, 30, -30))
    visit, at = next(
        (visit, at)
        for visit, at in tries
        if coordinator.submit(f"/visits/{visit.id}/move", "move", start=f"{at // 60:02d}:{at % 60:02d}").status_code
        == 200
    )
    with app.app_context():
        row = db.session.get(Visit, visit.id)
        assert (row.start, row.travel_in, row.travel_estimated) == (at, 20, False)
