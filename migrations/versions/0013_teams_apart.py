"""teams of which each teacher sets out from the own school"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("teams", sa.Column("apart", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade():
    op.drop_column("teams", "apart")
