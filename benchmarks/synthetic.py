"""Invented districts in the format `visit-timetable/1`: homes in village clusters, schools, teams with skills, families
with free half-days. The same numbers give the same district."""

from __future__ import annotations

import math
import random

SKILLS = {"ID": 1.0, "autism": 0.66, "CP": 0.42, "deaf": 0.33, "blind": 0.25}
"""Share of teams that have a skill; every team teaches children with an intellectual disability."""
NEEDS = {"ID": 0.5, "autism": 0.2, "CP": 0.18, "deaf": 0.06, "blind": 0.06}
SIDE, DETOUR, SPEED, PARKING = 60.0, 1.6, 25.0, 2  # km, road over straight line, km/h, minutes
SHIFT, CAP = (480, 1050), 480
HALVES = ((510, 720), (810, 1020))


def district(children: int, teams: int, *, seed: int, schools: int = 4, clusters: int = 16) -> dict:
    """A problem of five days with so many children and teams, two visits a week each, at least two days apart."""
    dice = random.Random(seed)
    villages = [(dice.uniform(0, SIDE), dice.uniform(0, SIDE)) for _ in range(clusters)]
    points = [dice.choice(villages) for _ in range(schools)]
    points += [_near(dice, dice.choice(villages)) for _ in range(children)]
    staff = [_team(dice, i, dice.randrange(schools)) for i in range(teams)]
    kids = [_child(dice, i, schools + i, staff) for i in range(children)]
    return {
        "format": "visit-timetable/1",
        "name": f"synthetic-{children}-{teams}-{seed}",
        "days": 5,
        "travel": _matrix(points),
        "teams": staff,
        "children": kids,
        "points": points,
    }


def _near(dice: random.Random, village: tuple[float, float]) -> tuple[float, float]:
    return (round(village[0] + dice.gauss(0, 2.5), 3), round(village[1] + dice.gauss(0, 2.5), 3))


def _matrix(points: list) -> list[list[int]]:
    return [
        [0 if a == b else math.ceil(math.dist(a, b) * DETOUR / SPEED * 60) + PARKING for b in points] for a in points
    ]


def _team(dice: random.Random, number: int, school: int) -> dict:
    free = (dice.randrange(5), dice.randrange(2))
    shifts = [[list(SHIFT)] for _ in range(5)]
    shifts[free[0]] = [[(SHIFT[0], 750), (780, SHIFT[1])][free[1]]]
    skills = sorted(s for s, share in SKILLS.items() if dice.random() < share)
    return {
        "id": f"T{number:03d}",
        "place": school,
        "skills": skills,
        "shifts": [[list(x) for x in s] for s in shifts],
        "day_cap": CAP,
    }


def _child(dice: random.Random, number: int, place: int, staff: list[dict]) -> dict:
    possible = [s for s in NEEDS if any(s in t["skills"] for t in staff)]
    need = dice.choices(possible, [NEEDS[s] for s in possible])[0]
    windows = [[list(h) for h in HALVES if dice.random() < 0.8] for _ in range(5)]
    return {
        "id": f"C{number:04d}",
        "place": place,
        "needs": [need],
        "minutes": 60 if dice.random() < 0.7 else 90,
        "visits": 2,
        "min_gap": 2,
        "windows": windows,
    }
