"""Teams that stand in for a repair visit as long as something of its draft can come."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.db.audit import AuditEntry
from app.repairs.models import Repair
from app.teams.models import Team
from tests.repairs.steps import MONDAY, begin, choose, draft_of


def sleeping(app) -> set[uuid.UUID]:
    with app.app_context():
        return set(db.session.scalars(select(Team.id).where(~Team.active)))


def put_back(app) -> list[uuid.UUID]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.subject_id).where(AuditEntry.verb == "put_back_team")))


@pytest.fixture
def away(app, town, coordinator):
    """away() -> (path of a repair for a teacher's week, the way in which a team stands in that sleeps, that team)."""
    days = {"first_on": MONDAY.isoformat(), "last_on": (MONDAY + timedelta(days=4)).isoformat()}

    def enter() -> tuple[str, int, uuid.UUID]:
        path = ""
        for one in (town.teachers[0], town.teachers[2]):  # who leads each team, so that those who are left go together
            before = path.rpartition("/")[2] or None
            path = begin(app, coordinator, town, "teacher_away", with_=before, teacher_id=str(one.id), **days)
        asleep = sleeping(app)
        with app.app_context():
            row = db.session.get(Repair, uuid.UUID(path.rpartition("/")[2]))
            ways = [{uuid.UUID(v["team"]) for v in one["visits"]} & asleep for one in row.variants]
        way = next(n for n, teams in enumerate(ways) if teams)
        return path, way + 1, min(ways[way])

    return enter


@pytest.mark.both_databases
def test_a_team_that_stands_in_for_a_draft_that_is_thrown_away_visits_no_longer(app, coordinator, away):
    path, way, team = away()
    before = sleeping(app)
    assert choose(coordinator, path, way).status_code == 200
    assert team not in sleeping(app)
    draft = draft_of(app, path)
    assert coordinator.submit(f"/timetables/{draft}", f"/timetables/{draft}/discard").status_code == 200
    assert sleeping(app) == before and put_back(app).count(team) == 1


def test_two_drafts_with_one_team_that_stands_in(app, coordinator, away):
    (first, way, team), (second, other, same) = away(), away()
    assert team == same
    choose(coordinator, first, way), choose(coordinator, second, other)
    draft = draft_of(app, second)
    assert team not in sleeping(app), "the draft that took the place of the first one needs it"
    coordinator.submit(f"/timetables/{draft}", f"/timetables/{draft}/discard")
    assert team in sleeping(app) and put_back(app).count(team) == 1


def test_a_team_that_stands_in_stays_where_its_draft_went_out(app, coordinator, away):
    (first, way, team), (second, other, _same) = away(), away()
    choose(coordinator, first, way), choose(coordinator, second, other)  # takes the place of the first one's draft
    assert coordinator.submit(f"/timetables/{draft_of(app, second)}/publish").status_code == 200
    assert team not in sleeping(app)


def test_a_team_that_stood_in_for_a_draft_that_was_overtaken_visits_no_longer(app, town, coordinator, away):
    path, way, team = away()
    gone = begin(
        app,
        coordinator,
        town,
        "child_gone",
        child_id=str(town.children[0].id),
        first_on=(MONDAY + timedelta(14)).isoformat(),
    )
    choose(coordinator, path, way), choose(coordinator, gone)
    assert team in sleeping(app) and put_back(app).count(team) == 1, "the draft gave way when the other was made"
    assert coordinator.submit(f"/timetables/{draft_of(app, gone)}/publish").status_code == 200
    assert team in sleeping(app) and put_back(app).count(team) == 1


def test_a_team_that_somebody_took_over_meanwhile_is_left_alone(app, town, coordinator, away):
    path, way, team = away()
    choose(coordinator, path, way)
    saved = coordinator.submit(f"/teams/{team}", "team", name="第三组")
    assert saved.status_code == 200
    draft = draft_of(app, path)
    coordinator.submit(f"/timetables/{draft}", f"/timetables/{draft}/discard")
    assert team not in sleeping(app) and put_back(app) == []
