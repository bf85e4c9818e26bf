"""How the solvers are compiled: as the timetable engine is, the machine code kept under a hash of their own sources."""

from __future__ import annotations

import os
from pathlib import Path

import numba

from app.routing.compiled import compiled as _compiled
from app.routing.compiled import kept_in

KEPT_IN = os.environ.get("NUMBA_CACHE_DIR") or kept_in(Path(__file__).parent, "yian-compiled-solvers")


def compiled(function=None, **options):
    """`app.routing.compiled.compiled`, but a change to the engine leaves the solvers' machine code as it is."""
    if function is None:
        return lambda one: compiled(one, **options)
    engine, numba.config.CACHE_DIR = numba.config.CACHE_DIR, KEPT_IN
    try:
        return _compiled(function, **options)
    finally:
        numba.config.CACHE_DIR = engine
