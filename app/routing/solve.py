"""Make a plan: search a template, roll it out, say why visits are missing, check it."""

import time
from collections.abc import Callable
from dataclasses import replace

from app.kernel.problems import Refused
from app.routing.check import check
from app.routing.explain import explain
from app.routing.grid import Grid, template_days, template_weeks
from app.routing.problem import Plan, Problem, Progress, input_hash
from app.routing.rollout import roll_out, template_visits
from app.routing.score import score
from app.routing.search import Search
from app.routing.validate import validate

CHUNK = 25  # moves between two looks at the clock and the cancel flag
ITERATIONS = 1000


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """Return a checked `Plan` for a `Problem`.

    Stops after `seconds` of search or `iterations` moves, whichever comes first (neither given: 1000 moves). With
    `iterations` only, equal problems and seeds give equal plans, bit for bit; `plan.iterations` replays a timed run
    nearly (its annealing followed the clock). `on_progress(Progress)` is called now and then; `cancelled()` true ends
    the search with the best plan so far. `seed` None = the problem's own.

    Raises kernel `Refused` with the findings of `validate` where the problem is malformed, and RuntimeError where the
    independent checker rejects the plan (a fault of the engine: such a plan is never handed out).
    """
    findings = [f for f in validate(problem) if f.is_error]
    if findings:
        raise Refused(findings)
    seed = problem.seed if seed is None else seed
    search = Search(Grid(problem, template_days(problem)), seed)
    done = improve(search, _limits(seconds, iterations), on_progress, cancelled)
    plan = _finish(problem, search, done, seed)
    broken = [f for f in check(problem, plan) if f.is_error and f.code != "lock_broken"]
    if broken:
        raise RuntimeError("the plan breaks its own rules: " + "; ".join(str(b) for b in broken[:5]))
    return plan


def _limits(seconds, iterations):
    return seconds, ITERATIONS if seconds is None and iterations is None else iterations


def improve(search, limits, on_progress=None, cancelled=None):
    """Run a search to its limits (seconds, iterations) and leave it at its best plan. Return the moves made."""
    seconds, iterations = limits
    begin = time.monotonic()
    search.start()
    cost = least = search.cost()
    best, done, share = search.keep(), 0, 0.0
    while share < 1.0:
        if done % CHUNK == 0:
            elapsed = time.monotonic() - begin
            if on_progress is not None and done % (4 * CHUNK) == 0:
                on_progress(Progress(elapsed, done, sum(search.missing), least))
            if (cancelled is not None and cancelled()) or (seconds is not None and elapsed >= seconds):
                break
        share = max(done / max(1, iterations) if iterations is not None else 0.0, elapsed / seconds if seconds else 0.0)
        if share >= 1.0 or (iterations is not None and done >= iterations):
            break
        cost = search.step(share, cost)
        done += 1
        if cost < least:
            least, best = cost, search.keep()
    search.restore(best)
    if on_progress is not None:
        on_progress(Progress(time.monotonic() - begin, done, sum(search.missing), least))
    return done


def _finish(problem, search, done, seed):
    template = template_visits(search)
    visits, unserved, relaxations = roll_out(problem, template, template_weeks(problem))
    plan = Plan(
        visits, unserved, score(problem, visits, unserved), None, done, seed, input_hash(problem), template, relaxations
    )
    why = explain(problem, plan)
    return replace(plan, unserved=tuple(why.unserved.get(u.demand, u) for u in unserved), shortages=why.shortages)
