"""The search without the compiler, on arrays that refuse every index outside of them, also one below 0.

    YIAN_KERNEL=plain python -m tests.routing.strict MOVES NUMBER...

Searches every district of those numbers and prints what was found, a line for each; then which functions of the kernel
no search has called. Ends with an error where an index leaves its array.
"""

import inspect
import sys
from dataclasses import fields, replace

import numpy as np

from app.routing.kernel.arrays import copy_of
from app.routing.kernel.books import rebuild
from app.routing.kernel.costs import week_costs
from app.routing.kernel.layout import SUBSTITUTED
from app.routing.records import Record
from app.routing.tuning import TUNING
from benchmarks.searches import HEATS, digest, searcher
from benchmarks.variety import problem
from tests.routing.plainly import NAMES
from tests.routing.samples import child, road, team
from tests.routing.samples import problem as small


class Strict(np.ndarray):
    """An array that does not count from its end."""

    def _inside(self, index):
        for i, length in zip(index if isinstance(index, tuple) else (index,), self.shape, strict=False):
            if not isinstance(i, slice) and not 0 <= i < length:
                raise IndexError(f"{index} lies outside {self.shape}")

    def __getitem__(self, index):
        self._inside(index)
        found = super().__getitem__(index)
        return found if isinstance(found, np.ndarray) else found.item()

    def __setitem__(self, index, value):
        self._inside(index)
        super().__setitem__(index, value)


def strictly(record):
    """The record on strict views of its arrays, and so on inside it."""
    changed = {}
    for f in fields(record):
        value = getattr(record, f.name)
        if isinstance(value, Record):
            changed[f.name] = strictly(value)
        elif isinstance(value, np.ndarray) and f.name != "rng":
            changed[f.name] = value.view(Strict)
    return replace(record, **changed)


MANY = 0
"""The number of a district with so many teams that a move does not look at all of them."""


def district(number):
    """The district of a number."""
    if number != MANY:
        return problem(number)
    kids = [child(f"C{i}", place=str(i % 5), visits=1 + i % 2) for i in range(6)]
    return small([team(f"T{i}") for i in range(TUNING.many_teams + 2)], kids, road(0, 10, 20, 25, 40))


def search(number, moves, strict=False):
    """Search a district, a few moves at each temperature; return what was found, in a few letters."""
    run, former = searcher(district(number), number)
    if strict:
        run.work, run.best = strictly(run.work), strictly(run.best)
        run.candidates, run.picks, run.out = (x.view(Strict) for x in (run.candidates, run.picks, run.out))
    if former is not None:
        run.repeat(*former)
    run.fill(run.candidates)
    for heat in HEATS:
        run.anneal(moves, heat, heat)
    given, again, costs = run.work.given, copy_of(run.best), np.zeros(run.case.given.teams)
    sound = rebuild(given, strictly(again) if strict else again, run.weights)
    if not again.totals[SUBSTITUTED]:
        week_costs(given, run.best, run.weights, costs)
    return f"{number} {digest(run)} {sound} {sum(costs.tolist())}"


def functions():
    """Every function of the kernel, by its code: that of the compiled ones in the mode in which nothing is compiled."""
    found = {}
    for name in NAMES:
        module = sys.modules[f"app.routing.kernel.{name}"]
        for key, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__:
                found[value.__code__] = f"{name}.{key}"
    return found


def main(words):
    called = set()
    sys.setprofile(lambda frame, event, _: called.add(frame.f_code) if event == "call" else None)
    with np.errstate(over="ignore"):
        for number in words[1:]:
            print(search(int(number), int(words[0]), strict=True), flush=True)
    sys.setprofile(None)
    print("never called:", sorted(name for code, name in functions().items() if code not in called))


if __name__ == "__main__":
    main(sys.argv[1:])
