"""files bound to what they prove: their rows, the sealed files lie in a folder"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# What the database itself refuses, as app/db/guards.py said when this was written.
SQLITE = [
    "CREATE TRIGGER stored_files_no_delete BEFORE DELETE ON stored_files BEGIN SELECT RAISE(ABORT, 'frozen: stored_files'); END",
    'CREATE TRIGGER stored_files_no_update BEFORE UPDATE ON stored_files WHEN old."type" IS NOT new."type" OR old."size" IS NOT new."size" OR old."content_blind" IS NOT new."content_blind" OR old."sealed_sha256" IS NOT new."sealed_sha256" OR old."kept_at" IS NOT new."kept_at" OR old."id" IS NOT new."id" BEGIN SELECT RAISE(ABORT, \'frozen: stored_files\'); END',
    "CREATE TRIGGER attachments_no_delete BEFORE DELETE ON attachments BEGIN SELECT RAISE(ABORT, 'frozen: attachments'); END",
    'CREATE TRIGGER attachments_no_update BEFORE UPDATE ON attachments WHEN (old.withdrawn_by_id IS NOT NULL AND old.withdrawn_by_id IS NOT new.withdrawn_by_id) OR (old.withdrawn_by_name IS NOT NULL AND old.withdrawn_by_name IS NOT new.withdrawn_by_name) OR (old.withdrawn_at IS NOT NULL AND old.withdrawn_at IS NOT new.withdrawn_at) OR (old.withdrawal_reason IS NOT NULL AND old.withdrawal_reason IS NOT new.withdrawal_reason) OR old."kind" IS NOT new."kind" OR old."subject_id" IS NOT new."subject_id" OR old."child_id" IS NOT new."child_id" OR old."file_id" IS NOT new."file_id" OR old."added_by_id" IS NOT new."added_by_id" OR old."added_by_name" IS NOT new."added_by_name" OR old."added_at" IS NOT new."added_at" OR old."id" IS NOT new."id" BEGIN SELECT RAISE(ABORT, \'frozen: attachments\'); END',
]
POSTGRESQL = [
    "CREATE TRIGGER stored_files_frozen BEFORE UPDATE OR DELETE ON stored_files FOR EACH ROW EXECUTE FUNCTION yian_frozen('=key_sealed')",
    'CREATE TRIGGER stored_files_no_truncate BEFORE TRUNCATE ON stored_files FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
    "CREATE TRIGGER attachments_frozen BEFORE UPDATE OR DELETE ON attachments FOR EACH ROW EXECUTE FUNCTION yian_frozen('withdrawn_by_id', 'withdrawn_by_name', 'withdrawn_at', 'withdrawal_reason', '=name_sealed')",
    'CREATE TRIGGER attachments_no_truncate BEFORE TRUNCATE ON attachments FOR EACH STATEMENT EXECUTE FUNCTION yian_frozen()',
]


def upgrade():
    op.create_table(
        "stored_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "pdf",
                "jpeg",
                "png",
                "docx",
                "xlsx",
                name="file_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_blind", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed_sha256", sa.String(length=64), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
    )
    op.create_index(op.f("ix_stored_files_content_blind"), "stored_files", ["content_blind"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("added_by_name", sa.String(length=120), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_by_name", sa.String(length=120), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_attachments_child_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_attachments_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_subject", "attachments", ["kind", "subject_id", "added_at"])
    op.create_index(op.f("ix_attachments_child_id"), "attachments", ["child_id"])
    op.create_index(op.f("ix_attachments_file_id"), "attachments", ["file_id"])
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade():
    """What is attached is lost to the rows; the sealed files stay in their folder, without their keys."""
    op.drop_table("attachments")
    op.drop_table("stored_files")
