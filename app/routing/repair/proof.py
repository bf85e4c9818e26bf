"""Whether a repair keeps the rules: what it may not break, and what was broken before."""

from app.kernel.problems import Problem as Finding
from app.routing.change import with_visits
from app.routing.check import check
from app.routing.problem import Plan, Problem

Key = tuple[str, tuple[tuple[str, str], ...]]


def findings(problem: Problem, plan: Plan) -> set[Key]:
    """What the checker finds in a plan, as keys: two findings that say the same have the same."""
    return {_key(f) for f in check(problem, plan)}


def prove(problem: Problem, plan: Plan, old: Plan, known: set[Key]) -> None:
    """Raise RuntimeError where a repair breaks a rule that the plan had kept (a fault of the engine). `problem`: after
    the events; `old`: the plan before, with the findings `known`."""
    same = {(v.demand, v.date, v.team, v.start) for v in old.visits}
    stood = [v for v in plan.visits if (v.demand, v.date, v.team, v.start) in same]
    found = [f for f in check(problem, plan) if f.is_error and f.code != "lock_broken"]
    broken = [f for f in found if _key(f) not in known]
    there = _told(problem, old)
    broken = [f for f in broken if f.code != "other_team" or _of_team(f) not in there]
    if broken:
        before = findings(problem, with_visits(problem, plan, stood))
        broken = [f for f in broken if _key(f) not in before]
    if broken:
        raise RuntimeError("the repair breaks rules: " + "; ".join(str(b) for b in broken[:5]))


def _of_team(finding: Finding) -> tuple[object, ...]:
    return tuple(finding.values.get(x) for x in ("child", "team", "date"))


def _told(problem: Problem, old: Plan) -> set[tuple[object, ...]]:
    """The visits that were there before, as a finding names them: another team's is no doing of the repair."""
    names = {t.id: t.name or t.id for t in problem.teams}
    kids = {c.id: c.name or c.person for c in problem.children}
    return {(kids.get(v.demand), names.get(v.team), v.date.isoformat()) for v in old.visits}


def _key(finding: Finding) -> Key:
    return finding.code, tuple(sorted((k, str(v)) for k, v in finding.values.items()))
