"""The worker process: Huey's consumer for what the queue brings, and every few seconds a look at the job rows."""

from __future__ import annotations

import logging

from flask import Flask

from app.db.heads import keep_todays
from app.jobs.queue import make_huey
from app.jobs.runner import run, waiting

LOOK_EVERY = 5


def serve(app: Flask) -> None:
    """Work until SIGINT or SIGTERM. One job at a time and process: heavy work gets more processes, not threads."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    huey = make_huey(app)
    consumer = huey.create_consumer(workers=1, worker_type="thread", periodic=False, initial_delay=0.1, max_delay=1.0,
                                    check_worker_health=True, health_check_interval=1)
    stop = _look_at_rows(app)
    try:
        consumer.run()
    finally:
        stop.set()


def _look_at_rows(app: Flask):
    """Start a thread that hands waiting rows to the runner: the queue may have been emptied."""
    from threading import Event, Thread

    stop = Event()

    def look() -> None:
        while not stop.wait(LOOK_EVERY):
            try:
                keep_todays(app)
                for job_id in waiting(app):
                    run(app, job_id)
            except Exception:
                app.logger.exception("looking at waiting jobs failed; trying again")

    Thread(target=look, name="waiting-jobs", daemon=True).start()
    return stop
