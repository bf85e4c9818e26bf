"""Repairing a published month: what happened, the ways out, whom to phone, the draft, the new version."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.children.models import TimelineEvent
from app.db import db
from app.db.audit import AuditEntry
from app.jobs.runner import run_waiting
from app.repairs.models import Repair, RepairCall
from app.schools.models import CalendarDay
from app.teams.models import FamilyTime, HomeClosure, Leave, Team
from app.timetables.models import (
    Booking,
    Timetable,
    TimetableOrder,
    TimetableRun,
    UnservedNeed,
    VisitChange,
    VisitRecord,
)
from app.timetables.types import Confirmation, RecordOutcome
from tests.factories import visits as make
from tests.repairs.steps import FRIDAY, MONDAY, at, begin, busiest, choose, draft_of, leader, live, town_of


@pytest.mark.both_databases
def test_a_week_of_leave_is_repaired_published_and_only_those_concerned_are_told(app, town, coordinator):
    before = live(app, town)
    team_id, hit = busiest(app, town, MONDAY, MONDAY + timedelta(days=4))
    teacher, last = leader(town, team_id), MONDAY + timedelta(days=4)
    coordinator.submit(
        f"/teams/{team_id}",
        "leave",
        teacher_id=str(teacher.id),
        first_on=MONDAY.isoformat(),
        last_on=last.isoformat(),
        reason="病假",
    )
    page = coordinator.get(f"/teams/{team_id}").get_data(as_text=True)
    assert f"{len(hit)} published visits fall into this leave" in page
    link = re.search(r'href="(/timetables/[^"]+/repair\?[^"]+)"', page)[1].replace("&amp;", "&")
    answer = coordinator.submit(link, "happened")  # everything is filled in already
    path = answer.request.path
    assert path.startswith("/repairs/") and "Looking for ways out" in answer.get_data(as_text=True)
    run_waiting(app)
    page = coordinator.get(path).get_data(as_text=True)
    heads = re.findall(r'<h2 id="way-\d+">([^<]+)</h2>', page)
    assert len(heads) == len(set(heads)) >= 1 and heads[0].startswith("Way 1")
    tables = re.findall(r"<summary>\s*Changed visits: ([^<]+?)\s*<", page)
    assert len(tables) == len(set(tables)) and set(tables) <= set(heads)
    assert re.findall(r'name="way"\s+value="([^"]*)"', page) == [str(n + 1) for n in range(len(tables))]
    assert "People to phone" in page and "病假" not in page
    assert live(app, town) and {v.id for v in live(app, town)} == {v.id for v in before}, "nothing has changed yet"
    chosen = choose(coordinator, path)
    assert chosen.status_code == 200 and "Whom to phone" in chosen.get_data(as_text=True)
    draft = draft_of(app, path)
    with app.app_context():
        calls = list(db.session.scalars(select(RepairCall).order_by(RepairCall.position)))
        told_before = db.session.scalar(select(func.count()).select_from(TimelineEvent))
    concerned = {v.child_id for v in hit}
    assert concerned <= {c.child_id for c in calls if c.child_id} and teacher.id in {c.teacher_id for c in calls}
    published = coordinator.submit(f"/timetables/{draft}/publish")
    assert published.status_code == 200, published.get_data(as_text=True)
    after = live(app, town)
    assert not [v for v in after if v.team_id == team_id and MONDAY <= v.day <= last]
    assert [v.id for v in after if v.day <= FRIDAY] == [v.id for v in before if v.day <= FRIDAY]
    changed = {c.child_id for c in calls if c.child_id}
    assert {(v.child_id, v.day, v.start, v.team_id) for v in before if v.child_id not in changed} == {
        (v.child_id, v.day, v.start, v.team_id) for v in after if v.child_id not in changed
    }
    with app.app_context():
        told = list(db.session.scalars(select(TimelineEvent).order_by(TimelineEvent.recorded_at)))[told_before:]
        assert {event.child_id for event in told} == changed
        assert {c.child_id for c in db.session.scalars(select(VisitChange))} == changed
        assert db.session.scalar(select(func.count()).select_from(Leave)) == 1, "the leave is not noted twice"
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 3 * len(after)
        assert db.session.get(Timetable, town.timetable).superseded_at is not None


def test_the_list_of_calls_is_ticked_off_and_shows_numbers_for_a_purpose_only(app, town, coordinator):
    team_id, _hit = busiest(app, town, MONDAY, MONDAY + timedelta(days=4))
    path = begin(
        app,
        coordinator,
        town,
        "teacher_away",
        teacher_id=str(leader(town, team_id).id),
        first_on=MONDAY.isoformat(),
        last_on=(MONDAY + timedelta(days=4)).isoformat(),
    )
    page = choose(coordinator, path).get_data(as_text=True)
    assert "13800001234" not in page
    with app.app_context():
        call = db.session.scalars(select(RepairCall).order_by(RepairCall.position)).first()
        assert db.session.scalar(select(Leave.first_on)) is None, "nobody is on leave before the draft is published"
    page = coordinator.submit(path, f"{path}/calls/{call.id}").get_data(as_text=True)
    assert re.search(r"1 of \d+ reached", page) and "reached by 向主任" in page
    page = coordinator.submit(path, f"{path}/calls/{call.id}").get_data(as_text=True)
    assert re.search(r"0 of \d+ reached", page)
    without = coordinator.submit(path, "phones", purpose="x")
    assert without.status_code == 422 and "13800001234" not in without.get_data(as_text=True)
    shown = coordinator.submit(path, "phones", purpose="通知请假改期").get_data(as_text=True)
    assert "13800001234" in shown
    with app.app_context():
        noted = list(db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "reveal")))
        families = {c.child_id for c in db.session.scalars(select(RepairCall)) if c.child_id}
        assert {entry.child_id for entry in noted} >= families
        assert all(entry.detail["purpose"] == "通知请假改期" for entry in noted)


def test_a_cancelled_visit_a_closed_road_and_a_closed_day_become_facts_when_published(app, town, coordinator):
    child = town.children[0]
    visit = next(v for v in live(app, town) if v.child_id == child.id and v.day >= MONDAY)
    path = begin(app, coordinator, town, "family_cancels", child_id=str(child.id), first_on=visit.day.isoformat())
    other = town.children[1]
    road = begin(
        app,
        coordinator,
        town,
        "road_closed",
        with_=path.rpartition("/")[2],
        child_id=str(other.id),
        first_on=MONDAY.isoformat(),
        last_on=(MONDAY + timedelta(days=1)).isoformat(),
        note="塌方",
    )
    both = begin(
        app,
        coordinator,
        town,
        "day_closed",
        with_=road.rpartition("/")[2],
        first_on=(MONDAY + timedelta(days=9)).isoformat(),
        note="县运动会",
    )
    page = coordinator.get(both).get_data(as_text=True)
    assert "A family cancels" in page and "塌方" in page and "县运动会" in page
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(HomeClosure)) == 0
    choose(coordinator, both)
    draft = draft_of(app, both)
    assert "changed since this draft" not in coordinator.get(f"/timetables/{draft}").get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(HomeClosure)) == 0, "a draft closes no home"
        assert not db.session.scalar(select(CalendarDay.name).where(CalendarDay.day == MONDAY + timedelta(days=9)))
    answer = coordinator.submit(f"/timetables/{draft}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    after = live(app, town)
    assert (child.id, visit.day) not in {(v.child_id, v.day) for v in after}
    assert not [v for v in after if v.child_id == other.id and MONDAY <= v.day <= MONDAY + timedelta(days=1)]
    assert not [v for v in after if v.day == MONDAY + timedelta(days=9)]
    with app.app_context():
        assert {row.kind for row in db.session.scalars(select(HomeClosure))} == {"family", "road"}
        assert db.session.scalar(select(CalendarDay.name).where(CalendarDay.day == MONDAY + timedelta(days=9)))


def test_a_child_that_is_gone_and_one_that_is_new(app, town, coordinator):
    gone = town.children[2]
    path = begin(app, coordinator, town, "child_gone", child_id=str(gone.id), first_on=MONDAY.isoformat())
    choose(coordinator, path)
    assert coordinator.submit(f"/timetables/{draft_of(app, path)}/publish").status_code == 200
    assert not [v for v in live(app, town) if v.child_id == gone.id and v.day >= MONDAY]
    with app.app_context():
        db.write()
        new = make.add_child(make.District(**vars(town_of(town))), "谭新来", 3, times=1)
        new_id = new.id
        db.session.commit()
        town.timetable = db.session.scalar(
            select(Timetable.id).where(Timetable.superseded_at.is_(None), Timetable.state == "published")
        )
    path = begin(app, coordinator, town, "child_added", child_id=str(new_id))
    choose(coordinator, path)
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    coming = [v for v in live(app, town) if v.child_id == new_id]
    assert coming and min(v.day for v in coming) > FRIDAY
    with app.app_context():
        assert {c.child_id for c in db.session.scalars(select(VisitChange).where(VisitChange.kind == "added"))} == {
            new_id
        }


def test_recorded_and_past_visits_never_move(app, town, coordinator, sign_in):
    team_id, hit = busiest(app, town, MONDAY, MONDAY + timedelta(days=4))
    done = hit[0]
    with at(done.day):
        sign_in(user=town.coordinator)
        with app.app_context():
            db.write()
            db.session.add(
                VisitRecord(
                    visit_id=done.id,
                    child_id=done.child_id,
                    key=uuid.uuid4(),
                    outcome=RecordOutcome.GIVEN,
                    day=done.day,
                    start=done.start,
                    end=done.end,
                    minutes=90,
                    confirmation=Confirmation.NOT_YET,
                    recorded_by_name="何晓燕",
                    recorded_at=datetime.now(UTC),
                )
            )
            db.session.commit()
        path = begin(
            app,
            coordinator,
            town,
            "teacher_away",
            teacher_id=str(leader(town, team_id).id),
            first_on=done.day.isoformat(),
            last_on=(MONDAY + timedelta(days=4)).isoformat(),
        )
        choose(coordinator, path)
        answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        after = live(app, town)
    assert done.id in {v.id for v in after}
    assert not [v for v in after if v.team_id == team_id and done.day < v.day <= MONDAY + timedelta(days=4)]


def test_a_repair_of_a_superseded_month_is_refused_in_words(app, town, coordinator, sign_in):
    team_id, _hit = busiest(app, town, MONDAY, MONDAY + timedelta(days=4))
    values = {
        "teacher_id": str(leader(town, team_id).id),
        "first_on": MONDAY.isoformat(),
        "last_on": (MONDAY + timedelta(days=4)).isoformat(),
    }
    first, second, third = (begin(app, coordinator, town, "teacher_away", **values) for _n in range(3))
    choose(coordinator, first), choose(coordinator, second)
    gone = coordinator.get(f"/timetables/{draft_of(app, first)}/publish").get_data(as_text=True)
    assert ">Publish</" not in gone, "the second took the place of the first one's draft"
    assert coordinator.submit(f"/timetables/{draft_of(app, second)}/publish").status_code == 200
    late = choose(coordinator, third)
    assert late.status_code == 409 and "published since this repair" in late.get_data(as_text=True)
    again = coordinator.submit(f"/timetables/{town.timetable}/repair?kind=teacher_away", "happened", **values)
    assert again.status_code == 422 and "Only the timetable in force" in again.get_data(as_text=True)
    with at(MONDAY + timedelta(days=40)):
        sign_in(user=town.coordinator)
        with app.app_context():
            force = db.session.scalar(
                select(Timetable.id).where(Timetable.superseded_at.is_(None), Timetable.state == "published")
            )
        over = coordinator.submit(
            f"/timetables/{force}/repair?kind=day_closed", "happened", first_on="2026-11-23", note="x"
        )
        assert over.status_code == 422 and "This month is over" in over.get_data(as_text=True)


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("teacher_away", {"first_on": "2026-10-12"}, "Choose the teacher"),
        ("family_cancels", {"first_on": "2026-10-12"}, "Choose the child"),
        ("road_closed", {"child": 0, "first_on": "2026-10-14", "last_on": "2026-10-12"}, "before the first day"),
        ("teacher_away", {"teacher": 0, "first_on": "2026-10-14", "last_on": "2026-10-12"}, "before the first day"),
        ("teacher_away", {"teacher": 0, "first_on": "2027-10-11", "last_on": "2027-10-15"}, "outside this timetable"),
        ("day_closed", {"first_on": "2026-11-02", "note": "x"}, "outside this timetable"),
        ("child_gone", {"child": 0, "first_on": "2026-11-02"}, "outside this timetable"),
        ("road_closed", {"child": 0, "first_on": "2026-10-05", "last_on": "2026-10-06"}, "These days are past"),
        ("day_closed", {"first_on": "2026-10-12"}, "Say why the schools are closed"),
        ("road_closed", {"child": 0, "first_on": "2026-10-12", "last_on": "2027-10-12"}, "At most 92 days"),
    ],
)
def test_what_is_entered_wrong_is_said_at_its_field(town, coordinator, kind, values, words):
    values = {
        **values,
        **({"child_id": str(town.children[values["child"]].id)} if "child" in values else {}),
        **({"teacher_id": str(town.teachers[values["teacher"]].id)} if "teacher" in values else {}),
    }
    values.pop("child", None), values.pop("teacher", None)
    answer = coordinator.submit(f"/timetables/{town.timetable}/repair?kind={kind}", "happened", **values)
    assert answer.status_code == 422 and words in answer.get_data(as_text=True)


def test_another_districts_repair_does_not_exist(app, town, coordinator, sign_in):
    path = begin(app, coordinator, town, "day_closed", first_on=MONDAY.isoformat(), note="暴雨")
    with app.app_context():
        db.write()
        other = make.make_district(("别区一",))
        db.session.commit()
        user = other.coordinator
        db.session.expunge_all()
    stranger = app.test_client()
    sign_in(user=user, client=stranger)
    for asked in (path, f"/timetables/{town.timetable}/repair"):
        assert stranger.get(asked).status_code == 404, asked
    # A teacher of another district cannot be named in a repair of one's own.
    foreign = coordinator.get(f"/timetables/{town.timetable}/repair?kind=teacher_away").get_data(as_text=True)
    with app.app_context():
        assert str(other.teachers[0].id) not in foreign
        assert db.session.scalar(select(func.count()).select_from(Team)) == 3


def test_a_repair_is_not_held_against_the_draft_of_an_earlier_remedy(app, town, coordinator):
    """The month was published from a draft with a remedy; the repair of it is another matter."""
    team_id, _hit = busiest(app, town, MONDAY, MONDAY + timedelta(days=4))
    path = begin(
        app,
        coordinator,
        town,
        "teacher_away",
        teacher_id=str(leader(town, team_id).id),
        first_on=MONDAY.isoformat(),
        last_on=(MONDAY + timedelta(days=4)).isoformat(),
    )
    choose(coordinator, path)
    draft = draft_of(app, path)
    with app.app_context():
        db.write()
        db.session.add(TimetableRun(timetable_id=draft, seconds=5, relaxations=[], progress=[], shortages=[]))
        db.session.add(
            TimetableOrder(timetable_id=draft, after_id=town.timetable, months_after=[], remedy=None, halted=[])
        )
        db.session.add(
            UnservedNeed(
                timetable_id=draft, child_id=town.children[0].id, service_key=uuid.uuid4(), missing=3, reasons=[]
            )
        )
        db.session.commit()
    for page in (f"/timetables/{draft}", f"/timetables/{draft}/publish"):
        words = coordinator.get(page).get_data(as_text=True)
        assert "the draft before" not in words and "the one before it" not in words


def test_visits_that_broke_the_rules_before_are_left_alone_by_what_happens_elsewhere(app, town, coordinator):
    """A family's times were changed after the month was published; nobody asked for its visits to be moved."""
    before = live(app, town)
    other, struck = town.children[1], next(v for v in before if v.child_id == town.children[0].id and v.day >= MONDAY)
    with app.app_context():
        db.write()
        db.session.execute(update(FamilyTime).where(FamilyTime.child_id == other.id).values(start=1020, end=1050))
        db.session.commit()
    untouched = {(v.child_id, v.day, v.start, v.team_id) for v in before if v.child_id != struck.child_id}
    saturday = MONDAY + timedelta(days=5)
    nothing = begin(app, coordinator, town, "day_closed", first_on=saturday.isoformat(), note="检修")
    assert ways_of(app, nothing) == [{(v.child_id, v.day, v.start, v.team_id) for v in before if v.day > FRIDAY}]
    path = begin(
        app, coordinator, town, "family_cancels", child_id=str(struck.child_id), first_on=struck.day.isoformat()
    )
    for way in ways_of(app, path):
        assert {v for v in untouched if v[1] > FRIDAY and v[0] == other.id} <= way
    choose(coordinator, path)
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    after = {(v.child_id, v.day, v.start, v.team_id) for v in live(app, town)}
    assert {v for v in untouched if v[0] == other.id} <= after


def ways_of(app, path):
    """The visits of a repair's ways out, as (child, day, start, team)."""
    with app.app_context():
        found = db.session.get(Repair, uuid.UUID(path.rpartition("/")[2])).variants
    return [
        {(uuid.UUID(v["child"]), date.fromisoformat(v["day"]), v["start"], uuid.UUID(v["team"])) for v in way["visits"]}
        for way in found
    ]
