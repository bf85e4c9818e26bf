"""the unit that answers for a child has a sight of its file, with the right to write"""

import uuid
from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql import quoted_name

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BEFORE = ("school", "teacher", "expert", "guardian")
AFTER = ("unit", *BEFORE)
SPACE = uuid.UUID("0c6f7a55-3d56-4b0e-9b0a-5a4f0f0f7d34")
"""Ids of rows made here are made from what they stand for: the same after a way down and up."""

sights = sa.table("sights", *(sa.column(name, sa.Uuid()) for name in ("id", "child_id", "holder_id")),
                  *(sa.column(quoted_name(name, True), sa.String()) for name in ("kind", "because", "right")),
                  sa.column("valid_from", sa.Date()), sa.column("valid_to", sa.Date()))
periods = sa.table("responsible_units", *(sa.column(name, sa.Uuid()) for name in ("child_id", "unit_id")),
                   sa.column("valid_from", sa.Date()), sa.column("valid_to", sa.Date()))


def upgrade():
    _allow(BEFORE, AFTER)
    # Nearly every child has one period, and its sight the child's own key (app/children/bulk/units.py).
    op.execute(
        'INSERT INTO sights (id, child_id, kind, holder_id, because, "right", valid_from) '
        "SELECT p.child_id, p.child_id, 'unit', p.unit_id, 'answers', 'write', p.valid_from FROM responsible_units p "
        "WHERE p.valid_to IS NULL AND p.valid_from = '1900-01-01'"
    )
    made = [row for spells in _spells().values() for row in spells]
    if made:
        op.get_bind().execute(sights.insert(), made)


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE sights DISABLE TRIGGER sights_frozen")
        op.execute("DELETE FROM sights WHERE kind = 'unit'")
        op.execute("ALTER TABLE sights ENABLE TRIGGER sights_frozen")
    _allow(AFTER, BEFORE)


def _spells():
    """The sights of children who moved: one for as long as a unit answers without a break."""
    moved = sa.select(periods.c.child_id).where(sa.or_(
        periods.c.valid_to.is_not(None), periods.c.valid_from > date(1900, 1, 1)))
    found = {}
    for row in op.get_bind().execute(
        sa.select(periods).where(periods.c.child_id.in_(moved)).order_by(periods.c.child_id, periods.c.valid_from)
    ):
        if row.valid_to is not None and row.valid_to <= row.valid_from:
            continue
        spells = found.setdefault(row.child_id, [])
        if spells and spells[-1]["holder_id"] == row.unit_id:
            spells[-1]["valid_to"] = row.valid_to
        elif row.valid_to is not None or row.valid_from > date(1900, 1, 1):
            spells.append({"id": uuid.uuid5(SPACE, f"{row.child_id}|{row.valid_from}"), "child_id": row.child_id,
                           "kind": "unit", "holder_id": row.unit_id, "because": "answers", "right": "write",
                           "valid_from": row.valid_from, "valid_to": row.valid_to})
    return found


def _allow(before, after):
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE sights DROP CONSTRAINT ck_sights_sight_kind")
        op.execute(f"ALTER TABLE sights ADD CONSTRAINT ck_sights_sight_kind CHECK (kind IN ({_listed(after)}))")
    else:
        _rebuild(_listed(before), _listed(after))


def _listed(kinds):
    return ", ".join(f"'{kind}'" for kind in kinds)


def _rebuild(before, after):
    """SQLite changes a check only by a new table: rows, indexes and guards go with it as they are; the sights of units
    do not come along where they are not known."""
    connection = op.get_bind()
    parts = connection.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = 'sights' AND sql IS NOT NULL")).all()
    (made,) = (sql for kind, sql in parts if kind == "table")
    if before not in made:
        raise RuntimeError("sights was not made by these migrations: its check of kind is another one")
    op.execute(made.replace("CREATE TABLE sights ", "CREATE TABLE new_sights ").replace(
        'CREATE TABLE "sights" ', "CREATE TABLE new_sights ").replace(before, after))
    op.execute(f"INSERT INTO new_sights SELECT * FROM sights WHERE kind IN ({after})")
    op.drop_table("sights")
    op.rename_table("new_sights", "sights")
    for kind, sql in parts:
        if kind != "table":
            op.execute(sql)
