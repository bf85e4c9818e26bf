"""who was told that a call of a repair that was thrown away no longer holds"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("repair_calls", sa.Column("back_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("repair_calls", sa.Column("back_by_name", sa.String(120), nullable=True))


def downgrade():
    """Who was called back is lost."""
    with op.batch_alter_table("repair_calls") as table:
        table.drop_column("back_by_name")
        table.drop_column("back_at")
