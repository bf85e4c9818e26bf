"""Every page × who held a file once: the own years are read on five pages, nothing later, and nothing is written.

The scene is that of test_access; then its own child goes to the foreign district, as a completed transfer leaves it:
the school keeps its years, the teacher of the visits and the expert keep nothing, the district keeps its years.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from app.access import Role
from app.children.models import Diagnosis, Sight, TimelineEvent
from app.children.responsible import move_unit
from app.children.sight import give_sight, keep_past
from app.children.types import EventKind, SightKind
from app.db import db
from app.kernel import clock
from app.kernel.ids import new_id
from app.roll.models import RollRequest, Transfer
from app.roll.types import TransferState
from app.web.filters import today
from tests.conftest import close, make_app
from tests.factories import scene
from tests.house.test_access import CHILDS, READS, WRITES, _address, _ask, _contents, _ids, _may
from tests.support import people

FORMER = (Role.SCHOOL_COORDINATOR, Role.DISTRICT_COORDINATOR)
NOTHING = (Role.VISITING_TEACHER, Role.EXPERT)
LATER = "新校后来所写的诊断"

OWN_YEARS = {"children.show_child", "roll.show_roll", "plans.show_plans",
             "assessments.list_assessments", "visits.show_child_visits"}
"""The pages that show a former holder what was true until the day it lost the child; a plan's version too, but that of
the scene was approved after it."""

PARTY = {"roll.answer_day", "roll.answer_transfer", "roll.redate_transfer", "roll.withdraw_transfer"}
"""A transfer is read by its parties, also after it is done."""

OWN_VISIT = {"visits.record_visit", "visits.miss_visit"}
"""A teacher records what was an own visit, also after leaving the team."""

REFUSED = {400, 403, 404, 422}
"""An empty form may be refused before anybody asks who sends it; that every action asks is tried in test_rights."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory, migrated):
    folder = tmp_path_factory.mktemp("former")
    for name in ("yian.db", "keys.json"):
        shutil.copy2(migrated / name, folder)
    app = make_app(folder)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        db.write()
        own, foreign = scene.make_sides()
        _leave(own, foreign)
        db.session.commit()
        clients = {}
        for role in (*FORMER, *NOTHING):
            clients[role] = app.test_client()
            people.sign_in(clients[role], own.users[role])
        number = own.child.file_number
    yield SimpleNamespace(app=app, ids=own.ids, number=number, clients=clients, file=folder / "yian.db")
    close(app)


def _leave(own, foreign) -> None:
    """The child went to the other district ten days ago, and its new school wrote something since."""
    child, on = own.child, today() - timedelta(days=10)
    db.session.execute(update(Sight).where(Sight.child_id == child.id).values(valid_to=on))
    keep_past(child.id, SightKind.SCHOOL, own.school.id, "past roll", on=on)
    give_sight(child.id, SightKind.SCHOOL, foreign.school.id, "roll", on=on)
    move_unit(child, foreign.unit.id, on=on, because="transfer")
    for table in (Transfer, RollRequest):
        db.session.execute(update(table).where(table.child_id == child.id).values(state=TransferState.DONE))
    db.session.add(Diagnosis(child_id=child.id, words=LATER, found_on=today()))
    db.session.add(TimelineEvent(id=new_id(), child_id=child.id, kind=EventKind.FILE, happened_on=today(),
                                 recorded_at=clock.now(), sentence=LATER, values={}, by_name="新校"))


def _childs(pairs):
    return [(endpoint, rule) for endpoint, rule in pairs if rule.arguments & CHILDS]


@pytest.mark.parametrize("role", [*FORMER, *NOTHING])
def test_no_write_of_a_former_holder_succeeds(stage, role):
    faults = []
    for endpoint, rule in _childs(WRITES):
        if not _may(role, endpoint):
            continue
        path, before = _address(endpoint, rule, _ids(stage.ids, endpoint)), _contents(stage.file)
        answer = _ask(stage.clients[role], "POST", path)
        if answer.status_code not in REFUSED or _contents(stage.file) != before:
            faults.append(f"{endpoint} {path}: {answer.status_code}, "
                          f"{'written' if _contents(stage.file) != before else 'nothing written'}")
    assert not faults


@pytest.mark.parametrize("role", FORMER)
def test_a_former_holder_opens_the_pages_of_its_own_years_and_no_other(stage, role):
    opened, faults = set(), []
    for endpoint, rule in _childs(READS):
        if not _may(role, endpoint):
            continue
        answer = _ask(stage.clients[role], "GET", _address(endpoint, rule, stage.ids))
        if answer.status_code not in {403, 404}:
            opened.add(endpoint)
        if LATER in answer.get_data(as_text=True):
            faults.append(f"{endpoint} tells what came later")
    assert not faults
    assert opened - PARTY == OWN_YEARS


@pytest.mark.parametrize("role", NOTHING)
def test_a_former_teacher_and_a_former_expert_see_nothing(stage, role):
    opened = {endpoint for endpoint, rule in _childs(READS) if _may(role, endpoint)
              and _ask(stage.clients[role], "GET", _address(endpoint, rule, stage.ids)).status_code not in {403, 404}}
    assert opened - OWN_VISIT == set()


@pytest.mark.parametrize("role", [*FORMER, *NOTHING])
def test_no_page_or_list_tells_a_former_holder_what_came_later(stage, role):
    faults = []
    for endpoint, rule in READS:
        if not _may(role, endpoint):
            continue
        answer = _ask(stage.clients[role], "GET", _address(endpoint, rule, _ids(stage.ids, endpoint)))
        text = "" if answer.is_streamed else answer.get_data(as_text=True)
        faults += [f"{endpoint} tells it" for _once in "1" if LATER in text]
    assert not faults
    page = stage.clients[role].get("/children", base_url="https://localhost").get_data(as_text=True)
    assert stage.number not in page
