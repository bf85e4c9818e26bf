"""what later proofs rest on is kept: timeline, memberships, states, answers, guardianships, papers, sights, units"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# What the database itself refuses, as app/db/guards.py said when this was written. Periods that held on no day (ended
# where they began) overlap nothing.
SQLITE = [
    "CREATE TRIGGER timeline_events_no_delete BEFORE DELETE ON timeline_events BEGIN SELECT RAISE(ABORT, 'frozen: timeline_events'); END",
    "CREATE TRIGGER timeline_events_no_update BEFORE UPDATE ON timeline_events BEGIN SELECT RAISE(ABORT, 'frozen: timeline_events'); END",
    "CREATE TRIGGER transfer_answers_no_delete BEFORE DELETE ON transfer_answers BEGIN SELECT RAISE(ABORT, 'frozen: transfer_answers'); END",
    "CREATE TRIGGER transfer_answers_no_update BEFORE UPDATE ON transfer_answers BEGIN SELECT RAISE(ABORT, 'frozen: transfer_answers'); END",
    "CREATE TRIGGER papers_no_delete BEFORE DELETE ON papers BEGIN SELECT RAISE(ABORT, 'frozen: papers'); END",
    'CREATE TRIGGER papers_no_update BEFORE UPDATE ON papers WHEN old."kind" IS NOT new."kind" OR old."source_id" IS NOT new."source_id" OR old."edition" IS NOT new."edition" OR old."child_id" IS NOT new."child_id" OR old."sha256" IS NOT new."sha256" OR old."pages" IS NOT new."pages" OR old."created_at" IS NOT new."created_at" OR old."id" IS NOT new."id" BEGIN SELECT RAISE(ABORT, \'frozen: papers\'); END',
    "CREATE TRIGGER roll_states_no_delete BEFORE DELETE ON roll_states BEGIN SELECT RAISE(ABORT, 'frozen: roll_states'); END",
    "CREATE TRIGGER roll_states_no_update BEFORE UPDATE ON roll_states WHEN (old.valid_to IS NOT NULL AND old.valid_to IS NOT new.valid_to) OR old.child_id IS NOT new.child_id OR old.status IS NOT new.status OR old.due_on IS NOT new.due_on OR old.valid_from IS NOT new.valid_from OR old.id IS NOT new.id BEGIN SELECT RAISE(ABORT, 'frozen: roll_states'); END",
    "CREATE TRIGGER memberships_no_delete BEFORE DELETE ON memberships BEGIN SELECT RAISE(ABORT, 'frozen: memberships'); END",
    'CREATE TRIGGER memberships_no_update BEFORE UPDATE ON memberships WHEN old."child_id" IS NOT new."child_id" OR old."school_id" IS NOT new."school_id" OR old."link" IS NOT new."link" OR old."grade" IS NOT new."grade" OR old."class_name" IS NOT new."class_name" OR old."class_number" IS NOT new."class_number" OR old."entered_month" IS NOT new."entered_month" OR old."entry_kind" IS NOT new."entry_kind" OR old."pupil_source" IS NOT new."pupil_source" OR old."attendance" IS NOT new."attendance" OR old."lrc" IS NOT new."lrc" OR old."valid_from" IS NOT new."valid_from" OR old."id" IS NOT new."id" BEGIN SELECT RAISE(ABORT, \'frozen: memberships\'); END',
    "CREATE TRIGGER sights_no_delete BEFORE DELETE ON sights BEGIN SELECT RAISE(ABORT, 'frozen: sights'); END",
    'CREATE TRIGGER sights_no_update BEFORE UPDATE ON sights WHEN old."child_id" IS NOT new."child_id" OR old."kind" IS NOT new."kind" OR old."holder_id" IS NOT new."holder_id" OR old."right" IS NOT new."right" OR old."because" IS NOT new."because" OR old."because_id" IS NOT new."because_id" OR old."facts_to" IS NOT new."facts_to" OR old."valid_from" IS NOT new."valid_from" OR old."id" IS NOT new."id" BEGIN SELECT RAISE(ABORT, \'frozen: sights\'); END',
    "CREATE TRIGGER responsible_units_no_delete BEFORE DELETE ON responsible_units BEGIN SELECT RAISE(ABORT, 'frozen: responsible_units'); END",
    'CREATE TRIGGER responsible_units_no_update BEFORE UPDATE ON responsible_units WHEN old."child_id" IS NOT new."child_id" OR old."unit_id" IS NOT new."unit_id" OR old."town_code" IS NOT new."town_code" OR old."because" IS NOT new."because" OR old."because_id" IS NOT new."because_id" OR old."valid_from" IS NOT new."valid_from" OR old."id" IS NOT new."id" BEGIN SELECT RAISE(ABORT, \'frozen: responsible_units\'); END',
    "CREATE TRIGGER guardianships_no_delete BEFORE DELETE ON guardianships BEGIN SELECT RAISE(ABORT, 'frozen: guardianships'); END",
    'CREATE TRIGGER guardianships_no_update BEFORE UPDATE ON guardianships WHEN (old.valid_to IS NOT NULL AND old.valid_to IS NOT new.valid_to) OR old."child_id" IS NOT new."child_id" OR old."guardian_id" IS NOT new."guardian_id" OR old."valid_from" IS NOT new."valid_from" OR old."id" IS NOT new."id" BEGIN SELECT RAISE(ABORT, \'frozen: guardianships\'); END',
]
OVERLAPS = [
    "CREATE TRIGGER memberships_overlap_insert BEFORE INSERT ON memberships WHEN EXISTS (SELECT 1 FROM memberships o WHERE o.child_id = new.child_id AND o.link = new.link AND o.id <> new.id AND (o.valid_to IS NULL OR o.valid_from < o.valid_to) AND (new.valid_to IS NULL OR new.valid_from < new.valid_to) AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: memberships'); END",
    "CREATE TRIGGER memberships_overlap_update BEFORE UPDATE ON memberships WHEN EXISTS (SELECT 1 FROM memberships o WHERE o.child_id = new.child_id AND o.link = new.link AND o.id <> new.id AND (o.valid_to IS NULL OR o.valid_from < o.valid_to) AND (new.valid_to IS NULL OR new.valid_from < new.valid_to) AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: memberships'); END",
    "CREATE TRIGGER roll_states_overlap_insert BEFORE INSERT ON roll_states WHEN EXISTS (SELECT 1 FROM roll_states o WHERE o.child_id = new.child_id AND o.id <> new.id AND (o.valid_to IS NULL OR o.valid_from < o.valid_to) AND (new.valid_to IS NULL OR new.valid_from < new.valid_to) AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: roll_states'); END",
    "CREATE TRIGGER roll_states_overlap_update BEFORE UPDATE ON roll_states WHEN EXISTS (SELECT 1 FROM roll_states o WHERE o.child_id = new.child_id AND o.id <> new.id AND (o.valid_to IS NULL OR o.valid_from < o.valid_to) AND (new.valid_to IS NULL OR new.valid_from < new.valid_to) AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: roll_states'); END",
]
OVERLAPS_BEFORE = [
    "CREATE TRIGGER memberships_overlap_insert BEFORE INSERT ON memberships WHEN EXISTS (SELECT 1 FROM memberships o WHERE o.child_id = new.child_id AND o.link = new.link AND o.id <> new.id AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: memberships'); END",
    "CREATE TRIGGER memberships_overlap_update BEFORE UPDATE ON memberships WHEN EXISTS (SELECT 1 FROM memberships o WHERE o.child_id = new.child_id AND o.link = new.link AND o.id <> new.id AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: memberships'); END",
    "CREATE TRIGGER roll_states_overlap_insert BEFORE INSERT ON roll_states WHEN EXISTS (SELECT 1 FROM roll_states o WHERE o.child_id = new.child_id AND o.id <> new.id AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: roll_states'); END",
    "CREATE TRIGGER roll_states_overlap_update BEFORE UPDATE ON roll_states WHEN EXISTS (SELECT 1 FROM roll_states o WHERE o.child_id = new.child_id AND o.id <> new.id AND (new.valid_to IS NULL OR o.valid_from < new.valid_to) AND (o.valid_to IS NULL OR new.valid_from < o.valid_to)) BEGIN SELECT RAISE(ABORT, 'overlap: roll_states'); END",
]
POSTGRESQL = [
    'CREATE TRIGGER timeline_events_frozen BEFORE UPDATE OR DELETE ON timeline_events FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER timeline_events_no_truncate BEFORE TRUNCATE ON timeline_events FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER transfer_answers_frozen BEFORE UPDATE OR DELETE ON transfer_answers FOR EACH ROW EXECUTE FUNCTION yian_frozen()',
    'CREATE TRIGGER transfer_answers_no_truncate BEFORE TRUNCATE ON transfer_answers FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    "CREATE TRIGGER papers_frozen BEFORE UPDATE OR DELETE ON papers FOR EACH ROW EXECUTE FUNCTION yian_frozen('=bytes_sealed')",
    'CREATE TRIGGER papers_no_truncate BEFORE TRUNCATE ON papers FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    "CREATE TRIGGER roll_states_frozen BEFORE UPDATE OR DELETE ON roll_states FOR EACH ROW EXECUTE FUNCTION yian_frozen('valid_to')",
    'CREATE TRIGGER roll_states_no_truncate BEFORE TRUNCATE ON roll_states FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    "CREATE TRIGGER memberships_frozen BEFORE UPDATE OR DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION yian_frozen('=valid_to')",
    'CREATE TRIGGER memberships_no_truncate BEFORE TRUNCATE ON memberships FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    "CREATE TRIGGER sights_frozen BEFORE UPDATE OR DELETE ON sights FOR EACH ROW EXECUTE FUNCTION yian_frozen('=valid_to')",
    'CREATE TRIGGER sights_no_truncate BEFORE TRUNCATE ON sights FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    "CREATE TRIGGER responsible_units_frozen BEFORE UPDATE OR DELETE ON responsible_units FOR EACH ROW EXECUTE FUNCTION yian_frozen('=valid_to')",
    'CREATE TRIGGER responsible_units_no_truncate BEFORE TRUNCATE ON responsible_units FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    "CREATE TRIGGER guardianships_frozen BEFORE UPDATE OR DELETE ON guardianships FOR EACH ROW EXECUTE FUNCTION yian_frozen('valid_to', '=position', '=relation', '=is_guardian', '=may_see')",
    'CREATE TRIGGER guardianships_no_truncate BEFORE TRUNCATE ON guardianships FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
]
FROZEN = "CREATE OR REPLACE FUNCTION yian_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE a jsonb; b jsonb; k text; BEGIN IF TG_OP = 'UPDATE' AND TG_NARGS > 0 THEN a := to_jsonb(OLD); b := to_jsonb(NEW); FOREACH k IN ARRAY TG_ARGV LOOP IF left(k, 1) = '=' THEN a := a - substr(k, 2); b := b - substr(k, 2); ELSIF a->k = 'null'::jsonb THEN a := a - k; b := b - k; END IF; END LOOP; IF a = b THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION 'frozen: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
FROZEN_BEFORE = "CREATE OR REPLACE FUNCTION yian_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE a jsonb; b jsonb; k text; BEGIN IF TG_OP = 'UPDATE' AND TG_NARGS > 0 THEN a := to_jsonb(OLD); b := to_jsonb(NEW); FOREACH k IN ARRAY TG_ARGV LOOP IF a->k = 'null'::jsonb THEN a := a - k; b := b - k; END IF; END LOOP; IF a = b THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION 'frozen: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
TABLES = ('timeline_events', 'transfer_answers', 'papers', 'roll_states', 'memberships', 'sights', 'responsible_units', 'guardianships')


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        _run([FROZEN, *POSTGRESQL])
    else:
        _overlaps(OVERLAPS)
        _run(SQLITE)


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        _run([f"DROP TRIGGER {table}_{name} ON {table}" for table in TABLES for name in ("frozen", "no_truncate")])
        _run([FROZEN_BEFORE])
    else:
        _run([f"DROP TRIGGER {table}_no_{name}" for table in TABLES for name in ("delete", "update")])
        _overlaps(OVERLAPS_BEFORE)


def _overlaps(statements):
    _run([f"DROP TRIGGER {table}_overlap_{event}" for table in ("memberships", "roll_states")
          for event in ("insert", "update")])
    _run(statements)


def _run(statements):
    for statement in statements:
        op.execute(sa.DDL(statement.replace("%", "%%")))
