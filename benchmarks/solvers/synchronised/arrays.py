"""A problem as the arrays that the kernel works on, and a solution back from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from benchmarks.solvers.synchronised.problem import Problem, Solution, Step

NEAR = 20
"""How many patients count as near to one."""
WAITING = 0.2
"""What a minute of waiting counts for beside one of travel when nearness is measured; a tardy minute counts 1."""


class Arrays(NamedTuple):
    """What the problem gives the kernel, in the order of its arguments; nodes as in `state`, N of them."""

    dist: np.ndarray  # (n + 1, n + 1) minutes between patients, the office last
    asks: np.ndarray  # (n, 4) early, due, least and most time from the first start to the second
    lasts: np.ndarray  # (N,) minutes a service takes
    double: np.ndarray  # (n,) needs two
    can: np.ndarray  # (N, caregivers) who may give a service
    able: np.ndarray  # (N, 1 + caregivers) how many may, then who
    near: np.ndarray  # (n, k) patients who are tried beside one, nearest first


def pack(problem: Problem) -> Arrays:
    """Return the arrays of a valid problem."""
    patients, callers = problem.patients, problem.caregivers
    n, size = len(patients), 2 * len(patients) + len(callers)
    lasts, can = np.zeros(size), np.zeros((size, len(callers)), np.bool_)
    for p, patient in enumerate(patients):
        for part, service in enumerate(patient.services):
            lasts[2 * p + part] = patient.minutes[part]
            can[2 * p + part] = [service in c.able for c in callers]
    asks = np.array([(p.early, p.due, *p.gap) for p in patients], np.float64)
    rows = np.roll(np.arange(n + 1), -1)
    dist = np.ascontiguousarray(problem.travel[np.ix_(rows, rows)], np.float64)
    return Arrays(
        dist,
        asks,
        lasts,
        np.array([len(p.services) == 2 for p in patients], np.bool_),
        can,
        np.column_stack((can.sum(axis=1), np.argsort(~can, axis=1, kind="stable"))).astype(np.int64),
        _near(dist[:n, :n], asks[:, 0], asks[:, 1], lasts[0 : 2 * n : 2], can[0 : 2 * n : 2] | can[1 : 2 * n : 2]),
    )


def _near(way, early, due, minutes, can):
    """The patients nearest to each, nearest first, (n, k): those whom a common caregiver can see come first."""
    wait = np.maximum(0.0, early[None, :] - (due + minutes)[:, None] - way)
    tardy = np.maximum(0.0, (early + minutes)[:, None] + way - due[None, :])
    far = way + WAITING * wait + tardy
    far = np.minimum(far, far.T)
    strangers = can.astype(int) @ can.T.astype(int) == 0
    far[strangers] += 1.0 + far.max()
    np.fill_diagonal(far, np.inf)
    count = max(1, min(NEAR, len(way) - 1))
    return np.ascontiguousarray(np.argsort(far, axis=1, kind="stable")[:, :count].astype(np.int64))


def first(arrays: Arrays, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return an order (by the middle of the patients' times) and random able caregivers to start from."""
    order = np.argsort(arrays.asks[:, 0] + arrays.asks[:, 1], kind="stable").astype(np.int64)
    who = np.zeros(len(arrays.lasts), np.int64)
    for p in range(len(order)):
        one, two = 2 * p, 2 * p + 1
        choice = [int(c) for c in rng.permutation(arrays.able[one, 1 : 1 + arrays.able[one, 0]])]
        if arrays.double[p]:
            others = [int(c) for c in rng.permutation(arrays.able[two, 1 : 1 + arrays.able[two, 0]])]
            who[one], who[two] = next((a, b) for a in choice for b in others if a != b)
        else:
            who[one] = choice[0]
    return order, who


def unpack(problem: Problem, arrays: Arrays, order: np.ndarray, who: np.ndarray, **told) -> Solution:
    """Return the solution that an order and caregivers stand for: every service as early as can be."""
    place, free = [-1] * len(problem.caregivers), [0.0] * len(problem.caregivers)
    tours: list[list[Step]] = [[] for _ in problem.caregivers]
    for p in order.tolist():
        patient = problem.patients[p]
        takers = [int(who[2 * p + part]) for part in range(len(patient.services))]
        starts = [max(patient.early, free[c] + float(arrays.dist[place[c], p])) for c in takers]
        if len(starts) == 2:
            starts[1] = max(starts[1], starts[0] + patient.gap[0])
            starts[0] = max(starts[0], starts[1] - patient.gap[1])
        for part, (c, start) in enumerate(zip(takers, starts, strict=True)):
            place[c], free[c] = p, start + patient.minutes[part]
            tours[c].append(Step(patient.id, part, start, free[c]))
    return Solution({c.id: tuple(t) for c, t in zip(problem.caregivers, tours, strict=True)}, **told)
