"""foundation"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

# What the database itself refuses, as app/db/guards.py said when this was written.
GUARDS = {"sqlite": [
    "CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'frozen: audit_entries'); END",
    "CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'frozen: audit_entries'); END",
    "CREATE TRIGGER plan_versions_no_delete BEFORE DELETE ON plan_versions WHEN old.state = 'approved' BEGIN SELECT RAISE(ABORT, 'frozen: plan_versions'); END",
    "CREATE TRIGGER plan_versions_no_update BEFORE UPDATE ON plan_versions WHEN old.state = 'approved' BEGIN SELECT RAISE(ABORT, 'frozen: plan_versions'); END",
    "CREATE TRIGGER recommendations_no_delete BEFORE DELETE ON recommendations BEGIN SELECT RAISE(ABORT, 'frozen: recommendations'); END",
    "CREATE TRIGGER recommendations_no_update BEFORE UPDATE ON recommendations BEGIN SELECT RAISE(ABORT, 'frozen: recommendations'); END",
    "CREATE TRIGGER opinions_no_delete BEFORE DELETE ON opinions BEGIN SELECT RAISE(ABORT, 'frozen: opinions'); END",
    "CREATE TRIGGER opinions_no_update BEFORE UPDATE ON opinions BEGIN SELECT RAISE(ABORT, 'frozen: opinions'); END",
    "CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'frozen: decisions'); END",
    "CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions WHEN (old.ended_on IS NOT NULL AND old.ended_on IS NOT new.ended_on) OR (old.end_reason IS NOT NULL AND old.end_reason IS NOT new.end_reason) OR old.child_id IS NOT new.child_id OR old.recommendation_id IS NOT new.recommendation_id OR old.opinion_id IS NOT new.opinion_id OR old.kind IS NOT new.kind OR old.school_id IS NOT new.school_id OR old.decided_on IS NOT new.decided_on OR old.valid_from IS NOT new.valid_from OR old.departure_reason IS NOT new.departure_reason OR old.home_reason IS NOT new.home_reason OR old.review_on IS NOT new.review_on OR old.carried_over IS NOT new.carried_over OR old.decided_by IS NOT new.decided_by OR old.recorded_at IS NOT new.recorded_at OR old.id IS NOT new.id BEGIN SELECT RAISE(ABORT, 'frozen: decisions'); END",
    "CREATE TRIGGER placement_evidence_no_delete BEFORE DELETE ON placement_evidence BEGIN SELECT RAISE(ABORT, 'frozen: placement_evidence'); END",
    "CREATE TRIGGER placement_evidence_no_update BEFORE UPDATE ON placement_evidence BEGIN SELECT RAISE(ABORT, 'frozen: placement_evidence'); END",
    "CREATE TRIGGER return_tests_no_delete BEFORE DELETE ON return_tests BEGIN SELECT RAISE(ABORT, 'frozen: return_tests'); END",
    "CREATE TRIGGER return_tests_no_update BEFORE UPDATE ON return_tests BEGIN SELECT RAISE(ABORT, 'frozen: return_tests'); END",
    "CREATE TRIGGER movements_no_delete BEFORE DELETE ON movements BEGIN SELECT RAISE(ABORT, 'frozen: movements'); END",
    "CREATE TRIGGER movements_no_update BEFORE UPDATE ON movements BEGIN SELECT RAISE(ABORT, 'frozen: movements'); END",
    "CREATE TRIGGER visit_records_no_delete BEFORE DELETE ON visit_records BEGIN SELECT RAISE(ABORT, 'frozen: visit_records'); END",
    "CREATE TRIGGER visit_records_no_update BEFORE UPDATE ON visit_records BEGIN SELECT RAISE(ABORT, 'frozen: visit_records'); END",
    "CREATE TRIGGER visit_points_no_delete BEFORE DELETE ON visit_points BEGIN SELECT RAISE(ABORT, 'frozen: visit_points'); END",
    "CREATE TRIGGER visit_points_no_update BEFORE UPDATE ON visit_points BEGIN SELECT RAISE(ABORT, 'frozen: visit_points'); END",
    "CREATE TRIGGER family_answers_no_delete BEFORE DELETE ON family_answers BEGIN SELECT RAISE(ABORT, 'frozen: family_answers'); END",
    "CREATE TRIGGER family_answers_no_update BEFORE UPDATE ON family_answers BEGIN SELECT RAISE(ABORT, 'frozen: family_answers'); END",
    "CREATE TRIGGER print_logs_no_delete BEFORE DELETE ON print_logs BEGIN SELECT RAISE(ABORT, 'frozen: print_logs'); END",
    "CREATE TRIGGER print_logs_no_update BEFORE UPDATE ON print_logs BEGIN SELECT RAISE(ABORT, 'frozen: print_logs'); END",
    "CREATE TRIGGER timetables_no_delete BEFORE DELETE ON timetables WHEN old.state = 'published' BEGIN SELECT RAISE(ABORT, 'frozen: timetables'); END",
    "CREATE TRIGGER timetables_no_update BEFORE UPDATE ON timetables WHEN (old.state = 'published') AND ((old.superseded_at IS NOT NULL AND old.superseded_at IS NOT new.superseded_at) OR old.unit_id IS NOT new.unit_id OR old.month IS NOT new.month OR old.first_on IS NOT new.first_on OR old.last_on IS NOT new.last_on OR old.state IS NOT new.state OR old.job_id IS NOT new.job_id OR old.input_hash IS NOT new.input_hash OR old.seed IS NOT new.seed OR old.figures IS NOT new.figures OR old.created_by_name IS NOT new.created_by_name OR old.created_at IS NOT new.created_at OR old.published_by_name IS NOT new.published_by_name OR old.published_at IS NOT new.published_at OR old.id IS NOT new.id) BEGIN SELECT RAISE(ABORT, 'frozen: timetables'); END",
    "CREATE TRIGGER visits_no_delete BEFORE DELETE ON visits WHEN old.frozen BEGIN SELECT RAISE(ABORT, 'frozen: visits'); END",
    "CREATE TRIGGER visits_no_update BEFORE UPDATE ON visits WHEN old.frozen BEGIN SELECT RAISE(ABORT, 'frozen: visits'); END",
    "CREATE TRIGGER plan_sections_no_insert BEFORE INSERT ON plan_sections WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = new.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_sections'); END",
    "CREATE TRIGGER plan_sections_no_update BEFORE UPDATE ON plan_sections WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = old.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_sections'); END",
    "CREATE TRIGGER plan_sections_no_delete BEFORE DELETE ON plan_sections WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = old.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_sections'); END",
    "CREATE TRIGGER plan_goals_no_insert BEFORE INSERT ON plan_goals WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = new.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_goals'); END",
    "CREATE TRIGGER plan_goals_no_update BEFORE UPDATE ON plan_goals WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = old.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_goals'); END",
    "CREATE TRIGGER plan_goals_no_delete BEFORE DELETE ON plan_goals WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = old.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_goals'); END",
    "CREATE TRIGGER plan_objectives_no_insert BEFORE INSERT ON plan_objectives WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = new.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_objectives'); END",
    "CREATE TRIGGER plan_objectives_no_update BEFORE UPDATE ON plan_objectives WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = old.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_objectives'); END",
    "CREATE TRIGGER plan_objectives_no_delete BEFORE DELETE ON plan_objectives WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = old.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_objectives'); END",
    "CREATE TRIGGER plan_services_no_insert BEFORE INSERT ON plan_services WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = new.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_services'); END",
    "CREATE TRIGGER plan_services_no_update BEFORE UPDATE ON plan_services WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = old.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_services'); END",
    "CREATE TRIGGER plan_services_no_delete BEFORE DELETE ON plan_services WHEN EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = old.version_id AND p.state = 'approved') BEGIN SELECT RAISE(ABORT, 'frozen: plan_services'); END",
    "CREATE TRIGGER plan_forces_overlap_insert BEFORE INSERT ON plan_forces WHEN EXISTS (SELECT 1 FROM plan_forces o WHERE o.child_id = new.child_id AND o.id <> new.id AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: plan_forces'); END",
    "CREATE TRIGGER plan_forces_overlap_update BEFORE UPDATE ON plan_forces WHEN EXISTS (SELECT 1 FROM plan_forces o WHERE o.child_id = new.child_id AND o.id <> new.id AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: plan_forces'); END",
    "CREATE TRIGGER decisions_overlap_insert BEFORE INSERT ON decisions WHEN EXISTS (SELECT 1 FROM decisions o WHERE o.child_id = new.child_id AND o.id <> new.id AND (new.ended_on IS NULL OR o.valid_from < new.ended_on) AND (o.ended_on IS NULL OR new.valid_from < o.ended_on)) BEGIN SELECT RAISE(ABORT, 'overlap: decisions'); END",
    "CREATE TRIGGER decisions_overlap_update BEFORE UPDATE ON decisions WHEN EXISTS (SELECT 1 FROM decisions o WHERE o.child_id = new.child_id AND o.id <> new.id AND (new.ended_on IS NULL OR o.valid_from < new.ended_on) AND (o.ended_on IS NULL OR new.valid_from < o.ended_on)) BEGIN SELECT RAISE(ABORT, 'overlap: decisions'); END",
    "CREATE TRIGGER memberships_overlap_insert BEFORE INSERT ON memberships WHEN EXISTS (SELECT 1 FROM memberships o WHERE o.child_id = new.child_id AND o.link = new.link AND o.id <> new.id AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: memberships'); END",
    "CREATE TRIGGER memberships_overlap_update BEFORE UPDATE ON memberships WHEN EXISTS (SELECT 1 FROM memberships o WHERE o.child_id = new.child_id AND o.link = new.link AND o.id <> new.id AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: memberships'); END",
    "CREATE TRIGGER roll_states_overlap_insert BEFORE INSERT ON roll_states WHEN EXISTS (SELECT 1 FROM roll_states o WHERE o.child_id = new.child_id AND o.id <> new.id AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: roll_states'); END",
    "CREATE TRIGGER roll_states_overlap_update BEFORE UPDATE ON roll_states WHEN EXISTS (SELECT 1 FROM roll_states o WHERE o.child_id = new.child_id AND o.id <> new.id AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: roll_states'); END",
    "CREATE TRIGGER bookings_overlap_insert BEFORE INSERT ON bookings WHEN EXISTS (SELECT 1 FROM bookings o WHERE o.holder_id = new.holder_id AND o.id <> new.id AND (new.ends_at IS NULL OR o.starts_at < new.ends_at) AND (o.ends_at IS NULL OR new.starts_at < o.ends_at)) BEGIN SELECT RAISE(ABORT, 'overlap: bookings'); END",
    "CREATE TRIGGER bookings_overlap_update BEFORE UPDATE ON bookings WHEN EXISTS (SELECT 1 FROM bookings o WHERE o.holder_id = new.holder_id AND o.id <> new.id AND (new.ends_at IS NULL OR o.starts_at < new.ends_at) AND (o.ends_at IS NULL OR new.starts_at < o.ends_at)) BEGIN SELECT RAISE(ABORT, 'overlap: bookings'); END",
], "postgresql": [
    'CREATE EXTENSION IF NOT EXISTS btree_gist',
    "CREATE FUNCTION yian_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE a jsonb; b jsonb; k text; BEGIN IF TG_OP = 'UPDATE' AND TG_NARGS > 0 THEN a := to_jsonb(OLD); b := to_jsonb(NEW); FOREACH k IN ARRAY TG_ARGV LOOP IF a->k = 'null'::jsonb THEN a := a - k; b := b - k; END IF; END LOOP; IF a = b THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION 'frozen: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE FUNCTION yian_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE v uuid; BEGIN v := CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END; IF EXISTS (SELECT 1 FROM plan_versions p WHERE p.id = v AND p.state = 'approved') THEN RAISE EXCEPTION 'frozen: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END; END $$",
    'CREATE TRIGGER audit_entries_frozen BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    "CREATE TRIGGER plan_versions_frozen BEFORE UPDATE OR DELETE ON plan_versions FOR EACH ROW WHEN (old.state = 'approved') EXECUTE FUNCTION yian_frozen()",
    'CREATE TRIGGER plan_versions_no_truncate BEFORE TRUNCATE ON plan_versions FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER recommendations_frozen BEFORE UPDATE OR DELETE ON recommendations FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER recommendations_no_truncate BEFORE TRUNCATE ON recommendations FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER opinions_frozen BEFORE UPDATE OR DELETE ON opinions FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER opinions_no_truncate BEFORE TRUNCATE ON opinions FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    "CREATE TRIGGER decisions_frozen BEFORE UPDATE OR DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION yian_frozen('ended_on', 'end_reason')",
    'CREATE TRIGGER decisions_no_truncate BEFORE TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER placement_evidence_frozen BEFORE UPDATE OR DELETE ON placement_evidence FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER placement_evidence_no_truncate BEFORE TRUNCATE ON placement_evidence FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER return_tests_frozen BEFORE UPDATE OR DELETE ON return_tests FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER return_tests_no_truncate BEFORE TRUNCATE ON return_tests FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER movements_frozen BEFORE UPDATE OR DELETE ON movements FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER movements_no_truncate BEFORE TRUNCATE ON movements FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER visit_records_frozen BEFORE UPDATE OR DELETE ON visit_records FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER visit_records_no_truncate BEFORE TRUNCATE ON visit_records FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER visit_points_frozen BEFORE UPDATE OR DELETE ON visit_points FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER visit_points_no_truncate BEFORE TRUNCATE ON visit_points FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER family_answers_frozen BEFORE UPDATE OR DELETE ON family_answers FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER family_answers_no_truncate BEFORE TRUNCATE ON family_answers FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER print_logs_frozen BEFORE UPDATE OR DELETE ON print_logs FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER print_logs_no_truncate BEFORE TRUNCATE ON print_logs FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    "CREATE TRIGGER timetables_frozen BEFORE UPDATE OR DELETE ON timetables FOR EACH ROW WHEN (old.state = 'published') EXECUTE FUNCTION yian_frozen('superseded_at')",
    'CREATE TRIGGER timetables_no_truncate BEFORE TRUNCATE ON timetables FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER visits_frozen BEFORE UPDATE OR DELETE ON visits FOR EACH ROW WHEN (old.frozen) EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER visits_no_truncate BEFORE TRUNCATE ON visits FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER plan_sections_frozen BEFORE INSERT OR UPDATE OR DELETE ON plan_sections FOR EACH ROW EXECUTE FUNCTION yian_part_frozen()',
    'CREATE TRIGGER plan_goals_frozen BEFORE INSERT OR UPDATE OR DELETE ON plan_goals FOR EACH ROW EXECUTE FUNCTION yian_part_frozen()',
    'CREATE TRIGGER plan_objectives_frozen BEFORE INSERT OR UPDATE OR DELETE ON plan_objectives FOR EACH ROW EXECUTE FUNCTION yian_part_frozen()',
    'CREATE TRIGGER plan_services_frozen BEFORE INSERT OR UPDATE OR DELETE ON plan_services FOR EACH ROW EXECUTE FUNCTION yian_part_frozen()',
    'ALTER TABLE plan_forces ADD CONSTRAINT plan_forces_overlap EXCLUDE USING gist (child_id WITH =, daterange(valid_from, valid_to) WITH &&)',
    'ALTER TABLE decisions ADD CONSTRAINT decisions_overlap EXCLUDE USING gist (child_id WITH =, daterange(valid_from, ended_on) WITH &&)',
    'ALTER TABLE memberships ADD CONSTRAINT memberships_overlap EXCLUDE USING gist (child_id WITH =, link WITH =, daterange(valid_from, valid_to) WITH &&)',
    'ALTER TABLE roll_states ADD CONSTRAINT roll_states_overlap EXCLUDE USING gist (child_id WITH =, daterange(valid_from, valid_to) WITH &&)',
    'ALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING gist (holder_id WITH =, tsrange(starts_at, ends_at) WITH &&)',
]}
UNGUARD = {"sqlite": [], "postgresql": ['DROP FUNCTION IF EXISTS yian_frozen() CASCADE', 'DROP FUNCTION IF EXISTS yian_part_frozen() CASCADE']}


def upgrade():
    op.create_table('attempts',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempts'))
    )
    op.create_index('ix_attempts_key_at', 'attempts', ['key', 'at'], unique=False)
    op.create_table('audit_entries',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('actor_name', sa.String(length=200), nullable=False),
    sa.Column('verb', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('child_id', sa.Uuid(), nullable=True),
    sa.Column('detail', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries')),
    sa.UniqueConstraint('seq', name=op.f('uq_audit_entries_seq'))
    )
    op.create_index(op.f('ix_audit_entries_actor_id'), 'audit_entries', ['actor_id'], unique=False)
    op.create_index(op.f('ix_audit_entries_child_id'), 'audit_entries', ['child_id'], unique=False)
    op.create_index(op.f('ix_audit_entries_subject_id'), 'audit_entries', ['subject_id'], unique=False)
    op.create_index(op.f('ix_audit_entries_verb'), 'audit_entries', ['verb'], unique=False)
    op.create_table('calendar_years',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_years')),
    sa.UniqueConstraint('year', name=op.f('uq_calendar_years_year'))
    )
    op.create_table('divisions',
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('level', sa.Enum('municipality', 'district', 'town', name='division_level', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('parent_code', sa.String(length=12), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_divisions')),
    sa.UniqueConstraint('code', 'valid_from', name=op.f('uq_divisions_code_valid_from'))
    )
    op.create_index(op.f('ix_divisions_code'), 'divisions', ['code'], unique=False)
    op.create_index(op.f('ix_divisions_parent_code'), 'divisions', ['parent_code'], unique=False)
    op.create_table('file_numbers',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_numbers')),
    sa.UniqueConstraint('year', name=op.f('uq_file_numbers_year'))
    )
    op.create_table('form_posts',
    sa.Column('key', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('endpoint', sa.String(length=120), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('location', sa.String(length=2000), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_form_posts')),
    sa.UniqueConstraint('key', name=op.f('uq_form_posts_key'))
    )
    op.create_index(op.f('ix_form_posts_at'), 'form_posts', ['at'], unique=False)
    op.create_table('guardians',
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('document_number_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('document_number_blind', sa.LargeBinary(length=16), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_blind', sa.LargeBinary(length=16), nullable=True),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guardians'))
    )
    op.create_index(op.f('ix_guardians_document_number_blind'), 'guardians', ['document_number_blind'], unique=False)
    op.create_index(op.f('ix_guardians_name'), 'guardians', ['name'], unique=False)
    op.create_index(op.f('ix_guardians_phone_blind'), 'guardians', ['phone_blind'], unique=False)
    op.create_table('jobs',
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('args', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('state', sa.Enum('queued', 'running', 'done', 'failed', 'cancelled', name='job_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('message', sa.String(length=400), nullable=True),
    sa.Column('result', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('problems', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('cancel_asked', sa.Boolean(), nullable=False),
    sa.Column('owner', sa.String(length=120), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('user_name', sa.String(length=120), nullable=False),
    sa.Column('page', sa.String(length=400), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs'))
    )
    op.create_index('ix_jobs_state', 'jobs', ['state', 'created_at'], unique=False)
    op.create_table('units',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.Enum('district', 'county', 'autonomous_county', 'functional_zone', name='unit_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_units')),
    sa.UniqueConstraint('code', name=op.f('uq_units_code'))
    )
    op.create_table('calendar_days',
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.Enum('holiday', 'worked', 'closed', 'teaching', name='day_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('acts_as', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_calendar_days_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_days')),
    sa.UniqueConstraint('unit_id', 'day', name=op.f('uq_calendar_days_unit_id_day'))
    )
    op.create_index('ix_calendar_days_day', 'calendar_days', ['day'], unique=False)
    op.create_index(op.f('ix_calendar_days_unit_id'), 'calendar_days', ['unit_id'], unique=False)
    op.create_index('uq_calendar_days_everywhere', 'calendar_days', ['day', 'kind'], unique=True, sqlite_where=sa.text('unit_id IS NULL'), postgresql_where=sa.text('unit_id IS NULL'))
    op.create_table('children',
    sa.Column('file_number', sa.String(length=12), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('former_name', sa.String(length=120), nullable=True),
    sa.Column('name_pinyin', sa.String(length=240), nullable=False),
    sa.Column('name_initials', sa.String(length=60), nullable=False),
    sa.Column('sort_key', sa.String(length=240).with_variant(sa.String(length=240, collation='C'), 'postgresql'), nullable=False),
    sa.Column('sex', sa.Enum('male', 'female', name='sex', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('birth_on', sa.Date(), nullable=False),
    sa.Column('document_kind', sa.Enum('resident_id', 'hk_macao_permit', 'taiwan_permit', 'residence_permit', 'foreign_card', 'passport', 'none', 'other', name='document_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('document_number_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('document_number_blind', sa.LargeBinary(length=16), nullable=True),
    sa.Column('document_missing_reason', sa.String(length=200), nullable=True),
    sa.Column('ethnic_group', sa.String(length=40), nullable=True),
    sa.Column('nationality', sa.String(length=60), nullable=True),
    sa.Column('hukou_code', sa.String(length=12), nullable=True),
    sa.Column('hukou_kind', sa.Enum('rural', 'urban', 'other', name='hukou_kind', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('health', sa.Enum('good', 'fair', 'chronic', 'disabled', name='health', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('town_code', sa.String(length=12), nullable=True),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_blind', sa.LargeBinary(length=16), nullable=True),
    sa.Column('preschool', sa.Boolean(), nullable=True),
    sa.Column('left_behind', sa.Enum('no', 'one_parent', 'both_parents', name='left_behind', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('migrant', sa.Boolean(), nullable=True),
    sa.Column('orphan', sa.Boolean(), nullable=True),
    sa.Column('martyr_family', sa.Boolean(), nullable=True),
    sa.Column('needs_aid', sa.Boolean(), nullable=True),
    sa.Column('boarding_aid', sa.Boolean(), nullable=True),
    sa.Column('distance_km', sa.Integer(), nullable=True),
    sa.Column('travel_mode', sa.Enum('walk', 'bicycle', 'public', 'parent', 'school_bus', 'other', name='travel_mode', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_children_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_children')),
    sa.UniqueConstraint('file_number', name=op.f('uq_children_file_number'))
    )
    op.create_index('ix_children_birth_on', 'children', ['birth_on'], unique=False)
    op.create_index('ix_children_former_name', 'children', ['former_name', 'id'], unique=False, sqlite_where=sa.text('former_name IS NOT NULL'), postgresql_where=sa.text('former_name IS NOT NULL'))
    op.create_index('ix_children_name', 'children', ['name', 'id'], unique=False)
    op.create_index('ix_children_name_initials', 'children', ['name_initials'], unique=False)
    op.create_index('ix_children_name_pinyin', 'children', ['name_pinyin'], unique=False)
    op.create_index(op.f('ix_children_phone_blind'), 'children', ['phone_blind'], unique=False)
    op.create_index('ix_children_sort_key', 'children', ['sort_key', 'id'], unique=False)
    op.create_index(op.f('ix_children_town_code'), 'children', ['town_code'], unique=False)
    op.create_index('ix_children_unit_id_sort_key', 'children', ['unit_id', 'sort_key', 'id'], unique=False)
    op.create_index('uq_children_document_number_blind', 'children', ['document_number_blind'], unique=True, sqlite_where=sa.text('document_number_blind IS NOT NULL'), postgresql_where=sa.text('document_number_blind IS NOT NULL'))
    op.create_table('district_rules',
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.Enum('visits_per_week', 'visits_per_month', 'lessons_per_visit', 'lesson_minutes', 'yearly_lessons', 'two_adults', 'remote_share', 'visit_allowance_fen', 'registration_months', 'suspension_months', 'day_cap_minutes', name='rule_name', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('value', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_district_rules_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_district_rules'))
    )
    op.create_index(op.f('ix_district_rules_unit_id'), 'district_rules', ['unit_id'], unique=False)
    op.create_index('uq_district_rules_default', 'district_rules', ['name'], unique=True, sqlite_where=sa.text('unit_id IS NULL AND valid_to IS NULL'), postgresql_where=sa.text('unit_id IS NULL AND valid_to IS NULL'))
    op.create_index('uq_district_rules_live', 'district_rules', ['unit_id', 'name'], unique=True, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('imports',
    sa.Column('kind', sa.Enum('schools', 'children', name='import_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state', sa.Enum('reading', 'preview', 'applying', 'applied', 'refused', name='import_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('file_hash', sa.String(length=64), nullable=False),
    sa.Column('file_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('job_id', sa.Uuid(), nullable=True),
    sa.Column('columns', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('ignored_columns', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('counts', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('problems', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('created_by_id', sa.Uuid(), nullable=True),
    sa.Column('created_by_name', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_imports_job_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_imports_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imports'))
    )
    op.create_index(op.f('ix_imports_file_hash'), 'imports', ['file_hash'], unique=False)
    op.create_table('schools',
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_pinyin', sa.String(length=240), nullable=False),
    sa.Column('name_initials', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('primary', 'teaching_point', 'junior', 'nine_year', 'complete_secondary', 'special', 'other', name='school_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('town_code', sa.String(length=12), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('area', sa.Enum('city', 'town', 'village', name='area_kind', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('principal', sa.String(length=120), nullable=True),
    sa.Column('telephone', sa.String(length=40), nullable=True),
    sa.Column('receives', sa.Boolean(), nullable=False),
    sa.Column('resource_room', sa.Boolean(), nullable=True),
    sa.Column('special_teachers', sa.Integer(), nullable=True),
    sa.Column('special_places', sa.Integer(), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('successor_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['successor_id'], ['schools.id'], name=op.f('fk_schools_successor_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_schools_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_schools')),
    sa.UniqueConstraint('code', name=op.f('uq_schools_code'))
    )
    op.create_index(op.f('ix_schools_name'), 'schools', ['name'], unique=False)
    op.create_index('ix_schools_unit_id_name', 'schools', ['unit_id', 'name'], unique=False)
    op.create_table('terms',
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('school_year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_terms_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms')),
    sa.UniqueConstraint('unit_id', 'school_year', 'number', name=op.f('uq_terms_unit_id_school_year_number'))
    )
    op.create_index('uq_terms_municipal', 'terms', ['school_year', 'number'], unique=True, sqlite_where=sa.text('unit_id IS NULL'), postgresql_where=sa.text('unit_id IS NULL'))
    op.create_table('timetables',
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('queued', 'draft', 'published', 'discarded', 'failed', name='timetable_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('job_id', sa.Uuid(), nullable=True),
    sa.Column('input_hash', sa.String(length=64), nullable=True),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('figures', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('created_by_name', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by_name', sa.String(length=120), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_timetables_job_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_timetables_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timetables'))
    )
    op.create_index('ix_timetables_unit_id_month', 'timetables', ['unit_id', 'month'], unique=False)
    op.create_index('uq_timetables_published', 'timetables', ['unit_id', 'month'], unique=True, sqlite_where=sa.text("state = 'published' AND superseded_at IS NULL"), postgresql_where=sa.text("state = 'published' AND superseded_at IS NULL"))
    op.create_table('unit_divisions',
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_unit_divisions_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_divisions'))
    )
    op.create_index(op.f('ix_unit_divisions_division_code'), 'unit_divisions', ['division_code'], unique=False)
    op.create_index(op.f('ix_unit_divisions_unit_id'), 'unit_divisions', ['unit_id'], unique=False)
    op.create_table('users',
    sa.Column('username', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=20), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('guardian_id', sa.Uuid(), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['guardian_id'], ['guardians.id'], name=op.f('fk_users_guardian_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('username', name=op.f('uq_users_username'))
    )
    op.create_table('assessments',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('instrument', sa.String(length=40), nullable=False),
    sa.Column('edition', sa.String(length=80), nullable=True),
    sa.Column('assessed_on', sa.Date(), nullable=False),
    sa.Column('assessor', sa.String(length=120), nullable=False),
    sa.Column('assessor_id', sa.Uuid(), nullable=True),
    sa.Column('scores', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('strengths', sa.Text(), nullable=False),
    sa.Column('needs', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['assessor_id'], ['users.id'], name=op.f('fk_assessments_assessor_id')),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_assessments_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessments'))
    )
    op.create_index(op.f('ix_assessments_child_id'), 'assessments', ['child_id'], unique=False)
    op.create_table('diagnoses',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=True),
    sa.Column('found_on', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_diagnoses_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_diagnoses'))
    )
    op.create_index(op.f('ix_diagnoses_child_id'), 'diagnoses', ['child_id'], unique=False)
    op.create_table('disabilities',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('category', sa.Enum('visual', 'hearing', 'speech', 'physical', 'intellectual', 'psychiatric', 'multiple', 'other', name='disability_category', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('grade', sa.Integer(), nullable=True),
    sa.Column('certificate_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('certificate_blind', sa.LargeBinary(length=16), nullable=True),
    sa.Column('certificate_issuer', sa.String(length=120), nullable=True),
    sa.Column('certificate_ends_on', sa.Date(), nullable=True),
    sa.Column('screening_due_on', sa.Date(), nullable=True),
    sa.Column('screening_by', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_disabilities_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disabilities'))
    )
    op.create_index(op.f('ix_disabilities_certificate_blind'), 'disabilities', ['certificate_blind'], unique=False)
    op.create_index(op.f('ix_disabilities_child_id'), 'disabilities', ['child_id'], unique=False)
    op.create_index('ix_disabilities_screening_due_on', 'disabilities', ['screening_due_on'], unique=False, sqlite_where=sa.text('screening_due_on IS NOT NULL'), postgresql_where=sa.text('screening_due_on IS NOT NULL'))
    op.create_table('family_times',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_family_times_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_times'))
    )
    op.create_index(op.f('ix_family_times_child_id'), 'family_times', ['child_id'], unique=False)
    op.create_table('guardianships',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('guardian_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('relation', sa.Enum('father', 'mother', 'grandparent', 'sibling', 'other', name='guardian_relation', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_guardian', sa.Boolean(), nullable=False),
    sa.Column('may_see', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_guardianships_child_id')),
    sa.ForeignKeyConstraint(['guardian_id'], ['guardians.id'], name=op.f('fk_guardianships_guardian_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guardianships'))
    )
    op.create_index(op.f('ix_guardianships_child_id'), 'guardianships', ['child_id'], unique=False)
    op.create_index(op.f('ix_guardianships_guardian_id'), 'guardianships', ['guardian_id'], unique=False)
    op.create_table('home_points',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('longitude', sa.Double(), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=False),
    sa.Column('mode', sa.Enum('walk', 'motorbike', 'car', 'bus', 'ferry', name='home_mode', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('walk_minutes', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=400), nullable=True),
    sa.Column('closed_months', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_home_points_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_home_points')),
    sa.UniqueConstraint('child_id', name=op.f('uq_home_points_child_id'))
    )
    op.create_table('import_rows',
    sa.Column('import_id', sa.Uuid(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Enum('new', 'changed', 'same', 'doubtful', 'refused', name='row_outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('problems', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('cells_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], name=op.f('fk_import_rows_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_rows'))
    )
    op.create_index('ix_import_rows_import', 'import_rows', ['import_id', 'outcome', 'line'], unique=False)
    op.create_table('memberships',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('link', sa.Enum('roll', 'attending', 'delivering', name='school_link', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('grade', sa.Integer(), nullable=True),
    sa.Column('class_name', sa.String(length=60), nullable=True),
    sa.Column('class_number', sa.String(length=20), nullable=True),
    sa.Column('entered_month', sa.String(length=7), nullable=True),
    sa.Column('entry_kind', sa.String(length=40), nullable=True),
    sa.Column('pupil_source', sa.String(length=40), nullable=True),
    sa.Column('attendance', sa.Enum('day', 'boarding', 'lodging', 'home', 'other', name='attendance_mode', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('lrc', sa.Enum('not_lrc', 'visual', 'hearing', 'intellectual', 'other', name='lrc_kind', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_memberships_child_id')),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_memberships_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_memberships'))
    )
    op.create_index(op.f('ix_memberships_child_id'), 'memberships', ['child_id'], unique=False)
    op.create_index('ix_memberships_live_school', 'memberships', ['school_id', 'link'], unique=False, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.create_index(op.f('ix_memberships_school_id'), 'memberships', ['school_id'], unique=False)
    op.create_index('uq_memberships_live', 'memberships', ['child_id', 'link'], unique=True, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('movements',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('registration', 'deferral', 'placement', 'enrolment', 'suspension', 'extension', 'resumption', 'transfer_out', 'transfer_in', 'transfer_opened', 'transfer_refused', 'link_change', 'number_change', name='movement_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('from_status', sa.Enum('registered', 'deferred', 'placed', 'active', 'suspended', 'transferring', 'dropout', 'abroad', 'missing', 'graduated', 'completed', 'deceased', 'left_area', name='from_status', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('to_status', sa.Enum('registered', 'deferred', 'placed', 'active', 'suspended', 'transferring', 'dropout', 'abroad', 'missing', 'graduated', 'completed', 'deceased', 'left_area', name='to_status', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=True),
    sa.Column('other_school_id', sa.Uuid(), nullable=True),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('proof', sa.String(length=400), nullable=True),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('by_name', sa.String(length=120), nullable=False),
    sa.Column('approved_by_id', sa.Uuid(), nullable=True),
    sa.Column('approved_by_name', sa.String(length=120), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_movements_child_id')),
    sa.ForeignKeyConstraint(['other_school_id'], ['schools.id'], name=op.f('fk_movements_other_school_id')),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_movements_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_movements'))
    )
    op.create_index('ix_movements_child_id', 'movements', ['child_id', 'effective_on', 'id'], unique=False)
    op.create_index('ix_movements_effective_on', 'movements', ['effective_on', 'id'], unique=False)
    op.create_table('number_tails',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('tail', sa.LargeBinary(length=16), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_number_tails_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_tails'))
    )
    op.create_index(op.f('ix_number_tails_child_id'), 'number_tails', ['child_id'], unique=False)
    op.create_index(op.f('ix_number_tails_tail'), 'number_tails', ['tail'], unique=False)
    op.create_table('one_use_links',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.Enum('first_administrator', 'guardian_invitation', 'calendar_feed', name='link_purpose', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('guardian_id', sa.Uuid(), nullable=True),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('child_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_one_use_links_child_id')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_one_use_links_created_by')),
    sa.ForeignKeyConstraint(['guardian_id'], ['guardians.id'], name=op.f('fk_one_use_links_guardian_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_one_use_links_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_use_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_one_use_links_token_hash'))
    )
    op.create_index(op.f('ix_one_use_links_child_id'), 'one_use_links', ['child_id'], unique=False)
    op.create_index(op.f('ix_one_use_links_guardian_id'), 'one_use_links', ['guardian_id'], unique=False)
    op.create_index(op.f('ix_one_use_links_user_id'), 'one_use_links', ['user_id'], unique=False)
    op.create_table('opinions',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('guardian_name', sa.String(length=120), nullable=False),
    sa.Column('answer', sa.Enum('agree', 'partly', 'disagree', name='agreement', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=True),
    sa.Column('given_on', sa.Date(), nullable=False),
    sa.Column('recorded_by', sa.String(length=120), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_opinions_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinions'))
    )
    op.create_index(op.f('ix_opinions_child_id'), 'opinions', ['child_id'], unique=False)
    op.create_table('papers',
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=False),
    sa.Column('edition', sa.String(length=80), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('bytes_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_papers_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_papers')),
    sa.UniqueConstraint('kind', 'source_id', 'edition', name=op.f('uq_papers_kind_source_id_edition'))
    )
    op.create_index(op.f('ix_papers_child_id'), 'papers', ['child_id'], unique=False)
    op.create_table('print_logs',
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=True),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('user_name', sa.String(length=120), nullable=False),
    sa.Column('copies', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_print_logs_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_print_logs'))
    )
    op.create_index(op.f('ix_print_logs_child_id'), 'print_logs', ['child_id'], unique=False)
    op.create_table('recommendations',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('regular_class', 'special_class', 'special_school', 'home', 'remote', 'welfare', 'deferred', name='placement_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('committee', sa.String(length=120), nullable=False),
    sa.Column('members', sa.String(length=400), nullable=False),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('recorded_by', sa.String(length=120), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_recommendations_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recommendations'))
    )
    op.create_index(op.f('ix_recommendations_child_id'), 'recommendations', ['child_id'], unique=False)
    op.create_table('role_grants',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Enum('administrator', 'auditor', 'city_coordinator', 'district_coordinator', 'expert', 'guardian', 'school_coordinator', 'visiting_teacher', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=True),
    sa.Column('school_id', sa.Uuid(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_role_grants_school_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_role_grants_unit_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_role_grants_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grants'))
    )
    op.create_index(op.f('ix_role_grants_school_id'), 'role_grants', ['school_id'], unique=False)
    op.create_index(op.f('ix_role_grants_unit_id'), 'role_grants', ['unit_id'], unique=False)
    op.create_index(op.f('ix_role_grants_user_id'), 'role_grants', ['user_id'], unique=False)
    op.create_index('uq_role_grants_open', 'role_grants', ['user_id', 'role', 'unit_id', 'school_id'], unique=True, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('roll_requests',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('registration', 'deferral', 'placement', 'enrolment', 'suspension', 'extension', 'resumption', 'transfer_out', 'transfer_in', 'transfer_opened', 'transfer_refused', 'link_change', 'number_change', name='movement_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('grade', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('proof', sa.String(length=400), nullable=False),
    sa.Column('asked_by_id', sa.Uuid(), nullable=True),
    sa.Column('asked_by_name', sa.String(length=120), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('open', 'done', 'refused', name='transfer_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('answered_by_name', sa.String(length=120), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer_reason', sa.String(length=400), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_roll_requests_child_id')),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_roll_requests_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_requests'))
    )
    op.create_index(op.f('ix_roll_requests_child_id'), 'roll_requests', ['child_id'], unique=False)
    op.create_index(op.f('ix_roll_requests_school_id'), 'roll_requests', ['school_id'], unique=False)
    op.create_table('roll_states',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('registered', 'deferred', 'placed', 'active', 'suspended', 'transferring', 'dropout', 'abroad', 'missing', 'graduated', 'completed', 'deceased', 'left_area', name='roll_status', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_roll_states_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_states'))
    )
    op.create_index('ix_roll_states_child_id', 'roll_states', ['child_id', 'valid_from', 'valid_to', 'status'], unique=False)
    op.create_index('ix_roll_states_status', 'roll_states', ['status'], unique=False, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.create_index('uq_roll_states_live', 'roll_states', ['child_id'], unique=True, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('safety_cards',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('seizure', sa.String(length=300), nullable=True),
    sa.Column('choking', sa.String(length=300), nullable=True),
    sa.Column('allergy', sa.String(length=300), nullable=True),
    sa.Column('medicine', sa.String(length=300), nullable=True),
    sa.Column('dog', sa.Boolean(), nullable=False),
    sa.Column('two_adults', sa.Boolean(), nullable=False),
    sa.Column('other', sa.String(length=300), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_safety_cards_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_safety_cards')),
    sa.UniqueConstraint('child_id', name=op.f('uq_safety_cards_child_id'))
    )
    op.create_table('saved_filters',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('page', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('query', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_saved_filters_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_filters'))
    )
    op.create_index(op.f('ix_saved_filters_user_id'), 'saved_filters', ['user_id'], unique=False)
    op.create_table('school_names',
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_school_names_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_names'))
    )
    op.create_index(op.f('ix_school_names_name'), 'school_names', ['name'], unique=False)
    op.create_index(op.f('ix_school_names_school_id'), 'school_names', ['school_id'], unique=False)
    op.create_table('school_units',
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_school_units_school_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_school_units_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_units'))
    )
    op.create_index(op.f('ix_school_units_school_id'), 'school_units', ['school_id'], unique=False)
    op.create_index(op.f('ix_school_units_unit_id'), 'school_units', ['unit_id'], unique=False)
    op.create_table('sights',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('school', 'teacher', 'expert', 'guardian', name='sight_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('holder_id', sa.Uuid(), nullable=False),
    sa.Column('because', sa.String(length=80), nullable=False),
    sa.Column('because_id', sa.Uuid(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_sights_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sights'))
    )
    op.create_index(op.f('ix_sights_child_id'), 'sights', ['child_id'], unique=False)
    op.create_index('ix_sights_holder', 'sights', ['holder_id', 'child_id'], unique=False)
    op.create_table('sign_ins',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('address', sa.String(length=60), nullable=False),
    sa.Column('browser', sa.String(length=300), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sign_ins_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ins')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_ins_token_hash'))
    )
    op.create_index(op.f('ix_sign_ins_user_id'), 'sign_ins', ['user_id'], unique=False)
    op.create_table('student_numbers',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('G', 'L', 'J', name='student_number_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('number_blind', sa.LargeBinary(length=16), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_student_numbers_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_student_numbers'))
    )
    op.create_index(op.f('ix_student_numbers_child_id'), 'student_numbers', ['child_id'], unique=False)
    op.create_index('uq_student_numbers_blind', 'student_numbers', ['number_blind'], unique=True)
    op.create_index('uq_student_numbers_live', 'student_numbers', ['child_id'], unique=True, sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.create_table('teachers',
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('skills', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_teachers_school_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_teachers_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teachers')),
    sa.UniqueConstraint('school_id', 'number', name=op.f('uq_teachers_school_id_number')),
    sa.UniqueConstraint('user_id', name=op.f('uq_teachers_user_id'))
    )
    op.create_index(op.f('ix_teachers_number'), 'teachers', ['number'], unique=False)
    op.create_index(op.f('ix_teachers_school_id'), 'teachers', ['school_id'], unique=False)
    op.create_table('teams',
    sa.Column('unit_id', sa.Uuid(), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_teams_school_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_teams_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams'))
    )
    op.create_index(op.f('ix_teams_school_id'), 'teams', ['school_id'], unique=False)
    op.create_index(op.f('ix_teams_unit_id'), 'teams', ['unit_id'], unique=False)
    op.create_table('timeline_events',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('file', 'assessment', 'placement', 'plan', 'roll', 'visit', 'family', name='event_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('values', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('by_name', sa.String(length=120), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_timeline_events_child_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_timeline_events'))
    )
    op.create_index('ix_timeline_events_child', 'timeline_events', ['child_id', 'happened_on', 'recorded_at'], unique=False)
    op.create_table('transfers',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('from_school_id', sa.Uuid(), nullable=False),
    sa.Column('to_school_id', sa.Uuid(), nullable=False),
    sa.Column('grade', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('open', 'done', 'refused', name='transfer_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('next_step', sa.Enum('receiving_school', 'receiving_unit', 'sending_school', 'sending_unit', name='transfer_step', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('next_due_on', sa.Date(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by_name', sa.String(length=120), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_transfers_child_id')),
    sa.ForeignKeyConstraint(['from_school_id'], ['schools.id'], name=op.f('fk_transfers_from_school_id')),
    sa.ForeignKeyConstraint(['to_school_id'], ['schools.id'], name=op.f('fk_transfers_to_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfers'))
    )
    op.create_index(op.f('ix_transfers_child_id'), 'transfers', ['child_id'], unique=False)
    op.create_index(op.f('ix_transfers_from_school_id'), 'transfers', ['from_school_id'], unique=False)
    op.create_index(op.f('ix_transfers_to_school_id'), 'transfers', ['to_school_id'], unique=False)
    op.create_index('uq_transfers_open', 'transfers', ['child_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table('unserved_needs',
    sa.Column('timetable_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('service_key', sa.Uuid(), nullable=False),
    sa.Column('missing', sa.Integer(), nullable=False),
    sa.Column('reasons', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_unserved_needs_child_id')),
    sa.ForeignKeyConstraint(['timetable_id'], ['timetables.id'], name=op.f('fk_unserved_needs_timetable_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unserved_needs'))
    )
    op.create_index(op.f('ix_unserved_needs_timetable_id'), 'unserved_needs', ['timetable_id'], unique=False)
    op.create_table('decisions',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('recommendation_id', sa.Uuid(), nullable=True),
    sa.Column('opinion_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.Enum('regular_class', 'special_class', 'special_school', 'home', 'remote', 'welfare', 'deferred', name='placement_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('school_id', sa.Uuid(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('departure_reason', sa.String(length=400), nullable=True),
    sa.Column('home_reason', sa.String(length=400), nullable=True),
    sa.Column('review_on', sa.Date(), nullable=True),
    sa.Column('carried_over', sa.Boolean(), nullable=False),
    sa.Column('decided_by', sa.String(length=120), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.String(length=400), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_decisions_child_id')),
    sa.ForeignKeyConstraint(['opinion_id'], ['opinions.id'], name=op.f('fk_decisions_opinion_id')),
    sa.ForeignKeyConstraint(['recommendation_id'], ['recommendations.id'], name=op.f('fk_decisions_recommendation_id')),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_decisions_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions'))
    )
    op.create_index('ix_decisions_child_id', 'decisions', ['child_id', 'valid_from', 'ended_on', 'kind'], unique=False)
    op.create_index('ix_decisions_kind_open', 'decisions', ['kind'], unique=False, sqlite_where=sa.text('ended_on IS NULL'), postgresql_where=sa.text('ended_on IS NULL'))
    op.create_index('uq_decisions_open', 'decisions', ['child_id'], unique=True, sqlite_where=sa.text('ended_on IS NULL'), postgresql_where=sa.text('ended_on IS NULL'))
    op.create_table('leaves',
    sa.Column('teacher_id', sa.Uuid(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teachers.id'], name=op.f('fk_leaves_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leaves'))
    )
    op.create_index(op.f('ix_leaves_teacher_id'), 'leaves', ['teacher_id'], unique=False)
    op.create_table('teacher_hours',
    sa.Column('teacher_id', sa.Uuid(), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teachers.id'], name=op.f('fk_teacher_hours_teacher_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teacher_hours'))
    )
    op.create_index(op.f('ix_teacher_hours_teacher_id'), 'teacher_hours', ['teacher_id'], unique=False)
    op.create_table('team_members',
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('teacher_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['teacher_id'], ['teachers.id'], name=op.f('fk_team_members_teacher_id')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_team_members_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_members')),
    sa.UniqueConstraint('team_id', 'teacher_id', name=op.f('uq_team_members_team_id_teacher_id'))
    )
    op.create_index(op.f('ix_team_members_teacher_id'), 'team_members', ['teacher_id'], unique=False)
    op.create_index(op.f('ix_team_members_team_id'), 'team_members', ['team_id'], unique=False)
    op.create_table('transfer_answers',
    sa.Column('transfer_id', sa.Uuid(), nullable=False),
    sa.Column('step', sa.Enum('receiving_school', 'receiving_unit', 'sending_school', 'sending_unit', name='transfer_step', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.Column('by_name', sa.String(length=120), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('extra', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['transfer_id'], ['transfers.id'], name=op.f('fk_transfer_answers_transfer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_answers'))
    )
    op.create_index(op.f('ix_transfer_answers_transfer_id'), 'transfer_answers', ['transfer_id'], unique=False)
    op.create_index('uq_transfer_answers_step', 'transfer_answers', ['transfer_id', 'step'], unique=True)
    op.create_table('placement_evidence',
    sa.Column('decision_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('issuer', sa.String(length=120), nullable=False),
    sa.Column('dated_on', sa.Date(), nullable=False),
    sa.Column('recorded_by', sa.String(length=120), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_placement_evidence_decision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement_evidence')),
    sa.UniqueConstraint('decision_id', 'position', name=op.f('uq_placement_evidence_decision_id_position'))
    )
    op.create_table('plan_versions',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'approved', name='version_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=False),
    sa.Column('curriculum', sa.String(length=40), nullable=False),
    sa.Column('copied_from_id', sa.Uuid(), nullable=True),
    sa.Column('decision_id', sa.Uuid(), nullable=True),
    sa.Column('author_id', sa.Uuid(), nullable=True),
    sa.Column('author_name', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_by_id', sa.Uuid(), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('returned_reason', sa.String(length=400), nullable=True),
    sa.Column('approved_by_id', sa.Uuid(), nullable=True),
    sa.Column('approved_by_name', sa.String(length=120), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('guardian_answer', sa.String(length=20), nullable=True),
    sa.Column('guardian_name', sa.String(length=120), nullable=True),
    sa.Column('guardian_words', sa.Text(), nullable=True),
    sa.Column('guardian_on', sa.Date(), nullable=True),
    sa.Column('below_rule_reason', sa.String(length=400), nullable=True),
    sa.Column('no_words_reason', sa.String(length=400), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('content_hash', sa.String(length=64), nullable=True),
    sa.Column('check_code', sa.String(length=32), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('edited_by_name', sa.String(length=120), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['users.id'], name=op.f('fk_plan_versions_approved_by_id')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_plan_versions_author_id')),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_plan_versions_child_id')),
    sa.ForeignKeyConstraint(['copied_from_id'], ['plan_versions.id'], name=op.f('fk_plan_versions_copied_from_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_plan_versions_decision_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['users.id'], name=op.f('fk_plan_versions_submitted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_versions')),
    sa.UniqueConstraint('check_code', name=op.f('uq_plan_versions_check_code')),
    sa.UniqueConstraint('child_id', 'number', name=op.f('uq_plan_versions_child_id_number'))
    )
    op.create_index(op.f('ix_plan_versions_content_hash'), 'plan_versions', ['content_hash'], unique=False)
    op.create_index('ix_plan_versions_state', 'plan_versions', ['state', 'review_on', 'id', 'ends_on', 'child_id'], unique=False)
    op.create_index('uq_plan_versions_work', 'plan_versions', ['child_id'], unique=True, sqlite_where=sa.text("state IN ('draft', 'submitted')"), postgresql_where=sa.text("state IN ('draft', 'submitted')"))
    op.create_table('return_tests',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('decision_id', sa.Uuid(), nullable=False),
    sa.Column('school_year', sa.Integer(), nullable=False),
    sa.Column('term', sa.Integer(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.Enum('no', 'partly', 'yes', name='return_answer', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('words', sa.String(length=1000), nullable=False),
    sa.Column('answered_by', sa.String(length=120), nullable=False),
    sa.Column('recorded_by', sa.String(length=120), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_return_tests_child_id')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_return_tests_decision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_tests'))
    )
    op.create_index('ix_return_tests_child', 'return_tests', ['child_id', 'school_year', 'term'], unique=False)
    op.create_index(op.f('ix_return_tests_decision_id'), 'return_tests', ['decision_id'], unique=False)
    op.create_table('family_answers',
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('guardian_id', sa.Uuid(), nullable=False),
    sa.Column('guardian_name', sa.String(length=120), nullable=False),
    sa.Column('answer', sa.Enum('agree', 'partly', 'disagree', name='agreement', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_family_answers_child_id')),
    sa.ForeignKeyConstraint(['guardian_id'], ['guardians.id'], name=op.f('fk_family_answers_guardian_id')),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_family_answers_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_family_answers'))
    )
    op.create_index(op.f('ix_family_answers_child_id'), 'family_answers', ['child_id'], unique=False)
    op.create_index(op.f('ix_family_answers_version_id'), 'family_answers', ['version_id'], unique=False)
    op.create_table('plan_forces',
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_plan_forces_child_id')),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_plan_forces_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_forces')),
    sa.UniqueConstraint('version_id', name=op.f('uq_plan_forces_version_id'))
    )
    op.create_index('ix_plan_forces_child_id', 'plan_forces', ['child_id', 'valid_from', 'valid_to', 'version_id'], unique=False)
    op.create_index('ix_plan_forces_valid_from', 'plan_forces', ['valid_from'], unique=False)
    op.create_index('ix_plan_forces_valid_to', 'plan_forces', ['valid_to'], unique=False)
    op.create_table('plan_goals',
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('goal_key', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('area', sa.String(length=60), nullable=False),
    sa.Column('domain', sa.String(length=60), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('baseline', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('carried', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('edited_by_name', sa.String(length=120), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_plan_goals_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_goals')),
    sa.UniqueConstraint('version_id', 'goal_key', name=op.f('uq_plan_goals_version_id_goal_key'))
    )
    op.create_index(op.f('ix_plan_goals_goal_key'), 'plan_goals', ['goal_key'], unique=False)
    op.create_table('plan_sections',
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.Enum('strengths', 'needs', 'child_words', 'family_words', 'curriculum', 'strategies', 'environment', 'behaviour', 'home_practice', 'evaluation', 'transition', 'participants', name='section_key', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('carried', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('edited_by_name', sa.String(length=120), nullable=True),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_plan_sections_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_sections')),
    sa.UniqueConstraint('version_id', 'key', name=op.f('uq_plan_sections_version_id_key'))
    )
    op.create_table('plan_services',
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('service_key', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('home_teaching', 'remote_teaching', 'resource_room', 'rehabilitation', 'psychology', 'speech', 'transport', 'other', name='service_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('frequency', sa.Enum('week', 'fortnight', 'month', name='frequency', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('place', sa.Enum('home', 'classroom', 'resource_room', 'centre', 'online', name='service_place', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('provider_school_id', sa.Uuid(), nullable=True),
    sa.Column('provider', sa.String(length=200), nullable=False),
    sa.Column('needs', sa.String(length=200), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('edited_by_name', sa.String(length=120), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['provider_school_id'], ['schools.id'], name=op.f('fk_plan_services_provider_school_id')),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_plan_services_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_services')),
    sa.UniqueConstraint('version_id', 'service_key', name=op.f('uq_plan_services_version_id_service_key'))
    )
    op.create_index(op.f('ix_plan_services_service_key'), 'plan_services', ['service_key'], unique=False)
    op.create_table('visits',
    sa.Column('timetable_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('plan_version_id', sa.Uuid(), nullable=False),
    sa.Column('service_key', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('travel_in', sa.Integer(), nullable=False),
    sa.Column('travel_estimated', sa.Boolean(), nullable=False),
    sa.Column('origin', sa.Enum('template', 'makeup', 'manual', name='visit_origin', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('frozen', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_visits_child_id')),
    sa.ForeignKeyConstraint(['plan_version_id'], ['plan_versions.id'], name=op.f('fk_visits_plan_version_id')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_visits_team_id')),
    sa.ForeignKeyConstraint(['timetable_id'], ['timetables.id'], name=op.f('fk_visits_timetable_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visits'))
    )
    op.create_index('ix_visits_child_id_day', 'visits', ['child_id', 'day'], unique=False)
    op.create_index(op.f('ix_visits_day'), 'visits', ['day'], unique=False)
    op.create_index('ix_visits_team_id_day', 'visits', ['team_id', 'day'], unique=False)
    op.create_index(op.f('ix_visits_timetable_id'), 'visits', ['timetable_id'], unique=False)
    op.create_table('bookings',
    sa.Column('visit_id', sa.Uuid(), nullable=False),
    sa.Column('holder_id', sa.Uuid(), nullable=False),
    sa.Column('starts_at', sa.DateTime(), nullable=False),
    sa.Column('ends_at', sa.DateTime(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['visit_id'], ['visits.id'], name=op.f('fk_bookings_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookings'))
    )
    op.create_index('ix_bookings_holder_id_starts_at', 'bookings', ['holder_id', 'starts_at'], unique=False)
    op.create_index(op.f('ix_bookings_visit_id'), 'bookings', ['visit_id'], unique=False)
    op.create_table('plan_objectives',
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('goal_id', sa.Uuid(), nullable=False),
    sa.Column('objective_key', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('condition', sa.Text(), nullable=False),
    sa.Column('behaviour', sa.Text(), nullable=False),
    sa.Column('criterion', sa.Text(), nullable=False),
    sa.Column('baseline', sa.Text(), nullable=False),
    sa.Column('plain_words', sa.Text(), nullable=False),
    sa.Column('prompt', sa.Enum('independent', 'verbal', 'gesture', 'model', 'physical', name='prompt_level', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('trials', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('person', sa.String(length=120), nullable=False),
    sa.Column('carried', sa.Boolean(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('edited_by_name', sa.String(length=120), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['goal_id'], ['plan_goals.id'], name=op.f('fk_plan_objectives_goal_id')),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_plan_objectives_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_objectives')),
    sa.UniqueConstraint('version_id', 'objective_key', name=op.f('uq_plan_objectives_version_id_objective_key'))
    )
    op.create_index(op.f('ix_plan_objectives_goal_id'), 'plan_objectives', ['goal_id'], unique=False)
    op.create_index(op.f('ix_plan_objectives_objective_key'), 'plan_objectives', ['objective_key'], unique=False)
    op.create_table('visit_records',
    sa.Column('visit_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('corrects_id', sa.Uuid(), nullable=True),
    sa.Column('key', sa.Uuid(), nullable=False),
    sa.Column('outcome', sa.Enum('given', 'not_given', name='record_outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=True),
    sa.Column('end', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Enum('family_cancelled', 'child_ill', 'child_in_hospital', 'nobody_home', 'teacher_ill', 'teacher_duty', 'road_closed', 'weather', 'other', name='missed_reason', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('practice', sa.Text(), nullable=True),
    sa.Column('confirmation', sa.Enum('on_phone', 'on_paper', 'not_yet', name='confirmation', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('confirmed_by', sa.String(length=120), nullable=True),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.Column('recorded_by_name', sa.String(length=120), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_visit_records_child_id')),
    sa.ForeignKeyConstraint(['corrects_id'], ['visit_records.id'], name=op.f('fk_visit_records_corrects_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['users.id'], name=op.f('fk_visit_records_recorded_by_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visits.id'], name=op.f('fk_visit_records_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_records')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_visit_records_corrects_id')),
    sa.UniqueConstraint('key', name=op.f('uq_visit_records_key'))
    )
    op.create_index(op.f('ix_visit_records_child_id'), 'visit_records', ['child_id'], unique=False)
    op.create_index(op.f('ix_visit_records_visit_id'), 'visit_records', ['visit_id'], unique=False)
    op.create_index('uq_visit_records_first', 'visit_records', ['visit_id'], unique=True, sqlite_where=sa.text('corrects_id IS NULL'), postgresql_where=sa.text('corrects_id IS NULL'))
    op.create_table('visit_points',
    sa.Column('record_id', sa.Uuid(), nullable=False),
    sa.Column('child_id', sa.Uuid(), nullable=False),
    sa.Column('objective_key', sa.Uuid(), nullable=False),
    sa.Column('prompt', sa.Enum('independent', 'verbal', 'gesture', 'model', 'physical', name='prompt_level', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('trials', sa.Integer(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_visit_points_child_id')),
    sa.ForeignKeyConstraint(['record_id'], ['visit_records.id'], name=op.f('fk_visit_points_record_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_points'))
    )
    op.create_index(op.f('ix_visit_points_objective_key'), 'visit_points', ['objective_key'], unique=False)
    op.create_index(op.f('ix_visit_points_record_id'), 'visit_points', ['record_id'], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace('%', '%%')))


def downgrade():
    for statement in UNGUARD[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_index(op.f('ix_visit_points_record_id'), table_name='visit_points')
    op.drop_index(op.f('ix_visit_points_objective_key'), table_name='visit_points')
    op.drop_table('visit_points')
    op.drop_index('uq_visit_records_first', table_name='visit_records', sqlite_where=sa.text('corrects_id IS NULL'), postgresql_where=sa.text('corrects_id IS NULL'))
    op.drop_index(op.f('ix_visit_records_visit_id'), table_name='visit_records')
    op.drop_index(op.f('ix_visit_records_child_id'), table_name='visit_records')
    op.drop_table('visit_records')
    op.drop_index(op.f('ix_plan_objectives_objective_key'), table_name='plan_objectives')
    op.drop_index(op.f('ix_plan_objectives_goal_id'), table_name='plan_objectives')
    op.drop_table('plan_objectives')
    op.drop_index(op.f('ix_bookings_visit_id'), table_name='bookings')
    op.drop_index('ix_bookings_holder_id_starts_at', table_name='bookings')
    op.drop_table('bookings')
    op.drop_index(op.f('ix_visits_timetable_id'), table_name='visits')
    op.drop_index('ix_visits_team_id_day', table_name='visits')
    op.drop_index(op.f('ix_visits_day'), table_name='visits')
    op.drop_index('ix_visits_child_id_day', table_name='visits')
    op.drop_table('visits')
    op.drop_index(op.f('ix_plan_services_service_key'), table_name='plan_services')
    op.drop_table('plan_services')
    op.drop_table('plan_sections')
    op.drop_index(op.f('ix_plan_goals_goal_key'), table_name='plan_goals')
    op.drop_table('plan_goals')
    op.drop_index('ix_plan_forces_valid_to', table_name='plan_forces')
    op.drop_index('ix_plan_forces_valid_from', table_name='plan_forces')
    op.drop_index('ix_plan_forces_child_id', table_name='plan_forces')
    op.drop_table('plan_forces')
    op.drop_index(op.f('ix_family_answers_version_id'), table_name='family_answers')
    op.drop_index(op.f('ix_family_answers_child_id'), table_name='family_answers')
    op.drop_table('family_answers')
    op.drop_index(op.f('ix_return_tests_decision_id'), table_name='return_tests')
    op.drop_index('ix_return_tests_child', table_name='return_tests')
    op.drop_table('return_tests')
    op.drop_index('uq_plan_versions_work', table_name='plan_versions', sqlite_where=sa.text("state IN ('draft', 'submitted')"), postgresql_where=sa.text("state IN ('draft', 'submitted')"))
    op.drop_index('ix_plan_versions_state', table_name='plan_versions')
    op.drop_index(op.f('ix_plan_versions_content_hash'), table_name='plan_versions')
    op.drop_table('plan_versions')
    op.drop_table('placement_evidence')
    op.drop_index('uq_transfer_answers_step', table_name='transfer_answers')
    op.drop_index(op.f('ix_transfer_answers_transfer_id'), table_name='transfer_answers')
    op.drop_table('transfer_answers')
    op.drop_index(op.f('ix_team_members_team_id'), table_name='team_members')
    op.drop_index(op.f('ix_team_members_teacher_id'), table_name='team_members')
    op.drop_table('team_members')
    op.drop_index(op.f('ix_teacher_hours_teacher_id'), table_name='teacher_hours')
    op.drop_table('teacher_hours')
    op.drop_index(op.f('ix_leaves_teacher_id'), table_name='leaves')
    op.drop_table('leaves')
    op.drop_index('uq_decisions_open', table_name='decisions', sqlite_where=sa.text('ended_on IS NULL'), postgresql_where=sa.text('ended_on IS NULL'))
    op.drop_index('ix_decisions_kind_open', table_name='decisions', sqlite_where=sa.text('ended_on IS NULL'), postgresql_where=sa.text('ended_on IS NULL'))
    op.drop_index('ix_decisions_child_id', table_name='decisions')
    op.drop_table('decisions')
    op.drop_index(op.f('ix_unserved_needs_timetable_id'), table_name='unserved_needs')
    op.drop_table('unserved_needs')
    op.drop_index('uq_transfers_open', table_name='transfers', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.drop_index(op.f('ix_transfers_to_school_id'), table_name='transfers')
    op.drop_index(op.f('ix_transfers_from_school_id'), table_name='transfers')
    op.drop_index(op.f('ix_transfers_child_id'), table_name='transfers')
    op.drop_table('transfers')
    op.drop_index('ix_timeline_events_child', table_name='timeline_events')
    op.drop_table('timeline_events')
    op.drop_index(op.f('ix_teams_unit_id'), table_name='teams')
    op.drop_index(op.f('ix_teams_school_id'), table_name='teams')
    op.drop_table('teams')
    op.drop_index(op.f('ix_teachers_school_id'), table_name='teachers')
    op.drop_index(op.f('ix_teachers_number'), table_name='teachers')
    op.drop_table('teachers')
    op.drop_index('uq_student_numbers_live', table_name='student_numbers', sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('uq_student_numbers_blind', table_name='student_numbers')
    op.drop_index(op.f('ix_student_numbers_child_id'), table_name='student_numbers')
    op.drop_table('student_numbers')
    op.drop_index(op.f('ix_sign_ins_user_id'), table_name='sign_ins')
    op.drop_table('sign_ins')
    op.drop_index('ix_sights_holder', table_name='sights')
    op.drop_index(op.f('ix_sights_child_id'), table_name='sights')
    op.drop_table('sights')
    op.drop_index(op.f('ix_school_units_unit_id'), table_name='school_units')
    op.drop_index(op.f('ix_school_units_school_id'), table_name='school_units')
    op.drop_table('school_units')
    op.drop_index(op.f('ix_school_names_school_id'), table_name='school_names')
    op.drop_index(op.f('ix_school_names_name'), table_name='school_names')
    op.drop_table('school_names')
    op.drop_index(op.f('ix_saved_filters_user_id'), table_name='saved_filters')
    op.drop_table('saved_filters')
    op.drop_table('safety_cards')
    op.drop_index('uq_roll_states_live', table_name='roll_states', sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('ix_roll_states_status', table_name='roll_states', sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('ix_roll_states_child_id', table_name='roll_states')
    op.drop_table('roll_states')
    op.drop_index(op.f('ix_roll_requests_school_id'), table_name='roll_requests')
    op.drop_index(op.f('ix_roll_requests_child_id'), table_name='roll_requests')
    op.drop_table('roll_requests')
    op.drop_index('uq_role_grants_open', table_name='role_grants', sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index(op.f('ix_role_grants_user_id'), table_name='role_grants')
    op.drop_index(op.f('ix_role_grants_unit_id'), table_name='role_grants')
    op.drop_index(op.f('ix_role_grants_school_id'), table_name='role_grants')
    op.drop_table('role_grants')
    op.drop_index(op.f('ix_recommendations_child_id'), table_name='recommendations')
    op.drop_table('recommendations')
    op.drop_index(op.f('ix_print_logs_child_id'), table_name='print_logs')
    op.drop_table('print_logs')
    op.drop_index(op.f('ix_papers_child_id'), table_name='papers')
    op.drop_table('papers')
    op.drop_index(op.f('ix_opinions_child_id'), table_name='opinions')
    op.drop_table('opinions')
    op.drop_index(op.f('ix_one_use_links_user_id'), table_name='one_use_links')
    op.drop_index(op.f('ix_one_use_links_guardian_id'), table_name='one_use_links')
    op.drop_index(op.f('ix_one_use_links_child_id'), table_name='one_use_links')
    op.drop_table('one_use_links')
    op.drop_index(op.f('ix_number_tails_tail'), table_name='number_tails')
    op.drop_index(op.f('ix_number_tails_child_id'), table_name='number_tails')
    op.drop_table('number_tails')
    op.drop_index('ix_movements_effective_on', table_name='movements')
    op.drop_index('ix_movements_child_id', table_name='movements')
    op.drop_table('movements')
    op.drop_index('uq_memberships_live', table_name='memberships', sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index(op.f('ix_memberships_school_id'), table_name='memberships')
    op.drop_index('ix_memberships_live_school', table_name='memberships', sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index(op.f('ix_memberships_child_id'), table_name='memberships')
    op.drop_table('memberships')
    op.drop_index('ix_import_rows_import', table_name='import_rows')
    op.drop_table('import_rows')
    op.drop_table('home_points')
    op.drop_index(op.f('ix_guardianships_guardian_id'), table_name='guardianships')
    op.drop_index(op.f('ix_guardianships_child_id'), table_name='guardianships')
    op.drop_table('guardianships')
    op.drop_index(op.f('ix_family_times_child_id'), table_name='family_times')
    op.drop_table('family_times')
    op.drop_index('ix_disabilities_screening_due_on', table_name='disabilities', sqlite_where=sa.text('screening_due_on IS NOT NULL'), postgresql_where=sa.text('screening_due_on IS NOT NULL'))
    op.drop_index(op.f('ix_disabilities_child_id'), table_name='disabilities')
    op.drop_index(op.f('ix_disabilities_certificate_blind'), table_name='disabilities')
    op.drop_table('disabilities')
    op.drop_index(op.f('ix_diagnoses_child_id'), table_name='diagnoses')
    op.drop_table('diagnoses')
    op.drop_index(op.f('ix_assessments_child_id'), table_name='assessments')
    op.drop_table('assessments')
    op.drop_table('users')
    op.drop_index(op.f('ix_unit_divisions_unit_id'), table_name='unit_divisions')
    op.drop_index(op.f('ix_unit_divisions_division_code'), table_name='unit_divisions')
    op.drop_table('unit_divisions')
    op.drop_index('uq_timetables_published', table_name='timetables', sqlite_where=sa.text("state = 'published' AND superseded_at IS NULL"), postgresql_where=sa.text("state = 'published' AND superseded_at IS NULL"))
    op.drop_index('ix_timetables_unit_id_month', table_name='timetables')
    op.drop_table('timetables')
    op.drop_index('uq_terms_municipal', table_name='terms', sqlite_where=sa.text('unit_id IS NULL'), postgresql_where=sa.text('unit_id IS NULL'))
    op.drop_table('terms')
    op.drop_index('ix_schools_unit_id_name', table_name='schools')
    op.drop_index(op.f('ix_schools_name'), table_name='schools')
    op.drop_table('schools')
    op.drop_index(op.f('ix_imports_file_hash'), table_name='imports')
    op.drop_table('imports')
    op.drop_index('uq_district_rules_live', table_name='district_rules', sqlite_where=sa.text('valid_to IS NULL'), postgresql_where=sa.text('valid_to IS NULL'))
    op.drop_index('uq_district_rules_default', table_name='district_rules', sqlite_where=sa.text('unit_id IS NULL AND valid_to IS NULL'), postgresql_where=sa.text('unit_id IS NULL AND valid_to IS NULL'))
    op.drop_index(op.f('ix_district_rules_unit_id'), table_name='district_rules')
    op.drop_table('district_rules')
    op.drop_index('uq_children_document_number_blind', table_name='children', sqlite_where=sa.text('document_number_blind IS NOT NULL'), postgresql_where=sa.text('document_number_blind IS NOT NULL'))
    op.drop_index('ix_children_unit_id_sort_key', table_name='children')
    op.drop_index(op.f('ix_children_town_code'), table_name='children')
    op.drop_index('ix_children_sort_key', table_name='children')
    op.drop_index(op.f('ix_children_phone_blind'), table_name='children')
    op.drop_index('ix_children_name_pinyin', table_name='children')
    op.drop_index('ix_children_name_initials', table_name='children')
    op.drop_index('ix_children_name', table_name='children')
    op.drop_index('ix_children_former_name', table_name='children', sqlite_where=sa.text('former_name IS NOT NULL'), postgresql_where=sa.text('former_name IS NOT NULL'))
    op.drop_index('ix_children_birth_on', table_name='children')
    op.drop_table('children')
    op.drop_index('uq_calendar_days_everywhere', table_name='calendar_days', sqlite_where=sa.text('unit_id IS NULL'), postgresql_where=sa.text('unit_id IS NULL'))
    op.drop_index(op.f('ix_calendar_days_unit_id'), table_name='calendar_days')
    op.drop_index('ix_calendar_days_day', table_name='calendar_days')
    op.drop_table('calendar_days')
    op.drop_table('units')
    op.drop_index('ix_jobs_state', table_name='jobs')
    op.drop_table('jobs')
    op.drop_index(op.f('ix_guardians_phone_blind'), table_name='guardians')
    op.drop_index(op.f('ix_guardians_name'), table_name='guardians')
    op.drop_index(op.f('ix_guardians_document_number_blind'), table_name='guardians')
    op.drop_table('guardians')
    op.drop_index(op.f('ix_form_posts_at'), table_name='form_posts')
    op.drop_table('form_posts')
    op.drop_table('file_numbers')
    op.drop_index(op.f('ix_divisions_parent_code'), table_name='divisions')
    op.drop_index(op.f('ix_divisions_code'), table_name='divisions')
    op.drop_table('divisions')
    op.drop_table('calendar_years')
    op.drop_index(op.f('ix_audit_entries_verb'), table_name='audit_entries')
    op.drop_index(op.f('ix_audit_entries_subject_id'), table_name='audit_entries')
    op.drop_index(op.f('ix_audit_entries_child_id'), table_name='audit_entries')
    op.drop_index(op.f('ix_audit_entries_actor_id'), table_name='audit_entries')
    op.drop_table('audit_entries')
    op.drop_index('ix_attempts_key_at', table_name='attempts')
    op.drop_table('attempts')
