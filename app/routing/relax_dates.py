"""Remedies for visits that the repeating plan has but single dates have lost: one thing relaxed on those dates."""

from datetime import timedelta

from app.routing.loosened import loosened_price
from app.routing.place import lost_days
from app.routing.problem import HalfDay, half_days, monday
from app.routing.remedies import joined
from app.routing.ways import ASK_FAMILY, LESS_GAP, MORE, SECOND_TEAM, Way, longer_hours


class DatedWays:
    """All ways to make up the `missing` visits of demand c near the dates that were lost, on a board."""

    def __init__(self, board, c, missing, stretches, hours):
        self.board, self.c, self.missing = board, c, missing
        self.child, self.days = board.problem.children[c], board.problem.days
        self.main, self.stretches, self.hours = board.main[c], stretches, hours
        weeks = {monday(self.days[d].date) + timedelta(days=n) for d in lost_days(board, c) for n in (0, 7)}
        self.span = [
            d
            for d, day in enumerate(self.days)
            if day.acts_as is not None and day.date >= board.since
            if monday(day.date) in weeks and d not in board.held[c]
        ]

    def all(self):
        """Yield the ways of every kind."""
        if self.main not in self.board.grid.able[self.c] or not self.span:
            return
        yield from self._plain("SHORTEN_GAP", LESS_GAP, self.main, self._gap())
        yield from self._plain("RAISE_CAP", 2 * MORE, self.main, self._cap())
        named = self.child.substitute
        for t in self.board.grid.able[self.c]:
            if t != self.main and self.board.problem.teams[t].id != named:
                yield from self._second(t)
        if self.missing == 1:
            for d in self.span:
                yield from self._window(d)
                yield from self._hours(d)

    def _room(self, d, t, ease=0):
        return self.board.room(self.c, d, t, ease)

    def _spread(self, prices, gap):
        """The cheapest days, `missing` of them and `gap` days apart; None where there are not enough."""
        chosen = []
        for _, d in sorted((x, d) for d, x in prices.items()):
            at = self.board.grid.ordinals[d]
            if all(abs(at - self.board.grid.ordinals[x]) >= gap for x in chosen):
                chosen.append(d)
            if len(chosen) == self.missing:
                return tuple(sorted(chosen))
        return None

    def _plain(self, code, price, t, found):
        prices, gap, values = found
        days = self._spread(prices, gap)
        if days is not None:
            yield Way(price + sum(prices[d] for d in days), code, t, days, values)

    def _gap(self):
        gap = self.child.min_gap - 2  # one day less has been tried by the roll-out
        if gap < 1:
            return {}, 1, {}
        prices = {d: self.board.price(self.c, self.main, d) for d in self.span if self._room(d, self.main, 2)}
        return _known(prices), gap, {"gap": self.child.min_gap - 1, "before": self.child.min_gap}

    def _cap(self):
        cap = self.board.problem.teams[self.main].cap_day
        on = [d for d in self.span if self._room(d, self.main) and not self.board.blocked(self.main, d)]
        prices = {d: loosened_price(self.board.state, self.c, self.main, d, cap=MORE) for d in on}
        return _known(prices), self.child.min_gap, {"cap": cap + MORE, "before": cap}

    def _second(self, t):
        prices = _known({d: self.board.price(self.c, t, d) for d in self.span if self._room(d, t)})
        teams = self.board.problem.teams
        values = {"main": teams[self.main].name or teams[self.main].id, "main_id": teams[self.main].id}
        for way in self._plain("SUBSTITUTE", SECOND_TEAM, t, (prices, self.child.min_gap, values)):
            day = self.days[way.days[0]]
            one = {"on": day.date.isoformat()} if self.missing == 1 else {}
            yield Way(way.cost, way.code, t, way.days, {**values, **one, "day": day.acts_as})

    def _window(self, d):
        if not self._room(d, self.main) or self.board.blocked(self.main, d):
            return
        there = half_days(self.child.windows, self.days[d])
        for a, b in self.stretches:
            if b - a < self.child.minutes or any(h.start < b and a < h.end for h in there):
                continue
            extra = loosened_price(self.board.state, self.c, self.main, d, windows=((a, b - self.child.minutes),))
            if extra is not None:
                yield self._dated("ADD_WINDOW", ASK_FAMILY + extra, d, a, b)

    def _hours(self, d):
        if not self._room(d, self.main) or self.board.blocked(self.main, d):
            return
        there = half_days(self.board.problem.teams[self.main].shifts, self.days[d])
        for a, b in longer_hours(self.hours, there):
            apart = self.board.problem.travel.afternoon is not None
            shifts = tuple((h.start, h.end) for h in joined(there, HalfDay(a, b), apart))
            extra = loosened_price(self.board.state, self.c, self.main, d, shifts=shifts)
            if extra is not None:
                yield self._dated("MORE_HOURS", b - a + extra, d, a, b)

    def _dated(self, code, cost, d, a, b):
        day = self.days[d]
        values = {"on": day.date.isoformat(), "day": day.acts_as, "start": a, "end": b}
        return Way(cost, code, self.main, (d,), values)


def _known(prices):
    return {d: x for d, x in prices.items() if x is not None}
