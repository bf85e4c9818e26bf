"""`flask imports run schools|children FILE [--apply]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext

from app.access import SYSTEM
from app.children.responsible import begin_day
from app.db import db
from app.imports import queries
from app.imports.actions import keep_file, run_apply, run_preview
from app.imports.types import ImportKind, ImportState, RowOutcome
from app.imports.workbooks import reasons, told_line
from app.kernel.problems import from_stored
from app.web.filters import today

group = AppGroup("imports", help="Spreadsheets in.")


@group.command()
@click.argument("kind", type=click.Choice([kind.value for kind in ImportKind]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", is_flag=True, help="take the good rows over; without it nothing is written but the preview")
def run(kind: str, file: Path, apply: bool) -> None:
    """Check a sheet and print what it would do; exit 1 when the file is refused."""
    begin_day()
    db.write()
    identifier = keep_file(SYSTEM, ImportKind(kind), file.name, file.read_bytes()).id
    db.session.commit()
    run_preview(identifier, SYSTEM, today=today())
    db.session.commit()
    row = queries.get_import(SYSTEM, identifier)
    if row.state is ImportState.REFUSED:
        for problem in row.problems:
            click.echo(from_stored(problem).text(gettext))
        sys.exit(1)
    _print(row)
    if apply:
        db.session.rollback()
        run_apply(identifier, SYSTEM, today=today())
        db.session.commit()
        done = queries.get_import(SYSTEM, identifier).counts["done"]
        click.echo(gettext("Taken over: %(new)s new, %(changed)s changed.", new=done["new"], changed=done["changed"]))


def _print(row: Any) -> None:
    counts = row.counts
    click.echo(
        gettext(
            "%(rows)s rows: %(new)s new, %(changed)s changed, %(same)s unchanged, %(doubtful)s doubtful, "
            "%(refused)s refused.",
            **{name: counts[name] for name in ("rows", *RowOutcome)},
        )
    )
    for problem in row.problems:
        click.echo(from_stored(problem).text(gettext))
    if row.ignored_columns:
        click.echo(gettext("Ignored columns: %(names)s", names="、".join(row.ignored_columns)))
    for outcome in (RowOutcome.REFUSED, RowOutcome.DOUBTFUL):
        for one in queries.list_rows(row, outcome, limit=None):
            for line in reasons(row.kind, one, row.sheets).split("\n"):
                click.echo(gettext("Line %(line)s: %(words)s", line=told_line(one, row.sheets), words=line))
