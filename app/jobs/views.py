"""A job's page: how far it is, cancel, where its result is."""

from __future__ import annotations

import uuid

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import Pages, Permission
from app.jobs.actions import LABELS, cancel_job
from app.jobs.queries import Job, get_job
from app.jobs.types import JobState
from app.kernel.problems import N_, from_stored

pages = Pages("jobs", __name__)


def _shown(row: Job) -> dict[str, object]:
    """The row as components/progress.html wants it."""
    over = row.state not in (JobState.QUEUED, JobState.RUNNING)
    return {
        "id": row.id,
        "label": gettext(LABELS.get(row.kind, N_("Work"))),
        "text": row.message,
        "done": over,
        "ok": row.state == JobState.DONE,
        "fraction": min(1.0, row.done / row.total) if row.total else None,
        "url": url_for("jobs.show_progress", job_id=row.id),
        "cancel_url": url_for("jobs.cancel", job_id=row.id),
        "result_url": row.page,
    }


def _told(row: Job) -> list[str]:
    """Why it did not work, in the reader's language."""
    told = [from_stored(problem).text(gettext) for problem in row.problems]
    if row.error and not told:
        told.append(
            gettext(
                "The work stopped because of an error of the program. Nothing was half-written; try again, "
                "and tell your administrator if it stops again."
            )
        )
    return told


@pages.get("/jobs/<uuid:job_id>", needs=Permission.SIGNED_IN)
def show_job(job_id: uuid.UUID) -> ResponseReturnValue:
    row = get_job(g.actor, job_id)
    return render_template("jobs/show_job.html", shown=_shown(row), told=_told(row))


@pages.get("/jobs/<uuid:job_id>/progress", needs=Permission.SIGNED_IN)
def show_progress(job_id: uuid.UUID) -> ResponseReturnValue:
    return render_template("jobs/show_progress.html", shown=_shown(get_job(g.actor, job_id)))


@pages.post("/jobs/<uuid:job_id>/cancel", needs=Permission.SIGNED_IN)
def cancel(job_id: uuid.UUID) -> ResponseReturnValue:
    get_job(g.actor, job_id)
    cancel_job(g.actor, job_id)
    return redirect(url_for("jobs.show_job", job_id=job_id), 303)
