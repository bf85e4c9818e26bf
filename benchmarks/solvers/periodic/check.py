"""Does a solution keep every rule, and what does it cost? Shares the data classes with the solver and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator

from benchmarks.solvers.periodic.instance import Instance, Solution

SLACK = 1e-6  # what a sum of floating-point numbers may miss a limit by


def check(instance: Instance, solution: Solution) -> tuple[float, list[str]]:
    """Return (travelled distance, what is wrong in plain English; empty where every rule is kept).

    Rules: at most `vehicles` routes a day; every customer once on each day of one of its options and on no other day;
    capacity and longest duration (travel and service) of the day; the cost that the solution states is the distance.
    """
    faults = [*_days_of_customers(instance, solution), *_fleet(instance, solution)]
    total = 0.0
    for day, routes in enumerate(solution.routes[: instance.days]):
        for number, route in enumerate(routes, 1):
            known = [stop for stop in route if 0 <= stop < len(instance.customers)]
            length = distance(instance, known)
            total += length
            faults += _limits(instance, day, f"day {day + 1}, route {number}", known, length)
    if not math.isclose(total, solution.cost, rel_tol=1e-9, abs_tol=SLACK):
        faults.append(f"the stated cost {solution.cost:.6f} is not the distance {total:.6f}")
    return total, faults


def distance(instance: Instance, route: list[int]) -> float:
    """Length of depot -> customers of the route -> depot."""
    points = [instance.depot, *((c.x, c.y) for c in (instance.customers[stop] for stop in route)), instance.depot]
    return math.fsum(math.dist(a, b) for a, b in zip(points, points[1:], strict=False))


def _fleet(instance: Instance, solution: Solution) -> Iterator[str]:
    if len(solution.routes) != instance.days:
        yield f"there are routes for {len(solution.routes)} days, not {instance.days}"
    for day, routes in enumerate(solution.routes, 1):
        used = sum(1 for route in routes if route)
        if used > instance.vehicles:
            yield f"day {day}: {used} routes, there are {instance.vehicles} vehicles"


def _days_of_customers(instance: Instance, solution: Solution) -> Iterator[str]:
    seen: dict[int, list[int]] = {c: [] for c in range(len(instance.customers))}
    for day, routes in enumerate(solution.routes):
        for stop in (stop for route in routes for stop in route):
            if stop in seen:
                seen[stop].append(day)
            else:
                yield f"day {day + 1}: there is no customer {stop}"
    for stop, days in seen.items():
        customer = instance.customers[stop]
        if len(days) != len(set(days)):
            yield f"customer {customer.name} is visited twice on one day"
        elif frozenset(days) not in (customer.options or (frozenset(),)):
            told = ", ".join(str(day + 1) for day in days) or "none"
            yield f"customer {customer.name} is visited on days {told}, which is none of its combinations"


def _limits(instance: Instance, day: int, where: str, route: list[int], length: float) -> Iterator[str]:
    longest, capacity = instance.limits[day]
    load = math.fsum(instance.customers[stop].demand for stop in route)
    duration = length + math.fsum(instance.customers[stop].service for stop in route)
    if load > capacity + SLACK:
        yield f"{where}: load {load:g} is more than {capacity:g}"
    if duration > longest + SLACK:
        yield f"{where}: duration {duration:.6f} is more than {longest:g}"
