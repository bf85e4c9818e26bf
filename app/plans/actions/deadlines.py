"""What an approval settles of the deadlines of a child's plans, in its own transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from app.access import Actor
from app.plans.steps import STEPS
from app.steps.actions import settle


def settle_plans(actor: Actor, version_ids: Iterable[uuid.UUID], today: date) -> None:
    """Another version is in force, or follows: the steps of those before end, its own begin when their time is near."""
    for version_id in version_ids:
        for kind in STEPS:
            settle(actor, kind.code, version_id, deed="approve_plan", on=today)
