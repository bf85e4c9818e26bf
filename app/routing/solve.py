"""Make a plan: search a template, roll it out, say why visits are missing, check it."""

from collections.abc import Callable
from dataclasses import replace

from app.kernel.problems import Refused
from app.routing.check import check
from app.routing.explain import explain
from app.routing.grid import Grid, template_days, template_weeks
from app.routing.problem import Plan, Problem, Progress, input_hash
from app.routing.rollout import roll_out
from app.routing.room import make_room
from app.routing.score import score
from app.routing.substitutes import report_substitutes
from app.routing.validate import validate

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
) -> Plan:
    """Return a checked `Plan` for a `Problem`.

    Stops after `seconds` of search or `iterations` moves, whichever comes first (neither given: 4000 moves). With
    `iterations` only, equal problems and seeds give equal plans, bit for bit. `on_progress(Progress)` is called now and
    then; `cancelled()` true ends the search with the best plan so far. `seed` None = the problem's own. `lanes`:
    searches side by side on as many processors, None = two.

    Raises kernel `Refused` with the findings of `validate` where the problem is malformed, and RuntimeError where the
    independent checker rejects the plan (a fault of the engine: such a plan is never handed out).
    """
    findings = [f for f in validate(problem) if f.is_error]
    if findings:
        raise Refused(findings)
    seed = problem.seed if seed is None else seed
    from app.routing.kernel.template import find_template  # the compiler is loaded with the first search only

    if seconds is None and iterations is None:
        iterations = ITERATIONS
    template, moves = find_template(
        problem, Grid(problem, template_days(problem)), seconds=seconds, iterations=iterations, seed=seed, lanes=lanes,
        on_progress=on_progress, cancelled=cancelled,
    )  # fmt: skip
    plan = finish(problem, template, moves, seed)
    broken = [f for f in check(problem, plan) if f.is_error and f.code != "lock_broken"]
    if broken:
        raise RuntimeError("the plan breaks its own rules: " + "; ".join(str(b) for b in broken[:5]))
    return plan


def finish(problem, template, moves, seed):
    """The plan of a template: rolled out over the real dates, room made for what closed days took away, scored,
    explained."""
    visits, unserved, relaxations = roll_out(problem, template, template_weeks(problem))
    relaxations += report_substitutes(problem, template, visits, relaxations)
    figures = score(problem, visits, unserved)
    plan = Plan(visits, unserved, figures, None, moves, seed, input_hash(problem), template, relaxations)
    plan = make_room(problem, plan, seed)
    why = explain(problem, plan)
    return replace(plan, unserved=tuple(why.unserved.get(u.demand, u) for u in plan.unserved), shortages=why.shortages)
