"""`flask steps tick [--on DAY]`."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import AppGroup

from app.kernel import clock
from app.kernel.problems import Refused
from app.steps.actions import tick_until

group = AppGroup("steps", help="Steps with clocks.")


@group.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="the day (default today); days missed before are made up")
def tick(on: datetime | None) -> None:
    """Open what ought to be open, close what is done, remind and escalate. The worker does it once a day; once more
    changes nothing."""
    try:
        ran = tick_until(on.date() if on else clock.today())
    except Refused as refused:
        raise click.ClickException(refused.problems[0].text()) from None
    for day, kind, counts in ran:
        told = ", ".join(f"{number} {name}" for name, number in vars(counts).items())
        click.echo(f"{day} {kind.code}: {told}")
