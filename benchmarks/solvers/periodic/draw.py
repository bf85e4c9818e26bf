"""Random numbers of the kernel: xorshift128+ (Vigna 2014) over a state of two 64-bit words."""

from __future__ import annotations

import numpy as np

from benchmarks.solvers.periodic.jit import compiled

_23, _17, _26, _11 = np.uint64(23), np.uint64(17), np.uint64(26), np.uint64(11)
_SCALE = 1.0 / (1 << 53)


def start(seed: int) -> np.ndarray:
    """The state for a seed (any whole number)."""
    return np.random.SeedSequence(abs(seed)).generate_state(2, np.uint64) | np.uint64(1)


@compiled
def fraction(state):
    """A number in [0, 1)."""
    one, other = state[0], state[1]
    state[0] = other
    one ^= one << _23
    state[1] = one ^ other ^ (one >> _17) ^ (other >> _26)
    return np.float64((state[1] + other) >> _11) * _SCALE


@compiled
def below(state, count):
    """A whole number in 0 … count - 1."""
    return int(fraction(state) * count)


@compiled
def shuffle(state, items, count):
    """Shuffle the first `count` items in place."""
    for k in range(count - 1, 0, -1):
        other = below(state, k + 1)
        items[k], items[other] = items[other], items[k]
