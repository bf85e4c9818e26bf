"""Two at work on one month, and the list of calls of a repair that came to nothing."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.jobs.runner import run_waiting
from app.repairs.models import Repair, RepairCall
from app.timetables.models import Timetable
from app.timetables.types import TimetableState
from tests.repairs.steps import MONDAY, begin, choose, draft_of
from tests.support import people
from tests.support.client import ORIGIN, read_form


@pytest.fixture
def colleague(app, sign_in, town):
    """The other coordinator of the district, at a computer of her own."""
    with app.app_context():
        db.write()
        user = people.make_user("district_coordinator", unit_id=town.unit.id, name="冉主任")
        db.session.commit()
    other = app.test_client()
    sign_in(user=user, client=other)
    return other


def cancels(town, number: int) -> dict:
    return {
        "child_id": str(town.children[number].id),
        "first_on": MONDAY.isoformat(),
        "last_on": (MONDAY + timedelta(days=4)).isoformat(),
    }


def state_of(app, timetable_id) -> TimetableState:
    with app.app_context():
        return db.session.get_one(Timetable, timetable_id).state


def calls_of(app, path: str) -> list[RepairCall]:
    with app.app_context():
        made = db.session.scalars(select(Repair).where(Repair.id == uuid.UUID(path.rpartition("/")[2]))).one()
        return list(db.session.scalars(select(RepairCall).where(RepairCall.repair_id == made.id)))


def words(client, path: str) -> str:
    return client.get(path).get_data(as_text=True)


@pytest.mark.both_databases
def test_who_opens_a_repair_is_told_of_the_others_draft_and_takes_its_place_knowingly(
    app, town, coordinator, colleague
):
    first = begin(app, coordinator, town, "family_cancels", **cancels(town, 0))
    choose(coordinator, first)
    mine = draft_of(app, first)
    publish = f"/timetables/{mine}/publish"
    opened = read_form(words(coordinator, publish))[1]

    page = words(colleague, f"/timetables/{town.timetable}/repair?kind=family_cancels")
    assert "向主任 has made the draft" in page and first in page and town.children[0].name in page
    second = begin(app, colleague, town, "family_cancels", **cancels(town, 2))
    page = words(colleague, second)
    assert "Choose this way in place of that draft" in page and first in page

    silent = choose(colleague, second, over="")
    assert silent.status_code == 409 and "takes its place" in silent.get_data(as_text=True)
    assert state_of(app, mine) == TimetableState.DRAFT, "nobody's draft goes without a word"

    assert choose(colleague, second).status_code == 200
    assert state_of(app, mine) == TimetableState.DISCARDED
    for path in (first, f"/timetables/{mine}"):
        page = words(coordinator, path)
        assert "冉主任 chose a way out of another repair" in page and second in page
    late = coordinator.post(publish, data=opened, headers={"Origin": ORIGIN})
    assert late.status_code == 409 and "not a draft any more" in late.get_data(as_text=True)
    assert colleague.submit(f"/timetables/{draft_of(app, second)}/publish").status_code == 200


@pytest.mark.both_databases
def test_the_calls_of_a_repair_that_was_thrown_away_are_over_and_who_was_told_is_called_back(app, town, coordinator):
    path = begin(app, coordinator, town, "family_cancels", **cancels(town, 0))
    choose(coordinator, path)
    told, other = calls_of(app, path)[:2]
    coordinator.submit(path, f"{path}/calls/{told.id}")
    opened = read_form(words(coordinator, path), f"{path}/calls/{other.id}")[1]
    draft = draft_of(app, path)
    after = coordinator.submit(f"/timetables/{draft}", f"/timetables/{draft}/discard")
    page = after.get_data(as_text=True)
    assert after.request.path == path, "whoever discards it is led to those who were told"
    assert "discarded the draft of this repair" in page and "1 on this list was told already" in page
    assert f"{path}/calls/{other.id}" not in page and f"{path}/calls/{told.id}/back" in page
    assert "call back" in re.split(r'id="call-', page)[1 + [str(c.id) for c in calls_of(app, path)].index(str(told.id))]

    late = coordinator.post(f"{path}/calls/{other.id}", data=opened, headers={"Origin": ORIGIN})
    assert late.status_code == 409 and "nobody is to be told of its changes" in late.get_data(as_text=True)
    assert not next(one for one in calls_of(app, path) if one.id == other.id).done_at

    page = coordinator.submit(path, f"{path}/calls/{told.id}/back").get_data(as_text=True)
    assert "called back by 向主任" in page and "Nobody has to be called about it any more" in page
    page = coordinator.submit(path, f"{path}/calls/{told.id}/back").get_data(as_text=True)
    assert "1 on this list was told already" in page


def test_a_repair_that_another_publication_overtook_says_so_on_its_list_of_calls(app, town, coordinator, colleague):
    path = begin(app, coordinator, town, "family_cancels", **cancels(town, 0))
    choose(coordinator, path)
    told = calls_of(app, path)[0]
    coordinator.submit(path, f"{path}/calls/{told.id}")
    assert "cannot be published any more" not in words(coordinator, path)
    asked = colleague.submit("/timetables/new", month="2026-10", seconds="1", unit_id=str(town.unit.id))
    assert asked.status_code == 200
    run_waiting(app)
    with app.app_context():
        made = db.session.scalars(
            select(Timetable.id).where(Timetable.state == TimetableState.DRAFT, Timetable.id != draft_of(app, path))
        ).one()
    assert colleague.submit(f"/timetables/{made}/publish").status_code == 200
    page = words(coordinator, path)
    assert "冉主任 published another timetable" in page and "1 on this list was told already" in page


def test_the_calls_of_a_published_repair_go_on(app, town, coordinator):
    path = begin(app, coordinator, town, "family_cancels", **cancels(town, 0))
    choose(coordinator, path)
    assert coordinator.submit(f"/timetables/{draft_of(app, path)}/publish").status_code == 200
    call = calls_of(app, path)[0]
    assert "reached by" in coordinator.submit(path, f"{path}/calls/{call.id}").get_data(as_text=True)
    token = read_form(words(coordinator, path), f"{path}/calls/{call.id}")[1]
    sent = coordinator.post(f"{path}/calls/{call.id}/back", data=token | {"done": "1"}, headers={"Origin": ORIGIN})
    assert sent.status_code == 404
