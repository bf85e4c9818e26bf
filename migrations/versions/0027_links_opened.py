"""when a family's visit link was opened first: one that was only made informs nobody"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade():
    """A link by which something was said before was opened; of the others nobody knows."""
    op.add_column("visit_links", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE visit_links SET opened_at = COALESCE("
               "(SELECT MIN(at) FROM visit_answers WHERE visit_answers.link_id = visit_links.id), "
               "(SELECT MIN(asked_at) FROM move_requests WHERE move_requests.link_id = visit_links.id))")


def downgrade():
    op.drop_column("visit_links", "opened_at")
