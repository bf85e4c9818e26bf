"""Remedies: what one thing relaxed would serve an unserved demand. Every remedy is tried out by insertion."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from app.kernel.problems import S_
from app.routing.board import Board
from app.routing.grid import Shift
from app.routing.loosened import NOTHING, loosened_price, put_back, take_off
from app.routing.place import dates_of, insert_demand
from app.routing.problem import Child, HalfDay, missing_visits
from app.routing.relax_dates import DatedWays
from app.routing.remedies import apply_remedy
from app.routing.telling import WEEKDAYS, Remedy
from app.routing.ways import Usual, Way, Ways
from app.routing.why_no_place import Case

MOST = 4  # remedies told for one demand
LUNCH = 750
MONTH = 5_000  # days times demands up to which a remedy for a date is proved on the whole plan, as after applying it

ADD_WINDOW = S_(
    "remedy.add_window",
    "Team %(team)s could visit %(child)s if the family were free on %(weekday)s from %(from)s to %(to)s too.",
)
SHORTEN_GAP = S_(
    "remedy.shorten_gap",
    "Team %(team)s could visit %(child)s with %(gap)s days between two visits instead of %(before)s.",
)
SUBSTITUTE = S_(
    "remedy.substitute",
    "Team %(main)s could visit %(child)s with team %(team)s as its named substitute on %(weekday)s.",
)
RAISE_CAP = S_(
    "remedy.raise_cap",
    "Team %(team)s could visit %(child)s if it might be away %(cap)s minutes a day instead of %(before)s.",
)
ALLOW_TEAM = S_("remedy.allow_team", "Team %(team)s could visit %(child)s if it were no longer excluded.")
UNLOCK = S_("remedy.unlock", "Team %(team)s could visit %(child)s if the visits were no longer fixed to %(locked)s.")
MORE_HOURS = S_(
    "remedy.more_hours",
    "Team %(team)s could visit %(child)s if it had hours on %(weekday)s from %(from)s to %(to)s too.",
)
ADD_SKILL = S_(
    "remedy.add_skill", "Team %(team)s could visit %(child)s if a member were trained for, or joined for: %(skills)s."
)
NEW_TEAM = S_(
    "remedy.new_team", "%(child)s needs one more team of %(size)s for %(minutes)s minutes a week, from %(place)s."
)
NEW_TEAM_FOR = S_(
    "remedy.new_team_for",
    "%(child)s needs one more team of %(size)s for %(minutes)s minutes a week, from %(place)s, trained for %(skills)s.",
)
ADD_ADULT = S_("remedy.add_adult", "Team %(team)s could visit %(child)s if it went out with %(size)s adults.")

WINDOW_ON = S_(
    "remedy.window_on",
    "Team %(team)s could visit %(child)s if the family were free on %(on)s from %(from)s to %(to)s too.",
)
HOURS_ON = S_(
    "remedy.hours_on", "Team %(team)s could visit %(child)s if it had hours on %(on)s from %(from)s to %(to)s too."
)
SUBSTITUTE_ON = S_("remedy.substitute_on", "Team %(team)s could stand in for %(main)s at %(child)s on %(on)s.")

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

    def __init__(self, case: Case) -> None:
        self.case, self.problem = case, case.problem
        family = _usual(c.windows for c in case.problem.children)
        self.usual = Usual(family, _usual(t.shifts for t in case.problem.teams))
        self._board: Board | None = None

    def remedies(self, child: Child, missing: int) -> tuple[Remedy, ...]:
        """The remedies of a demand, cheapest first, the best of each kind."""
        if self.case.laid is None:
            return ()
        if self.case.repeating(child):
            return self._dated_remedies(child, missing)
        c = self.case.grid.index[child.id]
        mine = take_off(self.case.filled(), c)
        ways = sorted(Ways(self.case, child, self.usual).all(), key=lambda w: (w.cost, w.code, w.team, w.days))
        put_back(self.case.filled(), mine)
        found: list[Remedy] = []
        kinds: set[str] = set()
        for way in ways:
            if way.code in kinds or len(found) == MOST or not self._proved(c, child, way):
                continue
            remedy = self._remedy(child, way)
            # services of one child get in each other's way
            if not self.case.grid.siblings[c] or self._works(child, remedy):
                kinds.add(way.code)
                found.append(remedy)
        return tuple(found)

    def _dated_remedies(self, child: Child, missing: int) -> tuple[Remedy, ...]:
        """Remedies for visits that single dates have lost."""
        board = self._dated()
        small = len(self.problem.days) * len(self.problem.children) <= MONTH
        ways = DatedWays(board, board.grid.index[child.id], missing, self.usual).all()
        found: dict[str, Remedy] = {}
        for way in sorted(ways, key=lambda w: (w.cost, w.code, w.team, w.days)):
            if way.code not in found and len(found) < MOST:
                remedy = self._remedy(child, way)
                if not small or self._works(child, remedy):
                    found[way.code] = remedy
        return tuple(found.values())

    def _works(self, child: Child, remedy: Remedy) -> bool:
        """The whole proof: does the demand get more visits in the relaxed problem?"""
        problem, board = apply_remedy(self.problem, remedy), self._dated()
        plan = insert_demand(problem, self.case.plan, child.id)
        eased = next(c for c in problem.children if c.id == child.id)
        own = (v for v in plan.visits if v.demand == child.id)
        return missing_visits(problem, eased, own) < board.lacks(board.grid.index[child.id])

    # --- proving on dates -------------------------------------------------------------------------------------------

    def _dated(self) -> Board:
        if self._board is None:
            self._board = Board(self.problem, self.case.plan, fixed=False)
            self._dates = dates_of(self._board, self.case.grid.days)
        return self._board

    def _proved(self, c: int, child: Child, way: Way) -> bool:
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

    def _stands(self, c: int, way: Way, teams: Iterable[int], p: int, d: int) -> bool:
        board = self._dated()
        loose, day, weekday = way.loose, self.problem.days[d].date, self.case.grid.days[p].acts_as
        if way.team < 0:
            at = way.starts[weekday]
            return any(a <= at <= b for a, b in board.grid.windows[c][d])
        times = self.problem.teams[way.team].shifts if loose.shifts is not None else self.problem.children[c].windows
        if way.on is not None and (weekday != way.on or day in times):
            loose = NOTHING  # another weekday, or a date that has times of its own
        for t in teams:
            if board.blocked(t, d) or any(d in board.held[s] for s in board.grid.siblings[c]):
                continue
            if loosened_price(board.state, c, t, d, loose) is not None:
                return True
        return False

    # --- words ------------------------------------------------------------------------------------------------------

    def _remedy(self, child: Child, way: Way) -> Remedy:
        values: dict[str, int | str] = {"child": child.name or child.person, **way.values}
        if way.team >= 0:
            values["team"] = self.case.name(way.team)
            values.setdefault("team_id", self.problem.teams[way.team].id)
        if "day" in values:
            values["weekday"] = WEEKDAYS[int(values["day"])]
        if "start" in values:
            values |= {"from": _clock(int(values["start"])), "to": _clock(int(values["end"]))}
        message = _DATED[way.code] if "on" in values else _MESSAGES[way.code]
        if values.get("skills") and way.code == "NEW_TEAM":
            message = NEW_TEAM_FOR
        return Remedy(way.code, message, values, way.cost, child.id)


def _usual(mappings: Iterable[Mapping[int | date, tuple[HalfDay, ...]]]) -> tuple[Shift, Shift]:
    """The commonest stretch before noon and after it, by which a half-day is meant here; where nobody has any, 8:30 to
    12:00 and 13:30 to 17:00."""
    weekly = (hs for times in mappings for key, hs in times.items() if isinstance(key, int))
    seen = Counter((h.start, h.end) for hs in weekly for h in hs)
    morning = [(-n, x) for x, n in seen.items() if x[1] <= LUNCH + 60]
    evening = [(-n, x) for x, n in seen.items() if x[0] >= LUNCH - 60]
    return min(morning)[1] if morning else (510, 720), min(evening)[1] if evening else (810, 1020)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
