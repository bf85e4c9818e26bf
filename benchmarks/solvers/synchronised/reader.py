"""Instances as JSON (Ceschia, Di Gaspero, Rosati, Schaerf 2024) and the list of their best known costs.

Instance: `patients` (`id`, `time_window` [early, due], `required_caregivers` one or two of `service` and `duration`,
for two a `synchronization` of `type` simultaneous, or sequential with `distance` [least, most] between the starts),
`services` (`id`, `default_duration`), `caregivers` (`id`, `abilities`), `distances`: rows office, then patients.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from app.kernel.problems import Problem as Finding
from app.kernel.problems import Refused
from benchmarks.solvers.synchronised.problem import Caregiver, Patient, Problem


def read_problem(text: str, name: str = "") -> Problem:
    """Return the problem of a text. Raises kernel `Refused` with sentences that say what is wrong with it."""
    try:
        told = json.loads(text)
        usual = {s["id"]: s.get("default_duration") for s in told.get("services", ())}
        patients = tuple(_patient(p, usual) for p in told["patients"])
        caregivers = tuple(Caregiver(str(c["id"]), frozenset(c["abilities"])) for c in told["caregivers"])
        travel = np.array([[float(d) for d in row] for row in told["distances"]], dtype=float)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as wrong:
        detail = f"{type(wrong).__name__} {wrong}"
        raise Refused(
            Finding("bad_instance", "This file is not an instance of such visits: %(detail)s.", {"detail": detail})
        ) from wrong
    problem = Problem(patients, caregivers, travel, name)
    if found := validate(problem):
        raise Refused(found)
    return problem


def _patient(told, usual):
    asked = told["required_caregivers"]
    services = tuple(a["service"] for a in asked)
    minutes = tuple(float(usual[a["service"]] if a.get("duration") is None else a["duration"]) for a in asked)
    early, due = map(float, told["time_window"])
    gap = (0.0, 0.0)
    if len(asked) == 2:
        kind = told["synchronization"]
        if kind["type"] not in ("simultaneous", "sequential"):
            raise ValueError(f"synchronization of {told['id']} is neither simultaneous nor sequential")
        if kind["type"] == "sequential":
            least, most = map(float, kind["distance"])
            gap = (least, most)
    return Patient(str(told["id"]), services, minutes, early, due, gap)


def validate(problem: Problem) -> list[Finding]:
    """Return what makes a problem impossible to work on; empty where it can be solved."""
    return [*_travel(problem), *_ids(problem), *(finding for p in problem.patients for finding in _asks(problem, p))]


def _travel(problem):
    size = len(problem.patients) + 1
    if problem.travel.shape != (size, size):
        yield Finding(
            "travel_shape",
            "The travel table must have %(size)s rows and columns: the office and each patient.",
            {"size": size},
        )
    elif not (np.isfinite(problem.travel).all() and (problem.travel >= 0).all()):
        yield Finding("travel_hole", "The travel table has a hole or a negative leg. Enter every leg.")


def _ids(problem):
    if not problem.patients:
        yield Finding("no_patient", "There is no patient to be seen.")
    if not problem.caregivers:
        yield Finding("no_caregiver", "There is no caregiver.")
    for rows in (problem.patients, problem.caregivers):
        ids = [r.id for r in rows]
        for double in sorted({i for i in ids if ids.count(i) > 1}):
            yield Finding("double_id", "The id %(id)s is there more than once. Give each its own.", {"id": double})


def _asks(problem, patient):
    told = {"patient": patient.id}
    if len(patient.services) not in (1, 2):
        yield Finding("bad_services", "%(patient)s must need one service or two.", told)
        return
    numbers = [*patient.minutes, patient.early, patient.due, *patient.gap]
    if not np.isfinite(numbers).all() or min(numbers) < 0 or patient.early > patient.due:
        yield Finding("bad_times", "%(patient)s: times must be 0 or more and end after they start.", told)
    elif patient.gap[0] > patient.gap[1]:
        yield Finding("bad_gap", "%(patient)s: the least time between two services is over the most.", told)
    able = [{c.id for c in problem.caregivers if s in c.able} for s in patient.services]
    for service, who in zip(patient.services, able, strict=True):
        if not who:
            yield Finding("nobody_able", "Nobody is able to give %(patient)s %(service)s.", told | {"service": service})
    if all(able) and len(able) == 2 and len(able[0] | able[1]) == 1:
        yield Finding("one_able", "%(patient)s needs two caregivers, only one is able to give the services.", told)


def read_best_known(path: Path) -> dict[str, float]:
    """Return the best known cost of each instance by file name; empty where there is no such list.

    Raises `Refused` where it has no columns `instance` and `total_cost`.
    """
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return {row["instance"]: float(row["total_cost"]) for row in csv.DictReader(lines)}
    except (KeyError, ValueError, TypeError) as wrong:
        raise Refused(
            Finding(
                "bad_list",
                "%(file)s must have the columns instance and total_cost, with numbers.",
                {"file": path.name},
            )
        ) from wrong
