"""A sheet and a merge settle and open the steps of the children they touch, and of no others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from app.children.models import Child, Disability
from app.db import db
from app.steps.actions import settle_children, tick_until
from app.steps.models import Step
from app.steps.types import Ended
from app.web.filters import today
from tests.factories import roll as make
from tests.files.conftest import pair  # noqa: F401  a fixture
from tests.files.test_merging import merge, undo
from tests.imports.samples import child as sheet_row
from tests.imports.samples import make_schools
from tests.imports.test_actions import bring
from tests.steps.conftest import steps_of, told, with_certificate


def open_steps() -> list[Step]:
    return list(db.session.scalars(select(Step).where(Step.ended_on.is_(None)).order_by(Step.id)))


@pytest.mark.both_databases
def test_a_deed_about_some_children_leaves_the_others_to_the_tick(town):
    one, other = (with_certificate(town, today() + timedelta(days=20)) for _one in range(2))
    actor = make.of_unit(town.home)
    settle_children(actor, {one.id}, deed="import_change", on=today())
    (step,) = steps_of(one)
    assert step.opened_on == today() - timedelta(days=70) and steps_of(other) == []
    row = db.session.scalars(select(Disability).where(Disability.child_id == one.id)).one()
    row.valid_to = today()
    settle_children(actor, {one.id, other.id}, deed="import_change", on=today())
    assert (step.ended_as, step.deed, step.done_by_name) == (Ended.DONE, "import_change", actor.name)
    assert len(steps_of(other)) == 1
    before = [told(one) for one in steps_of(other)]
    settle_children(actor, {one.id, other.id}, deed="import_change", on=today())
    db.session.commit()
    tick_until(today())
    assert [(one[0], one[1], one[3], one[4]) for one in map(told, steps_of(other))] == [
        (one[0], one[1], one[3], one[4]) for one in before
    ]


def test_it_asks_the_same_for_one_and_for_six_hundred_children(app, town):
    children = [with_certificate(town, today() + timedelta(days=20)) for _one in range(3)]
    actor, found = make.of_unit(town.home), []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and "FROM (" in statement or "FROM steps" in statement:
            found.append(statement)

    db.session.flush()
    engine = app.extensions["yian.engine"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        settle_children(actor, {children[0].id}, deed="import_change", on=today())
        few = len(found)
        others = {make.make_child(town.home).id for _one in range(2)}
        many = {one.id for one in children} | others | {type(children[0].id)(int=number) for number in range(600)}
        found.clear()
        settle_children(actor, many, deed="import_change", on=today())
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert few == len(found)
    assert all(len(steps_of(one)) == 1 for one in children)


@pytest.mark.both_databases
def test_a_sheet_settles_at_once_what_it_brings(app, session):
    """A suspected disability that is to be screened: the sheet says which one it is."""
    db.write()
    make_schools()
    bring([sheet_row()])
    row = db.session.scalars(select(Disability)).one()
    child = db.session.get_one(Child, row.child_id)
    row.grade, row.certificate, row.screening_due_on = None, None, today() + timedelta(days=3)
    db.session.commit()
    tick_until(today())
    (step,) = steps_of(child)
    assert step.kind == "screening" and step.ended_on is None
    db.write()
    bring([sheet_row(disability_grade="三级", certificate="50999920170315001253")])
    (step,) = steps_of(child)
    assert step.ended_on is not None and step.deed == "import_change"


@pytest.mark.both_databases
def test_merging_settles_what_the_second_file_asked_for(app, client, sign_in, pair):
    with app.app_context():
        db.write()
        row = Disability(
            child_id=pair["second"],
            position=1,
            category="intellectual",
            screening_due_on=today() + timedelta(days=3),
            valid_from=date(2026, 9, 1),
        )
        db.session.add(row)
        db.session.commit()
        tick_until(today())
        assert [one.child_id for one in open_steps()] == [pair["second"]]
    sign_in("district_coordinator", unit_id=pair["here"])
    assert merge(client, pair, take=None).status_code == 200
    with app.app_context():
        assert pair["second"] not in {one.child_id for one in open_steps()}
        ended = db.session.scalars(select(Step).where(Step.child_id == pair["second"])).one()
        assert (ended.ended_as, ended.deed) == (Ended.LAPSED, "merge_files")
    assert undo(client, app, pair).status_code == 200
    with app.app_context():
        assert [one.child_id for one in open_steps()] == [pair["second"]]
