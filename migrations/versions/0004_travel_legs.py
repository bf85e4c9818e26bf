"""travel: entered legs, villages, minutes by road, the service that measures them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
KINDS = sa.Enum('osrm', 'valhalla', name='road_service_kind', native_enum=False, create_constraint=True, length=40)


def upgrade():
    op.create_table('villages',
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_villages_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_villages')),
    sa.UniqueConstraint('unit_id', 'name', name=op.f('uq_villages_unit_id_name'))
    )
    op.create_table('village_places',
    sa.Column('village_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=True),
    sa.Column('school_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('(child_id IS NULL) <> (school_id IS NULL)', name=op.f('ck_village_places_one_place')),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_village_places_child_id')),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_village_places_school_id')),
    sa.ForeignKeyConstraint(['village_id'], ['villages.id'], name=op.f('fk_village_places_village_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_village_places')),
    sa.UniqueConstraint('village_id', 'child_id', name=op.f('uq_village_places_village_id_child_id')),
    sa.UniqueConstraint('village_id', 'school_id', name=op.f('uq_village_places_village_id_school_id'))
    )
    op.create_index(op.f('ix_village_places_child_id'), 'village_places', ['child_id'], unique=False)
    op.create_index(op.f('ix_village_places_school_id'), 'village_places', ['school_id'], unique=False)
    op.create_index(op.f('ix_village_places_village_id'), 'village_places', ['village_id'], unique=False)
    op.create_table('travel_legs',
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('start', sa.String(length=48), nullable=False),
    sa.Column('end', sa.String(length=48), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('both', sa.Boolean(), nullable=False),
    sa.Column('closed_months', JSON, nullable=False),
    sa.Column('slow_months', JSON, nullable=False),
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
    sa.UniqueConstraint('unit_id', 'start', 'end', name=op.f('uq_travel_legs_unit_id_start_end'))
    )
    op.create_table('road_services',
    sa.Column('kind', KINDS, nullable=False),
    sa.Column('address', sa.String(length=300), nullable=True),
    sa.Column('set_by_name', sa.String(length=120), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_road_services'))
    )
    op.create_index(op.f('ix_road_services_set_at'), 'road_services', ['set_at'], unique=False)
    op.create_table('road_tables',
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('source_name', sa.String(length=300), nullable=False),
    sa.Column('source_day', sa.String(length=10), nullable=True),
    sa.Column('source_hash', sa.String(length=64), nullable=True),
    sa.Column('places', JSON, nullable=False),
    sa.Column('minutes', sa.LargeBinary(), nullable=False),
    sa.Column('walk', JSON, nullable=False),
    sa.Column('notes', JSON, nullable=False),
    sa.Column('measured_by_name', sa.String(length=120), nullable=False),
    sa.Column('measured_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_road_tables_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_road_tables')),
    sa.UniqueConstraint('unit_id', name=op.f('uq_road_tables_unit_id'))
    )


def downgrade():
    op.drop_table('road_tables')
    op.drop_index(op.f('ix_road_services_set_at'), table_name='road_services')
    op.drop_table('road_services')
    op.drop_table('travel_legs')
    op.drop_index(op.f('ix_village_places_village_id'), table_name='village_places')
    op.drop_index(op.f('ix_village_places_school_id'), table_name='village_places')
    op.drop_index(op.f('ix_village_places_child_id'), table_name='village_places')
    op.drop_table('village_places')
    op.drop_table('villages')
