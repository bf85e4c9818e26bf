"""Each function of the kernel, as plain Python, against the search that was written without a compiler in mind.

That the machine code does the same as this Python, bit for bit, says `test_searches.py`, over whole searches that call
every one of these functions.
"""

import random
from dataclasses import replace

import numpy as np
import pytest

from app.routing import trip as plain_trip
from app.routing.kernel.arrays import copy_of
from app.routing.kernel.layout import CHANGED, LONGEST, NEVER, SUBSTITUTED, TRAVELLED
from app.routing.problem import HalfDay, Weights
from app.routing.search import Search
from app.routing.state import State
from benchmarks.variety import problem as any_problem
from tests.routing.plainly import plain_kernel
from tests.routing.samples import (
    AFTERNOON,
    ALL_DAY,
    MORNING,
    always,
    child,
    problem,
    random_problem,
    rich_problem,
    road,
    team,
)
from tests.routing.works import laid, work_on

SEEDS = range(6)


@pytest.fixture(scope="module")
def kernel():
    return plain_kernel()


def district(seed):
    """A problem without fixed visits, loads not counted: the plain search rounds what they cost."""
    told = rich_problem(seed) if seed % 2 else random_problem(seed, 7, 3)
    return replace(told, locks=(), substitutes=False, weights=Weights(fairness=0))


class Pair:
    """The plain search and the kernel's arrays of one problem, some demands placed at random, the same in both."""

    def __init__(self, kernel, told, seed, placed=1.0):
        self.kernel, self.rng = kernel, random.Random(seed)
        self.grid, self.case = laid(told)
        self.plain, self.work = Search(self.grid, seed), work_on(self.case)
        self.given, self.plan = self.work.given, self.work.plan
        kernel.journal.begin(self.work)
        for c in self.rng.sample(self.plain.candidates, len(self.plain.candidates)):
            if self.rng.random() < placed:
                self.place(c)

    def numbers(self, c):
        """(able number, team) of all that may come to demand c."""
        return [(a, int(self.given.able[a])) for a in range(self.given.able_at[c], self.given.able_at[c + 1])]

    def place(self, c):
        choice = self.rng.sample(self.numbers(c), len(self.numbers(c)))
        for a, t in choice:
            prices = self.plain._prices(c, t, self.plain._busy(c))
            for p, (days, _) in enumerate(self.plain.patterns[c]):
                if all(d in prices for d in days):
                    self.plain.take(c, t, p)
                    self.kernel.moves.take(self.work, c, a, int(self.given.pat_at[c]) + p, -1)
                    return

    def trips(self, t, d):
        """The kernel's trips of a team's day, as the plain state has them."""
        rows = range(self.given.slot_at[t, d], self.given.slot_at[t, d + 1])
        return [tuple(self.plan.seq[r, : self.plan.size[r]].tolist()) for r in rows]

    def assert_same(self):
        for t, row in enumerate(self.plain.state.cells):
            for d, trips in enumerate(row):
                assert self.trips(t, d) == [x.seq for x in trips]
        assert self.plan.load.tolist() == self.plain.state.loads
        assert self.plan.totals[TRAVELLED] == self.plain.state.travel
        assert self.plan.missing.tolist() == self.plain.missing
        assert self.kernel.costs.cost_of(self.given, self.plan, self.work.w) == self.plain.cost()


def test_rolls_are_those_of_xorshift_and_stay_below(kernel):
    rng, mask = np.array([7, 11], dtype=np.uint64), 2**64 - 1
    x, y = 7, 11
    with np.errstate(over="ignore"):
        for _ in range(200):
            x ^= x << 23 & mask
            x ^= x >> 17
            x, y = y, x ^ y ^ y >> 26
            assert kernel.chance.roll(rng) == ((x + y & mask) >> 11) / 2**53
        assert {kernel.chance.below(rng, 3) for _ in range(60)} == {0, 1, 2}


@pytest.mark.parametrize("seed", SEEDS)
def test_costs_are_the_plain_searchs(kernel, seed):
    told = replace(district(seed), weights=Weights())
    pair = Pair(kernel, told, seed)
    costs, given, plan, w = kernel.costs, pair.given, pair.plan, pair.work.w
    for t in range(given.teams):
        assert int(costs.unfair(w, t, int(plan.load[t]))) == pair.plain._unfair(t)
    for c, patterns in enumerate(pair.plain.patterns):
        for _, t in pair.numbers(c):
            for p in range(len(patterns)):
                assert costs.change_cost(given, w, c, t, given.pat_at[c] + p) == pair.plain._change(c, t, p)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_teams_weeks_cost_and_who_is_left_out_is_the_whole(kernel, seed):
    pair = Pair(kernel, replace(district(seed), weights=Weights(partial=0)), seed, placed=0.7)
    given, plan, costs = pair.given, pair.plan, np.zeros(pair.given.teams)
    kernel.costs.week_costs(given, plan, pair.work.w, costs)
    out = sum(pair.work.w.unserved * given.priority[c] * given.asked[c] for c in np.flatnonzero(plan.pattern < 0))
    assert sum(costs) + out == pytest.approx(kernel.costs.cost_of(given, plan, pair.work.w))


@pytest.mark.parametrize("seed", SEEDS)
def test_first_and_last_starts_are_the_plain_ones(kernel, seed):
    grid, case = laid(rich_problem(seed))
    for c, row in enumerate(grid.windows):
        for d, windows in enumerate(row):
            for moment in range(400, 1100, 35):
                first = plain_trip.earliest(windows, moment)
                assert kernel.trips.earliest(case.given, c, d, moment) == (-1 if first is None else first)
                last = plain_trip.latest(windows, moment)
                assert max(-1, kernel.trips.latest(case.given, c, d, moment)) == last


@pytest.mark.parametrize("number", [2, 5, 8, 13, 21, 34])
def test_timing_and_prices_of_trips_are_the_plain_ones(kernel, number):
    grid, case = laid(any_problem(number))
    work, rng, state = work_on(case), random.Random(number), State(grid)
    given, plan = work.given, work.plan
    for r in range(given.slots):
        t, d = int(given.slot_team[r]), int(given.slot_day[r])
        shift, windows = (int(given.slot_start[r]), int(given.slot_end[r])), state.windows(d)
        free = [c for c in range(given.kids) if grid.windows[c][d]]
        for _ in range(6):
            seq = tuple(rng.sample(free, rng.randint(0, min(3, len(free)))))
            plan.seq[r, : len(seq)], plan.size[r] = seq, len(seq)
            trip = plain_trip.build(grid, t, d, shift, seq, windows)
            assert kernel.trips.time_trip(given, plan, r, r) == (trip is not None)
            if trip is None:
                continue
            assert (plan.away[r], plan.driven[r]) == (trip.away, trip.travel)
            assert (tuple(plan.ends[r, : len(seq)]), tuple(plan.lates[r, : len(seq)])) == (trip.ends, trip.lates)
            for c in set(free) - set(seq):
                found = plain_trip.insertion(grid, t, d, shift, trip, c, 240, windows)
                extra, pos = kernel.trips.price_slot(work, c, r, r, d, t, 240, NEVER)
                assert (extra, pos) == (found or (NEVER, 0))
        plan.size[r] = 0
        kernel.trips.time_trip(given, plan, r, r)


def test_two_trips_are_laid_together_in_the_order_of_the_day(kernel):
    _, case = laid(problem([team(shifts=always(MORNING, AFTERNOON))], [child(f"C{i}") for i in range(4)]))
    plan = case.blank()
    plan.seq[0, :2], plan.seq[1, :1], plan.size[:2] = (2, 3), (1,), (2, 1)
    tried = case.given.slots
    for x, r in ((0, 1), (1, 0)):
        assert kernel.trips.lay_together(plan, x, r, tried)
        assert plan.seq[tried, : plan.size[tried]].tolist() == [2, 3, 1]
    assert kernel.trips.lay_together(plan, 0, 1, 1)
    assert plan.seq[1, : plan.size[1]].tolist() == [2, 3, 1]
    plan.size[0] = LONGEST
    assert not kernel.trips.lay_together(plan, 0, 1, tried)


@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_out_with_another_team_and_the_price_of_a_day(kernel, seed):
    pair = Pair(kernel, district(seed), seed, placed=0.6)
    for r in range(pair.given.slots):
        t, d = int(pair.given.slot_team[r]), int(pair.given.slot_day[r])
        shift = int(pair.given.slot_start[r]), int(pair.given.slot_end[r])
        assert kernel.trips.taken(pair.given, pair.plan, r) == pair.plain.state.taken(t, d, shift)
    for c in range(pair.given.kids):
        busy = pair.plain._busy(c)
        kernel.places.busy_days(pair.work, c)
        free = {d: t for d, t in enumerate(pair.work.memo.taken_by.tolist()) if t != kernel.places.FREE}
        assert free == {d: kernel.places.NOBODY if t is None else t for d, t in busy.items()}
        for a, t in pair.numbers(c) if pair.plan.pattern[c] < 0 else ():
            into = np.full(pair.given.days, NEVER, dtype=np.int32)
            count = kernel.places.day_prices(pair.work, c, a, bool(busy), into)
            found = {d: int(x) for d, x in enumerate(into) if x < NEVER}
            assert found == pair.plain._prices(c, t, busy) and count == len(found)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_put_in_taken_out_and_taken_back_leaves_both_the_same(kernel, seed):
    pair = Pair(kernel, district(seed), seed)
    pair.assert_same()
    before, out = copy_of(pair.plan), np.zeros(4 * pair.given.kids + 8, dtype=np.int32)
    kernel.journal.begin(pair.work)
    pair.plain.state.mark()
    kept = pair.plain.chosen[:], pair.plain.missing[:]
    served = [c for c in range(pair.given.kids) if pair.plan.pattern[c] >= 0]
    for c in pair.rng.sample(served, min(3, len(served))):
        gone = out[: kernel.moves.drop(pair.work, c, out, 0)].tolist()
        assert sorted(gone) == sorted(pair.plain.drop(c))
        pair.assert_same()
        for x in gone:
            pair.place(x)
        pair.assert_same()
    kernel.journal.undo(pair.work)
    pair.plain.state.undo()
    pair.plain.chosen, pair.plain.missing = kept
    pair.assert_same()
    for name in ("version", "load", "totals", "team", "pattern", "missing"):
        assert (getattr(pair.plan, name) == getattr(before, name)).all(), name


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_place_is_the_plain_searchs(kernel, seed):
    pair = Pair(kernel, district(seed), seed, placed=0.5)
    for c in pair.plain.candidates:
        if pair.plan.pattern[c] < 0:
            assert kernel.places.place(pair.work, c, 0.0) == pair.plain.place(c)
            pair.assert_same()


@pytest.mark.parametrize("seed", SEEDS)
def test_books_made_anew_are_those_kept_along(kernel, seed):
    pair = Pair(kernel, district(seed), seed)
    again = copy_of(pair.plan)
    again.load[:] = again.totals[:] = again.missing[:] = 0
    assert kernel.books.rebuild(pair.given, again, pair.work.w)
    assert all((getattr(again, x) == getattr(pair.plan, x)).all() for x in ("load", "totals", "missing"))
    served = np.flatnonzero(pair.plan.size[: pair.given.slots])
    if len(served):
        again.size[served[0]] = 0
        pair.given.cap[:] = -1
        assert not kernel.books.rebuild(pair.given, again, pair.work.w)


def test_prices_are_kept_until_somebody_touches_the_day(kernel):
    crews = [team("T1", teachers=("a",)), team("T2", teachers=("a", "b")), team("T3", teachers=("c",))]
    _, case = laid(problem(crews, [child(), child("C2", place="2")], road(0, 20, 30)))
    work = work_on(case)
    kernel.journal.begin(work)
    assert kernel.moves.price(work, 0, 0, 1) == 40
    work.memo.price[0, 1] = 7
    assert kernel.moves.price(work, 0, 0, 1) == 7
    before = work.plan.version.copy()
    kernel.journal.touch(work, 1, 1)
    assert np.argwhere(work.plan.version != before).tolist() == [[0, 1], [1, 1]]
    assert kernel.moves.price(work, 0, 0, 1) == 40


def test_a_substitute_comes_only_on_days_on_which_the_team_cannot(kernel):
    kid = child("A", place="1", visits=2, min_gap=2, windows={0: (MORNING,), 2: (AFTERNOON,)})
    early, late = team("M", shifts={0: (HalfDay(480, 750),)}), team("N", shifts={2: (HalfDay(700, 1050),)})
    grid, case = laid(replace(problem([early, late], [kid], road(0, 20)), substitutes=True))
    work = work_on(case)
    kernel.journal.begin(work)
    assert kernel.places.place(work, 0, 0.0)
    days = list(case.patterns[0][work.plan.pattern[0] - work.given.pat_at[0]][0])
    assert [grid.days[d].acts_as for d in days] == [0, 2]
    assert work.plan.giver[0, :2].tolist() == [0, 1] and work.plan.totals[SUBSTITUTED] == 1
    assert work.plan.totals[CHANGED] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_every_ruin_takes_different_served_demands_and_no_more_than_asked(kernel, seed):
    pair = Pair(kernel, district(seed), seed)
    work, ruins = pair.work, kernel.searcher
    candidates = np.array(pair.plain.candidates, dtype=np.int32)
    served = set(np.flatnonzero(pair.plan.pattern >= 0).tolist())
    kinds = [ruins._near_served, ruins._team_weeks, ruins._strings]
    with np.errstate(over="ignore"):
        for c in sorted(served):
            for size in (1, 3):
                found = [lambda picks, f=f: f(work, c, size, picks) for f in kinds]  # noqa: B023  called at once
                found.append(lambda picks: ruins._anyone(work, candidates, size, picks))  # noqa: B023
                for ruin in found:
                    picks = np.full(40, -1, dtype=np.int32)
                    taken = picks[: ruin(picks)].tolist()
                    assert len(taken) == len(set(taken)) <= size and set(taken) <= served
    for c in served:
        pattern = pair.case.patterns[c][pair.plan.pattern[c] - pair.given.pat_at[c]][0]
        for d in range(pair.given.days):
            giver = ruins._giver_on(pair.given, pair.plan, c, d)
            assert giver == (pair.plan.team[c] if d in pattern else -1)


def test_a_former_plan_is_repeated_where_it_fits(kernel):
    pair = Pair(kernel, district(2), 2)
    kids = np.flatnonzero(pair.plan.pattern >= 0).astype(np.int32)
    able = np.array([next(a for a, t in pair.numbers(c) if t == pair.plan.team[c]) for c in kids], dtype=np.int32)
    fresh = work_on(pair.case)
    kernel.places.repeat(fresh, kids, able, pair.plan.pattern[kids])
    assert len(kids) > 2 and (fresh.plan.pattern[kids] >= 0).sum() > len(kids) // 2
    kept = fresh.plan.pattern >= 0
    assert (fresh.plan.pattern[kept] == pair.plan.pattern[kept]).all()
    assert (fresh.plan.team[kept] == pair.plan.team[kept]).all()


@pytest.mark.parametrize("share", ["shuffled", "longest_first", "fewest_options_first", "farthest_first", "nearest"])
def test_demands_are_put_back_in_the_order_that_was_drawn(kernel, share):
    kids = [
        child(f"C{i}", place=str(i), visits=1 + i % 3, windows=always(ALL_DAY, days=range(1 + i))) for i in range(5)
    ]
    _, case = laid(problem([team()], kids, road(0, 40, 10, 30, 20)))
    only = dict.fromkeys(("shuffled", "longest_first", "fewest_options_first", "farthest_first"), 0.0)
    work = replace(work_on(case), tuning=replace(case.tuning, **only | ({share: 1.0} if share in only else {})))
    given, out, keys = work.given, np.arange(5, dtype=np.int32), np.zeros(5)
    with np.errstate(over="ignore"):
        kernel.searcher._sort(work, out, 5, keys)
    key = {
        "longest_first": lambda c: -given.minutes[c] * given.asked[c],
        "fewest_options_first": lambda c: given.day_at[c + 1] - given.day_at[c],
        "farthest_first": lambda c: -given.far[c],
        "nearest": lambda c: given.far[c],
    }.get(share, lambda c: 0)
    assert [key(c) for c in out] == sorted(key(c) for c in range(5)) and sorted(out) == list(range(5))
