"""What the supervisor (script/serve.py) knows of its processes: which of them ended, how often, and why.

It writes them into a file of the instance folder; the pages read it. Without a supervisor (granian and workers under
systemd) there is nothing to read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

SUPERVISOR = "YIAN_SUPERVISOR"
"""The environment of the processes names the supervisor's process: a file of an earlier start is none of theirs."""
ROOM = 8192


@dataclass(kw_only=True)
class Process:
    """One process that is kept running. `kind`: web (pages), page (one of the processes behind it) or worker."""

    kind: str
    name: str
    pid: int = 0
    up: bool = False
    restarts: int = 0
    ended_at: str | None = None
    why: str = ""

    @property
    def ended(self) -> datetime | None:
        """When it ended the last time."""
        return datetime.fromisoformat(self.ended_at) if self.ended_at else None


def _file(folder: Path) -> Path:
    return folder / "processes.json"


def write_processes(folder: Path, processes: Sequence[Process]) -> None:
    """Tell the pages. Written in place, into room taken at the first writing: it works on a full disk too."""
    told = json.dumps({"supervisor": os.getpid(), "processes": [asdict(one) for one in processes]})
    with suppress(OSError):
        number = os.open(_file(folder), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.pwrite(number, told.encode().ljust(ROOM), 0)
        finally:
            os.close(number)


def read_processes(folder: Path) -> list[Process]:
    """The processes of this start; none without a supervisor."""
    supervisor = os.environ.get(SUPERVISOR)
    if not supervisor:
        return []
    try:
        told = json.loads(_file(folder).read_bytes())
        return [Process(**one) for one in told["processes"]] if str(told["supervisor"]) == supervisor else []
    except (OSError, ValueError, TypeError, KeyError):
        return []
