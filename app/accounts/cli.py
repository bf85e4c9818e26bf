"""`flask admin`: the first administrator and emergencies."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.access import SYSTEM, Role
from app.accounts import actions, passwords
from app.accounts.models import RoleGrant
from app.accounts.queries import find_user
from app.accounts.types import LinkPurpose
from app.db import db

group = AppGroup("admin", help="The first administrator, and emergencies.")


@group.command("first-link")
def first_link() -> None:
    """Print a one-use address that makes the first administrator; none when there is one already."""
    if db.session.scalar(select(RoleGrant.id).where(RoleGrant.role == Role.ADMINISTRATOR).limit(1)):
        click.echo("There is an administrator already; see flask admin reset-password.", err=True)
        return
    db.session.rollback()
    db.write(small=True)
    _row, token = actions.make_link(SYSTEM, LinkPurpose.FIRST_ADMINISTRATOR, days=7)
    db.session.commit()
    click.echo(f"{current_app.config['PUBLIC_URL'].rstrip('/')}/first/{token}")


@group.command("reset-password")
@click.argument("username")
def reset_password(username: str) -> None:
    """Give a user a fresh password, for an administrator who is locked out."""
    password, password_hash, _ticket = passwords.fresh()
    db.write(small=True)
    user = find_user(username)
    if user is None:
        raise click.ClickException("There is no user of this name.")
    actions.reset_password(SYSTEM, user, password_hash)
    db.session.commit()
    click.echo(password)
