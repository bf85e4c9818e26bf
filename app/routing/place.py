"""Giving one demand all its visits in a dated plan without moving anybody else."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.routing.board import Board
from app.routing.change import with_visits
from app.routing.grid import day_patterns, template_days, template_weeks
from app.routing.problem import Day, Plan, Problem, TemplateVisit, monday
from app.routing.relaxations import relaxations
from app.routing.template import template_of


class _Choice(NamedTuple):
    """A team and weekdays for a demand. `rank`: (-visits, cost); `days` of the horizon on which the pattern stands,
    `dates` those of every day of the template."""

    rank: tuple[int, int]
    team: int
    days: list[int]
    pattern: tuple[int, ...]
    dates: list[list[int]]


def insert_demand(
    problem: Problem, plan: Plan, demand: str, *, team: str | None = None, board: Board | None = None
) -> Plan:
    """Return the plan with as many visits of `demand` as fit in beside the others, which all keep team and day; their
    times may slide within their windows.

    Single visits that are missing are made up in the same week or the next. Where that is not enough, the demand's own
    visits are placed anew, by one team (`team`, or any that may) on the same weekdays every period. The plan comes back
    unchanged where that gives no more visits than it had. Use it after `apply_remedy`. Raises LookupError for an
    unknown demand.
    """
    board = board or Board(problem, plan, fixed=False)
    if demand not in board.grid.index:
        raise LookupError(f"no demand {demand}")
    c = board.grid.index[demand]
    lacked = board.lacks(c)
    if team is None and board.held[c] and _made_up(board, c):
        return read_off(problem, plan, board)
    crews = None if team is None else [board.grid.team_of[team]]
    for d in [d for d, v in board.held[c].items() if not board.firm(v)]:
        if board.take(c, d)[1]:
            return plan
    for _, d in place(board, c, crews):
        if board.lacks(c):
            make_up(board, c, d)
    return plan if board.lacks(c) >= lacked else read_off(problem, plan, board)


def read_off(problem: Problem, plan: Plan, board: Board) -> Plan:
    """The plan as it stands on its board, the repeating plan too."""
    plan = with_visits(problem, replace(plan, template=with_template(board, plan.template)), board.visits())
    return relaxations(board, plan)


def _made_up(board: Board, c: int) -> bool:
    """Try to make up what is missing near the dates that were lost. Return True where nothing is missing any more."""
    for d in lost_days(board, c):
        if board.lacks(c):
            make_up(board, c, d)
    return not board.lacks(c)


def lost_days(board: Board, c: int) -> list[int]:
    """Days of the horizon on which the repeating plan has a visit of demand c that stands nowhere; every day where the
    repeating plan tells nothing."""
    days, first = board.problem.days, monday(board.problem.days[0].date)
    demand, weeks = board.problem.children[c].id, template_weeks(board.problem)
    slots = {(t.week, t.weekday) for t in template_of(board.problem, board.plan) if t.demand == demand}
    lost = [
        d
        for d, day in enumerate(days)
        if day.date >= board.since
        and d not in board.held[c]
        and ((day.date - first).days // 7 % weeks, day.date.weekday()) in slots
    ]
    return lost or [d for d, day in enumerate(days) if day.date >= board.since]


def with_template(board: Board, template: Sequence[TemplateVisit]) -> tuple[TemplateVisit, ...]:
    """The repeating plan less demands that are gone, with those that `place` has placed."""
    days = template_days(board.problem)
    first, found = monday(board.problem.days[0].date), []
    for c, pattern in sorted(board.patterns.items()):
        child = board.problem.children[c]
        for p, t in pattern:
            week, weekday = divmod((days[p].date - first).days, 7)
            start = next((v.start for d, v in sorted(board.stands(c)) if board.problem.days[d].acts_as == weekday), 0)
            found.append(TemplateVisit(child.id, board.problem.teams[t].id, week, weekday, start))
    placed = {board.problem.children[c].id for c in board.patterns} | set(board.ended)
    there = [t for t in template if t.demand in board.grid.index and t.team in board.grid.team_of]
    kept = [t for t in _repeated(board, there) if t.demand not in placed]
    return tuple(sorted((*kept, *found), key=lambda v: (v.demand, v.week, v.weekday))) if template else ()


def _repeated(board: Board, template: Iterable[TemplateVisit]) -> list[TemplateVisit]:
    """The template over as many weeks as the changed problem repeats after."""
    weeks, before = template_weeks(board.problem), template_weeks(board.before)
    return [replace(t, week=t.week + n) for t in template for n in range(0, max(weeks, before), before)]


def place(board: Board, c: int, teams: Sequence[int] | None = None) -> list[tuple[int, int]]:
    """Place demand c on the board with the team and weekdays that give most visits (its named substitute, where it has
    one, on days the team cannot). Return [(c, day)], the days of that pattern on which there was no room.
    `board.main` then has the team, `board.patterns` the demand's part of the repeating plan."""
    best = _best(board, c, board.grid.able[c] if teams is None else teams)
    if best is None:
        return short_days(board, c, ())
    _, main, on, pattern, dates = best
    lost = _closed_dates(board, pattern)
    for d in on:
        t = _who(board, c, main, d)
        if t is None:
            lost.append(d)
        else:
            board.add(c, t, d, "template")
    board.main[c] = main
    crews = [[board.grid.team_of[board.held[c][d].team] for d in dates[p] if d in board.held[c]] for p in pattern]
    usual = [max(sorted(set(x)), key=x.count) if x else main for x in crews]
    board.patterns[c] = list(zip(pattern, usual, strict=True))
    return short_days(board, c, lost) if c in board.caps else sorted((c, d) for d in lost)


def short_days(board: Board, c: int, lost: Iterable[int]) -> list[tuple[int, int]]:
    """[(c, day)] for every visit that a demand with quotas lacks: days that were `lost` in its period, else the first
    that may still change."""
    found: list[tuple[int, int]] = []
    for n, days in board.owed(c) if c in board.caps else ():
        coming = [d for d in sorted(days) if board.problem.days[d].date >= board.since and d not in board.held[c]]
        first = [d for d in coming if d in set(lost)]
        rest = [d for d in coming if d not in first and board.problem.days[d].acts_as is not None]
        found += [(c, d) for d in [*first, *rest][:n]]
    return sorted(found)


def _closed_dates(board: Board, pattern: Iterable[int]) -> list[int]:
    """Dates of a pattern that are closed or stand in for another weekday."""
    days, first = board.problem.days, monday(board.problem.days[0].date)
    template, weeks = template_days(board.problem), template_weeks(board.problem)
    slots = {divmod((template[p].date - first).days, 7) for p in pattern}
    return [
        d
        for d, day in enumerate(days)
        if day.date >= board.since
        and day.acts_as != day.date.weekday()
        and ((day.date - first).days // 7 % weeks, day.date.weekday()) in slots
    ]


def _who(board: Board, c: int, main: int, d: int) -> int | None:
    """The team that comes on day d: the demand's own, else its named substitute; None where neither can."""
    named = board.grid.team_of.get(board.problem.children[c].substitute)
    for t in (main, named):
        if t is not None and board.room(c, d, t) and board.price(c, t, d) is not None:
            return t
    return None


def dates_of(board: Board, template: Iterable[Day]) -> list[list[int]]:
    """For every day of the template the days of the horizon on which it stands, from `since` on."""
    days, first = board.problem.days, monday(board.problem.days[0].date)
    weeks = template_weeks(board.problem)
    slots: dict[tuple[int, int], list[int]] = {}
    for d, day in enumerate(days):
        if day.date >= board.since and day.acts_as is not None:
            regular = day.acts_as == day.date.weekday()
            if regular:
                slots.setdefault(((day.date - first).days // 7 % weeks, day.acts_as), []).append(d)
    return [slots.get(divmod((x.date - first).days, 7), []) for x in template]


def _best(board: Board, c: int, teams: Iterable[int]) -> _Choice | None:
    """The best team and weekdays, None where no visit fits."""
    child, template = board.problem.children[c], template_days(board.problem)
    dates, best = dates_of(board, template), None
    patterns = day_patterns(child, template, range(len(template)), board.problem.repeats)
    for t in teams:
        prices = {}
        for d in (d for row in dates for d in row):
            who = _who(board, c, t, d)
            extra = None if who is None else board.price(c, who, d)
            if extra is not None:
                prices[d] = extra + (0 if who == t else board.problem.weights.change_team)
        for pattern, _ in patterns:
            on = _asked(board, c, sorted(d for p in pattern for d in dates[p]), prices)
            fit = [prices[d] for d in on if d in prices]
            rank = (-len(fit), sum(fit))
            if fit and (best is None or rank < best.rank):
                best = _Choice(rank, t, on, pattern, dates)
    return best


def _asked(board: Board, c: int, on: list[int], prices: Collection[int]) -> list[int]:
    """Those days of a pattern on which a visit is asked for: of each period as many as it lacks, days with room
    first."""
    if c not in board.caps:
        return on
    found = []
    for n, days in board.owed(c):
        found += sorted((d for d in on if d in days), key=lambda d: (d not in prices, d))[:n]
    return sorted(found)


def make_up(board: Board, c: int, d: int) -> bool:
    """One visit of demand c near day d: in the same week first, then in the next, the gap kept first, by its own team
    first, then by its named substitute. Return True where there was room."""
    week = monday(board.problem.days[d].date)
    named, sure = board.grid.team_of.get(board.problem.children[c].substitute), board.in_period(c, d)
    for t in (board.main[c], named):
        if t not in board.grid.able[c]:
            continue
        for ease in (0, 1) if board.problem.children[c].min_gap > 1 else (0,):
            for ahead in (0, 7):
                options = [
                    (extra, x)
                    for x, day in enumerate(board.problem.days)
                    if (monday(day.date) - week).days == ahead
                    and board.room(c, x, t, ease, beyond=not (sure and board.same_period(c, d, x)))
                    and (extra := board.price(c, t, x)) is not None
                ]
                if options:
                    board.add(c, t, min(options)[1], "makeup")
                    return True
    return False
