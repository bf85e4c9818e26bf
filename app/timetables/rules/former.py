"""Going on from former visits: their teams and weekdays, laid on the weeks of a new problem."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.routing import Day, Plan, Weights
from app.routing import Problem as Task
from app.routing import Visit as Placed
from app.routing.problem import monday
from app.routing.template import template_of

KEPT = Weights(change_team=600)
"""A team that a child is used to is given up for a missing visit or for hours on the road every week, not for minutes;
a weekday for 40 minutes a week."""

FORTNIGHT = 2


MISSED = 2
"""A visit missing for a service that went short the last time counts as two: the far child is not always the one who
goes without."""


def first_of_all(task: Task, missed: Collection[str]) -> Task:
    """The problem in which the services that went short the last time come before the others."""
    return replace(
        task,
        children=tuple(replace(child, priority=MISSED) if child.id in missed else child for child in task.children),
    )


def keeping(task: Task, days: Sequence[Day], visits: Sequence[Placed]) -> Task:
    """The problem with the repeating plan of `visits` (on `days`, in order) as the one before it.

    Fortnightly services go on in the rhythm of their weeks; monthly ones keep their week of the month.
    """
    if not days or not visits:
        return task
    known = {child.id: child for child in task.children}
    own = tuple(v for v in visits if v.demand in known)
    weeks = max((child.per for child in task.children), default=1)
    apart = (monday(task.days[0].date) - monday(days[0].date)).days // 7
    usual = template_of(replace(task, days=tuple(days)), Plan(visits=own))
    laid = tuple(
        replace(one, week=(one.week - apart) % weeks) if known[one.demand].per == FORTNIGHT else one for one in usual
    )
    return replace(task, previous=Plan(visits=(), template=laid), weights=KEPT)
