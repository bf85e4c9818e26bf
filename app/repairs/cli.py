"""`flask leavers settle`: what older versions left standing of children who have left, put right after an upgrade."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.children.responsible import begin_day
from app.db import db
from app.placements.leaving import settle_left
from app.repairs.actions.calling_off import settle_visits
from app.roll.actions.waiting import settle_transfers
from app.web.filters import today

group = AppGroup("leavers", help="Children who have left the district or cannot be taught now.")


@group.command()
def settle() -> None:
    """Call off visits to come and void transfers of children who are away, dead or answered for by another unit, and
    end what schools and teachers of their former district still see. The trail names the system. Run it once after an
    upgrade; again it finds nothing."""
    begin_day()
    db.write()
    transfers, children, left = settle_transfers(today()), settle_visits(today()), settle_left(today())
    db.session.commit()
    click.echo(
        f"{children} children whose visits were called off, {transfers} transfers voided, {left} children whose former "
        "schools or teachers saw the file no longer than their own years."
    )
