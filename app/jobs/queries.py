"""Reading jobs: everybody sees their own."""

from __future__ import annotations

import uuid

from app.access import Actor
from app.db import db
from app.errors import NotFound
from app.jobs.models import Job


def get_job(actor: Actor, job_id: uuid.UUID) -> Job:
    """The actor's own job; another person's does not exist. Raises NotFound."""
    row = db.session.get(Job, job_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound
    return row
