"""Why visits are missing: tests in a fixed order, the first that fails is the reason.

Reasons 1 to 5 (skills, day pattern, common time, distance, settings) are proofs. CAPACITY is a statement about this
plan: another arrangement of the other children might have room. HOLIDAY names visits of the template that no make-up
day took.
"""

from collections import Counter
from dataclasses import replace

from app.kernel.problems import N_
from app.routing.grid import Grid, day_patterns, qualified, template_days, template_weeks
from app.routing.problem import NO_WAY, Plan, Problem, asked_visits, half_days, monday
from app.routing.state import State
from app.routing.telling import Explanation, Reason, Unserved
from app.routing.trip import EMPTY, build

NO_SKILL = N_("No team of at least %(size)s adults has all of: %(needs)s.")
NO_PATTERN = N_(
    "The family's times leave room for %(possible)s of %(asked)s visits with at least %(gap)s days between."
)
NO_COMMON_TIME = N_(
    "None of the teams %(teams)s works %(minutes)s minutes within the family's times on enough days "
    "(%(possible)s of %(asked)s visits)."
)
TOO_FAR = N_(
    "Too far: the nearest team, %(team)s, needs %(minutes)s minutes for the way and the visit, it has %(limit)s."
)
NO_WAY_OPEN = N_("No way to the home is open in this period from the schools of %(teams)s.")
FORBIDDEN = N_("Teams %(teams)s could come but are excluded by a setting.")
LOCKED = N_("The visits are fixed to team %(team)s, which cannot give them; %(teams)s could.")
CAPACITY = N_(
    "In an empty week teams %(teams)s could come, but their days are full in this plan: team %(team)s needs "
    "%(minutes)s more minutes on %(date)s."
)
NO_GAP_FREE = N_(
    "In an empty week teams %(teams)s could come, but in this plan their free hours do not meet the family's."
)
HOLIDAY = N_("Lost to closed days or absences (%(dates)s), and no make-up day had room.")
NOT_ON_A_DATE = N_(
    "The repeating plan has room for all visits, but %(missing)s of them stand on no date of this period."
)


def explain(problem: Problem, plan: Plan) -> Explanation:
    """Return why every demand that has fewer visits than asked goes short, see `Explanation`.

    Codes in order of the tests: NO_SKILL, NO_PATTERN, NO_COMMON_TIME, TOO_FAR, FORBIDDEN or LOCKED, CAPACITY, HOLIDAY.
    The plan may come from anywhere; it is only read.
    """
    have = Counter(v.demand for v in plan.visits)
    gone = [(c, asked_visits(problem, c) - have[c.id]) for c in problem.children]
    gone = [(c, n) for c, n in gone if n > 0]
    if not gone:
        return Explanation()
    case = _Case(problem, plan)
    return Explanation({c.id: Unserved(c.id, c.person, n, (case.reason(c),)) for c, n in gone})


class _Case:
    def __init__(self, problem, plan):
        self.problem, self.plan = problem, plan
        free = replace(problem, locks=())
        self.grid = Grid(free, template_days(problem)) if any(d.acts_as is not None for d in problem.days) else None
        self.full = None

    def reason(self, child):
        if self.grid is None:
            return self._holiday(child)
        c = self.grid.index[child.id]
        tests = (self._skill, self._pattern, self._common_time, self._distance, self._settings)
        for test in tests:
            found = test(child, c)
            if found:
                return found
        in_template = sum(t.demand == child.id for t in self.plan.template)
        whole = child.visits * (template_weeks(self.problem) // child.per)
        return self._holiday(child) if in_template >= whole else self._capacity(child, c)

    def _qualified(self, child):
        return [t for t, team in enumerate(self.problem.teams) if qualified(team, child)]

    def _skill(self, child, c):
        if self._qualified(child):
            return None
        needs = ", ".join(sorted(child.needs)) or "-"
        return Reason("NO_SKILL", NO_SKILL, {"size": child.team_size, "needs": needs})

    def _visits(self, child, usable):
        """The most visits in a period of the demand on the usable template days."""
        patterns = day_patterns(child, self.grid.days, usable, self.problem.repeats)
        return child.visits - min((m for _, m in patterns), default=10**6) // self._rounds(child) if patterns else 0

    def _rounds(self, child):
        return template_weeks(self.problem) // child.per

    def _pattern(self, child, c):
        usable = [d for d in range(len(self.grid.days)) if self.grid.windows[c][d]]
        possible = self._visits(child, usable)
        if possible < child.visits:
            return Reason("NO_PATTERN", NO_PATTERN, {"possible": possible, "asked": child.visits, "gap": child.min_gap})
        return None

    def _common_time(self, child, c):
        best = 0
        for t in self._qualified(child):
            usable = [d for d in range(len(self.grid.days)) if self._overlap(t, c, d)]
            best = max(best, self._visits(child, usable))
            if best == child.visits:
                return None
        return Reason(
            "NO_COMMON_TIME",
            NO_COMMON_TIME,
            {
                "teams": self._names(self._qualified(child)),
                "minutes": child.minutes,
                "possible": best,
                "asked": child.visits,
            },
        )

    def _overlap(self, t, c, d):
        long = self.grid.minutes[c]
        return any(
            min(last + long, b) - max(first, a) >= long
            for first, last in self.grid.windows[c][d]
            for a, b in self.grid.shifts[t][d]
        )

    def _alone(self, t, c):
        """Template days on which team t could visit demand c if it had nothing else to do."""
        return [d for d in range(len(self.grid.days)) if self._fits(t, c, d)]

    def _fits(self, t, c, d):
        if not self.grid.windows[c][d]:
            return False
        team = self.problem.teams[t]
        for shift in self.grid.shifts[t][d]:
            trip = build(self.grid, t, d, shift, (c,), lambda x: self.grid.windows[x][d])
            if trip and trip[3] <= team.cap_day and trip[4] <= (team.max_travel or trip[4]):
                return True
        return False

    def _near_enough(self, child, c, teams):
        return [t for t in teams if self._visits(child, self._alone(t, c)) == child.visits]

    def _distance(self, child, c):
        teams = self._qualified(child)
        if self._near_enough(child, c, teams):
            return None
        legs, home = self.grid.legs, self.grid.home[c]
        away = {t: legs[self.grid.school[t]][home] + legs[home][self.grid.school[t]] + child.minutes for t in teams}
        if min(away.values()) >= NO_WAY:
            return Reason("TOO_FAR", NO_WAY_OPEN, {"teams": self._names(teams)})
        t = min(teams, key=lambda t: (away[t], t))
        room = max((b - a for row in self.grid.shifts[t] for a, b in row), default=0)
        return Reason(
            "TOO_FAR",
            TOO_FAR,
            {"team": self._name(t), "minutes": away[t], "limit": min(room, self.problem.teams[t].cap_day)},
        )

    def _settings(self, child, c):
        able = self._near_enough(child, c, self._qualified(child))
        allowed = [t for t in able if self.problem.teams[t].id not in child.forbidden_teams]
        if not allowed:
            return Reason("FORBIDDEN", FORBIDDEN, {"teams": self._names(able)})
        orders = {lock.team for lock in self.problem.locks if lock.demand == child.id and lock.date is None}
        if orders and not any({self.problem.teams[t].id} == orders for t in allowed):
            names = [self._name(self.grid.team_of[x]) for x in sorted(orders)]
            return Reason("LOCKED", LOCKED, {"team": ", ".join(names), "teams": self._names(allowed)})
        return None

    def _capacity(self, child, c):
        """The best candidate: the team and day that would need the fewest minutes more to take one more visit."""
        orders = {lock.team for lock in self.problem.locks if lock.demand == child.id and lock.date is None}
        able = [
            t
            for t in self._near_enough(child, c, self._qualified(child))
            if self.problem.teams[t].id not in child.forbidden_teams and orders <= {self.problem.teams[t].id}
        ]
        state = self._filled()
        mine = {(t.week, t.weekday) for t in self.plan.template if t.demand == child.id}
        lacks = [
            (self._lacking(state, t, c, d), d, t) for t in able for d in self._alone(t, c) if self._slot(d) not in mine
        ]
        lacks = [x for x in lacks if x[0] is not None]
        if not lacks:
            return Reason("CAPACITY", NO_GAP_FREE, {"teams": self._names(able)})
        minutes, d, t = min(lacks)
        return Reason(
            "CAPACITY",
            CAPACITY,
            {"teams": self._names(able), "team": self._name(t), "minutes": minutes, "date": self._date_of(d)},
        )

    def _slot(self, d):
        return divmod((self.grid.days[d].date - monday(self.grid.days[0].date)).days, 7)

    def _filled(self):
        """The template's trips as the plan has them."""
        if self.full is None:
            grid = self.grid
            self.full = State(grid)
            slots = {self._slot(d): d for d in range(len(grid.days))}
            for v in sorted(self.plan.template, key=lambda v: v.start):
                t, d, c = grid.team_of[v.team], slots.get((v.week, v.weekday)), grid.index[v.demand]
                k = (
                    next((k for k, (a, b) in enumerate(grid.shifts[t][d]) if a <= v.start <= b), None)
                    if d is not None
                    else None
                )
                if k is not None:
                    seq = self.full.cells[t][d][k][0] + (c,)
                    trip = build(grid, t, d, grid.shifts[t][d][k], seq, self.full.windows(d))
                    self.full.put(t, d, k, trip or EMPTY)
        return self.full

    def _lacking(self, state, t, c, d):
        """Minutes over the daily limit, or of hours missing at the end, with one more visit at its cheapest place; at
        least 5."""
        grid, team, trips = self.grid, self.problem.teams[t], state.cells[t][d]
        away, least = sum(x[3] for x in trips), None
        for k, trip in enumerate(trips):
            a, b = grid.shifts[t][d][k]
            for pos in range(len(trip[0]) + 1):
                seq = trip[0][:pos] + (c,) + trip[0][pos:]
                longer = build(grid, t, d, (a, b + 1440), seq, state.windows(d))
                if longer is None:
                    continue
                last = seq[-1]
                back = longer[1][-1] + grid.legs[grid.home[last]][grid.school[t]]
                need = max(back - b, away - trip[3] + longer[3] - team.cap_day, 5)
                least = need if least is None else min(least, need)
        return least

    def _date_of(self, d):
        weekday = self.grid.days[d].acts_as
        return next(x.date for x in self.problem.days if x.acts_as == weekday).isoformat()

    def _holiday(self, child):
        weekdays = {t.weekday for t in self.plan.template if t.demand == child.id}
        given = {v.date for v in self.plan.visits if v.demand == child.id}
        teams = {t.id: t for t in self.problem.teams}
        mine = [teams[t.team] for t in self.plan.template if t.demand == child.id and t.team in teams][:1]
        lost = [
            d.date
            for d in self.problem.days
            if d.date.weekday() in weekdays
            and d.date not in given
            and (
                d.acts_as != d.date.weekday()
                or not half_days(child.windows, d)
                or not any(half_days(t.shifts, d) for t in mine)
            )
        ]
        if not lost:
            return Reason("HOLIDAY", NOT_ON_A_DATE, {"missing": self._short(child)})
        return Reason("HOLIDAY", HOLIDAY, {"dates": ", ".join(x.isoformat() for x in lost[:5])})

    def _short(self, child):
        return asked_visits(self.problem, child) - sum(v.demand == child.id for v in self.plan.visits)

    def _name(self, t):
        return self.problem.teams[t].name or self.problem.teams[t].id

    def _names(self, teams):
        names = [self._name(t) for t in teams]
        return ", ".join(names[:5]) + ("…" if len(names) > 5 else "")
