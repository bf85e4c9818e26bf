"""The draft of a repair until it is published or thrown away: what it leaves behind, whom it keeps waiting."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.children.models import Child
from app.db import db
from app.jobs.runner import run_waiting
from app.repairs.models import Repair
from app.schools.models import CalendarDay
from app.teams.models import HomeClosure, Leave
from app.timetables.models import (
    Timetable,
    Visit,
)
from tests.factories import visits as make
from tests.repairs.steps import MONDAY, begin, busiest, choose, draft_of, leader, live, town_of
from tests.support.client import ORIGIN

HAPPENS = ("child_gone", "family_cancels", "road_closed", "day_closed", "teacher_away")


def happens(town, kind: str, child, day: date, last: date) -> dict:
    """The form of something that happens from `day` to `last`."""
    whom = {"teacher_away": {"teacher_id": str(town.teachers[0].id)}, "day_closed": {"note": "县运动会"}}
    values = {"first_on": day.isoformat(), **whom.get(kind, {"child_id": str(child.id)})}
    return values if kind == "child_gone" else {**values, "last_on": last.isoformat()}


def noted(app) -> int:
    with app.app_context():
        return sum(
            db.session.scalar(select(func.count()).select_from(table)) for table in (HomeClosure, Leave)
        ) + db.session.scalar(select(func.count()).select_from(CalendarDay).where(CalendarDay.name == "县运动会"))


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", HAPPENS)
def test_a_repair_that_was_thrown_away_leaves_nothing_behind(app, town, coordinator, kind):
    first, other = town.children[0], town.children[2]
    days = MONDAY, MONDAY + timedelta(days=11)
    choose(coordinator, thrown := begin(app, coordinator, town, kind, **happens(town, kind, first, *days)))
    draft = draft_of(app, thrown)
    assert coordinator.submit(f"/timetables/{draft}", f"/timetables/{draft}/discard").status_code == 200
    assert noted(app) == 0
    standing = {(v.child_id, v.day, v.start, v.team_id) for v in live(app, town) if v.child_id == first.id}
    assert [v for v in standing if v[1] >= MONDAY], "the child of the repair that was thrown away has visits to lose"
    later = MONDAY + timedelta(days=14)
    path = begin(app, coordinator, town, "child_gone", **happens(town, "child_gone", other, later, later))
    assert choose(coordinator, path).status_code == 200
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert standing == {(v.child_id, v.day, v.start, v.team_id) for v in live(app, town) if v.child_id == first.id}


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", HAPPENS)
def test_a_draft_of_a_repair_keeps_no_other_from_being_published(app, town, coordinator, kind):
    """What one is still looking at counts for nobody until a way out of it is chosen and published."""
    mine, other = town.children[0], town.children[2]
    later = MONDAY + timedelta(days=14)
    path = begin(app, coordinator, town, "child_gone", **happens(town, "child_gone", other, later, later))
    choose(coordinator, path)
    second = begin(app, coordinator, town, kind, **happens(town, kind, mine, MONDAY, MONDAY + timedelta(days=11)))
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    answer = choose(coordinator, second)
    assert answer.status_code == 409 and "published since this repair" in answer.get_data(as_text=True)
    assert noted(app) == 1, "what the first one published stands, of the second nothing"
    town.timetable = draft_of(app, path)
    again = begin(app, coordinator, town, kind, **happens(town, kind, mine, MONDAY, MONDAY + timedelta(days=11)))
    choose(coordinator, again)
    answer = coordinator.submit(f"/timetables/{draft_of(app, again)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)


def test_a_draft_of_a_repair_knows_what_happened_when_a_visit_is_moved(app, town, coordinator):
    child, last = town.children[0], MONDAY + timedelta(days=13)
    path = begin(app, coordinator, town, "road_closed", **happens(town, "road_closed", child, MONDAY, last))
    choose(coordinator, path)
    with app.app_context():
        moved = db.session.scalars(
            select(Visit).where(Visit.timetable_id == draft_of(app, path), Visit.child_id == child.id)
        ).first()
    assert moved.day > last
    words = [
        coordinator.get(
            f"/visits/{moved.id}/move/check?day={MONDAY + timedelta(days=n)}&start={start}&team_id={moved.team_id}",
            headers={"HX-Request": "true"},
        ).get_data(as_text=True)
        for n in range(5)
        for start in ("09:00", "09:30", "10:00", "14:00")
    ]
    assert all("family" in one for one in words), words


def test_two_children_of_one_name_are_told_apart_wherever_one_is_chosen(app, town, coordinator):
    """In the forms of a repair, in what happened, among the new ones, on the list of whom to phone."""
    with app.app_context():
        db.write()
        here = make.District(**vars(town_of(town)))
        new = [make.add_child(here, "谭新来", place, times=1) for place in (3, 4)]
        first, twin = (db.session.get_one(Child, one.id) for one in town.children[:2])
        twin.name, twin.sort_key = first.name, first.sort_key
        marks = {one.id: f"{one.name}（…{one.file_number[-4:]}）" for one in (first, twin, *new)}
        name, alike, added = first.name, (first.id, twin.id), [one.id for one in new]
        db.session.commit()
    for kind in ("family_cancels", "road_closed", "child_gone"):
        page = coordinator.get(f"/timetables/{town.timetable}/repair?kind={kind}").get_data(as_text=True)
        assert all(f">{marks[one]}</option>" in page for one in alike) and f">{name}</option>" not in page
    page = coordinator.get(f"/timetables/{town.timetable}/repair?kind=child_added").get_data(as_text=True)
    assert all(f">{marks[one]}</option>" in page for one in added) and ">谭新来</option>" not in page
    path = begin(app, coordinator, town, "child_gone", child_id=str(alike[1]), first_on=MONDAY.isoformat())
    assert marks[alike[1]] in coordinator.get(path).get_data(as_text=True)
    page = choose(coordinator, path).get_data(as_text=True)
    assert f"{marks[alike[1]]} <" in page and marks[alike[1]] in page.split('<ol class="calls"')[0]


@pytest.mark.parametrize("noted_as", ["road", "family", "leave"])
def test_what_is_noted_already_is_said_and_taken_in(app, town, coordinator, noted_as):
    """A home that is closed or a teacher on leave weeks after what happened: the draft can be published all the same,
    and the page says what it takes in beside."""
    child, other, later = town.children[0], town.children[2], MONDAY + timedelta(days=14)
    last = later + timedelta(days=4)
    team_id, _hit = busiest(app, town, later, last)
    with app.app_context():
        db.write()
        db.session.add(
            Leave(teacher_id=leader(town, team_id).id, first_on=later, last_on=last, reason="病假")
            if noted_as == "leave"
            else HomeClosure(child_id=child.id, first_on=later, last_on=last, kind=noted_as, note="塌方")
        )
        db.session.commit()
    gone = next(v.day for v in live(app, town) if v.child_id == other.id and v.day >= MONDAY)
    path = begin(app, coordinator, town, "family_cancels", child_id=str(other.id), first_on=gone.isoformat())
    page = coordinator.get(path).get_data(as_text=True)
    assert "Noted already and taken in as well" in page and "病假" not in page
    choose(coordinator, path)
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    after = [v for v in live(app, town) if later <= v.day <= last]
    assert not [v for v in after if (v.team_id == team_id if noted_as == "leave" else v.child_id == child.id)]
    assert "Noted already" not in coordinator.get(path).get_data(as_text=True)


def test_what_nobody_was_struck_by_is_named_before_it_is_lost(app, town, coordinator):
    """A way kept from before that takes a visit from a child to whom nothing happened says whose and when, here and
    before publishing."""
    gone, other = town.children[2], town.children[0]
    path = begin(app, coordinator, town, "child_gone", child_id=str(gone.id), first_on=MONDAY.isoformat())
    assert "Nothing happened to these children" not in coordinator.get(path).get_data(as_text=True)
    with app.app_context():
        db.write()
        row = db.session.get_one(Repair, uuid.UUID(path.rpartition("/")[2]))
        taken = next(v for v in row.variants[0]["visits"] if v["child"] == str(other.id) and v["day"] >= "2026-10-12")
        row.variants = [{**one, "visits": [v for v in one["visits"] if v != taken]} for one in row.variants]
        name, day = db.session.get_one(Child, other.id).name, date.fromisoformat(taken["day"])
        db.session.commit()
    choose_page = coordinator.get(path).get_data(as_text=True)
    choose(coordinator, path)
    publish_page = coordinator.get(f"/timetables/{draft_of(app, path)}/publish").get_data(as_text=True)
    for page in (choose_page, publish_page):
        said = page.split("Nothing happened to these children")[1].split("</ul>")[0]
        assert f"{name}: " in said and f"{day:%m-%d}" in said
    assert "nobody else" not in publish_page


def test_a_month_that_is_still_being_made_cannot_be_published(app, town, coordinator, sign_in):
    asked = coordinator.submit("/timetables/new", month="2026-11", seconds="1", unit_id=str(town.unit.id))
    assert asked.status_code == 200
    with app.app_context():
        made = db.session.scalar(select(Timetable.id).where(Timetable.state == "queued"))
    path = f"/timetables/{made}/publish"
    page = coordinator.get(path)
    words = page.get_data(as_text=True)
    assert page.status_code == 200 and "still being made" in words
    assert "0 visits" not in words and f'action="{path}"' not in words and ">Publish</button>" not in words
    token = re.search(r'name="csrf_token" value="([^"]+)"', words)[1]
    sent = coordinator.post(
        path,
        data={"csrf_token": token, "former": "", "seen": "", "form_key": str(uuid.uuid4())},
        headers={"Origin": ORIGIN},
    )
    assert sent.status_code == 409 and "still being made" in sent.get_data(as_text=True)
    run_waiting(app)
    assert ">Publish</button>" in coordinator.get(path).get_data(as_text=True)
