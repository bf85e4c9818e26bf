"""who edited a version of a plan, so that none of them approves it"""


import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade():
    """Versions that are still worked on are filled from the trail; approved ones are frozen and stay as they are."""
    op.add_column("plan_versions", sa.Column("editors", JSON, nullable=False, server_default="[]"))
    rows = op.get_bind().execute(sa.text(
        "SELECT DISTINCT v.id, a.actor_id FROM plan_versions v JOIN audit_entries a ON a.child_id = v.child_id "
        "AND a.at >= v.created_at WHERE v.state IN ('draft', 'submitted') AND a.actor_id IS NOT NULL "
        "AND a.subject LIKE 'plan_%' AND a.verb IN ('save', 'add', 'remove', 'move', 'mark_reviewed') "
        "ORDER BY v.id, a.actor_id").columns(id=sa.Uuid(), actor_id=sa.Uuid())).all()
    editors = {}
    for version, person in rows:
        editors.setdefault(version, []).append(str(person))
    versions = sa.table("plan_versions", sa.column("id", sa.Uuid()), sa.column("editors", JSON))
    for version, people in editors.items():
        op.get_bind().execute(versions.update().where(versions.c.id == version).values(editors=people))


def downgrade():
    op.drop_column("plan_versions", "editors")
