"""How the engine's hot parts are compiled, and where the machine code is kept between runs.

numba keeps what it compiled per file and does not see that a function of another file, which it has taken in, has
changed. So the folder it keeps it in carries a hash of all sources of the engine: other sources, other folder. Import
this module before any module that compiles.

Everything compiled goes through `compiled`, so that one switch holds for all of it, the environment's `YIAN_KERNEL`:

- nothing: machine code as fast as it goes;
- `checked`: machine code that refuses an index beyond its array (a quarter slower, for the long runs of
  `script/bench searches`);
- `plain`: not compiled at all. Tests then hand in arrays that know which index belongs to which of their parts.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numba

KEPT = 4  # folders of former sources that stay
MODE = os.environ.get("YIAN_KERNEL", "")
if MODE not in ("", "checked", "plain"):
    raise ValueError(f"YIAN_KERNEL is {MODE!r}; it may be checked or plain, or not set")


def _sources():
    found = sha256(MODE.encode())
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


def compiled(function=None, *, signature=None, **options):
    """Compile a function, on its first call or for a `signature` at once, and keep the machine code on disk.

    `options` are numba's. Bounds are checked where `YIAN_KERNEL` asks for it, whatever the function.
    """
    if function is None:
        return lambda one: compiled(one, signature=signature, **options)
    if MODE == "plain":
        return function
    if MODE == "checked":
        options.pop("_nrt", None)  # an error that tells of an index needs numba's own memory
    options = {"cache": True, "nogil": True, "boundscheck": MODE == "checked"} | options
    return numba.njit(signature, **options)(function) if signature else numba.njit(**options)(function)
