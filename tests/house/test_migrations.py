"""One head, and tables that are what the models say, up and down, on both databases."""

import pytest
from sqlalchemy import inspect

from app.db import db, migrations


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
