"""Rules eased for one run: remedies of the engine that a coordinator chose, applied to its problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.routing import Problem as Task
from app.routing import Remedy, apply_remedy
from app.routing.telling import WORDS
from app.timetables.types import RemedyWay

WAYS: dict[str, RemedyWay] = {
    "MORE_HOURS": RemedyWay.RUN,
    "RAISE_CAP": RemedyWay.RUN,
    "SHORTEN_GAP": RemedyWay.RUN,
    "SUBSTITUTE": RemedyWay.RUN,
    "ALLOW_TEAM": RemedyWay.RUN,
    "ADD_WINDOW": RemedyWay.FAMILY,
    "ADD_SKILL": RemedyWay.TEAM,
    "ADD_ADULT": RemedyWay.TEAM,
    "NEW_TEAM": RemedyWay.TEAM,
    "UNLOCK": RemedyWay.PINS,
}
"""Who makes a remedy true: a setting of the next run, the family on the phone, the people of a team, a pin less."""


Kept = Mapping[str, Any]
"""A remedy as a timetable keeps it, which is JSON: code, values, cost, demand."""


def eased(task: Task, relaxations: Iterable[Kept]) -> Task:
    """The problem with the chosen remedies applied in order; one whose service or team is gone changes nothing, nor
    one for a date that is closed meanwhile: who is on leave or away that day did not agree to that."""
    shut = _shut(task)
    for one in relaxations:
        if _dated(one) in shut:
            continue
        try:
            task = apply_remedy(task, Remedy(one["code"], "", one["values"], one.get("cost", 0), one.get("demand", "")))
        except (LookupError, ValueError):
            continue
    return task


def _shut(task: Task) -> set[tuple[str, str, str]]:
    """(code, team or service, date) of hours and family times that single dates do not have."""
    return {
        ("MORE_HOURS", team.id, day.isoformat())
        for team in task.teams
        for day, times in team.shifts.items()
        if isinstance(day, date) and not times
    } | {
        ("ADD_WINDOW", child.id, day.isoformat())
        for child in task.children
        for day, times in child.windows.items()
        if isinstance(day, date) and not times
    }


def _dated(one: Kept) -> tuple[str, str, str]:
    values = one["values"]
    return (
        one["code"],
        str(values.get("team_id", "") if one["code"] == "MORE_HOURS" else one.get("demand", "")),
        str(values.get("on", "")),
    )


def is_setting(remedy: Kept) -> bool:
    """True for a remedy that the next run keeps as its setting. A family's time on one date only is one too: it has no
    place among the weekly times."""
    way = WAYS.get(remedy["code"])
    return way == RemedyWay.RUN or (way == RemedyWay.FAMILY and bool(remedy["values"].get("on")))


def added(relaxations: Iterable[Kept], remedy: Kept) -> list[dict[str, Any]]:
    """The settings with one more; the same twice is once."""
    kept = [dict(one) for one in relaxations]
    same = any(kept_remedy(one) == kept_remedy(remedy) for one in kept)
    return kept if same else [*kept, dict(remedy)]


def kept_remedy(remedy: Kept) -> dict[str, Any]:
    """What tells one remedy of a timetable from another, as it is kept with the draft that was made to try it. Words
    among its values only say what others count."""
    values = {name: value for name, value in remedy["values"].items() if name not in WORDS}
    return {"code": remedy["code"], "values": values, "demand": remedy.get("demand", "")}
