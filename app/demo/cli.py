"""`flask demo`: fill an empty database; `flask demo accounts`: how to sign in."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale, gettext

from app.demo.accounts import PASSWORD, list_accounts
from app.demo.build import SCALES, build, today_of
from app.kernel.labels import label_of
from app.kernel.problems import Refused


@click.group("demo", cls=AppGroup, invoke_without_command=True)
@click.option("--scale", type=click.Choice(list(SCALES)), default="district", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--on", help="day that the data stand on (YYYY-MM-DD), else today")
@click.pass_context
@with_appcontext
def group(context: click.Context, scale: str, seed: int, on: str | None) -> None:
    """Fill an empty, migrated database with made-up schools, children, plans and visits."""
    if context.invoked_subcommand:
        return
    if not current_app.config["DEMO"]:
        raise click.ClickException("Set YIAN_DEMO=1: made-up identity numbers are taken in demo mode only.")
    try:
        counts = build(SCALES[scale], seed, today_of(on), say=click.echo)
    except Refused as refused:
        raise click.ClickException("; ".join(problem.text() for problem in refused.problems)) from None
    click.echo(", ".join(f"{table} {count}" for table, count in sorted(counts.items()) if count))


@group.command()
def accounts() -> None:
    """Print the demo accounts."""
    found = list_accounts()
    if not found:
        raise click.ClickException("There are no demo accounts in this database.")
    click.echo(f"Password of all demo accounts: {PASSWORD}")
    for username, name, role in found:
        with force_locale("zh_Hans"):
            chinese = gettext(label_of(role))
        click.echo(f"  {username:<10} {label_of(role)} / {chinese} ({name})")
