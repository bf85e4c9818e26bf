"""What is written about the list: a user's named filters, and the trail of exports."""

from __future__ import annotations

from app.access import Actor, Permission, require
from app.db import audit
from app.kernel.problems import N_, Problem, Refused


def note_export(actor: Actor, reason: str, *, rows: int, kind: str, filters: dict[str, str]) -> None:
    """Write to the trail who takes a list out, why, and how long it is. Raises Refused without a reason."""
    require(actor, Permission.CHILDREN_WRITE)
    if len(reason.strip()) < 4:
        raise Refused(
            Problem(
                "reason",
                N_("Say what the list is needed for, in a few words. It is written down with your name."),
                field="reason",
            )
        )
    told = {name: value for name, value in filters.items() if name != "q"}
    audit.record(
        actor,
        "export_list",
        "children",
        reason=reason.strip()[:300],
        rows=rows,
        kind=kind,
        filters=told,
        searched="q" in filters,
    )
