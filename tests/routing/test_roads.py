"""Roads from an OpenStreetMap extract: the minutes are counted by hand."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from app.kernel.problems import Refused
from app.routing.roads import box_around, load, read_extract, road_minutes, save
from app.routing.roads.kinds import barred_of, direction_of, ferry_seconds, kind_of, limit_of
from app.routing.travel import Point
from tests.routing.roads import at, write

EVERYWHERE = {"here": box_around([at(0, 0), at(40, 40)])}


def place(name, east, north, mode="car"):
    return Point(name, *at(east, north), mode)


def network(folder, *ways, **told):
    return read_extract(write(folder / "roads.osm.pbf", ways, **told), EVERYWHERE)["here"]


def test_a_straight_road_by_hand(tmp_path):
    roads = network(tmp_path, ([(0, 0), (10, 0)], {"highway": "tertiary"}))
    found = road_minutes(roads, [place("a", 0, 0), place("b", 7, 0)])
    # 7 km at 35 km/h are 12 min, and 2 to park
    assert found.minutes.tolist() == [[0, 14], [14, 0]]
    assert found.walk == (0, 0) and not found.far and not found.cut_off
    assert roads.kilometres == 10 and roads.junctions == 2


def test_the_faster_way_round_is_taken_and_a_limit_counts(tmp_path):
    slow = ([(0, 0), (10, 0)], {"highway": "track"})  # 50 min
    up, over, down = ([(0, 0), (0, 5)], [(0, 5), (10, 5)], [(10, 5), (10, 0)])
    fast = [(points, {"highway": "primary"}) for points in (up, over, down)]  # 20 km at 50: 24 min
    ends = [place("a", 0, 0), place("b", 10, 0)]
    assert road_minutes(network(tmp_path, slow, *fast), ends).minutes[0, 1] == 26
    limited = [(points, {"highway": "primary", "maxspeed": "30"}) for points in (up, over, down)]  # 40 min
    assert road_minutes(network(tmp_path, slow, *limited), ends).minutes[0, 1] == 42


def test_of_two_roads_between_the_same_junctions_the_faster_counts_not_their_sum(tmp_path):
    twice = [([(0, 0), (5, 0)], {"highway": "primary"}), ([(0, 0), (5, 0)], {"highway": "track"})]
    assert road_minutes(network(tmp_path, *twice), [place("a", 0, 0), place("b", 5, 0)]).minutes[0, 1] == 8


def test_a_one_way_ring_is_asymmetric_by_car_and_not_on_foot(tmp_path):
    ring = ([(0, 0), (3, 0), (3, 3), (0, 3), (0, 0)], {"highway": "residential", "oneway": "yes"})
    roads = network(tmp_path, ring)
    drive = road_minutes(roads, [place("a", 1, 0), place("b", 3, 0)])
    # 2 km at 20 km/h: 6 min; the way back is 10 km: 30 min
    assert drive.minutes.tolist() == [[0, 8], [32, 0]]
    walk = road_minutes(roads, [place("a", 1, 0, "walk"), place("b", 3, 0, "walk")])
    assert walk.minutes.tolist() == [[0, 30], [30, 0]]


def test_a_footpath_is_walked_and_not_driven(tmp_path):
    road = ([(0, 0), (2, 0), (2, 9), (4, 9), (4, 0)], {"highway": "unclassified"})
    path = ([(2, 0), (4, 0)], {"highway": "path"})
    roads = network(tmp_path, road, path)
    # on foot 2 km of path: 30 min; by car 2 + 9 + 2 + 9 - 2 km = 20 km at 25: 48 + 2; by motorbike over the path at 8
    ends = [(2, 0), (4, 0)]
    assert road_minutes(roads, [place("a", *ends[0], "walk"), place("b", *ends[1], "walk")]).minutes[0, 1] == 30
    assert road_minutes(roads, [place("a", *ends[0]), place("b", *ends[1])]).minutes[0, 1] == 50
    assert (
        road_minutes(roads, [place("a", *ends[0], "motorbike"), place("b", *ends[1], "motorbike")]).minutes[0, 1] == 17
    )
    # of two means the slower counts
    mixed = road_minutes(roads, [place("a", *ends[0]), place("b", *ends[1], "walk")])
    assert mixed.minutes.tolist() == [[0, 50], [50, 0]]


def test_a_ferry_with_its_wait(tmp_path):
    banks = [([(0, 0), (5, 0)], {"highway": "secondary"}), ([(6, 0), (11, 0)], {"highway": "secondary"})]
    ferry = ([(5, 0), (5.5, 0), (6, 0)], {"route": "ferry", "duration": "00:10"})
    ends = [place("a", 5, 0), place("b", 6, 0)]
    assert road_minutes(network(tmp_path, *banks, ferry), ends).minutes[0, 1] == 27  # wait 15, cross 10, park 2
    slow = (ferry[0], {"route": "ferry"})
    assert road_minutes(network(tmp_path, *banks, slow), ends).minutes[0, 1] == 22  # 1 km at 12 km/h
    apart = road_minutes(network(tmp_path, *banks), [*ends, place("c", 0, 0)])
    assert apart.minutes.tolist() == [[0, -1, 10], [-1, 0, -1], [10, -1, 0]] and apart.cut_off == (1,)


def test_a_home_off_the_road_is_walked_to_and_one_too_far_stays_an_estimate(tmp_path):
    roads = network(tmp_path, ([(0, 0), (10, 0)], {"highway": "tertiary"}))
    found = road_minutes(roads, [place("a", 0, 0), place("b", 7, 0.5), place("c", 7, 3)])
    assert found.minutes.tolist() == [[0, 14, -1], [14, 0, -1], [-1, -1, 0]]
    assert found.walk == (0, 11, 0)  # 0.5 km x 1.4 at 4 km/h
    assert list(found.far) == [2] and abs(found.far[2] - 3000) < 10


def test_two_homes_on_one_stretch_do_not_drive_over_its_ends(tmp_path):
    roads = network(tmp_path, ([(0, 0), (20, 0)], {"highway": "tertiary"}))
    found = road_minutes(roads, [place("a", 16, 0), place("b", 9, 0), place("c", 16, 0), place("d", 2, 0)])
    assert found.minutes[0].tolist() == [0, 14, 0, 26]
    assert (found.minutes == found.minutes.T).all()


def test_a_car_park_drawn_alone_catches_nobody(tmp_path):
    road = [([(n, 0), (n + 1, 0)], {"highway": "tertiary"}) for n in range(9)]
    crumb = ([(5, 0.1), (5.1, 0.1)], {"highway": "service"})
    found = road_minutes(network(tmp_path, *road, crumb), [place("a", 0, 0), place("b", 5, 0.1)])
    assert found.minutes[0, 1] == 11 and found.walk[1] == 3


def test_only_the_roads_of_a_district_are_kept(tmp_path):
    ways = [
        ([(0, 0), (5, 0)], {"highway": "tertiary"}),
        ([(90, 0), (95, 0)], {"highway": "tertiary"}),
        ([(0, 1), (5, 1)], {"highway": "proposed"}),
        ([(0, 2), (5, 2)], {"building": "yes"}),
        ([(0, 3), (5, 3)], {"highway": "pedestrian", "area": "yes"}),
    ]
    path = write(tmp_path / "roads.osm", ways)
    found = read_extract(
        path, {"west": box_around([at(2, 0)]), "east": box_around([at(92, 0)], 1), "empty": box_around([at(45, 0)], 1)}
    )
    assert set(found) == {"west", "east"} and found["west"].kilometres == found["east"].kilometres == 5
    assert found["west"].source.day == "2026-11-01" and len(found["west"].source.sha256) == 64
    dated = write(tmp_path / "plain.osm", ways, header=False)
    assert read_extract(dated, {"w": box_around([at(2, 0)])})["w"].source.day == "2026-11-01"


def test_kept_roads_are_the_same_and_a_broken_file_says_what_to_do(tmp_path):
    roads = network(tmp_path, ([(0, 0), (4, 0), (4, 4)], {"highway": "tertiary"}))
    kept = tmp_path / "roads" / "500243.npz"
    save(roads, kept)
    again, ends = load(kept), [place("a", 0, 0), place("b", 4, 3)]
    assert again.source == roads.source
    assert (road_minutes(again, ends).minutes == road_minutes(roads, ends).minutes).all()
    assert [file.name for file in kept.parent.iterdir()] == ["500243.npz"]
    kept.write_bytes(kept.read_bytes()[:200])
    with pytest.raises(Refused, match="Load the extract again"):
        load(kept)
    np.savez(kept, other=np.zeros(1))
    with pytest.raises(Refused, match="Load the extract again"):
        load(kept)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("map.png", b"\x89PNG", "no OpenStreetMap file"),
        ("empty.osm.pbf", b"", "is empty"),
        ("page.osm", b"<html><body>Not found</body></html>", "cannot be read"),
        ("broken.osm.pbf", b"not a protocol buffer at all", "cannot be read"),
        ("bare.osm", b'<?xml version="1.0"?><osm version="0.6"></osm>', "There is no road in bare.osm"),
    ],
)
def test_a_file_that_is_no_extract(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused, match=words):
        read_extract(tmp_path / name, EVERYWHERE)


def test_no_file_a_cut_one_and_one_of_another_place(tmp_path):
    with pytest.raises(Refused, match="There is no file gone.osm"):
        read_extract(tmp_path / "gone.osm", EVERYWHERE)
    path = write(tmp_path / "roads.osm.pbf", [([(0, 0), (5, 0)], {"highway": "tertiary"})])
    with pytest.raises(Refused, match="lie elsewhere"):
        read_extract(path, {"far": box_around([(40.0, 116.0)])})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Refused, match="cannot be read"):
        read_extract(path, EVERYWHERE)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "motorway"}, 0),
        ({"highway": "construction"}, None),
        ({"route": "bus"}, None),
        ({"highway": "ferry"}, None),
        ({}, None),
    ],
)
def test_kinds_of_ways(tags, kind):
    assert kind_of(tags) == kind


def test_tags_by_the_book():
    assert direction_of({"highway": "motorway"}) == direction_of({"junction": "roundabout"}) == 1
    assert direction_of({"highway": "motorway", "oneway": "no"}) == 0 and direction_of({"oneway": "-1"}) == -1
    assert barred_of({"access": "private"}) == 3 and barred_of({"access": "no", "foot": "yes"}) == 1
    assert barred_of({"motor_vehicle": "no"}) == 1 and barred_of({"access": "no", "vehicle": "yes"}) == 2
    assert [limit_of({"maxspeed": text}) for text in ("40", "40 km/h", "signals", "9999", "")] == [40, 40, 0, 0, 0]
    assert [ferry_seconds({"duration": text}) for text in ("20", "01:05", "00:01:30", "PT1H5M", "PT", "soon")] == [
        1200,
        3900,
        90,
        3900,
        0,
        0,
    ]


def test_no_place_and_one_place(tmp_path):
    roads = network(tmp_path, ([(0, 0), (4, 0)], {"highway": "footway"}))
    assert road_minutes(roads, []).minutes.shape == (0, 0)
    alone = road_minutes(roads, [place("a", 0, 0, "walk")])
    assert alone.minutes.tolist() == [[0]] and not alone.cut_off
    assert road_minutes(roads, [place("a", 0, 0), place("b", 4, 0)]).far.keys() == {0, 1}  # no road for a car
    with pytest.raises(KeyError):
        road_minutes(roads, [place("a", 0, 0, "broom")])


def test_the_engine_stays_light():
    told = "import sys, app.routing, app.routing.roads; print(sorted({'osmium', 'scipy', 'numba'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
