"""Where a child lives is in no table in clear: not as a coordinate, not in a measured place, not in the way's words."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select, text

from app.access import SYSTEM, Role
from app.children.models import HomePoint
from app.db import Base, db
from app.db.rotation import rotate, sealed_columns
from app.roads.actions.roads import Measured, store_measured
from app.roads.queries.legs import find_roads, road_input, unmeasured
from app.roads.queries.places import list_places
from app.roads.types import Spot
from app.routing.roads import RoadTimes
from tests.factories.schools import actor_of
from tests.support.databases import run_command

NUMBERS = sorted(path.name for path in Path("migrations/versions").glob("0*.py"))
BEFORE = next(one[:4] for one, after in pairwise(NUMBERS) if after.endswith("_sealed_homes.py"))
LATITUDE, LONGITUDE, WAY = 29.34567, 108.23456, "过了吊桥第三户，门口有黄桷树"


def told_in_clear() -> list[str]:
    """Every value of every table that says a home, as SQL reads it."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(text(f"SELECT * FROM {table.name}")).mappings():
            found += [
                f"{table.name}.{name}"
                for name, value in row.items()
                if any(sign in str(value) for sign in ("29.3456", "2934567", "108.2345", "10823456", "吊桥"))
                or isinstance(value, bytes)
                and "吊桥".encode() in value
            ]
    return found


@pytest.mark.both_databases
def test_a_home_set_in_the_page_and_measured_is_in_no_table_in_clear(app, coordinator, district):
    child = district.children[0]
    page = coordinator.submit(
        f"/children/{child.id}/home/edit", "edit-home", latitude=str(LATITUDE), longitude=str(LONGITUDE), way=WAY
    )
    assert (
        page.status_code == 200
        and "29.3457, 108.2346" in page.get_data(as_text=True)
        and WAY in page.get_data(as_text=True)
    )
    with app.app_context():
        measured_by_hand(district.unit.id)
        home = db.session.scalars(select(HomePoint).where(HomePoint.child_id == child.id)).one()
        assert (home.latitude, home.longitude, home.way) == (LATITUDE, LONGITUDE, WAY)
        assert told_in_clear() == []


def measured_by_hand(unit_id) -> None:
    """A table of minutes as a measuring keeps it, without roads."""
    db.write()
    places = list_places(actor_of(Role.CITY_COORDINATOR), unit_id)
    size = len(places)
    times = RoadTimes(np.full((size, size), 7, dtype=np.int32), (0,) * size)
    store_measured(SYSTEM, unit_id, Measured(places=places, times=times, name="roads"))
    db.session.commit()


def test_a_measured_place_is_known_again_and_another_point_is_another_place(app, district):
    with app.app_context():
        measured_by_hand(district.unit.id)
        places = list_places(actor_of(Role.CITY_COORDINATOR), district.unit.id)
        row = find_roads(district.unit.id)
        assert unmeasured(places, row) == 0 and all(len(place) == 2 for place in row.places)
        spots = {one.id: one.spot for one in places}
        assert len(road_input(district.unit.id, spots).places) == len(spots)
        home = next(one for one in places if one.is_home)
        moved = spots | {
            home.id: Spot(latitude=home.spot.latitude + 1, longitude=home.spot.longitude, mode=home.spot.mode)
        }
        assert home.id not in road_input(district.unit.id, moved).places


def test_the_rotation_seals_points_and_ways_anew(app, district):
    with app.app_context():
        assert {("home_points", "point"), ("home_points", "way")} <= set(sealed_columns())
        before = {row.child_id: (row.degrees, row.way) for row in db.session.scalars(select(HomePoint))}
        db.session.rollback()
        rotate()
        db.session.expire_all()
        assert {row.child_id: (row.degrees, row.way) for row in db.session.scalars(select(HomePoint))} == before
        assert {bytes(row)[:2] for row in db.session.scalars(select(HomePoint.point_sealed))} == {b"\x00\x02"}


@pytest.mark.both_databases
def test_the_migration_seals_homes_and_opens_them_again(app, district):
    with app.app_context():
        measured_by_hand(district.unit.id)
        before = {row.child_id: (row.degrees, row.way) for row in db.session.scalars(select(HomePoint))}
        places = find_roads(district.unit.id).places
        db.session.rollback()
        run_command(app, "db", "downgrade", "--to", BEFORE)
        lay = db.session.execute(text("SELECT latitude, longitude, way FROM home_points")).all()
        assert sorted((row.longitude, row.latitude) for row in lay) == sorted(at for at, _way in before.values())
        clear = str(db.session.execute(text("SELECT places FROM road_tables")).scalar())
        assert str(round(lay[0].latitude * 1e6)) in clear
        db.session.rollback()
        run_command(app, "db", "upgrade")
        db.session.expire_all()
        assert {row.child_id: (row.degrees, row.way) for row in db.session.scalars(select(HomePoint))} == before
        assert find_roads(district.unit.id).places == places
