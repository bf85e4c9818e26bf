"""Run the migrations on the application's own engine, all in one transaction."""

from alembic import context
from sqlalchemy import text

from app.db import Base, db


def run() -> None:
    options = {"yian_write": True} if db.is_sqlite else {}
    with db.engine.connect().execution_options(**options) as connection:
        if db.is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection, target_metadata=Base.metadata, compare_type=True, transactional_ddl=True
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(74000)"))
            context.run_migrations()
        if db.is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run()
