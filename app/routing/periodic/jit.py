"""How the kernel's functions are compiled: to machine code, without the interpreter's lock, kept between runs."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.routing.compiled import compiled as _compiled

INTERPRETED = {"__init__.py", "check.py", "instance.py", "solve.py"}  # never part of compiled code


def _stamp() -> str:
    """A digest of the kernel: compiled code holds code of other modules, so a change to any of them makes it stale."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name not in INTERPRETED:
            digest.update(path.read_bytes())
    return digest.hexdigest()


STAMP = _stamp()


def compiled(function):
    """Compile a function on its first call and keep the code on disk until a module of the kernel changes.

    Inner functions only look at arrays that their caller holds: counting references would cost more than the moves.
    """
    return _stamped(_compiled(function, fastmath=True, error_model="numpy", _nrt=False))


def compiled_entry(function):
    """The same for a function that makes arrays of its own."""
    return _stamped(_compiled(function, fastmath=True, error_model="numpy"))


def _stamped(dispatcher):
    if hasattr(dispatcher, "_cache"):  # not where nothing is compiled
        dispatcher._cache._cache_file._source_stamp = STAMP
    return dispatcher
