"""entered legs may hold in the morning or in the afternoon only"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

COLUMNS = ('unit_id, start, "end", minutes, "both", closed_months, slow_months, percent, note, entered_by_name, '
           'entered_at, revision, id')
WAY, WAY_AND_HALF = 'uq_travel_legs_unit_id_start_end', 'uq_travel_legs_unit_id_start_end_half'
CHECK = "half IN ('day', 'morning', 'afternoon')"


def _json():
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def _half():
    return sa.Column('half', sa.Enum('day', 'morning', 'afternoon', name='leg_half', native_enum=False,
                                     create_constraint=True, length=40), nullable=False)


def _anew(more, unique):
    """SQLite changes no constraint: the table is made anew with its rows, `more` columns and the `unique` ones."""
    op.rename_table('travel_legs', 'travel_legs_before')
    op.create_table('travel_legs',
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('start', sa.String(length=48), nullable=False),
    sa.Column('end', sa.String(length=48), nullable=False),
    *more,
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('both', sa.Boolean(), nullable=False),
    sa.Column('closed_months', _json(), nullable=False),
    sa.Column('slow_months', _json(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.Column('entered_by_name', sa.String(length=120), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('minutes > 0 AND minutes <= 600', name=op.f('ck_travel_legs_minutes')),
    sa.CheckConstraint('percent >= 100 AND percent <= 500', name=op.f('ck_travel_legs_percent')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_travel_legs_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_travel_legs')),
    sa.UniqueConstraint('unit_id', 'start', 'end', *(column.name for column in more), name=op.f(unique))
    )
    half, value = (', half', ", 'day'") if more else ('', '')
    op.execute(f'INSERT INTO travel_legs ({COLUMNS}{half}) SELECT {COLUMNS}{value} FROM travel_legs_before')
    op.drop_table('travel_legs_before')


def upgrade():
    if op.get_bind().dialect.name == 'sqlite':
        _anew([_half()], WAY_AND_HALF)
        return
    op.add_column('travel_legs', sa.Column('half', sa.String(length=40), nullable=False, server_default='day'))
    op.alter_column('travel_legs', 'half', server_default=None)
    op.create_check_constraint(op.f('ck_travel_legs_leg_half'), 'travel_legs', CHECK)
    op.drop_constraint(op.f(WAY), 'travel_legs', type_='unique')
    op.create_unique_constraint(op.f(WAY_AND_HALF), 'travel_legs', ['unit_id', 'start', 'end', 'half'])


def downgrade():
    op.execute("DELETE FROM travel_legs WHERE half <> 'day'")
    if op.get_bind().dialect.name == 'sqlite':
        _anew([], WAY)
        return
    op.drop_constraint(op.f(WAY_AND_HALF), 'travel_legs', type_='unique')
    op.create_unique_constraint(op.f(WAY), 'travel_legs', ['unit_id', 'start', 'end'])
    op.drop_column('travel_legs', 'half')
