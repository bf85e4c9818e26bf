"""From a grid to the arrays of `layout`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np

from app.routing.grid import Former, Grid, Patterns, day_patterns
from app.routing.kernel.layout import LONGEST, NO_LIMIT, SPARE, WEIGHTED, Given, Memory, Timetable
from app.routing.problem import in_afternoon
from app.routing.records import Ints
from app.routing.tuning import TUNING, Tuning

Slots = list[tuple[int, int, int, int]]  # team, day, start, end
Kept = TypeVar("Kept", Timetable, Memory)


class Case:
    """A grid laid out for searching. `given` what never changes; `asked` (kids,) visits asked in the template;
    `patterns` by demand, [(day indices, visits missing)]."""

    def __init__(self, grid: Grid, asked: Sequence[int], before: Sequence[Former], tuning: Tuning = TUNING):
        self.tuning = tuning
        self.grid, self.asked = grid, np.array(asked, dtype=np.int32)
        self.patterns = [patterns_of(grid, c) for c in range(len(grid.home))]
        self.given = _given(grid, self.patterns, self.asked, before, tuning.neighbours)
        self.widest = max((len(p) for ps in self.patterns for p, _ in ps), default=1)

    def blank(self) -> Timetable:
        """A timetable with nothing in it."""
        n, rows = self.given, self.given.slots + SPARE
        trips = dict.fromkeys(("seq", "ends", "lates"), (rows, LONGEST))
        kids = dict.fromkeys(("team", "pattern", "missing"), (n.kids,))
        sums = dict.fromkeys(("size", "away", "driven", "served"), (rows,))
        found = _lay(Timetable, {
            **trips, **kids, **sums, "version": (n.teams, n.days), "load": (n.teams,), "giver": (n.kids, self.widest),
            "totals": (4,), "clock": (1,),
        })  # fmt: skip
        found.team[:] = found.pattern[:] = found.giver[:] = -1
        found.missing[:] = self.asked
        found.totals[WEIGHTED] = int((self.asked * n.priority).sum())
        renumber(found)
        return found

    def memory(self) -> Memory:
        """A fresh memory for one search."""
        n, cells = self.given, (self.given.teams, self.given.days)
        prices = dict.fromkeys(
            ("seen", "price", "place_slot", "place_pos", "place_from", "place_to"), (len(n.able), n.days)
        )
        days = dict.fromkeys(("prices", "others", "taken_by"), (n.days,))
        found = _lay(Memory, {
            **prices, **days, "mark": (1,), "counts": (3,), "slot_seen": (n.slots,), "marked_slots": (n.slots,),
            "cell_seen": cells, "marked_cells": (n.teams * n.days, 3), "kid_seen": (n.kids,),
            "marked_kids": (n.kids,), "row": (LONGEST + 2,), "stack": (n.kids * (self.widest + 2) + 1,),
            "team_seen": (n.teams,), "round": (1,),
        })  # fmt: skip
        found.mark[0] = 1
        return found


def copy_of(kept: Kept) -> Kept:
    """Another one with the same numbers."""
    found = _lay(type(kept), {name: getattr(kept, name).shape for name in _parts(type(kept))})
    found.whole[:] = kept.whole
    return found


def renumber(plan: Timetable) -> None:
    """Give all days of a timetable new versions, so that no price kept by another memory is believed."""
    cells = plan.version.size
    plan.version[:] = np.arange(1, cells + 1).reshape(plan.version.shape)
    plan.clock[0] = cells + 1


def patterns_of(grid: Grid, c: int) -> Patterns:
    """Day patterns of a demand, [(day indices, visits missing)], full ones first."""
    usable = [d for d in range(len(grid.days)) if grid.windows[c][d]]
    return day_patterns(grid.problem.children[c], grid.days, usable, grid.problem.repeats) if grid.days else []


def slot_of_day(grid: Grid, d: int) -> tuple[int, int | None]:
    """(week, weekday) of a template day."""
    day = grid.days[d]
    return (day.date - grid.days[0].date).days // 7, day.acts_as


def _lay(kind: type[Kept], shapes: Mapping[str, tuple[int, ...]]) -> Kept:
    """A record of zeros, its arrays one behind the other in its `whole`."""
    order = _parts(kind)
    sizes = [int(np.prod(shapes[name])) for name in order]
    whole = np.zeros(sum(sizes), dtype=np.int32)
    parts = np.split(whole, list(accumulate(sizes))[:-1])
    return kind(**{name: x.reshape(shapes[name]) for name, x in zip(order, parts, strict=True)}, whole=whole)


def _parts(kind: type[Kept]) -> list[str]:
    return [f.name for f in fields(kind) if f.name != "whole"]


def _given(grid: Grid, patterns: Sequence[Patterns], asked: Ints, before: Sequence[Former], neighbours: int) -> Given:
    days, kids, teams = len(grid.days), grid.problem.children, grid.problem.teams
    slots = [(t, d, a, b) for t, row in enumerate(grid.shifts) for d, s in enumerate(row) for a, b in s]
    halves = grid.halves()
    return Given(
        days=days,
        kids=len(kids),
        teams=len(teams),
        slots=len(slots),
        legs=_ints(halves),
        asked=asked,
        **_of_demands(grid, before, neighbours),
        **_of_patterns(grid, patterns, before),
        **_of_teams(grid),
        **_of_slots(grid, slots, len(halves)),
    )


def _of_demands(grid: Grid, before: Sequence[Former], neighbours: int) -> dict[str, Ints]:
    days, kids, teams = len(grid.days), grid.problem.children, grid.problem.teams
    least = np.array(grid.least, dtype=np.int32)
    windows = [grid.windows[c][d] for c in range(len(kids)) for d in range(days)]
    far = [
        min((least[grid.school[t]][h] for t in able), default=0) for h, able in zip(grid.home, grid.able, strict=True)
    ]
    return {
        "home": _ints(grid.home),
        "minutes": _ints(grid.minutes),
        "priority": _ints(c.priority for c in kids),
        "before": _ints(grid.team_of.get(team, -1) for team, _ in before),
        "shares": _ints(c.shares_day for c in kids),
        "far": _ints(far),
        "disliked": _ints((c.disliked or {}).get(t.id, 0) for c in kids for t in teams).reshape(len(kids), len(teams)),
        "near": _near(least, _ints(grid.home), neighbours),
        "win_at": _starts_by_day(windows, len(kids), days),
        "win_first": _ints(a for row in windows for a, _ in row),
        "win_last": _ints(b for row in windows for _, b in row),
        **_lists("able", grid.able),
        **_lists("sib", grid.siblings),
    }


def _of_patterns(grid: Grid, patterns: Sequence[Patterns], before: Sequence[Former]) -> dict[str, Ints]:
    changes = [_changes(grid, p, had) for ps, (_, had) in zip(patterns, before, strict=True) for p, _ in ps]
    days = [sorted({d for p, _ in ps for d in p}) for ps in patterns]
    return {
        "pat_at": _starts(patterns),
        "pat_missing": _ints(m for ps in patterns for _, m in ps),
        "pat_change": _ints(changes),
        **_lists("pat_day", [p for ps in patterns for p, _ in ps]),
        "day_at": _starts(days),
        "day_of": _ints(d for row in days for d in row),
    }


def _of_teams(grid: Grid) -> dict[str, Ints]:
    teams, days = grid.problem.teams, len(grid.days)
    return {
        "school": _ints(grid.school),
        "cap": _ints(t.cap_day for t in teams),
        "most": _ints(_limit(t.max_visits) for t in teams),
        "driving": _ints(_limit(t.max_travel) for t in teams),
        "one": _ints(t.one_trip for t in teams),
        "slot_at": _starts_by_day([s for row in grid.shifts for s in row], len(teams), days),
        **_lists("rival", grid.rivals),
    }


def _of_slots(grid: Grid, slots: Slots, halves: int) -> dict[str, Ints]:
    breaks = [grid.break_of(t, d, (a, b)) for t, d, a, b in slots]
    return {
        "slot_team": _ints(t for t, _, _, _ in slots),
        "slot_day": _ints(d for _, d, _, _ in slots),
        "slot_start": _ints(a for _, _, a, _ in slots),
        "slot_end": _ints(b for _, _, _, b in slots),
        "slot_half": _ints(in_afternoon(a) and halves > 1 for _, _, a, _ in slots),
        "rest": _ints(long for long, _, _ in breaks),
        "rest_from": _ints(first for _, first, _ in breaks),
        "rest_to": _ints(last for _, _, last in breaks),
        **_lists("clash", _clashes(grid, slots)),
    }


def _ints(values: Iterable[Any]) -> Ints:
    return np.array(list(values), dtype=np.int32)


def _starts(rows: Iterable[Sequence[Any]]) -> Ints:
    return np.array([0, *accumulate(len(r) for r in rows)], dtype=np.int32)


def _starts_by_day(rows: Sequence[Sequence[Any]], items: int, days: int) -> Ints:
    """(items, days + 1): where the list of an item and a day begins; the last of a row is where the next row begins."""
    starts, each = _starts(rows), np.arange(items)[:, None] * days + np.arange(days + 1)
    return np.ascontiguousarray(starts[each])


def _lists(name: str, rows: Sequence[Sequence[int]]) -> dict[str, Ints]:
    return {f"{name}_at": _starts(rows), name: _ints(x for row in rows for x in row)}


def _limit(value: int | None) -> int:
    return NO_LIMIT if value is None else value


def _changes(grid: Grid, days: Iterable[int], days_before: frozenset[tuple[int, int]] | None) -> int:
    return 0 if days_before is None else len({slot_of_day(grid, d) for d in days} - days_before)


def _near(legs: Ints, home: Ints, kept: int) -> Ints:
    if not len(home):
        return np.zeros((0, 0), dtype=np.int32)
    apart = legs[np.ix_(home, home)].astype(np.int64)
    order = np.argsort(apart + apart.T, axis=1, kind="stable")
    return np.ascontiguousarray(order[:, :kept], dtype=np.int32)


def _clashes(grid: Grid, slots: Slots) -> list[list[int]]:
    by_cell: dict[tuple[int, int], list[int]] = {}
    for r, (t, d, _, _) in enumerate(slots):
        by_cell.setdefault((t, d), []).append(r)
    return [
        [x for u in grid.rivals[t] for x in by_cell.get((u, d), ()) if slots[x][2] < b and a < slots[x][3]]
        for t, d, a, b in slots
    ]
