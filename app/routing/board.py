"""A dated plan laid on the dates of a (changed) problem: what stands stays where it is to the minute, what cannot stand
any more comes off."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from app.routing.cell import within_limits
from app.routing.grid import Grid, qualified
from app.routing.problem import Plan, Problem, Visit, asked_visits, missing_visits, most_visits
from app.routing.state import State
from app.routing.trip import Trip, build

Stop = tuple[int, Visit]  # a demand and its visit
Kept = tuple[dict[int, Visit], dict[tuple[int, int], int]]  # what a demand holds, the minutes that are fixed of it


class Board:
    """`state` has the trips from `since` on; `held[c]` = {day: Visit} all visits that stand, those of the past too.
    `fixed`: every visit keeps its minute; else only those that are firm, and the others keep team and day.

    `before`: the problem the plan was made for; `called_off`: (demand, date) of visits that go, fixed or not; `ended`:
    {demand: date} from which on there is none. `hit`: visits that cannot stand any more, `stuck`: fixed ones that
    cannot but stay all the same, `dropped`: visits of demands that have ended. `patterns[c]`: [(template day, team)] of
    demands that were placed anew. `shut`: cells (team, day) in which nothing may be changed, as somebody decided to
    break a rule there. `live`: (first, last) date between which something may change, None = everywhere.
    `concerned`: of a visit, true where an event speaks of it, though the problem before may know of it already; what
    the problem before did not allow stays as it is then, unless an event hits it. None = no event: what the problem
    does not allow comes off, except where somebody placed it by hand.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        since: date | None = None,
        before: Problem | None = None,
        called_off: Iterable[tuple[str, date]] = (),
        ended: Mapping[str, date] | None = None,
        fixed: bool = True,
        live: tuple[date, date] | None = None,
        grid: Grid | None = None,
        concerned: Callable[[Visit], bool] | None = None,
    ) -> None:
        self.problem, self.plan, self.before = problem, plan, before or problem
        self.called_off, self.ended = frozenset(called_off), dict(ended or {})
        self.since = since or problem.days[0].date
        self.grid = grid or Grid(problem, list(problem.days), rolled=True)
        self.live = live
        self._old: Grid | None = None
        self._kept: dict[int, Kept] | None = None
        self.tolerant, self.concerned = before is None, concerned
        self.state = State(self.grid)
        self.day_of = {d.date: i for i, d in enumerate(problem.days)}
        self.held: list[dict[int, Visit]] = [{} for _ in problem.children]
        self.hit: list[Visit] = []
        self.stuck: list[Visit] = []
        self.dropped: list[Visit] = []
        self.shut: set[tuple[int, int]] = set()
        self.locked = {(x.demand, x.date) for x in problem.locks if x.date}
        self.asked = [asked_visits(problem, c) for c in problem.children]
        self.most = [most_visits(problem, c) for c in problem.children]
        self.caps = self._caps()
        self.main = self._mains()
        self.patterns: dict[int, list[tuple[int, int]]] = {}
        self.moved: set[tuple[int, int]] = set()
        self._near: dict[tuple[int, int], frozenset[int]] = {}
        self.fixed = fixed
        self._lay()

    def firm(self, visit: Visit) -> bool:
        """True where a visit may not move: past, confirmed or locked."""
        return visit.date < self.since or visit.locked or (visit.demand, visit.date) in self.locked

    @property
    def old(self) -> Grid:
        """The grid of the problem before."""
        if self._old is None:
            self._old = Grid(self.before, list(self.before.days), rolled=True)
        return self._old

    def _mains(self) -> list[int | None]:
        """Each demand's own team: the template's, else the one that comes most often, else its home team."""
        template: dict[str, Counter[str]] = defaultdict(Counter)
        dated: dict[str, Counter[str]] = defaultdict(Counter)
        told = {(r.demand, r.date) for r in self.plan.relaxations if r.code == "SUBSTITUTE"}
        for slot in self.plan.template:
            template[slot.demand][slot.team] += 1
        for v in self.plan.visits:
            if (v.demand, v.date) not in told:
                dated[v.demand][v.team] += 1
        found = []
        for c in self.problem.children:
            teams = template[c.id] or dated[c.id]
            known = sorted((-n, t == c.substitute, t) for t, n in teams.items() if t in self.grid.team_of)
            found.append(self.grid.team_of.get(known[0][2] if known else c.home_team))
        return found

    def _lay(self) -> None:
        cells: dict[tuple[int, int], list[Stop]] = defaultdict(list)
        for v in sorted(self.plan.visits, key=lambda v: (v.date, v.team, v.start, v.demand)):
            c = self.grid.index.get(v.demand)
            if c is None:
                self.dropped.append(v)
            elif v.date < self.since:
                self.held[c][self.day_of[v.date]] = v
            elif v.date >= self.ended.get(v.demand, date.max):
                self.dropped.append(v)
            elif (v.demand, v.date) in self.called_off:
                self.hit.append(v)
            else:
                cells[self.grid.team_of[v.team], self.day_of[v.date]].append((c, v))
        for (t, d), stops in sorted(cells.items()):
            self._lay_cell(t, d, stops)

    def _lay_cell(self, t: int, d: int, stops: list[Stop]) -> None:
        if self.live is not None and not self.live[0] <= self.problem.days[d].date <= self.live[1]:
            for c, v in stops:
                self.held[c][d] = v
            return
        if all(self._open(self.grid, t, c, d, v) for c, v in stops):
            trips = self._trips(self.grid, t, d, stops)
            if trips is not None:
                self._stand(t, d, stops, trips)
                return
        self._sort_out(t, d, stops)

    def _stand(self, t: int, d: int, stops: Iterable[Stop], trips: Iterable[Trip]) -> None:
        """Put a whole cell that keeps the rules."""
        for c, v in stops:
            self.held[c][d] = v
            if self.fixed or self.firm(v):
                self.state.fixed[c, d] = v.start
        for k, trip in enumerate(trips):
            if not trip.seq:
                continue
            if not self.fixed:
                sliding = build(self.grid, t, d, self.grid.shifts[t][d][k], trip.seq, self.state.windows(d))
                assert sliding is not None  # it can be kept with every visit at its minute
                trip = sliding
            self.state.put(t, d, k, trip)

    def _sort_out(self, t: int, d: int, stops: list[Stop]) -> None:
        """A cell that does not keep the rules: take off what the change made impossible, leave what was so before."""
        alone = [(c, v) for c, v in stops if self._alone(self.grid, t, c, d, v)]
        rest = [x for x in stops if x not in alone]
        tolerated = [x for x in rest if not self._stood(t, d, x)]
        gone = [x for x in rest if x not in tolerated]
        trips = self._trips(self.grid, t, d, alone)
        if trips is None and self._whole_before(t, d, stops, alone):
            alone, more = self._most(t, d, alone)
            gone, trips = gone + more, self._trips(self.grid, t, d, alone)
        fixed = [(c, v) for c, v in gone if self.firm(v)]
        self.stuck += [v for _, v in fixed]
        self.hit += [v for _, v in gone if not self.firm(v)]
        if trips is None or tolerated or fixed:
            self.shut.add((t, d))
            for c, v in (*alone, *tolerated, *fixed):
                self.held[c][d] = v
        else:
            self._stand(t, d, alone, trips)

    def _alone(self, grid: Grid, t: int, c: int, d: int, v: Visit) -> bool:
        """Could this visit stand if it were the team's only one?"""
        return self._open(grid, t, c, d, v) and bool(self._trips(grid, t, d, [(c, v)]))

    def _open(self, grid: Grid, t: int, c: int, d: int, v: Visit) -> bool:
        inside = any(a <= v.start <= b for a, b in grid.windows[c][d])
        return inside and qualified(grid.problem.teams[t], grid.problem.children[c])

    def _stood(self, t: int, d: int, stop: Stop) -> bool:
        """May a visit that cannot stand now be taken for one that could? Not where it could not before the events (by
        hand against the rules, or the rules changed since), or where nothing is being changed."""
        c, v = stop
        if self.tolerant or self._meant(v):
            return not self.tolerant
        team, child = self.old.team_of.get(v.team), self.old.index.get(v.demand)
        return team is not None and child is not None and self._alone(self.old, team, child, d, v)

    def _meant(self, v: Visit) -> bool:
        """Is this a visit that is to be repaired, whether or not it could stand before?"""
        if self.concerned is None:
            return v.origin != "manual" and not self.firm(v)
        return self.concerned(v)

    def _whole_before(self, t: int, d: int, stops: list[Stop], alone: list[Stop]) -> bool:
        """May a cell that cannot be kept now be taken for one that could? `alone`: those of its visits that are left.
        An event that speaks of one of them speaks of the team."""
        if self.tolerant:
            return False
        if self.concerned is None:
            return all(self._meant(v) for _, v in stops) or self._kept_before(t, d, [v for _, v in stops])
        if any(self.concerned(v) and self._open(self.grid, t, c, d, v) for c, v in stops):
            return True
        team, day = self.problem.teams[t].id, self.problem.days[d].date
        whole = [v for v in self.plan.visits if (v.team, v.date) == (team, day)]
        return self._kept_before(t, d, whole) or self._kept_before(t, d, [v for _, v in alone])

    def _kept_before(self, t: int, d: int, visits: Iterable[Visit]) -> bool:
        """Could these visits of a cell stand together under the problem before?"""
        there = sorted((v for v in visits if v.demand in self.old.index), key=lambda v: v.start)
        known = [(self.old.index[v.demand], v) for v in there]
        return self._trips(self.old, t, d, known) is not None

    def _trips(self, grid: Grid, t: int, d: int, stops: list[Stop]) -> list[Trip] | None:
        """The trips of a cell with every visit at its minute, None where they cannot be or go beyond the limits of the
        team's day."""
        start = {c: v.start for c, v in stops}
        shifts = grid.shifts[t][d]
        rows: list[list[int]] = [[] for _ in shifts]
        for c, v in stops:
            k = next((k for k, (a, b) in enumerate(shifts) if a <= v.start < b), None)
            if k is None:
                return None
            rows[k].append(c)
        built = [
            build(grid, t, d, shift, tuple(seq), lambda c: ((start[c], start[c]),))
            for shift, seq in zip(shifts, rows, strict=True)
        ]
        trips = [x for x in built if x is not None]
        return trips if len(trips) == len(built) and within_limits(grid.problem.teams[t], trips) else None

    def _most(self, t: int, d: int, stops: list[Stop]) -> tuple[list[Stop], list[Stop]]:
        """(visits that can stand together, the others): the firm ones first, those of which an event speaks last."""
        kept: list[Stop] = []
        others: list[Stop] = []
        spoken = self.concerned or (lambda v: False)
        for x in sorted(stops, key=lambda x: (not self.firm(x[1]), spoken(x[1]), x[1].start)):
            trial = sorted([*kept, x], key=lambda x: x[1].start)
            if self._trips(self.grid, t, d, trial) is None:
                others.append(x)
            else:
                kept = trial
        return kept, others

    # --- going back -------------------------------------------------------------------------------------------------

    def mark(self) -> None:
        """Begin to remember, so that `rollback` can come back here."""
        self.state.mark()
        self._kept = {}

    def rollback(self) -> None:
        """Go back to the last mark."""
        self.state.undo()
        for c, (held, fixed) in (self._kept or {}).items():
            for d in self.held[c].keys() | held.keys():
                self.state.fixed.pop((c, d), None)
            self.held[c] = held
            self.state.fixed.update(fixed)
        self._kept = None

    def _remember(self, c: int) -> None:
        if self._kept is not None and c not in self._kept:
            fixed = {(c, d): self.state.fixed[c, d] for d in self.held[c] if (c, d) in self.state.fixed}
            self._kept[c] = dict(self.held[c]), fixed

    # --- changing ---------------------------------------------------------------------------------------------------

    def _caps(self) -> dict[int, list[tuple[int, frozenset[int], int]]]:
        """{demand with quotas: [(visits asked for, the period's days, most visits there)]}: as many as it asks for, or
        as it had already."""
        found: dict[int, list[tuple[int, frozenset[int], int]]] = {}
        for c, child in enumerate(self.problem.children):
            if child.quotas is None:
                continue
            had = [v.date for v in self.plan.visits if v.demand == child.id]
            outside = sum(not any(one.first <= day <= one.last for one in child.quotas) for day in had)
            self.most[c] = max(self.most[c] + outside, len(had))
            found[c] = [
                (
                    one.visits,
                    frozenset(i for day, i in self.day_of.items() if one.first <= day <= one.last),
                    max(one.visits, sum(one.first <= day <= one.last for day in had)),
                )
                for one in child.quotas
            ]
        return found

    def lacks(self, c: int) -> int:
        """Visits of demand c that are missing."""
        return missing_visits(self.problem, self.problem.children[c], self.held[c].values())

    def in_period(self, c: int, d: int) -> bool:
        """May demand c have one more visit in the period of day d? True for demands that count by the whole horizon."""
        if c not in self.caps:
            return True
        return any(d in days and len(days & self.held[c].keys()) < most for _, days, most in self.caps[c])

    def same_period(self, c: int, a: int, b: int) -> bool:
        """True where two days lie in one period of demand c, or it has no quotas."""
        return c not in self.caps or any(a in days and b in days for _, days, _ in self.caps[c])

    def owed(self, c: int) -> list[tuple[int, frozenset[int]]]:
        """[(visits missing, the period's days)] of a demand with quotas."""
        rows = ((asked - len(days & self.held[c].keys()), days) for asked, days, _ in self.caps[c])
        return [(n, days) for n, days in rows if n > 0]

    def room(self, c: int, d: int, t: int, ease: int = 0, beyond: bool = False) -> bool:
        """May demand c have one more visit on day d by team t as far as its other visits go? `ease`: days off the
        gap; `beyond`: also more than the period of that day asks for, to make up for another."""
        child, held = self.problem.children[c], self.held[c]
        gap = max(1, child.min_gap - ease)
        if len(held) >= self.most[c] or not (beyond or self.in_period(c, d)):
            return False
        if not held.keys().isdisjoint(self._beside(d, gap)):
            return False
        for s in self.grid.siblings[c]:
            if d in self.held[s]:
                both = child.shares_day and self.problem.children[s].shares_day
                if not both or self.held[s][d].team != self.problem.teams[t].id:
                    return False
        return True

    def _beside(self, d: int, gap: int) -> frozenset[int]:
        """Days less than `gap` days from day d, itself among them."""
        if (d, gap) not in self._near:
            at = self.grid.ordinals[d]
            self._near[d, gap] = frozenset(x for x, y in enumerate(self.grid.ordinals) if abs(at - y) < gap)
        return self._near[d, gap]

    def blocked(self, t: int, d: int) -> bool:
        """True where nothing may be changed: the past, dates that are not `live`, a shut cell, or one of a team that
        shares a teacher with it."""
        date = self.problem.days[d].date
        if date < self.since or (self.live is not None and not self.live[0] <= date <= self.live[1]):
            return True
        return bool(self.shut) and any((x, d) in self.shut for x in (t, *self.grid.rivals[t]))

    def price(self, c: int, t: int, d: int) -> int | None:
        """Extra minutes of travel for demand c with team t on day d, None where there is no room."""
        if self.blocked(t, d):
            return None
        found = self.state.price(c, t, d)
        return None if found is None else found[0]

    def add(self, c: int, t: int, d: int, origin: str) -> None:
        """Give demand c a visit by team t on day d; the caller has asked `price` and `room`. It may still slide until
        the plan is read off."""
        self._remember(c)
        self.state.insert(c, t, d)
        self.moved.add((t, d))
        child = self.problem.children[c]
        self.held[c][d] = Visit(
            child.id, child.person, self.problem.days[d].date, self.problem.teams[t].id, 0, 0, 0, False, origin
        )

    def take(self, c: int, d: int) -> tuple[Visit, list[Stop]]:
        """Take a visit off. Return it and the others that fall out with it, [(demand, Visit)]: without the triangle
        rule a trip can be late when a home is left out."""
        self._remember(c)
        visit = self.held[c].pop(d)
        self.state.fixed.pop((c, d), None)
        fallen = self.state.remove(c, self.grid.team_of[visit.team], d)
        for other in fallen:
            self._remember(other)
            self.state.fixed.pop((other, d), None)
        return visit, [(other, self.held[other].pop(d)) for other in fallen]

    def back(self, c: int, t: int, d: int, visit: Visit) -> bool:
        """Put a visit back to its minute. Return False where that is impossible now."""
        self._remember(c)
        self.state.fixed[c, d] = visit.start
        self.state.touch(t, d)
        if self.price(c, t, d) is None:
            del self.state.fixed[c, d]
            self.state.touch(t, d)
            return False
        self.state.insert(c, t, d)
        self.held[c][d] = visit
        return True

    def stands(self, c: int) -> list[tuple[int, Visit]]:
        """[(day, Visit)] of a demand with the times that the trips give."""
        timed = {(v.demand, v.date): v for v in self.visits()}
        return [(d, timed[v.demand, v.date]) for d, v in self.held[c].items()]

    def visits(self) -> tuple[Visit, ...]:
        """All visits, with the times that the trips give to what was added."""
        found = {(c, d): v for c, days in enumerate(self.held) for d, v in days.items()}
        for t, row in enumerate(self.state.cells):
            for d in range(len(row)):
                if (t, d) in self.moved:
                    for c, start, leg in self.state.starts(t, d):
                        v, long = found[c, d], self.problem.children[c].minutes
                        if v.end == 0 or v.start != start:
                            found[c, d] = Visit(
                                v.demand, v.child, v.date, v.team, start, start + long, leg, v.locked, v.origin
                            )
        return tuple(sorted(found.values(), key=lambda v: (v.date, v.team, v.start, v.demand)))
