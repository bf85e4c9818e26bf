"""One head, and tables that are what the models say, up and down, empty and full, on both databases."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select

from app.children.models import Child
from app.db import db, migrations
from app.demo.build import Scale, build
from tests.support.contents import contents

REVISIONS = sorted(path.name[:4] for path in Path("migrations/versions").glob("0*.py"))
NEWEST = 6
"""How many steps are tried one by one: an older one is no longer changed, and each costs all that came after it."""


def test_there_is_one_head(app):
    assert len(migrations.heads()) == 1


@pytest.mark.both_databases
def test_the_tables_are_what_the_models_say(app_context):
    assert migrations.differences() == []


@pytest.mark.both_databases
def test_the_way_down_leaves_nothing_and_leads_up_again(app):
    migrations.downgrade(app)
    with app.app_context():
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(app)
    with app.app_context():
        assert migrations.differences() == []


@pytest.mark.both_databases
def test_migrating_again_changes_nothing(app):
    migrations.upgrade(app)
    with app.app_context():
        assert migrations.differences() == []


@pytest.mark.both_databases
def test_two_thousand_children_survive_the_newest_steps_and_the_whole_way_down_and_up(app):
    with app.app_context():
        build(Scale(2_000, 120, 1, 80, 2, whole=False), seed=7, on=date(2026, 11, 23))
        assert db.session.scalar(select(func.count()).select_from(Child)) == 2_000
        db.session.rollback()
        _form, before = contents(db.engine)
    for to in (*REVISIONS[-2 : -2 - NEWEST : -1], REVISIONS[0]):
        migrations.downgrade(app, to)
        migrations.upgrade(app)
        with app.app_context():
            assert migrations.differences() == []
            _form, after = contents(db.engine)
        assert changed(before, after) == [], f"the way down to {to} and up again changed rows"


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables whose rows are not the same."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))
