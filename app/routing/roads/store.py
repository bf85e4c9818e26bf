"""A network as one .npz file, written whole or not at all."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from app.kernel.problems import N_, Problem, Refused
from app.routing.roads.network import Network, Source

FORM = 1
_ARRAYS = tuple(f.name for f in fields(Network) if f.name not in {"source", "junctions"})


def save(network: Network, path: Path) -> None:
    """Write a network to a file; a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    told = json.dumps({"form": FORM, "junctions": network.junctions, **asdict(network.source)})
    with unfinished.open("wb") as stream:
        np.savez_compressed(stream, told=np.array(told), **{name: getattr(network, name) for name in _ARRAYS})
    unfinished.replace(path)


def load(path: Path) -> Network:
    """Read a network. Raises FileNotFoundError, Refused for a file that is no network of this version."""
    try:
        with np.load(path, allow_pickle=False) as file:
            told = json.loads(str(file["told"]))
            if told.pop("form") != FORM:
                raise ValueError("another form")
            return Network(
                junctions=told.pop("junctions"), source=Source(**told), **{name: file[name] for name in _ARRAYS}
            )
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as why:
        raise Refused(
            Problem(
                "roads_broken",
                N_("The kept roads %(name)s cannot be read. Load the extract again with flask roads load FILE."),
                {"name": path.name},
            )
        ) from why
