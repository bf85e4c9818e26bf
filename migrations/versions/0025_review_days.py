"""an index of review days: the list of overdue reviews begins at the oldest"""

from alembic import op
from sqlalchemy import text

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

REVIEWED = text("review_on IS NOT NULL")


def upgrade():
    op.create_index("ix_decisions_review_on", "decisions", ["review_on", "child_id"], sqlite_where=REVIEWED,
                    postgresql_where=REVIEWED)


def downgrade():
    op.drop_index("ix_decisions_review_on", "decisions")
