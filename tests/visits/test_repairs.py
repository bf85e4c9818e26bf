"""Repairing a published month: what happened, the ways out, whom to phone, the draft, the new version."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.children.models import Child, TimelineEvent
from app.db import db
from app.db.audit import AuditEntry
from app.jobs.runner import run_waiting
from app.schools.models import CalendarDay
from app.visits.models import (
    Booking,
    HomeClosure,
    Leave,
    Repair,
    RepairCall,
    Team,
    Timetable,
    UnservedNeed,
    Visit,
    VisitChange,
    VisitRecord,
)
from app.visits.queries.live import live_visits
from app.visits.types import Confirmation, RecordOutcome
from tests.factories import visits as make
from tests.support.client import ORIGIN

MONTH = "2026-10"
MONDAY = date(2026, 10, 12)
FRIDAY = MONDAY - timedelta(days=3)


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC))


@pytest.fixture
def town(app, sign_in, district, coordinator, make_timetable):
    """Two teams, three children, October published; the calendar stands on its second Friday."""
    with app.app_context():
        db.write()
        second = [make.make_teacher(district.school, "石老师"), make.make_teacher(district.school, "罗老师")]
        make.make_team(district.unit, district.school, "第二组", second)
        make.add_child(district, "龙·阿依", 2)
        district.teachers += second
        db.session.commit()
        db.session.expunge_all()
    with at(date(2026, 9, 20)):
        sign_in(user=district.coordinator)
        made = make_timetable()
        assert coordinator.submit(f"/timetables/{made}/publish").status_code == 200
    with at(FRIDAY):
        sign_in(user=district.coordinator)
        district.timetable = made
        yield district


def live(app, town) -> list[Visit]:
    with app.app_context():
        return live_visits(town.unit.id, MONTH)


def begin(app, coordinator, town, kind: str, with_=None, **values) -> str:
    """Enter what happened, let the job run; return the repair's path."""
    path = f"/timetables/{town.timetable}/repair?kind={kind}" + (f"&with={with_}" if with_ else "")
    answer = coordinator.submit(path, "happened", **values)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    run_waiting(app)
    return answer.request.path


def choose(coordinator, path: str, way: int = 1):
    token = re.search(r'name="csrf_token" value="([^"]+)"', coordinator.get(path).get_data(as_text=True))[1]
    return coordinator.post(f"{path}/choose", data={"csrf_token": token, "way": way, "form_key": str(uuid.uuid4())},
                            headers={"Origin": ORIGIN}, follow_redirects=True)


def draft_of(app, path: str) -> uuid.UUID:
    with app.app_context():
        return db.session.get(Repair, uuid.UUID(path.rpartition("/")[2])).draft_id


def busiest(app, town, first: date, last: date):
    """The team with most visits in these days, and they."""
    week = [v for v in live(app, town) if first <= v.day <= last]
    team = max({v.team_id for v in week}, key=lambda one: (sum(v.team_id == one for v in week), str(one)))
    return team, [v for v in week if v.team_id == team]


def leader(town, team_id):
    return town.teachers[0] if team_id == town.team.id else town.teachers[2]


@pytest.mark.both_databases
def test_a_week_of_leave_is_repaired_published_and_only_those_concerned_are_told(app, town, coordinator):
    before = live(app, town)
    team_id, hit = busiest(app, town, MONDAY, MONDAY + timedelta(days=4))
    teacher, last = leader(town, team_id), MONDAY + timedelta(days=4)
    coordinator.submit(f"/teams/{team_id}", "leave", teacher_id=str(teacher.id), first_on=MONDAY.isoformat(),
                       last_on=last.isoformat(), reason="病假")
    page = coordinator.get(f"/teams/{team_id}").get_data(as_text=True)
    assert f"{len(hit)} published visits fall into this leave" in page
    link = re.search(r'href="(/timetables/[^"]+/repair\?[^"]+)"', page)[1].replace("&amp;", "&")
    answer = coordinator.submit(link, "happened")  # everything is filled in already
    path = answer.request.path
    assert path.startswith("/repairs/") and "Looking for ways out" in answer.get_data(as_text=True)
    run_waiting(app)
    page = coordinator.get(path).get_data(as_text=True)
    heads = re.findall(r'<h2 id="way-\d+">([^<]+)</h2>', page)
    assert len(heads) == len(set(heads)) >= 1 and heads[0] == "Way 1: Fewest changes"
    tables = re.findall(r"<summary>Changed visits: ([^<]+?) <", page)
    assert len(tables) == len(set(tables)) and set(tables) <= set(heads)
    assert re.findall(r'name="way" value="([^"]*)"', page) == [str(n + 1) for n in range(len(tables))]
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
        (v.child_id, v.day, v.start, v.team_id) for v in after if v.child_id not in changed}
    with app.app_context():
        told = list(db.session.scalars(select(TimelineEvent).order_by(TimelineEvent.recorded_at)))[told_before:]
        assert {event.child_id for event in told} == changed
        assert {c.child_id for c in db.session.scalars(select(VisitChange))} == changed
        assert db.session.scalar(select(func.count()).select_from(Leave)) == 1, "the leave is not noted twice"
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 3 * len(after)
        assert db.session.get(Timetable, town.timetable).superseded_at is not None


def test_the_list_of_calls_is_ticked_off_and_shows_numbers_for_a_purpose_only(app, town, coordinator):
    team_id, _hit = busiest(app, town, MONDAY, MONDAY + timedelta(days=4))
    path = begin(app, coordinator, town, "teacher_away", teacher_id=str(leader(town, team_id).id),
                 first_on=MONDAY.isoformat(), last_on=(MONDAY + timedelta(days=4)).isoformat())
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
    road = begin(app, coordinator, town, "road_closed", with_=path.rpartition("/")[2], child_id=str(other.id),
                 first_on=MONDAY.isoformat(), last_on=(MONDAY + timedelta(days=1)).isoformat(), note="塌方")
    both = begin(app, coordinator, town, "day_closed", with_=road.rpartition("/")[2],
                 first_on=(MONDAY + timedelta(days=9)).isoformat(), note="县运动会")
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
        town.timetable = db.session.scalar(select(Timetable.id).where(
            Timetable.superseded_at.is_(None), Timetable.state == "published"))
    path = begin(app, coordinator, town, "child_added", child_id=str(new_id))
    choose(coordinator, path)
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    coming = [v for v in live(app, town) if v.child_id == new_id]
    assert coming and min(v.day for v in coming) > FRIDAY
    with app.app_context():
        assert {c.child_id for c in db.session.scalars(select(VisitChange).where(VisitChange.kind == "added"))} == {
            new_id}


def town_of(town):
    """The district's own fields, attached to the running session."""
    from types import SimpleNamespace

    return SimpleNamespace(**{name: getattr(town, name) for name in (
        "unit", "school", "team", "teachers", "coordinator", "teacher_user")})


def test_recorded_and_past_visits_never_move(app, town, coordinator, sign_in):
    team_id, hit = busiest(app, town, MONDAY, MONDAY + timedelta(days=4))
    done = hit[0]
    with at(done.day):
        sign_in(user=town.coordinator)
        with app.app_context():
            db.write()
            db.session.add(VisitRecord(
                visit_id=done.id, child_id=done.child_id, key=uuid.uuid4(), outcome=RecordOutcome.GIVEN, day=done.day,
                start=done.start, end=done.end, minutes=90, confirmation=Confirmation.NOT_YET,
                recorded_by_name="何晓燕", recorded_at=datetime.now(UTC)))
            db.session.commit()
        path = begin(app, coordinator, town, "teacher_away", teacher_id=str(leader(town, team_id).id),
                     first_on=done.day.isoformat(), last_on=(MONDAY + timedelta(days=4)).isoformat())
        choose(coordinator, path)
        answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        after = live(app, town)
    assert done.id in {v.id for v in after}
    assert not [v for v in after if v.team_id == team_id and done.day < v.day <= MONDAY + timedelta(days=4)]


def test_a_repair_of_a_superseded_month_is_refused_in_words(app, town, coordinator, sign_in):
    team_id, _hit = busiest(app, town, MONDAY, MONDAY + timedelta(days=4))
    values = {"teacher_id": str(leader(town, team_id).id), "first_on": MONDAY.isoformat(),
              "last_on": (MONDAY + timedelta(days=4)).isoformat()}
    first, second, third = (begin(app, coordinator, town, "teacher_away", **values) for _n in range(3))
    choose(coordinator, first), choose(coordinator, second)
    assert coordinator.submit(f"/timetables/{draft_of(app, first)}/publish").status_code == 200
    outdated = coordinator.submit(f"/timetables/{draft_of(app, second)}/publish")
    assert outdated.status_code == 422 and "published since this repair" in outdated.get_data(as_text=True)
    late = choose(coordinator, third)
    assert late.status_code == 422 and "published since this repair" in late.get_data(as_text=True)
    again = coordinator.submit(f"/timetables/{town.timetable}/repair?kind=teacher_away", "happened", **values)
    assert again.status_code == 422 and "Only the timetable in force" in again.get_data(as_text=True)
    with at(MONDAY + timedelta(days=40)):
        sign_in(user=town.coordinator)
        with app.app_context():
            force = db.session.scalar(select(Timetable.id).where(
                Timetable.superseded_at.is_(None), Timetable.state == "published"))
        over = coordinator.submit(f"/timetables/{force}/repair?kind=day_closed", "happened",
                                  first_on="2026-11-23", note="x")
        assert over.status_code == 422 and "This month is over" in over.get_data(as_text=True)


@pytest.mark.parametrize(("kind", "values", "words"), [
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
])
def test_what_is_entered_wrong_is_said_at_its_field(town, coordinator, kind, values, words):
    values = {**values, **({"child_id": str(town.children[values["child"]].id)} if "child" in values else {}),
              **({"teacher_id": str(town.teachers[values["teacher"]].id)} if "teacher" in values else {})}
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
    path = begin(app, coordinator, town, "teacher_away", teacher_id=str(leader(town, team_id).id),
                 first_on=MONDAY.isoformat(), last_on=(MONDAY + timedelta(days=4)).isoformat())
    choose(coordinator, path)
    draft = draft_of(app, path)
    with app.app_context():
        db.write()
        row = db.session.get_one(Timetable, draft)
        db.session.add(UnservedNeed(timetable_id=draft, child_id=town.children[0].id, service_key=uuid.uuid4(),
                                    missing=3, reasons=[]))
        row.figures = {**row.figures, "after": str(town.timetable)}
        db.session.commit()
    for page in (f"/timetables/{draft}", f"/timetables/{draft}/publish"):
        words = coordinator.get(page).get_data(as_text=True)
        assert "the draft before" not in words and "the one before it" not in words


HAPPENS = ("child_gone", "family_cancels", "road_closed", "day_closed", "teacher_away")


def happens(town, kind: str, child, day: date, last: date) -> dict:
    """The form of something that happens from `day` to `last`."""
    whom = {"teacher_away": {"teacher_id": str(town.teachers[0].id)}, "day_closed": {"note": "县运动会"}}
    values = {"first_on": day.isoformat(), **whom.get(kind, {"child_id": str(child.id)})}
    return values if kind == "child_gone" else {**values, "last_on": last.isoformat()}


def noted(app) -> int:
    with app.app_context():
        return sum(db.session.scalar(select(func.count()).select_from(table)) for table in (
            HomeClosure, Leave)) + db.session.scalar(select(func.count()).select_from(CalendarDay).where(
                CalendarDay.name == "县运动会"))


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
    """Two at work on one month: the draft of the second counts for nobody until it is published."""
    mine, other = town.children[0], town.children[2]
    later = MONDAY + timedelta(days=14)
    path = begin(app, coordinator, town, "child_gone", **happens(town, "child_gone", other, later, later))
    choose(coordinator, path)
    second = begin(app, coordinator, town, kind, **happens(town, kind, mine, MONDAY, MONDAY + timedelta(days=11)))
    choose(coordinator, second)
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    late = coordinator.submit(f"/timetables/{draft_of(app, second)}/publish")
    assert late.status_code == 422 and "published since this repair" in late.get_data(as_text=True)
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
        moved = db.session.scalars(select(Visit).where(
            Visit.timetable_id == draft_of(app, path), Visit.child_id == child.id)).first()
    assert moved.day > last
    words = [coordinator.get(f"/visits/{moved.id}/move/check?day={MONDAY + timedelta(days=n)}&start={start}"
                             f"&team_id={moved.team_id}", headers={"HX-Request": "true"}).get_data(as_text=True)
             for n in range(5) for start in ("09:00", "09:30", "10:00", "14:00")]
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
    assert f"{marks[alike[1]]} <" in page and marks[alike[1]] in page.split("<ol class=\"calls\"")[0]


@pytest.mark.parametrize("noted_as", ["road", "family", "leave"])
def test_what_is_noted_already_is_said_and_taken_in(app, town, coordinator, noted_as):
    """A home that is closed or a teacher on leave weeks after what happened: the draft can be published all the same,
    and the page says what it takes in beside."""
    child, other, later = town.children[0], town.children[2], MONDAY + timedelta(days=14)
    last = later + timedelta(days=4)
    team_id, _hit = busiest(app, town, later, last)
    with app.app_context():
        db.write()
        db.session.add(Leave(teacher_id=leader(town, team_id).id, first_on=later, last_on=last, reason="病假")
                       if noted_as == "leave" else
                       HomeClosure(child_id=child.id, first_on=later, last_on=last, kind=noted_as, note="塌方"))
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
    sent = coordinator.post(path, data={"csrf_token": token, "former": "", "seen": "", "form_key": str(uuid.uuid4())},
                            headers={"Origin": ORIGIN})
    assert sent.status_code == 409 and "still being made" in sent.get_data(as_text=True)
    run_waiting(app)
    assert ">Publish</button>" in coordinator.get(path).get_data(as_text=True)
