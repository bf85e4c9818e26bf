"""The door of the bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.kernel.problems import Refused
from app.routing import apart as elsewhere
from app.routing.bound.figures import COVERS, COVERS_NO_BREAK, Bound
from app.routing.problem import Problem, Progress
from app.routing.validate import validate


def bound(
    problem: Problem,
    *,
    seconds: float = 20,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    apart: bool = False,
) -> Bound:
    """Return what is proven of every repeating plan of a `Problem`, after at most about `seconds`.

    `on_progress(Progress)` is told after every round: `iterations` = rounds, `unserved` and `cost` = the missing visits
    and minutes of travel proven so far. `cancelled()` true ends the run with what is proven then. `apart`: in a process
    of its own (nothing is told on the way), whose end ends nothing else. Raises kernel `Refused` with the findings of
    `validate` where the problem is malformed.
    """
    findings = [f for f in validate(problem) if f.is_error]
    if findings:
        raise Refused(findings)
    if apart:
        return elsewhere.prove(problem, seconds=seconds, cancelled=cancelled)
    from app.routing.bound.generate import Generation  # numba and HiGHS: for a worker, not for the web

    run = Generation(_without_break(problem), seconds, on_progress, cancelled)
    run.run()
    return Bound(
        unserved=run.unserved,
        travel=None if run.unserved else run.travel,
        unserved_any=run.unserved_any,
        travel_any=None if run.unserved_any else run.travel_any,
        covers=COVERS if problem.noon_break is None else COVERS_NO_BREAK,
        complete=run.complete,
        rounds=run.rounds,
        columns=len(run.master.trips),
        seconds=run.elapsed(),
    )


def _without_break(problem: Problem) -> Problem:
    """The problem less the break at noon, and its minutes more under every daily limit: a rest on the way does not
    count there, so that every plan of the one is a plan of the other."""
    if problem.noon_break is None:
        return problem
    more = problem.noon_break.minutes
    teams = tuple(replace(team, cap_day=team.cap_day + more) for team in problem.teams)
    return replace(problem, teams=teams, noon_break=None)
