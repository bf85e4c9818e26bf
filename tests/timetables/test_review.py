"""Reviewing a timetable: its run, two runs side by side, dragging and pinning, map, weeks, loads."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select, update

from app.access import Role
from app.db import db
from app.db.audit import AuditEntry
from app.jobs.runner import run_waiting
from app.timetables.models import Timetable, TimetableRun, Visit, VisitPin
from tests.factories import visits as make
from tests.support import people
from tests.support.client import ORIGIN
from tests.support.texts import text_of

DAY_CLOCK = "%02d:%02d"


@pytest.fixture
def run_again(app, coordinator, district):
    """run_again(seed) -> id of a second draft of October."""

    def make_it(seed: int) -> uuid.UUID:
        coordinator.submit(
            "/timetables/new", month="2026-10", seconds="1", seed=str(seed), unit_id=str(district.unit.id)
        )
        run_waiting(app)
        with app.app_context():
            return db.session.scalar(select(Timetable.id).order_by(Timetable.created_at.desc()).limit(1))

    return make_it


def send(client, path: str, **values):
    """Post as a script of our pages does; the answer is a part of a page."""
    token = re.search(r'name="csrf-token" content="([^"]+)"', text_of(client.get("/timetables")))[1]
    return client.post(
        path,
        data=values,
        headers={"X-CSRFToken": token, "HX-Request": "true", "Origin": ORIGIN, "Referer": ORIGIN + "/timetables"},
    )


def drop(client, visit, start: int | str, **values):
    """Drop a visit at another time of its day."""
    return send(
        client,
        f"/visits/{visit.id}/drop",
        **{
            "day": visit.day.isoformat(),
            "start": start if isinstance(start, str) else at(start),
            "team_id": str(visit.team_id),
            **values,
        },
    )


def at(minutes: int) -> str:
    return DAY_CLOCK % divmod(minutes, 60)


# --- runs -----------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_run_is_found_again_with_its_way_and_kept_when_it_is_discarded(app, coordinator, district, make_timetable):
    coordinator.submit("/timetables/new", month="2026-10", seconds="1", unit_id=str(district.unit.id))
    with app.app_context():
        waiting = db.session.scalar(select(Timetable.id))
    page = text_of(coordinator.get(f"/timetables/{waiting}"))
    assert "Waiting for its turn" in page and f"/timetables/{waiting}/run" in page
    run_waiting(app)
    assert "The timetable is made" in text_of(
        coordinator.get(f"/timetables/{waiting}/run", headers={"HX-Request": "true"})
    )
    with app.app_context():
        run = db.session.scalar(select(TimetableRun).where(TimetableRun.timetable_id == waiting))
    assert run.seconds == 1 and run.relaxations == [] and all(len(point) == 3 for point in run.progress)
    send(coordinator, f"/timetables/{waiting}/discard")
    other = make_timetable()
    runs = text_of(coordinator.get(f"/timetables/{other}/runs"))
    assert "Discarded" in runs and f'value="{waiting}"' in runs and f'value="{other}"' in runs
    compared = text_of(coordinator.get(f"/timetables/compare?a={waiting}&b={other}"))
    assert "Both were made from the same plans" in compared and "visits placed" in compared


def test_stopping_a_run_that_waits_makes_nothing_and_says_so(app, coordinator, district):
    coordinator.submit("/timetables/new", month="2026-10", seconds="60", unit_id=str(district.unit.id))
    with app.app_context():
        made = db.session.scalar(select(Timetable.id))
    assert send(coordinator, f"/timetables/{made}/stop").status_code == 303
    run_waiting(app)
    assert "This timetable was not made." in text_of(coordinator.get(f"/timetables/{made}"))


def test_two_runs_say_whose_visit_moved(coordinator, make_timetable, run_again, visits_of):
    first, second = make_timetable(), run_again(1)
    visit = visits_of(second)[0]
    same = text_of(coordinator.get(f"/timetables/compare?a={second}&b={second}"))
    assert "Not one visit differs." in same
    moved = _free_move(coordinator, visit)
    page = text_of(coordinator.get(f"/timetables/compare?a={first}&b={second}"))
    assert "What differs for whom" in page and at(moved) in page


def _free_move(client, visit) -> int:
    """Drop a visit at another time of its day that the server finds free; return the time."""
    for start in range(510, 960, 15):
        if abs(start - visit.start) >= 15 and drop(client, visit, start).status_code == 200:
            return start
    raise AssertionError("no free time on the day")


def test_runs_of_other_months_are_not_compared(app, coordinator, make_timetable):
    october, december = make_timetable(), make_timetable("2026-12")
    assert coordinator.get(f"/timetables/compare?a={october}&b={december}").status_code == 404
    assert coordinator.get("/timetables/compare?a=nonsense&b=").status_code == 404


# --- dragging and pinning -------------------------------------------------------------------------------------------


def test_a_dropped_visit_moves_or_stays_with_a_sentence(coordinator, make_timetable, visits_of):
    made = make_timetable()
    visit = visits_of(made)[0]
    start = _free_move(coordinator, visit)
    now = next(one for one in visits_of(made) if one.id == visit.id)
    assert (now.start, now.end - now.start, now.origin.value) == (start, 90, "manual")
    refused = drop(coordinator, visit, "19:30")
    assert refused.status_code == 422 and "stays where it was" in text_of(refused)
    assert next(one for one in visits_of(made) if one.id == visit.id).start == start
    assert drop(coordinator, visit, "9", day="soon").status_code == 400


def test_figures_follow_a_move(app, coordinator, make_timetable, visits_of):
    made = make_timetable()
    _free_move(coordinator, visits_of(made)[0])
    with app.app_context():
        row = db.session.get(Timetable, made)
    assert row.figures.travel == sum(one.travel for one in row.figures.loads)
    assert row.figures.team_days == sum(one.days for one in row.figures.loads)


@pytest.mark.both_databases
def test_a_pinned_visit_never_moves(app, coordinator, district, make_timetable, run_again, visits_of):
    made = make_timetable()
    visit = visits_of(made)[0]
    start = _free_move(coordinator, visit)
    for _twice in range(2):
        assert 'aria-pressed="true"' in text_of(send(coordinator, f"/visits/{visit.id}/pin", pinned="1"))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(VisitPin)) == 1
        assert (
            db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.verb == "pin_visit")) == 1
        )
    refused = drop(coordinator, visit, start + 15)
    assert refused.status_code == 422 and "is pinned and stays where it is" in text_of(refused)
    assert "is pinned and stays" in text_of(
        coordinator.get(
            f"/visits/{visit.id}/move/check?day={visit.day}&start={at(start + 15)}&team_id={visit.team_id}",
            headers={"HX-Request": "true"},
        )
    )
    for seed in (7, 8):
        again = visits_of(run_again(seed))
        assert (visit.child_id, visit.day, start, visit.team_id) in {
            (v.child_id, v.day, v.start, v.team_id) for v in again
        }
    page = text_of(coordinator.get(f"/timetables/{made}?week={visit.day}"))
    assert 'aria-pressed="true"' in page
    pin = re.search(r"/pins/([0-9a-f-]{36})/free", text_of(coordinator.get(f"/timetables/{made}/runs")))[1]
    send(coordinator, f"/timetables/{made}/pins/{pin}/free")
    assert 'aria-pressed="true"' not in text_of(coordinator.get(f"/timetables/{made}?week={visit.day}"))


def test_a_pin_that_cannot_be_kept_is_told(app, coordinator, make_timetable, run_again, visits_of):
    visit = visits_of(make_timetable())[0]
    send(coordinator, f"/visits/{visit.id}/pin", pinned="1")
    with app.app_context():
        db.write()
        db.session.execute(update(VisitPin).values(start=60))
        db.session.commit()
    page = text_of(coordinator.get(f"/timetables/{run_again(3)}"))
    assert "These pinned visits could not be kept" in page and "01:00" in page


def test_a_published_timetable_is_not_dragged(coordinator, published, visits_of):
    page = text_of(coordinator.get(f"/timetables/{published}/day"))
    assert "data-board" not in page and "data-drop" not in page
    visit = visits_of(published)[0]
    refused = drop(coordinator, visit, "09:00")
    assert refused.status_code == 422 and "Only visits of a draft can be moved" in text_of(refused)


# --- the pages of a review ------------------------------------------------------------------------------------------


def test_all_parts_of_a_timetable_open(coordinator, make_timetable, visits_of, district):
    made = make_timetable()
    visit = visits_of(made)[0]
    day = text_of(coordinator.get(f"/timetables/{made}/day?day={visit.day}"))
    assert f'id="visit-{visit.id}"' in day and f"/visits/{visit.id}/move" in day
    assert "○" in text_of(coordinator.get(f"/timetables/{made}/children"))
    loads = text_of(coordinator.get(f"/timetables/{made}/load"))
    assert district.team.name in loads and "unevenness of the loads" in loads
    routes = text_of(coordinator.get(f"/timetables/{made}/map?day={visit.day}"))
    assert "<circle" in routes and 'class="estimated"' in routes and "back to the school" in routes


def test_homes_are_drawn_only_for_those_who_may_open_the_files(app, district, published, sign_in, visits_of):
    with app.app_context():
        db.write()
        clerk = people.make_user(Role.SCHOOL_COORDINATOR, school_id=district.school.id)
        db.session.commit()
    client = app.test_client()
    sign_in(user=clerk, client=client)
    page = text_of(
        client.get(f"/timetables/{published}/map?day={visits_of(published)[0].day}", base_url="https://localhost")
    )
    assert "<circle" not in page and "not yours to see" in page


def test_an_opening_of_the_map_is_told_in_the_trail(app, coordinator, make_timetable, visits_of):
    made = make_timetable()
    visit = visits_of(made)[0]
    coordinator.get(f"/timetables/{made}/map?day={visit.day}")
    with app.app_context():
        seen = set(db.session.scalars(select(AuditEntry.child_id).where(AuditEntry.verb == "open_file")))
    assert visit.child_id in seen


def test_a_week_with_too_few_visits_shows_what_is_missing(app, coordinator, make_timetable, district):
    made = make_timetable()
    with app.app_context():
        db.write()
        gone = db.session.scalar(
            select(Visit)
            .where(Visit.timetable_id == made, Visit.child_id == district.children[0].id)
            .order_by(Visit.day.desc())
            .limit(1)
        )
        db.session.delete(gone)
        db.session.commit()
    page = text_of(coordinator.get(f"/timetables/{made}/children?only=missing"))
    assert "冉䶮一" in page and 'class="lacks"' in page


def test_pages_ask_the_same_for_few_and_for_many_visits(app, coordinator, make_timetable, visits_of, district):
    made = make_timetable()
    visits = visits_of(made)
    day = visits[0].day
    paths = [
        f"/timetables/{made}",
        f"/timetables/{made}/day?day={day}",
        f"/timetables/{made}/children",
        f"/timetables/{made}/load",
    ]
    few = [_count(app, coordinator, path) for path in paths]
    with app.app_context():
        db.write()
        for number in range(20):
            child = make.add_child(district, f"田{number}", number)
            db.session.add(
                Visit(
                    timetable_id=made,
                    child_id=child.id,
                    team_id=district.team.id,
                    day=day + timedelta(days=number % 3),
                    start=600,
                    end=690,
                    plan_version_id=district.versions[child.id].id,
                    service_key=uuid.uuid4(),
                    origin=visits[0].origin,
                )
            )
        db.session.commit()
    many = [_count(app, coordinator, path) for path in paths]
    few[0] += 1  # the visits lie on each other: the page says so, and asks for their names
    assert many == few and max(many) <= 42, dict(zip(paths, many, strict=True))


def _count(app, client, path: str) -> int:
    found = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and "FROM audit_entries" not in statement:
            found.append(statement)

    client.get(path)
    engine = app.extensions["yian.engine"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(found)


def test_an_unknown_day_falls_back_to_the_timetable(coordinator, make_timetable):
    made = make_timetable()
    for asked in ("never", "1999-01-01", date.max.isoformat()):
        assert coordinator.get(f"/timetables/{made}/day?day={asked}").status_code == 200
        assert coordinator.get(f"/timetables/{made}/map?day={asked}&team=nobody").status_code == 200
