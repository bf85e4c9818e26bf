"""steps with clocks: what is to be done by a day, its pauses, and what the tick of each day did"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

FROZEN = "SELECT RAISE(ABORT, 'frozen: steps');"
SQLITE = [
    f"CREATE TRIGGER steps_no_{event.lower()} BEFORE {event} ON steps WHEN old.ended_on IS NOT NULL BEGIN {FROZEN} END"
    for event in ("DELETE", "UPDATE")
]
POSTGRESQL = [
    "CREATE TRIGGER steps_frozen BEFORE UPDATE OR DELETE ON steps FOR EACH ROW "
    "WHEN (old.ended_on IS NOT NULL) EXECUTE FUNCTION yian_frozen()",
    "CREATE TRIGGER steps_no_truncate BEFORE TRUNCATE ON steps FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()",
]


def _choice(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade():
    op.create_table(
        "steps",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("child_id", sa.Uuid()),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid()),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("paused_on", sa.Date()),
        sa.Column("reminded_on", sa.Date()),
        sa.Column("escalated_to", _choice("level", "school", "district", "city")),
        sa.Column("escalated_on", sa.Date()),
        sa.Column("ended_on", sa.Date()),
        sa.Column("ended_as", _choice("ended", "done", "lapsed", "withdrawn")),
        sa.Column("deed", sa.String(length=60)),
        sa.Column("done_by_id", sa.Uuid()),
        sa.Column("done_by_name", sa.String(length=120)),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_steps_child_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_steps_unit_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_steps_school_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_steps_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steps")),
    )
    op.create_index(op.f("ix_steps_child_id"), "steps", ["child_id"])
    op.create_index("ix_steps_ended_on", "steps", ["ended_on"])
    _index("uq_steps_open", "steps", ["kind", "subject_id", "part"], "ended_on IS NULL", unique=True)
    for name, column in (
        ("unit", "unit_id"),
        ("school", "school_id"),
        ("user", "user_id"),
        ("escalated", "escalated_to"),
    ):
        _index(f"ix_steps_{name}", "steps", [column, "due_on"], "ended_on IS NULL")
    _pauses_and_ticks()
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.DDL(statement))


def _pauses_and_ticks():
    op.create_table(
        "step_pauses",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("to_on", sa.Date()),
        sa.Column("resumed_reason", sa.String(length=400)),
        sa.Column("resumed_by_id", sa.Uuid()),
        sa.Column("resumed_by_name", sa.String(length=120)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["steps.id"], name=op.f("fk_step_pauses_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_pauses")),
    )
    op.create_index(op.f("ix_step_pauses_step_id"), "step_pauses", ["step_id"])
    _index("uq_step_pauses_running", "step_pauses", ["step_id"], "to_on IS NULL", unique=True)
    op.create_table(
        "step_ticks",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("escalated", sa.Integer(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_ticks")),
        sa.UniqueConstraint("day", "kind", name=op.f("uq_step_ticks_day_kind")),
    )


def _index(name, table, columns, where, unique=False):
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade():
    """What was open, paused and done by whom is lost; the next tick opens the steps anew."""
    for table in ("step_ticks", "step_pauses", "steps"):
        op.drop_table(table)
