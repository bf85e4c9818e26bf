"""What a timetable costs, in minutes of travel, compiled."""

from app.routing.compiled import compiled
from app.routing.kernel.layout import CHANGED, SUBSTITUTED, TRAVELLED, WEIGHTED, Given, Timetable, Weights
from app.routing.records import Floats


@compiled
def unfair(w: Weights, team: int, load: int) -> float:
    """What a team's load costs, in minutes of travel: convex, with a steep end towards no work at all."""
    share = w.share[team]
    cost = w.fairness * load * load / (100.0 * share)
    least = w.idle_share * share
    if load < least:
        cost += w.idle_cost * (least - load) * (least - load) / least
    return cost


@compiled
def cost_of(given: Given, plan: Timetable, w: Weights) -> float:
    """The one number of the annealing, in minutes of travel."""
    totals = plan.totals
    total = w.unserved * totals[WEIGHTED] + w.travel * totals[TRAVELLED]
    total += totals[CHANGED] + w.substitute * totals[SUBSTITUTED]
    for t in range(given.teams):
        total += unfair(w, t, plan.load[t])
    if w.partial:
        for c in range(given.kids):
            if 0 < plan.missing[c] < given.asked[c]:
                total += w.partial
    return total


@compiled
def change_cost(given: Given, w: Weights, c: int, team: int, p: int) -> int:
    """Cost of departing from the previous plan and from what the family wishes, whole minutes."""
    cost = int(w.change_day) * given.pat_change[p] + given.disliked[c, team]
    if given.before[c] >= 0 and given.before[c] != team:
        cost += int(w.change_team)
    return cost


@compiled
def week_costs(given: Given, plan: Timetable, w: Weights, costs: Floats) -> None:
    """Write what each team's week costs to `costs` (teams,): travel, changes, fairness and the visits it leaves out. No
    substitute's visit may be in the timetable."""
    for t in range(given.teams):
        driven, changes, short = 0, 0, 0.0
        for day in range(given.days):
            for r in range(given.slot_at[t, day], given.slot_at[t, day + 1]):
                driven += plan.driven[r]
        for c in range(given.kids):
            if plan.team[c] == t:
                changes += change_cost(given, w, c, t, plan.pattern[c])
                short += w.unserved * given.priority[c] * given.pat_missing[plan.pattern[c]]
        costs[t] = w.travel * driven + changes + unfair(w, t, plan.load[t]) + short
