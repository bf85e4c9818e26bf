"""How the engine's hot parts are compiled, and where the machine code is kept between runs.

numba keeps what it compiled per file and does not see that a function of another file, which it has taken in, has
changed. So the folder it keeps it in carries a hash of all sources of the engine: other sources, other folder. Import
this module before any module that compiles.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numba

KEPT = 4  # folders of former sources that stay


def _sources():
    found = sha256()
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _base():
    """The user's cache folder, or a temporary one where that cannot be written."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yian-compiled"
    try:
        base.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=base):
            return base
    except OSError:
        return Path(tempfile.gettempdir()) / f"yian-compiled-{os.getuid()}"


def _folder():
    base = _base()
    folder = base / _sources()
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        os.utime(folder)
        for old in sorted(base.iterdir(), key=lambda f: f.stat().st_mtime, reverse=True)[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
    return folder


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = str(_folder())

options = {"cache": True, "nogil": True, "boundscheck": False}
