"""Whether the database is there and has the form that this version works with, in words for whoever runs a command."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from app.db import migrations
from app.db.base import db

MAKE = "Make its tables: flask db upgrade."


def why_unfit(*, older_will_do: bool = False, away_will_do: bool = False) -> str | None:
    """Why a command cannot work with the database: it is not there, has no tables, is another program's, or has an
    older form (unless that will do) or a newer one; None when it can.

    `away_will_do` is for who waits until a database that is away comes back."""
    name = _name()
    if db.is_sqlite and not Path(db.engine.url.database or "").is_file():
        return f"There is no database {name}. {MAKE}"
    try:
        with db.engine.connect() as connection:
            tables = set(inspect(connection).get_table_names())
            found = (
                connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
                if "alembic_version" in tables
                else None
            )
    except DBAPIError as error:
        return None if away_will_do else f"The database {name} cannot be read: {str(error.orig).strip()}."
    return _unfit(name, tables - {"alembic_version"}, found, older_will_do)


def _unfit(name: str, tables: set[str], found: str | None, older_will_do: bool) -> str | None:
    if found is None:
        return (
            f"The database {name} has no tables yet. {MAKE}"
            if not tables
            else f"The database {name} holds the tables of another program: give Yian one of its own."
        )
    known = migrations.known()
    if found not in known:
        return newer(found)
    if found != known[-1] and not older_will_do:
        return (
            f"The database {name} has the form {found} of an earlier version; this one works with {known[-1]}. "
            "Make a backup, then: flask db upgrade."
        )
    return None


def newer(found: str) -> str:
    """What to do where the database was written by a version that this one does not know."""
    return (
        f"The database {_name()} has the form {found} of a newer version; this one knows forms up to "
        f"{migrations.known()[-1]}. Start that version, or put back a backup from before its upgrade."
    )


def _name() -> str:
    return db.engine.url.render_as_string(hide_password=True) if not db.is_sqlite else str(db.engine.url.database)
