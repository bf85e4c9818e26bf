"""What the worker does once a day, as soon as a day has begun: slices register it at setup."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from flask import Flask

from app.kernel import clock

WORKS = "yian.daily"
AGAIN_AFTER = 300
"""Seconds until what failed is tried again."""


class Work:
    """One work, the day for which it is done, and from when on it is tried again after a fault."""

    def __init__(self, run: Callable[[], None]) -> None:
        self.run = run
        self.done_for: date | None = None
        self.not_before = 0.0


def every_day(app: Flask, name: str, run: Callable[[], None]) -> None:
    """Let the worker call `run()` once a day in an application context. Several workers may; it is safe to repeat and
    commits itself."""
    app.extensions.setdefault(WORKS, {})[name] = Work(run)


def do_daily(app: Flask) -> None:
    """Do what is not done yet today. A fault is told in the log, stops nothing else, and is tried again later."""
    today = clock.today()
    for name, work in app.extensions.get(WORKS, {}).items():
        if work.done_for == today or time.monotonic() < work.not_before:
            continue
        try:
            with app.app_context():
                work.run()
            work.done_for = today
        except Exception:
            work.not_before = time.monotonic() + AGAIN_AFTER
            app.logger.exception("the daily work %s failed; it is tried again in some minutes", name)
