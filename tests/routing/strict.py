"""The search without the compiler, over arrays that know which index belongs to which of their parts.

    YIAN_KERNEL=plain python -m tests.routing.strict MOVES NUMBER...

In the flat arrays of the kernel every wrong index, also one below 0, is some other part's right one, so that checked
bounds see nothing. Here `g[SIZE]` is a number that remembers its part: added to anything it may only be used inside it.
Prints a line for every district of those numbers; ends with an error where an index leaves its part.
"""

import sys

import numpy as np

from app.routing.kernel import layout as at

COUNTS = range(at.DAYS, at.WIDEST + 1)


class Place(int):
    """An index into one part of the arrays, [first, last)."""

    def __new__(cls, value, first, last):
        found = super().__new__(cls, value)
        found.first, found.last = first, last
        return found

    def __add__(self, other):
        return Place(int(self) + int(other), self.first, self.last)

    __radd__ = __add__

    def __sub__(self, other):
        return self + -int(other)


class Strict:
    """One of the flat arrays. `spans`: {place in the header: (first, last)} for the constant one, else None."""

    def __init__(self, numbers, spans=None):
        self.numbers, self.spans, self.kind = [x.item() for x in numbers], spans, numbers.dtype

    def __len__(self):
        return len(self.numbers)

    def _inside(self, index):
        if self.spans is None and self.kind == np.int32 and not isinstance(index, Place):
            raise IndexError(f"{index} is no place of a part")
        if isinstance(index, Place) and not index.first <= index < index.last:
            raise IndexError(f"{int(index)} lies outside {index.first}-{index.last}")
        if not 0 <= index < len(self.numbers):
            raise IndexError(f"{index} lies outside the array")
        return int(index)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return np.array(self.numbers[index], dtype=self.kind)
        found = self.numbers[self._inside(index)]
        if self.spans and index in self.spans and not isinstance(index, Place):
            return Place(found, *self.spans[index])
        return found

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            values = value.numbers if isinstance(value, Strict) else [np.asarray(x).item() for x in value]
            assert len(self.numbers[index]) == len(values)
            self.numbers[index] = values
        else:
            self.numbers[self._inside(index)] = int(value) if self.kind == np.int32 else value

    def copy(self):
        return Strict(np.array(self.numbers, dtype=self.kind), self.spans)


class Plain(Strict):
    """Scratch that has no parts: only its own bounds count."""

    def __init__(self, numbers):
        super().__init__(numbers, {})


def strictly(run):
    """Let a `Searcher` work on strict arrays."""
    case, spans = run.case, {}
    for name, long in case.sizes.items():
        place = getattr(at, name)
        first = int(case.g[place])
        spans[place] = (first, first + long)
    case.g = Strict(case.g, spans)
    run.state, run.memory, run.old, run.best = (Strict(x) for x in (run.state, run.memory, run.old, run.best))
    run.picks, run.out, run.keys = Plain(run.picks), Plain(run.out), Plain(run.keys)
    run.weights, run.true = Plain(run.weights), Plain(run.true)
    return run


def main(words):
    from benchmarks.searches import HEATS, searcher
    from benchmarks.variety import problem

    moves, numbers = int(words[0]), [int(x) for x in words[1:]]
    with np.errstate(over="ignore"):
        for number in numbers:
            run, former = searcher(problem(number), number)
            strictly(run)
            if former is not None:
                run.repeat(*([int(x) for x in column] for column in former))
            run.fill([int(c) for c in run.candidates])
            for heat in HEATS:
                run.anneal(moves, heat, heat)
            print(number, "ok", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
