"""Two teachers, perhaps of two schools, who meet at one home: times that leave every other visit where it stands."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from app.routing.problem import NO_WAY, Child, Problem, Team, Visit, half_days
from app.routing.telling import Reason

TRIED_TOGETHER = 4
"""Up to so many demands are tried in every order, more only with the hardest to place first."""


@dataclass(frozen=True)
class Meeting:
    """Two teams at the home of a demand at once, `start` to `end` in minutes of the day; `added` minutes of travel, of
    both together."""

    demand: str
    child: str
    date: date
    teams: tuple[str, str]
    start: int
    end: int
    added: int


@dataclass(frozen=True)
class Pairing:
    """The meetings proposed for a day, and the reason for each demand that gets none."""

    meetings: tuple[Meeting, ...]
    unmet: dict[str, Reason] = field(default_factory=dict)


@dataclass(frozen=True)
class _Slot:
    """A team can be at the home from `first` to `last` (starts of the visit) for `added` minutes of travel."""

    team: Team
    first: int
    last: int
    added: int


def demands_for_pairs(problem: Problem) -> tuple[str, ...]:
    """Ids of the demands of two adults that no team of two or more is able to serve."""
    return tuple(
        child.id
        for child in problem.children
        if child.team_size == 2 and not any(_serves(team, child) for team in problem.teams)
    )


def _serves(team, child):
    return len(team.teachers) >= 2 and child.needs <= team.skills and team.id not in child.forbidden_teams


def pair_visits(
    problem: Problem,
    day: date,
    visits: Iterable[Visit] = (),
    demands: Iterable[str] | None = None,
    *,
    both: bool = False,
) -> Pairing:
    """Propose for a date at which two single teachers meet at the homes of `demands` (None: `demands_for_pairs`).

    `visits`: all that stands on that date, by whatever team; none of it moves. The two together have all the needs, or
    each of them where `both` is true. Everyone's shifts, daily limits, ways and the family's times hold. As many
    demands as possible get a meeting, with the least travel added, as early as can be. The gap to visits on other dates
    is for the caller to keep, by the date. Raises LookupError for a date or demand that is not part of the problem.
    """
    told = next((d for d in problem.days if d.date == day), None)
    children = {c.id: c for c in problem.children}
    wanted = list(demands_for_pairs(problem) if demands is None else demands)
    if told is None or not children.keys() >= set(wanted):
        raise LookupError(f"{day} or one of {wanted} is not part of this problem")
    board = _Day(problem, told, [v for v in visits if v.date == day], both)
    options = {w: len(list(board.pairs(children[w]))) for w in wanted}
    hardest = sorted(dict.fromkeys(wanted), key=lambda w: (options[w], -children[w].priority))
    orders = itertools.permutations(hardest) if len(hardest) <= TRIED_TOGETHER else [hardest]
    best = min((board.fill([children[w] for w in order]) for order in orders), key=_worth)
    met = {m.demand for m in best}
    return Pairing(best, {w: board.reason(children[w]) for w in hardest if w not in met})


def _worth(meetings):
    return -len(meetings), sum(m.added for m in meetings), sorted((m.demand, m.start, m.teams) for m in meetings)


class _Day:
    """A date's visits by team, with what a home more would mean to each of the single teachers."""

    def __init__(self, problem, day, visits, both):
        self.problem, self.day, self.both, self.visits = problem, day, both, list(visits)
        self.place = {p: i for i, p in enumerate(problem.travel.places)}
        self.homes = {c.id: self.place[c.place] for c in problem.children}
        self.child = {c.id: c.person for c in problem.children}
        self.teams = {t.id: t for t in problem.teams}
        self.others = {
            t.id: [o for o in problem.teams if o.id != t.id and set(o.teachers) & set(t.teachers)]
            for t in problem.teams
            if len(t.teachers) == 1
        }
        self.shut = {
            (self.place[x.start], self.place[x.end]) for x in problem.closed_legs if x.first <= day.date <= x.last
        }

    def leg(self, shift, a, b):
        """Minutes from place a to place b on the date, on the trip of a shift."""
        return NO_WAY if (a, b) in self.shut else int(self.problem.travel.of_shift(shift.start)[a][b])

    def fill(self, children):
        """Give each of the children in turn the cheapest meeting; return the meetings."""
        kept, meetings = list(self.visits), []
        for child in children:
            if meeting := min(self.pairs(child), key=lambda m: (m.added, m.start, m.teams), default=None):
                meetings.append(meeting)
                self.visits += [
                    Visit(child.id, child.person, self.day.date, team, meeting.start, meeting.end)
                    for team in meeting.teams
                ]
        self.visits = kept
        return tuple(meetings)

    def pairs(self, child: Child) -> Iterator[Meeting]:
        """Every two teams that can meet at the child's home, each way they can, as early as they can."""
        if any(self.child[v.demand] == child.person for v in self.visits):
            return
        slots = cache(lambda team: list(self.slots(self.teams[team], child)))
        for one, other in self.crews(child):
            for a, b in itertools.product(slots(one.id), slots(other.id)):
                for window in half_days(child.windows, self.day):
                    start = max(a.first, b.first, window.start)
                    if start <= min(a.last, b.last, window.end - child.minutes):
                        teams = (one.id, other.id)
                        yield Meeting(
                            child.id,
                            child.person,
                            self.day.date,
                            teams,
                            start,
                            start + child.minutes,
                            a.added + b.added,
                        )

    def crews(self, child):
        """Every two single teachers who have the needs together, or each of them where that is asked."""
        single = [
            t
            for t in self.problem.teams
            if len(t.teachers) == 1
            and t.id not in child.forbidden_teams
            and (child.needs <= t.skills if self.both else True)
        ]
        for one, other in itertools.combinations(sorted(single, key=lambda t: t.id), 2):
            if one.teachers != other.teachers and child.needs <= one.skills | other.skills:
                yield one, other

    def slots(self, team: Team, child: Child) -> Iterator[_Slot]:
        """Where in a team's day the child's home fits, in each of its shifts."""
        shifts = sorted(half_days(team.shifts, self.day))
        trips = {shift: self.trip(team, shift) for shift in shifts}
        away, driven, count = 0, 0, 0
        for shift, stops in trips.items():
            away += sum(self.span(team, shift, stops))
            driven += self.driven(team, shift, stops)
            count += len(stops)
        if team.max_visits is not None and count >= team.max_visits:
            return
        for shift, stops in trips.items():
            if team.one_trip and not stops and count:
                continue
            left = team.cap_day - away + sum(self.span(team, shift, stops))
            for slot in self.gaps(team, child, shift, stops, left):
                short = team.max_travel is None or driven + slot.added <= team.max_travel
                if short and self.free(team, child, shift, stops, slot):
                    yield slot

    def trip(self, team, shift):
        """The team's visits in a shift, in order: (start, end, place)."""
        mine = (v for v in self.visits if v.team == team.id and shift.start <= v.start < shift.end)
        return sorted((v.start, v.end, self.homes[v.demand]) for v in mine)

    def span(self, team, shift, stops):
        """(-departure, return) of a trip: their sum is the minutes away; nothing where nobody is visited."""
        if not stops:
            return ()
        school = self.place[team.school]
        out, back = self.leg(shift, school, stops[0][2]), self.leg(shift, stops[-1][2], school)
        return -(stops[0][0] - out), stops[-1][1] + back

    def driven(self, team, shift, stops):
        """Minutes of travel of a trip."""
        school = self.place[team.school]
        way = [school, *(place for _, _, place in stops), school]
        return sum(self.leg(shift, a, b) for a, b in itertools.pairwise(way)) if stops else 0

    def gaps(self, team, child, shift, stops, left):
        """Slots before, between and after the stops of a shift that keep it in its times and `left` minutes away."""
        school, home = self.place[team.school], self.homes[child.id]
        leave, back = self.span(team, shift, stops) or (0, 0)
        for i in range(len(stops) + 1):
            before = stops[i - 1][2] if i else school
            after = stops[i][2] if i < len(stops) else school
            there, on = self.leg(shift, before, home), self.leg(shift, home, after)
            first = (stops[i - 1][1] if i else shift.start) + there
            last = (stops[i][0] if i < len(stops) else shift.end) - on - child.minutes
            if not stops:
                if there + child.minutes + on > left:
                    continue
            elif i == 0:
                first = max(first, back + there - left)
            elif i == len(stops):
                last = min(last, left - leave - on - child.minutes)
            elif back + leave > left:
                continue
            if first <= last:
                old = self.leg(shift, before, after) if stops else 0
                yield _Slot(team, first, last, there + on - old)

    def free(self, team, child, shift, stops, slot):
        """Whether the teacher is in no other team's trip at any time of this one."""
        school, home = self.place[team.school], self.homes[child.id]
        out = slot.first - self.leg(shift, school, home)
        back = slot.last + child.minutes + self.leg(shift, home, school)
        if stops:
            leave, home_again = self.span(team, shift, stops)
            out, back = min(out, -leave), max(back, home_again)
        for other in self.others[team.id]:
            for hours in half_days(other.shifts, self.day):
                if busy := self.span(other, hours, self.trip(other, hours)):
                    if out < busy[1] and -busy[0] < back:
                        return False
        return True

    def reason(self, child):
        """Why a child gets no meeting."""
        told = {"child": child.name or child.person, "date": self.day.date.isoformat()}
        if any(self.child[v.demand] == child.person for v in self.visits):
            return Reason("SAME_DAY", "%(child)s has another visit on %(date)s already. Choose another date.", told)
        if not any(self.crews(child)):
            return Reason(
                "NO_PAIR",
                "No two single teachers have together what %(child)s needs. Train or hire one who has.",
                told,
            )
        return Reason(
            "NO_COMMON_TIME",
            "%(child)s, %(date)s: no two teachers can be at the home at once in the family's times.",
            told,
        )
