"""Random numbers of a search, compiled."""

import numpy as np
from numpy.typing import NDArray

from app.routing.compiled import compiled


@compiled
def roll(rng: NDArray[np.uint64]) -> float:
    """Next number of a xorshift128+ generator (two uint64), a float in [0, 1)."""
    x, y = rng[0], rng[1]
    rng[0] = y
    x ^= x << np.uint64(23)
    x ^= x >> np.uint64(17)
    x ^= y ^ (y >> np.uint64(26))
    rng[1] = x
    return float((x + y) >> np.uint64(11)) / 9007199254740992.0


@compiled
def below(rng: NDArray[np.uint64], n: int) -> int:
    """A whole number 0 <= x < n."""
    return int(roll(rng) * n)
