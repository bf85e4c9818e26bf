"""Background work of imports."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask_babel import gettext

from app.access import Permission
from app.imports.actions import give_back, give_up, run_apply, run_preview
from app.jobs.actions import job
from app.jobs.runner import JobRun
from app.kernel.problems import N_
from app.web.filters import today


def _give_up(args: dict) -> None:
    give_up(uuid.UUID(args["import"]))


@job("imports.preview", N_("Preview of a sheet"), needs=Permission.IMPORTS_RUN, failed=_give_up)
def preview(run: JobRun) -> dict:
    """Make the preview of the import in `args`."""
    return run_preview(uuid.UUID(run.args["import"]), run.actor, today=today(), tell=_tell(run))


def _give_back(args: dict) -> None:
    give_back(uuid.UUID(args["import"]))


@job("imports.apply", N_("Taking a sheet over"), needs=Permission.IMPORTS_RUN, failed=_give_back)
def apply(run: JobRun) -> dict:
    """Take the import in `args` over."""
    return run_apply(uuid.UUID(run.args["import"]), run.actor, today=today(), tell=_tell(run))


def _tell(run: JobRun) -> Callable[[int, int, str | None], None]:
    return lambda done, total, words: run.progress(done, total, gettext(words) if words else "")
