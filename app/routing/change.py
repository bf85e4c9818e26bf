"""What changed between two plans, and whether one visit may be changed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.kernel.problems import Problem as Finding
from app.routing.check import check
from app.routing.problem import Plan, Problem, Visit, by_demand, missing_visits
from app.routing.score import score
from app.routing.telling import Unserved
from app.routing.travel import legs_of


@dataclass(frozen=True)
class Change:
    """One visit's change. `kind`: "added" (`before` None), "removed" (`after` None) or "moved" (date, team, start or
    end)."""

    kind: str
    demand: str
    before: Visit | None
    after: Visit | None

    @property
    def either(self) -> Visit:
        """The visit before the change; of one that is added, the visit itself."""
        found = self.before or self.after
        assert found
        return found


def diff(a: Plan, b: Plan) -> list[Change]:
    """Return the changes from plan `a` to plan `b` by date and demand. Unlike visits of one demand are paired as moved,
    the nearest dates first; legs, locks and origins do not count as changes."""
    old, new = _where(a), _where(b)
    gone = [old[k] for k in old.keys() - new.keys()]
    come = [new[k] for k in new.keys() - old.keys()]
    pairs = sorted(
        ((abs((x.date - y.date).days), x.date, y.date, x.start, y.start, x.team, y.team, x.demand, x.end, y.end), x, y)
        for x in gone
        for y in come
        if x.demand == y.demand
    )
    found = []
    for _, x, y in pairs:
        if x in gone and y in come:
            gone.remove(x)
            come.remove(y)
            found.append(Change("moved", x.demand, x, y))
    found += [Change("removed", x.demand, x, None) for x in gone] + [Change("added", y.demand, None, y) for y in come]
    return sorted(found, key=lambda c: (c.either.date, c.demand, c.either.start))


def _where(plan: Plan) -> dict[tuple[str, date, str, int, int], Visit]:
    return {(v.demand, v.date, v.team, v.start, v.end): v for v in plan.visits}


def move(problem: Problem, plan: Plan, visit: Visit | None, to: Visit | None) -> Plan:
    """Return the plan with `visit` replaced by `to` (its date, team and start; the length follows from the demand).

    `visit` None adds one, `to` None removes one. Nothing is checked (see `check_change`) and no other visit moves;
    legs, score and missing visits are counted anew. Raises ValueError where `visit` is not in the plan.
    """
    visits = list(plan.visits)
    if visit is not None:
        visits.remove(visit)
    if to is not None:
        child = next(c for c in problem.children if c.id == to.demand)
        visits.append(replace(to, child=child.person, end=to.start + child.minutes, origin="manual"))
    return with_visits(problem, plan, visits)


def with_visits(problem: Problem, plan: Plan, visits: Iterable[Visit]) -> Plan:
    """Return the plan with other visits: legs, score and missing visits counted anew, known reasons kept."""
    visits = tuple(_with_legs(problem, visits))
    why = {u.demand: u for u in plan.unserved}
    own = by_demand(visits)
    missing = ((c, missing_visits(problem, c, own[c.id])) for c in problem.children)
    unserved = tuple(replace(why.get(c.id, Unserved(c.id, c.person, n)), missing=n) for c, n in missing if n > 0)
    return replace(plan, visits=visits, unserved=unserved, score=score(problem, visits, unserved))


def _with_legs(problem: Problem, visits: Iterable[Visit]) -> Iterator[Visit]:
    for visit, start, end, out in legs_of(problem, visits):
        leg = int(problem.travel.of_shift(out)[start][end])
        yield visit if visit.travel_in == leg else replace(visit, travel_in=leg)


def check_change(problem: Problem, plan: Plan, visit: Visit | None, to: Visit | None) -> list[Finding]:
    """Return the findings that replacing `visit` by `to` would bring, empty where the change keeps every rule.

    A child visited by another team than its own gets a warning, everything else is an error (kernel severities).
    Findings that the plan already had are left out. Fewer visits than asked are not a finding (the plan counts them as
    missing).
    """
    known = check(problem, plan)
    return [f for f in check(problem, move(problem, plan, visit, to)) if f not in known]


def piece_around(problem: Problem, plan: Plan, demand: str, teams: set[str]) -> tuple[Problem, Plan]:
    """The piece of problem and plan that a change can touch: the teams, those who share a teacher with them, the
    child's own visits. Small enough to be checked while somebody types."""
    people = {t for team in problem.teams if team.id in teams for t in team.teachers}
    teams = {team.id for team in problem.teams if set(team.teachers) & people}
    person = next((c.person for c in problem.children if c.id == demand), "")
    visits = tuple(v for v in plan.visits if v.team in teams or v.child == person)
    teams |= {v.team for v in visits}
    demands = {v.demand for v in visits} | {demand}
    return (
        replace(
            problem,
            teams=tuple(t for t in problem.teams if t.id in teams),
            children=tuple(c for c in problem.children if c.id in demands),
        ),
        replace(plan, visits=visits),
    )
