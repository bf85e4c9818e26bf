"""indexes that are short: a unit's children, names with Latin letters, requests that are open"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_children_latin_name', 'children', ['name', 'id'], unique=False,
                    sqlite_where=sa.text("name GLOB '*[A-Za-z]*'"), postgresql_where=sa.text("name ~ '[A-Za-z]'"))
    op.create_index('ix_children_unit_id', 'children', ['unit_id', 'id'], unique=False)
    open_ones = sa.text("state = 'open'")
    op.create_index('ix_roll_requests_open', 'roll_requests', ['asked_at', 'id'], unique=False, sqlite_where=open_ones,
                    postgresql_where=open_ones)


def downgrade():
    op.drop_index('ix_roll_requests_open', table_name='roll_requests')
    op.drop_index('ix_children_unit_id', table_name='children')
    op.drop_index('ix_children_latin_name', table_name='children')
