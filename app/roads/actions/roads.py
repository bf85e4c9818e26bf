"""Minutes by road: loading an extract, setting a road server, measuring a unit's places.

The slow work (reading, asking, finding shortest ways) is done before the first row is written, so that nobody waits
for a lock meanwhile.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from flask import current_app
from sqlalchemy import select

from app.access import SYSTEM, Actor, Permission, Role, require
from app.db import audit, db
from app.errors import NotFound
from app.jobs.actions import queue_job
from app.jobs.models import Job
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused, to_stored
from app.roads.models import RoadService, RoadTable
from app.roads.queries.legs import find_roads, find_service, packed, place_row, unmeasured
from app.roads.queries.places import Place, list_places
from app.roads.services import Service, ask_minutes, check_address
from app.roads.types import RoadServiceKind
from app.routing.roads import Network, RoadTimes, box_around, load, read_extract, road_minutes, save
from app.routing.travel import Point
from app.schools.models import Unit
from app.teams.queries.who_may_plan import may_plan


def may_set_roads(actor: Actor) -> bool:
    """True for administrators and the city: a road server is asked for all districts."""
    return actor.may(Permission.SETTINGS_WRITE) and (actor.municipal or Role.ADMINISTRATOR in actor.roles)


def set_road_service(actor: Actor, kind: RoadServiceKind, address: str) -> RoadService:
    """Say which server is asked for minutes by road; an empty address takes it away. Raises Refused, NotFound."""
    require(actor, Permission.SETTINGS_WRITE)
    if not may_set_roads(actor):
        raise NotFound
    checked = check_address(address).on("address").value_or_refuse() if address.strip() else None
    row = RoadService(kind=kind, address=checked, set_by_name=actor.name, set_at=clock.now())
    db.session.add(row)
    audit.record(actor, "set_road_service", "road_service", row.id, kind=kind.value, address=checked)
    db.session.flush()
    return row


def network_file(unit: Unit) -> Path:
    """Where a unit's roads are kept beside the embedded database."""
    return Path(current_app.config["INSTANCE"]) / "roads" / f"{unit.code}.npz"


# --- measuring ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured for a unit, ready to be stored."""

    places: Sequence[Place]
    times: RoadTimes
    name: str
    day: str | None = None
    sha256: str | None = None
    notes: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class Sources:
    """What minutes can be measured with: a road server before the kept roads."""

    service: Service | None
    file: Path

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return self.service is not None or self.file.exists()


def sources_of(unit: Unit) -> Sources:
    """The server that is set and the unit's kept roads."""
    row = find_service()
    return Sources(Service(row.kind, row.address) if row and row.address else None, network_file(unit))


def measure(places: Sequence[Place], sources: Sources, network: Network | None = None) -> Measured:
    """Find the minutes by road between places; touches no row. A server that is silent is noted, and the kept roads
    answer in its place. Raises Refused when nothing else is there."""
    points = [Point(one.id, one.spot.latitude / 1e6, one.spot.longitude / 1e6, one.spot.mode) for one in places]
    asked, server, notes = None, "", []
    if sources.service is not None:
        try:
            asked, server = ask_minutes(sources.service, points), sources.service.address
        except Refused as refused:
            notes = [_note(problem) for problem in refused.problems]
            if network is None and not sources.file.exists():
                raise
    if network is None and sources.file.exists():
        network = load(sources.file)
    if network is None:
        if asked is None:
            raise Refused(
                Problem(
                    "roads_none", N_("There are no roads yet: an administrator loads an extract or sets a road server.")
                )
            )
        return Measured(places=places, times=asked, name=server, notes=_told(places, asked))
    found, source = road_minutes(network, points), network.source
    times = _joined(asked, found) if asked else found
    name = f"{server} + {source.name}" if asked else source.name
    return Measured(
        places=places,
        times=times,
        name=name,
        day=source.day or None,
        sha256=source.sha256,
        notes=notes + _told(places, times),
    )


def _joined(asked: RoadTimes, found: RoadTimes) -> RoadTimes:
    """The server's minutes, and by the kept roads those that it does not know (ways on foot, for example)."""
    far = {i: metres for i, metres in asked.far.items() if i in found.far} | {
        i: metres for i, metres in found.far.items() if not (asked.minutes[i] > 0).any()
    }
    cut_off = tuple(i for i in found.cut_off if not (asked.minutes[i] > 0).any())
    walk = tuple(map(max, asked.walk, found.walk))
    return RoadTimes(np.where(asked.minutes >= 0, asked.minutes, found.minutes), walk, far, cut_off)


def _note(problem: Problem) -> dict:
    return {"why": "service", **to_stored(problem)}


def _told(places: Sequence[Place], times: RoadTimes) -> list[dict[str, object]]:
    """Places that stay estimates."""
    far = [{"why": "far", "place": places[i].key, "metres": metres} for i, metres in sorted(times.far.items())]
    return far + [{"why": "cut_off", "place": places[i].key} for i in times.cut_off]


def store_measured(actor: Actor, unit_id: uuid.UUID, measured: Measured) -> RoadTable:
    """Keep what was measured in place of what was known. Doing it twice does no harm."""
    db.session.scalar(select(Unit.id).where(Unit.id == unit_id).with_for_update())
    row = find_roads(unit_id)
    if row is None:
        row = RoadTable(unit_id=unit_id)
        db.session.add(row)
    row.source_name, row.source_day, row.source_hash = measured.name, measured.day, measured.sha256
    row.places = [place_row(one.id, one.spot) for one in measured.places]
    row.minutes, row.walk, row.notes = packed(measured.times.minutes), list(measured.times.walk), measured.notes
    row.measured_by_name, row.measured_at = actor.name, clock.now()
    known = int((measured.times.minutes >= 0).sum()) - len(measured.places)
    audit.record(
        actor,
        "measure_roads",
        "road_table",
        row.id,
        unit=str(unit_id),
        source=measured.name,
        day=measured.day,
        sha256=measured.sha256,
        places=len(measured.places),
        known=known,
    )
    db.session.flush()
    return row


def note_silence(actor: Actor, unit_id: uuid.UUID, refused: Refused, name: str) -> None:
    """Say on the unit's page that nothing could be measured; what was known before stays."""
    notes = [_note(problem) for problem in refused.problems]
    row = find_roads(unit_id)
    if row is None:
        empty = RoadTimes(np.zeros((0, 0), dtype=int), ())
        store_measured(actor, unit_id, Measured(places=(), times=empty, name=name, notes=notes))
        return
    row.notes = notes + [note for note in row.notes if note["why"] != "service"]
    audit.record(actor, "measure_roads", "road_table", row.id, unit=str(unit_id), source=name, silent=True)
    db.session.flush()


def refresh_roads(actor: Actor, unit_id: uuid.UUID, *, always: bool = False) -> bool:
    """Measure a unit's places when some are new or moved, or `always`, and commit; for jobs and commands.

    False when there is nothing to measure with or nothing new. A silent server is noted and no error, unless `always`.
    """
    unit = db.session.get_one(Unit, unit_id)
    sources, places = sources_of(unit), list_places(SYSTEM, unit_id)
    if not sources.any or not (always or unmeasured(places, find_roads(unit_id))):
        return False
    db.session.rollback()  # nothing is held while the roads are measured
    try:
        measured = measure(places, sources)
    except Refused as refused:
        db.write()
        note_silence(actor, unit_id, refused, sources.service.address if sources.service else sources.file.name)
        db.session.commit()
        if always:
            raise
        return False
    db.write()
    store_measured(actor, unit_id, measured)
    db.session.commit()
    return True


def ask_for_roads(actor: Actor, unit_id: uuid.UUID, *, page: str) -> Job:
    """Ask a job to measure a unit's places anew; `page` is where its result is shown. Raises NotFound."""
    require(actor, Permission.TIMETABLES_WRITE)
    if not may_plan(actor, unit_id):
        raise NotFound
    row = queue_job(actor, "roads.measure", {"unit": str(unit_id)}, total=1, page=page)
    audit.record(actor, "ask_for_roads", "unit", unit_id)
    db.session.flush()
    return row


# --- loading --------------------------------------------------------------------------------------------------------


def load_extract(
    actor: Actor, path: Path, units: Sequence[Unit], say: Callable[[str], None] = lambda _text: None
) -> Mapping[uuid.UUID, Measured]:
    """Read the roads of units from an OpenStreetMap extract, keep them, and measure the units' places; commits.

    All units or none: the rows are written in one transaction after everything was read and measured. Loading the same
    file again gives the same. Raises Refused for a file that cannot be used.
    """
    require(actor, Permission.SETTINGS_WRITE)
    if not may_set_roads(actor):
        raise NotFound
    codes = {unit.id: unit.code for unit in units}
    places = {unit_id: list_places(SYSTEM, unit_id) for unit_id in codes}
    sources = {unit.id: sources_of(unit) for unit in units}
    db.session.rollback()  # nothing is held while the file is read
    boxes = {
        codes[unit_id]: box
        for unit_id in codes
        if (box := box_around((one.spot.latitude / 1e6, one.spot.longitude / 1e6) for one in places[unit_id]))
    }
    if not boxes:
        raise Refused(
            Problem(
                "roads_no_place",
                N_("No school with a team and no home is on the map yet. Enter their coordinates first."),
            )
        )
    networks = read_extract(path, boxes)
    found = {}
    for unit_id, code in codes.items():
        if code in networks:
            found[unit_id] = measure(places[unit_id], sources[unit_id], networks[code])
            say(code)
    db.write()
    for unit_id, measured in found.items():
        save(networks[codes[unit_id]], sources[unit_id].file)
        store_measured(actor, unit_id, measured)
    db.session.commit()
    return found
