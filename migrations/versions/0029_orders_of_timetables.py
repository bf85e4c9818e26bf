"""how a timetable was asked for stands in a table of its own, no longer among its figures"""

import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
RUNS = sa.table("timetable_runs", sa.column("timetable_id", sa.Uuid()))
TIMETABLES = sa.table(
    "timetables", sa.column("id", sa.Uuid()), sa.column("figures", JSON), sa.column("state", sa.String())
)
ORDERS = sa.table(
    "timetable_orders",
    sa.column("id", sa.Uuid()),
    sa.column("timetable_id", sa.Uuid()),
    sa.column("follows_id", sa.Uuid()),
    sa.column("after_id", sa.Uuid()),
    sa.column("months_after", JSON),
    sa.column("remedy", JSON),
    sa.column("halted", JSON),
)


def upgrade():
    op.create_table(
        "timetable_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("timetable_id", sa.Uuid(), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("months_after", JSON, nullable=False),
        sa.Column("remedy", JSON, nullable=True),
        sa.Column("halted", JSON, nullable=False),
        sa.ForeignKeyConstraint(["timetable_id"], ["timetables.id"], name=op.f("fk_timetable_orders_timetable_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["timetables.id"], name=op.f("fk_timetable_orders_follows_id")),
        sa.ForeignKeyConstraint(["after_id"], ["timetables.id"], name=op.f("fk_timetable_orders_after_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_orders")),
        sa.UniqueConstraint("timetable_id", name=op.f("uq_timetable_orders_timetable_id")),
    )
    op.create_index(op.f("ix_timetable_orders_after_id"), "timetable_orders", ["after_id"])
    _carry_over(op.get_bind())


def _carry_over(bind):
    """The figures keep what they held: those of published timetables are never written again."""
    known = set(bind.execute(sa.select(TIMETABLES.c.id)).scalars())
    rows = bind.execute(
        sa.select(TIMETABLES.c.id, TIMETABLES.c.figures).join(RUNS, RUNS.c.timetable_id == TIMETABLES.c.id)
    ).all()
    orders = [
        {
            "id": uuid.uuid4(),
            "timetable_id": row.id,
            "follows_id": _known(row.figures.get("follows"), known),
            "after_id": _known(row.figures.get("after"), known),
            "months_after": row.figures.get("then") or [],
            "remedy": row.figures.get("remedy"),
            "halted": row.figures.get("halted") or [],
        }
        for row in rows
    ]
    if orders:
        bind.execute(sa.insert(ORDERS), orders)


def _known(text, known):
    one = uuid.UUID(text) if text else None
    return one if one in known else None


def downgrade():
    """Back among the figures, but for published timetables: theirs are never written again."""
    bind = op.get_bind()
    rows = bind.execute(
        sa.select(ORDERS, TIMETABLES.c.figures)
        .join(TIMETABLES, TIMETABLES.c.id == ORDERS.c.timetable_id)
        .where(TIMETABLES.c.state != "published")
    ).all()
    for row in rows:
        asked = {
            "follows": str(row.follows_id) if row.follows_id else None,
            "after": str(row.after_id) if row.after_id else None,
            "then": row.months_after,
            "remedy": row.remedy,
            "halted": row.halted,
        }
        figures = row.figures | {name: value for name, value in asked.items() if value}
        bind.execute(sa.update(TIMETABLES).where(TIMETABLES.c.id == row.timetable_id).values(figures=figures))
    op.drop_table("timetable_orders")
