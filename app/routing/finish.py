"""From a repeating plan to what is handed out: roll it out, make room, say why visits are missing, check it."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from app.routing.explain import explain
from app.routing.grid import template_weeks
from app.routing.problem import Plan, Problem, TemplateVisit, input_hash
from app.routing.rollout import roll_out
from app.routing.room import make_room
from app.routing.salvage import faults, salvage
from app.routing.score import score
from app.routing.substitutes import report_substitutes

log = logging.getLogger(__name__)


def finish(
    problem: Problem, template: tuple[TemplateVisit, ...], moves: int, seed: int, failures: Iterable[str] = ()
) -> Plan:
    """The checked plan of a template: rolled out over the real dates, room made for what closed days took away, scored,
    explained. `failures`: what went wrong before."""
    visits, unserved, relaxations = roll_out(problem, template, template_weeks(problem))
    relaxations += report_substitutes(problem, template, visits, relaxations)
    figures = score(problem, visits, unserved)
    bare = Plan(
        visits=visits,
        unserved=unserved,
        score=figures,
        bound=None,
        iterations=moves,
        seed=seed,
        input_hash=input_hash(problem),
        template=template,
        relaxations=relaxations,
    )
    told = list(failures)
    plan = _or(bare, told, "room", lambda: make_room(problem, bare, seed))
    spare: dict[str, Callable[[], Plan]] = {"room": lambda: bare, "check": lambda: salvage(problem, bare)}
    for part, other in spare.items():
        broken = faults(problem, plan)
        if not broken:
            break
        log.error("the plan breaks its own rules: %s", "; ".join(str(b) for b in broken[:5]))
        told.append(part)
        plan = other()
    plan = _or(plan, told, "explain", lambda: _explained(problem, plan))
    return replace(plan, failures=tuple(dict.fromkeys(told)) or None)


def _explained(problem: Problem, plan: Plan) -> Plan:
    why = explain(problem, plan)
    return replace(plan, unserved=tuple(why.unserved.get(u.demand, u) for u in plan.unserved), shortages=why.shortages)


def _or(plan: Plan, told: list[str], part: str, make: Callable[[], Plan]) -> Plan:
    """What `make` makes; the plan as it is where that ends in an error, which is logged and told."""
    try:
        return make()
    except Exception:
        log.exception("the plan is kept without a part that failed: %s", part)
        told.append(part)
        return plan
