"""What stands in a database: the form of its tables and a hash of the rows of each, read past the models."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, Engine, LargeBinary, Uuid, inspect, text

from app.db.sealed import vault

MIGRATIONS_LOCK = 74_000
"""What migrations/env.py holds on PostgreSQL: once it is free, an ended migration is written or undone."""

SEALED_ANEW = {"home_points": ("point", "way")}
"""Fields that a migration seals: their bytes are others each time, so what they say is compared."""

FORM_OF_POSTGRESQL = """
WITH ours AS (SELECT oid AS space FROM pg_namespace WHERE nspname = 'public')
SELECT 'column', attrelid::regclass::text, attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull,
       attgenerated, pg_get_expr(adbin, adrelid))
  FROM ours JOIN pg_class ON relnamespace = space AND relkind = 'r'
       JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
       LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM ours JOIN pg_constraint ON connamespace = space
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, '', prosrc FROM ours JOIN pg_proc ON pronamespace = space AND prokind = 'f'
UNION ALL SELECT 'sequence', relname, '', '' FROM ours JOIN pg_class ON relnamespace = space AND relkind = 'S'
"""


def form(connection: Connection) -> list[tuple]:
    """Columns, constraints, indexes, triggers and functions, in a fixed order."""
    statement = (
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
        if connection.dialect.name == "sqlite"
        else FORM_OF_POSTGRESQL
    )
    return sorted(tuple(str(value) for value in row) for row in connection.exec_driver_sql(statement))


def rows(connection: Connection) -> dict[str, str]:
    """A hash of all rows of each table, whatever the order of its columns."""
    found, inspector = {}, inspect(connection)
    keys = inspector.get_multi_pk_constraint()
    for name, columns in inspector.get_multi_columns().items():
        names = sorted(column["name"] for column in columns)
        sealed = [field for field in SEALED_ANEW.get(name[1], ()) if f"{field}_sealed" in names]
        names = [column for column in names if column.removesuffix("_sealed") not in sealed]
        chosen = ", ".join(f'"{column}"' for column in names)
        order = ", ".join(f'"{column}"' for column in keys[name]["constrained_columns"]) or "1"
        told = _told(connection, f'"{name[1]}"', chosen, order) + _opened(connection, name[1], sealed)
        found[name[1]] = sha256(f"{chosen}\n{told}".encode()).hexdigest()
    return found


def _told(connection: Connection, table: str, chosen: str, order: str) -> str:
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.driver_connection.execute(f"SELECT {chosen} FROM {table} ORDER BY {order}")
        return repr(cursor.fetchall())
    # PostgreSQL hashes its rows itself: only the hash is carried over.
    hashed = f"md5(string_agg(ROW({chosen})::text, chr(10) ORDER BY {order}))"
    return str(connection.exec_driver_sql(f"SELECT count(*) || coalesce({hashed}, '') FROM {table}").scalar())


def _opened(connection: Connection, table: str, fields: list[str]) -> str:
    told = []
    for field in fields:
        query = text(f"SELECT id, {field}_sealed AS value FROM {table} ORDER BY id").columns(
            id=Uuid(), value=LargeBinary()
        )
        told += [
            (row.id, row.value and vault().open(table, field, row.id, row.value)) for row in connection.execute(query)
        ]
    return repr(told) if told else ""


def contents(engine: Engine) -> tuple[list[tuple], dict[str, str]]:
    """Form and rows, as soon as no migration is at work."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATIONS_LOCK})")
        return form(connection), rows(connection)
