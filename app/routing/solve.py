"""Make a plan: search a repeating plan and finish it."""

from collections.abc import Callable
from typing import Any

from app.kernel.problems import Refused
from app.routing import apart as elsewhere
from app.routing.finish import finish
from app.routing.grid import Grid, template_days
from app.routing.problem import Plan, Problem, Progress
from app.routing.validate import validate


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
    options: dict[str, Any] = {"seconds": seconds, "iterations": iterations, "seed": seed, "lanes": lanes}
    if apart:
        found = elsewhere.search(problem, on_progress=on_progress, cancelled=cancelled, **options)
    else:
        from app.routing.kernel.template import find_template  # the compiler is loaded with the first search only

        grid = Grid(problem, template_days(problem))
        found = find_template(problem, grid, on_progress=on_progress, cancelled=cancelled, **options)
    return finish(problem, found.template, found.moves, seed, found.failures)
