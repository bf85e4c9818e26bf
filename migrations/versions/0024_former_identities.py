"""who a child was said to be before a correction: former holders read what they knew"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "former_identities"
SEX = ("male", "female")
DOCUMENTS = ("resident_id", "hk_macao_permit", "taiwan_permit", "residence_permit", "foreign_card", "passport", "none",
             "other")


def upgrade():
    op.create_table(
        TABLE,
        sa.Column("child_id", sa.Uuid(), nullable=False), sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sex", _choice("sex", SEX), nullable=False), sa.Column("birth_on", sa.Date(), nullable=False),
        sa.Column("document_kind", _choice("document_kind", DOCUMENTS), nullable=False),
        sa.Column("document_mask", sa.String(length=40), nullable=True), sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_former_identities_child_id"),
        sa.PrimaryKeyConstraint("id", name="pk_former_identities"))
    op.create_index("ix_former_identities_child", TABLE, ["child_id", "changed_on"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW "
                   "EXECUTE FUNCTION yian_frozen()")
        op.execute(f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT "
                   "EXECUTE FUNCTION yian_frozen()")
        return
    for event in ("DELETE", "UPDATE"):
        op.execute(f"CREATE TRIGGER {TABLE}_no_{event.lower()} BEFORE {event} ON {TABLE} "
                   f"BEGIN SELECT RAISE(ABORT, 'frozen: {TABLE}'); END")


def downgrade():
    """What was kept is lost: former holders read today's names again."""
    op.drop_table(TABLE)


def _choice(name, values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
