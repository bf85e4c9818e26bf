"""Migrations: alembic, run from our own command so that it uses the application's engine."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app

from app.config import ROOT


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def upgrade(app: Flask | None = None, to: str = "head") -> None:
    """Bring the database to a revision (the newest by default). Interrupted, it is as before: one transaction."""
    with (app or current_app).app_context():
        command.upgrade(_config(), to)


def downgrade(app: Flask | None = None, to: str = "base") -> None:
    """Take the database back to a revision."""
    with (app or current_app).app_context():
        command.downgrade(_config(), to)


def differences() -> list:
    """Return what autogenerate finds between the models and the database: empty when they agree."""
    from alembic.autogenerate import compare_metadata

    from app.db import Base, db

    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)


def heads() -> list[str]:
    """Return the heads of the migration scripts (there must be one)."""
    return list(ScriptDirectory.from_config(_config()).get_heads())


def known() -> list[str]:
    """The revisions that this version knows, the first one first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]
