"""repairs of published months, changes told, families' answers and wishes to move, days on which a home is closed"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('home_closures',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('kind', sa.Enum('family', 'road', 'gone', name='closure_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_home_closures_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_home_closures'))
    )
    op.create_index(op.f('ix_home_closures_child_id'), 'home_closures', ['child_id'], unique=False)
    op.create_table('repairs',
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('timetable_id', sa.Uuid(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'ready', 'chosen', 'failed', name='repair_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('job_id', sa.Uuid(), nullable=True),
    sa.Column('events', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('variants', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('chosen', sa.String(length=40), nullable=True),
    sa.Column('draft_id', sa.Uuid(), nullable=True),
    sa.Column('created_by_name', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['timetables.id'], name=op.f('fk_repairs_draft_id')),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_repairs_job_id')),
    sa.ForeignKeyConstraint(['timetable_id'], ['timetables.id'], name=op.f('fk_repairs_timetable_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_repairs_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repairs'))
    )
    op.create_index(op.f('ix_repairs_draft_id'), 'repairs', ['draft_id'], unique=False)
    op.create_index(op.f('ix_repairs_timetable_id'), 'repairs', ['timetable_id'], unique=False)
    op.create_index(op.f('ix_repairs_unit_id'), 'repairs', ['unit_id'], unique=False)
    op.create_table('visit_links',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_name', sa.String(length=120), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_visit_links_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_visit_links_token_hash'))
    )
    op.create_index(op.f('ix_visit_links_child_id'), 'visit_links', ['child_id'], unique=False)
    op.create_table('repair_calls',
    sa.Column('repair_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=True),
    sa.Column('teacher_id', sa.Uuid(), nullable=True),
    sa.Column('changes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by_name', sa.String(length=120), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_repair_calls_child_id')),
    sa.ForeignKeyConstraint(['repair_id'], ['repairs.id'], name=op.f('fk_repair_calls_repair_id')),
    sa.ForeignKeyConstraint(['teacher_id'], ['teachers.id'], name=op.f('fk_repair_calls_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repair_calls')),
    sa.UniqueConstraint('repair_id', 'position', name=op.f('uq_repair_calls_repair_id_position'))
    )
    op.create_index(op.f('ix_repair_calls_repair_id'), 'repair_calls', ['repair_id'], unique=False)
    op.create_table('visit_answers',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('service_key', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('link_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_visit_answers_child_id')),
    sa.ForeignKeyConstraint(['link_id'], ['visit_links.id'], name=op.f('fk_visit_answers_link_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_answers')),
    sa.UniqueConstraint('child_id', 'service_key', 'day', 'start', name=op.f('uq_visit_answers_child_id_service_key_day_start'))
    )
    op.create_table('move_requests',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=False),
    sa.Column('link_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('open', 'accepted', 'refused', 'withdrawn', name='move_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_by_name', sa.String(length=120), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_move_requests_child_id')),
    sa.ForeignKeyConstraint(['link_id'], ['visit_links.id'], name=op.f('fk_move_requests_link_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visits.id'], name=op.f('fk_move_requests_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_move_requests'))
    )
    op.create_index(op.f('ix_move_requests_child_id'), 'move_requests', ['child_id'], unique=False)
    op.create_index(op.f('ix_move_requests_visit_id'), 'move_requests', ['visit_id'], unique=False)
    op.create_index('uq_move_requests_open', 'move_requests', ['visit_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table('visit_changes',
    sa.Column('timetable_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('moved', 'added', 'removed', name='change_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('former_id', sa.Uuid(), nullable=True),
    sa.Column('visit_id', sa.Uuid(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_visit_changes_child_id')),
    sa.ForeignKeyConstraint(['former_id'], ['visits.id'], name=op.f('fk_visit_changes_former_id')),
    sa.ForeignKeyConstraint(['timetable_id'], ['timetables.id'], name=op.f('fk_visit_changes_timetable_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visits.id'], name=op.f('fk_visit_changes_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_changes'))
    )
    op.create_index(op.f('ix_visit_changes_at'), 'visit_changes', ['at'], unique=False)
    op.create_index(op.f('ix_visit_changes_child_id'), 'visit_changes', ['child_id'], unique=False)
    op.create_index(op.f('ix_visit_changes_timetable_id'), 'visit_changes', ['timetable_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_visit_changes_timetable_id'), table_name='visit_changes')
    op.drop_index(op.f('ix_visit_changes_child_id'), table_name='visit_changes')
    op.drop_index(op.f('ix_visit_changes_at'), table_name='visit_changes')
    op.drop_table('visit_changes')
    op.drop_index('uq_move_requests_open', table_name='move_requests', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.drop_index(op.f('ix_move_requests_visit_id'), table_name='move_requests')
    op.drop_index(op.f('ix_move_requests_child_id'), table_name='move_requests')
    op.drop_table('move_requests')
    op.drop_table('visit_answers')
    op.drop_index(op.f('ix_repair_calls_repair_id'), table_name='repair_calls')
    op.drop_table('repair_calls')
    op.drop_index(op.f('ix_visit_links_child_id'), table_name='visit_links')
    op.drop_table('visit_links')
    op.drop_index(op.f('ix_repairs_unit_id'), table_name='repairs')
    op.drop_index(op.f('ix_repairs_timetable_id'), table_name='repairs')
    op.drop_index(op.f('ix_repairs_draft_id'), table_name='repairs')
    op.drop_table('repairs')
    op.drop_index(op.f('ix_home_closures_child_id'), table_name='home_closures')
    op.drop_table('home_closures')
