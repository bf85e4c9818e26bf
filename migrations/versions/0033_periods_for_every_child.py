"""the unit and town that answer for a child have a period for every child"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade():
    # The first period has the child's own key (app/children/bulk/units.py): the same after a way down and up.
    op.execute(
        "INSERT INTO responsible_units (id, child_id, unit_id, town_code, because, valid_from) "
        "SELECT c.id, c.id, c.unit_id, c.town_code, 'opened', '1900-01-01' FROM children c WHERE NOT EXISTS "
        "(SELECT 1 FROM responsible_units p WHERE p.child_id = c.id)"
    )


def downgrade():
    """Nothing: the version before reads these rows as it reads those of children who moved."""
