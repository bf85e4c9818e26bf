"""${about}"""

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = "${down_revision}"
branch_labels = None
depends_on = None


def upgrade():
    raise NotImplementedError("what changes; where a row's new value comes from")


def downgrade():
    raise NotImplementedError("the way back, with what is lost on it")
