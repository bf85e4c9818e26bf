"""the pinyin of schools: nothing in 长寿区 or 乐天小学 is a surname"""

import sqlalchemy as sa
from alembic import op

from app.kernel.sounds import reading_of

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

SCHOOLS = sa.table("schools", sa.column("id", sa.Uuid()), sa.column("name", sa.String()),
                   sa.column("name_pinyin", sa.String()), sa.column("name_initials", sa.String()))


def upgrade():
    """What is derived is derived anew."""
    bind = op.get_bind()
    for row in bind.execute(sa.select(SCHOOLS)).all():
        spoken, initials, _order = reading_of(row.name)
        read = {"name_pinyin": spoken[:240], "name_initials": initials[:120]}
        if read != {"name_pinyin": row.name_pinyin, "name_initials": row.name_initials}:
            bind.execute(SCHOOLS.update().where(SCHOOLS.c.id == row.id).values(read))


def downgrade():
    """The earlier version searches in these as well as in its own."""
