"""Why visits are missing, what would help, and what is lacking in sum."""

from collections.abc import Collection

from app.routing.problem import Plan, Problem, by_demand, missing_visits
from app.routing.relax import Relaxing
from app.routing.shortages import shortages
from app.routing.telling import Explanation, Unserved
from app.routing.why_no_place import Case


def explain(problem: Problem, plan: Plan, only: Collection[str] | None = None) -> Explanation:
    """Return why every demand that has fewer visits than asked goes short, see `Explanation`.

    Reasons, in order of the tests: NO_SKILL, NO_PATTERN, NO_COMMON_TIME, TOO_FAR, FORBIDDEN or LOCKED, CAPACITY,
    HOLIDAY. Remedies, cheapest first, the best of each kind: each was tried by inserting the demand beside the others
    with this one thing relaxed (others keep team and day, times may slide); none means that no single change is
    enough. `only`: demands to look at, None = all. The plan may come from anywhere, with or without a template; it is
    only read.
    """
    mine = by_demand(plan.visits)
    gone = [(c, missing_visits(problem, c, mine[c.id])) for c in problem.children]
    gone = [(c, n) for c, n in gone if n > 0 and (only is None or c.id in only)]
    if not gone:
        return Explanation()
    case = Case(problem, plan)
    told = {c.id: case.reason(c) for c, _ in gone}
    relaxing = Relaxing(case)
    found = {c.id: Unserved(c.id, c.person, n, (told[c.id],), relaxing.remedies(c, n)) for c, n in gone}
    return Explanation(found, shortages(case, [(c, told[c.id].code) for c, _ in gone]))
