"""Visits that need two at once or in sequence: `solve`, `check`, `cost` over the words of `problem`.

The kernel is compiled; it is loaded when `solve` is called first, not when this is imported.
"""

from app.routing.synchronised.check import check, cost
from app.routing.synchronised.problem import Caregiver, Cost, Patient, Problem, Solution, Step
from app.routing.synchronised.reader import read_best_known, read_problem, validate
from app.routing.synchronised.solve import solve, warm_up

__all__ = [
    "Caregiver",
    "Cost",
    "Patient",
    "Problem",
    "Solution",
    "Step",
    "check",
    "cost",
    "read_best_known",
    "read_problem",
    "solve",
    "validate",
    "warm_up",
]
