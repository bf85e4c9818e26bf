"""A tiny road server on 127.0.0.1: it answers as OSRM and Valhalla do, or as badly as a test wants."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SPEED = 10
"""Metres a second along a straight line."""


def seconds(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The server's own time between (latitude, longitude): by degrees, on a plane."""
    return math.hypot(a[0] - b[0], (a[1] - b[1]) * math.cos(math.radians(29.3))) * 111_195 / SPEED


def osrm(path: str, _body: bytes) -> tuple[int, bytes]:
    """/table/v1/driving/lon,lat;…?sources=…&destinations=…"""
    parts = urlsplit(path)
    spots = [tuple(float(n) for n in reversed(spot.split(","))) for spot in parts.path.rsplit("/", 1)[1].split(";")]
    asked = {
        name: [int(n) for n in values[0].split(";")]
        for name, values in parse_qs(parts.query).items()
        if name != "annotations"
    }
    rows, columns = asked.get("sources", range(len(spots))), asked.get("destinations", range(len(spots)))
    table = [[seconds(spots[i], spots[j]) for j in columns] for i in rows]
    return 200, json.dumps({"code": "Ok", "durations": table, "sources": [{"distance": 10.0} for _ in rows]}).encode()


def valhalla(_path: str, body: bytes) -> tuple[int, bytes]:
    """/sources_to_targets"""
    told = json.loads(body)
    slow = {"auto": 1, "motorcycle": 2, "pedestrian": 9}[told["costing"]]
    ends = [[(one["lat"], one["lon"]) for one in told[name]] for name in ("sources", "targets")]
    return 200, json.dumps(
        {"sources_to_targets": [[{"time": slow * seconds(a, b), "distance": 1} for b in ends[1]] for a in ends[0]]}
    ).encode()


@contextmanager
def road_server(answer: Callable[[str, bytes], tuple[int, bytes]]):
    """Serve `answer(path, body) -> (status, content)`; gives (address, list of asked paths)."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(self.path)
            status, content = answer(self.path, body)
            self.send_response(status)
            if status in {301, 302}:
                self.send_header("Location", content.decode())
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
