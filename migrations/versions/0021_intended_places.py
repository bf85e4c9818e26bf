"""where a child that is not on a roll yet is meant to be"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _choice(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade():
    op.create_table(
        "intended_places",
        sa.Column("child_id", sa.Uuid(), nullable=False), sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("attending_id", sa.Uuid()), sa.Column("delivering_id", sa.Uuid()), sa.Column("grade", sa.Integer()),
        sa.Column("class_name", sa.String(length=60)), sa.Column("class_number", sa.String(length=20)),
        sa.Column("entered_month", sa.String(length=7)), sa.Column("entry_kind", sa.String(length=40)),
        sa.Column("pupil_source", sa.String(length=40)),
        sa.Column("attendance", _choice("attendance_mode", "day", "boarding", "lodging", "home", "other")),
        sa.Column("lrc", _choice("lrc_kind", "not_lrc", "visual", "hearing", "intellectual", "other")),
        sa.Column("valid_from", sa.Date(), nullable=False), sa.Column("valid_to", sa.Date()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_intended_places_child_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_intended_places_school_id"),
        sa.ForeignKeyConstraint(["attending_id"], ["schools.id"], name="fk_intended_places_attending_id"),
        sa.ForeignKeyConstraint(["delivering_id"], ["schools.id"], name="fk_intended_places_delivering_id"),
        sa.PrimaryKeyConstraint("id", name="pk_intended_places"))
    op.create_index("ix_intended_places_child_id", "intended_places", ["child_id"])
    live = sa.text("valid_to IS NULL")
    op.create_index("uq_intended_places_live", "intended_places", ["child_id"], unique=True, sqlite_where=live,
                    postgresql_where=live)


def downgrade():
    op.drop_table("intended_places")
