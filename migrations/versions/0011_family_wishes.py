"""what families wish of the teachers who come; whether a teacher is a woman or a man"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = "sex IN ('female', 'male')"


def _json():
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade():
    # Both databases take a column with its check, so that the table need not be made anew.
    op.execute(f"ALTER TABLE teachers ADD COLUMN sex VARCHAR(40) CONSTRAINT ck_teachers_teacher_sex CHECK ({KINDS})")
    op.create_table(
        "family_wishes",
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("sex", sa.String(length=40), nullable=True),
        sa.Column("sex_must", sa.Boolean(), nullable=False),
        sa.Column("words", _json(), nullable=False),
        sa.Column("words_must", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_family_wishes_teacher_sex")),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_family_wishes_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_wishes")),
        sa.UniqueConstraint("child_id", name=op.f("uq_family_wishes_child_id")))


def downgrade():
    op.drop_table("family_wishes")
    op.drop_column("teachers", "sex")
