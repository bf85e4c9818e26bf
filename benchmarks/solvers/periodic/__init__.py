"""Periodic vehicle routing: customers choose one of their allowed sets of days, vehicles drive each day's visits.

`read` a problem (Cordeau 1997 text), `solve` it, `check` the solution. The same question as the template of home
visits without times of day; here it is measured against published best known values.

The kernel (hybrid genetic search) is compiled by numba; it is imported when `solve` is called first.
"""

from benchmarks.solvers.periodic.check import check
from benchmarks.solvers.periodic.instance import Customer, FormatError, Instance, Solution, parse, read
from benchmarks.solvers.periodic.solve import solve, warm_up

__all__ = ["Customer", "FormatError", "Instance", "Solution", "check", "parse", "read", "solve", "warm_up"]
