"""The reasons why visits are missing: tests in a fixed order, the first that fails is the reason.

Reasons 1 to 5 (skills, day pattern, common time, distance, settings) are proofs. CAPACITY is a statement about this
plan: another arrangement of the other children might have room. HOLIDAY names visits of the template that no make-up
day took.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from app.routing.cell import arranged_anew, as_they_stand, cheapest
from app.routing.grid import Grid, Shift, day_patterns, qualified, template_days, template_weeks
from app.routing.loosened import put_back, take_off
from app.routing.problem import NO_WAY, Child, Plan, Problem, half_days, missing_visits, monday
from app.routing.reason_words import (
    CAPACITY,
    DISPLACES,
    FORBIDDEN,
    HOLIDAY,
    IN_THE_WAY,
    LOCKED,
    NO_COMMON_TIME,
    NO_GAP_FREE,
    NO_PATTERN,
    NO_REST,
    NO_SKILL,
    NO_TIMES,
    NO_WAY_OPEN,
    NOT_ON_A_DATE,
    ROOM,
    TOO_FAR,
    TOO_FEW_DAYS,
    TOO_LONG,
    TOO_LONG_FOR_ANY,
    TOO_TIGHT,
)
from app.routing.state import State
from app.routing.telling import Reason
from app.routing.template import template_of
from app.routing.trip import Trip, build

NO_MINUTES = 10_000  # more minutes than any day has: no lengthening would do


class Case:
    """A plan under examination. `grid` and `filled()`: the repeating plan, without the locks of demands."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        free = replace(problem, locks=())
        taught = any(d.acts_as is not None for d in problem.days)
        self.laid: Grid | None = Grid(free, template_days(problem)) if taught else None
        self.template = template_of(problem, plan) if self.laid else ()
        self.full: State | None = None
        self.singles: dict[tuple[int, int, int], Trip | None] = {}

    @property
    def grid(self) -> Grid:
        """The grid of the repeating plan, where a day of the horizon is one of school (`laid`)."""
        assert self.laid
        return self.laid

    def reason(self, child: Child) -> Reason:
        """Why a demand goes short."""
        if self.laid is None:
            return self._holiday(child)
        c = self.grid.index[child.id]
        tests = (self._skill, self._pattern, self._common_time, self._distance, self._settings)
        for test in tests:
            found = test(child, c)
            if found:
                return found
        return self._holiday(child) if self.repeating(child) else self._capacity(child, c)

    def repeating(self, child: Child) -> bool:
        """True where the repeating plan has all visits of a demand: it lacks some on single dates only."""
        in_template = sum(t.demand == child.id for t in self.template)
        return in_template >= child.visits * self._rounds(child)

    def _qualified(self, child: Child) -> list[int]:
        return [t for t, team in enumerate(self.problem.teams) if qualified(team, child)]

    def _skill(self, child: Child, c: int) -> Reason | None:
        if self._qualified(child):
            return None
        needs = ", ".join(sorted(child.needs)) or "-"
        return Reason("NO_SKILL", NO_SKILL, {"size": child.team_size, "needs": needs})

    def _visits(self, child: Child, usable: Iterable[int]) -> int:
        """The most visits in a period of the demand on the usable template days."""
        patterns = day_patterns(child, self.grid.days, usable, self.problem.repeats)
        return child.visits - min((m for _, m in patterns), default=10**6) // self._rounds(child) if patterns else 0

    def _rounds(self, child: Child) -> int:
        return template_weeks(self.problem) // child.per

    def _pattern(self, child: Child, c: int) -> Reason | None:
        usable = [d for d in range(len(self.grid.days)) if self.grid.windows[c][d]]
        possible = self._visits(child, usable)
        if possible >= child.visits:
            return None
        weekdays = [d.acts_as for d in self.grid.days if d.acts_as is not None]
        longest = max((h.end - h.start for w in weekdays for h in child.windows.get(w, ())), default=0)
        values = {"possible": possible, "asked": child.visits, "gap": child.min_gap, "minutes": child.minutes,
                  "longest": longest}  # fmt: skip
        if not longest:
            return Reason("NO_PATTERN", NO_TIMES, values)
        if longest < child.minutes:
            return Reason("NO_PATTERN", TOO_LONG_FOR_ANY, values)
        days_only = self._visits(replace(child, min_gap=1), usable) == possible
        return Reason("NO_PATTERN", TOO_FEW_DAYS if days_only else NO_PATTERN, values)

    def _common_time(self, child: Child, c: int) -> Reason | None:
        best = 0
        for t in self._qualified(child):
            usable = [d for d in range(len(self.grid.days)) if self._overlap(t, c, d)]
            best = max(best, self._visits(child, usable))
            if best == child.visits:
                return None
        return Reason(
            "NO_COMMON_TIME",
            NO_COMMON_TIME,
            {
                "teams": self._names(self._qualified(child)),
                "minutes": child.minutes,
                "possible": best,
                "asked": child.visits,
            },
        )

    def _overlap(self, t: int, c: int, d: int) -> bool:
        long = self.grid.minutes[c]
        return any(
            min(last + long, b) - max(first, a) >= long
            for first, last in self.grid.windows[c][d]
            for a, b in self.grid.shifts[t][d]
        )

    def _alone(self, t: int, c: int) -> list[int]:
        """Template days on which team t could visit demand c if it had nothing else to do."""
        return [d for d in range(len(self.grid.days)) if self._fits(t, c, d)]

    def _fits(self, t: int, c: int, d: int) -> bool:
        if not self.grid.windows[c][d]:
            return False
        team = self.problem.teams[t]
        for shift in self.grid.shifts[t][d]:
            trip = build(self.grid, t, d, shift, (c,), lambda x: self.grid.windows[x][d])
            if trip and trip.away <= team.cap_day and trip.travel <= (team.max_travel or trip.travel):
                return True
        return False

    def _near_enough(self, child: Child, c: int, teams: Iterable[int]) -> list[int]:
        return [t for t in teams if self._visits(child, self._alone(t, c)) == child.visits]

    def _distance(self, child: Child, c: int) -> Reason | None:
        teams = self._qualified(child)
        if self._near_enough(child, c, teams):
            return None
        ways = {t: self._way(t, c) for t in teams}
        away = {t: out + back + child.minutes for t, (out, back) in ways.items()}
        if min(away.values()) >= NO_WAY:
            return Reason("TOO_FAR", NO_WAY_OPEN, {"teams": self._names(teams)})
        t = min(teams, key=lambda t: (away[t], t))
        room = max((b - a for row in self.grid.shifts[t] for a, b in row), default=0)
        limit = min(room, self.problem.teams[t].cap_day)
        values = {"team": self.name(t), "minutes": away[t], "limit": limit}
        if away[t] <= limit:  # far for these hours and times, not for a day
            driving = self.problem.teams[t].max_travel
            if driving is not None and away[t] - child.minutes > driving:
                return Reason("TOO_FAR", TOO_LONG, values | {"way": away[t] - child.minutes, "driving": driving})
            return self._rest(child, c, teams) or Reason("TOO_FAR", TOO_TIGHT, values | {"way": ways[t][0]})
        return Reason("TOO_FAR", TOO_FAR, values)

    def _rest(self, child: Child, c: int, teams: Iterable[int]) -> Reason | None:
        """The break at noon, where nothing else is in the way."""
        rule = self.problem.noon_break
        if rule is None:
            return None
        free = Case(replace(self.problem, noon_break=None), self.plan)._near_enough(child, c, teams)
        if not free:
            return None
        clock = {"start": f"{rule.start // 60}:{rule.start % 60:02d}", "end": f"{rule.end // 60}:{rule.end % 60:02d}"}
        return Reason("TOO_FAR", NO_REST, {"team": self.name(free[0]), "minutes": rule.minutes} | clock)

    def _way(self, t: int, c: int) -> tuple[int, int]:
        """(there, back): minutes between a team's school and a home in that half of the day in which they are fewest,
        of those in which the team works."""
        grid, school, home = self.grid, self.grid.school[t], self.grid.home[c]
        tables = [grid.legs_of(d, shift) for d, row in enumerate(grid.shifts[t]) for shift in row] or [grid.legs]
        return min(((x[school][home], x[home][school]) for x in tables), key=sum)

    def _settings(self, child: Child, c: int) -> Reason | None:
        able = self._near_enough(child, c, self._qualified(child))
        allowed = [t for t in able if self.problem.teams[t].id not in child.forbidden_teams]
        if not allowed:
            return Reason("FORBIDDEN", FORBIDDEN, {"teams": self._names(able)})
        orders = {lock.team for lock in self.problem.locks if lock.demand == child.id and lock.date is None}
        if orders and not any({self.problem.teams[t].id} == orders for t in allowed):
            names = [self.name(self.grid.team_of[x]) for x in sorted(orders)]
            return Reason("LOCKED", LOCKED, {"team": ", ".join(names), "teams": self._names(allowed)})
        return None

    def _capacity(self, child: Child, c: int) -> Reason:
        """The best candidate: the team and day that would need the fewest minutes more to take one more visit."""
        orders = {lock.team for lock in self.problem.locks if lock.demand == child.id and lock.date is None}
        able = [
            t
            for t in self._near_enough(child, c, self._qualified(child))
            if self.problem.teams[t].id not in child.forbidden_teams and orders <= {self.problem.teams[t].id}
        ]
        state = self.filled()
        mine = take_off(state, c)
        found = self._nearest(state, child, c, able)
        put_back(state, mine)
        if found is None:
            return Reason("CAPACITY", NO_GAP_FREE, {"teams": self._names(able)})
        minutes, d, t = found
        if minutes == 0:
            return Reason("CAPACITY", ROOM, {"team": self.name(t)})
        known: dict[str, object] = {"minutes": minutes} if minutes < NO_MINUTES else {}
        values = {"teams": self._names(able), "team": self.name(t), **known, "date": self._date_of(d)}
        out = self._displaced(state, t, c, d)
        if out is None:
            return Reason("CAPACITY", CAPACITY if known else NO_GAP_FREE, values)
        other = self.problem.children[out]
        values |= {"displaced": other.name or other.person, "displaced_id": other.id}
        return Reason("CAPACITY", DISPLACES if known else IN_THE_WAY, values)

    def _nearest(self, state: State, child: Child, c: int, able: Iterable[int]) -> tuple[int, int, int] | None:
        """(minutes, day, team) of the cell that lacks most in the team and day pattern that lacks least, None where no
        minutes would do."""
        usable = [d for d in range(len(self.grid.days)) if self.grid.windows[c][d]]
        rows = day_patterns(child, self.grid.days, usable, self.problem.repeats)
        patterns, best = [p for p, missing in rows if not missing], None
        for t in able:
            alone = set(self._alone(t, c))
            lacks = {d: lack for d in alone if (lack := self._lack(state, t, c, d)) is not None}
            for p in patterns:
                if all(d in lacks for d in p):
                    worst = max((lacks[d], -d) for d in p)
                    rank = (sum(lacks[d] for d in p), worst[0], -worst[1], t)
                    best = min(best, rank) if best else rank
        return best and best[1:]

    def _lack(self, state: State, t: int, c: int, d: int) -> int | None:
        """Minutes that a cell lacks for demand c; NO_MINUTES where only another visit's place would do; None where not
        even that."""
        if state.price(c, t, d) is not None:
            return 0
        minutes = self._lacking(state, t, c, d)
        if minutes is None and self._displaced(state, t, c, d) is not None:
            return NO_MINUTES
        return minutes

    def _displaced(self, state: State, t: int, c: int, d: int) -> int | None:
        """The demand of least priority and length whose visit would have to go from a cell so that demand c fits."""
        grid, trips, found = self.grid, state.cells[t][d], []
        cap, windows = self.problem.teams[t].cap_day, state.windows(d)

        def taken(shift: Shift) -> bool:
            return state.taken(t, d, shift)

        for k, trip in enumerate(trips):
            for x in trip.seq:
                seq = tuple(y for y in trip.seq if y != x)
                key = (t, d, x)
                if key not in self.singles:
                    self.singles[key] = build(grid, t, d, grid.shifts[t][d][k], seq, windows)
                less = self.singles[key]
                if less is None:
                    continue
                rest = trips[:k] + (less,) + trips[k + 1 :]
                if cheapest(grid, t, d, grid.shifts[t][d], rest, c, windows, cap, taken):
                    other = self.problem.children[x]
                    found.append((other.priority, other.visits * other.minutes, x))
        return min(found)[2] if found else None

    def _slot(self, d: int) -> tuple[int, int]:
        return divmod((self.grid.days[d].date - monday(self.grid.days[0].date)).days, 7)

    def filled(self) -> State:
        """The state of the repeating plan, its trips as the plan has them; a visit that breaks a rule is left out."""
        if self.full is None:
            grid = self.grid
            self.full = State(grid)
            slots = {self._slot(d): d for d in range(len(grid.days))}
            for v in sorted(self.template, key=lambda v: v.start):
                t, d, c = grid.team_of.get(v.team), slots.get((v.week, v.weekday)), grid.index.get(v.demand)
                if t is None or d is None or c is None:
                    continue
                k = next((k for k, (a, b) in enumerate(grid.shifts[t][d]) if a <= v.start < b), None)
                if k is not None:
                    seq = self.full.cells[t][d][k].seq + (c,)
                    trip = build(grid, t, d, grid.shifts[t][d][k], seq, self.full.windows(d))
                    if trip is not None:
                        self.full.put(t, d, k, trip)
        return self.full

    def _lacking(self, state: State, t: int, c: int, d: int) -> int | None:
        """Minutes over the daily limit, or of hours missing at the end, with one more visit at its cheapest place; at
        least 5. None where neither would do."""
        grid, team, trips, least = self.grid, self.problem.teams[t], state.cells[t][d], None
        rows, windows = grid.shifts[t][d], state.windows(d)

        def taken(shift: Shift) -> bool:
            return state.taken(t, d, shift)

        places = [*as_they_stand(team, rows, trips, taken), *arranged_anew(grid, t, d, rows, trips, windows, taken)]
        for k, base in places:
            a, b = rows[k]
            rest = base[:k] + base[k + 1 :]
            for pos in range(len(base[k].seq) + 1):
                seq = base[k].seq[:pos] + (c,) + base[k].seq[pos:]
                longer = build(grid, t, d, (a, b + 1440), seq, windows)
                if longer is None:
                    continue
                back = longer.ends[-1] + grid.legs_of(d, (a, b))[grid.home[seq[-1]]][grid.school[t]]
                need = max(back - b, sum(x.away for x in rest) + longer.away - team.cap_day, 5)
                least = need if least is None else min(least, need)
        return least

    def _date_of(self, d: int) -> str:
        weekday = self.grid.days[d].acts_as
        return next(x.date for x in self.problem.days if x.acts_as == weekday).isoformat()

    def lost(self, child: Child) -> list[date]:
        """Dates of the repeating plan on which the day is closed, the family is not free or the team is away, and no
        visit stands."""
        weekdays = {t.weekday for t in self.template if t.demand == child.id}
        given = {v.date for v in self.plan.visits if v.demand == child.id}
        teams = {t.id: t for t in self.problem.teams}
        mine = [teams[t.team] for t in self.template if t.demand == child.id and t.team in teams][:1]
        return [
            d.date
            for d in self.problem.days
            if d.date.weekday() in weekdays
            and d.date not in given
            and (
                d.acts_as != d.date.weekday()
                or not half_days(child.windows, d)
                or not any(half_days(t.shifts, d) for t in mine)
            )
        ]

    def _holiday(self, child: Child) -> Reason:
        lost = self.lost(child)
        if not lost:
            return Reason("HOLIDAY", NOT_ON_A_DATE, {"missing": self._short(child)})
        return Reason("HOLIDAY", HOLIDAY, {"dates": ", ".join(x.isoformat() for x in lost[:5])})

    def _short(self, child: Child) -> int:
        return missing_visits(self.problem, child, (v for v in self.plan.visits if v.demand == child.id))

    def name(self, t: int) -> str:
        return self.problem.teams[t].name or self.problem.teams[t].id

    def _names(self, teams: Iterable[int]) -> str:
        names = [self.name(t) for t in teams]
        return ", ".join(names[:5]) + ("…" if len(names) > 5 else "")
