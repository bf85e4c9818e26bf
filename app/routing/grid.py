"""A problem compiled for searching: indices instead of ids, start windows and day patterns laid out per demand.

A *grid* has days (of the template, or real dates), and a *cell* for each team and day. The same class serves both the
template (weeks x weekdays) and the roll-out (dates).
"""

from __future__ import annotations

import random
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, product

import numpy as np

from app.routing.breaks import NO_BREAK, breaks_of
from app.routing.problem import NO_WAY, Child, Day, HalfDay, Problem, Team, half_days, in_afternoon, monday
from app.routing.tuning import LAYING

Legs = list[list[int]]  # minutes from place to place
Shift = tuple[int, int]  # start and end of the hours of one trip
Starts = tuple[tuple[int, int], ...]  # start windows of a visit: first and last
Patterns = list[tuple[tuple[int, ...], int]]  # day patterns of a demand: day indices, visits missing
Former = tuple[str | None, frozenset[tuple[int, int]] | None]
"""Team and (week, weekday) of each visit of a demand in the plan before, None = not told."""


class Grid:
    """Arrays of one problem over `days` (a list of `Day`; ordinals of their dates give the gaps).

    `windows[c][d]`: start windows ((first, last), ...) of demand c on day d; `shifts[t][d]`: ((start, end), ...) of
    team t; `able[c]`: teams that may serve c. `legs[p][q]`: minutes of a trip of the morning, `afternoon[p][q]` of one
    of the afternoon (the same rows where they do not differ), `least[p][q]` the fewer of both; `legs_on[d]` both of a
    day, `legs_of(d, shift)` those of a trip; `break_of(t, d, shift)` the break that a trip has to keep.
    """

    def __init__(self, problem: Problem, days: list[Day], rolled: bool = False) -> None:
        self.problem, self.days, self.rolled = problem, days, rolled
        self.ordinals = [d.date.toordinal() for d in days]
        place = {p: i for i, p in enumerate(problem.travel.places)}
        self.legs = self.afternoon = self.least = _rows(problem.travel.minutes)
        if problem.travel.afternoon is not None:
            self.afternoon = _rows(problem.travel.afternoon)
            self.least = [list(map(min, *rows)) for rows in zip(self.legs, self.afternoon, strict=True)]
        self.legs_on = [self._legs_on(d.date, place) for d in days]
        self.home = [place[c.place] for c in problem.children]
        self.school = [place[t.school] for t in problem.teams]
        self.minutes = [c.minutes for c in problem.children]
        self.shifts = [[self._times(t.shifts, d) for d in days] for t in problem.teams]
        self.windows = [[_starts(self._times(c.windows, d), c.minutes) for d in days] for c in problem.children]
        # no team has the id None: who may have no team is looked up all the same
        self.team_of: dict[str | None, int] = {t.id: i for i, t in enumerate(problem.teams)}
        self.index = {c.id: i for i, c in enumerate(problem.children)}
        self.able = [self._able(c) for c in problem.children]
        self.siblings = self._siblings()
        self.rivals = self._rivals()

    def _legs_on(self, date: date, place: Mapping[str, int]) -> tuple[Legs, Legs]:
        """(morning, afternoon): the legs of one date, those of every date except for ways closed on it."""
        shut = [x for x in self.problem.closed_legs if self.rolled and x.first <= date <= x.last]
        if not shut:
            return self.legs, self.afternoon
        both = [row[:] for row in self.legs], [row[:] for row in self.afternoon]
        for legs in both:
            for x in shut:
                legs[place[x.start]][place[x.end]] = NO_WAY
        return both

    def legs_of(self, d: int, shift: Shift) -> Legs:
        """Minutes from place to place for the trip of a shift (start, end) on day d."""
        return self.legs_on[d][in_afternoon(shift[0])]

    def break_of(self, t: int, d: int, shift: Shift) -> tuple[int, int, int]:
        """(minutes, from, to) of the break in the trip of a shift, see `breaks_of`; the shift may be a longer one than
        the team has."""
        rule, shifts = self.problem.noon_break, self.shifts[t][d]
        if rule is None:
            return NO_BREAK
        if shift not in shifts:
            shifts = tuple(sorted([shift, *(s for s in shifts if s[1] <= shift[0] or shift[1] <= s[0])]))
        return breaks_of(rule, shifts)[shifts.index(shift)]

    def halves(self) -> tuple[Legs, ...]:
        """The tables of legs: that of the morning, and that of the afternoon where it is another one."""
        return (self.legs,) if self.afternoon is self.legs else (self.legs, self.afternoon)

    def _times(self, times: Mapping[int | date, tuple[HalfDay, ...]], day: Day) -> tuple[Shift, ...]:
        if not self.rolled:  # the template knows weekdays only: exceptions of single dates are the roll-out's matter
            times = {k: v for k, v in times.items() if isinstance(k, int)}
        return tuple((h.start, h.end) for h in sorted(half_days(times, day)))

    def _able(self, child: Child) -> list[int]:
        orders = {lock.team for lock in self.problem.locks if lock.demand == child.id and lock.date is None}
        return [
            i
            for i, t in enumerate(self.problem.teams)
            if qualified(t, child) and t.id not in child.forbidden_teams and (not orders or orders == {t.id})
        ]

    def _siblings(self) -> list[list[int]]:
        by_person: dict[str, list[int]] = {}
        for i, c in enumerate(self.problem.children):
            by_person.setdefault(c.person, []).append(i)
        return [[j for j in by_person[c.person] if j != i] for i, c in enumerate(self.problem.children)]

    def _rivals(self) -> list[list[int]]:
        """For each team the other teams that share a teacher with it."""
        teams = self.problem.teams
        return [
            [j for j, u in enumerate(teams) if j != i and set(t.teachers) & set(u.teachers)]
            for i, t in enumerate(teams)
        ]


def _rows(minutes: np.ndarray) -> Legs:
    return [[int(m) for m in row] for row in minutes]


def qualified(team: Team, child: Child) -> bool:
    """True where a team has all the needs of a demand and enough adults."""
    return child.needs <= team.skills and len(team.teachers) >= child.team_size


def template_weeks(problem: Problem) -> int:
    """Weeks after which the plan repeats: the longest period any demand asks for."""
    return max((c.per for c in problem.children), default=1)


def template_days(problem: Problem) -> list[Day]:
    """The days of the template: every weekday that some open day of the horizon acts as, in each of its weeks."""
    weekdays = sorted({d.acts_as for d in problem.days if d.acts_as is not None})
    first = monday(problem.days[0].date)
    return [Day(first + timedelta(days=7 * w + a), a) for w in range(template_weeks(problem)) for a in weekdays]


def _starts(times: Iterable[Shift], minutes: int) -> Starts:
    """Start windows of a visit, those that lie in another left out: the timing takes them one after the other."""
    found = [(a, b - minutes) for a, b in times if b - a >= minutes]
    return tuple(x for x in found if not any(y != x and y[0] <= x[0] and x[1] <= y[1] for y in found))


def day_patterns(
    child: Child, days: Sequence[Day], usable: Iterable[int], repeats: bool = True, seed: int = 0
) -> Patterns:
    """Return [(day indices, visits missing in the whole template)] for a demand, full patterns first.

    `days`: the template's days; `usable`: indices where a visit is possible at all. A pattern of one period of `per`
    weeks is repeated through the template. Gaps count over the wrap-around where `repeats`.
    """
    span = 7 * child.per
    first = monday(days[0].date).toordinal()
    at: dict[int, dict[int, int]] = {}
    for i in range(len(days)):
        offset = days[i].date.toordinal() - first
        at.setdefault(offset % span, {})[offset // span] = i
    rounds = max(len(v) for v in at.values())
    good = set(usable)
    offsets = sorted(o for o, rows in at.items() if all(i in good for i in rows.values()))
    wrap = span if repeats else None
    found = []
    for size in range(min(child.visits, len(offsets)), 0, -1):
        for pattern in _spaced(offsets, size, child, wrap, seed):
            indices = tuple(sorted(i for o in pattern for i in at[o].values()))
            found.append((indices, rounds * (child.visits - size)))
    return found


def _spaced(offsets: list[int], size: int, child: Child, wrap: int | None, seed: int) -> list[tuple[int, ...]]:
    """Sets of `size` offsets with the gap kept, the same weekdays every week first; at most `Laying.patterns`."""
    if size % child.per == 0 and child.per > 1:
        weekly = sorted({o % 7 for o in offsets})
        regular = [
            tuple(sorted(o + 7 * w for o in c for w in range(child.per)))
            for c in combinations(weekly, size // child.per)
        ]
        regular = [p for p in regular if set(p) <= set(offsets) and spaced(p, child.min_gap, wrap)]
        if regular:
            return regular[: LAYING.patterns] + _shifted(offsets, size, child, wrap, seed, set(regular))
    return _some(offsets, size, child.min_gap, wrap, seed, set())


def _shifted(
    offsets: list[int], size: int, child: Child, wrap: int | None, seed: int, known: Container[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    if size != child.per:
        return []
    by_week = [[o for o in offsets if o // 7 == w] for w in range(child.per)]
    pool = [p for p in product(*by_week) if p not in known and spaced(p, child.min_gap, wrap)]
    return sorted(random.Random(seed).sample(pool, min(len(pool), LAYING.patterns // 2)))


def _some(
    offsets: list[int], size: int, gap: int, wrap: int | None, seed: int, known: Container[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    stack: list[tuple[int, ...]] = [()]
    limit = LAYING.tried * LAYING.patterns
    while stack and limit:
        part = stack.pop()
        if len(part) == size:
            if part not in known and spaced(part, gap, wrap):
                found.append(part)
                limit -= 1
            continue
        stack.extend(part + (o,) for o in reversed(offsets) if not part or o - part[-1] >= gap)
    return found if len(found) <= LAYING.patterns else sorted(random.Random(seed).sample(found, LAYING.patterns))


def spaced(days: Sequence[int], gap: int, wrap: int | None = None) -> bool:
    """True where sorted day numbers are at least `gap` apart, also from the last to the first `wrap` days on."""
    apart = all(b - a >= gap for a, b in zip(days, days[1:], strict=False))
    return apart and (wrap is None or len(days) < 2 or days[0] + wrap - days[-1] >= gap)


def fair_shares(grid: Grid) -> list[int]:
    """Minutes that are each team's fair share of a template: its target, else its part of the whole work in proportion
    to the hours it offers."""
    teams, kids = grid.problem.teams, grid.problem.children
    weeks = template_weeks(grid.problem)
    offered = [
        max(1, sum(min(sum(b - a for a, b in s), t.cap_day) for s in row))
        for t, row in zip(teams, grid.shifts, strict=True)
    ]
    work = LAYING.work_share * sum(c.minutes * c.visits * (weeks // c.per) for c in kids) / max(1, sum(offered))
    return [t.target_load * weeks or max(1, int(o * min(1.0, work))) for t, o in zip(teams, offered, strict=True)]
