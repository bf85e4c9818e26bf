"""Numbers of visits, as the checker counts them: period by period, by nobody else's sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from app.kernel.problems import N_, S_, Severity
from app.kernel.problems import Problem as Finding
from app.routing.problem import Child, Plan, Problem, Visit, asked_by_period, asked_visits, most_visits


class View(Protocol):
    """A plan's visits sorted for looking up."""

    problem: Problem
    plan: Plan
    children: dict[str, Child]
    by_demand: defaultdict[str, list[Visit]]


def firm(finding: Finding, visits: Sequence[Visit]) -> Finding:
    """A finding on fixed visits only is a warning: a past or confirmed visit is a fact, not this plan's doing."""
    return replace(finding, severity=Severity.WARNING) if all(v.locked for v in visits) else finding


def counts(view: View) -> Iterator[Finding]:
    missing: Counter[str] = Counter()
    for u in view.plan.unserved:
        missing[u.demand] += u.missing
    for child in view.problem.children:
        own, spans = view.by_demand[child.id], [(x.first, x.last) for x in asked_by_period(view.problem, child)]
        if child.quotas is not None:
            own = [v for v in own if any(first <= v.date <= last for first, last in spans)]
        have, asked = len(own), asked_visits(view.problem, child)
        most = most_visits(view.problem, child)
        told = {"child": child.name or child.person, "have": have, "asked": asked, "most": most}
        told |= {"told": missing[child.id]}
        if have > most:
            yield firm(
                Finding("too_often", N_("%(child)s has %(have)s visits, %(most)s at most."), told),
                own,
            )
        lacking, beyond = _by_period(view, child.id)
        if missing[child.id] != lacking:
            yield Finding(
                "miscounted", N_("%(child)s has %(have)s of %(asked)s visits, but %(told)s are told as missing."), told
            )
        for first, last, n, most in beyond if child.quotas is not None else ():
            span = {"first": first.isoformat(), "last": last.isoformat(), "have": n, "most": most}
            inside = [v for v in own if first <= v.date <= last]
            yield firm(
                Finding(
                    "too_often",
                    S_(
                        "too_often.period",
                        "%(child)s has %(have)s visits from %(first)s to %(last)s, %(most)s at most.",
                    ),
                    told | span,
                ),
                inside,
            )


def _by_period(view: View, demand: str) -> tuple[int, list[tuple[date, date, int, int]]]:
    """(visits missing, [(first day, last day, regular visits there, most)] of periods with more than they ask for)."""
    lacking, more = 0, []
    for one in asked_by_period(view.problem, view.children[demand]):
        kinds = [v.origin == "template" for v in view.by_demand[demand] if one.first <= v.date <= one.last]
        over = len(kinds) - one.visits
        lacking -= min(over, kinds.count(False)) if over > 0 else over
        if sum(kinds) > one.visits:
            more.append((one.first, one.last, sum(kinds), one.visits))
    return max(0, lacking), more
