"""The ways to serve one demand in the repeating plan with one thing relaxed, each tried by insertion."""

from dataclasses import dataclass, field, replace

from app.routing.grid import day_patterns, qualified
from app.routing.loosened import loosened_price
from app.routing.problem import NOON, HalfDay
from app.routing.remedies import longer

MORE = 30  # minutes by which a daily limit is raised, and hours lengthened at their end
LATEST = 1140  # nobody is asked to be out after 19:00

# What a relaxation costs beside the travel it brings, in minutes of somebody's time a week.
ASK_FAMILY, LESS_GAP, SECOND_TEAM, UNFIX, LIFT, TRAIN, ONE_MORE_ADULT, HIRE = 30, 60, 90, 90, 150, 600, 400, 240


@dataclass(frozen=True)
class Way:
    """How a demand could be served: cost, code, team, days of the template, and what is loosened."""

    cost: int
    code: str
    team: int
    days: tuple[int, ...]
    values: dict = field(default_factory=dict, compare=False)
    loose: dict = field(default_factory=dict, compare=False)
    teams: tuple[int, ...] = ()


class Ways:
    """All ways to serve one demand with one thing relaxed."""

    def __init__(self, relaxing, c, child):
        self.r, self.c, self.child, self.grid, self.state = relaxing, c, child, relaxing.grid, relaxing.state
        self.case, self.problem = relaxing.case, relaxing.problem
        self.span = range(len(self.grid.days))
        orders = {lock.team for lock in self.problem.locks if lock.demand == child.id and lock.date is None}
        self.orders = orders
        self.fits = [t for t, team in enumerate(self.problem.teams) if qualified(team, child)]
        self.allowed = [t for t in self.fits if self._id(t) not in child.forbidden_teams and orders <= {self._id(t)}]
        self.busy = self._siblings()
        self.prices = {}
        self.whole = self._patterns(child)

    def _id(self, t):
        return self.problem.teams[t].id

    def _siblings(self):
        """Days on which another service of the child stands."""
        others = set(self.grid.siblings[self.c])
        return {d for row in self.state.cells for d, trips in enumerate(row) for x in trips if others & set(x[0])}

    def _patterns(self, child, usable=None):
        days = self.span if usable is None else usable
        usable = [d for d in days if d not in self.busy]
        rows = day_patterns(child, self.grid.days, usable, self.problem.repeats) if usable else []
        return [p for p, missing in rows if not missing]

    def row(self, t):
        """{day: extra minutes} of team t with nothing relaxed."""
        if t not in self.prices:
            self.prices[t] = {
                d: found[0]
                for d in self.span
                if self.grid.windows[self.c][d] and (found := self.state.price(self.c, t, d)) is not None
            }
        return self.prices[t]

    def all(self):
        """Yield the ways of every kind."""
        kinds = (self.windows, self.gap, self.second, self.cap, self.settings, self.hours, self.people, self.new_team)
        for kind in kinds:
            yield from kind()

    def _best(self, prices, patterns):
        """(travel a week, pattern) of the cheapest pattern whose days all have a price, None where there is none."""
        found = [
            (sum(prices[d] for d in p) // self.r.weeks, p) for p in patterns if all(d in prices for d in p)
        ]
        return min(found, default=None)

    def _way(self, code, price, t, prices, patterns, values=None, loose=None):
        best = self._best(prices, patterns)
        if best is not None:
            yield Way(best[0] + price, code, t, best[1], values or {}, loose or {})

    def _on(self, weekday):
        return [d for d in self.span if self.grid.days[d].acts_as == weekday]

    def _new(self, t, days, **loose):
        """{day: extra minutes} of team t with something relaxed."""
        prices = ((d, loosened_price(self.state, self.c, t, d, **loose)) for d in days)
        return {d: extra for d, extra in prices if extra is not None}

    def windows(self):
        """One more time of the family, on one weekday."""
        child = self.child
        for weekday in sorted({d.acts_as for d in self.grid.days}):
            there = child.windows.get(weekday, ())
            for a, b in self.r.stretches:
                if any(h.start < b and a < h.end for h in there):
                    continue
                times = longer(child.windows, weekday, HalfDay(a, b), self.problem)[weekday]
                starts = tuple((h.start, h.end - child.minutes) for h in times if h.end - h.start >= child.minutes)
                on = self._on(weekday)
                for t in self.allowed:
                    new = self._new(t, on, windows=starts)
                    if new:
                        values = {"day": weekday, "start": a, "end": b}
                        loose = {"windows": starts, "on": weekday}
                        yield from self._way(
                            "ADD_WINDOW", ASK_FAMILY, t, {**self.row(t), **new}, self.whole, values, loose
                        )

    def gap(self):
        """One day less between two visits."""
        if self.child.min_gap < 2:
            return
        gap = self.child.min_gap - 1
        patterns = self._patterns(replace(self.child, min_gap=gap))
        for t in self.allowed:
            yield from self._way(
                "SHORTEN_GAP", LESS_GAP, t, self.row(t), patterns, {"gap": gap, "before": self.child.min_gap}
            )

    def second(self):
        """A named substitute on some of the days."""
        rows = {t: self.row(t) for t in self.allowed}
        for p in self.whole:
            for m, main in rows.items():
                rest = [d for d in p if d not in main]
                if not rest or 2 * len(rest) > len(p):
                    continue
                for s, other in rows.items():
                    if s != m and all(d in other for d in rest):
                        travel = sum(other[d] if d in rest else main[d] for d in p) // self.r.weeks
                        values = {
                            "main": self.case.name(m),
                            "main_id": self._id(m),
                            "team_id": self._id(s),
                            "day": self.grid.days[rest[0]].acts_as,
                        }
                        yield Way(travel + SECOND_TEAM, "SUBSTITUTE", s, p, values, {}, (m, s))

    def cap(self):
        """The daily limit of a team raised by half an hour, up to two hours."""
        for t in self.allowed:
            had = self.problem.teams[t].cap_day
            for more in range(MORE, 5 * MORE, MORE):
                new = self._new(t, [d for d in self.span if d not in self.row(t)], cap=more)
                if new:
                    found = list(
                        self._way(
                            "RAISE_CAP",
                            2 * more,
                            t,
                            {**self.row(t), **new},
                            self.whole,
                            {"cap": had + more, "before": had},
                            {"cap": more},
                        )
                    )
                    yield from found
                    if found:
                        break

    def settings(self):
        """A forbidden team allowed, or the visits no longer fixed to a team."""
        for t in self.fits:
            if self._id(t) in self.child.forbidden_teams:
                if self.orders <= {self._id(t)}:
                    yield from self._way("ALLOW_TEAM", LIFT, t, self.row(t), self.whole)
            elif not self.orders <= {self._id(t)}:
                locked = ", ".join(self.case.name(self.grid.team_of[x]) for x in sorted(self.orders))
                values = {"locked": locked}
                yield from self._way("UNLOCK", UNFIX, t, self.row(t), self.whole, values)

    def hours(self):
        """More hours of a team on one weekday: the free half-day, or later in the day."""
        for t in self.allowed:
            team = self.problem.teams[t]
            for weekday in sorted({d.acts_as for d in self.grid.days}):
                on = [d for d in self._on(weekday) if self.grid.windows[self.c][d]]
                if not on or all(d in self.row(t) for d in on):
                    continue
                for a, b in longer_hours(self.r.hours, team.shifts.get(weekday, ())):
                    times = longer(team.shifts, weekday, HalfDay(a, b), self.problem, True)[weekday]
                    shifts = tuple((h.start, h.end) for h in times)
                    new = self._new(t, on, shifts=shifts)
                    if new:
                        yield from self._way(
                            "MORE_HOURS",
                            b - a,
                            t,
                            {**self.row(t), **new},
                            self.whole,
                            {"day": weekday, "start": a, "end": b},
                            {"shifts": shifts, "on": weekday},
                        )

    def people(self):
        """A skill that a team lacks, or one more adult."""
        child = self.child
        for t, team in enumerate(self.problem.teams):
            lacks, small = child.needs - team.skills, len(team.teachers) < child.team_size
            if bool(lacks) == small or team.id in child.forbidden_teams or not self.orders <= {team.id}:
                continue
            if small:
                yield from self._way(
                    "ADD_ADULT", ONE_MORE_ADULT, t, self.row(t), self.whole, {"size": child.team_size}
                )
            else:
                skills = ", ".join(sorted(lacks))
                yield from self._way("ADD_SKILL", TRAIN * len(lacks), t, self.row(t), self.whole, {"skills": skills})


    def new_team(self):
        """A team that is not there yet, from the nearest school, for this demand alone."""
        home, places = self.grid.home[self.c], self.problem.travel.places
        _, school = min((self.grid.least[s][home], s) for s in set(self.grid.school))
        trips = {d: trip for d in self.span if (trip := self._trip_of_new(school, d))}
        for p in self.whole:
            if all(d in trips for d in p):
                hours = {self.grid.days[d].acts_as: trips[d][::2] for d in p}
                minutes = sum(b - a for d in p for a, _, b in [trips[d]]) // self.r.weeks
                values = {
                    "team_id": f"+{self.child.id}",
                    "school": places[school],
                    "place": places[school],
                    "skills": ", ".join(sorted(self.child.needs)),
                    "size": self.child.team_size,
                    "minutes": minutes,
                    "days": ",".join(f"{w}:{a}-{b}" for w, (a, b) in sorted(hours.items())),
                }
                starts = {self.grid.days[d].acts_as: trips[d][1] for d in p}
                yield Way(HIRE + minutes, "NEW_TEAM", -1, p, values, {"starts": starts})
                return

    def _trip_of_new(self, school, d):
        """(out, start of the visit, back) of a trip on day d from a school for this demand alone, as early as can be;
        None where it takes too long."""
        found, home = [], self.grid.home[self.c]
        first, last = self.r.hours[0][0], max(LATEST, self.r.hours[-1][1])
        for late, legs in enumerate(self.grid.halves()):
            out, back = legs[school][home], legs[home][school]
            for a, b in self.grid.windows[self.c][d]:
                start = max(a, (max(first, NOON) if late else first) + out)
                if start <= b and (late or start - out < NOON or len(self.grid.halves()) == 1):
                    found.append((start - out, start, start + self.child.minutes + back))
        cap = max(t.cap_day for t in self.problem.teams)
        fits = [x for x in found if x[2] <= last and x[2] - x[0] <= cap]
        return min(fits, key=lambda x: x[1], default=None)


def longer_hours(usual, there):
    """Stretches that a team could offer beside its hours `there` of a day: the half-day it has not, or later in the
    day. `usual`: the half-days of the other teams."""
    (a, noon), (after, b) = usual
    if not there:
        return [(a, noon), (after, b)]
    first, last = min(h.start for h in there), max(h.end for h in there)
    found = [(a, first)] if first - a >= 2 * MORE else []
    if b - last >= 2 * MORE:
        found.append((last, b))
    else:
        found += [(last, last + more) for more in (MORE, 2 * MORE) if last + more <= LATEST]
    return found
