"""A job's page: how far it is, cancel, where its result is."""

from __future__ import annotations

from flask import g, redirect, render_template, url_for

from app.access import Pages, Permission
from app.db import db
from app.errors import NotFound
from app.jobs.actions import cancel_job
from app.jobs.models import Job, JobState

pages = Pages("jobs", __name__)


def _own(job_id) -> Job:
    """The actor's own job; another person's does not exist."""
    row = db.session.get(Job, job_id)
    if row is None or row.user_id != g.actor.user_id:
        raise NotFound
    return row


@pages.get("/jobs/<uuid:job_id>", needs=Permission.SIGNED_IN)
def show_job(job_id):
    row = _own(job_id)
    return render_template("jobs/show_job.html", job=row, over=row.state not in (JobState.QUEUED, JobState.RUNNING))


@pages.get("/jobs/<uuid:job_id>/progress", needs=Permission.SIGNED_IN)
def show_progress(job_id):
    row = _own(job_id)
    return render_template("jobs/show_progress.html", job=row,
                           over=row.state not in (JobState.QUEUED, JobState.RUNNING))


@pages.post("/jobs/<uuid:job_id>/cancel", needs=Permission.SIGNED_IN)
def cancel(job_id):
    _own(job_id)
    cancel_job(g.actor, job_id)
    return redirect(url_for("jobs.show_job", job_id=job_id), 303)
