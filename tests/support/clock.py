"""The clock of all tests: an ordinary Wednesday morning in the middle of a term, going on as time does.

YIAN_TEST_CLOCK=2027-01-01T00:30 runs the tests on another day (in Chongqing, where no zone is named). What is set
here holds for this process, database servers apart, from before the first import; programs of ours that a test starts
take over the same time by the setting CLOCK. A test may travel on from here.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import time_machine

from app.kernel import clock
from app.kernel.clock import seconds_of, shift_of

ORDINARY = "2026-11-25T10:00+08:00"


def _set() -> timedelta:
    shift = shift_of(os.environ.get("YIAN_TEST_CLOCK") or ORDINARY)
    os.environ["YIAN_CLOCK"] = seconds_of(shift)
    # A place on earth would change the zone of the process too; UTC does not.
    time_machine.travel(datetime.now(UTC) + shift, tick=True).start()
    return shift


_SHIFT = _set()


def check() -> None:
    """The clock of this process and of the application is the one set here. AssertionError when it is the computer's,
    or that of a test which travelled and did not come back."""
    right = time_machine.escape_hatch.datetime.datetime.now(UTC) + _SHIFT
    for now in (datetime.now(UTC), clock.now()):
        assert abs(now - right) < timedelta(minutes=1), f"the clock stands at {now}, not at {right}"
