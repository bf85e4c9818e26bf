"""records of visits keep the version of the plan that they were written with, where the timetable knows another"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": (
        "CREATE TRIGGER record_plans_no_delete BEFORE DELETE ON record_plans BEGIN "
        "SELECT RAISE(ABORT, 'frozen: record_plans'); END",
        "CREATE TRIGGER record_plans_no_update BEFORE UPDATE ON record_plans BEGIN "
        "SELECT RAISE(ABORT, 'frozen: record_plans'); END"),
    "postgresql": (
        "CREATE TRIGGER record_plans_frozen BEFORE UPDATE OR DELETE ON record_plans FOR EACH ROW "
        "EXECUTE FUNCTION yian_frozen()",
        "CREATE TRIGGER record_plans_no_truncate BEFORE TRUNCATE ON record_plans FOR EACH STATEMENT "
        "EXECUTE FUNCTION yian_frozen()"),
}


def upgrade():
    # Rows of before need none: they were written with the version that their timetable was made from.
    op.create_table(
        "record_plans",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["visit_records.id"], name=op.f("fk_record_plans_record_id")),
        sa.ForeignKeyConstraint(["version_id"], ["plan_versions.id"], name=op.f("fk_record_plans_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_plans")),
        sa.UniqueConstraint("record_id", name=op.f("uq_record_plans_record_id")))
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade():
    op.drop_table("record_plans")
