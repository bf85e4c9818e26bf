"""Minutes by road: an extract or a road server, from the command to the timetable."""

from __future__ import annotations

import json
import re
import socket

import pytest
from sqlalchemy import select

from app.access import Role
from app.children.models import HomePoint
from app.children.types import HomeMode
from app.db import db
from app.db.audit import AuditEntry
from app.jobs.runner import run_waiting
from app.kernel.problems import Refused
from app.roads.models import RoadService, RoadTable
from app.roads.services import BLOCK, Service, ask_minutes, check_address
from app.roads.types import RoadServiceKind
from app.routing.travel import Point
from app.timetables.models import Visit
from tests.factories import visits as make
from tests.roads.road_server import osrm, road_server, seconds, valhalla
from tests.routing.roads import osmium

OSRM, VALHALLA = RoadServiceKind.OSRM, RoadServiceKind.VALHALLA
PLACES = [Point("s", 29.30, 108.20), Point("n", 29.32, 108.20, "motorbike"), Point("f", 29.40, 108.30, "bus")]


def minutes(a, b, factor=1.0, extra=2):
    """As a person would count them from the server's seconds."""
    return -(-round(seconds(a, b) * factor + 60 * extra) // 60)


# --- the client, against real sockets -------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "answer", "factor"), [(OSRM, osrm, 1), (VALHALLA, valhalla, 2)])
def test_a_server_is_asked_for_all_pairs(kind, answer, factor):
    with road_server(answer) as (address, asked):
        found = ask_minutes(Service(kind, address), PLACES)
    s, n, f = ((p.latitude, p.longitude) for p in PLACES)
    assert found.minutes[0].tolist() == [0, minutes(s, n, factor), minutes(s, f, 1.4, 15)]
    assert (found.minutes == found.minutes.T).all() and not found.far
    assert all(path.startswith("/table/v1/driving/108.2" if kind == OSRM else "/sources_to_targets") for path in asked)


@pytest.mark.parametrize(("kind", "answer"), [(OSRM, osrm), (VALHALLA, valhalla)])
def test_many_places_are_asked_in_blocks(kind, answer):
    points = [Point(str(n), 29.3 + n / 1000, 108.2) for n in range(BLOCK * 2 + 3)]
    with road_server(answer) as (address, asked):
        found = ask_minutes(Service(kind, address), points).minutes
    assert len(asked) == 9
    ends = [(p.latitude, p.longitude) for p in points]
    for i, j in ((0, 1), (0, BLOCK), (BLOCK - 1, 2 * BLOCK + 2), (2 * BLOCK + 2, 3)):
        assert found[i, j] == minutes(ends[i], ends[j])


def test_a_way_that_the_server_does_not_know_and_a_place_far_from_its_roads():
    def answer(_path, _body):
        return 200, json.dumps(
            {
                "code": "Ok",
                "durations": [[0, None, 60], [90, 0, 60], [60, 60, 0]],
                "sources": [{"distance": 1}, {"distance": 400}, {"distance": 5000}],
            }
        ).encode()

    with road_server(answer) as (address, _asked):
        found = ask_minutes(Service(OSRM, address), [Point(str(n), 29 + n, 108) for n in range(3)])
    assert found.minutes.tolist() == [[0, -1, -1], [4, 0, -1], [-1, -1, 0]]
    assert found.far == {2: 5000} and found.walk == (0, 9, 0)


def test_osrm_says_nothing_of_ways_on_foot():
    with road_server(osrm) as (address, _asked):
        found = ask_minutes(Service(OSRM, address), [Point("a", 29, 108, "walk"), Point("b", 29.1, 108)])
    assert found.minutes.tolist() == [[0, -1], [-1, 0]]


def bad(content, status=200):
    return lambda _path, _body: (status, content)


@pytest.mark.parametrize(
    ("kind", "answer", "words"),
    [
        (OSRM, bad(b"", 500), "HTTP 500"),
        (OSRM, bad(b"<html>"), "not JSON"),
        (OSRM, bad(b"[" * 90_000), "not JSON"),
        (OSRM, bad(b"[]"), "no table"),
        (OSRM, bad(b'{"code": "NoTable"}'), "NoTable"),
        (OSRM, bad(b'{"code": "Ok", "durations": [[0]]}'), "no table"),
        (OSRM, bad(b'{"code": "Ok", "durations": [[0], [0], [0]]}'), "another size"),
        (OSRM, bad(b'{"code": "Ok", "durations": [[0, -1, 1], [1, 0, 1], [1, 1, 0]]}'), "a time in its table"),
        (OSRM, bad(b'{"code": "Ok", "durations": [[0, NaN, 1], [1, 0, 1], [1, 1, 0]]}'), "a time in its table"),
        (OSRM, bad(b'{"code": "Ok", "durations": [[0, 1e9, 1], [1, 0, 1], [1, 1, 0]]}'), "a time in its table"),
        (OSRM, bad(b"x" * 4_000_001), "too long"),
        (VALHALLA, bad(b'{"sources_to_targets": 1}'), "no table"),
        (VALHALLA, bad(b'{"sources_to_targets": [1, 2, 3]}'), "another size"),
        (VALHALLA, bad(b"", 400), "HTTP 400"),
    ],
)
def test_anything_but_a_table_of_times_is_refused(kind, answer, words):
    with road_server(answer) as (address, _asked), pytest.raises(Refused) as refused:
        ask_minutes(Service(kind, address), PLACES)
    assert words in str(refused.value)


def test_a_redirect_is_not_followed():
    with road_server(osrm) as (other, asked_of_other), road_server(bad(other.encode(), 302)) as (address, _asked):
        with pytest.raises(Refused, match="HTTP 302"):
            ask_minutes(Service(OSRM, address), PLACES)
        assert not asked_of_other


def test_nobody_listens_and_somebody_who_never_answers():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(Refused, match="it takes too long"):
            ask_minutes(Service(OSRM, address), PLACES, timeout=0.2)
    with pytest.raises(Refused, match="did not answer"):
        ask_minutes(Service(OSRM, address), PLACES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.0.0.5",
        "ftp://host",
        "file:///etc/passwd",
        "http://",
        "http://a b",
        "http://host:99999",
        "http://host/?q=1",
        "http://user:secret@host",
        "http://[::1",
    ],
)
def test_what_is_no_address(text):
    assert not check_address(text).ok


def test_an_address_loses_the_slash_at_its_end():
    assert check_address(" https://roads.example.cn:5000/osrm/ ").value == "https://roads.example.cn:5000/osrm"


# --- the product ----------------------------------------------------------------------------------------------------


@pytest.fixture
def extract(tmp_path):
    """A road from the school past both homes, 2.2 km a piece, at 35 km/h."""
    path = tmp_path / "pengshui.osm.pbf"
    head = osmium.io.Header()
    head.set("osmosis_replication_timestamp", "2026-11-01T21:00:00Z")
    with osmium.SimpleWriter(str(path), header=head) as writer:
        for n in range(4):
            writer.add_node(osmium.osm.mutable.Node(id=n + 1, location=(108.20, 29.30 + 0.02 * n), version=1))
        for n in range(3):
            writer.add_way(
                osmium.osm.mutable.Way(id=n + 1, nodes=[n + 1, n + 2], tags={"highway": "tertiary"}, version=1)
            )
    return path


@pytest.fixture
def command(app):
    """command("roads", "load", …) -> (exit code, output)."""

    def run(*words):
        done = app.test_cli_runner().invoke(args=["roads", *map(str, words)])
        return done.exit_code, done.output

    return run


@pytest.fixture
def ways(coordinator, district):
    """ways() -> {name: (minutes, source)} from the school, as the page shows them."""

    def read():
        page = coordinator.get("/legs", query_string={"from": f"school:{district.school.id}", "month": 5})
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))
        return {
            name: (int(there), source)
            for name, there, source in re.findall(r"(冉䶮一|田小满) (\d+) min (entered|by road|estimate)", text)
        }

    return read


@pytest.mark.both_databases
def test_an_extract_is_loaded_and_used(app, command, coordinator, district, extract, ways):
    assert {source for _minutes, source in ways().values()} == {"estimate"}
    code, output = command("load", extract, "--unit", district.unit.code)
    assert code == 0, output
    assert f"{district.unit.code} 彭水县: 3 places, 0 of them not on a road" in output
    assert "by pengshui.osm.pbf of 2026-11-01" in output
    # 2.22 km at 32 km/h by motorbike: 4.2 min, 2 to park, 5 on foot, rounded up to five; and 4.45 km
    assert ways() == {"冉䶮一": (15, "by road"), "田小满": (20, "by road")}
    assert (app.config["INSTANCE"] / "roads" / f"{district.unit.code}.npz").exists()
    page = coordinator.get("/legs").get_data(as_text=True)
    assert "pengshui.osm.pbf · 2026-11-01" in page
    with app.app_context():
        (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "measure_roads"))
        assert entry.detail["places"] == 3 and len(entry.detail["sha256"]) == 64
    assert command("load", extract)[0] == 0  # again, and for all units at once
    with app.app_context():
        assert len(list(db.session.scalars(select(RoadTable)))) == 1


def test_visits_on_roads_are_no_estimates_and_entered_minutes_still_come_first(
    app, command, coordinator, district, extract, make_timetable, ways
):
    command("load", extract)
    made = make_timetable()
    with app.app_context():
        assert {v.travel_estimated for v in db.session.scalars(select(Visit).where(Visit.timetable_id == made))} == {
            False
        }
    coordinator.submit(
        "/legs/new", start=f"school:{district.school.id}", end=f"home:{district.children[0].id}", minutes="50"
    )
    assert ways()["冉䶮一"] == (50, "entered")


def test_a_moved_home_is_an_estimate_until_the_roads_are_measured_again(
    app, command, coordinator, district, extract, ways
):
    command("load", extract)
    with app.app_context():
        db.write()
        home = db.session.scalars(select(HomePoint).where(HomePoint.child_id == district.children[0].id)).one()
        home.latitude = 29.36
        db.session.commit()
    assert ways()["冉䶮一"][1] == "estimate" and ways()["田小满"][1] == "by road"
    answer = coordinator.submit("/legs", form=f"/legs/measure?unit={district.unit.id}")
    assert answer.status_code == 200
    run_waiting(app)
    assert ways() == {"冉䶮一": (20, "by road"), "田小满": (20, "by road")}


def test_a_new_timetable_measures_a_new_home_by_itself(app, command, district, extract, make_timetable, ways):
    command("load", extract)
    with app.app_context():
        db.write()
        make.add_child(district, "龙·阿依", 2)
        db.session.commit()
    make_timetable()
    with app.app_context():
        assert len(db.session.scalars(select(RoadTable)).one().places) == 4


def test_a_home_far_from_every_road_is_named(app, command, coordinator, district, extract, ways):
    with app.app_context():
        db.write()
        home = db.session.scalars(select(HomePoint).where(HomePoint.child_id == district.children[0].id)).one()
        home.longitude = 108.25
        db.session.commit()
    assert "1 of them not on a road" in command("load", extract)[1]
    assert ways()["冉䶮一"][1] == "estimate"
    page = coordinator.get("/legs").get_data(as_text=True)
    assert "冉䶮一 lies 4.8 km from the nearest road that can be used: its minutes stay estimates." in page


def test_bad_files_change_nothing(app, command, district, extract, tmp_path, ways):
    command("load", extract)
    before = ways()
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(extract.read_bytes()[:100])
    for words, told in (
        (("load", broken), "cannot be read"),
        (("load", tmp_path / "none.osm"), "There is no file"),
        (("load", extract, "--unit", "999"), "There is no unit with the code 999"),
    ):
        code, output = command(*words)
        assert code == 1 and told in output
    assert ways() == before


@pytest.mark.both_databases
def test_a_road_server_is_asked_and_the_extract_answers_when_it_is_silent(
    app, command, district, extract, ways, coordinator
):
    with road_server(osrm) as (address, _asked):
        assert command("service", "osrm", address)[0] == 0
        assert "彭水县: measured" in command("measure", "--unit", district.unit.code)[1]
        # 2.22 km at 10 m/s: 3.7 min, 2 to park, 5 on foot, rounded up to five
        assert ways() == {"冉䶮一": (15, "by road"), "田小满": (15, "by road")}
        assert address in coordinator.get("/legs").get_data(as_text=True)
    code, output = command("measure", "--unit", district.unit.code)
    assert code == 1 and "The road server did not answer with times" in output
    assert ways()["田小满"] == (15, "by road")  # what was known stays
    assert "The road server did not answer" in coordinator.get("/legs").get_data(as_text=True)
    assert command("load", extract)[0] == 0
    assert ways()["田小满"] == (20, "by road")
    page = coordinator.get("/legs").get_data(as_text=True)
    assert "pengshui.osm.pbf" in page and "The road server did not answer" in page


def test_the_extract_knows_the_footpath_that_the_server_does_not(app, command, coordinator, district, extract, ways):
    with app.app_context():
        db.write()
        home = db.session.scalars(select(HomePoint).where(HomePoint.child_id == district.children[0].id)).one()
        home.mode = HomeMode.WALK
        db.session.commit()
    command("load", extract)
    with road_server(osrm) as (address, _asked):
        command("service", "osrm", address)
        command("measure", "--unit", district.unit.code)
        # on foot 2.22 km at 4 km/h: 33.4 min and 5; the other home as the server says
        assert ways() == {"冉䶮一": (40, "by road"), "田小满": (15, "by road")}
        assert f"{address} + pengshui.osm.pbf" in coordinator.get("/legs").get_data(as_text=True)


def test_a_silent_server_and_nothing_else_leaves_estimates_with_a_note(
    app, command, district, make_timetable, ways, coordinator
):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    command("service", "valhalla", address)
    make_timetable()
    assert {source for _minutes, source in ways().values()} == {"estimate"}
    assert "The road server did not answer" in coordinator.get("/legs").get_data(as_text=True)


def test_an_administrator_sets_the_server_and_takes_it_away(app, sign_in, client, district, coordinator):
    other = app.test_client()
    sign_in(Role.ADMINISTRATOR.value, client=other)
    refused = other.submit("/settings/roads", address="ftp://roads")
    assert refused.status_code == 422 and "Enter the address of the server" in refused.get_data(as_text=True)
    saved = other.submit("/settings/roads", kind="valhalla", address="http://10.0.0.5:8002/")
    assert saved.status_code == 200 and 'value="http://10.0.0.5:8002"' in saved.get_data(as_text=True)
    assert "Roads" in other.get("/settings").get_data(as_text=True)
    other.submit("/settings/roads", address="")
    with app.app_context():
        assert [row.address for row in db.session.scalars(select(RoadService).order_by(RoadService.set_at))] == [
            "http://10.0.0.5:8002",
            None,
        ]
        verbs = list(db.session.scalars(select(AuditEntry.verb)))
        assert verbs.count("set_road_service") == 2
    assert coordinator.get("/settings/roads").status_code == 404


def test_the_list_says_what_is_known(command, district, extract):
    assert "nothing measured, estimates only" in command("list")[1]
    command("load", extract)
    code, output = command("list")
    assert code == 0 and "No road server is set." in output
    assert f"{district.unit.code} 彭水县: 3 places by pengshui.osm.pbf 2026-11-01" in output
    assert command("service", "osrm")[1] == "No road server is asked any more.\n"
