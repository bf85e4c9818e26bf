"""another day for an agreed transfer: proposed by one side, confirmed by the other"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FROZEN = "SELECT RAISE(ABORT, 'frozen: transfer_days');"
SQLITE = [
    f"CREATE TRIGGER transfer_days_no_{event.lower()} BEFORE {event} ON transfer_days WHEN old.state <> 'open' "
    f"BEGIN {FROZEN} END" for event in ("DELETE", "UPDATE")]
POSTGRESQL = [
    "CREATE TRIGGER transfer_days_frozen BEFORE UPDATE OR DELETE ON transfer_days FOR EACH ROW "
    "WHEN (old.state <> 'open') EXECUTE FUNCTION yian_frozen()",
    "CREATE TRIGGER transfer_days_no_truncate BEFORE TRUNCATE ON transfer_days FOR EACH STATEMENT "
    "EXECUTE FUNCTION yian_frozen()"]


def _choice(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade():
    op.create_table(
        "transfer_days",
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("side", _choice("transfer_side", "sending", "receiving"), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False), sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False), sa.Column("asked_by_id", sa.Uuid()),
        sa.Column("asked_by_name", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _choice("day_state", "open", "agreed", "declined", "withdrawn", "lapsed"), nullable=False),
        sa.Column("answered_by_id", sa.Uuid()), sa.Column("answered_by_name", sa.String(length=120)),
        sa.Column("answered_at", sa.DateTime(timezone=True)), sa.Column("answer_reason", sa.String(length=400)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name="fk_transfer_days_transfer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_days"))
    op.create_index("ix_transfer_days_transfer_id", "transfer_days", ["transfer_id"])
    waits = sa.text("state = 'open'")
    op.create_index("uq_transfer_days_open", "transfer_days", ["transfer_id"], unique=True, sqlite_where=waits,
                    postgresql_where=waits)
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.DDL(statement))


def downgrade():
    op.drop_table("transfer_days")
