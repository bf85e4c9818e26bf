"""What the kernel's functions are given by their tests."""

import numpy as np

from app.routing.grid import Grid, template_days
from app.routing.kernel.arrays import Case
from app.routing.kernel.layout import Work
from app.routing.kernel.template import former_places, visits_asked, weights_of


def laid(told):
    """The template grid of a problem and its arrays."""
    grid = Grid(told, template_days(told))
    return grid, Case(grid, visits_asked(told, grid), former_places(told, grid))


def work_on(case, plan=None):
    """Everything a move needs, on a timetable (None = an empty one)."""
    weights = weights_of(case.grid.problem, case.grid)
    plan = case.blank() if plan is None else plan
    return Work(case.given, plan, case.blank(), case.memory(), weights, case.tuning, np.array([7, 11], dtype=np.uint64))
