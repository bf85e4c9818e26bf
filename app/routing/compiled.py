"""How the engine's hot parts are compiled, and where the machine code is kept between runs.

numba keeps what it compiled per file and does not see that a function of another file, which it has taken in, has
changed. So the folder it keeps it in carries a hash of all sources of the engine: other sources, other folder. Import
this module before any module that compiles.

Everything compiled goes through `compiled`, so that one switch holds for all of it, the environment's `YIAN_KERNEL`:

- nothing: machine code as fast as it goes;
- `checked`: machine code that refuses an index beyond its array (slower, for the long runs of `script/bench searches`);
- `plain`: not compiled at all. Tests then hand in arrays that refuse an index below 0 as well.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, overload

import numba

Function = TypeVar("Function", bound=Callable[..., Any])
KEPT = 4  # folders of former sources that stay
MODE = os.environ.get("YIAN_KERNEL", "")
if MODE not in ("", "checked", "plain"):
    raise ValueError(f"YIAN_KERNEL is {MODE!r}; it may be checked or plain, or not set")


def kept_in(sources: Path, name: str = "yian-compiled") -> str:
    """The folder for the machine code of what stands in `sources`, made where it is missing.

    It lies in `name` of the user's cache folder, or of a temporary one where that cannot be written.
    """
    base = _base(name)
    folder = base / _hash(sources)
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        os.utime(folder)
        for old in sorted(base.iterdir(), key=lambda f: f.stat().st_mtime, reverse=True)[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
    return str(folder)


def _hash(sources: Path) -> str:
    found = sha256(MODE.encode())
    for file in sorted(sources.rglob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _base(name: str) -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / name
    try:
        base.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=base):
            return base
    except OSError:
        return Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}"


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = kept_in(Path(__file__).parent)  # type: ignore[attr-defined]  # numba makes it at its start


@overload
def compiled(function: Function, *, signature: str | None = None, **options: Any) -> Function: ...


@overload
def compiled(function: None = None, *, signature: str | None = None, **options: Any) -> Callable[[Any], Any]: ...


def compiled(function: Any = None, *, signature: str | None = None, **options: Any) -> Any:
    """Compile a function, on its first call or for a `signature` at once, and keep the machine code on disk.

    `options` are numba's. Bounds are checked where `YIAN_KERNEL` asks for it, whatever the function.
    """
    if function is None:
        return lambda one: compiled(one, signature=signature, **options)
    if MODE == "plain":
        return function
    if MODE == "checked":
        options.pop("_nrt", None)  # an error that tells of an index needs numba's own memory
    options = {"cache": True, "nogil": True, "no_cfunc_wrapper": True, "boundscheck": MODE == "checked"} | options
    return numba.njit(signature, **options)(function) if signature else numba.njit(**options)(function)
