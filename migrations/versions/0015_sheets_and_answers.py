"""imports: the sheets of a file, what a person decided about a doubtful row"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _json():
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade():
    op.add_column("imports", sa.Column("sheets", _json(), nullable=False, server_default="[]"))
    op.add_column("import_rows", sa.Column("answer", sa.String(length=40), nullable=True))
    op.add_column("import_rows", sa.Column("answered_by_name", sa.String(length=120), nullable=True))
    op.add_column("import_rows", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    for name in ("answered_at", "answered_by_name", "answer"):
        op.drop_column("import_rows", name)
    op.drop_column("imports", "sheets")
