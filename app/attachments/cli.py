"""`flask attachments check` and `flask attachments copy`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

group = AppGroup("attachments", help="The sealed files of attachments.")


@group.command()
@click.option(
    "--backup", type=click.Path(path_type=Path, dir_okay=False), help="check the files of this backup instead"
)
@click.option("--remove-orphaned", is_flag=True, help="remove files without a row that are older than a day")
def check(backup: Path | None, remove_orphaned: bool) -> None:
    """Read every sealed file: exit 1 when one is missing or damaged, 3 when some have no row."""
    from app.attachments import checking

    if backup is not None:
        _check_backup(backup)
        return
    found = checking.check_all()
    for what, places in (("missing", found.missing), ("damaged", found.damaged), ("orphaned", found.orphaned)):
        for place in places:
            click.echo(f"{what}: {place}")
    click.echo(
        f"{found.held} files hold; missing: {len(found.missing)}, damaged: {len(found.damaged)}, "
        f"without a row: {len(found.orphaned)}."
    )
    left = len(found.orphaned)
    if remove_orphaned and left:
        removed = checking.remove_orphaned(found)
        left -= removed
        click.echo(f"Removed {removed} files without a row; {left} are younger than a day.")
    sys.exit(1 if found.missing or found.damaged else 3 if left else 0)


def _check_backup(backup: Path) -> None:
    from app.attachments.copying import faults_in, list_of

    if not list_of(backup).exists():
        raise click.ClickException(f"There is no list {list_of(backup)}: this backup has no attachments.")
    held, faults = faults_in(backup)
    for fault in faults:
        click.echo(fault)
    click.echo(f"{held} files of the backup hold; {len(faults)} do not.")
    sys.exit(1 if faults else 0)


@group.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def copy(folder: Path) -> None:
    """Copy the sealed files that FOLDER lacks, for the backup beside pg_dump. Exit 1 when one is missing or damaged."""
    from app.attachments.copying import Row, copy_into
    from app.attachments.models import StoredFile
    from app.attachments.sealing import sealed_size
    from app.db import db

    rows = db.session.execute(select(StoredFile.id, StoredFile.size, StoredFile.sealed_sha256).order_by(StoredFile.id))
    try:
        done = copy_into(folder, [Row(key, sealed_size(size), sha) for key, size, sha in rows])
    except OSError as error:
        raise click.ClickException(f"The files could not be copied to {folder}: {error.strerror}.") from None
    for fault in done.faults:
        click.echo(fault)
    click.echo(f"{folder}: {done.files} files, {done.bytes:,} bytes; {done.new} of them new.")
    sys.exit(1 if done.faults else 0)
