"""The piece of a timetable's inputs that a change by hand can touch, and pinned visits as the engine's fixed ones."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace

from app.routing import Lock
from app.routing import Problem as Task
from app.timetables.rules.gathering import demands_on
from app.timetables.types import Inputs, Pin


def team_circle(inputs: Inputs, team_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """The teams themselves and all that share a teacher with one of them."""
    people = {m.teacher_id for team in inputs.teams if team.id in team_ids for m in team.members}
    return {
        team.id for team in inputs.teams if team.id in team_ids or any(m.teacher_id in people for m in team.members)
    }


def part_of(inputs: Inputs, team_ids: Collection[uuid.UUID], child_ids: Collection[uuid.UUID]) -> Inputs:
    """The inputs of these teams and children only: small enough to be checked while somebody drags a visit."""
    return replace(
        inputs,
        teams=tuple(team for team in inputs.teams if team.id in team_ids),
        children=tuple(child for child in inputs.children if child.id in child_ids),
        needs=tuple(need for need in inputs.needs if need.child_id in child_ids),
    )


def with_pins(task: Task, pins: Iterable[Pin]) -> tuple[Task, tuple[Pin, ...]]:
    """The problem with pinned visits as fixed ones, and the pins that have no place in it any more (service, team or
    day gone). Where all pins of a service name one team, the whole service stays with it."""
    demands, teams = {c.id for c in task.children}, {team.id for team in task.teams}
    days = {day.date for day in task.days if day.acts_as is not None}
    locks, gone, named = [], [], demands_on(task)
    faces: dict[str, set[str]] = {}
    for pin in pins:
        demand = named(pin.child_id, pin.service_key, pin.day)
        if demand not in demands or str(pin.team_id) not in teams or pin.day not in days:
            gone.append(pin)
            continue
        locks.append(Lock(demand, str(pin.team_id), pin.day, pin.start))
        faces.setdefault(demand, set()).add(str(pin.team_id))
    locks += [Lock(demand, next(iter(names))) for demand, names in sorted(faces.items()) if len(names) == 1]
    return replace(task, locks=task.locks + tuple(locks)), tuple(gone)
