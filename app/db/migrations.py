"""Migrations: alembic, run from our own command so that it uses the application's engine."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app

from app.config import ROOT

MOST_NAME = 40
"""Signs in the name of a migration: what alembic keeps of it in the name of the file."""


def _config() -> Config:
    config = Config(cmd_opts=Namespace(quiet=True))
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


_WORDS = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def new(name: str, about: str = "") -> Path:
    """Write the frame of the next migration, `NNNN_name.py` behind the one head; return its file.

    `about` is its docstring, by default the name. Raises ValueError where the name is none or there is no one head.
    """
    name = re.sub(r"[\s-]+", "_", name.strip().lower())
    if not _WORDS.fullmatch(name) or len(name) > MOST_NAME:
        raise ValueError(f"a name is made of English words, at most {MOST_NAME} signs, as in days_of_transfers")
    if len(heads()) != 1:
        raise ValueError(f"there are several newest migrations ({', '.join(sorted(heads()))}): join them first")
    if '"' in about or "\\" in about or "\n" in about:
        raise ValueError("what it is about is one line without quotation marks")
    scripts = ScriptDirectory.from_config(_config())
    number = 1 + max(int(one) for one in known())
    made = scripts.generate_revision(f"{number:04d}", name, about=about or name.replace("_", " "))
    assert made is not None  # only where a hook drops it, and there is none
    return Path(made.path)
