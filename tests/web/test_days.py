"""No day that an address can name, and no day that is stored, ends in an error: the nearest page that makes sense."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from app.access import Role
from app.db import db
from app.plans.models import PlanGoal, PlanObjective, PlanService, PlanVersion
from tests.factories import scene
from tests.house.test_access import DRAFTS, PLAIN, PLAIN_OF
from tests.support import people

ABSURD = ("0001-01-01", "9999-12-31", "1899-12-31", "2100-01-01", "2027-02-29", "today", "'", "-1", "2026-W48-7")
MONTHS = ("0001-01", "9999-12", "2026-13", "2026", "")
DAYS = ("day", "on", "first", "last", "week", "since", "from", "until")
NOW = date(2026, 11, 25)


@pytest.fixture
def sides(app):
    """Two districts with a thing of every kind on an ordinary Wednesday; the users by role, ready to sign in."""
    with time_machine.travel(f"{NOW}T02:00:00+00:00", tick=True):
        with app.app_context():
            db.write()
            own, _other = scene.make_sides()
            users = {**own.users, **scene.users_everywhere()}
            made = SimpleNamespace(ids=dict(own.ids), users=users)
            db.session.commit()
            for user in users.values():
                db.session.refresh(user)
                db.session.expunge(user)
        yield made


def addresses(app, ids) -> list[str]:
    """Every page with the things of one side in its address."""
    router, found = app.url_map.bind("localhost"), []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static" or rule.endpoint.endswith("sign_out"):
            continue
        values = {
            name: PLAIN_OF.get((rule.endpoint, name)) or ids.get(DRAFTS.get(name, name)) or ids.get(name) or PLAIN[name]
            for name in rule.arguments
        }
        found.append(router.build(rule.endpoint, values))
    return sorted(found)


def errors_of(client, paths, values) -> list[str]:
    """The addresses that end in an error with one of the values, said for every name of a day at once."""
    client.application.config["PROPAGATE_ERRORS"] = False
    client.application.testing = client.inspects = False
    found = []
    for path in paths:
        for value in values:
            answer = client.get(path, query_string=dict.fromkeys((*DAYS, "month", "year"), value))
            assert "/sign-in" not in answer.headers.get("Location", "")
            if answer.status_code >= 500:
                found.append(f"{path} {value}: {answer.status_code}")
    return found


@pytest.mark.parametrize(
    "role", [Role.CITY_COORDINATOR, Role.DISTRICT_COORDINATOR, Role.VISITING_TEACHER, Role.GUARDIAN]
)
def test_no_page_breaks_at_a_day_in_its_address(app, sides, role):
    client = app.test_client()
    people.sign_in(client, sides.users[role])
    assert errors_of(client, addresses(app, sides.ids), ABSURD[:2]) == []


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.CITY_COORDINATOR, "/coverage"),
        (Role.CITY_COORDINATOR, "/coverage/placed"),
        (Role.VISITING_TEACHER, "/my-week"),
        (Role.DISTRICT_COORDINATOR, "/children/{child}/visits"),
        (Role.DISTRICT_COORDINATOR, "/roll"),
        (Role.VISITING_TEACHER, "/my-claim"),
        (Role.AUDITOR, "/audit"),
        (Role.DISTRICT_COORDINATOR, "/timetables/{timetable}"),
        (Role.DISTRICT_COORDINATOR, "/timetables/new"),
        (Role.DISTRICT_COORDINATOR, "/timetables/term"),
        (Role.DISTRICT_COORDINATOR, "/teams/{team}/packet.pdf"),
    ],
)
def test_pages_that_turn_by_days_show_the_nearest_one(app, sides, role, path):
    client = app.test_client()
    people.sign_in(client, sides.users[role])
    path = path.format(**{name.removesuffix("_id"): value for name, value in sides.ids.items()})
    assert errors_of(client, [path], (*ABSURD, *MONTHS)) == []


def test_a_day_beyond_the_horizon_is_the_end_of_it(app, sides):
    client = app.test_client()
    people.sign_in(client, sides.users[Role.CITY_COORDINATOR])
    for asked, shown in (
        ("9999-12-31", "2028-11-25"),
        ("0001-01-01", "2006-11-25"),
        ("2025-10-01", "2025-10-01"),
        ("nonsense", "2026-11-25"),
    ):
        page = client.get("/coverage", query_string={"day": asked}).get_data(as_text=True)
        assert f'value="{shown}"' in page, asked


def test_days_stored_as_for_ever_break_no_page(app, sides, end=date.max):
    """Rows from before days had bounds: a draft, its goal, its objective and its service end on 9999-12-31."""
    draft = sides.ids["draft"]
    with app.app_context():
        db.write()
        version = db.session.get_one(PlanVersion, draft)
        version.ends_on = version.review_on = end
        for model, names in (
            (PlanGoal, ("due_on",)),
            (PlanObjective, ("starts_on", "due_on")),
            (PlanService, ("starts_on", "ends_on")),
        ):
            for row in db.session.scalars(select(model).where(model.version_id == draft)):
                for name in names:
                    setattr(row, name, end)
        db.session.commit()
    client = app.test_client()
    people.sign_in(client, sides.users[Role.CITY_COORDINATOR])
    of_child = [path for path in addresses(app, sides.ids) if "/plans/" in path or "/children/" in path]
    assert errors_of(client, of_child, ("",)) == []
