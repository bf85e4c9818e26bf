"""Keep processes running: what ends is started again, later and later when it ends again and again, and is told.

One process that the system kills (for its memory, for example) takes no other down. Only before the server has
answered for the first time does the end of the web server end the start: then something is wrong with the settings.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.kernel import clock
from app.web.processes import Process, write_processes

# A process that is told to stop while it still starts may not hear it; it is ended after so many seconds.
PATIENCE = 20
LONGEST_PAUSE = 60
STEADY = 300  # seconds after which an end counts as the first one again


def say(text: str, out=None) -> None:
    """Tell the log; one that lies on a full disk must not end the supervisor."""
    with suppress(OSError, ValueError):
        print(text, file=out or sys.stderr, flush=True)


@dataclass
class Kept:
    """A process to keep: what it runs, and how it stands."""

    kind: str
    name: str
    run: Callable[[], None]
    pid: int = 0
    started: float = 0
    pauses: int = 0
    due: float = 0

    def pause(self, now: float) -> float:
        """Seconds until it is started again, twice as many after each end that follows soon."""
        if now - self.started > STEADY:
            self.pauses = 0
        self.pauses += 1
        return min(LONGEST_PAUSE, 2.0 ** (self.pauses - 1))


def fork(run: Callable[[], None]) -> int:
    """Run `run()` in a new process that ends with this one; return its id."""
    _flush()
    parent = os.getpid()
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_DFL)
        end_with(parent)
        run()
        code = 0
    except KeyboardInterrupt:
        code = 0
    finally:
        _flush()
        os._exit(code)


def _flush() -> None:
    for out in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            out.flush()


def end_with(parent: int) -> None:
    """Ask the system to end this process when its parent is gone, however that ends (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def children_of(pid: int) -> set[int]:
    """The processes that a process has started itself (Linux; elsewhere none)."""
    try:
        return {int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
    except OSError:
        return set()


class Supervisor:
    """Starts processes, watches them, and tells the pages how they stand (`folder`: the instance folder)."""

    def __init__(self, folder: Path, kept: Sequence[Kept]):
        self.folder, self.kept = folder, list(kept)
        self.told = {one.name: Process(kind=one.kind, name=one.name) for one in kept}
        self.asked = self.ready = self.answering = False
        self._pages: set[int] = set()

    def start(self) -> None:
        for one in self.kept:
            self._start(one)
        self._tell()

    def _start(self, one: Kept) -> None:
        one.pid, one.started = fork(one.run), time.monotonic()
        self.told[one.name].up, self.told[one.name].pid = True, one.pid

    def _tell(self) -> None:
        write_processes(self.folder, list(self.told.values()))

    def watch(self, answers: Callable[[], bool], greeting: str) -> int:
        """Run until a signal asks to stop. Return the exit code."""

        def ask(_signal, _frame) -> None:
            self.asked = True

        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, ask)
        fine = True
        while not self.asked and fine:
            if not self.answering and answers():
                say(greeting if not self.ready else "The server answers again.", sys.stdout)
                self.ready = self.answering = True
            fine = self._look()
            # Signals cut the pause short only for themselves; a fifth of a second is soon enough for the rest.
            time.sleep(0.2 if self.answering else 0.05)
        self.stop()
        return 0 if self.asked else 1

    def _look(self) -> bool:
        """Note what ended, start what is due; False when the server cannot be started at all."""
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            one = next((one for one in self.kept if one.pid == ended[0]), None)
            if one and not self._ended(one, ended[1]):
                return False
        for one in self.kept:
            if not one.pid and time.monotonic() >= one.due:
                self._start(one)
                self._tell()
                say(f"The {one.name} runs again.")
        self._look_at_pages()
        return True

    def _ended(self, one: Kept, status: int) -> bool:
        code = os.waitstatus_to_exitcode(status)
        why = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        one.pid = 0
        if one.kind == "web" and not self.ready:
            say(f"The {one.name} has ended ({why}); stopping the rest too.")
            return False
        pause = one.pause(time.monotonic())
        one.due = time.monotonic() + pause
        self._note(self.told[one.name], why, up=False)
        say(f"The {one.name} has ended ({why}). It is started again in {pause:.0f} s; the rest goes on.")
        if one.kind == "web":
            self._pages, self.answering = set(), False
        return True

    def _note(self, process: Process, why: str, *, up: bool) -> None:
        process.up, process.restarts = up, process.restarts + 1
        process.ended_at, process.why = clock.now().isoformat(timespec="seconds"), why
        self._tell()

    def _look_at_pages(self) -> None:
        """The web server replaces a process of its own that was killed; it is told all the same."""
        web = next((one for one in self.kept if one.kind == "web" and one.pid), None)
        now = children_of(web.pid) if web else set()
        for _gone in self._pages - now if web else ():
            process = self.told.setdefault("process for pages", Process(kind="page", name="process for pages"))
            self._note(process, "", up=True)
            say("A process for pages has ended; the web server starts another.")
        self._pages = now

    def stop(self) -> None:
        """Ask every process to end, wait, and end by force what does not."""
        left = {one.pid for one in self.kept if one.pid}
        for process in left:
            os.kill(process, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while left:
            for process in list(left):
                if os.waitpid(process, os.WNOHANG)[0]:
                    left.discard(process)
                elif time.monotonic() > end:
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.05)
