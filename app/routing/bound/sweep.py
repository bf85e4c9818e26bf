"""Pricing of all shifts at given duals, in two threads: new trips, and what the Lagrangian proves."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from app.routing.bound.master import Master, Trip
from app.routing.bound.model import Job, Model
from app.routing.bound.pricing import Priced, Rest, behind, price
from app.routing.records import Floats, Ints

Group = tuple[int, int, int]  # school, day and half of the day: jobs that share what lies behind a visit
Rests = Mapping[Group, tuple[int, Rest] | None]  # with the minute where it begins

TRIPS = 30  # at most so many new trips a shift and round
CORES = 2


def warm() -> None:
    """Compile the pricing, or load it from the cache of an earlier run."""
    stops, one, two = np.array([[0, 0, 10, 10]]), np.ones(1, dtype=np.int64), np.zeros((1, 1), dtype=np.int64)
    fare = np.zeros((1, 1))
    rest = behind(stops, np.ones(1), one, two, fare, 0, 0, 20, 1)
    price(stops, np.ones(1), one, two, fare, two, 0, (0, 20, 20, 0), (1, 1), two, two, rest, 1, True, 1)


class Sweep:
    """Prices the jobs of a model. `over()`: true ends a sweep in its middle, with nothing proven."""

    def __init__(self, model: Model, over: Callable[[], bool]) -> None:
        self.model, self.over = model, over
        self.pool = ThreadPoolExecutor(min(CORES, os.cpu_count() or 1))
        self.want = max(5, min(TRIPS, 3000 // max(1, len(model.jobs))))
        self.groups: dict[Group, list[Job]] = {}
        for job in model.jobs:
            self.groups.setdefault((job.school, job.day, job.half), []).append(job)

    def close(self) -> None:
        """End the threads."""
        self.pool.shutdown(cancel_futures=True)

    def run(self, master: Master, dual: Floats, exact: bool) -> tuple[float | None, list[Trip]]:
        """Price at rounded duals. Return (proven least cost or None, trips): None where the time ran out or the sweep
        was a rough one."""
        value, constant = master.prices(dual)
        fare: list[Floats] = [np.multiply(legs, master.fare, dtype=np.float64) for legs in self.model.legs]
        step = self.model.step if exact else self.model.rough_step
        behinds = self.pool.map(lambda g: self._behind(g, value, fare, step), self.groups)
        rests = dict(zip(self.groups, behinds, strict=True))
        found = list(self.pool.map(lambda j: self._price(j, value, fare, rests, step, exact), self.model.jobs))
        trips: list[Trip] = []
        least: dict[Group, float] = {}  # by kind, day and shift
        for job, answer in zip(self.model.jobs, found, strict=True):
            if answer is None:
                continue
            kind = self.model.kinds[job.kind]
            one = self.model.problem.teams[kind[0]].one_trip
            key = (job.kind, job.day, 0 if one else job.shift)
            least[key] = min(least.get(key, 0.0), len(kind) * answer[0])
            trips += self._trips(job, *answer[1:])
        proven = exact and not any(answer is None for answer in found)
        return constant + sum(least.values()) if proven else None, trips

    def _behind(self, group: Group, value: Floats, fare: list[Floats], step: int) -> tuple[int, Rest] | None:
        if self.over():
            return None
        school, day, half = group
        jobs, model = self.groups[group], self.model
        stops = np.unique(np.concatenate([j.stops for j in jobs]), axis=0)
        begin, close = min(j.times[0] for j in jobs), max(j.times[1] for j in jobs)
        best = value[:, sorted({j.kind for j in jobs}), day].max(axis=1)
        return begin, behind(stops, best, model.minutes, model.legs[half], fare[half], school, begin, close, step)

    def _price(
        self, job: Job, value: Floats, fare: list[Floats], rests: Rests, step: int, exact: bool
    ) -> Priced | None:
        rest = rests[job.school, job.day, job.half]
        if rest is None or self.over():
            return None
        model, (begin, table) = self.model, rest
        worth = np.ascontiguousarray(value[:, job.kind, job.day])
        return price(
            job.stops,
            worth,
            model.minutes,
            model.legs[job.half],
            fare[job.half],
            model.short[job.half],
            job.school,
            (*job.times, begin),
            job.limits,
            model.near,
            model.spot,
            table,
            step,
            exact,
            self.want,
        )

    def _trips(self, job: Job, rows: Ints, lengths: Ints) -> Iterator[Trip]:
        legs, home = self.model.legs[job.half], self.model.grid.home
        for row, length in zip(rows, lengths, strict=True):
            homes = tuple(int(c) for c in row[:length])
            way = [job.school, *(home[c] for c in homes), job.school]
            travel = sum(int(legs[a, b]) for a, b in zip(way, way[1:], strict=False))
            yield Trip(job.kind, job.day, job.shift, homes, travel)
