"""Making room for visits that closed days and absences took away: others of the same weeks move."""

from collections import Counter, defaultdict
from datetime import date

from app.routing.board import Board
from app.routing.change import with_visits
from app.routing.grid import template_weeks
from app.routing.place import lost_days
from app.routing.problem import Plan, Problem, monday
from app.routing.relaxations import relaxations
from app.routing.repair.mend import Mender
from app.routing.tuning import REPAIRING


def make_room(problem: Problem, plan: Plan, seed: int = 0) -> Plan:
    """Return the plan with as many lost visits as find a place when visits of their week and of the weeks beside it
    move too, by the children's own teams; unchanged where that serves nobody.

    Only for demands whose repeating plan is whole: the others lack room in every week, not on some dates. Rules that
    are bent are told in the plan's relaxations. Equal problems, plans and seeds give equal plans.
    """
    lost = _lost(problem, plan)
    if not lost:
        return plan
    board = Board(problem, plan, fixed=False)
    weeks: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for demand, missing in lost:
        c = board.grid.index[demand]
        for d in lost_days(board, c)[:missing]:
            weeks[monday(problem.days[d].date)].append((c, d))
    for _, due in sorted(weeks.items()):
        Mender(board, due, "fewest_changes" if problem.substitutes else "no_substitute", seed).run(
            min(REPAIRING.room_most, REPAIRING.room_tries * len(due))
        )
    made = relaxations(board, with_visits(problem, plan, board.visits()))
    return made if made.score.unserved < plan.score.unserved else plan


def _lost(problem: Problem, plan: Plan) -> list[tuple[str, int]]:
    """[(demand, missing visits)] of the demands that have all their visits in the repeating plan."""
    weeks, placed = template_weeks(problem), Counter(v.demand for v in plan.template)
    asked = {c.id: c.visits * weeks // c.per for c in problem.children}
    return [(u.demand, u.missing) for u in plan.unserved if placed[u.demand] == asked[u.demand]]
