"""movements that undo an agreed transfer: moved to another day, taken back"""

from alembic import op
from sqlalchemy import text

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BEFORE = ("registration", "deferral", "placement", "enrolment", "suspension", "extension", "resumption",
          "transfer_out", "transfer_in", "transfer_opened", "transfer_refused", "link_change", "number_change",
          "dropout", "abroad", "missing", "death", "graduation", "completion")
AFTER = (*BEFORE, "transfer_redated", "transfer_withdrawn")
TABLES = ("movements", "roll_requests")


def upgrade():
    _allow(BEFORE, AFTER)


def downgrade():
    """Fails when a movement of these kinds was written: the older program could not read it."""
    _allow(AFTER, BEFORE)


def _allow(before, after):
    for table in TABLES:
        if op.get_bind().dialect.name == "postgresql":
            name = f"ck_{table}_movement_kind"
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (kind IN ({_listed(after)}))")
        else:
            _rebuild(table, _listed(before), _listed(after))


def _listed(kinds):
    return ", ".join(f"'{kind}'" for kind in kinds)


def _rebuild(table, before, after):
    """SQLite changes a check only by a new table: rows, indexes and guards go with it as they are."""
    connection = op.get_bind()
    parts = connection.execute(text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"),
                               {"table": table}).all()
    (made,) = (sql for kind, sql in parts if kind == "table")
    if before not in made:
        raise RuntimeError(f"{table} was not made by these migrations: its check of kind is another one")
    op.execute(made.replace(f"CREATE TABLE {table} ", f"CREATE TABLE new_{table} ").replace(
        f'CREATE TABLE "{table}" ', f"CREATE TABLE new_{table} ").replace(before, after))
    op.execute(f"INSERT INTO new_{table} SELECT * FROM {table}")
    op.drop_table(table)
    op.rename_table(f"new_{table}", table)
    for kind, sql in parts:
        if kind != "table":
            op.execute(sql)
