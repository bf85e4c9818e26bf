"""Who is a child's main team in a repeating plan, and the report of visits that another team gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from app.kernel.problems import S_
from app.routing.problem import Problem, TemplateVisit, Visit
from app.routing.telling import Relaxation

STANDS_IN = S_("bent.substitute", "%(child)s: team %(team)s stands in on %(date)s.")


def main_teams(template: Iterable[TemplateVisit]) -> dict[str, str]:
    """{demand id: team id} of the team with most visits of each demand, the first by id among equals."""
    by_demand: dict[str, Counter[str]] = {}
    for v in template:
        by_demand.setdefault(v.demand, Counter())[v.team] += 1
    return {demand: min(teams, key=lambda t: (-teams[t], t)) for demand, teams in by_demand.items()}


def report_substitutes(
    problem: Problem, template: tuple[TemplateVisit, ...], visits: tuple[Visit, ...], known: tuple[Relaxation, ...] = ()
) -> tuple[Relaxation, ...]:
    """Return a `Relaxation` for every dated visit of the repeating plan that another than the main team gives; `known`
    ones are not told again."""
    main = main_teams(template)
    told = {(r.demand, r.date) for r in known if r.code == "SUBSTITUTE"}
    kids, teams = {c.id: c for c in problem.children}, {t.id: t for t in problem.teams}
    found = []
    for v in visits:
        if v.team == main.get(v.demand, v.team) or v.origin != "template" or (v.demand, v.date) in told:
            continue
        names = {"child": kids[v.demand].name or v.child, "team": teams[v.team].name or v.team}
        found.append(Relaxation("SUBSTITUTE", v.demand, v.date, STANDS_IN, names | {"date": v.date.isoformat()}))
    return tuple(found)
