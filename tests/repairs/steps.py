"""What somebody does who repairs a month, step by step."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import time_machine
from sqlalchemy import select

from app.db import db
from app.jobs.runner import run_waiting
from app.plans.models import PlanForce, PlanService
from app.repairs.models import Repair
from app.timetables.models import (
    Visit,
)
from app.timetables.queries.live import live_visits
from tests.factories import visits as make
from tests.support.client import ORIGIN

MONTH = "2026-10"
MONDAY = date(2026, 10, 12)
FRIDAY = MONDAY - timedelta(days=3)


def at(day: date):
    return time_machine.travel(datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC))


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


def choose(coordinator, path: str, way: int = 1, **sent):
    """Choose a way out; what the page says of other drafts of the month goes along unless `over` is `sent`."""
    page = coordinator.get(path).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    over = re.search(r'name="over" value="([^"]*)"', page)
    named = {"over": over[1] if over else ""} | sent
    return coordinator.post(
        f"{path}/choose",
        data={"csrf_token": token, "way": way, "form_key": str(uuid.uuid4()), **named},
        headers={"Origin": ORIGIN},
        follow_redirects=True,
    )


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


def town_of(town):
    """The district's own fields, attached to the running session."""
    from types import SimpleNamespace

    return SimpleNamespace(
        **{name: getattr(town, name) for name in ("unit", "school", "team", "teachers", "coordinator", "teacher_user")}
    )


def change_plan(app, child, first: date, **service) -> None:
    """Another version of a child's plan holds from a day on; without `service` the plan ends there. The same service
    unless `other` is said."""
    with app.app_context():
        db.write()
        force = db.session.scalars(
            select(PlanForce).where(PlanForce.child_id == child.id, PlanForce.valid_to.is_(None))
        ).one()
        key = db.session.scalar(select(PlanService.service_key).where(PlanService.version_id == force.version_id))
        force.valid_to = first
        if service:
            key = None if service.pop("other", False) else key
            make.add_plan(child, number=2, first=first, service_key=key, **service)
        db.session.commit()
