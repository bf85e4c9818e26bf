"""From the template to real dates: exceptions of single dates, fixed visits, and make-ups for what closed days take
away."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.kernel.problems import S_
from app.routing.cell import Place, within_limits
from app.routing.grid import Grid
from app.routing.problem import (
    Child,
    Problem,
    TemplateVisit,
    Visit,
    asked_by_period,
    missing_visits,
    monday,
    most_visits,
)
from app.routing.state import State
from app.routing.substitutes import main_teams
from app.routing.telling import Relaxation, Unserved
from app.routing.trip import build


@dataclass(kw_only=True)
class Rollout:
    """The dated timetable under construction. `held[c]` = {day index: (team, origin)}; `lost` = (demand, date) to make
    up."""

    grid: Grid
    state: State
    template: list[TemplateVisit]
    held: list[dict[int, tuple[int, str]]]
    lost: list[tuple[int, date]] = field(default_factory=list)
    relaxations: list[Relaxation] = field(default_factory=list)
    main: dict[str, str] | None = None


def roll_out(
    problem: Problem, template: Iterable[TemplateVisit], weeks: int
) -> tuple[tuple[Visit, ...], tuple[Unserved, ...], tuple[Relaxation, ...]]:
    """Put a template of `weeks` weeks on the horizon's dates. Return (visits, unserved without reasons, relaxations).

    Order: fixed visits; the template on open dates; adjusted workdays for what fell on a closed day near them; make-ups
    in the same week, then the next, then the one before, then in these with the gap one day shorter; what a cut-off
    week left short of the number asked.
    """
    grid = Grid(problem, list(problem.days), rolled=True)
    out = Rollout(grid=grid, state=State(grid), template=list(template), held=[{} for _ in problem.children])
    _fix(out)
    _lay(out, weeks)
    _adjusted(out)
    for c, lost_on in out.lost:
        if len(out.held[c]) < most_visits(problem, problem.children[c]):
            _make_up(out, c, _near_weeks(lost_on))
    for c, child in enumerate(problem.children):
        if _whole_template(out, child, weeks):
            _top_up(out, c)
    return _visits(out), _unserved(out), tuple(out.relaxations)


def _top_up(out: Rollout, c: int) -> None:
    """What a cut-off period left short of the number asked: in that period first, then anywhere."""
    child, problem = out.grid.problem.children[c], out.grid.problem
    for inside in (True, False):
        for one in asked_by_period(problem, child):
            options = [d for d, day in enumerate(out.grid.days) if not inside or one.first <= day.date <= one.last]
            short = one.visits - sum(one.first <= out.grid.days[d].date <= one.last for d in out.held[c])
            while short > 0 and _short(out, c) and _make_up_on(out, c, options, 0):
                short -= 1


def _short(out: Rollout, c: int) -> int:
    """Visits of a demand that are missing (see `missing_visits`)."""
    child, days = out.grid.problem.children[c], out.grid.days
    own = (
        Visit(child.id, child.person, days[d].date, "", 0, 0, origin=origin) for d, (_, origin) in out.held[c].items()
    )
    return missing_visits(out.grid.problem, child, own)


def _fix(out: Rollout) -> None:
    """Fixed visits first. One that cannot stand (two at once, say) is left out; the checker names it."""
    problem, grid = out.grid.problem, out.grid
    dates = {d.date: i for i, d in enumerate(grid.days)}
    firm = [(x.date, x.start, x) for x in problem.locks if x.date is not None and x.start is not None]
    for on, start, lock in sorted(firm, key=lambda x: (x[0], x[1], x[2].demand)):
        c, t, d = grid.index[lock.demand], grid.team_of[lock.team], dates[on]
        out.state.fixed[c, d] = start
        if d in out.held[c] or out.state.price(c, t, d) is None:
            out.state.fixed.pop((c, d))
            continue
        out.state.insert(c, t, d)
        out.held[c][d] = (t, "locked")


def _lay(out: Rollout, weeks: int) -> None:
    """The template on every date: its own order of homes where it still fits, else one home after the other."""
    by_slot: dict[tuple[int, int], dict[int, list[tuple[int, int]]]] = {}
    for v in sorted(out.template, key=lambda v: v.start):
        by_slot.setdefault((v.week, v.weekday), {}).setdefault(out.grid.team_of[v.team], []).append(
            (out.grid.index[v.demand], v.start)
        )
    first = monday(out.grid.days[0].date)
    for d, day in enumerate(out.grid.days):
        week = (day.date - first).days // 7 % weeks
        for t, stops in sorted(by_slot.get((week, day.date.weekday()), {}).items()):
            if day.acts_as == day.date.weekday():
                _lay_cell(out, t, d, stops)
            else:
                out.lost += [(c, day.date) for c, _ in stops if _in_week(out, c, d)]


def _lay_cell(out: Rollout, t: int, d: int, stops: Sequence[tuple[int, int]]) -> None:
    """The template's visits [(demand, start)] of a team on a date."""
    demands = [c for c, _ in stops]
    wanted = [c for c in demands if _room(out, c, d, t, week=True)]
    if wanted == demands and _whole(out, t, d, stops):
        for c in demands:
            out.held[c][d] = (t, "template")
        return
    for c in demands:
        if _room(out, c, d, t, week=True) and out.state.price(c, t, d) is not None:
            out.state.insert(c, t, d)
            out.held[c][d] = (t, "template")
        elif d not in out.held[c] and _in_week(out, c, d):
            out.lost.append((c, out.grid.days[d].date))


def _whole(out: Rollout, t: int, d: int, stops: Sequence[tuple[int, int]]) -> bool:
    """Take the template's trips as they are: right where the date has the template's shifts and nothing fixed in it."""
    state, grid = out.state, out.grid
    shifts, team = grid.shifts[t][d], grid.problem.teams[t]
    if any(x.seq for x in state.cells[t][d]) or not all(grid.windows[c][d] for c, _ in stops):
        return False
    rows = [tuple(c for c, start in stops if a <= start < b) for a, b in shifts]
    hours = list(zip(shifts, rows, strict=True))
    if sum(map(len, rows)) != len(stops) or any(seq and state.taken(t, d, shift) for shift, seq in hours):
        return False
    built = [build(grid, t, d, shift, seq, state.windows(d)) for shift, seq in hours]
    trips = [trip for trip in built if trip is not None]
    if len(trips) < len(built) or not within_limits(team, trips):
        return False
    for k, trip in enumerate(trips):
        if trip.seq:
            state.put(t, d, k, trip)
    return True


def _room(out: Rollout, c: int, d: int, t: int, week: bool = False, ease: int = 0) -> bool:
    """May demand c have a visit on day d as far as its other visits go? `ease`: days taken off the gap."""
    grid, child, held = out.grid, out.grid.problem.children[c], out.held[c]
    gap = max(1, child.min_gap - ease)
    if len(held) >= most_visits(grid.problem, child):
        return False
    if any(abs(grid.ordinals[d] - grid.ordinals[x]) < gap for x in held):
        return False
    for s in grid.siblings[c]:
        if d in out.held[s]:
            both = child.shares_day and grid.problem.children[s].shares_day
            if not both or out.held[s][d][0] != t:
                return False
    return not week or _in_week(out, c, d)


def _in_week(out: Rollout, c: int, d: int) -> bool:
    """A block of the demand's weeks holds no more template visits than asked (a fixed visit replaces one)."""
    child, days = out.grid.problem.children[c], out.grid.days
    if child.quotas is not None:
        one = next((x for x in child.quotas if x.first <= days[d].date <= x.last), None)
        return one is not None and sum(one.first <= days[x].date <= one.last for x in out.held[c]) < one.visits
    first = monday(days[0].date)
    block = (days[d].date - first).days // (7 * child.per)
    return sum((days[x].date - first).days // (7 * child.per) == block for x in out.held[c]) < child.visits


def _adjusted(out: Rollout) -> None:
    """A day that acts as another weekday takes that weekday's visits, for demands that lost one within ten days."""
    slots: dict[tuple[str, int | None], TemplateVisit] = {(v.demand, v.weekday): v for v in out.template}
    for d, day in enumerate(out.grid.days):
        if not day.adjusted:
            continue
        for item in sorted(out.lost, key=lambda x: (abs((x[1] - day.date).days), x[0])):
            c, lost_on = item
            slot = slots.get((out.grid.problem.children[c].id, day.acts_as))
            if slot is None or lost_on.weekday() != day.acts_as or abs((lost_on - day.date).days) > 10:
                continue
            if item in out.lost and _try(out, c, out.grid.team_of[slot.team], d, 0):
                out.lost.remove(item)


def _near_weeks(lost_on: date) -> list[date]:
    """Mondays of the weeks in which a visit is made up: its own, the next, the one before."""
    return [monday(lost_on) + timedelta(days=n) for n in (0, 7, -7)]


def _make_up(out: Rollout, c: int, weeks: Sequence[date]) -> bool:
    """Find a day in one of the weeks (given by Mondays), gap kept first, then one day shorter."""
    days = out.grid.days
    for ease in (0, 1) if out.grid.problem.children[c].min_gap > 1 else (0,):
        for week in weeks:
            if _make_up_on(out, c, [d for d, day in enumerate(days) if week == monday(day.date)], ease):
                return True
    return False


def _make_up_on(out: Rollout, c: int, options: Sequence[int], ease: int) -> bool:
    """Give a visit on the cheapest of some days, by its own team where that can."""
    options = [d for d in options if out.grid.days[d].acts_as is not None]
    for teams in _teams(out, c):
        prices = [(p[0], d, t) for t in teams for d in options if (p := _offer(out, c, t, d, ease)) is not None]
        if prices:
            _, d, t = min(prices)
            return _try(out, c, t, d, ease)
    return False


def _whole_template(out: Rollout, child: Child, weeks: int) -> bool:
    """True where the template holds all visits of a demand, so that only the horizon's edges can leave it short."""
    return sum(v.demand == child.id for v in out.template) == child.visits * weeks // child.per


def _main_team(out: Rollout, c: int) -> int | None:
    child = out.grid.problem.children[c]
    if out.main is None:
        out.main = main_teams(out.template)
    if child.id in out.main:
        return out.grid.team_of[out.main[child.id]]
    held = [t for t, _ in out.held[c].values()]
    return max(sorted(set(held)), key=held.count) if held else None


def _teams(out: Rollout, c: int) -> Iterator[list[int]]:
    """The demand's own team; after it its named substitute, and the others where the problem allows substitutes."""
    main, named = _main_team(out, c), out.grid.team_of.get(out.grid.problem.children[c].substitute)
    if main is not None:
        yield [main]
    if named in out.grid.able[c]:
        yield [named]
    if out.grid.problem.substitutes:
        yield [t for t in out.grid.able[c] if t != main]


def _offer(out: Rollout, c: int, t: int, d: int, ease: int) -> Place | None:
    return out.state.price(c, t, d) if _room(out, c, d, t, ease=ease) else None


def _try(out: Rollout, c: int, t: int, d: int, ease: int) -> bool:
    """Insert a make-up and report what rule it bends."""
    if _offer(out, c, t, d, ease) is None:
        return False
    out.state.insert(c, t, d)
    out.held[c][d] = (t, "makeup")
    child, day = out.grid.problem.children[c], out.grid.days[d].date
    values = {"child": child.name or child.person, "date": day.isoformat()}
    near = min((abs(out.grid.ordinals[d] - out.grid.ordinals[x]) for x in out.held[c] if x != d), default=99)
    if near < child.min_gap:
        out.relaxations.append(
            Relaxation(
                "GAP",
                child.id,
                day,
                S_(
                    "bent.gap",
                    "%(child)s: the make-up visit on %(date)s is %(days)s days from another visit instead of %(gap)s.",
                ),
                values | {"days": near, "gap": child.min_gap},
            )
        )
    main = _main_team(out, c)
    if t != main:
        team = out.grid.problem.teams[t]
        out.relaxations.append(
            Relaxation(
                "SUBSTITUTE",
                child.id,
                day,
                S_("bent.substitute", "%(child)s: team %(team)s stands in on %(date)s."),
                values | {"team": team.name or team.id},
            )
        )
    return True


def _visits(out: Rollout) -> tuple[Visit, ...]:
    found, problem = [], out.grid.problem
    for t, row in enumerate(out.state.cells):
        for d in range(len(row)):
            for c, start, leg in out.state.starts(t, d):
                child, origin = problem.children[c], out.held[c][d][1]
                found.append(
                    Visit(
                        child.id,
                        child.person,
                        problem.days[d].date,
                        problem.teams[t].id,
                        start,
                        start + child.minutes,
                        leg,
                        origin == "locked",
                        origin,
                    )
                )
    return tuple(sorted(found, key=lambda v: (v.date, v.team, v.start, v.demand)))


def _unserved(out: Rollout) -> tuple[Unserved, ...]:
    problem = out.grid.problem
    gone = [(c, _short(out, i)) for i, c in enumerate(problem.children)]
    return tuple(Unserved(c.id, c.person, n) for c, n in gone if n > 0)
