"""A school with pupils is not closed without a word: how many there are is said, and nothing is changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.access.policy import Forbidden
from app.children.models import Sight, TimelineEvent
from app.children.responsible import unit_on
from app.children.sight import give_sight, may_write, past_until
from app.children.types import SightKind
from app.closings.actions.closing import Closing, close_school
from app.db import db
from app.errors import NotFound
from app.kernel.problems import Refused
from app.placements.models import Decision
from app.placements.types import PlacementKind
from app.roll import actions as roll
from app.roll import queries
from app.roll.actions.enrolment import get_open_school
from app.roll.types import SchoolLink
from app.schools import actions
from app.schools.models import Teacher
from app.schools.queries import school_choices
from app.schools.rules import FACT_FIELDS
from app.schools.types import SchoolFacts, SchoolKind
from tests.factories import roll as make
from tests.factories.roll import TODAY


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


def facts_of(school) -> SchoolFacts:
    return SchoolFacts(**{name: getattr(school, name) for name in FACT_FIELDS})


def close(school, **more) -> None:
    actions.save_school(
        make.of_city(), replace(facts_of(school), closed_on=TODAY, **more), today=TODAY, school_id=school.id
    )


@pytest.mark.both_databases
def test_closing_names_the_pupils_that_are_still_there(session, clock):
    town = make.make_town()
    make.make_enrolled(town)
    make.make_enrolled(town, delivering_id=town.b.id)
    for school, count in ((town.a, 2), (town.b, 1)):
        with pytest.raises(Refused) as refused:
            close(school)
        problem = refused.value.problems[0]
        assert (problem.code, problem.values["count"], problem.field) == ("school_has_pupils", count, "closed_on")
        assert school.closed_on is None
    close(town.c)
    assert town.c.closed_on == TODAY


@pytest.mark.both_databases
def test_a_transfer_on_the_way_holds_a_school_open(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    transfer = roll.open_transfer(
        make.of_city(), child, roll.Opening(town.c.id, 3, "搬家", date(2026, 5, 6)), today=TODAY
    )
    with pytest.raises(Refused) as refused:
        close(town.c)
    assert refused.value.problems[0].code == "school_has_transfers"
    for _ in range(4):
        roll.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    with pytest.raises(Refused) as refused:
        close(town.c)
    assert refused.value.problems[0].code == "school_has_pupils"


# --- closing with the pupils ----------------------------------------------------------------------------------------


def close_with(actor, school, target, *, on=TODAY, merged=True) -> int:
    return close_school(actor, school.id, Closing(target.id, on, merged), today=TODAY)


def links(child, day=TODAY) -> dict:
    return queries.schools_of(child.id, day)


@pytest.mark.both_databases
@pytest.mark.parametrize("merged", [True, False])
def test_pupils_of_every_link_go_over_in_the_same_step(session, clock, merged):
    town, yesterday = make.make_town(), TODAY - timedelta(days=1)
    one, two = make.make_enrolled(town), make.make_enrolled(town, attending_id=town.b.id, delivering_id=town.a.id)
    foreign = make.make_placed(town.far)
    roll.enrol_child(
        make.of_city(),
        foreign,
        roll.Place(school_id=town.c.id, grade=3, delivering_id=town.a.id),
        make.student_number("L"),
        on=date(2026, 3, 9),
        today=TODAY,
    )
    give_sight(make.make_child(town.home).id, SightKind.SCHOOL, town.a.id, "placement", on=yesterday)
    teacher = Teacher(school_id=town.a.id, number="T1", name="何晓燕", skills=[])
    db.session.add(teacher)
    db.session.flush()
    assert close_with(make.of_unit(town.home), town.a, town.b, merged=merged) == 3
    assert (town.a.closed_on, town.a.successor_id) == (TODAY, town.b.id if merged else None)
    assert links(one) == {SchoolLink.ROLL: town.b.id} and links(one, yesterday) == {SchoolLink.ROLL: town.a.id}
    assert links(two) == dict.fromkeys(SchoolLink, town.b.id)
    assert links(foreign) == {SchoolLink.ROLL: town.c.id, SchoolLink.DELIVERING: town.b.id}
    assert queries.links_on(one.id, TODAY)[SchoolLink.ROLL].class_name == "三班"
    assert teacher.school_id == town.b.id
    sender, receiver = make.of_school(town.a), make.of_school(town.b)
    for child in (one, two, foreign):
        assert may_write(receiver, child) and not may_write(sender, child)
        assert past_until(sender, child.id) == TODAY, "its own years stay readable"
        assert child.unit_id == (town.far.id if child is foreign else town.home.id)
    assert (
        db.session.scalars(
            select(Sight).where(Sight.holder_id == town.a.id, Sight.valid_to.is_(None), Sight.facts_to.is_(None))
        ).all()
        == []
    )
    event = db.session.scalars(
        select(TimelineEvent).where(TimelineEvent.child_id == one.id, TimelineEvent.happened_on == TODAY)
    ).one()
    assert event.values["school"] == town.a.name and event.values["other"] == town.b.name
    assert event.code == ("told.school_merged" if merged else "told.school_closed")
    with pytest.raises(Refused) as refused:
        close_with(make.of_unit(town.home), town.a, town.b)
    assert refused.value.problems[0].code == "closed_already"


@pytest.mark.both_databases
def test_across_districts_the_municipality_does_it_and_the_child_goes_along(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    with pytest.raises(Refused) as refused:
        close_with(make.of_unit(town.home), town.a, town.c)
    assert refused.value.problems[0].code == "not_your_school"
    with pytest.raises(NotFound):
        close_with(make.of_unit(town.far), town.a, town.c)
    with pytest.raises(Forbidden):
        close_with(make.of_school(town.a), town.a, town.b)
    assert links(child) == {SchoolLink.ROLL: town.a.id} and town.a.closed_on is None
    day = TODAY - timedelta(days=7)
    assert close_with(make.of_city(), town.a, town.c, on=day) == 1
    assert unit_on(child, day) == town.far.id and unit_on(child, day - timedelta(days=1)) == town.home.id
    assert links(child, day) == {SchoolLink.ROLL: town.c.id}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"on": TODAY + timedelta(days=1)}, "day_outside"),
        ({"on": TODAY - timedelta(days=60)}, "day_outside"),
        ({"target": "a"}, "same_school"),
    ],
)
def test_what_cannot_be_is_refused_and_moves_nobody(session, clock, change, code):
    town = make.make_town()
    child = make.make_enrolled(town)
    target = getattr(town, change.pop("target", "b"))
    with pytest.raises(Refused) as refused:
        close_with(make.of_city(), town.a, target, **change)
    assert refused.value.problems[0].code == code and links(child) == {SchoolLink.ROLL: town.a.id}


@pytest.mark.both_databases
def test_what_is_agreed_for_later_is_seen_to_first(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    made = roll.open_transfer(make.of_city(), child, roll.Opening(town.c.id, 3, "搬家", date(2026, 5, 6)), today=TODAY)
    for _ in range(5):
        for school in (town.a, town.c):
            with pytest.raises(Refused) as refused:
                close_with(make.of_city(), school, town.b)
            assert refused.value.problems[0].code == "school_waits"
        if made.next_step:
            roll.answer_transfer(make.of_city(), made.id, True, None, today=TODAY)
    roll.take_back_transfer(make.of_city(), made.id, "不搬了", today=TODAY)
    assert close_with(make.of_city(), town.a, town.b) == 1


def test_the_same_staff_number_at_both_schools_is_named(session, clock):
    town = make.make_town()
    db.session.add_all(
        [Teacher(school_id=school.id, number="T1", name="何晓燕", skills=[]) for school in (town.a, town.b)]
    )
    db.session.flush()
    with pytest.raises(Refused) as refused:
        close_with(make.of_city(), town.a, town.b)
    assert refused.value.problems[0].values == {"numbers": "T1"}


def test_on_the_day_of_closing_a_school_is_closed_everywhere(session, clock):
    """It was still listed and open on that day, while nobody could be enrolled."""
    town = make.make_town()
    close(town.c)
    assert town.c.id not in {row[0] for row in school_choices(make.of_city(), today=TODAY)}
    assert town.c.id in {row[0] for row in school_choices(make.of_city(), today=TODAY - timedelta(days=1))}
    assert town.c.id not in {row.id for row in queries.unit_schools(town.far.id, TODAY)}
    with pytest.raises(Refused):
        get_open_school(town.c.id, TODAY)


def test_the_page_names_what_goes_over_and_does_it(client, sign_in, session, clock):
    town = make.make_town()
    make.make_enrolled(town)
    db.session.commit()
    path, unit, name, code = f"/schools/{town.a.id}/close", town.home.id, town.b.name, town.b.code
    sign_in("district_coordinator", unit_id=unit)
    assert path in client.get(f"/schools/{town.a.id}").get_data(as_text=True)
    page = client.get(path).get_data(as_text=True)
    assert "三班" in page and name in page
    assert client.submit(path, school="没有的学校").status_code == 422
    answer = client.submit(path, school=f"{code} {name}", merged="y")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "1 pupil went over" in text and "This school was merged into" in text
    again = client.get(path, follow_redirects=True)
    assert again.request.path == f"/schools/{town.a.id}" and "is closed since" in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("before", "after", "grade", "code"),
    [
        ("primary", "junior", 3, "grades_not_there"),
        ("junior", "primary", 8, "grades_not_there"),
        ("primary", "teaching_point", 3, None),
        ("primary", "nine_year", 6, None),
        ("primary", "special", 3, "ordinary_pupils"),
        ("nine_year", "special", 8, "ordinary_pupils"),
        ("special", "primary", 3, "special_pupils"),
        ("special", "special", 8, None),
    ],
)
def test_pupils_go_to_a_school_that_has_their_grade(session, clock, before, after, grade, code):
    town = make.make_town()
    child = make.make_enrolled(town, grade=grade)
    town.a.kind, town.b.kind, town.c.kind = SchoolKind(before), SchoolKind(after), SchoolKind(after)
    db.session.flush()
    if code is None:
        assert close_with(make.of_city(), town.a, town.b) == 1
        return
    with pytest.raises(Refused) as refused:
        close_with(make.of_city(), town.a, town.b)
    assert refused.value.problems[0].code == code and links(child) == {SchoolLink.ROLL: town.a.id}
    if code == "grades_not_there":
        assert refused.value.problems[0].values["grades"] == f"{grade}: 1"
        with pytest.raises(Refused) as refused:
            roll.open_transfer(make.of_city(), child, roll.Opening(town.c.id, grade, "搬家", TODAY), today=TODAY)
        assert refused.value.problems[0].code == "grade_not_there"


@pytest.mark.both_databases
def test_only_who_is_placed_at_a_special_school_goes_over_to_one(client, sign_in, session, clock):
    town = make.make_town()
    town.b.kind = SchoolKind.SPECIAL
    one, other = make.make_enrolled(town), make.make_enrolled(town)
    sits = make.make_enrolled(town, attending_id=town.a.id)
    decisions = {
        child.id: place_at(child, kind)
        for child, kind in ((one, "special_school"), (other, "regular_class"), (sits, "special_school"))
    }
    db.session.commit()
    path, code, name = f"/schools/{town.a.id}/close", town.b.code, town.b.name
    sign_in("district_coordinator", unit_id=town.home.id)
    answer = client.submit(path, school=code, merged="y")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and f"{name} is a special school, and 1 pupils here are not placed" in text
    assert links(one)[SchoolLink.ROLL] == town.a.id == links(other)[SchoolLink.ROLL]
    decisions[other.id].ended_on = TODAY
    place_at(other, "special_school")
    db.session.commit()
    assert close_with(make.of_city(), town.a, town.b) == 3
    assert links(one) == links(other) == {SchoolLink.ROLL: town.b.id}


def place_at(child, kind) -> Decision:
    made = Decision(
        child_id=child.id,
        kind=PlacementKind(kind),
        decided_on=TODAY,
        valid_from=TODAY,
        decided_by="区教委",
        recorded_at=datetime.now(UTC),
    )
    db.session.add(made)
    db.session.flush()
    return made


@pytest.mark.parametrize("grade", [6, 7])
def test_a_transfer_in_the_next_school_year_counts_the_grade_of_then(session, clock, grade):
    town, autumn = make.make_town(), date(2026, 9, 1)
    town.c.kind = SchoolKind.JUNIOR
    child = make.make_enrolled(town, grade=6)
    for named, day, code in ((8, autumn, "grade_kept"), (6, date(2026, 5, 6), "grade_not_there")):
        with pytest.raises(Refused) as refused:
            roll.open_transfer(make.of_city(), child, roll.Opening(town.c.id, named, "升学", day), today=TODAY)
        assert refused.value.problems[0].code == code
    made = roll.open_transfer(make.of_city(), child, roll.Opening(town.c.id, grade, "升学", autumn), today=TODAY)
    for _ in range(4):
        roll.answer_transfer(make.of_city(), made.id, True, None, today=TODAY)
    assert queries.links_on(child.id, autumn)[SchoolLink.ROLL].grade == 7
    with pytest.raises(Refused) as refused:
        roll.propose_day(make.of_unit(town.far), made.id, date(2026, 8, 20), "提前", today=TODAY)
    assert (refused.value.problems[0].code, refused.value.problems[0].field) == ("grade_not_there", "effective_on")


def test_the_kind_of_the_school_changed_while_a_transfer_is_under_way(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    made = roll.open_transfer(make.of_city(), child, roll.Opening(town.b.id, 3, "搬家", TODAY), today=TODAY)
    for _ in range(3):
        roll.answer_transfer(make.of_city(), made.id, True, None, today=TODAY)
    town.b.kind = SchoolKind.JUNIOR
    with pytest.raises(Refused) as refused:
        roll.answer_transfer(make.of_city(), made.id, True, None, today=TODAY)
    assert refused.value.problems[0].code == "grade_not_there" and links(child) == {SchoolLink.ROLL: town.a.id}


@pytest.mark.parametrize(
    ("kind", "grade"), [("junior", 3), ("complete_secondary", 6), ("primary", 7), ("teaching_point", 8)]
)
def test_nobody_is_enrolled_where_the_grade_is_not(session, clock, kind, grade):
    town = make.make_town()
    town.b.kind = SchoolKind(kind)
    town.a.kind = SchoolKind.NINE_YEAR
    for place in (
        roll.Place(school_id=town.b.id, grade=grade),
        roll.Place(school_id=town.a.id, grade=grade, attending_id=town.b.id),
    ):
        child = make.make_placed(town.home)
        with pytest.raises(Refused) as refused:
            roll.enrol_child(make.of_city(), child, place, make.student_number("L"), on=TODAY, today=TODAY)
        assert refused.value.problems[0].code == "grade_not_there"
    child = make.make_placed(town.home)
    roll.enrol_child(
        make.of_city(),
        child,
        roll.Place(school_id=town.a.id, grade=grade, delivering_id=town.b.id),
        make.student_number("L"),
        on=TODAY,
        today=TODAY,
    )
