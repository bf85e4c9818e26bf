"""rules of the break at noon on a visiting day"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

OLD = ('visits_per_week', 'visits_per_month', 'lessons_per_visit', 'lesson_minutes', 'yearly_lessons', 'two_adults',
       'remote_share', 'visit_allowance_fen', 'registration_months', 'suspension_months', 'day_cap_minutes',
       'day_visits', 'day_travel_minutes', 'dark_margin_minutes')
NEW = ('noon_break_minutes', 'noon_break_from', 'noon_break_to')
CHECK = 'ck_district_rules_rule_name'
LIVE, DEFAULT = 'valid_to IS NULL', 'unit_id IS NULL AND valid_to IS NULL'


def _names(names):
    return "name IN (" + ", ".join(f"'{name}'" for name in names) + ")"


def _allow(names):
    """Let the column hold these names. SQLite changes no constraint: the table is made anew with its rows."""
    if op.get_bind().dialect.name != 'sqlite':
        op.drop_constraint(op.f(CHECK), 'district_rules', type_='check')
        op.create_check_constraint(op.f(CHECK), 'district_rules', _names(names))
        return
    for index in ('ix_district_rules_unit_id', 'uq_district_rules_default', 'uq_district_rules_live'):
        op.drop_index(index, table_name='district_rules')
    op.rename_table('district_rules', 'district_rules_before')
    op.create_table('district_rules',
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.Enum(*names, name='rule_name', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('value', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_district_rules_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_district_rules'))
    )
    columns = 'unit_id, name, value, source, valid_from, valid_to, id'
    op.execute(f'INSERT INTO district_rules ({columns}) SELECT {columns} FROM district_rules_before')
    op.drop_table('district_rules_before')
    op.create_index(op.f('ix_district_rules_unit_id'), 'district_rules', ['unit_id'], unique=False)
    op.create_index('uq_district_rules_default', 'district_rules', ['name'], unique=True, sqlite_where=sa.text(DEFAULT))
    op.create_index('uq_district_rules_live', 'district_rules', ['unit_id', 'name'], unique=True, sqlite_where=sa.text(LIVE))


def upgrade():
    _allow(OLD + NEW)


def downgrade():
    op.execute(f"DELETE FROM district_rules WHERE NOT ({_names(OLD)})")
    _allow(OLD)
