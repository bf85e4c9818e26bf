"""Remedies for visits that the repeating plan has but single dates have lost: one thing relaxed on those dates."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from app.routing.board import Board
from app.routing.loosened import Loose, loosened_price
from app.routing.place import lost_days
from app.routing.problem import HalfDay, half_days, monday
from app.routing.remedies import joined
from app.routing.ways import ASK_FAMILY, LESS_GAP, MORE, SECOND_TEAM, Usual, Values, Way, longer_hours


class _Found(NamedTuple):
    """Days on which something loosened gives room: extra minutes by day, the days that have to lie between two, and
    what the remedy says."""

    prices: Mapping[int, int]
    gap: int
    values: Values


class DatedWays:
    """All ways to make up the `missing` visits of demand c near the dates that were lost, on a board."""

    def __init__(self, board: Board, c: int, missing: int, usual: Usual) -> None:
        self.board, self.c, self.missing = board, c, missing
        self.child, self.days = board.problem.children[c], board.problem.days
        self.usual = usual
        weeks = {monday(self.days[d].date) + timedelta(days=n) for d in lost_days(board, c) for n in (0, 7)}
        self.span = [
            d
            for d, day in enumerate(self.days)
            if day.acts_as is not None and day.date >= board.since
            if monday(day.date) in weeks and d not in board.held[c]
        ]

    def all(self) -> Iterator[Way]:
        """Yield the ways of every kind."""
        main = self.board.main[self.c]
        if main not in self.board.grid.able[self.c] or not self.span:
            return
        yield from self._plain("SHORTEN_GAP", LESS_GAP, main, self._gap(main))
        yield from self._plain("RAISE_CAP", 2 * MORE, main, self._cap(main))
        named = self.child.substitute
        for t in self.board.grid.able[self.c]:
            if t != main and self.board.problem.teams[t].id != named:
                yield from self._second(t, main)
        if self.missing == 1:
            for d in self.span:
                yield from self._window(d, main)
                yield from self._hours(d, main)

    def _room(self, d: int, t: int, ease: int = 0) -> bool:
        return self.board.room(self.c, d, t, ease)

    def _spread(self, prices: Mapping[int, int], gap: int) -> tuple[int, ...] | None:
        """The cheapest days, `missing` of them and `gap` days apart; None where there are not enough."""
        chosen: list[int] = []
        for _, d in sorted((x, d) for d, x in prices.items()):
            at = self.board.grid.ordinals[d]
            if all(abs(at - self.board.grid.ordinals[x]) >= gap for x in chosen):
                chosen.append(d)
            if len(chosen) == self.missing:
                return tuple(sorted(chosen))
        return None

    def _plain(self, code: str, price: int, t: int, found: _Found) -> Iterator[Way]:
        prices, gap, values = found
        days = self._spread(prices, gap)
        if days is not None:
            yield Way(cost=price + sum(prices[d] for d in days), code=code, team=t, days=days, values=values)

    def _gap(self, main: int) -> _Found:
        gap = self.child.min_gap - 2  # one day less has been tried by the roll-out
        if gap < 1:
            return _Found({}, 1, {})
        prices = {d: self.board.price(self.c, main, d) for d in self.span if self._room(d, main, 2)}
        return _Found(_known(prices), gap, {"gap": self.child.min_gap - 1, "before": self.child.min_gap})

    def _cap(self, main: int) -> _Found:
        cap = self.board.problem.teams[main].cap_day
        on = [d for d in self.span if self._room(d, main) and not self.board.blocked(main, d)]
        prices = {d: loosened_price(self.board.state, self.c, main, d, Loose(cap=MORE)) for d in on}
        return _Found(_known(prices), self.child.min_gap, {"cap": cap + MORE, "before": cap})

    def _second(self, t: int, main: int) -> Iterator[Way]:
        prices = _known({d: self.board.price(self.c, t, d) for d in self.span if self._room(d, t)})
        teams = self.board.problem.teams
        values = {"main": teams[main].name or teams[main].id, "main_id": teams[main].id}
        for way in self._plain("SUBSTITUTE", SECOND_TEAM, t, _Found(prices, self.child.min_gap, values)):
            d = way.days[0]
            one: Values = {"on": self.days[d].date.isoformat()} if self.missing == 1 else {}
            yield Way(
                cost=way.cost, code=way.code, team=t, days=way.days, values={**values, **one, "day": self._weekday(d)}
            )

    def _window(self, d: int, main: int) -> Iterator[Way]:
        if not self._room(d, main) or self.board.blocked(main, d):
            return
        there = half_days(self.child.windows, self.days[d])
        for a, b in self.usual.family:
            if b - a < self.child.minutes or any(h.start < b and a < h.end for h in there):
                continue
            extra = loosened_price(self.board.state, self.c, main, d, Loose(windows=((a, b - self.child.minutes),)))
            if extra is not None:
                yield self._dated("ADD_WINDOW", ASK_FAMILY + extra, main, d, a, b)

    def _hours(self, d: int, main: int) -> Iterator[Way]:
        if not self._room(d, main) or self.board.blocked(main, d):
            return
        there = half_days(self.board.problem.teams[main].shifts, self.days[d])
        for a, b in longer_hours(self.usual.hours, there):
            apart = self.board.problem.travel.afternoon is not None
            shifts = tuple((h.start, h.end) for h in joined(there, HalfDay(a, b), apart))
            extra = loosened_price(self.board.state, self.c, main, d, Loose(shifts=shifts))
            if extra is not None:
                yield self._dated("MORE_HOURS", b - a + extra, main, d, a, b)

    def _dated(self, code: str, cost: int, main: int, d: int, a: int, b: int) -> Way:
        values: Values = {"on": self.days[d].date.isoformat(), "day": self._weekday(d), "start": a, "end": b}
        return Way(cost=cost, code=code, team=main, days=(d,), values=values)

    def _weekday(self, d: int) -> int:
        """The weekday that a day of the `span` acts as."""
        weekday = self.days[d].acts_as
        assert weekday is not None
        return weekday


def _known(prices: Mapping[int, int | None]) -> dict[int, int]:
    return {d: x for d, x in prices.items() if x is not None}
