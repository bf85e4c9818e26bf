"""Does a plan keep every rule? Independent of the solver: it shares the data classes and nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from app.kernel.problems import N_, S_, Severity
from app.kernel.problems import Problem as Finding
from app.routing.counting import counts, firm
from app.routing.problem import (
    NO_WAY,
    Break,
    HalfDay,
    Plan,
    Problem,
    Visit,
    half_days,
    in_afternoon,
)

Rest = tuple[int, int, int]  # a time without a visit: (from, to, minutes on the way)
Span = tuple[int, int, int, int, HalfDay | None]  # a trip: left, first visit, free, back, its shift


def check(problem: Problem, plan: Plan) -> list[Finding]:
    """Return what is wrong with a plan, naming children, teams and dates; an empty list where it keeps every rule.

    Rules: known ids and open dates, family times, skills, adults, forbidden teams, travel and shifts, daily limits, the
    break at noon, no person in two places, gaps (one day less only where the plan reports it), the same team (another
    only where reported; by hand or fixed it is a warning), numbers of visits and the count of missing ones, fixed
    visits.
    """
    view = _View(problem, plan)
    rules = (_single, _routes, _people, _spacing, _template, _continuity, counts, _locks)
    return [*view.unknown, *(finding for rule in rules for finding in rule(view))]


class _View:
    """A plan's visits sorted for looking up; visits with unknown ids or dates are findings and left out."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.children = {c.id: c for c in problem.children}
        self.teams = {t.id: t for t in problem.teams}
        self.days = {d.date: d for d in problem.days}
        self.place = {p: i for i, p in enumerate(problem.travel.places)}
        self.unknown, self.visits, self.by_demand = list[Finding](), list[Visit](), defaultdict[str, list[Visit]](list)
        for v in plan.visits:
            if v.demand not in self.children or v.team not in self.teams or v.date not in self.days:
                self.unknown.append(
                    Finding(
                        "unknown_visit",
                        N_("A visit names %(child)s, %(team)s or %(date)s, which is not part of this timetable."),
                        _values(v.child, v.team, v.date),
                    )
                )
            else:
                self.visits.append(v)
                self.by_demand[v.demand].append(v)
        self.relaxed = {(r.code, r.demand, r.date) for r in plan.relaxations}

    def legs(self, day: date, out: int) -> np.ndarray:
        """Travel minutes of a trip on a date whose shift starts at minute `out`: ways that are closed take `NO_WAY`."""
        shut = [x for x in self.problem.closed_legs if x.first <= day <= x.last]
        minutes, later = self.problem.travel.minutes, self.problem.travel.afternoon
        if later is not None and in_afternoon(out):
            minutes = later
        minutes = minutes.copy() if shut else minutes
        for x in shut:
            minutes[self.place[x.start], self.place[x.end]] = NO_WAY
        return minutes

    def told(self, visit: Visit, **more: int | str | None) -> dict[str, int | str | None]:
        """Names for a sentence about a visit."""
        child, team = self.children[visit.demand], self.teams[visit.team]
        return _values(child.name or child.person, team.name or team.id, visit.date) | more


def _values(child: str, team: str, day: date) -> dict[str, int | str | None]:
    return {"child": child, "team": team, "date": day.isoformat()}


def _clock(minute: int) -> str:
    """A time of the day; what would be before or after it is told as its end."""
    minute = min(max(minute, 0), 24 * 60)
    return f"{minute // 60}:{minute % 60:02d}"


def _single(view: _View) -> Iterator[Finding]:
    for v in view.visits:
        yield from (firm(finding, [v]) for finding in _one(view, v))


def _one(view: _View, v: Visit) -> Iterator[Finding]:
    child, team, day = view.children[v.demand], view.teams[v.team], view.days[v.date]
    told = view.told(v, start=_clock(v.start), end=_clock(v.end))
    if day.acts_as is None:
        yield Finding("closed_day", N_("%(child)s: %(date)s is closed, no visit can be given."), told)
    elif not any(h.start <= v.start and v.end <= h.end for h in half_days(child.windows, day)):
        yield Finding(
            "outside_window", N_("%(child)s, %(date)s: %(start)s-%(end)s is outside the family's times."), told
        )
    if v.end - v.start != child.minutes or v.child != child.person:
        yield Finding(
            "wrong_length",
            N_("%(child)s, %(date)s: the visit must take %(minutes)s minutes."),
            told | {"minutes": child.minutes},
        )
    if child.needs - team.skills:
        yield Finding(
            "lacks_skill",
            N_("%(child)s, %(date)s: team %(team)s lacks %(skills)s."),
            told | {"skills": ", ".join(sorted(child.needs - team.skills))},
        )
    if len(team.teachers) < child.team_size:
        yield Finding(
            "too_few_adults",
            N_("%(child)s, %(date)s: this home needs %(size)s adults, team %(team)s has %(have)s."),
            told | {"size": child.team_size, "have": len(team.teachers)},
        )
    if team.id in child.forbidden_teams:
        yield Finding("forbidden_team", N_("%(child)s, %(date)s: team %(team)s may not visit this child."), told)


def _routes(view: _View) -> Iterator[Finding]:
    """Each team's day: trips by shift, legs between homes, limits of the day."""
    days: dict[tuple[str, date], list[Visit]] = defaultdict(list)
    for v in view.visits:
        days[v.team, v.date].append(v)
    for (team_id, day), visits in sorted(days.items()):
        team, trips, away, driven = view.teams[team_id], defaultdict[int | None, list[Visit]](list), 0, 0
        at_school, between, spans, home_since = list[Rest](), list[Rest](), list[Span](), 0
        shifts = sorted(half_days(team.shifts, view.days[day]))
        for v in sorted(visits, key=lambda v: v.start):
            trips[next((i for i, h in enumerate(shifts) if h.start <= v.start < h.end), None)].append(v)
        for number, stops in trips.items():
            school = at = view.place[team.school]
            legs = view.legs(day, stops[0].start if number is None else shifts[number].start)
            free: int | None = None
            out = 0
            for v in stops:
                home = view.place[view.children[v.demand].place]
                leg = int(legs[at][home])
                driven += leg
                if free is None:
                    out = v.start - leg
                    at_school.append((home_since, out, 0))
                elif free + leg > v.start:
                    yield firm(
                        Finding(
                            "too_late",
                            N_("%(date)s: team %(team)s cannot be at the home of %(child)s by %(start)s."),
                            view.told(v, start=_clock(v.start)),
                        ),
                        stops,
                    )
                if free is not None:
                    between.append((free, v.start, leg))
                at, free = home, v.end
            assert free is not None  # a trip has a visit
            back = home_since = free + int(legs[at][school])
            driven += int(legs[at][school])
            away += back - out
            spans.append((out, stops[0].start, free, back, None if number is None else shifts[number]))
            if number is None or out < shifts[number].start or back > shifts[number].end:
                yield firm(
                    Finding(
                        "outside_shift",
                        N_("%(date)s: team %(team)s is out from %(start)s to %(end)s, outside its hours."),
                        view.told(stops[0], start=_clock(out), end=_clock(back)),
                    ),
                    stops,
                )
        at_school.append((home_since, 24 * 60, 0))
        away -= _rested(view.problem.noon_break, between)
        yield from _noon(view, visits, [*at_school, *between, *_first_and_last(view, spans, team.cap_day - away)])
        told = view.told(
            visits[0],
            away=away,
            driven=driven,
            visits=len(visits),
            cap=team.cap_day,
            most=team.max_visits,
            driving=team.max_travel,
        )
        if away > team.cap_day:
            yield firm(
                Finding("over_cap", N_("%(date)s: team %(team)s is away %(away)s minutes, %(cap)s are allowed."), told),
                visits,
            )
        if team.max_visits is not None and len(visits) > team.max_visits:
            yield firm(
                Finding(
                    "too_many_visits", N_("%(date)s: team %(team)s has %(visits)s visits, %(most)s are allowed."), told
                ),
                visits,
            )
        if team.max_travel is not None and driven > team.max_travel:
            yield firm(
                Finding(
                    "too_much_travel",
                    N_("%(date)s: team %(team)s travels %(driven)s minutes, %(driving)s are allowed."),
                    told,
                ),
                visits,
            )
        if team.one_trip and len(trips) > 1:
            yield firm(
                Finding("two_trips", N_("%(date)s: team %(team)s goes out twice, once is allowed."), told), visits
            )


def _rested(rule: Break | None, between: Sequence[Rest]) -> int:
    """Minutes of the break where it fits between two visits: they do not count under the daily limit."""
    return rule.minutes if rule and any(_free(rule, *x) >= rule.minutes for x in between) else 0


def _free(rule: Break, since: int, to: int, way: int) -> int:
    """Minutes on end that somebody can rest inside the rule's times."""
    return min(min(to, rule.end) - max(since, rule.start), to - since - way)


def _first_and_last(view: _View, spans: Sequence[Span], spare: int) -> Iterator[Rest]:
    """The first and last legs of a day's trips, (from, to, minutes on the way), begun as early and ended as late as the
    hours allow, a break and `spare` minutes under the daily limit: a team may rest there too."""
    spare += view.problem.noon_break.minutes if view.problem.noon_break and spare >= 0 else 0
    for out, first, last, back, hours in spans:
        if hours is not None and spare > 0:
            yield max(hours.start, out - spare), first, first - out
            yield last, min(hours.end, back + spare), back - last


def _noon(view: _View, visits: Sequence[Visit], rests: Sequence[Rest]) -> Iterator[Finding]:
    """The break at noon of a team's day."""
    rule = view.problem.noon_break
    if rule is not None and max(_free(rule, *x) for x in rests) < rule.minutes:
        told = view.told(visits[0], minutes=rule.minutes, start=_clock(rule.start), end=_clock(rule.end))
        message = S_(
            "no_break", "%(date)s: team %(team)s has no break of %(minutes)s minutes between %(start)s and %(end)s."
        )
        yield firm(Finding("no_break", message, told), visits)


def _people(view: _View) -> Iterator[Finding]:
    """Nobody in two places: teachers over their teams, children over their services."""
    by_teacher, by_child = defaultdict(list), defaultdict(list)
    for v in view.visits:
        by_child[v.child, v.date].append(v)
        for teacher in view.teams[v.team].teachers:
            by_teacher[teacher, v.date].append(v)
    for (teacher, _), visits in sorted(by_teacher.items()):
        for a, b in _neighbours(visits):
            if a.end > b.start and a.team != b.team:
                yield firm(
                    Finding(
                        "teacher_twice",
                        N_("%(date)s: %(teacher)s is with %(child)s and elsewhere at %(start)s."),
                        view.told(b, teacher=teacher, start=_clock(b.start)),
                    ),
                    (a, b),
                )
    for visits in by_child.values():
        for a, b in _neighbours(visits):
            if a.end > b.start:
                yield firm(
                    Finding(
                        "child_twice",
                        N_("%(date)s: %(child)s has two visits at %(start)s."),
                        view.told(b, start=_clock(b.start)),
                    ),
                    (a, b),
                )
            elif not (view.children[a.demand].shares_day and view.children[b.demand].shares_day):
                yield firm(
                    Finding("same_day", N_("%(date)s: %(child)s has two visits on one day."), view.told(b)), (a, b)
                )


def _neighbours(visits: Sequence[Visit]) -> Iterable[Any]:
    ordered = sorted(visits, key=lambda v: (v.start, v.end))
    return zip(ordered, ordered[1:], strict=False)


def _spacing(view: _View) -> Iterator[Finding]:
    for demand, visits in sorted(view.by_demand.items()):
        gap = view.children[demand].min_gap
        ordered = sorted(visits, key=lambda v: v.date)
        for a, b in zip(ordered, ordered[1:], strict=False):
            apart = (b.date - a.date).days
            eased = {("GAP", demand, a.date), ("GAP", demand, b.date)} & view.relaxed
            if 0 < apart < gap - bool(eased):
                yield firm(
                    Finding(
                        "gap",
                        N_(
                            "%(child)s: visits on %(before)s and %(date)s are %(days)s days apart, at least %(gap)s "
                            "are asked."
                        ),
                        view.told(b, before=a.date.isoformat(), days=apart, gap=gap),
                    ),
                    (a, b),
                )


def _template(view: _View) -> Iterator[Finding]:
    """The repeating plan keeps the gap from its last visit to the first of the next round."""
    by_demand = defaultdict(list)
    for t in view.plan.template:
        by_demand[t.demand].append(7 * t.week + t.weekday)
    length = 7 * max((c.per for c in view.problem.children), default=1)
    for demand, days in sorted(by_demand.items()):
        child = view.children.get(demand)
        if child is None or len(days) < 2 or not view.problem.repeats:
            continue
        apart = min(days) + length - max(days)
        if apart < child.min_gap:
            yield Finding(
                "wrap_gap",
                N_(
                    "%(child)s: from the last visit of the repeating plan to the next first are %(days)s "
                    "days, at least %(gap)s are asked."
                ),
                {"child": child.name or child.person, "days": apart, "gap": child.min_gap},
            )


def _continuity(view: _View) -> Iterator[Finding]:
    """One team for a demand: that of most visits of the repeating plan; without one, of most visits that are not told
    as a substitute's. The first by id among equals."""
    template = defaultdict(list)
    for t in view.plan.template:
        template[t.demand].append(t.team)
    for demand, visits in sorted(view.by_demand.items()):
        own = [v for v in visits if ("SUBSTITUTE", demand, v.date) not in view.relaxed]
        teams = Counter(template[demand] or [v.team for v in own])
        named = view.children[demand].substitute
        usual = {named} | ({min((-count, team == named, team) for team, count in teams.items())[2]} if teams else set())
        for v in own:
            if v.team in usual:
                continue
            severity = Severity.WARNING if v.locked or v.origin == "manual" else Severity.ERROR
            yield Finding(
                "other_team",
                N_("%(child)s, %(date)s: team %(team)s is not the child's own team."),
                view.told(v),
                severity=severity,
            )


def _locks(view: _View) -> Iterator[Finding]:
    for lock in view.problem.locks:
        visits = view.by_demand.get(lock.demand, ())
        if lock.date is None:
            kept = all(v.team == lock.team or v.locked for v in visits)
        else:
            kept = any((v.date, v.team, v.start) == (lock.date, lock.team, lock.start) for v in visits)
        if not kept and lock.demand in view.children:
            child = view.children[lock.demand]
            yield Finding(
                "lock_broken",
                N_("%(child)s: the fixed visit with team %(team)s %(date)s is not in the plan."),
                {"child": child.name or child.person, "team": lock.team, "date": lock.date or ""},
            )
