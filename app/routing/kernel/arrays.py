"""From a grid to the flat arrays of `layout`, and what is read back from them."""

from itertools import accumulate

import numpy as np

from app.routing.grid import day_patterns
from app.routing.kernel import layout as at
from app.routing.problem import in_afternoon

NEIGHBOURS = 80  # kept for each demand


class Case:
    """A grid laid out for searching. `g` the constant array, `sizes` how many numbers each part of it has, of a
    timetable and of a memory."""

    def __init__(self, grid, asked, before):
        self.grid, self.asked = grid, np.array(asked, dtype=np.int32)
        self.patterns = [patterns_of(grid, c) for c in range(len(grid.home))]
        arrays = _arrays(grid, self.patterns, asked, before)
        counts = {name: arrays.pop(name) for name in ("DAYS", "PLACES", "KIDS", "TEAMS", "SLOTS", "NEAREST", "WIDEST")}
        header = np.zeros(at.HEADER, dtype=np.int32)
        for name, number in counts.items():
            header[getattr(at, name)] = number
        where = at.HEADER
        for name, values in arrays.items():
            header[getattr(at, name)] = where
            where += len(values)
        of_state, of_memory = _state_sizes(counts), _memory_sizes(counts, len(arrays["ABLE"]))
        self.size_of_state, self.size_of_memory = _lay(header, of_state), _lay(header, of_memory)
        self.sizes = {name: len(values) for name, values in arrays.items()} | of_state | of_memory
        self.g = np.concatenate([header, *arrays.values()]).astype(np.int32)

    def part(self, state, name, length, width=None):
        """The numbers of one array of a state as a view, shape (length,) or (length, width)."""
        start = self.g[getattr(at, name)]
        found = state[start : start + length * (width or 1)]
        return found if width is None else found.reshape(length, width)

    def blank(self):
        """A timetable with nothing in it."""
        g, state = self.g, np.zeros(self.size_of_state, dtype=np.int32)
        kids, cells = g[at.KIDS], g[at.TEAMS] * g[at.DAYS]
        self.part(state, "TEAM", kids)[:] = -1
        self.part(state, "PATTERN", kids)[:] = -1
        self.part(state, "GIVER", kids, g[at.WIDEST])[:] = -1
        self.part(state, "MISSING", kids)[:] = self.asked
        weights = [c.priority for c in self.grid.problem.children]
        self.part(state, "TOTALS", 4)[at.WEIGHTED] = int((self.asked * np.array(weights, dtype=np.int32)).sum())
        self.part(state, "VERSION", cells)[:] = np.arange(1, cells + 1)
        self.part(state, "CLOCK", 1)[:] = cells + 1
        return state

    def memory(self):
        """A fresh memory for one search."""
        found = np.zeros(self.size_of_memory, dtype=np.int32)
        self.part(found, "MARK", 1)[:] = 1
        return found


def patterns_of(grid, c):
    """Day patterns of a demand, [(day indices, visits missing)], full ones first."""
    usable = [d for d in range(len(grid.days)) if grid.windows[c][d]]
    return day_patterns(grid.problem.children[c], grid.days, usable, grid.problem.repeats) if grid.days else []


def slot_of_day(grid, d):
    """(week, weekday) of a template day."""
    day = grid.days[d]
    return (day.date - grid.days[0].date).days // 7, day.acts_as


def _arrays(grid, patterns, asked, before):
    problem, days = grid.problem, len(grid.days)
    kids, teams = problem.children, problem.teams
    halves = [np.array(half, dtype=np.int32) for half in grid.halves()]
    least = np.array(grid.least, dtype=np.int32)
    breaks = [grid.break_of(t, d, (a, b)) for t, row in enumerate(grid.shifts) for d, s in enumerate(row) for a, b in s]
    slots = [(t, d, a, b) for t, row in enumerate(grid.shifts) for d, s in enumerate(row) for a, b in s]
    every = [p for ps in patterns for p, _ in ps]
    windows = [grid.windows[c][d] for c in range(len(kids)) for d in range(days)]
    near = _near(least, _ints(grid.home))
    found = {
        "DAYS": days,
        "PLACES": len(least),
        "KIDS": len(kids),
        "TEAMS": len(teams),
        "SLOTS": len(slots),
        "NEAREST": near.shape[1],
        "WIDEST": max((len(p) for p in every), default=1),
        "LEGS": np.concatenate([half.reshape(-1) for half in halves]),
        "HOME": _ints(grid.home),
        "MINUTES": _ints(grid.minutes),
        "PRIORITY": _ints(c.priority for c in kids),
        "ASKED": _ints(asked),
        "BEFORE": _ints(grid.team_of.get(team, -1) for team, _ in before),
        "SHARES": _ints(c.shares_day for c in kids),
        "DISLIKED": _ints((c.disliked or {}).get(t.id, 0) for c in kids for t in teams),
        "FAR": _ints(
            min((least[grid.school[t]][h] for t in able), default=0)
            for h, able in zip(grid.home, grid.able, strict=True)
        ),
        "PAT_AT": _starts(patterns),
        "PAT_MISSING": _ints(m for ps in patterns for _, m in ps),
        "PAT_CHANGE": _ints(
            _changes(grid, p, had) for ps, (_, had) in zip(patterns, before, strict=True) for p, _ in ps
        ),
        "NEAR": near.reshape(-1),
        "SCHOOL": _ints(grid.school),
        "CAP": _ints(t.cap_day for t in teams),
        "MOST": _ints(_limit(t.max_visits) for t in teams),
        "DRIVING": _ints(_limit(t.max_travel) for t in teams),
        "ONE": _ints(t.one_trip for t in teams),
        "WIN_AT": _starts(windows),
        "WIN_FIRST": _ints(a for row in windows for a, _ in row),
        "WIN_LAST": _ints(b for row in windows for _, b in row),
        "SLOT_AT": _starts([s for row in grid.shifts for s in row]),
        "SLOT_CELL": _ints(t * days + d for t, d, _, _ in slots),
        "SLOT_START": _ints(a for _, _, a, _ in slots),
        "SLOT_END": _ints(b for _, _, _, b in slots),
        "SLOT_LEGS": _ints(least.size * in_afternoon(a) * (len(halves) > 1) for _, _, a, _ in slots),
    }
    found |= {
        name: _ints(rest[i] for rest in breaks) for i, name in enumerate(("BREAK", "BREAK_FROM", "BREAK_TO"))
    }
    lists = {
        "ABLE": grid.able,
        "PAT_DAY": every,
        "DAY": [sorted({d for p, _ in ps for d in p}) for ps in patterns],
        "SIB": grid.siblings,
        "RCELL": [[u * days + d for u in rivals] for rivals in grid.rivals for d in range(days)],
        "RIVAL": _rival_slots(grid, slots),
    }
    for name, rows in lists.items():
        found[f"{name}_AT"] = _starts(rows)
        found["DAY_OF" if name == "DAY" else name] = _ints(x for row in rows for x in row)
    return found


def _state_sizes(n):
    slots, kids, cells = n["SLOTS"] + at.SPARE, n["KIDS"], n["TEAMS"] * n["DAYS"]
    return {
        "SEQ": slots * at.LONGEST,
        "SIZE": slots,
        "ENDS": slots * at.LONGEST,
        "LATES": slots * at.LONGEST,
        "AWAY": slots,
        "DRIVEN": slots,
        "SERVED": slots,
        "VERSION": cells,
        "LOAD": n["TEAMS"],
        "TEAM": kids,
        "PATTERN": kids,
        "MISSING": kids,
        "GIVER": kids * n["WIDEST"],
        "TOTALS": 4,
        "CLOCK": 1,
    }


def _memory_sizes(n, able):
    pairs, days = able * n["DAYS"], n["DAYS"] + 1
    found = dict.fromkeys(("SEEN", "PRICE", "PLACE_SLOT", "PLACE_POS", "PLACE_FROM", "PLACE_TO"), pairs)
    found |= dict.fromkeys(("SLOT_SEEN", "MARKED_SLOTS"), n["SLOTS"])
    found |= dict.fromkeys(("CELL_SEEN", "MARKED_CELLS", "CELL_WAS"), n["TEAMS"] * n["DAYS"])
    found |= dict.fromkeys(("KID_SEEN", "MARKED_KIDS"), n["KIDS"])
    found |= {"COUNTS": 3, "MARK": 1, "ROW": at.LONGEST + 2, "STACK": n["KIDS"] * (n["WIDEST"] + 2) + 1}
    found |= {"TEAM_SEEN": n["TEAMS"], "ROUND": 1}
    return found | dict.fromkeys(("PRICES", "OTHERS", "TAKEN_BY"), days)


def _lay(header, sizes):
    where = 0
    for name, size in sizes.items():
        header[getattr(at, name)] = where
        where += size
    return where


def _ints(values):
    return np.array(list(values), dtype=np.int32)


def _starts(rows):
    return np.array([0, *accumulate(len(r) for r in rows)], dtype=np.int32)


def _limit(value):
    return at.NO_LIMIT if value is None else value


def _changes(grid, days, days_before):
    return 0 if days_before is None else len({slot_of_day(grid, d) for d in days} - days_before)


def _near(legs, home):
    if not len(home):
        return np.zeros((0, 0), dtype=np.int32)
    apart = legs[np.ix_(home, home)].astype(np.int64)
    order = np.argsort(apart + apart.T, axis=1, kind="stable")
    return np.ascontiguousarray(order[:, :NEIGHBOURS], dtype=np.int32)


def _rival_slots(grid, slots):
    by_cell = {}
    for r, (t, d, _, _) in enumerate(slots):
        by_cell.setdefault((t, d), []).append(r)
    return [
        [x for u in grid.rivals[t] for x in by_cell.get((u, d), ()) if slots[x][2] < b and a < slots[x][3]]
        for t, d, a, b in slots
    ]
