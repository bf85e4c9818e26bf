"""where a home lies and the way to it are sealed; of a measured place a keyed hash is kept"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.db.sealed import vault

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(astext_type=sa.Text()), "postgresql")
MODE = sa.Enum("walk", "motorbike", "car", "bus", "ferry", name="home_mode", native_enum=False, create_constraint=True,
               length=40)


def upgrade():
    rows = _read(_clear())
    _measured(None, _hash_of_place)
    box = vault()
    _replace(_sealed(), [
        {"id": row["id"], "child_id": row["child_id"], "mode": row["mode"], "walk_minutes": row["walk_minutes"],
         "closed_months": row["closed_months"], "revision": row["revision"],
         "point_sealed": box.seal("home_points", "point", row["id"], f"{row['longitude']!r},{row['latitude']!r}"),
         "way_sealed": box.seal("home_points", "way", row["id"], row["way"]) if row["way"] else None}
        for row in rows])


def downgrade():
    box, made = vault(), []
    for row in _read(_sealed()):
        longitude, latitude = box.open("home_points", "point", row["id"], row["point_sealed"]).split(",")
        way = row["way_sealed"] and box.open("home_points", "way", row["id"], row["way_sealed"])
        made.append({name: row[name] for name in ("id", "child_id", "mode", "walk_minutes", "closed_months", "revision")}
                    | {"longitude": float(longitude), "latitude": float(latitude), "way": way})
    _replace(_clear(), made)
    spots = [(str(row["child_id"]), row["latitude"], row["longitude"], row["mode"]) for row in made]
    spots += [(str(row.id), row.latitude, row.longitude, "car") for row in op.get_bind().execute(sa.text(
        "SELECT id, latitude, longitude FROM schools WHERE latitude IS NOT NULL AND longitude IS NOT NULL").columns(
        id=sa.Uuid()))]
    places = ([name, round(latitude * 1e6), round(longitude * 1e6), mode] for name, latitude, longitude, mode in spots)
    _measured({_hash_of_place(place)[1]: place for place in places}, _place_of_hash)


def _columns(*own):
    """The table in its order of columns; `own` are those of this form: the point, and the way."""
    *point, way = own
    return ("home_points", sa.Column("child_id", sa.Uuid(), nullable=False), *point,
            sa.Column("mode", MODE, nullable=False), sa.Column("walk_minutes", sa.Integer(), nullable=False), way,
            sa.Column("closed_months", JSON, nullable=False), sa.Column("revision", sa.Integer(), nullable=False),
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.ForeignKeyConstraint(["child_id"], ["children.id"], name="fk_home_points_child_id"),
            sa.PrimaryKeyConstraint("id", name="pk_home_points"),
            sa.UniqueConstraint("child_id", name="uq_home_points_child_id"))


def _sealed():
    return _columns(sa.Column("point_sealed", sa.LargeBinary(), nullable=False),
                    sa.Column("way_sealed", sa.LargeBinary(), nullable=True))


def _clear():
    return _columns(sa.Column("longitude", sa.Double(), nullable=False),
                    sa.Column("latitude", sa.Double(), nullable=False),
                    sa.Column("way", sa.String(length=400), nullable=True))


def _read(form):
    columns = [part for part in form if isinstance(part, sa.Column)]
    table = sa.table(form[0], *(sa.column(part.name, sa.String() if part.name == "mode" else part.type)
                                for part in columns))
    return [dict(row) for row in op.get_bind().execute(sa.select(table).order_by(table.c.id)).mappings()]


def _replace(form, rows):
    """Another table in the place of the old one: a column that is only dropped stays on PostgreSQL's disk."""
    op.drop_table("home_points")
    table = op.create_table(*form)
    if rows:
        op.get_bind().execute(table.insert(), rows)


def _hash_of_place(place, _known=None):
    name, latitude, longitude, mode = place
    return [name, vault().blind("place", f"{name}|{latitude}|{longitude}|{mode}").hex()]


def _place_of_hash(place, known):
    """Where it lay, while it lies there; a place that moved since is an estimate anyway until it is measured again."""
    return known.get(place[1]) or [place[0], 0, 0, "moved"]


def _measured(known, change):
    tables = sa.table("road_tables", sa.column("id", sa.Uuid()), sa.column("places", JSON))
    for row in op.get_bind().execute(sa.select(tables)).all():
        places = [change(place, known) for place in row.places]
        op.get_bind().execute(tables.update().where(tables.c.id == row.id).values(places=places))
