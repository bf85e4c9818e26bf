"""From HTML to PDF: the only door to the printer.

``configure(folder)`` once at start says where the printer may keep its small files; ``render(html)`` prints. The
rendering itself happens in limited processes (see pool and worker); behind this door another back end could stand.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from app.kernel.names import is_han
from app.kernel.problems import Problem
from app.printing.fonts import DEFAULT_FOLDER, write_configuration
from app.printing.pool import Limits, Pool
from app.printing.problems import PrintRefused, too_much_text
from app.printing.types import Printed
from app.printing.unprintable import coverage_once, find_unprintable_signs

#: More HTML than any paper of 60 pages needs (characters); more is refused before a process sees it.
MAX_HTML = 5_000_000
BATCH_NICE = 10


class Engine:
    """A printer: one pool of processes for people who wait and one, of lower priority, for batches."""

    def __init__(self, folder: Path, *, size: int = 2, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        configuration = write_configuration(folder)
        self._now = Pool(folder, configuration, size=size, nice=0, limits=limits)
        self._batch = Pool(folder, configuration, size=size, nice=BATCH_NICE, limits=limits)

    def render(
        self, html: str, *, title: str | None = None, batch: bool = False, note: Sequence[str] | None = None
    ) -> Printed:
        """Return the tagged PDF (PDF/UA-1) of ``html``; the same HTML gives the same bytes.

        ``title`` replaces the document's own <title>; ``batch`` prints at low priority, so that people who wait for
        one paper are not held up. With ``note`` (guard.Note) characters that no font has are replaced by a sign that
        says so. Raises PrintRefused: without ``note`` such characters (each named), too many pages, too much text, too
        long, crashed.
        """
        if len(html) > MAX_HTML:
            raise PrintRefused(too_much_text(len(html), MAX_HTML))
        return (self._batch if batch else self._now).print(html, title, note)

    def close(self) -> None:
        """End the idle processes; the next print starts new ones."""
        self._now.close()
        self._batch.close()


_lock = threading.Lock()
_folder = DEFAULT_FOLDER
_engine: tuple[int, Engine] | None = None


def configure(folder: Path) -> None:
    """Let the shared engine keep its files (font configuration, coverage) in ``folder``; call once at start."""
    global _folder, _engine
    with _lock:
        if _folder != Path(folder):
            _folder, _engine = Path(folder), None


def render(html: str, *, title: str | None = None, batch: bool = False, note: Sequence[str] | None = None) -> Printed:
    """Print with the shared engine of this process (see Engine.render)."""
    return _shared().render(html, title=title, batch=batch, note=note)


def unprintable(text: str) -> list[Problem]:
    """Return a problem for each character of ``text`` that no font draws, with its place: ask when text is saved."""
    return find_unprintable_signs(text, coverage_once(_folder))


def unprintable_name(text: str) -> list[Problem]:
    """The same for a name. A Han character is never refused: it is the name; a paper prints 〓 for it and says so."""
    return unprintable(in_names(text))


def in_names(text: str) -> str:
    """The text with a common character for each Han character, for which no font is asked in a name."""
    return "".join("一" if is_han(character) else character for character in text)


def missing(text: str) -> list[str]:
    """Return the characters of ``text`` that no font draws, each once."""
    return coverage_once(_folder).missing_characters(text)


def _shared() -> Engine:
    """Return the engine of this very process: pipes inherited over a fork belong to the parent."""
    global _engine
    with _lock:
        if _engine is None or _engine[0] != os.getpid():
            engine = Engine(_folder)
            atexit.register(engine.close)
            _engine = (os.getpid(), engine)
        return _engine[1]
