"""The sum for the coordinator: how many hours a week of what teacher are lacking."""

from collections import defaultdict
from dataclasses import replace

from app.kernel.problems import N_
from app.routing.grid import Grid, template_days, template_weeks
from app.routing.problem import NOON, HalfDay, Problem, Team, Weights
from app.routing.search import Search
from app.routing.telling import Shortage

LACK = frozenset({"NO_SKILL", "NO_COMMON_TIME", "TOO_FAR", "CAPACITY"})  # what hours of a nearer teacher may answer
OF_A_SKILL = N_("+%(hours)s hours a week of a teacher for %(skills)s: enough for %(children)s (%(count)s).")
OF_ANY = N_("+%(hours)s hours a week of a teacher: enough for %(children)s (%(count)s).")
MOVES = 40  # moves that make the fictitious teams' trips sensible before their minutes are told
STEP = 30  # minutes: hours are told in halves


def shortages(case, gone):
    """Sum up what unserved demands lack. `gone`: [(Child, code of its reason)].

    For each set of needs, teachers who have them and a whole week to spare are sent out from the school that suits
    best, and the minutes they would be away are counted (visits and ways, as a trip of several homes needs them).
    Demands that not even these could visit (a family without times, a road without a way) are left out.
    """
    groups = defaultdict(list)
    for child, code in gone:
        if code in LACK and not case.repeating(child):
            groups[tuple(sorted(child.needs))].append(child)
    found = [x for skills, kids in sorted(groups.items()) if (x := _sum(case, skills, kids)) is not None]
    return tuple(sorted(found, key=lambda s: (-s.minutes, s.skills)))


def _sum(case, skills, kids):
    problem = case.problem
    school = _school(case, kids)
    starts = [h.start for t in problem.teams for hs in t.shifts.values() for h in hs]
    ends = [h.end for t in problem.teams for hs in t.shifts.values() for h in hs]
    if school is None or not starts:
        return None
    cap = max(t.cap_day for t in problem.teams)
    size = max(c.team_size for c in kids)
    week = {w: (HalfDay(min(starts), max(ends)),) for w in {d.acts_as for d in problem.days if d.acts_as is not None}}
    asked = sum(2 * c.visits * c.minutes // c.per for c in kids)
    weeks = [week]
    if problem.travel.afternoon is not None and max(ends) > NOON:
        weeks.append({w: (HalfDay(max(NOON, min(starts)), max(ends)),) for w in week})  # with the legs of the afternoon
    crews = tuple(
        Team(f"+{n}.{i}", school, tuple(f"+{n}.{i}.{j}" for j in range(size)), frozenset(skills), shifts, cap)
        for n, shifts in enumerate(weeks)
        for i in range(1 + asked // (cap * max(1, len(week))))
    )
    free = tuple(replace(c, forbidden_teams=frozenset(), home_team=None, substitute=None) for c in kids)
    small = Problem(problem.days, crews, free, problem.travel, Weights(fairness=0), repeats=problem.repeats,
                    noon_break=problem.noon_break)
    search = Search(Grid(small, template_days(small)), 0)
    search.start()
    cost = search.cost()
    for i in range(MOVES if len(kids) > 1 else 0):
        cost = search.step(i / MOVES, cost)
    served = [c for c, missing in zip(kids, search.missing, strict=True) if not missing]
    if not served:
        return None
    away = sum(trip[3] for row in search.state.cells for trips in row for trip in trips)
    minutes = -(-away // template_weeks(small))
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
    message = OF_A_SKILL if skills else OF_ANY
    return Shortage(skills, school, minutes, tuple(c.id for c in served), message, values)


def _school(case, kids):
    """The school from which these homes are nearest in sum."""
    legs, place = case.grid.least, {p: i for i, p in enumerate(case.problem.travel.places)}
    schools = sorted({t.school for t in case.problem.teams})
    homes = [place[c.place] for c in kids]

    def way(school):
        s = place[school]
        return sum(legs[s][h] + legs[h][s] for h in homes)

    return min(schools, key=lambda s: (way(s), s), default=None)
