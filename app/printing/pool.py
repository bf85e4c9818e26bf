"""The render processes: started when needed, kept for many jobs, killed and replaced when they overrun."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from app.kernel.problems import Problem
from app.printing.frames import read_frame, write_frame
from app.printing.problems import PrintRefused, crashed, too_long
from app.printing.types import Printed

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Limits:
    """What one paper may cost: pages, seconds of CPU and of wall clock; jobs before a process is replaced."""

    max_pages: int = 60
    cpu_seconds: int = 30
    wall_seconds: int = 60
    jobs_per_worker: int = 200


class Worker:
    """One render process, seen from outside."""

    def __init__(self, folder: Path, configuration: Path, nice: int) -> None:
        self.jobs = 0
        # A bare environment: no setting and no secret of the application reaches the process.
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "PYTHONHASHSEED": "0",
            "FONTCONFIG_FILE": str(configuration),
        }
        self.process = subprocess.Popen(  # noqa: S603 - nothing in the command comes from outside
            [sys.executable, "-m", "app.printing.worker", str(folder), str(nice)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env=environment,
        )

        assert self.process.stdin and self.process.stdout
        self._into, self._out = cast(BinaryIO, self.process.stdin), cast(BinaryIO, self.process.stdout)

    @property
    def is_alive(self) -> bool:
        """True while the process runs."""
        return self.process.poll() is None

    def print(self, job: dict[str, object], limits: Limits) -> Printed:
        """Send ``job`` and wait for its answer; raises PrintRefused, also when the process overran or died."""
        self.jobs += 1
        overrun = threading.Event()
        watch = threading.Timer(limits.wall_seconds, self._kill, [overrun])
        watch.daemon = True
        watch.start()
        try:
            write_frame(self._into, json.dumps(job).encode())
            answer = json.loads(read_frame(self._out))
            if "problems" in answer:
                raise PrintRefused(Problem(**problem) for problem in answer["problems"])
            return Printed(read_frame(self._out), answer["pages"])
        except (OSError, EOFError):
            raise PrintRefused(self._why_it_died(overrun, limits)) from None
        finally:
            watch.cancel()

    def _kill(self, overrun: threading.Event) -> None:
        overrun.set()
        self.process.kill()

    def _why_it_died(self, overrun: threading.Event, limits: Limits) -> Problem:
        self.process.kill()
        status = self.process.wait()
        if overrun.is_set():
            return too_long(limits.wall_seconds)
        return too_long(limits.cpu_seconds) if status == -signal.SIGXCPU else crashed()

    def close(self) -> None:
        """End the process: it stops by itself when its input closes, and is killed when it does not."""
        for pipe in (self._into, self._out):
            try:
                pipe.close()
            except OSError:  # a dead process leaves unsent bytes behind
                continue
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Pool:
    """At most ``size`` workers of one priority; callers wait for a free one. Safe to use from many threads."""

    def __init__(self, folder: Path, configuration: Path, *, size: int, nice: int, limits: Limits) -> None:
        self._start = lambda: Worker(folder, configuration, nice)
        self._limits = limits
        self._idle: list[Worker] = []
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(size)

    def print(self, html: str, title: str | None, note: Sequence[str] | None = None) -> Printed:
        """Render ``html`` in a worker; raises PrintRefused."""
        job: dict[str, object] = {"html": html, "title": title, "note": list(note) if note else None}
        job |= {"max_pages": self._limits.max_pages, "cpu_seconds": self._limits.cpu_seconds}
        with self._free:
            worker = self._take()
            try:
                return worker.print(job, self._limits)
            finally:
                self._give_back(worker)

    def _take(self) -> Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive:
                    return worker
                worker.close()
        return self._start()

    def _give_back(self, worker: Worker) -> None:
        if worker.is_alive and worker.jobs < self._limits.jobs_per_worker:
            with self._lock:
                self._idle.append(worker)
        else:
            worker.close()

    def close(self) -> None:
        """End all idle workers."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()
