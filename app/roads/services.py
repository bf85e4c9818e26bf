"""Asking an OSRM or a Valhalla server for minutes by road.

Only the address that an administrator has set is asked, without names, without following redirects and without a
proxy; what it answers is checked and bounded. Places are sent as WGS 84 degrees: run the server on your own network.
"""

from __future__ import annotations

import http.client
import json
import math
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from urllib.parse import urlsplit

import numpy as np

from app.db import db
from app.kernel.problems import N_, S_, Checked, Problem, Refused, refused
from app.roads.types import RoadServiceKind
from app.routing.roads import NEAR_M, RoadTimes, minutes_of, on_foot
from app.routing.travel import Point

BLOCK = 50
"""Places of one side of a request: OSRM takes 100 coordinates, Valhalla 2,500 pairs, as they are set up by default."""
TIMEOUT, WHOLE_TIME = 20, 300
MOST_BYTES = 4_000_000
LONGEST = 24 * 3600
"""Seconds; a longer way is not believed."""
_PROFILES = {RoadServiceKind.OSRM: ("car",), RoadServiceKind.VALHALLA: ("car", "motorbike", "walk")}
_COSTING = {"car": "auto", "motorbike": "motorcycle", "walk": "pedestrian"}


@dataclass(frozen=True)
class Service:
    """A server and where it is: `address` like http://10.0.0.5:5000, without the path of a question."""

    kind: RoadServiceKind
    address: str


def check_address(text: str) -> Checked[str]:
    """The address of a server without a slash at its end, or why it is none."""
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fine, parts = False, urlsplit("")
    if not fine or parts.query or parts.fragment or len(address) > 300 or any(c.isspace() for c in address):
        return refused("service_address", N_("Enter the address of the server, such as http://10.0.0.5:5000."))
    if parts.username or parts.password:
        return refused("service_password", N_("Leave user name and password out of the address."))
    return Checked(address)


def ask_minutes(service: Service, points: Sequence[Point], *, timeout: float = TIMEOUT) -> RoadTimes:
    """Ask for the minutes between places. Raises Refused with a clear sentence when the server does not answer, or
    answers something else than a table of times."""
    ask = _ask_osrm if service.kind == RoadServiceKind.OSRM else _ask_valhalla
    wanted = {"walk": "walk", "motorbike": "motorbike"}
    profiles = {wanted.get(p.mode, "car") for p in points}
    known = _PROFILES[service.kind]
    until = monotonic() + WHOLE_TIME
    tables, off = {}, np.full(len(points), np.nan)
    for profile in sorted(profiles):
        if profile == "walk" and profile not in known:
            tables[profile] = np.full((len(points), len(points)), np.inf)
            continue
        usable = profile if profile in known else "car"
        asked = partial(ask, service, usable, points, off, timeout)
        tables[profile] = _blocks(asked, len(points), until)
    far = {i: int(metres) for i, metres in enumerate(off) if metres > NEAR_M}
    minutes = minutes_of(points, tables)
    for i in far:
        minutes[i, :] = minutes[:, i] = -1
        minutes[i, i] = 0
    walk = tuple(0 if math.isnan(m) or i in far else on_foot(m) for i, m in enumerate(off))
    return RoadTimes(minutes, walk, far)


def _blocks(ask: Callable[[list[int], list[int]], np.ndarray], n: int, until: float) -> np.ndarray:
    """Seconds between all places, block by block."""
    seconds = np.full((n, n), np.inf)
    for a in range(0, n, BLOCK):
        for b in range(0, n, BLOCK):
            if monotonic() > until:
                raise _silent(S_("silent.long", "it takes too long"))
            rows, columns = list(range(a, min(n, a + BLOCK))), list(range(b, min(n, b + BLOCK)))
            seconds[np.ix_(rows, columns)] = ask(rows, columns)
    return seconds


def _ask_osrm(
    service: Service,
    profile: str,
    points: Sequence[Point],
    off: np.ndarray,
    timeout: float,
    rows: list[int],
    columns: list[int],
) -> np.ndarray:
    both = rows if rows == columns else rows + columns
    where = ";".join(f"{points[i].longitude:.6f},{points[i].latitude:.6f}" for i in both)
    asked = "?annotations=duration"
    if rows != columns:
        asked += (
            f"&sources={';'.join(map(str, range(len(rows))))}"
            f"&destinations={';'.join(str(len(rows) + n) for n in range(len(columns)))}"
        )
    told = _told(service, f"/table/v1/driving/{where}{asked}", None, timeout)
    if told.get("code") != "Ok":
        raise _silent(str(told.get("code"))[:60])
    for place, spot in zip(rows, told.get("sources") or (), strict=False):
        if isinstance(spot, dict) and isinstance(spot.get("distance"), int | float):
            off[place] = float(spot["distance"])
    return _seconds(told.get("durations"), len(rows), len(columns))


def _ask_valhalla(
    service: Service,
    profile: str,
    points: Sequence[Point],
    off: np.ndarray,
    timeout: float,
    rows: list[int],
    columns: list[int],
) -> np.ndarray:
    def spots(indices: Iterable[int]) -> list[dict[str, float]]:
        return [{"lat": round(points[i].latitude, 6), "lon": round(points[i].longitude, 6)} for i in indices]

    body = {"sources": spots(rows), "targets": spots(columns), "costing": _COSTING[profile]}
    told = _told(service, "/sources_to_targets", body, timeout)
    table = told.get("sources_to_targets")
    if not isinstance(table, list):
        raise _silent(S_("silent.no_table", "there is no table in its answer"))
    times = [
        [cell.get("time") if isinstance(cell, dict) else None for cell in row] if isinstance(row, list) else None
        for row in table
    ]
    return _seconds(times, len(rows), len(columns))


def _seconds(table: object, rows: int, columns: int) -> np.ndarray:
    """A checked table: as many rows and columns as asked, numbers or null (no way)."""
    if not isinstance(table, list) or len(table) != rows:
        raise _silent(S_("silent.no_table", "there is no table in its answer"))
    found = np.full((rows, columns), np.inf)
    for i, row in enumerate(table):
        if not isinstance(row, list) or len(row) != columns:
            raise _silent(S_("silent.size", "its table has another size"))
        for j, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST:
                raise _silent(S_("silent.time", "a time in its table is none"))
            found[i, j] = value
    return found


class _Stay(urllib.request.HTTPRedirectHandler):
    """Another address than the one that was set is never asked."""

    def redirect_request(self, *_args: object) -> None:
        return None


def _told(service: Service, path: str, body: dict | None, timeout: float) -> dict:
    """The JSON object that the server answers."""
    db.must_be_free("a road server is asked")
    wanted = urllib.request.Request(  # noqa: S310  the scheme was checked when the address was set
        service.address + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "Yian"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
    try:
        with opener.open(wanted, timeout=timeout) as answer:
            content = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise _silent(f"HTTP {error.code}") from error
    except TimeoutError as error:
        raise _silent(S_("silent.long", "it takes too long")) from error
    except (urllib.error.URLError, OSError, http.client.HTTPException, ValueError) as error:
        raise _silent(str(getattr(error, "reason", error))[:120]) from error
    if len(content) > MOST_BYTES:
        raise _silent(S_("silent.large", "its answer is too long"))
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _silent(S_("silent.no_json", "its answer is not JSON")) from error
    if not isinstance(told, dict):
        raise _silent(S_("silent.no_table", "there is no table in its answer"))
    return told


def _silent(why: str) -> Refused:
    return Refused(
        Problem(
            "service_silent",
            N_("The road server did not answer with times: %(why)s."),
            {"why": Problem("why", why.replace("%", "%%"))},
        )
    )
