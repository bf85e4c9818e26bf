"""Every page × who held a file once: the own years are read on five pages, nothing later, and nothing is written.

The scene is that of test_access; then its own child goes to the foreign district, as a completed transfer leaves it:
the school keeps its years, the teacher of the visits and the expert keep nothing, the district keeps its years.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from app.access import Role
from app.children.former_identities import keep_identities
from app.children.models import (
    Diagnosis,
    Guardian,
    Guardianship,
    HomePoint,
    SafetyCard,
    Sight,
    TimelineEvent,
)
from app.children.responsible import move_unit
from app.children.sight import give_sight, keep_past
from app.children.types import EventKind, HomeMode, SightKind
from app.db import db
from app.kernel import clock
from app.kernel.ids import new_id
from app.roll.models import RollRequest, Transfer
from app.roll.types import TransferState
from app.web.filters import today
from tests.conftest import close, copied_app, sign_everybody_in
from tests.factories import scene
from tests.house.test_access import CHILDS, READS, WRITES, _address, _ask, _contents, _ids, _may
from tests.support.texts import text_of

LATER_BIRTH = date(2014, 7, 13)
FORMER = (Role.SCHOOL_COORDINATOR, Role.DISTRICT_COORDINATOR)
NOTHING = (Role.VISITING_TEACHER, Role.EXPERT)
LATER = "新校后来所写的诊断"
LATER_NAME, LATER_ADDRESS, LATER_PHONE, LATER_WAY = "覃𬱖后改", "后来搬去的街道九号", "13912345678", "后来的路过桥"
LATER_WORDS = (LATER, LATER_NAME, LATER_ADDRESS, LATER_PHONE, LATER_WAY, "后来的过敏")

OWN_YEARS = {
    "files.show_child",
    "roll.show_roll",
    "plans.show_plans",
    "assessments.list_assessments",
    "visits.show_child_visits",
}
"""The pages that show a former holder what was true until the day it lost the child; a plan's version too, but that of
the scene was approved after it."""

PARTY = {"roll.answer_day", "roll.answer_transfer", "roll.redate_transfer", "roll.withdraw_transfer", "steps.show_step"}
"""A transfer is read by its parties, also after it is done; a deadline by whose it was, the child's name masked."""

OWN_VISIT = {"visits.record_visit", "visits.miss_visit"}
"""A teacher records what was an own visit, also after leaving the team."""

REFUSED = {400, 403, 404, 422}
"""An empty form may be refused before anybody asks who sends it; that every action asks is tried in test_rights."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory, migrated):
    folder = tmp_path_factory.mktemp("former")
    app = copied_app(folder, migrated)
    with app.app_context():
        db.write()
        own, foreign = scene.make_sides()
        _leave(own, foreign)
        db.session.commit()
        clients = sign_everybody_in(app, {role: own.users[role] for role in (*FORMER, *NOTHING)})
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
    db.session.add(
        TimelineEvent(
            id=new_id(),
            child_id=child.id,
            kind=EventKind.FILE,
            happened_on=today(),
            recorded_at=clock.now(),
            sentence=LATER,
            values={},
            by_name="新校",
        )
    )
    keep_identities(db.session, [child.id], on=today())
    child.name, child.birth_on, child.address, child.phone = LATER_NAME, LATER_BIRTH, LATER_ADDRESS, LATER_PHONE
    home = HomePoint(child_id=child.id, point="106.5,29.5", mode=HomeMode.WALK, closed_months=[])
    home.way = LATER_WAY
    db.session.add_all([home, SafetyCard(child_id=child.id, allergy="后来的过敏")])
    for guardian in db.session.scalars(
        select(Guardian)
        .join(Guardianship, Guardianship.guardian_id == Guardian.id)
        .where(Guardianship.child_id == child.id)
    ):
        guardian.phone = LATER_PHONE


def told(answer) -> list[str]:
    """What came later and stands in an answer."""
    text = text_of(answer)
    return [word for word in (*LATER_WORDS, f"{LATER_BIRTH:%Y-%m-%d}") if word in text]


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
            faults.append(
                f"{endpoint} {path}: {answer.status_code}, "
                f"{'written' if _contents(stage.file) != before else 'nothing written'}"
            )
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
        faults += [f"{endpoint} tells {word}" for word in told(answer)]
    assert not faults
    assert opened - PARTY == OWN_YEARS


@pytest.mark.parametrize("role", NOTHING)
def test_a_former_teacher_and_a_former_expert_see_nothing(stage, role):
    opened = {
        endpoint
        for endpoint, rule in _childs(READS)
        if _may(role, endpoint)
        and _ask(stage.clients[role], "GET", _address(endpoint, rule, stage.ids)).status_code not in {403, 404}
    }
    assert opened - OWN_VISIT == set()


@pytest.mark.parametrize("role", [*FORMER, *NOTHING])
def test_no_page_or_list_tells_a_former_holder_what_came_later(stage, role):
    faults = []
    for endpoint, rule in READS:
        if not _may(role, endpoint):
            continue
        answer = _ask(stage.clients[role], "GET", _address(endpoint, rule, _ids(stage.ids, endpoint)))
        faults += [f"{endpoint} tells {word}" for word in told(answer)]
    assert not faults
    page = stage.clients[role].get("/children", base_url="https://localhost").get_data(as_text=True)
    assert stage.number not in page


def test_the_month_of_its_own_names_the_child_as_it_was(stage):
    """What the district planned and printed stays its own, under the name that it knew."""
    named = {
        endpoint
        for endpoint, rule in READS
        if endpoint.startswith(("teams.", "roads.", "timetables.", "visits.", "repairs."))
        and _may(FORMER[1], endpoint)
        and scene.NAMES[0] in text_of(_ask(stage.clients[FORMER[1]], "GET", _address(endpoint, rule, stage.ids)))
    }
    assert {"timetables.show_runs", "visits.show_child_visits", "repairs.show_repair"} <= named
    assert not {"timetables.show_timetable", "timetables.show_day", "timetables.show_map"} & named, (
        "what lay ahead is called off"
    )


@pytest.mark.parametrize(
    "endpoint",
    [
        "timetables.drop_visit",
        "timetables.toggle_pin",
        "repairs.accept_move_wish",
        "repairs.refuse_move_wish",
        "timetables.edit_visit",
    ],
)
def test_a_visit_or_wish_of_a_child_that_has_left_is_not_there_to_be_changed(stage, endpoint):
    rule = next(rule for name, rule in WRITES if name == endpoint)
    answer = _ask(stage.clients[FORMER[1]], "POST", _address(endpoint, rule, stage.ids))
    assert answer.status_code == 404
