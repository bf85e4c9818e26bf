"""A draft of a repair that cannot go out any more: every page of it says so in one sentence, with a way on."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from app.access import SYSTEM
from app.db import db
from app.schools.actions import close_days
from app.teams.models import HomeClosure, Leave, Team
from app.timetables.models import Timetable
from app.timetables.queries.placed import visits_of_month
from tests.repairs.steps import MONDAY, begin, choose, draft_of, live
from tests.support.client import ORIGIN, read_form

LATER = MONDAY + timedelta(days=14)
SAID = {
    "day": "There is no school on ",
    "home": "No visit can be at the home of ",
    "leave": "on leave since this draft was made",
    "team": "cannot visit any more (ended",
}


@pytest.fixture
def repair(app, town, coordinator) -> str:
    """A repair whose way out was chosen: a child's visit of the coming week is cancelled."""
    day = next(v.day for v in live(app, town) if v.child_id == town.children[2].id and v.day >= MONDAY)
    path = begin(app, coordinator, town, "family_cancels", child_id=str(town.children[2].id), first_on=day.isoformat())
    choose(coordinator, path)
    return path


def visit_to_come(app, draft):
    with app.app_context():
        return next(v for v in visits_of_month(draft) if v.day >= LATER)


def happens(app, town, what: str, visit) -> None:
    """Something is noted after the way out was chosen that a visit of the draft cannot be given with."""
    with app.test_request_context():
        db.write()
        if what == "day":
            close_days(SYSTEM, town.unit.id, visit.day, visit.day, "降雪")
        if what == "home":
            db.session.add(HomeClosure(child_id=visit.child_id, first_on=visit.day, last_on=visit.day, kind="road"))
        if what == "leave":
            away = town.teachers[0] if visit.team_id == town.team.id else town.teachers[2]
            db.session.add(Leave(teacher_id=away.id, first_on=visit.day, last_on=visit.day))
        if what == "team":
            db.session.get_one(Team, visit.team_id).active = False
        db.session.commit()


@pytest.mark.both_databases
@pytest.mark.parametrize("what", SAID)
def test_what_makes_a_draft_unfit_is_told_before_it_is_published(app, town, coordinator, repair, what):
    draft = draft_of(app, repair)
    pages = [f"/timetables/{draft}", f"/timetables/{draft}/publish", repair]
    opened = read_form(coordinator.get(pages[1]).get_data(as_text=True))[1]
    happens(app, town, what, visit_to_come(app, draft))
    for path in pages:
        page = coordinator.get(path).get_data(as_text=True)
        assert page.count(SAID[what]) == 1, path
        assert "Repair again on the days left" in page and ">Publish</" not in page, path
    refused = coordinator.post(pages[1], data=opened, headers={"Origin": ORIGIN})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422 and page.count(SAID[what]) == 1 and "<details" in page


def test_the_way_on_makes_the_repair_again_and_what_comes_of_it_can_be_published(app, town, coordinator, repair):
    draft = draft_of(app, repair)
    visit = visit_to_come(app, draft)
    happens(app, town, "day", visit)
    again = re.search(r'action="(/repairs/[^"]+/again)"', coordinator.get(repair).get_data(as_text=True))[1]
    made = coordinator.submit(f"/timetables/{draft}", again)
    assert made.status_code == 200 and made.request.path != repair
    from app.jobs.runner import run_waiting

    run_waiting(app)
    page = coordinator.get(made.request.path).get_data(as_text=True)
    assert "降雪" in page, "the closed day is taken in"
    choose(coordinator, made.request.path)
    new = draft_of(app, made.request.path)
    assert SAID["day"] not in coordinator.get(f"/timetables/{new}").get_data(as_text=True)
    answer = coordinator.submit(f"/timetables/{new}/publish")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert not [v for v in live(app, town) if v.day == visit.day]
    assert f"/timetables/{draft}/discard" not in coordinator.get(f"/timetables/{draft}").get_data(as_text=True), (
        "the new draft has taken its place"
    )


def test_days_that_follow_each_other_are_told_as_one(app, town, coordinator, repair):
    with app.test_request_context():
        db.write()
        close_days(SYSTEM, town.unit.id, LATER, LATER + timedelta(days=4), "降雪")
        close_days(SYSTEM, town.unit.id, date(2026, 10, 20), date(2026, 10, 20), "演练")
        db.session.commit()
    page = coordinator.get(f"/timetables/{draft_of(app, repair)}").get_data(as_text=True)
    said = re.search(r"There is no school on ([^:]+) any more", page)[1]
    assert said.count("2026-") <= 3, said


@pytest.mark.both_databases
def test_figures_of_a_draft_have_one_basis_whatever_is_closed_later(app, town, coordinator, repair):
    """Ways, days out and loads are those of every visit that is counted, also after one of them is moved."""
    draft = draft_of(app, repair)
    happens(app, town, "day", visit_to_come(app, draft))

    def holds():
        with app.app_context():
            row, visits = db.session.get_one(Timetable, draft), visits_of_month(draft)
            f = row.figures
            assert f.placed == len(visits) == sum(one.visits for one in f.loads)
            assert f.team_days == len({(v.team_id, v.day) for v in visits}) == sum(one.days for one in f.loads)
            assert f.travel == sum(one.travel for one in f.loads) > sum(v.travel_in for v in visits), "and back"
            return f

    before = holds()
    with app.app_context():
        moved = next(v for v in visits_of_month(draft) if v.day < LATER and v.day > MONDAY)
    for hour in (540, 570, 600, 630, 660, 840, 870, 900, 930):
        answer = coordinator.post(
            f"/visits/{moved.id}/drop",
            data={
                "csrf_token": read_form(coordinator.get(repair).get_data(as_text=True), "phones")[1]["csrf_token"],
                "day": moved.day.isoformat(),
                "start": f"{hour // 60:02d}:{hour % 60:02d}",
            },
            headers={"Origin": ORIGIN, "HX-Request": "true"},
        )
        if answer.status_code == 200 and hour != moved.start:
            break
    assert answer.status_code == 200
    after = holds()
    assert (after.placed, after.team_days) == (before.placed, before.team_days)


def test_what_stands_already_and_breaks_a_rule_keeps_no_repair_from_going_out(app, town, coordinator):
    """A family changes its times after the month was published: its other visits stand as they stand, and somebody
    else's cancelled visit can be repaired all the same."""
    from sqlalchemy import update

    from app.teams.models import FamilyTime

    mine, other = town.children[0], town.children[2]
    with app.app_context():
        db.write()
        db.session.execute(update(FamilyTime).where(FamilyTime.child_id == mine.id).values(start=480, end=490))
        db.session.commit()
    gone = next(v.day for v in live(app, town) if v.child_id == other.id and v.day >= LATER)
    path = begin(app, coordinator, town, "child_gone", child_id=str(other.id), first_on=gone.isoformat())
    choose(coordinator, path)
    page = coordinator.get(f"/timetables/{draft_of(app, path)}").get_data(as_text=True)
    answer = coordinator.submit(f"/timetables/{draft_of(app, path)}/publish")
    assert answer.status_code == 200 and "cannot be published" not in page, answer.get_data(as_text=True)
