"""Commands that belong to no slice: database, keys, audit, fonts. `flask --help` lists all."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click
from alembic.migration import MigrationContext
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import DBAPIError

from app.children.gaps import find_gaps
from app.db import audit, db, form, heads, migrations

database = AppGroup("db", help="Create or migrate the database.")
keys = AppGroup("keys", help="Keys of the sealed columns.")
trail = AppGroup("audit", help="The audit trail.")
fonts = AppGroup("fonts", help="Fonts and libraries for printing.")


@database.command()
@click.option("--to", default="head", help="revision to stop at")
def upgrade(to: str) -> None:
    """Create the database or bring it to the newest form."""
    _ask_for_a_known_form()
    migrations.upgrade(current_app, to)
    if to == "head":
        _ask_for_the_right_keys()
    click.echo("The database is up to date.")


def _ask_for_a_known_form() -> None:
    """Stop in words where the scripts lead nowhere: a newer version's database, or one that cannot be read."""
    try:
        with db.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as error:
        raise click.ClickException(f"The database cannot be read: {str(error.orig).strip()}.") from None
    if found is not None and found not in migrations.known():
        raise click.ClickException(form.newer(found))


def _ask_for_the_right_keys() -> None:
    """Stop before anything is sealed or chained with keys that are not this database's."""
    keys_ = current_app.extensions["yian.vault"]
    with db.engine.connect() as connection:
        if not audit.begins_with(connection, keys_.audit_key):
            raise click.ClickException(
                f"The keys in {keys_.path} are not those of this database: put its own key file "
                "there. If the keys are right, flask audit verify says what is wrong."
            )


@database.command()
@click.option("--to", required=True, help="revision to go back to, or base")
def downgrade(to: str) -> None:
    """Take the database back to an earlier form."""
    _ask_for_a_known_form()
    migrations.downgrade(current_app, to)


@database.command()
@click.argument("name")
@click.option("--about", default="", help="what it changes, in one line; the name where none is given")
def new(name: str, about: str) -> None:
    """Write the frame of the next migration: flask db new rooms_of_schools."""
    try:
        path = migrations.new(name, about)
    except ValueError as wrong:
        raise click.ClickException(f"No migration was made: {wrong}.") from None
    click.echo(f"{path.parent.parent.name}/{path.parent.name}/{path.name}")


@database.command()
def check() -> None:
    """Compare the tables with the models, and look for days of a child that no unit answers for; exit 1 when something
    is found."""
    found = [str(difference) for difference in migrations.differences()]
    if not found:
        for number, begins, ends in find_gaps():
            until = f"until {ends}" if ends else "from then on"
            found.append(f"Nobody answers for {number} from {begins} {until}. A move of this child closes the gap.")
    for difference in found:
        click.echo(difference)
    sys.exit(1 if found else 0)


@database.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy the embedded database to a new FILE while the pages are in use; print the head of its audit trail."""
    from app.db.backup import NoBackup, shown
    from app.db.backup import backup as copy_to

    try:
        made = copy_to(file)
    except NoBackup as reason:
        raise click.ClickException(str(reason)) from None
    click.echo(
        f"{shown(file)}: {file.stat().st_size:,} bytes, whole. "
        f"Keep the head of its audit trail: {made.rows}:{made.head}"
    )
    _keep(made.rows, made.head)
    for name, beside in made.beside.items():
        if beside.files or beside.faults:
            click.echo(f"{shown(file.parent / name)}: {beside.files} files, {beside.bytes:,} bytes; {beside.new} new.")
        for fault in beside.faults:
            click.echo(f"{name}: {fault}", err=True)
    if any(beside.faults for beside in made.beside.values()):
        raise click.ClickException(
            "Some files of attachments are missing or damaged; the rest was copied. See: flask attachments check"
        )


@keys.command()
@click.option("--batch", default=500, help="rows sealed anew in one transaction")
def rotate(batch: int) -> None:
    """Make a new key and seal every row with it; may be stopped and started again."""
    from app.db import rotation

    done = rotation.rotate(batch, say=click.echo)
    click.echo(f"Sealed {done} values with the new key. Old keys are kept until: flask keys forget")


@keys.command()
def forget() -> None:
    """Forget the keys that no value needs any more; not before everything was started anew after a rotation."""
    from app.db import rotation

    try:
        click.echo(f"Forgot {len(rotation.forget())} old keys.")
    except rotation.StillNeeded as reason:
        raise click.ClickException(str(reason)) from None


@trail.command()
@click.option("--head", help="row:hash written down earlier, so that a cut end is found")
def verify(head: str | None) -> None:
    """Check the chain and the heads kept outside of the database; name the first broken row and exit 1. Exit 3 when the
    rows hold but no head was kept earlier, or a file of them is damaged."""
    known, given = heads.kept_heads(), None
    missing = _what_is_missing(known if head is None else {0: head})  # a head brought along is one kept elsewhere
    if head is not None:
        given = heads.parse_head(head)
        if given is None:
            raise click.BadParameter(
                "a head is a row's number, a colon and 64 signs of 0-9 and a-f, as verify prints it",
                param_hint="--head",
            )
    with _reading(), db.engine.connect() as connection:
        there = audit.hash_at(connection, given[0]) if given else None
        if given and there is None:
            known.setdefault(*given)  # its row is gone
        rows, hash_, broken = audit.verify(connection, current_app.extensions["yian.vault"].audit_key, known)
    if given and there not in (None, given[1]) and (broken is None or broken.seq > given[0]):
        click.echo(
            f"The head given does not match row {given[0]}: either it was not written down from this trail, or "
            "the trail was written anew."
        )
        sys.exit(1)
    if broken:
        cut = broken.why == "cut off"
        click.echo(f"Row {broken.seq} is {'missing' if cut else broken.why}. The {rows} rows before it hold.")
        if broken.kept:
            click.echo(
                "The chain holds there, but the head that was kept of this row is another one: either the trail "
                f"was written anew, or a file in {current_app.config['AUDIT_HEADS']} is another installation's."
            )
        if cut:
            click.echo(
                f"The end is cut off: the trail once had {max(known)} rows, as was written down (see "
                f"{current_app.config['AUDIT_HEADS']}). If "
                "an older backup was put back, move the newer files there aside."
            )
        sys.exit(1)
    click.echo(f"{rows} rows hold; heads kept earlier: {len(known)}. Head: {rows}:{hash_}")
    _keep(rows, hash_)
    _warn(rows, missing)


@contextmanager
def _reading() -> Iterator[None]:
    """A trail that cannot be read at all is told in words."""
    try:
        yield
    except DBAPIError as error:
        raise click.ClickException(f"The audit trail cannot be read: {error.orig}.") from None


def _what_is_missing(known: Mapping[int, str]) -> list[str]:
    """What keeps the heads from proving anything, before a new one is kept."""
    folder = current_app.config["AUDIT_HEADS"]
    found = [f"Not readable in {folder}: {place}." for place in heads.damage()]
    return (
        found
        if known
        else [
            *found,
            f"No head was kept earlier in {folder}: a cut-off end is not found by that. "
            "When it is not the first time that you ask, somebody took them away.",
        ]
    )


def _warn(rows: int, missing: list[str]) -> None:
    """Exit 3 with what is missing; an empty trail has no heads yet."""
    if rows and missing:
        for words in missing:
            click.echo(f"Warning: {words}", err=True)
        sys.exit(3)


@trail.command()
def head() -> None:
    """Print the head of the trail and keep it for today; exit 1 when heads kept earlier are not in the trail,
    3 when there are none or they are damaged."""
    missing = _what_is_missing(heads.kept_heads())
    with _reading():
        rows, hash_, broken = heads.quick_look()
    if broken:
        raise click.ClickException(
            f"The audit trail does not hold: row {broken.seq} is {broken.why}. See: flask audit verify"
        )
    click.echo(f"Head of the audit trail: {rows}:{hash_}")
    _keep(rows, hash_)
    _warn(rows, missing)


def _keep(rows: int, hash_: str) -> None:
    try:
        heads.keep_head(rows, hash_)
    except OSError as error:
        raise click.ClickException(
            f"The head could not be kept in {current_app.config['AUDIT_HEADS']}: {error.strerror}."
        ) from None


@fonts.command("check")
def fonts_check() -> None:
    """Say what is missing for printing and exit 1."""
    from app.printing.fonts import check_fonts

    problems = check_fonts()
    for problem in problems:
        click.echo(problem.text(str))
    sys.exit(1 if problems else 0)


def init_app(app: Flask) -> None:
    for group in (database, keys, trail, fonts):
        app.cli.add_command(group)
    for name, command in app.cli.commands.items():
        if name not in ALONE:
            _ask_before(command, name)


ALONE = {"fonts", "run", "shell", "routes", "timetables"}
"""Commands that need no database."""
OLDER_WILL_DO = {"db backup", "db check", "audit verify", "audit head"}
"""Those that are asked before an upgrade too."""
MAKERS = {"db upgrade", "db downgrade", "db new"}
WAITING = {"jobs work"}
_ASKS = "asks"


def _ask_before(command: click.Command, name: str) -> None:
    """Let every command that needs the database say in words that it is not there, empty, or another version's."""
    if isinstance(command, click.Group):
        for part, inner in command.commands.items():
            _ask_before(inner, f"{name} {part}")
        if not command.invoke_without_command:
            return
    if command.callback is None or name in MAKERS or getattr(command.callback, _ASKS, False):
        return
    run = command.callback

    @with_appcontext
    @wraps(run)
    def asked(*args: Any, **values: Any) -> Any:
        inside = click.get_current_context().invoked_subcommand
        if not inside and (why := form.why_unfit(older_will_do=name in OLDER_WILL_DO, away_will_do=name in WAITING)):
            raise click.ClickException(why)
        return run(*args, **values)

    setattr(asked, _ASKS, True)
    command.callback = asked
