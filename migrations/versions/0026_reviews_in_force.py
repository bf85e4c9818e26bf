"""the index of review days knows what is in force: the list does not read the placements that ended since"""

from alembic import op
from sqlalchemy import text

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

REVIEWED = text("review_on IS NOT NULL")
BEFORE = ["review_on", "child_id"]


def upgrade():
    _replace([*BEFORE, "ended_on", "valid_from"])


def downgrade():
    _replace(BEFORE)


def _replace(columns):
    op.drop_index("ix_decisions_review_on", "decisions")
    op.create_index("ix_decisions_review_on", "decisions", columns, sqlite_where=REVIEWED, postgresql_where=REVIEWED)
