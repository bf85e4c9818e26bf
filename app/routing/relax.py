"""Remedies: what one thing relaxed would serve an unserved demand. Every remedy is tried out by insertion."""

from collections import Counter

from app.kernel.problems import N_
from app.routing.board import Board
from app.routing.grid import template_weeks
from app.routing.loosened import loosened_price, put_back, take_off
from app.routing.place import dates_of, insert_demand
from app.routing.relax_dates import DatedWays
from app.routing.remedies import apply_remedy
from app.routing.telling import WEEKDAYS, Remedy
from app.routing.ways import Ways

MOST = 4  # remedies told for one demand
LUNCH = 750
MONTH = 5_000  # days times demands up to which a remedy for a date is proved on the whole plan, as after applying it

ADD_WINDOW = N_(
    "Team %(team)s could visit %(child)s if the family were free on %(weekday)s from %(from)s to %(to)s too."
)
SHORTEN_GAP = N_("Team %(team)s could visit %(child)s with %(gap)s days between two visits instead of %(before)s.")
SUBSTITUTE = N_("Team %(main)s could visit %(child)s with team %(team)s as its named substitute on %(weekday)s.")
RAISE_CAP = N_("Team %(team)s could visit %(child)s if it might be away %(cap)s minutes a day instead of %(before)s.")
ALLOW_TEAM = N_("Team %(team)s could visit %(child)s if it were no longer excluded.")
UNLOCK = N_("Team %(team)s could visit %(child)s if the visits were no longer fixed to %(locked)s.")
MORE_HOURS = N_("Team %(team)s could visit %(child)s if it had hours on %(weekday)s from %(from)s to %(to)s too.")
ADD_SKILL = N_("Team %(team)s could visit %(child)s if a member were trained for, or joined for: %(skills)s.")
NEW_TEAM = N_("%(child)s needs one more team of %(size)s for %(minutes)s minutes a week, from %(place)s.")
NEW_TEAM_FOR = N_(
    "%(child)s needs one more team of %(size)s for %(minutes)s minutes a week, from %(place)s, trained for %(skills)s."
)
ADD_ADULT = N_("Team %(team)s could visit %(child)s if it went out with %(size)s adults.")

WINDOW_ON = N_("Team %(team)s could visit %(child)s if the family were free on %(on)s from %(from)s to %(to)s too.")
HOURS_ON = N_("Team %(team)s could visit %(child)s if it had hours on %(on)s from %(from)s to %(to)s too.")
SUBSTITUTE_ON = N_("Team %(team)s could stand in for %(main)s at %(child)s on %(on)s.")

_DATED = {"ADD_WINDOW": WINDOW_ON, "MORE_HOURS": HOURS_ON, "SUBSTITUTE": SUBSTITUTE_ON}
_MESSAGES = {
    "NEW_TEAM": NEW_TEAM,
    "ADD_WINDOW": ADD_WINDOW,
    "SHORTEN_GAP": SHORTEN_GAP,
    "SUBSTITUTE": SUBSTITUTE,
    "RAISE_CAP": RAISE_CAP,
    "ALLOW_TEAM": ALLOW_TEAM,
    "UNLOCK": UNLOCK,
    "MORE_HOURS": MORE_HOURS,
    "ADD_SKILL": ADD_SKILL,
    "ADD_ADULT": ADD_ADULT,
}


class Relaxing:
    """Tries relaxations on the repeating plan of a `Case`, and proves them on the dates."""

    def __init__(self, case):
        self.case, self.problem, self.grid = case, case.problem, case.grid
        self.state = case.filled() if case.grid else None
        self.weeks = template_weeks(case.problem)
        self.stretches = _usual(c.windows for c in case.problem.children)
        self.hours = _usual(t.shifts for t in case.problem.teams)
        self._board = None

    def remedies(self, child, missing):
        """The remedies of a demand, cheapest first, the best of each kind."""
        if self.grid is None:
            return ()
        if self.case.repeating(child):
            return self._dated_remedies(child, missing)
        c = self.grid.index[child.id]
        mine = take_off(self.state, c)
        ways = sorted(Ways(self, c, child).all(), key=lambda w: (w.cost, w.code, w.team, w.days))
        put_back(self.state, mine)
        found, kinds = [], set()
        for way in ways:
            if way.code in kinds or len(found) == MOST or not self._proved(c, child, way):
                continue
            remedy = self._remedy(child, way)
            if not self.grid.siblings[c] or self._works(child, remedy):  # services of one child get in each other's way
                kinds.add(way.code)
                found.append(remedy)
        return tuple(found)

    def _dated_remedies(self, child, missing):
        """Remedies for visits that single dates have lost."""
        board = self._dated()
        small = len(self.problem.days) * len(self.problem.children) <= MONTH
        ways = DatedWays(board, board.grid.index[child.id], missing, self.stretches, self.hours).all()
        found = {}
        for way in sorted(ways, key=lambda w: (w.cost, w.code, w.team, w.days)):
            if way.code not in found and len(found) < MOST:
                remedy = self._remedy(child, way)
                if not small or self._works(child, remedy):
                    found[way.code] = remedy
        return tuple(found.values())

    def _works(self, child, remedy):
        """The whole proof: does the demand get more visits in the relaxed problem?"""
        plan = insert_demand(apply_remedy(self.problem, remedy), self.case.plan, child.id)
        have = len(self._board.held[self._board.grid.index[child.id]])
        return sum(v.demand == child.id for v in plan.visits) > have

    # --- proving on dates -------------------------------------------------------------------------------------------

    def _dated(self):
        if self._board is None:
            self._board = Board(self.problem, self.case.plan, fixed=False)
            self._dates = dates_of(self._board, self.grid.days)
        return self._board

    def _proved(self, c, child, way):
        """Does the way hold on the dates too: all visits asked, or at least one on every open date of the pattern?"""
        board = self._dated()
        firm = sum(board.firm(v) for v in board.held[c].values())
        mine = take_off(board.state, c, board)
        teams = way.teams or (way.team,)
        dates = [(p, d) for p in way.days for d in self._dates[p] if d not in board.held[c] or (c, d) in mine]
        given = sum(self._stands(c, way, teams, p, d) for p, d in dates)
        had = len(board.held[c])
        put_back(board.state, mine)
        return firm + given >= board.asked[c] or (given == len(dates) and firm + given > had)

    def _stands(self, c, way, teams, p, d):
        board = self._board
        loose, date = dict(way.loose), self.problem.days[d].date
        if way.team < 0:
            at = loose["starts"][self.grid.days[p].acts_as]
            return any(a <= at <= b for a, b in board.grid.windows[c][d])
        on = loose.pop("on", None)
        times = self.problem.teams[way.team].shifts if "shifts" in loose else self.problem.children[c].windows
        if on is not None and (self.grid.days[p].acts_as != on or date in times):
            loose = {}  # another weekday, or a date that has times of its own
        for t in teams:
            if board.blocked(t, d) or any(d in board.held[s] for s in board.grid.siblings[c]):
                continue
            if loosened_price(board.state, c, t, d, **loose) is not None:
                return True
        return False

    # --- words ------------------------------------------------------------------------------------------------------

    def _remedy(self, child, way):
        values = {"child": child.name or child.person, **way.values}
        if way.team >= 0:
            values["team"] = self.case.name(way.team)
            values.setdefault("team_id", self.problem.teams[way.team].id)
        if "day" in values:
            values["weekday"] = WEEKDAYS[values["day"]]
        if "start" in values:
            values |= {"from": _clock(values["start"]), "to": _clock(values["end"])}
        message = _DATED[way.code] if "on" in values else _MESSAGES[way.code]
        if values.get("skills") and way.code == "NEW_TEAM":
            message = NEW_TEAM_FOR
        return Remedy(way.code, message, values, way.cost, child.id)


def _usual(mappings):
    """The commonest stretch before noon and after it, by which a half-day is meant here; where nobody has any, 8:30 to
    12:00 and 13:30 to 17:00."""
    weekly = (hs for times in mappings for key, hs in times.items() if isinstance(key, int))
    seen = Counter((h.start, h.end) for hs in weekly for h in hs)
    morning = [(-n, x) for x, n in seen.items() if x[1] <= LUNCH + 60]
    evening = [(-n, x) for x, n in seen.items() if x[0] >= LUNCH - 60]
    return [min(rows)[1] if rows else usual for rows, usual in ((morning, (510, 720)), (evening, (810, 1020)))]


def _clock(minute):
    return f"{minute // 60}:{minute % 60:02d}"
