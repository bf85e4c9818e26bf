"""What a timetable costs, in minutes of travel, compiled. The arrays `g`, `s`, `w` are those of `layout`."""


from app.routing.compiled import compiled
from app.routing.kernel.layout import (
    ASKED,
    BEFORE,
    CHANGE_DAY,
    CHANGE_TEAM,
    CHANGED,
    DISLIKED,
    FAIRNESS,
    IDLE_COST,
    IDLE_SHARE,
    KIDS,
    LOAD,
    MISSING,
    PARTIAL,
    PAT_CHANGE,
    SHARE,
    SUBSTITUTE,
    SUBSTITUTED,
    TEAMS,
    TOTALS,
    TRAVEL,
    TRAVELLED,
    UNSERVED,
    WEIGHTED,
)


@compiled
def unfair(w, team, load):
    """What a team's load costs, in minutes of travel: convex, with a steep end towards no work at all."""
    share = w[SHARE + team]
    cost = w[FAIRNESS] * load * load / (100.0 * share)
    least = w[IDLE_SHARE] * share
    if load < least:
        cost += w[IDLE_COST] * (least - load) * (least - load) / least
    return cost


@compiled
def cost_of(g, s, w):
    """The one number of the annealing, in minutes of travel."""
    total = w[UNSERVED] * s[g[TOTALS] + WEIGHTED] + w[TRAVEL] * s[g[TOTALS] + TRAVELLED]
    total += s[g[TOTALS] + CHANGED] + w[SUBSTITUTE] * s[g[TOTALS] + SUBSTITUTED]
    for t in range(g[TEAMS]):
        total += unfair(w, t, s[g[LOAD] + t])
    if w[PARTIAL]:
        for c in range(g[KIDS]):
            if 0 < s[g[MISSING] + c] < g[g[ASKED] + c]:
                total += w[PARTIAL]
    return total


@compiled
def change_cost(g, w, c, team, p):
    """Cost of departing from the previous plan and from what the family wishes, whole minutes."""
    cost = int(w[CHANGE_DAY]) * g[g[PAT_CHANGE] + p] + g[g[DISLIKED] + c * g[TEAMS] + team]
    if g[g[BEFORE] + c] >= 0 and g[g[BEFORE] + c] != team:
        cost += int(w[CHANGE_TEAM])
    return cost
