"""A term of twenty weeks for every district of a directory: solve, roll out, repair, explain, check.

    python -m benchmarks.terms DIR --seconds 10            DIR holds problems in the format visit-timetable/1
    python -m benchmarks.terms DIR --only loose-1 --repeat 3
    python -m benchmarks.terms                             invented districts of 120 children, 18 teams and 12

The term begins on a Monday, has eight closed days (five of them a whole week), two Saturdays worked for them, and a
week of leave of two teams. Then the busiest team of a day falls ill. Seconds are of the clock, on one core.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from app.routing import Day, Plan, TeacherAway, check, explain, repair, solve
from app.routing.formats import read_problem
from app.routing.grid import template_weeks
from app.routing.rollout import roll_out
from app.routing.room import make_room
from app.routing.score import score
from benchmarks.synthetic import district

WEEKS = 20
MONDAY = date(2026, 3, 2)
CLOSED = (35, 36, 63, 64, 65, 66, 67, 100)  # days from the first Monday on
SATURDAYS = {40: 0, 68: 4}  # worked as that weekday
LEAVE = range(42, 47)
ILL = 50
HEAD = (
    "district",
    "children",
    "solve s",
    "roll s",
    "check s",
    "visits",
    "missing",
    "made up",
    "eased",
    "repair s",
    "hit",
    "changed",
    "touched",
    "out",
    "explain s",
    "unserved",
    "helped",
    "MB",
)


def calendar() -> tuple[Day, ...]:
    """The days of the term."""
    days = []
    for i in range(7 * WEEKS):
        day = MONDAY + timedelta(days=i)
        acts = day.weekday() if day.weekday() < 5 and i not in CLOSED else None
        days.append(Day(day, SATURDAYS.get(i, acts), "teaching" if acts is not None else "closed"))
    return tuple(days)


def term(week):
    """The problem of a whole term from that of a week; two teams are on leave for a week."""
    leave = {MONDAY + timedelta(days=i): () for i in LEAVE}
    away = {t.id for t in week.teams[2:9:5]}
    teams = tuple(replace(t, shifts={**t.shifts, **leave}) if t.id in away else t for t in week.teams)
    return replace(week, days=calendar(), teams=teams, repeats=True)


def measure(name: str, text: str, seconds: float, seed: int) -> tuple[list[str], list[str]]:
    """Run one district. Return the row of the table and what is wrong (findings of the checker)."""
    week = replace(read_problem(text), repeats=True)
    begin = time.monotonic()
    template = solve(week, seconds=seconds, seed=seed)
    solved = time.monotonic() - begin

    problem = term(week)
    begin = time.monotonic()
    visits, unserved, relaxed = roll_out(problem, template.template, template_weeks(problem))
    plan = Plan(
        visits=visits,
        unserved=unserved,
        score=score(problem, visits, unserved),
        template=template.template,
        relaxations=relaxed,
    )
    plan = make_room(problem, plan, seed)
    rolled = time.monotonic() - begin
    begin = time.monotonic()
    wrong = [str(f) for f in check(problem, plan)]
    checked = time.monotonic() - begin

    day = MONDAY + timedelta(days=ILL)
    team = Counter(v.team for v in plan.visits if v.date == day).most_common(1)[0][0]
    teacher = next(t.teachers[0] for t in problem.teams if t.id == team)
    begin = time.monotonic()
    found = repair(problem, plan, [TeacherAway(teacher, day, day)], since=day, seed=seed)
    repaired = time.monotonic() - begin
    best = found.variants[0]
    wrong += [str(f) for f in check(found.problem, best.plan)]

    begin = time.monotonic()
    told = explain(week, template)
    explained = time.monotonic() - begin
    return [
        name,
        str(len({c.person for c in week.children})),
        f"{solved:.1f}",
        f"{rolled:.2f}",
        f"{checked:.2f}",
        str(len(plan.visits)),
        str(sum(u.missing for u in plan.unserved)),
        str(sum(v.origin == "makeup" for v in plan.visits)),
        str(len(plan.relaxations)),
        f"{repaired:.2f}",
        str(len(found.hit)),
        str(len(best.changes)),
        str(len(best.touched)),
        str(best.plan.score.unserved - plan.score.unserved),
        f"{explained:.2f}",
        str(len(told.unserved)),
        str(sum(bool(u.remedies) for u in told.unserved.values())),
        str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024),
    ], wrong


def read(directory: Path) -> dict[str, str]:
    """The districts of a directory, {name: text}."""
    return {x.stem: x.read_text(encoding="utf-8") for x in sorted(directory.glob("*.json"))}


def invented() -> dict[str, str]:
    """A district with teams enough and one without."""
    made = (district(120, teams, seed=1) for teams in (18, 12))
    return {x["name"]: json.dumps(x) for x in made}


def main(words: list[str]) -> int:
    """Print the table; exit code 1 where the checker found anything, 2 where there is no district."""
    asked = argparse.ArgumentParser(prog="benchmarks.terms", description=__doc__.split("\n")[0])
    asked.add_argument("directory", type=Path, nargs="?", metavar="DIR")
    asked.add_argument("--seconds", type=float, default=10.0, help="search for the repeating plan")
    asked.add_argument("--only", help="one district by its name")
    asked.add_argument("--repeat", type=int, default=1, help="seeds 1 to N")
    given = asked.parse_args(words)
    districts = read(given.directory) if given.directory else invented()
    districts = {name: text for name, text in districts.items() if given.only in (None, name)}
    if not districts:
        print(f"There is no district in {given.directory}.", file=sys.stderr)
        return 2
    broken = 0
    print(" | ".join(HEAD), flush=True)
    for name, text in districts.items():
        for seed in range(1, given.repeat + 1):
            row, wrong = measure(name, text, given.seconds, seed)
            print(" | ".join(cell.rjust(len(head)) for cell, head in zip(row, HEAD, strict=True)), flush=True)
            broken += len(wrong)
            for finding in wrong[:5]:
                print(f"  broken: {finding}", flush=True)
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
