"""The kernel once more, not compiled: its functions as plain Python that tests can call one by one."""

import importlib
import sys
from types import SimpleNamespace

import app.routing.kernel
from app.routing import compiled

NAMES = ("chance", "costs", "trips", "journal", "moves", "places", "books", "searcher")


def plain_kernel():
    """The modules by name. Those that everybody else uses stay as they are."""
    full = [f"app.routing.kernel.{name}" for name in NAMES]
    kept = {name: importlib.import_module(name) for name in full}
    mode, compiled.MODE = compiled.MODE, "plain"
    try:
        for name in full:
            del sys.modules[name]
        return SimpleNamespace(**{name.rpartition(".")[2]: importlib.import_module(name) for name in full})
    finally:
        compiled.MODE = mode
        sys.modules.update(kept)
        for name, module in kept.items():
            setattr(app.routing.kernel, name.rpartition(".")[2], module)
