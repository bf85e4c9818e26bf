"""A day of a child that nobody answers for is found by `flask db check`."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text, update

from app.children.gaps import find_gaps
from app.children.models import ResponsibleUnit
from app.children.responsible import BEGINNING, move_unit
from app.db import db
from tests.children.factory import make_child, make_unit


@pytest.fixture
def child(session):
    db.write()
    return make_child(make_unit())


@pytest.mark.both_databases
def test_gaps_of_every_shape_are_found(child):
    make_child(make_unit())
    move_unit(child, make_unit().id, on=date(2026, 9, 1), because="test")
    move_unit(child, make_unit().id, on=date(2026, 10, 1), because="test")
    db.session.flush()
    assert find_gaps() == []
    second = ResponsibleUnit.child_id == child.id, ResponsibleUnit.valid_from == date(2026, 9, 1)
    db.session.execute(update(ResponsibleUnit).where(*second).values(valid_to=date(2026, 9, 20)))
    assert find_gaps() == [(child.file_number, date(2026, 9, 20), date(2026, 10, 1))]
    db.session.execute(update(ResponsibleUnit).where(*second).values(valid_to=date(2026, 9, 1)))
    assert find_gaps() == [(child.file_number, date(2026, 9, 1), date(2026, 10, 1))]
    last = ResponsibleUnit.child_id == child.id, ResponsibleUnit.valid_from == date(2026, 10, 1)
    db.session.execute(update(ResponsibleUnit).where(*last).values(valid_to=date(2026, 11, 1)))
    assert find_gaps()[1:] == [(child.file_number, date(2026, 11, 1), None)]


@pytest.mark.both_databases
def test_a_child_that_is_nobodys_from_the_beginning(child):
    move_unit(child, make_unit().id, on=date(2026, 9, 1), because="test")
    first = ResponsibleUnit.child_id == child.id, ResponsibleUnit.valid_from == BEGINNING
    db.session.execute(update(ResponsibleUnit).where(*first).values(valid_to=BEGINNING))
    assert find_gaps() == [(child.file_number, BEGINNING, date(2026, 9, 1))]
    db.session.execute(
        update(ResponsibleUnit).where(ResponsibleUnit.child_id == child.id).values(valid_to=ResponsibleUnit.valid_from)
    )
    assert find_gaps() == [(child.file_number, BEGINNING, None)]


@pytest.mark.both_databases
def test_the_command_says_whose_days_are_nobodys(app, child):
    runner = app.test_cli_runner()
    db.session.commit()
    assert runner.invoke(args=["db", "check"]).exit_code == 0
    db.write()
    number = child.file_number
    db.session.execute(text("UPDATE responsible_units SET valid_to = '2026-11-01'"))
    db.session.commit()
    told = runner.invoke(args=["db", "check"])
    assert told.exit_code == 1
    assert f"Nobody answers for {number} from 2026-11-01 from then on." in told.output
