"""Rules eased for one run: remedies of the engine that a coordinator chose, applied to its problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.routing import Problem as Task
from app.routing import Remedy, apply_remedy
from app.visits.types import RemedyWay

WAYS: dict[str, RemedyWay] = {
    "MORE_HOURS": RemedyWay.RUN, "RAISE_CAP": RemedyWay.RUN, "SHORTEN_GAP": RemedyWay.RUN, "SUBSTITUTE": RemedyWay.RUN,
    "ALLOW_TEAM": RemedyWay.RUN, "ADD_WINDOW": RemedyWay.FAMILY, "ADD_SKILL": RemedyWay.TEAM,
    "ADD_ADULT": RemedyWay.TEAM, "NEW_TEAM": RemedyWay.TEAM, "UNLOCK": RemedyWay.PINS,
}
"""Who makes a remedy true: a setting of the next run, the family on the phone, the people of a team, a pin less."""


def eased(task: Task, relaxations: Iterable[Mapping]) -> Task:
    """The problem with the chosen remedies applied in order; one whose service or team is gone changes nothing."""
    for one in relaxations:
        try:
            task = apply_remedy(task, Remedy(one["code"], one["message"], one["values"], one.get("cost", 0),
                                             one.get("demand", "")))
        except (LookupError, ValueError):
            continue
    return task


def is_setting(remedy: Mapping) -> bool:
    """True for a remedy that the next run keeps as its setting. A family's time on one date only is one too: it has no
    place among the weekly times."""
    way = WAYS.get(remedy["code"])
    return way == RemedyWay.RUN or (way == RemedyWay.FAMILY and bool(remedy["values"].get("on")))


def added(relaxations: Iterable[Mapping], remedy: Mapping) -> list[dict]:
    """The settings with one more; the same twice is once."""
    kept = [dict(one) for one in relaxations]
    same = any((one["code"], one["values"], one.get("demand")) == (remedy["code"], remedy["values"],
                                                                   remedy.get("demand")) for one in kept)
    return kept if same else [*kept, dict(remedy)]
