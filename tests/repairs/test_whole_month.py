"""The figures of a published month are of the whole month, also after a repair of its rest."""

from __future__ import annotations

import re

import pytest

from app.access import SYSTEM
from app.db import db
from app.repairs.actions.calling_off import call_off
from app.timetables.models import Timetable
from tests.repairs.steps import FRIDAY, MONDAY, begin, change_plan, choose, draft_of, live
from tests.repairs.test_changed_plans import LATER, visits_from


def repaired(app, coordinator, town):
    """A family cancels a day: draft of the chosen way."""
    child = town.children[2]
    gone = visits_from(app, town, child, MONDAY)[0].day.isoformat()
    path = begin(app, coordinator, town, "family_cancels", child_id=str(child.id), first_on=gone, last_on=gone)
    choose(coordinator, path)
    return draft_of(app, path)


@pytest.mark.both_databases
def test_after_a_repair_every_figure_is_of_the_whole_month(app, town, coordinator):
    draft = repaired(app, coordinator, town)
    page = coordinator.get(f"/timetables/{draft}").get_data(as_text=True)
    assert "Counted are the visits from Saturday, October 10, 2026 on." in page
    assert coordinator.submit(f"/timetables/{draft}/publish").status_code == 200
    standing = live(app, town)
    assert min(v.day for v in standing) < FRIDAY
    with app.app_context():
        row = db.session.get(Timetable, draft)
        figures = row.figures
    assert figures.placed == len(standing) == sum(one.visits for one in figures.loads)
    assert figures.asked == len(standing) + figures.unserved
    assert sum(one.minutes for one in figures.loads) == sum(v.end - v.start for v in standing)
    assert figures.children == len({v.child_id for v in standing})
    assert figures.team_days == len({(v.team_id, v.day) for v in standing})
    page = coordinator.get(f"/timetables/{draft}").get_data(as_text=True)
    assert f"{len(standing)} / {figures.asked}" in page and "Counted are" not in page
    table = coordinator.get("/timetables").get_data(as_text=True)
    line = table.partition(f"/timetables/{draft}")[2].partition("</tr>")[0]
    assert f'class="num">{len(standing)}</td>' in re.sub(r"\s+", " ", line)


def test_what_is_called_off_after_a_repair_leaves_the_figures(app, town, coordinator):
    """Also a visit that the repair left in the version before it."""
    draft = repaired(app, coordinator, town)
    assert coordinator.submit(f"/timetables/{draft}/publish").status_code == 200
    before = len(live(app, town))
    child = town.children[0]
    with app.app_context():
        db.write()
        call_off(SYSTEM, child.id, FRIDAY, None)
        db.session.commit()
    left = len(live(app, town))
    page = coordinator.get(f"/timetables/{draft}").get_data(as_text=True)
    assert left < before and f"{left} / " in page and f"{before - left} called off since" in page


def test_a_repair_that_took_a_plan_over_leaves_no_line_about_its_version(app, town, coordinator):
    child = town.children[0]
    change_plan(app, child, LATER, times=1, minutes=60)
    path = begin(app, coordinator, town, "plan_changed", child_id=str(child.id))
    choose(coordinator, path)
    assert coordinator.submit(f"/timetables/{draft_of(app, path)}/publish").status_code == 200
    page = coordinator.get(f"/timetables/{draft_of(app, path)}").get_data(as_text=True)
    assert "made from version" not in page


def test_a_version_that_asks_for_the_same_is_no_change_of_the_timetable(app, town, coordinator):
    change_plan(app, town.children[0], LATER, times=2, minutes=90)
    page = coordinator.get(f"/timetables/{town.timetable}").get_data(as_text=True)
    assert "made from version" not in page
