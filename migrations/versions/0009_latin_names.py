"""index of the names with Latin letters: letters are searched inside these alone"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_children_latin_name', 'children', ['name', 'id'], unique=False,
                    sqlite_where=sa.text("name GLOB '*[A-Za-z]*'"), postgresql_where=sa.text("name ~ '[A-Za-z]'"))


def downgrade():
    op.drop_index('ix_children_latin_name', table_name='children')
