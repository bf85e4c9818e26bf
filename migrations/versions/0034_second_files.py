"""two files of one child: the second one names the kept one, with a record of who merged them and how it was undone"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLE = "file_merges"
MAY_SET = ("undone_on", "undone_at", "undone_by_id", "undone_by_name", "undone_reason")
KEPT = ("id", "merged_id", "kept_id", "made_on", "made_at", "made_by_id", "made_by_name", "reason", "snapshot_hash")
MERGED = sa.text("merged_into IS NOT NULL")
HOLDS = sa.text("undone_at IS NULL")


def upgrade():
    op.add_column("children", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_index("ix_children_merged_into", "children", ["merged_into", "id"], sqlite_where=MERGED,
                    postgresql_where=MERGED)
    op.create_table(
        TABLE,
        sa.Column("merged_id", sa.Uuid(), nullable=False), sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_by_name", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("snapshot_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("snapshot_hash", sa.String(length=64), nullable=False),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        sa.Column("undone_by_name", sa.String(length=120), nullable=True),
        sa.Column("undone_reason", sa.String(length=400), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("merged_id <> kept_id", name="ck_file_merges_two_files"),
        sa.ForeignKeyConstraint(["merged_id"], ["children.id"], name="fk_file_merges_merged_id"),
        sa.ForeignKeyConstraint(["kept_id"], ["children.id"], name="fk_file_merges_kept_id"),
        sa.PrimaryKeyConstraint("id", name="pk_file_merges"))
    op.create_index("ix_file_merges_kept", TABLE, ["kept_id", "made_at"])
    op.create_index("uq_file_merges_holds", TABLE, ["merged_id"], unique=True, sqlite_where=HOLDS,
                    postgresql_where=HOLDS)
    for statement in (_postgresql() if op.get_bind().dialect.name == "postgresql" else _sqlite()):
        op.execute(statement)


def downgrade():
    """Every merging is lost: both files are files again. A number that the kept one took over is
    found with it alone."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS yian_chain() CASCADE")
    else:
        op.execute("DROP TRIGGER children_chain_insert")
        op.execute("DROP TRIGGER children_chain_update")
    op.drop_index("ix_children_merged_into", "children")
    op.drop_column("children", "merged_into")
    op.drop_table(TABLE)


def _sqlite():
    stop = f"SELECT RAISE(ABORT, 'frozen: {TABLE}');"
    rest = " OR ".join([*(f"(old.{name} IS NOT NULL AND old.{name} IS NOT new.{name})" for name in MAY_SET),
                        *(f"old.{name} IS NOT new.{name}" for name in KEPT)])
    made = [f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} BEGIN {stop} END",
            f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} WHEN {rest} BEGIN {stop} END"]
    for event in ("INSERT", "UPDATE OF merged_into"):
        made.append(
            f"CREATE TRIGGER children_chain_{event.split()[0].lower()} BEFORE {event} ON children "
            "WHEN new.merged_into IS NOT NULL AND (new.merged_into = new.id "
            "OR NOT EXISTS (SELECT 1 FROM children o WHERE o.id = new.merged_into AND o.merged_into IS NULL) "
            "OR EXISTS (SELECT 1 FROM children o WHERE o.merged_into = new.id)) "
            "BEGIN SELECT RAISE(ABORT, 'chain: children'); END")
    return made


def _postgresql():
    args = ", ".join([*(f"'{name}'" for name in MAY_SET), "'=snapshot_sealed'"])
    return [
        f"CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW "
        f"EXECUTE FUNCTION yian_frozen({args})",
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT "
        "EXECUTE FUNCTION yian_frozen()",
        "CREATE FUNCTION yian_chain() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE there boolean; BEGIN "
        "SELECT o.merged_into IS NULL INTO there FROM children o WHERE o.id = NEW.merged_into FOR UPDATE; "
        "IF NEW.merged_into = NEW.id OR there IS NOT TRUE "
        "OR EXISTS (SELECT 1 FROM children o WHERE o.merged_into = NEW.id) THEN "
        "RAISE EXCEPTION 'chain: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$",
        "CREATE TRIGGER children_chain BEFORE INSERT OR UPDATE OF merged_into ON children FOR EACH ROW "
        "WHEN (NEW.merged_into IS NOT NULL) EXECUTE FUNCTION yian_chain()",
    ]
