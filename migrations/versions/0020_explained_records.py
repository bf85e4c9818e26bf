"""records of visits say why they come late or differ widely"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade():
    # Records of before have none: nobody asked, and they are frozen.
    op.add_column("visit_records", sa.Column("explanation", sa.Text(), nullable=True))


def downgrade():
    op.drop_column("visit_records", "explanation")
