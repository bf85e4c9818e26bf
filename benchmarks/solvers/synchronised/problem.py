"""The words of visits that need two at once or in sequence (home health care routing and scheduling).

A *patient* is at one place and needs one service, or two by different caregivers: together or one after the other.
Every *caregiver* leaves the office at time 0, gives services he is able to, and comes back. Times and distances are in
the same unit (minutes), as floats. Problem of Mankowska, Meisel, Bierwirth, "The home health care routing and
scheduling problem with interdependent services", Health Care Management Science 17 (2014).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Patient:
    """Someone to be seen.

    `services`: one, or the first and the second service; `minutes`: how long each takes. `early`: no service starts
    before it, the caregiver waits; `due`: a service that starts later is tardy. `gap`: the second service starts at
    least and at most so many minutes after the start of the first, (0, 0) = at the same time; without meaning for one.
    """

    id: str
    services: tuple[str, ...]
    minutes: tuple[float, ...]
    early: float
    due: float
    gap: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Caregiver:
    """Someone who gives the services of `able`."""

    id: str
    able: frozenset[str]


@dataclass(frozen=True, eq=False)
class Problem:
    """A day's work. `travel`: minutes, (n + 1, n + 1): row and column 0 the office, then the patients in order."""

    patients: tuple[Patient, ...]
    caregivers: tuple[Caregiver, ...]
    travel: np.ndarray
    name: str = ""


@dataclass(frozen=True)
class Step:
    """A service in a tour, given from `start` to `end`; `part` 0 or 1: the patient's first or second."""

    patient: str
    part: int
    start: float
    end: float


@dataclass(frozen=True)
class Solution:
    """`tours`: the steps of each caregiver in order, by id; `cost` as the solver counted it; `seed` and `iterations`
    replay it where it was made by one worker under a limit of iterations."""

    tours: dict[str, tuple[Step, ...]]
    cost: float
    iterations: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Cost:
    """What a solution costs: minutes on the road, tardy minutes of all services, those of the tardiest."""

    distance: float
    tardiness: float
    greatest: float

    @property
    def total(self) -> float:
        """The figure that is compared: the mean of the three."""
        return (self.distance + self.tardiness + self.greatest) / 3
