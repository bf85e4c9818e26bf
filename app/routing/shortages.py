"""The sum for the coordinator: how many hours a week of what teacher are lacking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from app.kernel.problems import S_
from app.routing.grid import Grid, template_days, template_weeks
from app.routing.problem import NOON, Child, HalfDay, Problem, Team, Weights
from app.routing.search import Search
from app.routing.telling import Shortage
from app.routing.tuning import PLAINLY
from app.routing.why_no_place import Case

LACK = frozenset({"NO_SKILL", "NO_COMMON_TIME", "TOO_FAR", "CAPACITY"})  # what hours of a nearer teacher may answer
OF_A_SKILL = S_(
    "lack.of_a_skill", "+%(hours)s hours a week of a teacher for %(skills)s: enough for %(children)s (%(count)s)."
)
OF_ANY = S_("lack.of_any", "+%(hours)s hours a week of a teacher: enough for %(children)s (%(count)s).")
Week = dict[int | date, tuple[HalfDay, ...]]
STEP = 30  # minutes: hours are told in halves


def shortages(case: Case, gone: Iterable[tuple[Child, str]]) -> tuple[Shortage, ...]:
    """Sum up what unserved demands lack. `gone`: [(Child, code of its reason)].

    For each set of needs, teachers who have them and a whole week to spare are sent out from the school that suits
    best, and the minutes they would be away are counted (visits and ways, as a trip of several homes needs them).
    Demands that not even these could visit (a family without times, a road without a way) are left out.
    """
    groups: dict[tuple[str, ...], list[Child]] = defaultdict(list)
    for child, code in gone:
        if code in LACK and not case.repeating(child):
            groups[tuple(sorted(child.needs))].append(child)
    found = [x for skills, kids in sorted(groups.items()) if (x := _sum(case, skills, kids)) is not None]
    return tuple(sorted(found, key=lambda s: (-s.minutes, s.skills)))


def _sum(case: Case, skills: tuple[str, ...], kids: Sequence[Child]) -> Shortage | None:
    problem = case.problem
    school = _school(case, kids)
    starts = [h.start for t in problem.teams for hs in t.shifts.values() for h in hs]
    ends = [h.end for t in problem.teams for hs in t.shifts.values() for h in hs]
    if school is None or not starts:
        return None
    cap = max(t.cap_day for t in problem.teams)
    size = max(c.team_size for c in kids)
    weeks = _weeks(problem, min(starts), max(ends))
    asked = sum(2 * c.visits * c.minutes // c.per for c in kids)
    crews = tuple(
        Team(
            id=f"+{n}.{i}",
            school=school,
            teachers=tuple(f"+{n}.{i}.{j}" for j in range(size)),
            skills=frozenset(skills),
            shifts=shifts,
            cap_day=cap,
        )
        for n, shifts in enumerate(weeks)
        for i in range(1 + asked // (cap * max(1, len(weeks[0]))))
    )
    small = _with_crews(problem, crews, kids)
    search = Search(Grid(small, template_days(small)), 0)
    search.start()
    cost = search.cost()
    for i in range(PLAINLY.sensible if len(kids) > 1 else 0):
        cost = search.step(i / PLAINLY.sensible, cost)
    served = [c for c, missing in zip(kids, search.missing, strict=True) if not missing]
    if not served:
        return None
    away = sum(trip.away for row in search.state.cells for trips in row for trip in trips)
    return _shortage(skills, school, -(-away // template_weeks(small)), served)


def _with_crews(problem: Problem, crews: tuple[Team, ...], kids: Sequence[Child]) -> Problem:
    """The problem of these children and new teams alone, any of which may come to any child."""
    free = tuple(replace(c, forbidden_teams=frozenset(), home_team=None, substitute=None) for c in kids)
    return Problem(
        days=problem.days,
        teams=crews,
        children=free,
        travel=problem.travel,
        weights=Weights(fairness=0),
        repeats=problem.repeats,
        noon_break=problem.noon_break,
    )


def _shortage(skills: tuple[str, ...], school: str, minutes: int, served: Sequence[Child]) -> Shortage:
    """In words: what the minutes of a week of teachers who are lacking would serve."""
    hours = -(-minutes // STEP) * STEP / 60
    names = list(dict.fromkeys(c.name or c.person for c in served))
    values = {
        "hours": f"{hours:g}",
        "skills": ", ".join(skills),
        "count": len(names),
        "children": ", ".join(names),
        "minutes": minutes,
        "school": school,
    }
    return Shortage(
        skills=skills,
        school=school,
        minutes=minutes,
        demands=tuple(c.id for c in served),
        message=OF_A_SKILL if skills else OF_ANY,
        values=values,
    )


def _weeks(problem: Problem, start: int, end: int) -> list[Week]:
    """Hours on every school day; where the legs of the afternoon are other ones, those of the afternoon alone too."""
    weekdays = {d.acts_as for d in problem.days if d.acts_as is not None}
    starts = [start]
    if problem.travel.afternoon is not None and end > NOON:
        starts.append(max(NOON, start))
    return [{w: (HalfDay(first, end),) for w in weekdays} for first in starts]


def _school(case: Case, kids: Iterable[Child]) -> str | None:
    """The school from which these homes are nearest in sum."""
    legs, place = case.grid.least, {p: i for i, p in enumerate(case.problem.travel.places)}
    schools = sorted({t.school for t in case.problem.teams})
    homes = [place[c.place] for c in kids]

    def way(school: str) -> int:
        s = place[school]
        return sum(legs[s][h] + legs[h][s] for h in homes)

    return min(schools, key=lambda s: (way(s), s), default=None)
