"""The processes in which the engine works for this one (`app.routing.apart`)."""

import os
import signal
from contextlib import suppress
from pathlib import Path


def kill_engines():
    """End them the way machine code gone wrong ends them."""
    for thread in os.listdir("/proc/self/task"):
        with suppress(OSError):
            for pid in Path(f"/proc/self/task/{thread}/children").read_text().split():
                if b"app.routing.apart" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(int(pid), signal.SIGSEGV)
