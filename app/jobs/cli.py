"""`flask jobs work`: the worker."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.db.base import here

group = AppGroup("jobs", help="Background work.")


@group.command()
@click.option("--once", is_flag=True, help="run what waits, then end")
def work(once: bool) -> None:
    """Run jobs as they come; jobs left by a killed worker are picked up again within seconds."""
    from app.jobs.runner import run_waiting
    from app.jobs.worker import serve

    app = here(current_app)
    if once:
        click.echo(f"{run_waiting(app)} jobs run")
    else:
        serve(app)
