"""What of a plan may be handed out where the independent checker finds a fault in it: a fault of the engine, which a
whole run should not be lost for."""

from collections.abc import Iterable
from dataclasses import replace

from app.kernel.problems import Problem as Finding
from app.routing.check import check
from app.routing.problem import Plan, Problem, by_demand, missing_visits
from app.routing.score import score
from app.routing.telling import Unserved


def faults(problem: Problem, plan: Plan) -> list[Finding]:
    """The errors of a plan that are the engine's: orders that contradict each other are not."""
    return [f for f in check(problem, plan) if f.is_error and f.code != "lock_broken"]


def salvage(problem: Problem, plan: Plan) -> Plan:
    """Return the plan without the visits of those demands with which the checker rejects it; as many others as may be
    stay, found by halves."""
    kept = _sound(problem, plan, [c.id for c in problem.children])
    return _only(problem, plan, kept)


def _sound(problem: Problem, plan: Plan, demands: list[str]) -> list[str]:
    if not faults(problem, _only(problem, plan, demands)):
        return demands
    if len(demands) < 2:
        return []
    half = len(demands) // 2
    one, two = _sound(problem, plan, demands[:half]), _sound(problem, plan, demands[half:])
    if one and two and faults(problem, _only(problem, plan, one + two)):
        return _grown(problem, plan, one, two)
    return one + two


def _grown(problem: Problem, plan: Plan, kept: list[str], others: list[str]) -> list[str]:
    """`kept` and those of `others` that go well with them, by halves."""
    if not others or not faults(problem, _only(problem, plan, kept + others)):
        return kept + others
    if len(others) == 1:
        return kept
    half = len(others) // 2
    return _grown(problem, plan, _grown(problem, plan, kept, others[:half]), others[half:])


def _only(problem: Problem, plan: Plan, demands: Iterable[str]) -> Plan:
    own = set(demands)
    visits = tuple(v for v in plan.visits if v.demand in own)
    mine = by_demand(visits)
    short = [(c, missing_visits(problem, c, mine[c.id])) for c in problem.children]
    gone = tuple(Unserved(c.id, c.person, n) for c, n in short if n > 0)
    template = tuple(t for t in plan.template if t.demand in own)
    told = tuple(r for r in plan.relaxations if r.demand in own)
    return replace(
        plan,
        visits=visits,
        unserved=gone,
        template=template,
        relaxations=told,
        shortages=(),
        score=score(problem, visits, gone),
    )
