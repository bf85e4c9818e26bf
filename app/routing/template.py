"""The repeating plan of a dated one: its template, or what repeats in its visits."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from app.routing.grid import template_weeks
from app.routing.problem import Plan, Problem, TemplateVisit, Visit, monday


def template_of(problem: Problem, plan: Plan) -> tuple[TemplateVisit, ...]:
    """`plan.template`, or for a plan that has none what stands in more than half of the weeks: the usual team of each
    demand on its usual days, at the usual time."""
    if plan.template:
        return plan.template
    weeks = template_weeks(problem)
    first = monday(problem.days[0].date)
    acts = {d.date: d.acts_as for d in problem.days}
    slots: dict[tuple[str, int, int], list[Visit]] = defaultdict(list)
    teams: dict[str, Counter[str]] = defaultdict(Counter)
    rounds: dict[tuple[int, int], set[date]] = defaultdict(set)
    for day in problem.days:
        if day.acts_as is not None and not day.adjusted:
            rounds[(day.date - first).days // 7 % weeks, day.acts_as].add(day.date)
    for v in plan.visits:
        if v.date in acts and acts[v.date] == v.date.weekday():
            slots[v.demand, (v.date - first).days // 7 % weeks, v.date.weekday()].append(v)
            teams[v.demand][v.team] += 1
    found = []
    for (demand, week, weekday), visits in sorted(slots.items()):
        team = min(teams[demand], key=lambda t: (-teams[demand][t], t))
        own = [v for v in visits if v.team == team]
        if 2 * len(own) > len(rounds[week, weekday]):
            start = Counter(v.start for v in own).most_common(1)[0][0]
            found.append(TemplateVisit(demand, team, week, weekday, start))
    return tuple(found)
