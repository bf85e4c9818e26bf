"""What forbids that a school is closed, becomes one of another kind or goes to another unit: asked by the page, and by
the preview of a sheet. Pupils and teams lie above: who knows them answers (app/schools/hooks.py)."""

from __future__ import annotations

from datetime import date

from app.kernel.problems import N_, Problem
from app.schools.hooks import hooks
from app.schools.models import School
from app.schools.types import SchoolKind


def closing_problems(school: School, today: date) -> tuple[Problem, ...]:
    """A school is closed when nobody is left there, today or agreed for later."""
    return hooks.closing(school, today)


def kind_problems(school: School, kind: SchoolKind) -> tuple[Problem, ...]:
    """A school does not become one of a kind without the grades of those who are there."""
    return hooks.kind(school, kind)


def leaving_problems(school: School, today: date) -> tuple[Problem, ...]:
    """A school goes to another unit with a form or a sheet only while nobody is there."""
    return hooks.leaving(school, today)


def moving_problems(came_on: date | None, on: date) -> tuple[Problem, ...]:
    """A school does not go to another unit before the day on which it came to the one it has."""
    if came_on is None or came_on <= on:
        return ()
    return (
        Problem(
            "move_before_last",
            N_("This school came to its unit on %(day)s. Enter a later day."),
            {"day": came_on.isoformat()},
            field="on",
        ),
    )
