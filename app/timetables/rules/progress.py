"""The way of a run: at which second how many visits had no place in the repeating plan, and what the best one cost."""

from __future__ import annotations

MOST = 240
"""Points that are kept; a longer way is thinned, so that its chart stays as long as the run."""


class Way:
    """Points [seconds, missing visits, cost] of a run, told now and then. `add` says when they are worth keeping."""

    def __init__(self) -> None:
        self.points: list[list[float]] = []
        self._kept = -1.0
        self._every = 0.5

    def add(self, elapsed: float, missing: int, cost: int) -> bool:
        """Take a point; True at the first and then about once in two seconds."""
        last = self.points[-1] if self.points else None
        if last and elapsed - last[0] < self._every:
            self.points[-1] = [last[0], missing, cost]
        else:
            self.points.append([round(elapsed, 1), missing, cost])
        if len(self.points) > MOST:
            self.points, self._every = self.points[::2], 2 * self._every
        if self._kept >= 0 and elapsed - self._kept < 2:
            return False
        self._kept = elapsed
        return True
