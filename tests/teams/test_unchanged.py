"""A form that is sent as it was opened changes nothing: no revision, no line in the timeline or the trail, and nobody
who has it open too is told that somebody else has changed it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.children.models import Child, HomePoint, SafetyCard, TimelineEvent
from app.db import db
from app.db.audit import AuditEntry
from app.teams.models import Team
from tests.support.client import ORIGIN, read_form

FORMS = {
    "basics": ("/children/{child}/edit", "edit-child"),
    "family": ("/children/{child}/family/edit", "edit-family"),
    "disabilities": ("/children/{child}/disabilities/edit", "edit-disabilities"),
    "home": ("/children/{child}/home/edit", "edit-home"),
    "safety": ("/children/{child}/safety/edit", "edit-safety"),
    "times": ("/children/{child}/visits/times", None),
    "wishes": ("/children/{child}/visits/wishes", None),
    "team": ("/teams/{team}", "team"),
    "hours": ("/teams/{team}/hours/{teacher}", None),
}
FIRST = {
    "safety": {"seizure": "拨打 120", "dog": "y", "other": "第一行\r\n第二行"},
    "home": {"longitude": "108.165", "latitude": "29.293", "way": "过桥左转"},
}


@pytest.fixture
def paths(district):
    ids = {"child": district.children[0].id, "team": district.team.id, "teacher": district.teachers[0].id}
    return {name: (path.format(**ids), form) for name, (path, form) in FORMS.items()}


def state(app, district):
    with app.app_context():
        child = district.children[0].id
        return (
            db.session.get(Child, child).revision,
            db.session.get(Team, district.team.id).revision,
            [db.session.scalar(select(one.revision).where(one.child_id == child)) for one in (HomePoint, SafetyCard)],
            db.session.scalar(select(func.count()).select_from(TimelineEvent)),
            sorted(
                verb
                for verb in db.session.scalars(select(AuditEntry.verb))
                if not verb.startswith(("open_", "sign_", "print"))
            ),
        )


@pytest.mark.parametrize("name", list(FORMS))
def test_sent_as_it_was_opened_it_changes_nothing_and_stands_in_nobodys_way(app, coordinator, district, paths, name):
    path, form = paths[name]
    if name in FIRST:
        assert coordinator.submit(path, form, **FIRST[name]).status_code == 200
    before = state(app, district)
    opened = coordinator.get(path).get_data(as_text=True)
    fields = read_form(opened, form)[1]
    for _time in range(2):
        again = {key: value for key, value in fields.items() if key != "form_key"}
        answer = coordinator.post(path, data=again, headers={"Origin": ORIGIN})
        assert answer.status_code == 303, answer.get_data(as_text=True)
    assert state(app, district) == before


def test_who_had_the_card_open_saves_after_an_unchanged_saving(app, coordinator, district, paths):
    path, form = paths["safety"]
    coordinator.submit(path, form, seizure="拨打 120")
    fields = read_form(coordinator.get(path).get_data(as_text=True), form)[1]
    assert coordinator.submit(path, form).status_code == 200, "somebody else presses save and changes nothing"
    mine = {**fields, "seizure": "侧卧，拨打 120"}
    mine.pop("form_key", None)
    assert coordinator.post(path, data=mine, headers={"Origin": ORIGIN}).status_code == 303
    with app.app_context():
        assert select_card(district).seizure == "侧卧，拨打 120"


def select_card(district) -> SafetyCard:
    return db.session.scalars(select(SafetyCard).where(SafetyCard.child_id == district.children[0].id)).one()
