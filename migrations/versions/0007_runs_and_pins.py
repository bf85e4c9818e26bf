"""runs of timetables with their settings and way, pinned visits, remedies of visits without a place"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _json():
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade():
    op.add_column("unserved_needs", sa.Column("remedies", _json(), nullable=True))
    op.create_table(
        "timetable_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("timetable_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("relaxations", _json(), nullable=False),
        sa.Column("progress", _json(), nullable=False),
        sa.Column("shortages", _json(), nullable=False),
        sa.ForeignKeyConstraint(["timetable_id"], ["timetables.id"], name=op.f("fk_timetable_runs_timetable_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_runs")),
        sa.UniqueConstraint("timetable_id", name=op.f("uq_timetable_runs_timetable_id")))
    op.create_table(
        "visit_pins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("service_key", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_visit_pins_child_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_visit_pins_team_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_visit_pins_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_pins")),
        sa.UniqueConstraint("unit_id", "month", "child_id", "service_key", "day",
                            name=op.f("uq_visit_pins_unit_id_month_child_id_service_key_day")))
    op.create_index(op.f("ix_visit_pins_child_id"), "visit_pins", ["child_id"])


def downgrade():
    op.drop_table("visit_pins")
    op.drop_table("timetable_runs")
    op.drop_column("unserved_needs", "remedies")
