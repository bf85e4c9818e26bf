"""A visit that only becomes shorter or longer is a change like another: told to everybody who is told of moves."""

from __future__ import annotations

import copy
import re
import uuid

import pytest

from app.db import db
from app.repairs.models import Repair
from tests.repairs.steps import begin, change_plan, choose, draft_of
from tests.repairs.test_changed_plans import LATER, visits_from
from tests.repairs.test_family_link import make_link, phone
from tests.repairs.test_family_link_gone import clock_of, confirm, gone_of, page_of
from tests.visits.test_feed import read

__all__ = ["phone"]


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def span(start: int, end: int) -> str:
    return f"{clock_of(start)}–{clock_of(end)}"


def keep_hours(app, path: str, visits) -> None:
    """Make the first way out the one that keeps day and hour of these visits, an hour long."""
    child = str(next(iter(visits)).child_id)
    places = sorted((v.day, v.start, v.team_id) for v in visits)
    with app.app_context():
        db.write()
        row = db.session.get(Repair, uuid.UUID(path.rpartition("/")[2]))
        way = copy.deepcopy(row.variants[0])
        mine = [one for one in way["visits"] if one["child"] == child and one["day"] >= LATER.isoformat()]
        assert len(mine) == len(places)
        for one, (day, start, team) in zip(mine, places, strict=True):
            one |= {"day": day.isoformat(), "start": start, "end": start + 60, "team": str(team)}
        row.variants = [way]
        db.session.commit()


@pytest.mark.both_databases
def test_a_visit_that_only_becomes_shorter_is_told_everywhere(app, town, coordinator, teacher, phone, sign_in):
    child = next(
        one for one in town.children if {v.team_id for v in visits_from(app, town, one, LATER)} == {town.team.id}
    )
    link = make_link(coordinator, child)
    before = {(v.day, v.start): v for v in visits_from(app, town, child, LATER)}
    for one in before.values():
        assert confirm(phone, link, one).status_code == 303
    change_plan(app, child, LATER, times=2, minutes=60)
    path = begin(app, coordinator, town, "plan_changed", child_id=str(child.id))
    keep_hours(app, path, before.values())
    choose(coordinator, path)
    draft = draft_of(app, path)
    told = words_of(coordinator.get(path).get_data(as_text=True))
    ahead = words_of(coordinator.get(f"/timetables/{draft}/publish").get_data(as_text=True))
    sign_in(user=town.teacher_user, client=teacher)
    _text, calendar = read(teacher)
    assert coordinator.submit(f"/timetables/{draft}/publish").status_code == 200
    now = visits_from(app, town, child, LATER)
    shorter = [v for v in now if (v.day, v.start) in before]
    assert shorter and all(v.end - v.start == 60 for v in shorter), "the hours stay as they were"
    week = words_of(teacher.get("/my-week").get_data(as_text=True))
    _text, later = read(teacher)
    cards = gone_of(page_of(phone, link))
    for v in shorter:
        was = before[v.day, v.start]
        for page in (told, ahead, week):
            assert span(was.start, was.end) in page and span(v.start, v.end) in page, page
        assert "It lasts 60 minutes instead of 90." in week
        assert int(later[f"{was.id}@yian"]["sequence"]) == int(calendar[f"{was.id}@yian"]["sequence"]) + 1
        spelled = f"{v.day.day}, 2026 {clock_of(was.start)} – {clock_of(was.end)}"
        (card,) = [one for one in cards if spelled in one]
        assert f"{clock_of(v.start)} – {clock_of(v.end)}" in card and "You had said: this suits us" in card
    assert confirm(phone, link, shorter[0]).status_code == 303, "the yes was to another length; a new one can be given"
