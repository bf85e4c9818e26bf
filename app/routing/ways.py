"""The ways to serve one demand in the repeating plan with one thing relaxed, each tried by insertion."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.routing.grid import Shift, day_patterns, qualified, template_weeks
from app.routing.loosened import NOTHING, Loose, loosened_price
from app.routing.problem import NOON, Child, HalfDay
from app.routing.remedies import longer
from app.routing.why_no_place import Case

MORE = 30  # minutes by which a daily limit is raised, and hours lengthened at their end
LATEST = 1140  # nobody is asked to be out after 19:00

# What a relaxation costs beside the travel it brings, in minutes of somebody's time a week.
ASK_FAMILY, LESS_GAP, SECOND_TEAM, UNFIX, LIFT, TRAIN, ONE_MORE_ADULT, HIRE = 30, 60, 90, 90, 150, 600, 400, 240


Values = Mapping[str, int | str]
"""What a remedy says: see `Remedy.values`."""


@dataclass(frozen=True)
class Usual:
    """What half-days are among these people, (before noon, after it): `family` times, `hours` of teams."""

    family: tuple[Shift, Shift]
    hours: tuple[Shift, Shift]


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a demand could be served: cost, code, team, days of the template, and what is `loose`, where it is on one
    weekday only on that one (`on`). `teams`: all that come, where there are several; `starts`: of the visits of a team
    that is not there yet, by weekday."""

    cost: int
    code: str
    team: int
    days: tuple[int, ...]
    values: Values = field(default_factory=dict, compare=False)
    loose: Loose = field(default=NOTHING, compare=False)
    on: int | None = field(default=None, compare=False)
    starts: Mapping[int | None, int] = field(default_factory=dict, compare=False)
    teams: tuple[int, ...] = ()


class Ways:
    """All ways to serve one demand with one thing relaxed."""

    def __init__(self, case: Case, child: Child, usual: Usual):
        self.case, self.problem, self.grid, self.state = case, case.problem, case.grid, case.filled()
        self.c, self.child, self.usual = self.grid.index[child.id], child, usual
        self.weeks, self.span = template_weeks(self.problem), range(len(self.grid.days))
        self.weekdays = sorted({d.acts_as for d in self.grid.days if d.acts_as is not None})
        orders = {lock.team for lock in self.problem.locks if lock.demand == child.id and lock.date is None}
        self.orders = orders
        self.fits = [t for t, team in enumerate(self.problem.teams) if qualified(team, child)]
        self.allowed = [t for t in self.fits if self._id(t) not in child.forbidden_teams and orders <= {self._id(t)}]
        self.busy = self._siblings()
        self.prices: dict[int, dict[int, int]] = {}
        self.whole = self._patterns(child)

    def _id(self, t: int) -> str:
        return self.problem.teams[t].id

    def _siblings(self) -> set[int]:
        """Days on which another service of the child stands."""
        others = set(self.grid.siblings[self.c])
        return {d for row in self.state.cells for d, trips in enumerate(row) for x in trips if others & set(x.seq)}

    def _patterns(self, child: Child) -> list[tuple[int, ...]]:
        usable = [d for d in self.span if d not in self.busy]
        rows = day_patterns(child, self.grid.days, usable, self.problem.repeats) if usable else []
        return [p for p, missing in rows if not missing]

    def row(self, t: int) -> dict[int, int]:
        """{day: extra minutes} of team t with nothing relaxed."""
        if t not in self.prices:
            self.prices[t] = {
                d: found[0]
                for d in self.span
                if self.grid.windows[self.c][d] and (found := self.state.price(self.c, t, d)) is not None
            }
        return self.prices[t]

    def all(self) -> Iterator[Way]:
        """Yield the ways of every kind."""
        kinds = (self.windows, self.gap, self.second, self.cap, self.settings, self.hours, self.people, self.new_team)
        for kind in kinds:
            yield from kind()

    def _best(
        self, prices: Mapping[int, int], patterns: Iterable[tuple[int, ...]]
    ) -> tuple[int, tuple[int, ...]] | None:
        """(travel a week, pattern) of the cheapest pattern whose days all have a price, None where there is none."""
        found = [(sum(prices[d] for d in p) // self.weeks, p) for p in patterns if all(d in prices for d in p)]
        return min(found, default=None)

    def _way(
        self,
        code: str,
        price: int,
        t: int,
        values: Values,
        new: Mapping[int, int] | None = None,
        *,
        patterns: Sequence[tuple[int, ...]] | None = None,
        loose: Loose = NOTHING,
        on: int | None = None,
    ) -> Iterator[Way]:
        """The way with the cheapest of the `patterns` (None = the demand's own); `new`: extra minutes of days
        on which something loosened has changed them."""
        best = self._best({**self.row(t), **(new or {})}, self.whole if patterns is None else patterns)
        if best is not None:
            yield Way(cost=best[0] + price, code=code, team=t, days=best[1], values=values, loose=loose, on=on)

    def _weekday(self, d: int) -> int:
        """The weekday that a day of the template acts as: it has one."""
        weekday = self.grid.days[d].acts_as
        assert weekday is not None
        return weekday

    def _on(self, weekday: int) -> list[int]:
        return [d for d in self.span if self.grid.days[d].acts_as == weekday]

    def _new(self, t: int, days: Iterable[int], loose: Loose) -> dict[int, int]:
        """{day: extra minutes} of team t with something relaxed."""
        prices = ((d, loosened_price(self.state, self.c, t, d, loose)) for d in days)
        return {d: extra for d, extra in prices if extra is not None}

    def windows(self) -> Iterator[Way]:
        """One more time of the family, on one weekday."""
        child = self.child
        for weekday in self.weekdays:
            there = child.windows.get(weekday, ())
            for a, b in self.usual.family:
                if any(h.start < b and a < h.end for h in there):
                    continue
                times = longer(child.windows, weekday, HalfDay(a, b), self.problem)[weekday]
                starts = tuple((h.start, h.end - child.minutes) for h in times if h.end - h.start >= child.minutes)
                on, loose = self._on(weekday), Loose(windows=starts)
                for t in self.allowed:
                    new = self._new(t, on, loose)
                    if new:
                        values = {"day": weekday, "start": a, "end": b}
                        yield from self._way("ADD_WINDOW", ASK_FAMILY, t, values, new, loose=loose, on=weekday)

    def gap(self) -> Iterator[Way]:
        """One day less between two visits."""
        if self.child.min_gap < 2:
            return
        gap = self.child.min_gap - 1
        patterns = self._patterns(replace(self.child, min_gap=gap))
        for t in self.allowed:
            values = {"gap": gap, "before": self.child.min_gap}
            yield from self._way("SHORTEN_GAP", LESS_GAP, t, values, patterns=patterns)

    def second(self) -> Iterator[Way]:
        """A named substitute on some of the days."""
        rows = {t: self.row(t) for t in self.allowed}
        for p in self.whole:
            for m, main in rows.items():
                rest = [d for d in p if d not in main]
                if not rest or 2 * len(rest) > len(p):
                    continue
                for s, other in rows.items():
                    if s != m and all(d in other for d in rest):
                        travel = sum(other[d] if d in rest else main[d] for d in p) // self.weeks
                        values: Values = {
                            "main": self.case.name(m),
                            "main_id": self._id(m),
                            "team_id": self._id(s),
                            "day": self._weekday(rest[0]),
                        }
                        yield Way(
                            cost=travel + SECOND_TEAM, code="SUBSTITUTE", team=s, days=p, values=values, teams=(m, s)
                        )

    def cap(self) -> Iterator[Way]:
        """The daily limit of a team raised by half an hour, up to two hours."""
        for t in self.allowed:
            had = self.problem.teams[t].cap_day
            for more in range(MORE, 5 * MORE, MORE):
                loose = Loose(cap=more)
                new = self._new(t, [d for d in self.span if d not in self.row(t)], loose)
                if new:
                    values = {"cap": had + more, "before": had}
                    found = list(self._way("RAISE_CAP", 2 * more, t, values, new, loose=loose))
                    yield from found
                    if found:
                        break

    def settings(self) -> Iterator[Way]:
        """A forbidden team allowed, or the visits no longer fixed to a team."""
        for t in self.fits:
            if self._id(t) in self.child.forbidden_teams:
                if self.orders <= {self._id(t)}:
                    yield from self._way("ALLOW_TEAM", LIFT, t, {})
            elif not self.orders <= {self._id(t)}:
                locked = ", ".join(self.case.name(self.grid.team_of[x]) for x in sorted(self.orders))
                yield from self._way("UNLOCK", UNFIX, t, {"locked": locked})

    def hours(self) -> Iterator[Way]:
        """More hours of a team on one weekday: the free half-day, or later in the day."""
        for t in self.allowed:
            team = self.problem.teams[t]
            for weekday in self.weekdays:
                on = [d for d in self._on(weekday) if self.grid.windows[self.c][d]]
                if not on or all(d in self.row(t) for d in on):
                    continue
                for a, b in longer_hours(self.usual.hours, team.shifts.get(weekday, ())):
                    times = longer(team.shifts, weekday, HalfDay(a, b), self.problem, True)[weekday]
                    loose = Loose(shifts=tuple((h.start, h.end) for h in times))
                    new = self._new(t, on, loose)
                    if new:
                        values = {"day": weekday, "start": a, "end": b}
                        yield from self._way("MORE_HOURS", b - a, t, values, new, loose=loose, on=weekday)

    def people(self) -> Iterator[Way]:
        """A skill that a team lacks, or one more adult."""
        child = self.child
        for t, team in enumerate(self.problem.teams):
            lacks, small = child.needs - team.skills, len(team.teachers) < child.team_size
            if bool(lacks) == small or team.id in child.forbidden_teams or not self.orders <= {team.id}:
                continue
            if small:
                yield from self._way("ADD_ADULT", ONE_MORE_ADULT, t, {"size": child.team_size})
            else:
                skills = ", ".join(sorted(lacks))
                yield from self._way("ADD_SKILL", TRAIN * len(lacks), t, {"skills": skills})

    def new_team(self) -> Iterator[Way]:
        """A team that is not there yet, from the nearest school, for this demand alone."""
        home, places = self.grid.home[self.c], self.problem.travel.places
        _, school = min((self.grid.least[s][home], s) for s in set(self.grid.school))
        trips = {d: trip for d in self.span if (trip := self._trip_of_new(school, d))}
        for p in self.whole:
            if all(d in trips for d in p):
                hours = {self._weekday(d): (trips[d][0], trips[d][2]) for d in p}
                minutes = sum(b - a for d in p for a, _, b in [trips[d]]) // self.weeks
                values: Values = {
                    "team_id": f"+{self.child.id}",
                    "school": places[school],
                    "place": places[school],
                    "skills": ", ".join(sorted(self.child.needs)),
                    "size": self.child.team_size,
                    "minutes": minutes,
                    "days": ",".join(f"{w}:{a}-{b}" for w, (a, b) in sorted(hours.items())),
                }
                starts: dict[int | None, int] = {self.grid.days[d].acts_as: trips[d][1] for d in p}
                yield Way(cost=HIRE + minutes, code="NEW_TEAM", team=-1, days=p, values=values, starts=starts)
                return

    def _trip_of_new(self, school: int, d: int) -> tuple[int, int, int] | None:
        """(out, start of the visit, back) of a trip on day d from a school for this demand alone, as early as can be;
        None where it takes too long."""
        found, home = [], self.grid.home[self.c]
        first, last = self.usual.hours[0][0], max(LATEST, self.usual.hours[-1][1])
        for late, legs in enumerate(self.grid.halves()):
            out, back = legs[school][home], legs[home][school]
            for a, b in self.grid.windows[self.c][d]:
                start = max(a, (max(first, NOON) if late else first) + out)
                if start <= b and (late or start - out < NOON or len(self.grid.halves()) == 1):
                    found.append((start - out, start, start + self.child.minutes + back))
        cap = max(t.cap_day for t in self.problem.teams)
        fits = [x for x in found if x[2] <= last and x[2] - x[0] <= cap]
        return min(fits, key=lambda x: x[1], default=None)


def longer_hours(usual: tuple[Shift, Shift], there: Sequence[HalfDay]) -> list[Shift]:
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
