"""The queue: carries job ids to workers. Huey over a SQLite file in the instance folder, or over Redis."""

from __future__ import annotations

import uuid

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey


def make_huey(app: Flask) -> Huey:
    """Return the queue of the application (made once, kept in its extensions)."""
    if "yian.huey" not in app.extensions:
        url = app.config["REDIS_URL"]
        if url:
            huey = RedisHuey("yian", url=url)
        else:
            huey = SqliteHuey("yian", filename=str(app.config["INSTANCE"] / "queue.db"), fsync=False)

        def run_one(job_id: str) -> None:
            from app.jobs.runner import run

            run(app, job_id)

        huey.extensions_run = huey.task(name="run_job")(run_one)
        app.extensions["yian.huey"] = huey
    return app.extensions["yian.huey"]


def carry(app: Flask, job_id: uuid.UUID) -> None:
    """Put a job's id on the queue. A queue that is away is no loss: workers also look at the job rows."""
    try:
        make_huey(app).extensions_run(str(job_id))
    except Exception:
        app.logger.warning("the queue did not take job %s; a worker will find its row", job_id, exc_info=True)
