"""minutes that were due in months that are over, and those that somebody excused"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

FROZEN = "SELECT RAISE(ABORT, 'frozen: minutes_excused');"
SQLITE = [
    f"CREATE TRIGGER minutes_excused_no_{event.lower()} BEFORE {event} ON minutes_excused BEGIN {FROZEN} END"
    for event in ("DELETE", "UPDATE")
]
POSTGRESQL = [
    "CREATE TRIGGER minutes_excused_frozen BEFORE UPDATE OR DELETE ON minutes_excused FOR EACH ROW "
    "EXECUTE FUNCTION yian_frozen()",
    "CREATE TRIGGER minutes_excused_no_truncate BEFORE TRUNCATE ON minutes_excused FOR EACH STATEMENT "
    "EXECUTE FUNCTION yian_frozen()",
]


def upgrade():
    op.create_table(
        "minutes_due",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("service_key", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_minutes_due_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_due")),
        sa.UniqueConstraint("child_id", "service_key", "month", name=op.f("uq_minutes_due_child_id_service_key_month")),
    )
    op.create_index("ix_minutes_due_last_on", "minutes_due", ["last_on"])
    op.create_table(
        "minutes_excused",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("service_key", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_minutes_excused_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes_excused")),
    )
    op.create_index("ix_minutes_excused_child_id_month", "minutes_excused", ["child_id", "month"])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.DDL(statement))


def downgrade():
    """What was excused, by whom and why, is lost; what was due is reckoned anew."""
    op.drop_table("minutes_excused")
    op.drop_table("minutes_due")
