"""Make a plan: search a template, roll it out, say why visits are missing, check it."""

import logging
from collections.abc import Callable
from dataclasses import replace

from app.kernel.problems import Refused
from app.routing import apart as elsewhere
from app.routing.explain import explain
from app.routing.grid import Grid, template_days, template_weeks
from app.routing.problem import Plan, Problem, Progress, input_hash
from app.routing.rollout import roll_out
from app.routing.room import make_room
from app.routing.salvage import faults, salvage
from app.routing.score import score
from app.routing.substitutes import report_substitutes
from app.routing.validate import validate

log = logging.getLogger(__name__)
ITERATIONS = 4000


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    lanes: int | None = None,
    apart: bool = False,
) -> Plan:
    """Return a checked `Plan` for a `Problem`.

    Stops after `seconds` of search or `iterations` moves, whichever comes first (neither given: 4000 moves). With
    `iterations` only, equal problems and seeds give equal plans, bit for bit. `on_progress(Progress)` is called now and
    then; `cancelled()` true ends the search with the best plan so far. `seed` None = the problem's own. `lanes`:
    searches side by side on as many processors, None = two. `apart`: in a process of its own, whose end ends
    nothing else.

    What fails after there is a plan does not lose it: it is left out, logged and told in `Plan.failures`. A plan that
    the independent checker rejects is never handed out (a fault of the engine): the visits that it rejects are taken
    out first. Raises kernel `Refused` with the findings of `validate` where the problem is malformed.
    """
    findings = [f for f in validate(problem) if f.is_error]
    if findings:
        raise Refused(findings)
    seed = problem.seed if seed is None else seed
    if seconds is None and iterations is None:
        iterations = ITERATIONS
    options = {"seconds": seconds, "iterations": iterations, "seed": seed, "lanes": lanes}
    if apart:
        found = elsewhere.search(problem, on_progress=on_progress, cancelled=cancelled, **options)
    else:
        from app.routing.kernel.template import find_template  # the compiler is loaded with the first search only

        grid = Grid(problem, template_days(problem))
        found = find_template(problem, grid, on_progress=on_progress, cancelled=cancelled, **options)
    return finish(problem, found.template, found.moves, seed, found.failures)


def finish(problem, template, moves, seed, failures=()):
    """The checked plan of a template: rolled out over the real dates, room made for what closed days took away, scored,
    explained. `failures`: what went wrong before."""
    visits, unserved, relaxations = roll_out(problem, template, template_weeks(problem))
    relaxations += report_substitutes(problem, template, visits, relaxations)
    figures = score(problem, visits, unserved)
    bare = Plan(visits, unserved, figures, None, moves, seed, input_hash(problem), template, relaxations)
    told = list(failures)
    plan = _or(bare, told, "room", lambda: make_room(problem, bare, seed))
    for part, other in (("room", lambda: bare), ("check", lambda: salvage(problem, bare))):
        broken = faults(problem, plan)
        if not broken:
            break
        log.error("the plan breaks its own rules: %s", "; ".join(str(b) for b in broken[:5]))
        told.append(part)
        plan = other()
    plan = _or(plan, told, "explain", lambda: _explained(problem, plan))
    return replace(plan, failures=tuple(dict.fromkeys(told)) or None)


def _explained(problem, plan):
    why = explain(problem, plan)
    return replace(plan, unserved=tuple(why.unserved.get(u.demand, u) for u in plan.unserved), shortages=why.shortages)


def _or(plan, told, part, make):
    """What `make` makes; the plan as it is where that ends in an error, which is logged and told."""
    try:
        return make()
    except Exception:
        log.exception("the plan is kept without a part that failed: %s", part)
        told.append(part)
        return plan
