"""What takes a child from its school, and the way back: asked by the school, approved by the district."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.children.models import Sight
from app.children.queries import find_child, read_child
from app.db import db
from app.kernel.problems import Refused
from app.roll import actions, queries
from app.roll.models import Movement, RollRequest
from app.roll.types import PAST_ROLL, MovementKind, RollStatus
from app.web.filters import today
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.roll.test_pages import ids, status, text  # noqa: F401  the fixture of the roll's pages

K, S = MovementKind, RollStatus
KEPT = {K.DROPOUT: S.DROPOUT, K.ABROAD: S.ABROAD, K.MISSING: S.MISSING}


@pytest.fixture
def town(session):
    return make.make_town()


def ask(child, clerk, kind, *, on=TODAY, day=TODAY, proof="书面报告 2026-04-20", **more):
    return actions.ask_movement(
        clerk, child, actions.Asked(kind=kind, on=on, reason="外出", proof=proof, **more), today=day
    )


def carried(town, child, kind, **values) -> Movement:
    """Asked by school a, approved by the district."""
    row = ask(child, make.of_school(town.a), kind, **values)
    return actions.answer_request(make.of_unit(town.home), row.id, True, None, today=values.get("day", TODAY))


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", KEPT)
def test_the_roll_is_kept_and_the_child_comes_back(town, kind):
    child = make.make_enrolled(town)
    links = queries.live_links(child.id).keys()
    movement = carried(town, child, kind)
    assert (movement.kind, queries.status_of(child.id)) == (kind, KEPT[kind])
    assert queries.live_links(child.id).keys() == links
    carried(town, child, K.RESUMPTION, grade=4)
    assert queries.status_of(child.id) == S.ACTIVE


@pytest.mark.parametrize(
    ("kind", "after", "grade", "day"),
    [
        (K.DEATH, S.DECEASED, 3, TODAY),
        (K.GRADUATION, S.GRADUATED, 9, date(2026, 7, 20)),
        (K.COMPLETION, S.COMPLETED, 9, date(2026, 7, 20)),
    ],
)
def test_an_end_closes_the_places_and_leaves_the_school_its_years(town, kind, after, grade, day):
    child, clerk = make.make_enrolled(town, grade=grade), make.of_school(town.a)
    carried(town, child, kind, on=day, day=day)
    assert queries.status_of(child.id) == after and queries.live_links(child.id) == {}
    assert (
        db.session.scalar(
            select(func.count()).where(Sight.child_id == child.id, Sight.because == PAST_ROLL, Sight.valid_to.is_(None))
        )
        == 1
    )
    assert find_child(clerk, child.id) is None
    assert read_child(clerk, child.id) == (child, day)
    assert actions.leavings_from(after) == []


@pytest.mark.parametrize(
    ("kind", "grade", "day", "code"),
    [(K.GRADUATION, 8, date(2026, 9, 1), "grade_nine"), (K.COMPLETION, 9, date(2026, 5, 1), "year_runs")],
)
def test_only_the_end_of_grade_nine_ends_schooling(town, kind, grade, day, code):
    with pytest.raises(Refused) as refused:
        ask(make.make_enrolled(town, grade=grade), make.of_school(town.a), kind, on=day, day=day)
    assert [problem.code for problem in refused.value.problems] == [code]


@pytest.mark.parametrize("kind", actions.leavings_from(S.ACTIVE))
def test_every_leaving_names_its_paper(town, kind):
    with pytest.raises(Refused) as refused:
        ask(
            make.make_enrolled(town, grade=9),
            make.of_school(town.a),
            kind,
            on=date(2026, 9, 1),
            day=date(2026, 9, 1),
            proof=" ",
        )
    assert [problem.code for problem in refused.value.problems] == ["proof_missing"]


def test_what_may_happen_follows_the_state(town):
    assert actions.leavings_from(S.SUSPENDED) == actions.leavings_from(S.DROPOUT) == [K.MISSING, K.DEATH]
    assert actions.leavings_from(S.MISSING) == [K.DEATH]
    with pytest.raises(Refused):
        child = make.make_enrolled(town)
        carried(town, child, K.MISSING)
        ask(child, make.of_school(town.a), K.ABROAD)


def test_a_dropout_by_school_and_district_on_the_pages(app, client, sign_in, ids):
    child, day = ids["child"], today().isoformat()
    district = app.test_client()
    sign_in("school_coordinator", school_id=ids["a"])
    sign_in("district_coordinator", unit_id=ids["home"], client=district)
    path = f"/children/{child}/roll/leave"
    assert path in text(client.get(f"/children/{child}/roll"))
    page = text(client.get(path))
    assert all(f'value="{kind}"' in page for kind in actions.leavings_from(S.ACTIVE))
    refused = client.submit(path, kind="graduation", on=day, reason="毕业", proof="证书")
    assert refused.status_code == 422 and "Only grade 9" in text(refused)
    assert client.submit(path, kind="dropout", on=day, reason="随父母外出", proof="书面报告").status_code == 200
    assert status(app, child) == S.ACTIVE
    with app.app_context():
        request_id = db.session.scalar(select(RollRequest.id))
    assert "书面报告" in text(district.get(f"/roll/requests/{request_id}"))
    district.submit(f"/roll/requests/{request_id}", answer="yes")
    assert status(app, child) == S.DROPOUT
    page = text(client.get(f"/children/{child}/roll"))
    assert "Dropped out, roll kept" in page and f"/children/{child}/roll/resume" in page
