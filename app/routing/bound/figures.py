"""What a bound says, and the figures of a plan it is held against: those of the repeating plan (the template)."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.problems import S_
from app.routing.grid import template_weeks
from app.routing.problem import HalfDay, Plan, Problem, TemplateVisit
from app.routing.template import template_of

COVERS = S_(
    "bound.covers",
    "The bound is for the repeating plan. It keeps family times, teams' hours and limits, needs, days between visits "
    "and the same team for every visit of a child. It leaves out fairness between teams, changes against an earlier "
    "plan, visits fixed to a date, and that a teacher or a child cannot be in two places.",
)

COVERS_NO_BREAK = S_(
    "bound.covers_no_break",
    "The bound is for the repeating plan. It keeps family times, teams' hours and limits, needs, days between visits "
    "and the same team for every visit of a child. It leaves out the break at noon, fairness between teams, changes "
    "against an earlier plan, visits fixed to a date, and that a teacher or a child cannot be in two places.",
)


@dataclass(frozen=True, kw_only=True)
class Bound:
    """Proven of every repeating plan: at least `unserved` visits are missing; where none is missing, travel is at least
    `travel` minutes (None: it is proven that some must be missing). `unserved_any`, `travel_any`: the same if a child
    may have several teams.

    `covers`: an English sentence, marked for translation, on what the bound takes into account. `complete`: the
    programme was solved to its end, more time would not help. `rounds`, `columns`: rounds of pricing and trips found;
    `seconds`: time it took.
    """

    unserved: int = 0
    travel: int | None = 0
    unserved_any: int = 0
    travel_any: int | None = 0
    covers: str = COVERS
    complete: bool = False
    rounds: int = 0
    columns: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Figures:
    """Of a repeating plan: visits missing, minutes of travel, and whether every demand has one team."""

    unserved: int
    travel: int
    same_team: bool


def template_figures(problem: Problem, plan: Plan) -> Figures:
    """Return the `Figures` of a plan's repeating plan. Raises KeyError where it names something that the problem does
    not know."""
    template = template_of(problem, plan)
    kids, teams = {c.id: c for c in problem.children}, {t.id: t for t in problem.teams}
    place = {p: i for i, p in enumerate(problem.travel.places)}
    trips: dict[tuple[str, int, int, HalfDay | None], list[TemplateVisit]] = {}
    seen: dict[str, set[str]] = {}
    given: dict[str, int] = {}
    for v in sorted(template, key=lambda v: v.start):
        shifts = sorted(teams[v.team].shifts.get(v.weekday, ()))
        shift = next((h for h in shifts if h.start <= v.start < h.end), None)
        trips.setdefault((v.team, v.week, v.weekday, shift), []).append(v)
        seen.setdefault(v.demand, set()).add(v.team)
        given[v.demand] = given.get(v.demand, 0) + 1
    travel = 0
    for (team, _, _, shift), visits in trips.items():
        legs = problem.travel.of_shift(visits[0].start if shift is None else shift.start)
        way = [teams[team].school, *(kids[v.demand].place for v in visits), teams[team].school]
        travel += sum(int(legs[place[a]][place[b]]) for a, b in zip(way, way[1:], strict=False))
    weeks = template_weeks(problem)
    missing = sum(max(0, c.visits * (weeks // c.per) - given.get(c.id, 0)) for c in problem.children)
    return Figures(missing, travel, all(len(s) == 1 for s in seen.values()))


def gap(problem: Problem, plan: Plan, bound: Bound) -> float | None:
    """Percent by which the travel of a plan that gives every visit lies above the proven least, rounded up to a tenth;
    None where visits are missing or nothing is proven: there is no such number then."""
    figures = template_figures(problem, plan)
    least = bound.travel if figures.same_team else bound.travel_any
    if figures.unserved or not least:
        return None
    return -(-1000 * max(0, figures.travel - least) // least) / 10
