"""The worker process: Huey's consumer for what the queue brings, and every few seconds a look at the job rows."""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import suppress
from threading import Event, Thread

from flask import Flask
from huey import Huey
from sqlalchemy.exc import DBAPIError

from app.db import db
from app.db.heads import keep_todays
from app.jobs.daily import do_daily
from app.jobs.killed import waiting
from app.jobs.queue import make_huey
from app.jobs.runner import run

LOOK_EVERY = 5


def serve(app: Flask) -> None:
    """Work until SIGINT or SIGTERM. One job at a time and process: heavy work gets more processes, not threads."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    stop = _look_at_rows(app)
    huey = _open_queue(app)
    consumer = huey.create_consumer(
        workers=1,
        worker_type="thread",
        periodic=False,
        initial_delay=0.1,
        max_delay=1.0,
        check_worker_health=True,
        health_check_interval=1,
    )
    try:
        consumer.run()
    finally:
        stop.set()


def _open_queue(app: Flask) -> Huey:
    """The queue; while it cannot be opened (a full disk), the look at the rows finds what is to be done."""
    told = False
    while True:
        try:
            return make_huey(app)
        except (OSError, sqlite3.Error) as error:
            if not told:
                app.logger.error("the queue cannot be opened (%s); jobs are found in their rows meanwhile", error)
            told = True
            time.sleep(LOOK_EVERY)


def _look_after(app: Flask) -> None:
    """What is kept besides: today's head of the trail, the room for a full disk. A fault there stops no job."""
    room = app.extensions["yian.room"]
    try:
        if room and room.is_short():
            _give_back_log(app)
        elif room:
            room.keep()
        keep_todays(app)
    except Exception as error:
        if app.extensions.get("yian.told_of_heads") != str(error):
            app.extensions["yian.told_of_heads"] = str(error)
            app.logger.exception("today's head of the audit trail could not be kept; trying again")


def _give_back_log(app: Flask) -> None:
    """The log of a large write that failed for want of room still takes all of it: cut it off."""
    with suppress(DBAPIError), app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")  # not inside of a transaction
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")


def _look_at_rows(app: Flask) -> Event:
    """Start a thread that hands waiting rows to the runner: the queue may have been emptied."""
    stop = Event()

    def look() -> None:
        while not stop.wait(LOOK_EVERY):
            try:
                _look_after(app)
                do_daily(app)
                for job_id in waiting(app):
                    run(app, job_id)
            except Exception:
                app.logger.exception("looking at waiting jobs failed; trying again")

    Thread(target=look, name="waiting-jobs", daemon=True).start()
    return stop
