"""Is a solution right, and what does it cost? Shares the data classes with the solver and nothing else."""

from __future__ import annotations

from collections import defaultdict

from app.kernel.problems import Problem as Finding
from benchmarks.solvers.synchronised.problem import Cost, Problem, Solution

SLACK = 1e-6
"""Minutes that sums of floats may be off."""


def check(problem: Problem, solution: Solution) -> list[Finding]:
    """Return what is wrong with a solution; an empty list where every rule is kept.

    Rules: known caregivers and patients; each service of a patient given once, by one who is able to, for as long as it
    takes; not before the patient's time; travel between two services, from the office at 0; the two services of a
    patient by two caregivers, starting as far apart as asked.
    """
    patients = {p.id: (row, p) for row, p in enumerate(problem.patients, 1)}
    able = {c.id: c.able for c in problem.caregivers}
    given = defaultdict(list)
    found = []
    for caregiver, tour in solution.tours.items():
        if caregiver not in able:
            found.append(Finding("unknown_caregiver", "There is no caregiver %(who)s.", {"who": caregiver}))
            continue
        place, free = 0, 0.0
        for step in tour:
            told = {"who": caregiver, "patient": step.patient, "part": step.part + 1, "start": f"{step.start:g}"}
            if step.patient not in patients:
                found.append(Finding("unknown_patient", "There is no patient %(patient)s.", told))
                continue
            row, patient = patients[step.patient]
            given[step.patient, step.part].append((caregiver, step))
            found += _step(patient, step, able[caregiver], told)
            arrives = free + float(problem.travel[place][row])
            if step.start < arrives - SLACK:
                found.append(
                    Finding(
                        "too_soon",
                        "%(who)s cannot be at %(patient)s before %(arrives)s, the service starts at %(start)s.",
                        told | {"arrives": f"{arrives:g}"},
                    )
                )
            place, free = row, step.end
    return found + [finding for p in problem.patients for finding in _patient(p, given)]


def _step(patient, step, able, told):
    if step.part not in range(len(patient.services)):
        yield Finding("not_asked", "%(patient)s has no service number %(part)s.", told)
        return
    service, asked = patient.services[step.part], patient.minutes[step.part]
    told = told | {"service": service, "asked": f"{asked:g}"}
    if service not in able:
        yield Finding("unable", "%(who)s is not able to give %(service)s.", told)
    if abs(step.end - step.start - asked) > SLACK:
        yield Finding("wrong_minutes", "%(service)s at %(patient)s takes %(asked)s minutes.", told)
    if step.start < patient.early - SLACK:
        yield Finding(
            "too_early",
            "%(patient)s is free from %(early)s, the service starts at %(start)s.",
            told | {"early": f"{patient.early:g}"},
        )


def _patient(patient, given):
    told = {"patient": patient.id}
    for part, service in enumerate(patient.services):
        times = len(given[patient.id, part])
        if times != 1:
            yield Finding(
                "wrong_count",
                "%(patient)s gets %(service)s %(times)s times instead of once.",
                told | {"service": service, "times": times},
            )
            return
    if len(patient.services) == 2:
        (one, first), (other, second) = (given[patient.id, part][0] for part in (0, 1))
        apart = second.start - first.start
        if one == other:
            yield Finding("one_for_two", "%(patient)s needs two caregivers and has one.", told)
        if not patient.gap[0] - SLACK <= apart <= patient.gap[1] + SLACK:
            yield Finding(
                "wrong_gap",
                "The services of %(patient)s start %(apart)s minutes apart instead of %(least)s to %(most)s.",
                told | {"apart": f"{apart:g}", "least": f"{patient.gap[0]:g}", "most": f"{patient.gap[1]:g}"},
            )


def cost(problem: Problem, solution: Solution) -> Cost:
    """Return what a solution costs, from its steps and the travel table alone. Raises KeyError for unknown patients."""
    rows = {p.id: row for row, p in enumerate(problem.patients, 1)}
    due = {p.id: p.due for p in problem.patients}
    way, tardy = 0.0, [0.0]
    for tour in solution.tours.values():
        stops = [0, *(rows[step.patient] for step in tour), 0]
        way += sum(float(problem.travel[a][b]) for a, b in zip(stops, stops[1:], strict=False))
        tardy += [max(0.0, step.start - due[step.patient]) for step in tour]
    return Cost(way, sum(tardy), max(tardy))
