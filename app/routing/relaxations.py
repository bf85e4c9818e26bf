"""Reporting the rules that a changed plan bends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from app.kernel.problems import S_
from app.routing.problem import Plan, Visit
from app.routing.telling import Relaxation

if TYPE_CHECKING:
    from app.routing.board import Board

GAP = S_("bent.gap", "%(child)s: the make-up visit on %(date)s is %(days)s days from another visit instead of %(gap)s.")
SUBSTITUTE = S_("bent.substitute", "%(child)s: team %(team)s stands in on %(date)s.")


def relaxations(board: Board, plan: Plan) -> Plan:
    """The plan with the relaxations of the visits that are new in it; those of visits that stand are kept."""
    where = {(v.demand, v.date, v.team) for v in board.plan.visits} & {(v.demand, v.date, v.team) for v in plan.visits}
    stood = {(demand, date) for demand, date, _ in where}
    kept = [r for r in board.plan.relaxations if (r.demand, r.date) in stood]
    return replace(plan, relaxations=(*kept, *new_relaxations(board, plan, where)))


def new_relaxations(board: Board, plan: Plan, where: set[tuple[str, date, str]]) -> list[Relaxation]:
    """Relaxations of visits that were not there before (`where`: (demand, date, team) of those that were)."""
    by_demand: dict[str, list[Visit]] = {}
    found: list[Relaxation] = []
    for v in plan.visits:
        by_demand.setdefault(v.demand, []).append(v)
    for demand, visits in sorted(by_demand.items()):
        new = [v for v in visits if (v.demand, v.date, v.team) not in where]
        for v in new:
            found += _bent(board, board.grid.index[demand], v, visits)
    return found


def _bent(board: Board, c: int, v: Visit, visits: Sequence[Visit]) -> Iterator[Relaxation]:
    child = board.problem.children[c]
    values = {"child": child.name or child.person, "date": v.date.isoformat()}
    near = min((abs((v.date - x.date).days) for x in visits if x.date != v.date), default=10**6)
    if near < child.min_gap:
        yield Relaxation("GAP", child.id, v.date, GAP, values | {"days": near, "gap": child.min_gap})
    main = board.main[c]
    if main is not None and board.problem.teams[main].id != v.team:
        team = board.problem.teams[board.grid.team_of[v.team]]
        yield Relaxation(
            "SUBSTITUTE", child.id, v.date, SUBSTITUTE, values | {"team": team.name or team.id, "team_id": team.id}
        )
