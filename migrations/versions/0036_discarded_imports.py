"""an import that is not taken over can be discarded: when, and by whom"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("imports", sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("imports", sa.Column("discarded_by_name", sa.String(length=120), nullable=True))


def downgrade():
    """Lost: which sheets were discarded; they count as waiting again."""
    op.drop_column("imports", "discarded_by_name")
    op.drop_column("imports", "discarded_at")
