"""Visits that need two at once or in sequence: `solve`, `check`, `cost` over the words of `problem`; `pair_visits`:
times at which two single teachers of the product's timetable meet at a home.

The kernel is compiled; it is loaded when `solve` is called first, not when this is imported.
"""

from benchmarks.solvers.synchronised.check import check, cost
from benchmarks.solvers.synchronised.meet import Meeting, Pairing, demands_for_pairs, pair_visits
from benchmarks.solvers.synchronised.problem import Caregiver, Cost, Patient, Problem, Solution, Step
from benchmarks.solvers.synchronised.reader import read_best_known, read_problem, validate
from benchmarks.solvers.synchronised.solve import solve, warm_up

__all__ = [
    "Caregiver",
    "Cost",
    "Meeting",
    "Pairing",
    "Patient",
    "Problem",
    "Solution",
    "Step",
    "check",
    "cost",
    "demands_for_pairs",
    "pair_visits",
    "read_best_known",
    "read_problem",
    "solve",
    "validate",
    "warm_up",
]
