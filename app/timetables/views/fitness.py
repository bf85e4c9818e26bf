"""What keeps a draft from being published, as its pages tell it, with the ways on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g

from app.kernel.problems import Problem
from app.timetables.actions.fitness import obstacles_of
from app.timetables.hooks import hooks
from app.web.filters import today


@dataclass(frozen=True)
class Unfit:
    """`causes`: a sentence each; `visits`: the same visit by visit, to be unfolded; `repeat_url`: where the repair that
    the draft was made by is made anew by one press, None for a draft that no repair has made."""

    causes: tuple[Problem, ...]
    visits: tuple[Problem, ...]
    repeat_url: str | None


def unfit(row: Any) -> Unfit | None:
    """Why a draft cannot be published as things stand now; None where it can, and for what is no draft."""
    found = obstacles_of(g.actor, row, today())
    return Unfit(found.causes, found.visits, hooks.repeat_url(row.id)) if found else None
