"""endings of numbers without numbers of their own: three columns are the key"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _columns():
    return (sa.Column('child_id', sa.Uuid(), nullable=False), sa.Column('source', sa.String(length=20), nullable=False),
            sa.Column('tail', sa.LargeBinary(length=16), nullable=False))


def upgrade():
    op.create_table('new_tails', *_columns(),
                    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name='fk_number_tails_child_id'),
                    sa.PrimaryKeyConstraint('child_id', 'source', 'tail', name=_key_name()),
                    sqlite_with_rowid=False)
    op.execute("INSERT INTO new_tails (child_id, source, tail) SELECT DISTINCT child_id, source, tail "
               "FROM number_tails ORDER BY child_id, source, tail")
    _replace()
    op.create_index('ix_number_tails_tail', 'number_tails', ['tail'], unique=False)


def downgrade():
    op.create_table('new_tails', *_columns(), sa.Column('id', sa.Uuid(), nullable=False),
                    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name='fk_number_tails_child_id'),
                    sa.PrimaryKeyConstraint('id', name=_key_name()))
    fresh = "gen_random_uuid()" if op.get_bind().dialect.name == "postgresql" else "lower(hex(randomblob(16)))"
    op.execute(f"INSERT INTO new_tails (child_id, source, tail, id) SELECT child_id, source, tail, {fresh} "
               "FROM number_tails")
    _replace()
    op.create_index('ix_number_tails_child_id', 'number_tails', ['child_id'], unique=False)
    op.create_index('ix_number_tails_tail', 'number_tails', ['tail'], unique=False)


def _key_name():
    """PostgreSQL keeps names of keys apart in the whole schema; SQLite only writes them down."""
    return 'new_pk_number_tails' if op.get_bind().dialect.name == "postgresql" else 'pk_number_tails'


def _replace():
    op.drop_table('number_tails')
    op.rename_table('new_tails', 'number_tails')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX new_pk_number_tails RENAME TO pk_number_tails")
