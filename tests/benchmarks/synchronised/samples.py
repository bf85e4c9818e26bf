"""Small problems of visits that need two, and every solution of them."""

import itertools
import json
import random

import numpy as np

from benchmarks.solvers.synchronised import Caregiver, Patient, Problem

FAR = 10**6


def road(*kilometres):
    """Minutes along a road, the office first."""
    at = np.array(kilometres, dtype=float)
    return np.abs(at[:, None] - at[None, :])


def patient(id, *services, early=0.0, due=100.0, minutes=10.0, gap=(0.0, 0.0)):
    return Patient(id, services, (minutes,) * len(services), float(early), float(due), gap)


def caregivers(**able):
    return tuple(Caregiver(id, frozenset(services)) for id, services in able.items())


def random_problem(seed, gap=None):
    """Three who need one and one who needs two, at once or `gap` minutes apart, for three caregivers."""
    draw = random.Random(seed)
    at = np.array([(draw.randint(0, 40), draw.randint(0, 40)) for _ in range(5)], dtype=float)
    travel = np.round(np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1)), 3)
    patients = []
    for i in range(3):
        early = draw.randint(0, 80)
        patients.append(patient(f"p{i}", draw.choice("ab"), early=early, due=early + 30))
    early = draw.randint(0, 80)
    patients.append(patient("p3", "a", "b", early=early, due=early + 30, gap=gap or (0.0, 0.0)))
    return Problem(tuple(patients), caregivers(x="a", y="ab", z="b"), travel)


def least_cost(problem):
    """The least cost of all tours, each timed by waiting until nothing moves."""
    nodes = [(p, part) for p, one in enumerate(problem.patients) for part in range(len(one.services))]
    able = [
        [c for c, x in enumerate(problem.caregivers) if problem.patients[p].services[k] in x.able] for p, k in nodes
    ]
    best = float("inf")
    for who in itertools.product(*able):
        if any(a[0] == b[0] and who[i] == who[i + 1] for i, (a, b) in enumerate(itertools.pairwise(nodes))):
            continue
        mine = [[n for n, c in zip(nodes, who, strict=True) if c == x] for x in range(len(problem.caregivers))]
        for tours in itertools.product(*(itertools.permutations(m) for m in mine)):
            best = min(best, _cost(problem, tours))
    return best


def _cost(problem, tours):
    start = {(p, k): problem.patients[p].early for tour in tours for p, k in tour}
    for _ in range(60):
        before = dict(start)
        for tour in tours:
            place, free = 0, 0.0
            for p, k in tour:
                start[p, k] = max(start[p, k], free + problem.travel[place, p + 1])
                place, free = p + 1, start[p, k] + problem.patients[p].minutes[k]
        for p, one in enumerate(problem.patients):
            if len(one.services) == 2:
                start[p, 1] = max(start[p, 1], start[p, 0] + one.gap[0])
                start[p, 0] = max(start[p, 0], start[p, 1] - one.gap[1])
        if start == before:
            break
    else:
        return FAR
    stops = [[0, *(p + 1 for p, _ in tour), 0] for tour in tours]
    way = sum(problem.travel[a, b] for stop in stops for a, b in itertools.pairwise(stop))
    late = [max(0.0, t - problem.patients[p].due) for (p, _), t in start.items()]
    return (way + sum(late) + max(late)) / 3


def told(problem):
    """The text of a problem in the format of the instances."""
    return json.dumps(
        {
            "patients": [_told(p) for p in problem.patients],
            "services": [{"id": s, "default_duration": 10.0} for s in "ab"],
            "caregivers": [{"id": c.id, "abilities": sorted(c.able)} for c in problem.caregivers],
            "central_offices": [{"id": "d"}],
            "distances": problem.travel.tolist(),
        }
    )


def _told(one):
    asked = [{"service": s, "duration": m} for s, m in zip(one.services, one.minutes, strict=True)]
    text = {"id": one.id, "time_window": [one.early, one.due], "required_caregivers": asked}
    if len(asked) == 2:
        together = one.gap == (0.0, 0.0)
        text["synchronization"] = (
            {"type": "simultaneous"} if together else {"type": "sequential", "distance": list(one.gap)}
        )
    return text
