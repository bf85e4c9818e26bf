"""A change of a visit as a list of calls keeps it."""

from __future__ import annotations

from app.plans.types import Frequency
from app.timetables.types import Beyond, ChangeKind, PlanNow


def kind_of(kept: dict) -> ChangeKind | Beyond:
    """What kind it is."""
    return Beyond(kept["kind"]) if kept.get("plan") else ChangeKind(kept["kind"])


def plan_of(kept: dict) -> PlanNow | None:
    """What the plan asks for, of a visit that it does not ask for any more."""
    if not kept.get("plan"):
        return None
    times, often = kept["plan"]
    return PlanNow(times, Frequency(often) if often else None)
